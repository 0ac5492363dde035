"""Rules in the text format of ftr-site-config (FiveFilters): one file a host, of `directive: value` lines, read as data.

`title`, `author`, `date`, `body`, `strip`, `strip_id_or_class`, `strip_image_src`, `next_page_link` and pairs of `find_string` and
`replace_string` become rules of a template; what else there is, is left out.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from crawler.recipe import Clean, Template
from crawler.rule import check_selector
from crawler.source import Source
from crawler.urls import split

_LARGEST = 200_000  # characters of a file
_MOST_LINES = 2_000
_LONGEST = 1_000  # characters of an XPath or of a string
_MOST_OF_A_KIND = 100
_LINE = re.compile(r"(?P<name>[a-z_]+)(?:\((?P<argument>[^()]*)\))?\s*:(?P<value>.*)", re.IGNORECASE)
_FIELDS = {"title": "title", "author": "authors", "date": "published", "body": "body"}
_NOT_NEEDED = frozenset(
    ("prune", "tidy", "parser", "autodetect_on_failure", "test_url", "test_contains", "test_title", "insert_detected_image")
)  # fmt: skip
_NOT_DONE = {
    "single_page_link": "the article's further pages are joined instead",
    "http_header": "requests go out under Broadsheet's own name",
    "if_page_contains": "conditions are not followed",
    "skip_json_ld": "what a page states of itself is read",
}
_HOST = re.compile(r"[a-z0-9.-]{1,253}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """What a file says of how its site's pages are read; `notes` name each line that was left out, and why."""

    name: str
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by the template's field
    strip: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    replace: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def template(self) -> Template:
        """The rules as a template that fits every page."""
        facts = {name: list(rules) for name, rules in self.rules.items()}
        return Template.model_validate(
            {
                "name": self.name,
                "when": "xpath:/*",
                **facts,
                "strip": list(self.strip),
                "next": list(self.next),
            }
        )


def parse(text: str, name: str) -> SiteConfig:
    """The rules of a file; `name` is what notes call it. Never raises: a line that can't be used is left out with a note."""
    found: dict[str, list[str]] = {key: [] for key in (*_FIELDS.values(), "strip", "next", "find", "replace")}
    notes: list[str] = []
    for number, line in enumerate(text[:_LARGEST].splitlines()[:_MOST_LINES], start=1):
        try:
            for kind, value in _said(line.strip()):
                found[kind] += [value] if len(found[kind]) < _MOST_OF_A_KIND else []
        except ValueError as error:
            notes.append(f"{name}:{number}: {error}")
    pairs = _pairs(found["find"], found["replace"], name, notes)
    rules = {key: tuple(found[key]) for key in _FIELDS.values() if found[key]}
    return SiteConfig(name, rules, tuple(found["strip"]), tuple(found["next"]), pairs, tuple(notes))


def _said(line: str) -> Iterator[tuple[str, str]]:
    """What a line gives: where it goes and its rule. ValueError where it is left out for a reason worth telling."""
    if not line or line.startswith("#"):
        return
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("no `directive: value`; left out")
    name, value = match["name"].lower(), match["value"].strip()
    if name in _NOT_NEEDED or not value:
        return
    if len(value) > _LONGEST:
        raise ValueError(f"{name}: longer than {_LONGEST} characters; left out")
    if name == "replace_string" and match["argument"] is not None:
        yield "find", match["argument"]
        yield "replace", value
    elif name in ("find_string", "replace_string"):
        yield name.partition("_")[0], value
    else:
        yield _rule(name, value)


def _rule(name: str, value: str) -> tuple[str, str]:
    if name in _FIELDS:
        return _FIELDS[name], _path(name, value)
    if name == "next_page_link":
        return "next", _path(name, value)
    if name == "strip":
        return "strip", _path(name, value)
    if name == "strip_id_or_class":
        word = _quoted(value.strip("'\""))
        by = " or ".join(
            f"contains(concat(' ', normalize-space(@{at}), ' '), {word})" for at in ("class", "id")
        )
        return "strip", _path(name, f"//*[{by}]")
    if name == "strip_image_src":
        return "strip", _path(name, f"//img[contains(@src, {_quoted(value, around='')})]")
    raise ValueError(f"{name}: {_NOT_DONE.get(name, 'no such directive is known')}; left out")


def _path(name: str, value: str) -> str:
    """An XPath as a selector of ours; ValueError where it is none."""
    if "{id}" in value:
        raise ValueError(f"{name}: {{id}} has a meaning of its own here; left out")
    try:
        return check_selector(f"xpath:{value}")
    except ValueError as error:
        raise ValueError(f"{name}: {value[:80]!r} is no XPath; left out") from error


def _quoted(text: str, around: str = " ") -> str:
    """The text as a string of XPath, with a space on both sides: a whole word of a class."""
    if '"' in text and "'" in text:
        raise ValueError("a string with both kinds of quotes; left out")
    quote = '"' if "'" in text else "'"
    return f"{quote}{around}{text}{around}{quote}"


def _pairs(find: list[str], replacing: list[str], name: str, notes: list[str]) -> dict[str, str]:
    """The strings that are exchanged, in order; they come in pairs."""
    if len(find) != len(replacing):
        notes.append(f"{name}: {len(find)} find_string and {len(replacing)} replace_string; all left out")
        return {}
    return dict(zip(find, replacing, strict=True))


# --- which file, and for whom ---


def file_names(host: str) -> tuple[str, ...]:
    """The files that may be for a host, the closest first: its own; for a subdomain, the `.example.org.txt` above it."""
    own = host.lower().removeprefix("www.")
    if not _HOST.fullmatch(own) or ".." in own:
        return ()
    labels = own.split(".")
    above = (".".join(labels[place:]) for place in range(1, len(labels) - 1))
    return (
        f"{own}.txt",
        *(f".{one}.txt" for one in above),
        *((f"www.{own}.txt",) if host.startswith("www.") else ()),
    )


def site_config(url: str, folder: Path | None) -> SiteConfig | None:
    """The rules for a URL's host in a folder, if there are any; what can't be used of them is logged."""
    parts = split(url)
    if folder is None or parts is None or parts.hostname is None:
        return None
    for name in file_names(parts.hostname):
        file = folder / name
        try:
            with file.open(encoding="utf-8", errors="replace") as opened:
                text = opened.read(_LARGEST)
        except FileNotFoundError:
            continue
        except OSError as error:
            logger.warning("%s: %s; its rules are left out", file, error.strerror)
            continue
        config = parse(text, name)
        for note in config.notes:
            logger.warning("%s", note)
        return config
    return None


def with_rules(source: Source, url: str, folder: Path | None) -> Source:
    """A source without a recipe, with the rules that the folder has for its host; any other as it is."""
    config = site_config(url, folder) if not source.has_recipe else None
    if config is None:
        return source
    try:
        return source.model_copy(
            update={"templates": (config.template,), "clean": Clean(replace=dict(config.replace))}
        )
    except ValidationError as error:
        logger.warning("%s: its rules can't be used: %s", config.name, str(error).splitlines()[0])
        return source

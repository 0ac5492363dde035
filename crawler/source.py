"""Source: one site's recipe, frozen and validated, and how recipes are loaded."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator

from crawler.recipe import LONGEST_URL, Addresses, Check, Clean, Poll, State, Step, Template, WebAddress
from crawler.rule import Frozen, Patterns, Selector, Texts
from crawler.urls import registrable, split, tidy

__all__ = ["Identity", "RecipeError", "Source", "Step", "load_sources", "parse_source", "source_for"]

_NAME = r"[^\W_][\w.\-]*"
# What of a recipe says how a page is read.
_OF_READING = {
    "title", "language", "zone", "article", "states", "templates", "checks", "clean", "title_tails", "own_names",
}  # fmt: skip


Table = dict[str, Any]  # a recipe as TOML has it, before it is validated


class RecipeError(Exception):
    """A recipe that can't be used: one line with the file, the key and the reason."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a URL names: an article's own URL, its id on the site, and which of its pages."""

    url: str  # canonical
    identifier: str | None
    page: int = 1


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone, like Asia/Shanghai") from error
    return name


class Source(Frozen):
    """One site: who it is, where its articles are found and how its pages are read."""

    name: str = Field(pattern=f"^{_NAME}$")
    title: str | None = None  # the site's name as a reader says it
    home: WebAddress
    language: str | None = None  # BCP 47
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    hosts: Texts
    topics: Texts = ()  # what it writes of; a language and a topic name a bundle: zh-tech
    # A: its real pages were read, or fresh sources agree; B: one does, or older ones; C: to be verified.
    sure: Literal["A", "B", "C"] | None = None
    confirmed: Annotated[str, Field(pattern=r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$")] | None = None  # the month
    enabled: bool = True  # False: crawled only where it is named
    disabled_because: str | None = None  # a sentence
    poll: Poll = Poll()
    delay: Annotated[float, Field(ge=0, le=30)] = (
        0.0  # seconds between two requests, if the site wants more than set
    )
    render: bool = False  # its pages fill themselves by script: a browser shows them first
    wait_for: Selector | None = None  # what such a page has once it is filled; None: it falls silent then
    assets: bool | None = None  # its pictures are kept, too; None: as the settings say
    # What they are asked for from, where their server wants to know: a page, or "none". None: the article's.
    image_referer: WebAddress | Literal["none"] | None = None
    article: Addresses | None = None  # None: made up for a URL without a recipe
    discovery: tuple[Step, ...] = ()
    feed_tells_time: bool = False  # its pages tell it from now, or the day alone: a feed's goes before theirs
    states: tuple[State, ...] = ()
    templates: tuple[Template, ...] = ()
    checks: tuple[Check, ...] = ()
    clean: Clean = Clean()
    title_tails: Patterns = ()  # cut from a title's end
    own_names: Texts = ()  # the site's own name among authors: kept only if nobody else is named

    @field_validator("wait_for")
    @classmethod
    def _is_waited_for(cls, selector: str | None, others: ValidationInfo) -> str | None:
        if selector is not None and not others.data.get("render"):
            raise ValueError("nothing is waited for without render = true")
        if selector is not None and ("::" in selector or "{id}" in selector):
            raise ValueError(f"{selector!r} is no selector of an element")
        return selector

    @cached_property
    def digest(self) -> str:
        """Equal for sources whose pages are read by the same rules; 8 hex digits."""
        rules = self.model_dump_json(include=_OF_READING)
        return hashlib.sha256(rules.encode("utf-8", "replace")).hexdigest()[:8]

    @property
    def bundles(self) -> tuple[str, ...]:
        """The bundles it belongs to, by language and topic, like zh-tech; none where it is switched off."""
        language = (self.language or "").partition("-")[0].lower()
        return tuple(f"{language}-{topic}" for topic in self.topics) if self.enabled and language else ()

    @property
    def has_recipe(self) -> bool:
        return self.article is not None

    @property
    def has_rules(self) -> bool:
        """Does the recipe say where the text lies? Otherwise pages are read as those of any site are."""
        return self.has_recipe and any(template.body for template in self.templates)

    @property
    def numbers_pages(self) -> bool:
        """Does the recipe say which address is which page of an article? Otherwise any site's are told by a number."""
        patterns = self.article.patterns if self.article else ()
        return self.has_rules or any("(?P<page>" in pattern for pattern in patterns)

    def way(self, step: Step) -> str:
        """What a step is called where its finds are told: its name or kind, numbered where several share it."""
        name = step.name or step.kind
        same = [one for one in self.discovery if (one.name or one.kind) == name]
        return f"{name} {same.index(step) + 1}" if len(same) > 1 and step in same else name

    def serves(self, url: str) -> bool:
        """Whether the URL lies on one of the source's hosts."""
        parts = split(url)
        return parts is not None and parts.hostname in self.hosts

    def identify(self, url: str) -> Identity | None:
        """The article a URL names; None where it is no article's. Without a recipe every web page may be one."""
        if len(url) > LONGEST_URL:
            return None
        if self.article is None:
            tidied = tidy(url)
            return Identity(tidied, None) if tidied else None
        return _identify(self.article, url) if self.serves(url) else None


def _identify(article: Addresses, url: str) -> Identity | None:
    parts = split(url)
    if parts is None or any(re.fullmatch(pattern, parts.path) for pattern in article.exclude):
        return None
    kept = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key in article.keep])
    path = f"{parts.path}?{kept}" if kept else parts.path
    for pattern in article.patterns:
        match = re.fullmatch(pattern, path)
        if match:
            groups = match.groupdict(default="") | {"host": parts.hostname or ""}
            page = groups.get("page") or "1"
            number = int(page) if page.isdecimal() else 1
            identifier = article.id.format_map(groups).lstrip("0") if article.id else groups.get("id")
            return Identity(article.canonical.format_map(groups), identifier or None, max(1, number))
    return None


def load_sources(folder: Path | None = None) -> dict[str, Source]:
    """Every recipe by name: the shipped ones and those in `folder`, which win key by key. Raises RecipeError."""
    shipped, own = _shipped(), own_tables(folder) if folder else {}
    sources = {name: source for name, (_, source) in shipped.items() if name not in own}
    for name, (file, table) in own.items():
        beneath = shipped[name][0] if name in shipped else {}
        sources[name] = _source(laid_over(beneath, table), str(file))
    return dict(sorted(sources.items()))


def shipped_tables() -> dict[str, Table]:
    """The shipped recipes as their TOML says, by name."""
    return {name: table for name, (table, _) in _shipped().items()}


def _shipped() -> dict[str, tuple[Table, Source]]:
    recipes = [
        _read_once(file.read_text("utf-8"), file.name)
        for file in files("crawler").joinpath("sources").iterdir()
        if file.name.endswith(".toml")
    ]
    return {source.name: (table, source) for table, source in recipes}


@lru_cache(maxsize=512)
def _read_once(text: str, name: str) -> tuple[Table, Source]:
    """Both are for reading only. To read all the shipped recipes takes 50 ms, and a crawl asks for them twice."""
    table = _table(text, name)
    return table, _source(table, name)


def own_tables(folder: Path) -> dict[str, tuple[Path, Table]]:
    """A person's recipes, by name, each with its file; what one leaves out is the shipped one's."""
    if not folder.is_dir():
        raise RecipeError(f"{folder}: no such folder of recipes; make it or unset BROADSHEET_SOURCES")
    tables: dict[str, tuple[Path, Table]] = {}
    for file in sorted(folder.glob("*.toml")):
        table = _table(_text(file), str(file))
        name = table.get("name")
        if not isinstance(name, str):
            raise RecipeError(f"{file}: name: missing; it says what the source is called")
        if name in tables:
            raise RecipeError(f"{file}: name: another recipe in this folder is called {name} too")
        tables[name] = (file, table)
    return tables


def laid_over(shipped: Table, own: Table) -> Table:
    """The shipped recipe with a person's keys in place of its own; of a table like [article], key by key too."""
    both = {
        key: {**shipped[key], **own[key]}
        for key in shipped.keys() & own.keys()
        if _is_table(shipped, own, key)
    }
    return {**shipped, **own, **both}


def _is_table(shipped: Table, own: Table, key: str) -> bool:
    return isinstance(shipped[key], dict) and isinstance(own[key], dict)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise RecipeError(f"{file}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{file}: not UTF-8: {error.reason} at byte {error.start}") from error


def parse_source(text: str, name: str) -> Source:
    """The recipe in a TOML text; `name` is what an error calls the file. Raises RecipeError."""
    return _source(_table(text, name), name)


def _table(text: str, name: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{name}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise RecipeError(f"{name}: not valid TOML: nested too deep") from error


def _source(table: Table, name: str) -> Source:
    try:
        source = Source.model_validate(table)
    except ValidationError as error:
        raise RecipeError(f"{name}: {_first(error)}") from error
    if source.article is None:
        raise RecipeError(f"{name}: article: missing; it says which URLs are articles")
    return source


def _first(error: ValidationError) -> str:
    """`key: reason` of the first thing wrong, on one line."""
    one = error.errors(include_url=False)[0]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in one["loc"]).lstrip(".")
    reason = "no such key" if one["type"] == "extra_forbidden" else one["msg"].removeprefix("Value error, ")
    return " ".join(f"{key}: {reason}".split())


def source_for(url: str, sources: Mapping[str, Source]) -> Source:
    """The recipe that knows the URL, else a source without one, named after the registrable domain.

    Raises ValueError where the URL is no http(s) address.
    """
    serving = [source for source in sources.values() if source.serves(url)]
    for source in serving:
        if source.identify(url):
            return source
    if serving:
        return serving[0]
    parts, name = split(url), registrable(url)
    # An IPv6 address is no name of a folder.
    name = (name or "").replace(":", "-").strip("-")
    if parts is None or parts.hostname is None or not re.fullmatch(_NAME, name):
        raise ValueError(f"{url}: no web address; write it like https://example.org/page")
    return Source(name=name, home=f"{parts.scheme}://{parts.netloc}/", hosts=(parts.hostname,))

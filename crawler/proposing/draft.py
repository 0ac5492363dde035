"""Pure: a proposed recipe as a record, and as the TOML a person may go on with."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crawler.proposing.patterns import Addressing
from crawler.source import Source, parse_source

_WIDTH = 110
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True, slots=True)
class DraftStep:
    """A `[[discovery]]` and why it is there. `keys` are as in the recipe, `kind` and `url` first."""

    keys: Mapping[str, object]
    why: str


@dataclass(frozen=True, slots=True)
class DraftState:
    """A `[[states]]`."""

    keys: Mapping[str, object]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A recipe on its way."""

    name: str
    title: str | None
    home: str
    language: str | None
    zone: str
    hosts: tuple[str, ...]
    article: Addressing
    steps: tuple[DraftStep, ...] = ()
    states: tuple[DraftState, ...] = ()
    rules: Mapping[str, object] = field(default_factory=dict)  # of its only template, by field
    replace: Mapping[str, str] = field(default_factory=dict)  # in a page's source, before it is read
    title_tails: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)  # key → where its value is from

    @property
    def source(self) -> Source:
        """The recipe as it will be loaded. Raises RecipeError where it is not sound."""
        return parse_source(recipe(self), f"{self.name}.toml")


def recipe(draft: Draft, opening: str = "") -> str:
    """The recipe's TOML; `opening` is what its first comment says."""
    parts = [
        "".join(f"# {line}\n" for line in textwrap.wrap(opening, _WIDTH)),
        "\n".join(_top(draft)) + "\n",
        "\n".join(["[article]", *_article(draft)]) + "\n",
        *(_table("discovery", step.keys, step.why) for step in draft.steps),
        "\n".join(["[clean]", *_lines({"replace": draft.replace}, {})]) + "\n" if draft.replace else "",
        *(_table("states", state.keys, state.why) for state in draft.states),
        _template(draft),
    ]
    head, *rest = [part for part in parts if part]
    if opening:
        head, rest = head + rest[0], rest[1:]
    return "\n".join([head, *rest])


def toml(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return _listed([toml(one) for one in value])
    raise TypeError(f"{value!r} is no value of a recipe")


def _text(value: str) -> str:
    """In single quotes where there are backslashes to be read."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    # A JSON string is a TOML one, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name and set(name) <= _BARE else _text(name)


def _listed(values: list[str]) -> str:
    one_line = f"[{', '.join(values)}]"
    if len(one_line) <= _WIDTH - 20:
        return one_line
    return "[\n" + "".join(f"  {value},\n" for value in values) + "]"


def _top(draft: Draft) -> Iterator[str]:
    values: dict[str, object] = {
        "name": draft.name,
        "title": draft.title,
        "home": draft.home,
        "language": draft.language,
        "zone": draft.zone,
        "hosts": draft.hosts,
        "own_names": draft.own_names,
        "title_tails": draft.title_tails,
    }
    yield from _lines(values, draft.notes)


def _article(draft: Draft) -> Iterator[str]:
    article = draft.article
    only = article.patterns[0] if len(article.patterns) == 1 else article.patterns
    values: dict[str, object] = {
        "patterns": only,
        "canonical": article.canonical,
        "stated": article.stated,
        "keep": article.keep,
        "exclude": article.exclude,
    }
    yield from _lines(values, draft.notes)


def _lines(values: Mapping[str, object], notes: Mapping[str, str]) -> Iterator[str]:
    """`key = value` of what is set, each after what is said of it."""
    for name, value in values.items():
        if value is None or value is False or value == ():
            continue
        said = f"{name} = {toml(value)}"
        note = notes.get(name)
        if note and "\n" not in said and len(said) + len(note) + 4 <= _WIDTH:
            yield f"{said}  # {note}"
            continue
        yield from (f"# {line}" for line in textwrap.wrap(note or "", _WIDTH - 2))
        yield said


def _table(name: str, keys: Mapping[str, object], why: str) -> str:
    comment = "".join(f"# {line}\n" for line in textwrap.wrap(why, _WIDTH - 2))
    return comment + "\n".join([f"[[{name}]]", *_lines(keys, {})]) + "\n"


def _template(draft: Draft) -> str:
    """The template, where a rule reads a field better than the general reader does."""
    if not draft.rules:
        return ""
    notes = {name: draft.notes[f"rule {name}"] for name in draft.rules if f"rule {name}" in draft.notes}
    keys: dict[str, object] = {"name": "all", "when": "xpath:/*", **draft.rules}
    return "\n".join(["[[templates]]", *_lines(keys, notes)]) + "\n"

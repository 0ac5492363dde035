"""Rules of a recipe: where a fact lies in a page. Whatever can be compiled is compiled at load."""

import re
from functools import lru_cache
from typing import Annotated, Any

import jmespath
from cssselect import SelectorError
from lxml import etree, html
from parsel.csstranslator import HTMLTranslator
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

LONGEST_INPUT = 2_000  # characters a recipe's pattern is tried on: patterns may backtrack
_LONGEST_PATTERN = 500
_SAFE_IDENTIFIER = re.compile(r"[\w.-]{1,80}")
_PLACE = "{id}"


class Frozen(BaseModel):
    """A part of a recipe: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def check_selector(selector: str) -> str:
    """A CSS selector, or XPath after `xpath:`, that compiles; `{id}` stands for the article's id."""
    path = selector_path(selector, "0")
    try:
        path(html.Element("p"))
    except etree.XPathError as error:
        raise ValueError(f"{selector!r} is no selector: {error}") from error
    return selector


def check_pattern(pattern: str) -> str:
    """A regular expression that compiles and is of a readable length."""
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"a pattern of {len(pattern)} characters; {_LONGEST_PATTERN} is the most")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return pattern


def check_path(path: str) -> str:
    """A JMESPath that compiles; `{id}` stands for the article's id."""
    json_path(path, "0")
    return path


def _one_or_many(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Selector = Annotated[str, AfterValidator(check_selector)]
Pattern = Annotated[str, AfterValidator(check_pattern)]
Selectors = Annotated[tuple[Selector, ...], BeforeValidator(_one_or_many)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_one_or_many)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]


class Rule(Frozen):
    """One place to look: CSS (`::attr(x)` too), `xpath:…`, `json:…` in a state, or `meta:name`.

    `match` picks a part of each text found: its first group, else the whole match; a text
    it does not match counts as not found. `split` then parts what is left wherever it matches:
    several names in one text. In TOML a bare string is a rule with neither.
    """

    select: str
    match: Pattern | None = None
    split: Pattern | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"select": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _compiles(self) -> "Rule":
        if self.kind == "json":
            check_path(self.target)
        elif self.kind == "page":
            check_selector(self.select)
        elif not self.target:
            raise ValueError("meta: without a name")
        return self

    @property
    def kind(self) -> str:
        """`json`, `meta` or `page` (CSS and XPath)."""
        head, colon, _ = self.select.partition(":")
        return head if colon and head in ("json", "meta") else "page"

    @property
    def target(self) -> str:
        """What follows the prefix `json:` or `meta:`."""
        return self.select.partition(":")[2].strip()


Rules = Annotated[tuple[Rule, ...], BeforeValidator(_one_or_many)]


def selector_path(selector: str, identifier: str | None) -> Any:
    """The selector as a compiled XPath (called with a node); `{id}` filled in."""
    return _compiled_selector(_filled(selector, identifier))


def json_path(path: str, identifier: str | None) -> Any:
    """The compiled JMESPath; `{id}` filled in."""
    return _compiled_json(_filled(path, identifier))


@lru_cache(maxsize=2048)
def _compiled_selector(selector: str) -> Any:
    kind, _, path = selector.partition(":")
    try:
        if kind == "xpath":
            return etree.XPath(path.strip())
        return etree.XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError, ValueError) as error:
        raise ValueError(f"{selector!r} is no selector: {error}") from error


@lru_cache(maxsize=2048)
def _compiled_json(path: str) -> Any:
    try:
        return jmespath.compile(path)
    except (jmespath.exceptions.JMESPathError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path!r} is no JMESPath: {reason}") from error


def _filled(text: str, identifier: str | None) -> str:
    if _PLACE not in text:
        return text
    # An id becomes part of a selector: only one that can't end a quoted string may.
    safe = identifier if identifier and _SAFE_IDENTIFIER.fullmatch(identifier) else "-"
    return text.replace(_PLACE, safe)

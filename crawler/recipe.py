"""The parts of a recipe, as its TOML file writes them: addresses, discovery, templates, checks."""

import itertools
import string
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from crawler.config import duration
from crawler.rule import (
    Frozen,
    Pattern,
    Patterns,
    Rules,
    Selector,
    Selectors,
    Texts,
    check_path,
    check_selector,
)

LONGEST_URL = 2_000


def _seconds(value: object) -> object:
    return duration(value) if isinstance(value, str) else value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is no http(s) address")
    return value


Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0)]
Tag = Literal["h2", "h3", "h4", "h5", "p", "blockquote", "figcaption", "pre"]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class Poll(Frozen):
    """How often the source is asked, in seconds (or "20m")."""

    default: Seconds = 1200.0
    min: Seconds = 300.0
    max: Seconds = 86400.0

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.min <= self.default <= self.max:
            raise ValueError("min ≤ default ≤ max does not hold")
        return self


class Addresses(Frozen):
    """Which URLs are articles, and which one of an article's many spellings is its own."""

    patterns: Patterns  # matched whole, against the path and what `keep` leaves of the query
    # With {id} and other named groups of the pattern, padded if need be: {id:0>3}. {host} is the URL's own.
    canonical: str
    id: str | None = None  # likewise, where the number stands in parts; its leading zeros go
    stated: bool = False  # the address that a page calls its own wins, where it has the same id
    page: str | None = None  # the address of page {page}, if articles have several
    keep: Texts = ()  # query keys that belong to the identity
    exclude: Patterns = ()  # paths that look like articles and are none

    @model_validator(mode="after")
    def _canonical_can_be_made(self) -> Self:
        _web_address(self.canonical)
        for key, text in (("canonical", self.canonical), ("id", self.id or "")):
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} - {"host"}
            for pattern, name in itertools.product(self.patterns, names):
                if f"(?P<{name}>" not in pattern:
                    raise ValueError(f"{key} names {{{name}}}, and {pattern!r} has no such group")
            text.format_map(dict.fromkeys([*names, "host"], "0"))
        return self


class State(Frozen):
    """A script that holds a page's facts as JSON; `json:` rules look into every state found, in order."""

    script: Selector  # the script element
    name: str | None = None  # of the variable the JSON is assigned to; None: the script is the JSON
    form: Literal["plain", "indexed"] = (
        "plain"  # indexed: Nuxt 3's array of values that name each other by place
    )
    at: Texts = ("@",)  # JMESPaths to the article's object, the first that leads to one

    @model_validator(mode="after")
    def _paths_compile(self) -> Self:
        for path in self.at:
            check_path(path)
        return self


class Step(Frozen):
    """One way to find articles. Steps are tried in order until one answers; those of `always` at every crawl."""

    kind: Literal["feed", "listing", "sitemap", "api"]
    url: WebAddress
    name: str | None = Field(
        default=None, pattern=r"^[\w.\- ]{1,40}$"
    )  # what tables call this way; else its kind
    always: bool = False  # asked besides the others, and its finds added to theirs
    every: Seconds | None = None  # asked no more often than this
    method: Literal["GET", "POST"] = "GET"
    form: dict[str, str] = Field(default_factory=dict)
    json_body: str | None = None  # what a POST sends instead of a form, as JSON
    headers: dict[str, str] = Field(default_factory=dict)
    pages: int = Field(
        default=1, ge=1, le=50
    )  # at most so many pages of a list, while they bring new articles
    next: str | None = None  # CSS of a listing's link to its next page, JMESPath of an api's
    # In url, form and json_body {cursor}, {page} and {offset} say which page is meant; {page} is 1 at first, {offset} 0.
    cursor: str | None = None  # api: JMESPath of the next {cursor}; nothing, 0 or false ends the list
    first: str = ""  # what {cursor} is at first
    per: int | None = Field(default=None, ge=1, le=1000)  # items a page, by which {offset} grows
    within: Seconds | None = None  # sitemap: older entries are left out
    parts: Pattern | None = None  # sitemap: of an index's sitemaps those in whose address it is found
    full: bool = False  # a feed's text is the whole article
    # An element of a feed's item: the values of it that mean "no article".
    skip: dict[str, Texts] = Field(default_factory=dict)
    ok: str | None = None  # api: JMESPath, true in a good reply
    message: str | None = None  # api: JMESPath to what a bad reply says
    inside: str | None = None  # listing: JMESPath of the HTML, where the reply is JSON that holds it
    state: State | None = None  # api: the script of a page that holds the JSON
    unwrap: Pattern | None = None  # of a link that leads through a counter: group 1 is where it leads
    items: str | None = None  # listing: CSS of a card; api: JMESPath of the list
    link: str | None = None  # this and the next: within an item, CSS or JMESPath alike
    title: str | None = None
    author: str | None = None
    published: str | None = None
    text: str | None = None

    @model_validator(mode="after")
    def _selectors_compile(self) -> Self:
        if self.kind not in ("listing", "api"):
            return self
        if not self.items or not self.link:
            raise ValueError(f"a step of kind {self.kind} needs `items` and `link`")
        check = check_selector if self.kind == "listing" else check_path
        of_items = (self.items, self.link, self.title, self.author, self.published, self.text)
        for text in (*of_items, self.next):
            if text:
                check(text)
        for path in (self.cursor, self.ok, self.message, self.inside):
            if path:
                check_path(path)
        return self

    @model_validator(mode="after")
    def _pages_can_be_told(self) -> Self:
        if "{" in urlsplit(self.url).netloc:
            raise ValueError("the host can't be told by a {place}")
        asked = " ".join((self.url, self.json_body or "", *self.form.values()))
        if "{cursor}" in asked and not self.cursor:
            raise ValueError("{cursor} needs `cursor`, a JMESPath to the next one")
        if "{offset}" in asked and not self.per:
            raise ValueError("{offset} needs `per`, the number of items a page has")
        if self.form and self.json_body:
            raise ValueError("a request sends `form` or `json_body`, not both")
        return self


class Template(Frozen):
    """How pages of one era are laid out. The first template whose `when` is found reads the page."""

    name: str
    when: Rules
    scope: Rules = ()  # the part of a page that holds this article, where there may be several
    title: Rules = ()
    authors: Rules = ()
    published: Rules = ()
    modified: Rules = ()
    body: Rules = ()
    every: bool = False  # the body is all the nodes of a rule in order, not the first
    image: Rules = ()
    tags: Rules = ()  # what all of these give; of every other field, the first rule that gives something wins
    summary: Rules = ()
    licence: Rules = ()
    strip: Selectors = ()
    stop: Selectors = ()  # the body ends before the first of these
    next: Selectors = ()  # links that may lead to the article's next page


class Check(Frozen):
    """A page that is known to be no article. Asked where no body, or hardly one, was found; a `sure` one always."""

    state: Literal["blocked", "walled", "gone", "not_an_article"]
    reason: str
    when: Rules = ()  # any of these three is enough
    words: Patterns = ()  # in the text a reader sees, the title included
    markup: Texts = ()  # in the source as received
    max_bytes: int | None = None  # a longer page is not this one
    sure: bool = False  # whatever text there is beside it: a teaser above a pay wall

    @model_validator(mode="after")
    def _has_a_sign(self) -> Self:
        if not (self.when or self.words or self.markup):
            raise ValueError("needs `when`, `words` or `markup`")
        return self


class Clean(Frozen):
    """What is done to a body of any era, in pages and feeds alike."""

    strip: Selectors = ()
    licence: Rules = ()
    licence_author: Pattern | None = None  # the author's name in the licence, where no byline gives it
    retag: dict[Selector, Tag] = Field(default_factory=dict)  # elements that say with a class what they are
    image_query: Texts = ()  # queries of image addresses that begin so are cut
    placeholders: Texts = ()  # image addresses that hold one of these are no picture
    replace: dict[str, str] = Field(default_factory=dict)  # in a page's source, before anything is read of it

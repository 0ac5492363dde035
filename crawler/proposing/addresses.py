"""Pure: an address taken apart, and how much it looks like an article's."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from crawler.urls import registrable, split, tidy

# First segments and words of addresses that lists, people and services have.
NO_ARTICLES = frozenset((
    "about", "about-us", "account", "accounts", "advertise", "advertising", "agb", "ajax", "amp", "api",
    "app", "apps", "assets", "auth", "author", "authors", "autor", "autoren", "bookmark", "careers", "cart",
    "cat", "categories", "category", "cdn", "channel", "channels", "columnist", "columnists", "comment",
    "comments", "company", "contact", "contact-us", "contributor", "contributors", "cookie", "cookies",
    "corrections", "coupons", "css", "datenschutz", "deals-archive", "discord", "donate", "editor",
    "editors", "event", "events", "experts", "faq", "feed", "feeds", "forum", "forums", "help", "home",
    "hot-tags", "hottag", "impressum", "imprint", "index", "info", "job", "jobs", "js", "kategorie",
    "keyword", "keywords", "label", "labels", "legal", "list", "lists", "login", "logout", "mailto",
    "masthead", "me", "member", "members", "membership", "my", "newsletter", "newsletters", "notifications",
    "oauth", "p-tag", "page", "pages", "partner", "partners", "people", "person", "podcast-list", "press",
    "print", "privacy", "privacy-policy", "profile", "profiles", "projects-list", "register",
    "registration", "rss", "schlagwort", "search", "section", "sections", "serie", "series", "services",
    "settings", "share", "shop", "show-tag", "sign-in", "sign-up", "signin", "signup", "sitemap",
    "sitemaps", "space", "special", "specials", "sponsor", "sponsored", "staff", "static", "statistics",
    "store", "subject", "subscribe", "subscription", "subscriptions", "support", "tag", "tags", "team",
    "terms", "terms-of-service", "terms-of-use", "thema", "themen", "topic", "topics", "u", "uid", "upload",
    "uploads", "user", "users", "vip", "wp-admin", "wp-content", "wp-includes", "wp-json", "wp-login",
    "writer", "writers", "zhuanti", "zt",
))  # fmt: skip
# Query keys that are an article's identity on many sites, and those that never are.
_ID_KEYS = re.compile(
    r"(?:a|aid|article|article_?id|artid|contentid|cid|doc|doc_?id|f_?id|guid|id|idx|idxno|item|itemid|key|mid|news_?id|nid|no|num|p|"
    r"pid|post|post_?id|sid|sn|sno|story|story_?id|tid|threadid|__biz)",
    re.IGNORECASE,
)
_NO_ID_KEYS = re.compile(
    r"(?:page|paged|pg|start|offset|limit|size|sort|order|orderby|q|query|s|search|keyword|lang|locale|hl|tag|cat|category|"
    r"type|view|tab|ref|from|source|src|f|amp|share|v|ver|version|utm_.*|replytocom|print|output|theme|mode|format|date|"
    r"year|month|day)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\.(?:s?html?|xhtml|php\d?|aspx?|jspx?|do|cms|ece|cfm|stm|page)$", re.IGNORECASE)
_NO_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|rss|atom|pdf|zip|gz|rar|7z|exe|dmg|apk|mp[34]|m4a|avi|mov|woff2?|txt|md|docx?|xlsx?|pptx?)$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?")
_TRAILING = re.compile(r"(?:^|.*[-_.])\D{0,2}(\d{4,})$")
_LEADING = re.compile(r"(\d{3,})[-_.].+")
_HASH = re.compile(r"(?=(?:[^\W_]*\d){2})(?=[^\W_]*[A-Za-z])[A-Za-z0-9]{6,40}")
_PREFIX = re.compile(r"^(?:www|m|mobile|wap)\.(?=[^.]+\.)")
_WORDS = re.compile(r"[-_+ ]+")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Address:
    """A URL of a site, taken apart. `query` holds only what tells articles apart."""

    url: str
    scheme: str
    host: str  # with its port
    folders: tuple[str, ...]
    stem: str  # the last segment less its extension
    extension: str  # with its dot
    slash: bool  # it ends with one
    query: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The path as a pattern meets it, with what is kept of the query."""
        tail = "/" if self.slash and self.stem else ""
        kept = "&".join(f"{key}={value}" for key, value in self.query)
        path = "/" + "/".join((*self.folders, self.stem + self.extension)) + tail
        return f"{path}?{kept}" if kept else path

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each folder is: year, date, number or a word, as itself."""
        return tuple(folder if kind_of(folder) == "text" else kind_of(folder) for folder in self.folders)


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an address was seen, and what was said of it there."""

    address: Address
    texts: tuple[str, ...] = ()  # of the links to it
    ways: frozenset[str] = field(default_factory=frozenset)  # feed, sitemap, listing
    aside: bool = False  # every link to it stands in a menu or at the page's foot


def address_of(url: str, keys: Iterable[str] = ()) -> Address | None:
    """The URL taken apart; `keys` of its query are kept. None for what can be no page of a site."""
    tidied = tidy(url) if len(url) <= _LONGEST else None
    parts = split(tidied) if tidied else None
    if parts is None or _NO_PAGES.search(parts.path):
        return None
    segments = [segment for segment in parts.path.split("/") if segment]
    last = segments[-1] if segments else ""
    extension = match[0] if (match := _EXTENSION.search(last)) else ""
    wanted = frozenset(keys)
    return Address(
        url=url,
        scheme=parts.scheme,
        host=parts.netloc,
        folders=tuple(segments[:-1]),
        stem=last.removesuffix(extension),
        extension=extension,
        slash=parts.path.endswith("/"),
        query=tuple((key, value) for key, value in parse_qsl(parts.query) if key in wanted),
    )


def kind_of(segment: str) -> str:
    """year, date, number or text."""
    if not segment.isascii() or not segment[:1].isdigit():
        return "text"
    if _YEAR.fullmatch(segment):
        return "year"
    if _DATE.fullmatch(segment):
        return "date"
    return "number" if segment.isdecimal() else "text"


def has_no_articles(address: Address) -> bool:
    """Does one of its words say that it is a list, a person or a service?"""
    segments = [folder.lower() for folder in address.folders]
    if any(segment in NO_ARTICLES for segment in segments):
        return True
    return not address.query and address.stem.lower() in NO_ARTICLES


def strength(address: Address) -> int:
    """How much the last part looks like an article's: 0 (one word) to 3 (an id, or many words)."""
    if address.query:
        value = address.query[-1][1]
        return 3 if value.isdecimal() and len(value) >= 2 else 2
    stem = unquote(address.stem)
    if kind_of(stem) in ("number", "date"):
        return 3 if len(stem) >= 3 else 1
    match = _TRAILING.fullmatch(stem)
    if (match and not _YEAR.fullmatch(match[1])) or _LEADING.fullmatch(stem) or _HASH.fullmatch(stem):
        return 3
    words = [word for word in _WORDS.split(stem) if word]
    if not stem.isascii():
        return 3 if len(stem) >= 8 else 2 if len(stem) >= 4 else 1
    return min(3, len(words) - 1)


def is_dated(address: Address) -> bool:
    """Does the path name a day or a month?"""
    kinds = [kind_of(folder) for folder in address.folders]
    return "date" in kinds or "year" in kinds or _DATE.match(address.stem) is not None


def weight(text: str) -> int:
    """How long a link's text is; a character of Chinese says what two or three letters do."""
    return sum(1 if one < "⺀" else 2 for one in text)


def identity_keys(urls: Iterable[str]) -> tuple[str, ...]:
    """The query keys without which different articles would have one address."""
    by_path: dict[tuple[str, str], list[Mapping[str, str]]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        parts = split(tidy(url) or "")
        if parts is not None and parts.query:
            by_path[parts.hostname or "", parts.path].append(dict(parse_qsl(parts.query)))
    found: dict[str, None] = {}
    for (_, path), queries in by_path.items():
        found |= dict.fromkeys(_varying(path, queries))
    return tuple(found)


def _varying(path: str, queries: list[Mapping[str, str]]) -> list[str]:
    """The keys of one path's queries whose values tell its articles apart."""
    of_path = address_of(f"http://host{path}")
    if of_path is None or (strength(of_path) >= 3 and not of_path.extension):
        return []
    keys = dict.fromkeys(key for query in queries for key in query)
    return [
        key
        for key in keys
        if _tells_apart(key, [query[key] for query in queries if key in query], len(queries))
    ]


def _tells_apart(key: str, values: list[str], most: int) -> bool:
    known = _ID_KEYS.fullmatch(key) is not None
    if len(values) < 0.6 * most or (_NO_ID_KEYS.fullmatch(key) and not known):
        return False
    ids = [value for value in values if value.isdecimal() or _HASH.fullmatch(value)]
    if most == 1:
        return known and len(ids) == 1 and (key.lower() != "p" or len(values[0]) >= 3)
    return len(set(values)) >= max(2, 0.5 * len(values)) and (known or len(ids) == len(values))


def site_of(url: str) -> str:
    """The registrable domain; of a host under an ending nobody knows, the host less `www.` and the like."""
    domain, parts = registrable(url) or "", split(url)
    return _PREFIX.sub("", domain) if parts and parts.hostname == domain else domain

"""Pure: the key that all spellings of one page's URL share, and the URL less what only tracks its readers.

Nothing is ever fetched. The key is the URL without scheme, written in one way (RFC 3986, 6.2), less what a list
(`url_rules`) calls tracking, under the list's rules for single sites. It is ASCII, and the key of a key is itself.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from archive.markdown import one_line
from archive.urls.rules import RULES, TRACKING, TRACKING_STARTS, TRACKING_VALUES, SiteRule
from archive.urls.spelling import (
    FRAGMENT,
    NAME,
    VALUE,
    escaped,
    host_of,
    looks_like_an_article,
    path_of,
    without,
)

LONGEST_KEY = 1000  # PostgreSQL indexes no value over 2,704 bytes
_LONGEST_URL = 8_000  # what is longer is taken as it is
_KEPT = 900  # characters of a long key that stay readable; a blank and a SHA-256 follow
_SHORTENED = re.compile(r"[!-~]{900} [0-9a-f]{64}")

_PARTS = re.compile(r"([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_BEFORE_QUERY = re.compile(r"[^?#]*")
_OF_THE_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_ESCAPED_MARK = re.compile("%(2[356B])")  # # % & +: what parts a URL that stands in another one's query


class _Pair(NamedTuple):
    """One `name=value` of a query, written in the key's way, and as it was spelled."""

    name: str
    value: str
    spelled: str

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.value else self.name


class _Address(NamedTuple):
    """A web address in parts, less tracking, under the rule of its site."""

    host: str  # with a port that is not the default
    path: str
    pairs: list[_Pair]
    fragment: str
    rule: SiteRule | None
    match: re.Match[str] | None


def url_key(url: str) -> str:
    """What all spellings of one page's URL share, and no two pages: at most 1,000 ASCII characters.

    A text that is no http(s) URL is its own key.
    """
    return _key_at_hand(url) if len(url) < _KEPT else _key(url)


def _key(url: str) -> str:
    text = url if url.isascii() and url.isprintable() and " " not in url else one_line(url)
    if len(text) > _LONGEST_URL or (len(text) == _KEPT + 65 and _SHORTENED.fullmatch(text)):
        return _bounded(text)
    while True:  # each turn is about a shorter text
        address = _read(text)
        if address is None:
            return _bounded(_ascii(text))
        inner = _inner(address)
        if inner is None:
            return _bounded(_written(address))
        text = inner


_key_at_hand = lru_cache(maxsize=8192)(_key)  # an article's is asked for a dozen times


def untracked(url: str) -> str:
    """The URL as it is spelled, less tracking keys and less a fragment that names no page of its own."""
    address = _read(url) if len(url) <= _LONGEST_URL else None
    if address is None:
        return url
    rest, _, fragment = url.partition("#")
    query = "&".join(pair.spelled for pair in address.pairs)
    kept = f"?{query}" if query else ""
    return rest.partition("?")[0] + kept + (f"#{fragment}" if _route(fragment) else "")


def _read(text: str) -> _Address | None:
    """The parts of a web address, with or without its scheme; None for any other text."""
    if "\\" in text:
        text = _BEFORE_QUERY.sub(lambda match: match[0].replace("\\", "/"), text, count=1)
    start = _OF_THE_WEB.match(text)
    if start is None and _OTHER_SCHEME.match(text):
        return None
    parts = _PARTS.fullmatch(text, start.end() if start else 0)
    if parts is None:  # it matches any text
        return None
    authority, path, query, fragment = parts.groups("")
    if start is None and "@" in authority:
        return None
    host = host_of(authority) if len(authority) < 300 else None
    if host is None:
        return None
    path = path_of(path) if path else ""
    if host.startswith("amp.") and looks_like_an_article(path):
        host = without(host, ("amp.", "www."))
    pairs = [*_pairs(query)] if query else []
    rule, match = _rule(host, path, pairs)
    if rule is not None and pairs:
        pairs = [pair for pair in pairs if _is_kept(rule, pair)]
    return _Address(host, path, pairs, _route(fragment) if fragment else "", rule, match)


def _written(address: _Address) -> str:
    host, path, pairs, fragment, rule, match = address
    place = host + path
    if rule is not None and match is not None and rule.becomes:
        place = rule.becomes.format(*match.groups(""))
    if rule is not None and rule.keep is not None:
        fragment = ""
    if rule is not None and rule.defaults:
        pairs = [pair for pair in pairs if rule.defaults.get(pair.name) != pair.value]
    if pairs:
        place = f"{place}?{'&'.join(sorted(map(str, pairs)))}"
    return f"{place}#{fragment}" if fragment else place


def _inner(address: _Address) -> str | None:
    """The page that the address only wraps, or leads to, by the rule of its site."""
    rule, match = address.rule, address.match
    if rule is None or match is None:
        return None
    if rule.wraps:
        query = "&".join(pair.spelled for pair in address.pairs)
        return f"//{match[1]}?{query}"
    for name in rule.leads_to:
        for pair in address.pairs:
            if pair.name == name and _OF_THE_WEB.match(pair.value):
                return _ESCAPED_MARK.sub(lambda mark: chr(int(mark[1], 16)), pair.value)
    return None


# --- query and fragment ---


def _pairs(query: str) -> Iterator[_Pair]:
    """The query's pairs, less tracking."""
    for spelled in query.split("&"):
        name, _, value = spelled.partition("=")
        name, value = NAME.write(name), VALUE.write(value)
        while name.startswith("amp;"):  # an & that was escaped for HTML once too often
            name = name[4:]
        if not name and not value:
            continue
        key = name.lower()
        if key in TRACKING or key.startswith(TRACKING_STARTS):
            continue
        if key in TRACKING_VALUES and value.lower() in TRACKING_VALUES[key]:
            continue
        yield _Pair(name, value, spelled)


def _is_kept(rule: SiteRule, pair: _Pair) -> bool:
    return pair.name not in rule.drop and (rule.keep is None or pair.name in rule.keep)


def _route(fragment: str) -> str:
    """A fragment by which a script shows pages of their own (#!/news/1, #/news/1); else nothing."""
    route = FRAGMENT.write(fragment).rstrip("/")
    return route if len(route) > 1 and route[0] in "!/" else ""


# --- rules of sites ---


def _by_host() -> tuple[dict[str, tuple[SiteRule, ...]], dict[str, tuple[SiteRule, ...]]]:
    """The rules by host, and by the host whose subdomains they are for, too."""
    exact, below = dict[str, tuple[SiteRule, ...]](), dict[str, tuple[SiteRule, ...]]()
    for rule in RULES:
        for host in rule.hosts:
            table, name = (below, host[2:]) if host.startswith("*.") else (exact, host)
            table[name] = (*table.get(name, ()), rule)
    return exact, below


_EXACT, _BELOW = _by_host()
_OF_EVERY_HOST = _EXACT.pop("*", ())


@lru_cache(maxsize=1024)
def _rules(host: str) -> tuple[SiteRule, ...]:
    """The rules that may fit a host's URLs, in order."""
    labels = host.split(".")
    ends = [".".join(labels[start:]) for start in range(len(labels))]
    below = (rule for end in ends for rule in _BELOW.get(end, ()))
    return (*_EXACT.get(host, ()), *below)


def _rule(host: str, path: str, pairs: list[_Pair]) -> tuple[SiteRule | None, re.Match[str] | None]:
    rules = _rules(host)
    if pairs and path.endswith(".php"):
        rules += _OF_EVERY_HOST
    for rule in rules:
        match = rule.pattern.fullmatch(path)
        if match and all(any(pair.name == name for pair in pairs) for name in rule.needs):
            return rule, match
    return None, None


# --- texts ---


def _ascii(text: str) -> str:
    """A text that is no web address, without what a key may not hold."""
    return re.sub(r"[^!-~]", lambda match: escaped(match[0]), text)


def _bounded(key: str) -> str:
    if len(key) <= LONGEST_KEY and key.isascii():
        return key
    readable = _ascii(key)
    return f"{readable[:_KEPT]} {hashlib.sha256(readable.encode()).hexdigest()}"

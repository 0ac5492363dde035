"""Addresses without a recipe: tidied, and whose they are."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import safe_url_string

from archive import looks_like_an_article, untracked

_NUMBER = re.compile(r"\d")
# What stands behind an article's path where it is shown otherwise, or in part.
_VARIANT = re.compile(r"amp|amp\.html|print|m|mobile|all|full|index\.\w+|\d{1,2}", re.IGNORECASE)
_DATES = re.compile(r".*/(?:19|20)\d\d(?:/\d{1,2}){0,2}")
_LIST = re.compile(
    "news|blogs?|articles?|posts?|stor(?:y|ies)|categor(?:y|ies)|channels?|columns?|tags?|topics?|archives?|lists?|index|home"
    "|latest|all|search|section|page|main|default|[a-z]{2}(?:-[a-z]{2})?",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def split(url: str) -> SplitResult | None:
    """The parts of an http(s) URL with a host; None for anything else."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def tidy(url: str) -> str | None:
    """The URL without tracking keys, fragment (unless a script's page lies there), user and default port.

    None if it is no http(s) URL.
    """
    parts = split(untracked(url.strip()))
    if parts is None:
        return None
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port not in (None, _DEFAULT_PORTS[parts.scheme]):
        host = f"{host}:{parts.port}"
    try:
        return safe_url_string(
            urlunsplit((parts.scheme, host, parts.path or "/", parts.query, parts.fragment))
        )
    except ValueError:
        return None


def is_front_page(url: str) -> bool:
    """Is it the address of a site's front page?"""
    parts = split(url)
    return parts is not None and not parts.path.strip("/") and not (parts.query or parts.fragment)


def is_list_beside(url: str, article: str) -> bool:
    """Does the URL look like a list's, and the other one's like that of an article in it?"""
    parts, own = split(url), split(article)
    if parts is None or own is None:
        return False
    path, page = parts.path.rstrip("/"), own.path.rstrip("/")
    if _DATES.fullmatch(path) and page.startswith(f"{path}/"):
        return True
    if looks_like_an_article(path) or _NUMBER.search(parts.query):
        return False
    if _name(path) == _name(page):
        return bool(_NUMBER.search(own.query)) and path == page  # the page's query is its identity
    if _LIST.fullmatch(_name(path)):
        return True
    return page.startswith(f"{path}/") and not _VARIANT.fullmatch(page[len(path) + 1 :])


def _name(path: str) -> str:
    """The last part of a path, less its extension."""
    return path.rpartition("/")[2].partition(".")[0]


def registrable(url: str) -> str | None:
    """The registrable domain of a URL (its host, where that is an address); None without a host."""
    parts = split(url)
    if parts is None or parts.hostname is None:
        return None
    return _suffixes()(parts.hostname).top_domain_under_public_suffix or parts.hostname.replace(":", "-")


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    # The list bundled with the package: no look-up on the network, nothing cached on disk.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)

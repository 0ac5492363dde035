"""Addresses in a page: made absolute, and written so that Markdown reads them whole."""

import re
from html.entities import html5
from urllib.parse import quote, urldefrag, urljoin, urlsplit

_LINKED = frozenset({"http", "https", "ftp", "mailto", "tel"})
_SHOWN = frozenset({"http", "https"})
# Spaces end a destination, parentheses and <> bound it, `|` ends a cell, a backtick may open code.
_UNSAFE = re.compile(r"[\s\x00-\x20\x7f<>()\\\"`|]")
_REFERENCE = re.compile(r"&(?=(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_BLANKS = re.compile(r"[\t\n\r]+")


def link_target(href: str, base_url: str) -> str | None:
    """Where a link leads, absolute; None for scripts, data and places within the page itself."""
    url = _absolute(href, base_url, _LINKED)
    if url is None or "#" not in url:
        return url
    return None if urldefrag(url).url == urldefrag(base_url).url else url


def picture_address(src: str, base_url: str) -> str | None:
    """Where a picture or film lies, absolute; None for data URIs and the like."""
    return _absolute(src, base_url, _SHOWN)


def destination(url: str) -> str:
    """The address as a Markdown link's destination."""
    return _REFERENCE.sub(_escaped, _UNSAFE.sub(lambda match: quote(match[0], safe=""), url))


def is_reference(name: str) -> bool:
    """Does `&name;` stand for a character?"""
    return name.startswith("#") or f"{name};" in html5


def _absolute(href: str, base_url: str, schemes: frozenset[str]) -> str | None:
    href = _BLANKS.sub("", href.strip())
    if not href or href.startswith("#"):
        return None
    try:
        url = urljoin(base_url, href)
        parts = urlsplit(url)
    except ValueError:  # http://[broken
        return None
    is_complete = parts.scheme in schemes and (parts.netloc or parts.path) and url != f"{parts.scheme}://"
    return url if is_complete else None


def _escaped(match: re.Match[str]) -> str:
    return r"\&" if is_reference(match[1]) else "&"

"""Pure: where a saved page was saved from, and when."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote

from crawler.reading.dates import parse_date
from crawler.urls import split, tidy

_TOP_BYTES = 200_000
# Browsers ("save page as") and SingleFile say it in a comment at the top.
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)(?:\s+saved date:\s*([^\n]{1,80}))?")
_TAG = re.compile(r"<(?:link|meta)\b[^>]{1,3000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PAGE = re.compile(r"\.(?:x?html?)$", re.IGNORECASE)
_ZONE_NAME = re.compile(r"\s*\([^()]*\)\s*$")


def saved_from(content: bytes, path: str, beside: bytes | None) -> tuple[str | None, datetime | None]:
    """The page's URL and when it was saved; None for what nobody says.

    Asked are a meta.json that lies `beside` it, a comment at its top, what it calls its own address, and the `path` of
    its file: a URL for a name, or folders called like a host.
    """
    url, saved_at = _beside(beside)
    text = content[:_TOP_BYTES].decode("utf-8", "replace")
    single = _SINGLE_FILE.search(text)
    if single and not url:
        return _web(single[1]), saved_at or _date(single[2] or "")
    comment = _SAVED_FROM.search(text)
    found = url or _web(comment[1] if comment else "") or _own(text) or _of_path(path)
    return found, saved_at


def _beside(content: bytes | None) -> tuple[str | None, datetime | None]:
    try:
        stated = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(stated, dict):
        return None, None
    at = stated.get("fetched_at") or stated.get("saved_at")
    moment = parse_date(at, "UTC", datetime.now(UTC)) if isinstance(at, str) else None
    return _web(str(stated.get("url") or "")), moment.astimezone(UTC) if moment else None


def _own(text: str) -> str | None:
    stated: dict[str, str] = {}
    for tag in _TAG.finditer(text):
        pairs = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag[0])}
        if "canonical" in pairs.get("rel", "").lower().split():
            stated.setdefault("canonical", pairs.get("href", ""))
        if (pairs.get("property") or pairs.get("name")) == "og:url":
            stated.setdefault("og", pairs.get("content", ""))
    found = (_web(unescape(stated.get(key, ""))) for key in ("canonical", "og"))
    return next((url for url in found if url), None)


def _of_path(path: str) -> str | None:
    name = unquote(PurePosixPath(path).name)
    if name.startswith(("http://", "https://")):
        return _web(_PAGE.sub("", name) if name.count(".html") > 1 else name)
    parts = PurePosixPath(path).parts
    for place, part in enumerate(parts[:-1]):
        if re.fullmatch(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}", part, re.IGNORECASE):
            return _web("https://" + "/".join(map(unquote, parts[place:])))
    return None


def _web(url: str) -> str | None:
    return tidy(url) if url and split(url) else None


def _date(text: str) -> datetime | None:
    """`Tue Nov 24 2026 10:00:00 GMT+0800 (China Standard Time)`, as a browser writes it."""
    text = _ZONE_NAME.sub("", text).replace("GMT+", "+").replace("GMT-", "-")
    match = re.search(r"([A-Z][a-z]{2}) (\d\d) (\d{4}) (\d\d:\d\d:\d\d) ([+-]\d{4})", text)
    try:
        if match:
            month, day, year, clock, offset = match.groups()
            return parsedate_to_datetime(f"{day} {month} {year} {clock} {offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None

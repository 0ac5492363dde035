"""Pure: what an index of a web archive (CDX) lists, in the shapes of the Wayback Machine and of Common Crawl."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.discovery.link import DiscoveryError
from crawler.discovery.unpacking import unpacked

MOST_CAPTURES = 200_000
_LONGEST_URL = 2_000
_GOOD = ("200", "-", "")  # of a `revisit` the index states nothing
_HTML = ("text/html", "application/xhtml+xml", "warc/revisit", "unk", "-", "")


@dataclass(frozen=True, slots=True)
class Capture:
    """A copy that a web archive has: the page's URL, and when it was taken, as its index writes it and in UTC."""

    url: str
    timestamp: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Index:
    """What a reply lists: pages that were answered, and the key by which the next part is asked for."""

    captures: tuple[Capture, ...]
    resume_key: str | None = None


def read(body: bytes) -> Index:
    """The reply of an index, packed or not. DiscoveryError where it is none."""
    text = b"".join(unpacked(body)).decode("utf-8", "replace").strip()
    if not text:
        return Index(())
    if text.startswith("{"):
        return Index(tuple(_captures(_objects(text))))
    rows = _array(text)
    resume_key = None
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        resume_key, rows = str(rows[-1][0]), rows[:-2]
    names = [str(name) for name in rows[0]] if rows else []
    if rows and not {"original", "timestamp"} <= set(names):
        raise DiscoveryError("no index of captures: its first row names no `original` and `timestamp`")
    objects = (dict(zip(names, row, strict=False)) for row in rows[1:])
    return Index(tuple(_captures(objects)), resume_key)


def next_address(address: str, resume_key: str) -> str:
    """The address of the index's next part."""
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "resumeKey"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("resumeKey", resume_key)])))


def within(address: str, since: str, until: str) -> str:
    """The address with an empty `from=` and `to=` filled in; days without hyphens."""
    parts = urlsplit(address)
    days = {"from": since, "to": until}
    query = [
        (name, value or days.get(name, "")) for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    is_asked = any(
        name in days and not value for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return urlunsplit(parts._replace(query=urlencode(query))) if is_asked else address


def copy_address(address: str, capture: Capture) -> str:
    """Where the Wayback Machine behind an index's address has a copy, as it was received."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/web/{capture.timestamp}id_/{capture.url}"


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    """An object a line, as Common Crawl has it; lines that are none are passed over."""
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _array(text: str) -> list[Sequence[Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(
            "no index of captures but something that is no JSON; its address wants output=json"
        ) from error
    if not isinstance(rows, list):
        raise DiscoveryError("no index of captures but other JSON")
    return [row for row in rows if isinstance(row, list)]


def _captures(rows: Iterator[Mapping[str, Any]]) -> Iterator[Capture]:
    for row in islice(rows, MOST_CAPTURES):
        url, timestamp = str(row.get("original") or row.get("url") or ""), str(row.get("timestamp") or "")
        status = str(row.get("statuscode") or row.get("status") or "")
        kind = str(row.get("mimetype") or row.get("mime") or "").lower()
        at = _moment(timestamp)
        is_page = url.startswith(("http://", "https://")) and len(url) <= _LONGEST_URL
        if is_page and at is not None and status in _GOOD and kind in _HTML:
            yield Capture(url, timestamp, at)


def _moment(timestamp: str) -> datetime | None:
    """Fourteen digits, or fewer: 20140512 is its first second."""
    if not timestamp.isdecimal() or len(timestamp) not in (4, 6, 8, 10, 12, 14):
        return None
    try:
        return datetime.strptime(timestamp + "0101000000"[len(timestamp) - 4 :], "%Y%m%d%H%M%S").replace(
            tzinfo=UTC
        )
    except ValueError:
        return None

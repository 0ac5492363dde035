"""Pages in a WARC file (ISO 28500), read as a stream: what was answered with 200 and is HTML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from archive import unpacked
from crawler.past.importing.item import LARGEST_BYTES, Broken, Item, Place
from crawler.past.importing.stream import DamageError, Stream

_MOST_LINES, _LONGEST_LINE = 200, 16 * 1024
_LARGEST_SKIPPED = 2 * 1024**3  # bytes: more is no record but a bomb
_VERSION = re.compile(rb"WARC/\d+\.\d+\s*\Z")
_MARK = b"\nWARC/"
_HTML = ("text/html", "application/xhtml+xml")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")


@dataclass(frozen=True, slots=True)
class _Head:
    fields: Mapping[str, str]
    length: int

    @property
    def is_page(self) -> bool:
        kind, url = self.fields.get("warc-type", ""), self.fields.get("warc-target-uri", "").strip("<> ")
        return kind == "response" and url.startswith(("http://", "https://")) and self.length <= LARGEST_BYTES


def pages(
    file: BinaryIO, name: str, saved_at: datetime, after: Place | None = None
) -> Iterator[Item | Broken | Place]:
    """Every page that was answered; each other record's Place; what is broken is told and stepped over.

    `after` is the Place of the last record that is done with; `saved_at` stands where a record has no date.
    """
    start = after.start if after else 0
    for record in _Records(Stream(file, start), name, saved_at, start).each():
        place = record if isinstance(record, Place) else record.place
        if after is None or (place.start, place.further) > (after.start, after.further):
            yield record


class _Records:
    def __init__(self, stream: Stream, name: str, saved_at: datetime, start: int) -> None:
        self._stream = stream
        self._name = name
        self._saved_at = saved_at
        self._place = Place(start, -1)

    def each(self) -> Iterator[Item | Broken | Place]:
        while True:
            try:
                head = self._head()
                if head is None:
                    return
                yield self._taken(head)
            except DamageError as error:
                yield Broken(f"{self._name} at {self._place.start:,}", self._place, str(error))
                if not self._stream.begin_again(_MARK):
                    return

    def _head(self) -> _Head | None:
        """The head of the next record; None at the end of the file."""
        line = self._stepped()
        while line and not line.strip():
            line = self._stepped()
        if not line:
            return None
        if not _VERSION.fullmatch(line):
            raise DamageError("no WARC record begins here")
        fields: dict[str, str] = {}
        for _ in range(_MOST_LINES):
            line = self._stream.line(_LONGEST_LINE)
            if not line.strip():
                return _Head(fields, _length(fields))
            key, _, value = line.decode("utf-8", "replace").partition(":")
            fields.setdefault(key.strip().lower(), value.strip())
        raise DamageError(f"a head of more than {_MOST_LINES} lines")

    def _stepped(self) -> bytes:
        """A line that may begin a record; the Place is the record's then."""
        boundary, before = self._stream.boundary(), self._place
        line = self._stream.line(_LONGEST_LINE)
        if line.strip():
            self._place = Place(before.start, before.further + 1) if boundary is None else Place(boundary)
        return line

    def _taken(self, head: _Head) -> Item | Broken | Place:
        if not head.is_page:
            self._stream.skip(head.length)
            return self._place
        block = self._stream.take(head.length)
        if "warc-truncated" in head.fields:
            return Broken(self._of(head), self._place, f"cut short ({head.fields['warc-truncated']})")
        return self._page(head, block) or self._place

    def _page(self, head: _Head, block: bytes) -> Item | Broken | None:
        """The page in a response's block; None where it is another answer."""
        parts = _HEAD_END.split(block, maxsplit=1)
        status, headers = _http_head(parts[0])
        stated = _stated(headers, "content-type")
        if status != 200 or len(parts) < 2 or not stated.lower().lstrip().startswith(_HTML):
            return None
        try:
            body = _body(parts[1], headers)
        except ValueError as error:
            return Broken(self._of(head), self._place, str(error))
        return Item(
            kind="page",
            name=self._of(head),
            place=self._place,
            content=body,
            fetched_at=self._moment(head.fields.get("warc-date", "")),
            url=head.fields["warc-target-uri"].strip("<> "),
            content_type=stated,
            headers=headers,
        )

    def _moment(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            return self._saved_at

    def _of(self, head: _Head) -> str:
        return f"{self._name}: {head.fields.get('warc-target-uri', '').strip('<> ')}"


def _length(fields: Mapping[str, str]) -> int:
    stated = fields.get("content-length", "")
    if not stated.isdecimal() or len(stated) > 15:
        raise DamageError("a record without a length")
    if int(stated) > _LARGEST_SKIPPED:
        raise DamageError(f"a record of {int(stated):,} bytes")
    return int(stated)


def _http_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    lines = head.decode("latin-1").splitlines()[:_MOST_LINES]
    words = lines[0].split(maxsplit=2) if lines else []
    status = int(words[1]) if len(words) > 1 and words[1].isdecimal() and len(words[1]) == 3 else 0
    pairs = (line.partition(":") for line in lines[1:])
    return status, tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _stated(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _body(body: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The body unpacked. Common Crawl keeps the words of a head whose body it has unpacked. Raises ValueError."""
    if "chunked" in _stated(headers, "transfer-encoding").lower():
        body = _dechunked(body)
    encodings = [value for key, value in headers if key.lower() == "content-encoding"]
    try:
        return unpacked(body, encodings, LARGEST_BYTES)
    except ValueError:
        if b"<" in body[:1000] and b"\0" not in body[:1000]:
            return body
        raise


def _dechunked(body: bytes) -> bytes:
    """The body without its chunks; as it is where it has none."""
    pieces: list[bytes] = []
    start = 0
    while (size := _CHUNK_SIZE.match(body, start)) is not None:
        count, start = int(size[1], 16), size.end()
        if count == 0:
            return b"".join(pieces)
        pieces.append(body[start : start + count])
        start += count
        start += 2 if body[start : start + 2] == b"\r\n" else 0
    return b"".join(pieces) if pieces else body

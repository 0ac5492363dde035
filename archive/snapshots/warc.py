"""WARC 1.1 (ISO 28500:2017): an exchange as records, and the records of a file, one gzip member each."""

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from archive.snapshots.exchange import Exchange

ARTICLE = "Broadsheet-Article"  # a field of our own: the URL of the article a response was asked for
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
RENDERED = "text/html; charset=utf-8"
_VERSION = "WARC/1.1"
_PARSER = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0"])
_MAGIC = b"\x1f\x8b\x08"
_PIECE = 16 * 1024
_BREAKS = re.compile(r"[\r\n\0]+")
_OF_REVISITS = (
    "warc-type",
    "warc-profile",
    "warc-refers-to",
    "warc-refers-to-target-uri",
    "warc-refers-to-date",
)
_TYPES = {
    "warcinfo": "application/warc-fields",
    "request": "application/http; msgtype=request",
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
    "conversion": RENDERED,
    "resource": "text/html",
}
RESPONSES = ("response", "revisit", "resource", "conversion")
_BARE = ("conversion", "resource")  # without a head of HTTP


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it lies in a file: its headers in order, its block, and the gzip member that holds both."""

    headers: tuple[tuple[str, str], ...]
    block: bytes
    offset: int
    length: int

    def get(self, name: str) -> str:
        """The value of a header; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def kind(self) -> str:
        return self.get("WARC-Type")

    @property
    def record_id(self) -> str:
        return bare(self.get("WARC-Record-ID"))

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.get("WARC-Date"))

    @property
    def payload(self) -> bytes:
        if self.kind in _BARE:
            return self.block
        return self.block.partition(b"\r\n\r\n")[2]

    def status_and_headers(self) -> tuple[int, tuple[tuple[str, str], ...]]:
        """The HTTP status and headers of a response. Raises ValueError."""
        if self.kind in _BARE:
            return 200, (("Content-Type", self.get("Content-Type")),)
        head = self.block.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in head[1:])
        return int(head[0].split(" ")[1]), tuple((name, value.lstrip(" ")) for name, _, value in pairs)


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a file that holds no whole record; `is_torn` where the file just ends in one."""

    offset: int
    end: int
    is_torn: bool


def digest(content: bytes) -> str:
    """As the standard writes it: the algorithm, a colon, base 32."""
    return "sha256:" + base64.b32encode(hashlib.sha256(content).digest()).decode()


def new_id() -> str:
    """A record id, without the brackets it has in a file."""
    return bare(StatusAndHeadersParser.make_warc_id())


def bare(record_id: str) -> str:
    return record_id.removeprefix("<").removesuffix(">")


def stamp(at: datetime | str) -> str:
    """A moment as WARC-Date says it; given as an aware UTC datetime or as `utc` writes it."""
    text = at if isinstance(at, str) else at.isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z"


def warcinfo(name: str, at: datetime, software: str) -> bytes:
    """The record that begins a file."""
    fields = f"software: {software}\r\nformat: WARC File Format 1.1\r\n"
    fields += "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    headers = [("WARC-Type", "warcinfo"), ("WARC-Record-ID", f"<{new_id()}>")]
    return member([*headers, ("WARC-Date", stamp(at)), ("WARC-Filename", name)], fields.encode())


def request(exchange: Exchange, response_id: str) -> bytes:
    """The request, as the response's companion."""
    target = re.sub(r"^[a-z][a-z0-9+.\-]*://[^/?#]*", "", exchange.url, flags=re.IGNORECASE).partition("#")[0]
    line = f"{exchange.method} {target if target.startswith('/') else '/' + target} HTTP/1.1"
    block = _head(line, exchange.request_headers)
    headers = _named("request", new_id(), exchange)
    return member([*headers, ("WARC-Concurrent-To", f"<{response_id}>")], block)


def response(exchange: Exchange, record_id: str) -> bytes:
    """The response, whole."""
    headers = _named("response", record_id, exchange)
    headers.append(("WARC-Payload-Digest", digest(exchange.body)))
    return member(headers, _response_head(exchange) + exchange.body)


def revisit(exchange: Exchange, record_id: str, original: tuple[str, str, str]) -> bytes:
    """The response without its payload, which is that of `original`: record id, URL, date (`utc`)."""
    headers = _named("revisit", record_id, exchange)
    headers.append(("WARC-Payload-Digest", digest(exchange.body)))
    return member([*headers, *_referring(original)], _response_head(exchange))


def with_payload(record: Record, payload: bytes) -> bytes:
    """A revisit as the response that holds the payload."""
    told = [pair for pair in record.headers if pair[0].lower() not in _OF_REVISITS]
    headers = [("WARC-Type", "response"), *told]
    return member(headers, record.block + payload)


def referring_to(record: Record, original: tuple[str, str, str]) -> bytes:
    """A revisit of another original: its record id, URL, date (`utc`)."""
    told = [pair for pair in record.headers if pair[0].lower() not in _OF_REVISITS]
    headers = [("WARC-Type", "revisit"), *told, *_referring(original)]
    return member(headers, record.block)


def resource(exchange: Exchange, record_id: str) -> bytes:
    """A page that came as a file, and nobody knows with what head."""
    headers = _named("resource", record_id, exchange)
    headers.append(("WARC-Payload-Digest", digest(exchange.body)))
    return member(headers, exchange.body)


def conversion(exchange: Exchange, record_id: str, of: str) -> bytes:
    """What a browser made of the response `of`."""
    html = exchange.rendered or b""
    headers = [
        *_named("conversion", record_id, exchange),
        ("WARC-Refers-To", f"<{of}>"),
        ("WARC-Payload-Digest", digest(html)),
    ]
    return member(headers, html)


def member(headers: Sequence[tuple[str, str]], block: bytes) -> bytes:
    """A record as a gzip member of its own. Its type, digest and length are set as they have to be."""
    derived = ("content-type", "content-length", "warc-block-digest")
    kept = [(name, _line(value)) for name, value in headers if name.lower() not in derived]
    kept.append(("WARC-Block-Digest", digest(block)))
    kept.append(("Content-Type", _TYPES[dict(kept)["WARC-Type"]]))
    kept.append(("Content-Length", str(len(block))))
    head: bytes = StatusAndHeaders("", kept, protocol=_VERSION).to_bytes(encoding="utf-8")
    pack = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return pack.compress(head + block + b"\r\n\r\n") + pack.flush()


def record_at(stream: BinaryIO, offset: int) -> Record:
    """The record whose member begins at this byte. Raises ValueError, or EOFError where the file ends in it."""
    stream.seek(offset)
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    pieces, read = [], 0
    while not unzip.eof:
        piece = stream.read(_PIECE)
        if not piece:
            raise EOFError(offset)
        read += len(piece)
        try:
            pieces.append(unzip.decompress(piece))
        except zlib.error as error:
            raise ValueError(f"byte {offset}: {error}") from error
    return _parsed(b"".join(pieces), offset, read - len(unzip.unused_data))


def records(stream: BinaryIO, start: int, end: int) -> Iterator[Record | Damage]:
    """What lies between two bytes of a file, in order; what is damaged is stepped over."""
    offset = start
    while offset < end:
        try:
            record = record_at(stream, offset)
        except (ValueError, EOFError) as error:
            after = _next_record(stream, offset + 1, end)
            yield Damage(offset, after, after == end and _just_ends(error, stream, offset))
            offset = after
        else:
            yield record
            offset = record.end


def _just_ends(error: Exception, stream: BinaryIO, offset: int) -> bool:
    """Was a record begun here and never finished? After a power cut the rest of a file may be zeros."""
    stream.seek(offset)
    return isinstance(error, EOFError) or not stream.read().strip(b"\0")


def _next_record(stream: BinaryIO, start: int, end: int) -> int:
    """Where the next whole record begins; the end where there is none."""
    stream.seek(start)
    content = stream.read(end - start)
    found = content.find(_MAGIC)
    while found >= 0:
        try:
            record_at(stream, start + found)
        except (ValueError, EOFError):
            found = content.find(_MAGIC, found + 1)
        else:
            return start + found
    return end


def _parsed(content: bytes, offset: int, length: int) -> Record:
    head, end_of_head, rest = content.partition(b"\r\n\r\n")
    if not head.startswith(b"WARC/1.") or not end_of_head:
        raise ValueError(f"byte {offset}: no WARC record")
    headers = tuple(_PARSER.parse(BytesIO(head + end_of_head)).headers)
    record = Record(headers, rest[:-4], offset, length)
    if rest[-4:] != b"\r\n\r\n" or record.get("Content-Length") != str(len(record.block)):
        raise ValueError(f"byte {offset}: a record of another length than it says")
    return record


def _named(kind: str, record_id: str, exchange: Exchange) -> list[tuple[str, str]]:
    named = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Target-URI", exchange.url.replace(" ", "%20")),
        ("WARC-Date", stamp(exchange.at)),
    ]
    return [*named, (ARTICLE, exchange.article)] if exchange.article else named


def _referring(original: tuple[str, str, str]) -> list[tuple[str, str]]:
    refers_to, url, at = original
    return [
        ("WARC-Profile", SAME_PAYLOAD),
        ("WARC-Refers-To", f"<{refers_to}>"),
        ("WARC-Refers-To-Target-URI", url),
        ("WARC-Refers-To-Date", stamp(at)),
    ]


def _response_head(exchange: Exchange) -> bytes:
    # What came in chunks is whole here.
    told = [pair for pair in exchange.headers if pair[0].lower() != "transfer-encoding"]
    return _head(f"HTTP/1.1 {exchange.status} {exchange.reason}".rstrip(), told)


def _head(line: str, headers: Sequence[tuple[str, str]]) -> bytes:
    lines = [line, *(f"{name}: {value}" for name, value in headers)]
    return "".join(_line(one) + "\r\n" for one in [*lines, ""]).encode("latin-1", "replace")


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text)

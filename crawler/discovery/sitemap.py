"""A sitemap: a reply → its items, or an index's sitemaps. Read as it is unpacked; no tree is built."""

import codecs
import re
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree

from crawler.discovery import feed
from crawler.discovery.link import DiscoveryError, Item, Listed, Reply
from crawler.discovery.page import looks_like
from crawler.discovery.unpacking import unpacked
from crawler.source import Step

MOST_URLS = 50_000  # in one sitemap: https://www.sitemaps.org/protocol.html
_MOST_EVENTS = 4_000_000  # elements and texts: 50,000 pages with some ten images each
_DEEPEST = 100
_LONGEST = 3_000  # characters of an address or title
_LONGEST_LINE = 10_000
_MARK = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0")
_FEEDS = ("rss", "feed", "RDF")  # a feed may stand for a sitemap
_CHUNKS_OF_A_FEED = 160  # 10 MB
_START = re.compile(rb"<\?xml\s|<(?:[\w-]{1,20}:)?(?:urlset|sitemapindex)[\s>]")
# An ampersand of no entity, or of half a character: lxml stumbles over what libxml2 makes of that.
_BARE = re.compile(rb"&(?!#?\w{1,32};)|&(?=#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[5-7]\d{3});)")
# What is read of an entry, by the element around it: images and films have `loc` and `title`, too.
_FIELDS = {
    ("url", "loc"): "loc",
    ("url", "lastmod"): "lastmod",
    ("sitemap", "loc"): "loc",
    ("sitemap", "lastmod"): "lastmod",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
}


def read(reply: Reply, step: Step) -> Listed:
    """The sitemap's pages in its order, or the sitemaps of an index. DiscoveryError where the reply is neither."""
    chunks = unpacked(reply.body)
    head = next((chunk for chunk in chunks if chunk), b"")
    if _is_text(head):
        return Listed(items=(Item(url) for url in _lines(chain((head,), chunks))))
    entries = _Entries(chain((head,), chunks))
    root = entries.root()
    if root == "urlset":
        return Listed(items=(_item(entry) for entry in entries))
    if root == "sitemapindex":
        named = ((entry["loc"], entry.get("lastmod")) for entry in entries if entry.get("loc"))
        return Listed(parts=tuple(named))
    if root in _FEEDS:
        body = b"".join(islice(unpacked(reply.body), _CHUNKS_OF_A_FEED))
        return feed.read(Reply(body, reply.url, reply.content_type, reply.received_at), step)
    raise DiscoveryError(f"not a sitemap but {looks_like(head, reply.content_type)}")


def _item(entry: dict[str, str]) -> Item:
    return Item(
        url=entry.get("loc", ""),
        title=entry.get("title"),
        published=entry.get("published") or entry.get("lastmod"),
    )


# --- one address a line ---


def _is_text(head: bytes) -> bool:
    return head.removeprefix(_MARK).lstrip()[:8].lower().startswith((b"http://", b"https://"))


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + decoder.decode(chunk)).splitlines() or [""]
        yield from (line.strip() for line in lines if line.strip())
        rest = rest[:_LONGEST_LINE]
    if rest.strip():
        yield rest.strip()


# --- XML ---


class _Entries:
    """The entries of a sitemap as they are parsed, each with the fields of it that are known, at most 50,000."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = _repaired(chunks)
        self._target = _Target()
        self._parser = etree.XMLParser(
            target=self._target, recover=True, resolve_entities=False, no_network=True
        )

    def root(self) -> str | None:
        """The name of the outermost element."""
        while self._target.root is None and self._feed():
            pass
        return self._target.root

    def __iter__(self) -> Iterator[dict[str, str]]:
        count, entries = 0, self._target.entries
        while entries or self._feed():
            while entries:
                yield entries.popleft()
                count += 1
                if count == MOST_URLS:
                    return

    def _feed(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None or self._target.is_too_much:
            return False
        try:
            self._parser.feed(chunk)
        except (etree.LxmlError, ValueError):  # what came until then counts
            return False
        return True


class _Target:
    """Told by lxml of every element; keeps what is asked for of the entries."""

    def __init__(self) -> None:
        self.root: str | None = None
        self.entries = deque[dict[str, str]]()
        self._events = 0
        self._path: list[str] = []
        self._entry: dict[str, str] = {}
        self._field: str | None = None
        self._text = ""

    @property
    def is_too_much(self) -> bool:
        return self._events > _MOST_EVENTS or len(self._path) > _DEEPEST

    def start(self, tag: str, _attributes: object) -> None:
        name = tag.rpartition("}")[2]
        self._events += 1
        if self.root is None:
            self.root = name
        if name in ("url", "sitemap"):
            self._entry = {}
        self._field = _FIELDS.get((self._path[-1], name)) if self._path else None
        self._text = ""
        self._path.append(name)

    def data(self, text: str) -> None:
        self._events += 1
        if self._field and len(self._text) < _LONGEST:
            self._text += text

    def end(self, _tag: str) -> None:
        name = self._path.pop() if self._path else ""
        if self._field:
            # Some escape twice.
            self._entry[self._field] = self._text[:_LONGEST].strip().replace("&amp;", "&")
            self._field = None
        elif name in ("url", "sitemap"):
            self.entries.append(self._entry)
            self._entry = {}

    def close(self) -> None:
        """Asked for by lxml."""


def _repaired(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks so that none ends within a tag or an entity, with their bare ampersands escaped."""
    head = next(chunks, b"")
    if head.startswith(_WIDE):
        yield from chain((head,), chunks)
        return
    rest = b""
    start = _START.search(head) or re.search(b"<", head)
    for chunk in chain((head[start.start() if start else 0 :],), chunks):
        whole, end, rest = (rest + chunk).rpartition(b">")
        if len(rest) > _LONGEST_LINE:
            whole, end, rest = whole + end + rest, b"", b""
        if whole:
            yield _BARE.sub(b"&amp;", whole + end)
    if rest:
        yield _BARE.sub(b"&amp;", rest)

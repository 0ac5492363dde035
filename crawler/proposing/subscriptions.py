"""Pure: the feeds of an OPML file, or of a list of addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from crawler.reading.decoding import decode
from crawler.urls import split

MOST = 1_000
_MOST_OUTLINES = 20_000
_LARGEST = 5 * 1024 * 1024  # bytes
_LONGEST = 2_000  # characters of an address
_MARK = b"\xef\xbb\xbf"


class SubscriptionsError(Exception):
    """A file that names no feeds: what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed, or a page where only that is named; `page` is the site's own."""

    url: str
    title: str | None = None
    page: str | None = None


def subscriptions(content: bytes) -> tuple[Subscription, ...]:
    """The feeds a file names, each once, at most 1,000. Raises SubscriptionsError where there are none."""
    if len(content) > _LARGEST:
        raise SubscriptionsError(f"larger than {_LARGEST // 1024**2} MiB; no list of feeds is")
    head = content[:1_000].removeprefix(_MARK).lstrip()
    found = _of_opml(content) if head.startswith(b"<") else _of_lines(decode(content, None))
    once: dict[str, Subscription] = {}
    for one in found:
        once.setdefault(one.url, one)
    if not once:
        raise SubscriptionsError("no feeds in it; name an OPML file, or a text file with a URL on each line")
    return tuple(once.values())[:MOST]


def _of_opml(content: bytes) -> Iterator[Subscription]:
    # Entities stay what they are: a few lines can stand for gigabytes, or for a file of this machine.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SubscriptionsError(f"not OPML: {str(error).splitlines()[0]}") from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise SubscriptionsError("not OPML; its first element should be <opml>")
    for outline in islice(root.iter("{*}outline"), _MOST_OUTLINES):
        named = {name.lower(): value.strip() for name, value in outline.attrib.items()}
        feed, page = _address(named.get("xmlurl")), _address(named.get("htmlurl"))
        link = (
            _address(named.get("url"))
            if named.get("type", "").lower() in ("link", "rss", "include")
            else None
        )
        url = feed or page or link
        if url:
            yield Subscription(url, named.get("title") or named.get("text") or None, page)


def _of_lines(text: str) -> Iterator[Subscription]:
    for line in text.splitlines()[:_MOST_OUTLINES]:
        url = _address(line.partition(" ")[0].strip())
        if url:
            yield Subscription(url)


def _address(text: str | None) -> str | None:
    """The http(s) address; `feed:` before one goes."""
    url = (text or "").strip().removeprefix("feed:")
    url = f"http:{url}" if url.startswith("//") else url
    return url if len(url) <= _LONGEST and split(url) else None

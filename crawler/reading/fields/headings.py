"""The headings a page shows: their text, where its parts meet, and less the kicker above it."""

import re
from dataclasses import dataclass

from crawler.reading.facts import line
from crawler.reading.fields.sites import key
from crawler.reading.fields.walk import is_short
from crawler.reading.page import Node, Page, text_of

_MOST = {"h1": 12, "h2": 12, "h3": 6}
_LONGEST = 400  # characters; a longer heading wraps an article
_DEEPEST = 5
_MOST_KICKER = 0.7  # of a heading's characters
_BETWEEN = " |·/–—-:"
# Text that goes on in small letters or with a stop is one phrase with what stands before it.
_GOES_ON = re.compile(r"^(?:[a-zß-öø-ÿа-я]|[’'.,:;!?)])")
_HOME_PATHS = frozenset({"", "/", "./", "../", "index.html", "/index.html", "index.php", "/index.php"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is shown."""

    node: Node
    text: str  # one line
    key: str
    rank: int  # 1 for h1
    place: int  # among the headings of its rank, from 0

    def __str__(self) -> str:
        return f"h{self.rank}"


def headings(page: Page) -> list[Heading]:
    """The first headings of each rank, in the order of the page, h1 before h2."""
    return page.once("headings", lambda: _headings(page))


def less_kicker(heading: Heading) -> str:
    """The heading's text less a kicker ("Analysis") that stands before it in an element of its own."""
    kicker, text = _kicker(heading.node), heading.text
    rest = text[len(kicker) :].lstrip(_BETWEEN)
    long = len(kicker) > _MOST_KICKER * len(text)
    return text if not kicker or long or kicker.endswith((":", "：")) or _GOES_ON.search(rest) else rest


def edges(heading: Heading) -> frozenset[int]:
    """Where one element's text in the heading ends and another's begins, in letters of its key."""
    at, found = 0, []
    for part in heading.node.itertext():
        at += len(key(part))
        found.append(at)
    return frozenset(found)


def leads_home(heading: Heading) -> bool:
    """Is the heading a link to the site's front page? Then it is a logo."""
    links = (*heading.node.iter("a"), *heading.node.iterancestors("a"))
    return any(_is_home(link.get("href")) for link in links[:2])


def _headings(page: Page) -> list[Heading]:
    found: dict[str, list[Heading]] = {name: [] for name in _MOST}
    for node in page.root.iter(*_MOST):
        alike = found[node.tag]
        if len(alike) >= _MOST[node.tag] or not is_short(node, _LONGEST):
            continue
        text = line(text_of(node) if len(node) else node.text)
        if text and len(text) <= _LONGEST and (own := key(text)):
            alike.append(Heading(node, text, own, int(node.tag[1]), len(alike)))
    return [heading for alike in found.values() for heading in alike]


def _kicker(node: Node) -> str:
    """The text of the element a heading begins with, where more follows it; empty where there is none."""
    for _ in range(_DEEPEST):
        telling = [child for child in node if (child.tail or "").strip() or key(text_of(child))]
        if (node.text or "").strip() or not telling:
            return ""
        if len(telling) > 1 or (telling[0].tail or "").strip():
            return text_of(telling[0])
        node = telling[0]
    return ""


def _is_home(address: str | None) -> bool:
    if address is None:
        return False
    host = address.strip().partition("://")[2]
    return not host.partition("/")[2] if host else address.strip() in _HOME_PATHS

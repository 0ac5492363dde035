"""What a page shows beside the text that was read of it, for the question whether it is an article at all."""

import re
from functools import cached_property
from html import unescape
from itertools import islice

from crawler.reading.metadata import says_article
from crawler.reading.page import BLOCKS, Node, Page, shown

_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"<a\b[^<>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_LINKED_HEADING = re.compile(
    r"<h[1-6]\b[^<>]*>\s*(?:<\w+[^<>]*>\s*)?<a\b|<a\b[^<>]*>\s*<h[1-6]\b", re.IGNORECASE
)
_BLOCK = re.compile(r"<(?:p|li|h[1-6]|blockquote)\b", re.IGNORECASE)
# Shares of a body's text. Lists have more; a long text may have a long list of links at its end.
_MOSTLY_LINKS, _MOSTLY_LINKS_OF_MUCH = 0.6, 0.75
_LONG = 2_500  # bytes
_HARDLY_ANY = 100  # characters
_MOST_LINKS, _SHORTEST_LINK = 500, 6  # links; characters: shorter ones may stand anywhere
_MOST_SCRIPTS, _LONGEST_SCRIPT = 10, 100_000
_MOST_LINES = 1_500
_LONGEST_LINE = 200  # characters; notices are short, and prose that mentions their words is longer
_LONGEST_HEADLINE = 120
_MOST_HEADLINES = 8
_LINES = BLOCKS | {"button", "label", "option"}


class Sight:
    """A page and the body read of it. Sizes are bytes of UTF-8: one of Chinese says three times one of English."""

    def __init__(self, page: Page, title: str | None, body: str | None) -> None:
        self.page = page
        self.title = title
        self.body = body or ""  # HTML

    @cached_property
    def prose(self) -> str:
        """The body's text on one line."""
        return _text(self.body)

    @cached_property
    def size(self) -> int:
        """How much text the body has."""
        return _size(self.prose)

    @cached_property
    def linked(self) -> float:
        """The share of the body's text that stands in links."""
        links = [_text(text) for text in _LINK.findall(self.body)]
        if not links:  # perhaps they were left out of it
            links = [text for text in self._link_texts if text in self.prose]
        return min(1.0, sum(map(_size, links)) / self.size) if self.size else 0.0

    @property
    def is_mostly_links(self) -> bool:
        return self.linked > (_MOSTLY_LINKS if self.size < _LONG else _MOSTLY_LINKS_OF_MUCH)

    @cached_property
    def linked_headings(self) -> int:
        return len(_LINKED_HEADING.findall(self.body))

    @cached_property
    def blocks(self) -> int:
        """Paragraphs and headings of the body."""
        return len(_BLOCK.findall(self.body))

    @cached_property
    def is_said_article(self) -> bool:
        return says_article(self.page)

    @cached_property
    def said(self) -> str:
        """What the page says of itself in JSON-LD, as written."""
        scripts = self.page.linked_data[:_MOST_SCRIPTS]
        return "\n".join(script[:_LONGEST_SCRIPT] for script in scripts)

    @cached_property
    def headlines(self) -> str:
        """What the page calls itself: its title elements and first headings, one a line."""
        heads = [self.page.root.findtext(".//title"), self.title, *self.page.metas.get("og:title", [])]
        nodes = islice(self.page.root.iter("h1", "h2"), _MOST_HEADLINES)
        heads += ["".join(node.itertext()) for node in nodes]
        lines = (" ".join((head or "").split()) for head in heads)
        return "\n".join(line for line in lines if 0 < len(line) <= _LONGEST_HEADLINE)

    @cached_property
    def lines(self) -> str:
        """The short lines a reader sees, blocks and buttons each one; the title first."""
        title = " ".join((self.page.root.findtext(".//title") or "").split())
        return "\n".join(line for line in (title, *self._all_lines) if 0 < len(line) <= _LONGEST_LINE)

    @cached_property
    def shown(self) -> int:
        """How much text the page shows in all."""
        return sum(len(line.encode()) for line in self._all_lines)

    def stands_at_the_end(self, match: re.Match[str]) -> bool:
        """Do the words stand outside the body, or near its end? In the midst of it they are what it is about."""
        place = self.prose.find(match[0])
        return place < 0 or len(self.prose) <= _HARDLY_ANY or 2 * place > len(self.prose)

    @cached_property
    def _link_texts(self) -> list[str]:
        links = islice(self.page.root.iter("a"), _MOST_LINKS)
        texts = (" ".join(_written_in(link).split()) for link in links)
        return [text for text in texts if len(text) >= _SHORTEST_LINK]

    @cached_property
    def _all_lines(self) -> list[str]:
        # NUL is in no text, and a line end in one parts nothing.
        lines = "".join(shown(self.page.root, _LINES, "\0")).split("\0")
        return [line for line in (" ".join(line.split()) for line in lines) if line][:_MOST_LINES]


def _written_in(node: Node) -> str:
    return "".join(node.itertext()) if len(node) else node.text or ""


def _text(html: str) -> str:
    return unescape(" ".join(_TAG.sub(" ", html).split()))


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))

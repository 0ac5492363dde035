"""The dates that a reader of the page sees: in time elements, in lines about the headline, anywhere."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml import etree

from crawler.reading.fields.sighting import Sighting
from crawler.reading.page import Node, Page

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "button", "nav",
                     "aside", "form", "head"})  # fmt: skip
_BLOCKS = frozenset({"div", "p", "li", "ul", "h1", "h2", "h3", "h4", "h5", "section", "article", "header", "footer",
                     "td", "tr", "br", "table", "dl", "dt", "dd", "figure", "main", "blockquote"})  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_MOST_HEADINGS = 40
_MOST_STEPS = 140  # steps through the tree behind the headline
_MOST_NEAR = 60  # where it is only to confirm what the page states for machines
_MOST_BEFORE = 60
_MOST_TEXT = 1_500  # characters behind the headline, by which the article has begun
_MOST_SIGHTINGS = 4
_MOST_TIMES = 10  # time elements looked at
_MOST_OF_TIMES = 3  # and taken
_MOST_DATED = 200  # texts with a date that are weighed
_SHORTEST_DATE = 6
_LONGEST_LINE = 160  # a byline is short; what is longer is text
_LONGEST_LOOSE = 60  # and a line with a date that lacks its year is shorter still
_LONGEST_TITLE = 300
_MOST_BESIDE = 40  # characters that a date told by a label has beside it

# A cheap question first: most lines hold no year at all.
_MAY_BE_DATED = re.compile(r"(?:19|20)\d\d|\d[./-]\s?\d\d?[./-]\s?\d\d")
_DATED = re.compile(
    r"(?:19|20)\d\d\s{0,2}[-/.年년]\s{0,2}\d{1,2}\s{0,2}[-/.月월]\s{0,2}\d{1,2}"
    r"|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d\d)(?!\d)"
    r"|[^\W\d_]{3,12}\.?,?\s+(?:de\s+)?\d{1,2}(?:st|nd|rd|th)?\s*,?\s+(?:19|20)\d\d"
    r"|\d{1,2}(?:st|nd|rd|th|er|\.|º)?[\s-]{1,3}(?:de\s+|of\s+)?[^\W\d_]{3,12}\.?,?[\s-]{1,3}(?:del?\s+)?(?:19|20)\d\d",
    re.IGNORECASE,
)
_MAY_BE_LOOSE = re.compile(r"[\d天前日刚]|today|heute|gestern|yesterday", re.IGNORECASE)
_LOOSE = re.compile(
    r"(?<!\d)\d{1,2}(?:[-/月.]\s?\d{1,2}[.日]?,?\s+|月\d{1,2}日?\s*)\d{1,2}:\d\d|[\d半一二三几]\s?[个個]?\w{1,3}前\b|^刚刚|[昨前今]天\s*\d|昨日\s*\d"
    r"|\b\d{1,3} ?\w{1,7} ago\b|\bvor \d+ \w+|\b(?:yesterday|today|gestern|heute),? (?:at |um )?\d\d?[:.]\d\d",
    re.IGNORECASE,
)
_CHANGED = (
    r"\bupdated?(?: on)?\b|\bmodified\b|last (?:edit|change)\w*|更新|修改|aktualisiert|geändert|editiert|\bstand\s?:"
    r"|mis à jour|mise à jour|actualizado|aggiornato|atualizado|bijgewerkt"
)
_ISSUED = (
    r"published|posted|\bfirst\b|original|发布|发表|公開|掲載|veröffentlicht|erstellt|publié|publicado|pubblicato"
    r"|geplaatst|\bby\b"
)
_LABEL = re.compile(rf"({_CHANGED})|({_ISSUED})", re.IGNORECASE)
_SET_OFF = re.compile(r"\s*[|–—·/]|\s+-\s")
_LABEL_ALONE = re.compile(rf"(?:{_CHANGED}|{_ISSUED})[^\d]{{0,12}}", re.IGNORECASE)
_NOT_OURS = re.compile(r"©|\bcopyright\b|&copy|版权所有|all rights", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"comment|related|(?<!has-)(?<!with-)(?<!no-)(?<!double-)sidebar|side-bar|recommend|popular|trending|most-?read|latest|teasers|teaser-?list|widget|\bnav|menu|copyright"
    r"|promo(?!t)|newsletter|carousel|slider|breaking|ticker|disqus|site-?footer|page-?footer|cookie",
    re.IGNORECASE,
)
# The same without what may not stand around them: ten times as fast.
_MAY_BE_ELSEWHERE = re.compile(
    "comment|related|sidebar|side-bar|recommend|popular|trending|most|latest|teaser|widget|nav|menu|copyright|promo|newsletter"
    "|carousel|slider|breaking|ticker|disqus|footer|cookie"
)
_ABOUT_DATES = re.compile(r"date|time|publi|posted|byline|meta|datum|info|source|detail", re.IGNORECASE)
_TOLD = re.compile(
    rf"{_ISSUED}|时间|日期|時間|日時|\bdate\b|datum|\bvom\b|\bon\b|pressemitteilung|来源", re.IGNORECASE
)


def seen(page: Page, far: bool) -> Iterator[Sighting]:
    """The dated lines below the headline, nearest first; the page's time elements; the lines above the headline."""
    heading = headline(page)
    if heading is None:
        yield from islice(times(page), _MOST_OF_TIMES)
        return
    own = _line_of(heading)
    below = (
        one
        for line in _lines(_after(heading), _MOST_STEPS if far else _MOST_NEAR)
        for one in sighted(line, "below the headline")
    )
    above = (
        one for line in _lines(_before(heading), _MOST_BEFORE) for one in sighted(line, "above the headline")
    )
    yield from islice(below, _MOST_SIGHTINGS)
    yield from islice(times(page), _MOST_OF_TIMES)
    yield from (one for one in islice(above, _MOST_SIGHTINGS) if own not in one.text)


def times(page: Page) -> Iterator[Sighting]:
    """What the page's time elements state, those inside the article first; none of comments and the like."""
    outside, shared = [], _holders(page)
    for node in islice(page.root.iter("time", "relative-time"), _MOST_TIMES):
        text = node.get("datetime") or node.get("content") or _line_of(node)
        place = _place_of(node, shared)
        if not text or place == "elsewhere":
            continue
        names = _names(node)
        changed = bool(re.search(r"updat|modif", names)) and not re.search(
            r"publish|entry-date|posted", names
        )
        one = Sighting(text[:_LONGEST_LINE], "time element", changed)
        if place == "article":
            yield one
        else:
            outside.append(one)
    yield from outside


def anywhere(page: Page) -> tuple[Sighting, ...]:
    """Dated short texts anywhere on the page, best first."""
    shared = _holders(page)
    ranked = (
        (_rank(node, line, shared), one)
        for node, line in _dated_texts(page.root)
        for one in sighted(line, f"{node.tag} {_names(node)[:40]}".strip())
    )
    good = [pair for pair in islice(ranked, _MOST_DATED) if pair[0]]
    good.sort(key=lambda pair: -pair[0])
    return tuple(one for _, one in good[:_MOST_SIGHTINGS])


def _dated_texts(root: Node) -> Iterator[tuple[Node, str]]:
    """The short texts with a date, each with the element it stands in."""
    for node in root.iter():
        text, parent = node.text, None
        if text and len(text) >= _SHORTEST_DATE and node.tag not in _SILENT and is_dated(text):
            yield node, _beginning(text)
        text = node.tail
        if text and len(text) >= _SHORTEST_DATE and is_dated(text):
            parent = node.getparent()
        if text and parent is not None and parent.tag not in _SILENT:
            yield parent, _beginning(text)


def _beginning(text: str) -> str:
    """Enough of it on one line to tell whether it is longer than a line may be."""
    return " ".join(text[: 4 * _LONGEST_LINE].split())[: _LONGEST_LINE + 1]


def _rank(node: Node, line: str, shared: frozenset[Node]) -> int:
    """3 for what is told as a date, 2 for what stands alone or in an element of such a name, 1 for others."""
    if node.tag == "a" or _place_of(node, shared) == "elsewhere":
        return 0
    rest = _DATED.sub("", line)
    if len(rest) <= _MOST_BESIDE and _TOLD.search(rest):
        return 3
    parent = node.getparent()
    names = _names(node) + ("" if parent is None else " " + _names(parent))
    return 2 if len(rest) <= _MOST_BESIDE // 2 or _ABOUT_DATES.search(names) else 1


def headline(page: Page) -> Node | None:
    """The heading that repeats the page's title, else the first of the first rank."""
    return page.once("dated headline", lambda: _headline(page))


def _headline(page: Page) -> Node | None:
    title = (page.metas.get("og:title") or [""])[0] + "\n" + (page.root.findtext(".//title") or "")
    title = "".join(title[: 2 * _LONGEST_TITLE].split())
    first: Node | None = None
    for node in islice(page.root.iter(*_HEADINGS), _MOST_HEADINGS):
        text = "".join(_line_of(node).split())
        if len(text) > 5 and text in title:
            return node
        if node.tag == "h1" and text:
            first = node if first is None else first
    return first


def sighted(line: str, origin: str) -> Iterator[Sighting]:
    """The line's dates: parted where a label says that another date begins."""
    if len(line) > _LONGEST_LINE:
        line = _opening(line)
    loose = len(line) <= _LONGEST_LOOSE and _MAY_BE_LOOSE.search(line) and _LOOSE.search(line)
    if not (loose or is_dated(line)) or _NOT_OURS.search(line):
        return
    labels = list(islice(_LABEL.finditer(line), 6))
    starts = [0, *(label.start() for label in labels)]
    kinds = [False, *(bool(label[1]) for label in labels)]
    ends = [*starts[1:], len(line)]
    for start, end, changed in zip(starts, ends, kinds, strict=True):
        part = line[start:end].strip()
        if loose or is_dated(part):
            yield Sighting(part, origin, changed, is_dated(part))


def is_dated(line: str) -> bool:
    """Does the line hold a date with a year?"""
    return bool(_MAY_BE_DATED.search(line) and _DATED.search(line))


def _opening(line: str) -> str:
    """What a paragraph begins with, where that is a date set off from its text: `Berlin, 3. Mai 2019 - `."""
    match = _DATED.search(line[:_LONGEST_LOOSE])
    return line[: match.end()] if match and _SET_OFF.match(line, match.end()) else ""


def _lines(trees: Iterator[Node], most: int) -> Iterator[str]:
    """The lines of the trees, parted at blocks, as far as the first so many steps and 1,500 characters."""
    parts: list[str] = []
    total = 0
    for piece in _pieces(trees, most):
        if piece != "\n":
            parts.append(piece)
            total += len(piece)
        elif parts:
            line = " ".join("".join(parts).split())
            parts.clear()
            if _LABEL_ALONE.fullmatch(line):
                parts.append(line + " ")  # of the date in the next block
            elif line:
                yield line
        if total > _MOST_TEXT:
            return
    yield " ".join("".join(parts).split())


def _pieces(trees: Iterator[Node], most: int) -> Iterator[str]:
    """The text of the trees in pieces; a line break for each edge of a block."""
    steps = (step for tree in trees for step in etree.iterwalk(tree, events=("start", "end")))
    silent: Node | None = None
    for event, node in islice(steps, most):
        name = node.tag
        if event == "start":
            silent = node if silent is None and _is_silent(node) else silent
            text = node.text
        else:
            silent = None if silent is node else silent
            text = node.tail or " "
        if name in _BLOCKS:
            yield "\n"
        if silent is None and text:
            yield text


def _is_silent(node: Node) -> bool:
    return node.tag in _SILENT or _speaks_of_elsewhere(_names(node))


def _after(node: Node | None) -> Iterator[Node]:
    """The trees that follow, in the order of the page."""
    while node is not None:
        yield from node.itersiblings()
        node = node.getparent()


def _before(node: Node | None) -> Iterator[Node]:
    """The trees shortly before, the nearest first."""
    for _ in range(5):
        if node is None:
            return
        yield from islice(node.itersiblings(preceding=True), 3)
        node = node.getparent()


def _place_of(node: Node, shared: frozenset[Node]) -> str:
    """`elsewhere` if the node stands among comments, related articles, menus or such; else `article` or `page`.

    What also holds the headline, the `shared` elements, says nothing by its name: `content with-sidebar`."""
    for place in (node, *islice(node.iterancestors(), 12)):
        if place.tag in ("article", "main"):
            return "article"
        if place in shared:
            return "page"
        if place.tag in ("aside", "nav") or _speaks_of_elsewhere(_names(place)):
            return "elsewhere"
    return "page"


def _holders(page: Page) -> frozenset[Node]:
    """The elements that hold the headline, or the whole page where there is none."""
    heading = headline(page)
    return frozenset(page.root.iter("body")) if heading is None else frozenset(heading.iterancestors())


@lru_cache(maxsize=4096)
def _speaks_of_elsewhere(names: str) -> bool:
    """Kept, for a page has the same few names on most of its elements."""
    return _MAY_BE_ELSEWHERE.search(names.lower()) is not None and _ELSEWHERE.search(names) is not None


def _names(node: Node) -> str:
    """The node's class and id."""
    return f"{node.get('class') or ''} {node.get('id') or ''}"[:200]


def _line_of(node: Node) -> str:
    return " ".join("".join(islice(node.itertext(), 30))[:_LONGEST_TITLE].split())

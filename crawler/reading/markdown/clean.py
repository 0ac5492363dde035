"""The body fragment as a tree, and what in it is not for reading."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from crawler.reading.markdown import pictures
from crawler.reading.markdown.code import PROSE, is_gutter
from crawler.reading.markdown.tags import attribute, classes, style, words

# Characters that can't be parsed or kept: NUL, surrogates. The rest goes with the text around it.
_UNPARSABLE = re.compile("[\x00\ud800-\udfff]")
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n\s*")
_NEVER_READ = words(
    "script style template head title iframe frame frameset object applet svg canvas map button select textarea "
    "datalist progress meter rt rp rtc annotation-xml"
)
_FOR_SCREEN_READERS = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "screen-reader-only"})
_ANYWHERE = "https://page.invalid/"
_NOT_SHOWN = re.compile(r"display\s*:\s*none")


def parsed(fragment: str) -> BeautifulSoup:
    """The fragment's tree. Text without any tag keeps its paragraphs by its empty lines."""
    fragment = _UNPARSABLE.sub("", fragment)
    if "<" not in fragment:
        fragment = _PARAGRAPH_END.sub("<br><br>", fragment)
    # In a box: a fragment that begins like an address or like XML makes the parser warn, and an empty one fail.
    return BeautifulSoup(f"<div>{fragment}", "lxml", multi_valued_attributes=None, huge_tree=True)


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be known of tags before they are read, by their ids."""

    unread: set[int]  # scripts, forms, what is hidden, a picture's second copy
    with_prose: set[int]  # hold what no code holds
    with_listing: set[int]  # hold code on lines of its own
    with_source: set[int]  # hold a formula as its author wrote it


def survey(soup: BeautifulSoup) -> Survey:
    """One look over the whole tree."""
    tags = [tag for tag in soup.descendants if isinstance(tag, Tag)]
    unread = {id(tag) for tag in tags if _is_never_read(tag)}
    unread.update(_second_copies(tag for tag in tags if tag.name == "noscript"))
    with_picture = _around(tags, words("img"))
    doubtful = [
        tag for tag in tags if _is_doubtful(tag) or (tag.name == "noscript" and id(tag) not in with_picture)
    ]
    if doubtful:
        lengths = _lengths(soup, unread)
        # What holds all text but a word is the article, whatever it says: hidden until a script runs, a form around it.
        unread.update(id(tag) for tag in doubtful if not _is_all(lengths.get(id(tag), 0), lengths[id(soup)]))
    around = (_around(tags, names) for names in (PROSE, words("pre"), words("annotation")))
    return Survey(unread, *around)


def _around(tags: list[Tag], names: frozenset[str]) -> set[int]:
    """The ids of all tags that hold one of these."""
    around: set[int] = set()
    for tag in (tag for tag in tags if tag.name in names):
        for parent in tag.parents:
            if id(parent) in around:
                break
            around.add(id(parent))
    return around


def _is_never_read(tag: Tag) -> bool:
    if tag.name in ("td", "th"):
        return is_gutter(tag)
    is_icon = tag.name in ("i", "span") or attribute(tag, "href").startswith("#")
    return tag.name in _NEVER_READ or (is_icon and attribute(tag, "aria-hidden") == "true")


def _is_doubtful(tag: Tag) -> bool:
    is_hidden = tag.has_attr("hidden") or _NOT_SHOWN.search(style(tag)) is not None
    return tag.name in ("form", "nav") or is_hidden or not _FOR_SCREEN_READERS.isdisjoint(classes(tag))


def _is_all(own: int, total: int) -> bool:
    return own > 0 and (total - own) * 100 <= own


def _lengths(soup: BeautifulSoup, unread: set[int]) -> dict[int, int]:
    """How much text each tag holds, by its id."""
    lengths: dict[int, int] = {}
    for node in reversed(list(soup.self_and_descendants)):
        if isinstance(node, Tag):
            own = lengths.setdefault(id(node), 0)
        else:
            own = len(node.strip()) if type(node) is NavigableString else 0
        if node.parent is not None and id(node) not in unread:
            lengths[id(node.parent)] = lengths.get(id(node.parent), 0) + own
    return lengths


def _second_copies(noscripts: Iterable[Tag]) -> Iterator[int]:
    """Of a lazy picture and its `<noscript>` twin, the one that names no address, or else the twin."""
    inner: set[int] = set()
    for noscript in noscripts:
        found = [] if id(noscript) in inner else noscript.find_all(["img", "noscript"])
        inner |= {id(tag) for tag in found if tag.name == "noscript"}
        own = next((tag for tag in found if tag.name == "img"), None)
        twin = _picture_beside(noscript)
        if own is not None and twin is not None:
            yield id(noscript if pictures.source(twin, _ANYWHERE) else twin)
        elif own is not None:
            yield from _preview(own)


def _preview(picture: Tag) -> Iterator[int]:
    """The small picture that a script would put this one for, as at Medium: elsewhere, under the same name."""
    before = picture.find_previous("img")
    if isinstance(before, Tag) and _file_name(before) == _file_name(picture) != "":
        yield id(before)


def _file_name(picture: Tag) -> str:
    return urlsplit(pictures.source(picture, _ANYWHERE) or "").path.rpartition("/")[2]


def _picture_beside(noscript: Tag) -> Tag | None:
    for siblings in (noscript.previous_siblings, noscript.next_siblings):
        beside = next((each for each in siblings if isinstance(each, Tag) or _is_text(each)), None)
        if isinstance(beside, Tag) and beside.name != "noscript":
            found = beside if beside.name == "img" else beside.find("img")
            if isinstance(found, Tag):
                return found
    return None


def _is_text(node: PageElement) -> bool:
    return not isinstance(node, PreformattedString) and bool(str(node).strip())

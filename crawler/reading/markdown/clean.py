"""What in the body fragment is not for reading, and what holds what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from crawler.reading.markdown import pictures
from crawler.reading.markdown.code import PROSE, is_gutter
from crawler.reading.markdown.tags import classes, style, words
from crawler.reading.markdown.tree import Tag, Tree, beside

_NEVER_READ = words(
    "script style template head title iframe frame frameset object applet svg canvas map button select textarea "
    "datalist progress meter rt rp rtc annotation-xml"
)
_FOR_SCREEN_READERS = frozenset({"sr-only", "visually-hidden", "screen-reader-text", "screen-reader-only"})
_PICTURE, _LISTING, _SOURCE = words("img"), words("pre"), words("annotation")
_ANYWHERE = "https://page.invalid/"
_NOT_SHOWN = re.compile(r"display\s*:\s*none")


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be known of tags before they are read, by their ids."""

    unread: set[int]  # scripts, forms, what is hidden, a picture's second copy
    with_prose: set[int]  # hold what no code holds
    with_listing: set[int]  # hold code on lines of its own
    with_source: set[int]  # hold a formula as its author wrote it


def survey(tree: Tree) -> Survey:
    """One look over the whole tree."""
    tags = tree.tags
    names = {tag.name for tag in tags}
    unread = {id(tag) for tag in tags if _is_never_read(tag)}
    doubtful = [tag for tag in tags if _is_doubtful(tag)]
    if "noscript" in names:
        unread.update(_second_copies(tags))
        with_picture = _around(tags, _PICTURE)
        doubtful += (tag for tag in tags if tag.name == "noscript" and id(tag) not in with_picture)
    if doubtful:
        lengths = _lengths(tree, unread)
        # What holds all text but a word is the article, whatever it says: hidden until a script runs, a form around it.
        total = lengths[id(tree.root)]
        unread.update(id(tag) for tag in doubtful if not _is_all(lengths.get(id(tag), 0), total))
    return Survey(unread, *(_around(tags, held & names) for held in (PROSE, _LISTING, _SOURCE)))


def _around(tags: list[Tag], names: frozenset[str]) -> set[int]:
    """The ids of all tags that hold one of these."""
    around: set[int] = set()
    for tag in (tag for tag in tags if tag.name in names) if names else ():
        parent = tag.parent
        while parent is not None and id(parent) not in around:
            around.add(id(parent))
            parent = parent.parent
    return around


def _is_never_read(tag: Tag) -> bool:
    name, said = tag.name, tag.attributes
    if name in _NEVER_READ:
        return True
    if not said:
        return False
    if name in ("td", "th"):
        return is_gutter(tag)
    is_icon = said.get("aria-hidden") == "true"
    return is_icon and (name in ("i", "span") or said.get("href", "").startswith("#"))


def _is_doubtful(tag: Tag) -> bool:
    if tag.name in ("form", "nav"):
        return True
    said = tag.attributes
    if not said:
        return False
    is_hidden = "hidden" in said or ("style" in said and _NOT_SHOWN.search(style(tag)) is not None)
    return is_hidden or ("class" in said and not _FOR_SCREEN_READERS.isdisjoint(classes(tag)))


def _is_all(own: int, total: int) -> bool:
    return own > 0 and (total - own) * 100 <= own


def _lengths(tree: Tree, unread: set[int]) -> dict[int, int]:
    """How much text each tag holds, by its id."""
    lengths: dict[int, int] = {}
    for tag in (*reversed(tree.tags), tree.root):
        own = sum(len(text.strip()) for text in tag.contents if isinstance(text, str))
        lengths[id(tag)] = own = lengths.get(id(tag), 0) + own
        if tag.parent is not None and id(tag) not in unread:
            lengths[id(tag.parent)] = lengths.get(id(tag.parent), 0) + own
    return lengths


def _second_copies(tags: list[Tag]) -> Iterator[int]:
    """Of a lazy picture and its `<noscript>` twin, the one that names no address, or else the twin."""
    inner: set[int] = set()
    before = _before(tags)
    for noscript in (tag for tag in tags if tag.name == "noscript"):
        found = [] if id(noscript) in inner else list(noscript.inner("img", "noscript"))
        inner |= {id(tag) for tag in found if tag.name == "noscript"}
        own = next((tag for tag in found if tag.name == "img"), None)
        twin = _picture_beside(noscript)
        if own is not None and twin is not None:
            yield id(noscript if pictures.source(twin, _ANYWHERE) else twin)
        elif own is not None:
            yield from _preview(own, before.get(id(own)))


def _before(tags: list[Tag]) -> dict[int, Tag]:
    """For each picture, by its id, the one before it."""
    found = [tag for tag in tags if tag.name == "img"]
    return {id(tag): before for before, tag in pairwise(found)}


def _preview(picture: Tag, before: Tag | None) -> Iterator[int]:
    """The small picture that a script would put this one for, as at Medium: elsewhere, under the same name."""
    if before is not None and _file_name(before) == _file_name(picture) != "":
        yield id(before)


def _file_name(picture: Tag) -> str:
    return urlsplit(pictures.source(picture, _ANYWHERE) or "").path.rpartition("/")[2]


def _picture_beside(noscript: Tag) -> Tag | None:
    siblings = beside(noscript)
    for side in (range(noscript.place - 1, -1, -1), range(noscript.place + 1, len(siblings))):
        near = next((one for at in side if _is_something(one := siblings[at])), None)
        if isinstance(near, Tag) and near.name != "noscript":
            found = near if near.name == "img" else next(near.inner("img"), None)
            if found is not None:
                return found
    return None


def _is_something(node: Tag | str) -> bool:
    return isinstance(node, Tag) or bool(node.strip())

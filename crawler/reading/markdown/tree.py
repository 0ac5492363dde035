"""The body fragment as a tree: only what is read of one, for a page has a thousand tags."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

# Characters that can't be parsed or kept: NUL, surrogates. The rest goes with the text around it.
_UNPARSABLE = re.compile("[\x00\ud800-\udfff]")
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n\s*")
_KEEPING_SPACE = frozenset({"pre", "textarea"})
_SPACES = " \n\t\f\r"
_NO_PROSE = frozenset({"script", "style", "template", "rt", "rp"})


class Tag:
    """One element. Two are never equal."""

    __slots__ = ("attributes", "contents", "name", "parent", "place")

    def __init__(self, name: str, attributes: Mapping[str, str], parent: "Tag | None", place: int) -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.place = place  # among its parent's contents
        self.contents: list[Tag | str] = []

    @property
    def parents(self) -> Iterator["Tag"]:
        """What holds it, the nearest first."""
        parent = self.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    def inner(self, *names: str) -> Iterator["Tag"]:
        """The tags of these names in it, in the page's order."""
        return (node for node in self.nodes() if isinstance(node, Tag) and node.name in names)

    def nodes(self, without: frozenset[str] = frozenset()) -> Iterator["Tag | str"]:
        """Tags and texts in it, in the page's order; of tags named in `without` nothing that they hold."""
        todo = self.contents[::-1]
        while todo:
            node = todo.pop()
            yield node
            if isinstance(node, Tag) and node.name not in without:
                todo += reversed(node.contents)

    @property
    def text(self) -> str:
        return "".join(node for node in self.nodes(_NO_PROSE) if isinstance(node, str))


class Tree:
    """What the parser tells, as tags; comments only part the texts beside them."""

    def __init__(self) -> None:
        self.root = Tag("", {}, None, 0)
        self.tags: list[Tag] = []  # all but the root, in the page's order
        self._open = self.root
        self._texts: list[str] = []
        self._keeping = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._end_text()
        parent = self._open
        tag = Tag(name, attributes, parent, len(parent.contents))
        parent.contents.append(tag)
        self.tags.append(tag)
        self._open = tag
        self._keeping += name in _KEEPING_SPACE

    def end(self, name: str) -> None:
        self._end_text()
        tag = self._open
        if tag.name == name and tag.parent is not None:
            self._keeping -= name in _KEEPING_SPACE
            self._open = tag.parent

    def data(self, text: str) -> None:
        self._texts.append(text)

    def comment(self, _text: str) -> None:
        self._end_text()

    def pi(self, _target: str, _text: str | None = None) -> None:
        self._end_text()

    def close(self) -> "Tree":
        self._end_text()
        return self

    def _end_text(self) -> None:
        if not self._texts:
            return
        text = "".join(self._texts)
        self._texts.clear()
        if not self._keeping and not text.strip(_SPACES):
            text = "\n" if "\n" in text else " "
        self._open.contents.append(text)


def beside(tag: Tag) -> list[Tag | str]:
    """The tag among all that its parent holds."""
    return [tag] if tag.parent is None else tag.parent.contents


def parsed(fragment: str) -> Tree:
    """The fragment's tree. Text without any tag keeps its paragraphs by its empty lines."""
    fragment = _UNPARSABLE.sub("", fragment)
    if "<" not in fragment:
        fragment = _PARAGRAPH_END.sub("<br><br>", fragment)
    tree = Tree()
    parser = etree.HTMLParser(target=tree, huge_tree=True)
    # In a box: a parser takes an empty text for an error.
    parser.feed(f"<div>{fragment}")
    parser.close()
    return tree

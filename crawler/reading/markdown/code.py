"""Blocks of code: their text without gutters, and their language."""

import re
from collections.abc import Iterator

from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from crawler.reading.markdown.blocks import Listing
from crawler.reading.markdown.runs import clean
from crawler.reading.markdown.tags import attribute, classes, words

# What highlighters (Prism, highlight.js, Rouge, Chroma, SyntaxHighlighter, GitHub) call a column of line numbers.
GUTTERS = words(
    "gutter linenos lineno line-number line-numbers linenumber linenumbers line-numbers-rows lnt ln hljs-ln-numbers "
    "hljs-ln-n rouge-gutter blob-num code-gutter react-syntax-highlighter-line-number"
)
# A `<pre>` with one of these is a whole article: old pages do so to keep their line ends.
PROSE = words("p img h1 h2 h3 h4 h5 h6 blockquote figure section article")
_LINES = words("div tr li p dd")
_SKIPPED = words("script style button template textarea select svg")
_NAMED = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|highlight-text|brush)(?:-|:\s*)([\w+#.-]+)")
_BESIDE = frozenset({"hljs", "highlight", "sourcecode", "prettyprint", "syntaxhighlighter", "codehilite"})
_LINE_END = "".join(["\n"])  # known by identity from one that the page has
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9+#.-]{0,29}")
_NO_LANGUAGE = words(
    "text txt plain plaintext none nohighlight no-highlight code auto undefined linenums copyable notranslate "
    "line-numbers wrap nogutter hljs"
)


def listing(tag: Tag) -> Listing | None:
    """The tag as a block of code; None where it holds nothing."""
    lines = [line.rstrip() for line in clean("".join(_strings(tag))).split("\n")]
    filled = [index for index, line in enumerate(lines) if line]
    if not filled:
        return None
    return Listing("\n".join(lines[filled[0] : filled[-1] + 1]), _language(tag))


def is_gutter(tag: Tag) -> bool:
    return not GUTTERS.isdisjoint(classes(tag))


def _strings(tag: Tag) -> Iterator[str]:
    """The code's text, a line end after each row, item or box that is a line."""
    last = _LINE_END
    todo: list[PageElement | str] = list(reversed(tag.contents))
    while todo:
        node = todo.pop()
        if isinstance(node, Tag):
            todo += _opened(node)
        elif node is _LINE_END:
            if not last.endswith("\n"):
                yield node
            last = node
        elif not isinstance(node, PreformattedString):  # a comment
            text = str(node).replace("\r\n", "\n").replace("\r", "\n")
            # Between two rows a line end is the page's, not the code's.
            if text and not (last is _LINE_END and not text.strip()):
                last = text
                yield text


def _opened(tag: Tag) -> list[PageElement | str]:
    """What to read next, last first."""
    if tag.name in _SKIPPED or (tag.name not in ("pre", "code") and is_gutter(tag)):
        return []
    if tag.name == "br":
        return [NavigableString("\n")]
    return [*([_LINE_END] if tag.name in _LINES else []), *reversed(tag.contents)]


def _language(tag: Tag) -> str:
    """As the tag, the code in it or a box around it names it, for a reader that colours it."""
    inner = tag.find("code")
    around = [parent for parent, _ in zip(tag.parents, range(3), strict=False)]
    for each in (tag, *([inner] if inner else []), *around):
        for name in _names(each):
            if _LANGUAGE.fullmatch(name) and name not in _NO_LANGUAGE:
                return name
    return ""


def _names(tag: Tag) -> Iterator[str]:
    yield from (attribute(tag, name).strip().lower() for name in ("data-lang", "data-language"))
    words = attribute(tag, "class").lower()
    yield from _NAMED.findall(words)
    if not _BESIDE.isdisjoint(words.split()):
        yield from (word for word in words.split() if word not in _BESIDE)

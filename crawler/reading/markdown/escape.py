"""Backslashes for text that Markdown would otherwise take for something else, and for nothing more."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from crawler.reading.markdown.tokens import Kind, Token, may_be_punctuation, may_flank
from crawler.reading.markdown.urls import is_reference

_SPECIAL = re.compile(r"[\\`*_~<&\[\]]")
_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_TAG = re.compile(r"<[A-Za-z/!?]")
_REFERENCE = re.compile(r"&(?=(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
# What a line must not begin with; the group is the character to escape.
_ANY_LINE = (
    r"(#)#{0,5}(?:[ \n]|$)",
    r"(>)",
    r"([-+*])(?:[ \n]|$)",
    r"([-*_])(?: *\4){2,} *(?:\n|$)",
    r"(`)``+[^`\n]*(?:\n|$)",
    r"(~)~~",
    r"(<)[A-Za-z/!?]",
)
_FIRST_LINE = re.compile("|".join((*_ANY_LINE, r"[0-9]{1,9}([.)])(?:[ \n]|$)")))
# A later line may also underline a heading or begin a table's body, and begins a list only with 1.
_LATER = (r"0{0,8}1([.)])(?:[ \n]|$)", r"([=-])\9*(?:\n|$)", r"([|:-])[|: -]*(?:\n|$)")
_LATER_LINE = re.compile("|".join((*_ANY_LINE, *_LATER)))


@dataclass(frozen=True, slots=True)
class _Line:
    """The tokens as one text, with the kind of every character."""

    text: str
    kinds: bytes
    tokens: list[Token]
    places: set[int]  # of characters that are escaped, as far as is known yet

    def is_text(self, at: int) -> bool:
        return self.kinds[at] == Kind.TEXT


@dataclass(frozen=True, slots=True)
class _Run:
    """Delimiters of one kind side by side."""

    start: int
    end: int
    is_text: bool
    opens: bool
    closes: bool
    touches: bool  # a run of the other kind, with which a reader would count it as one


def escaped(tokens: list[Token], *, starts_block: bool) -> str:
    """The tokens as Markdown. `starts_block`: what stands at the start of a line counts."""
    text = "".join(token.text for token in tokens)
    special = _SPECIAL.search(text)
    if not special and not (starts_block and ("\n" in text or _FIRST_LINE.match(text))):
        return text
    line = _Line(
        text,
        b"".join(bytes([token.kind]) * len(token.text) for token in tokens),
        tokens,
        set(),
    )
    if starts_block:
        line.places.update(_line_starts(line))
    if special:
        for rule in (_backslashes, _delimiters, _backticks, _tags, _references, _brackets):
            line.places.update(list(rule(line)))
    return _with_backslashes(line.text, sorted(at for at in line.places if line.is_text(at)))


def _with_backslashes(text: str, places: list[int]) -> str:
    starts = [0, *places]
    return "\\".join(text[start:end] for start, end in zip(starts, [*places, len(text)], strict=True))


def _backslashes(line: _Line) -> Iterator[int]:
    return (match.start() for match in _BACKSLASH.finditer(line.text))


def _backticks(line: _Line) -> Iterable[int]:
    """Two runs may enclose code; one alone can not."""
    runs = list(re.finditer("`+", line.text))
    return (at for run in runs for at in range(*run.span())) if len(runs) > 1 else ()


def _tags(line: _Line) -> Iterator[int]:
    end = line.text.rfind(">")
    return (match.start() for match in _TAG.finditer(line.text) if match.start() < end)


def _references(line: _Line) -> Iterator[int]:
    return (match.start() for match in _REFERENCE.finditer(line.text) if is_reference(match[1]))


def _delimiters(line: _Line) -> Iterator[int]:
    """Those of `*`, `_` and `~` that have a partner, as far as one reader may see."""
    for char in "*_~":
        if char not in line.text:
            continue
        runs = [run for match in re.finditer(rf"\{char}+", line.text) for run in _split(line, *match.span())]
        opened = accumulate((run.opens for run in runs), max, initial=False)
        closing = list(accumulate((run.closes for run in reversed(runs)), max, initial=False))[-2::-1]
        for run, is_opened, is_closed in zip(runs, opened, closing, strict=False):
            is_marking = (run.closes and is_opened) or (run.opens and is_closed)
            if run.is_text and (is_marking or run.touches):
                yield from range(run.start, run.end)


def _split(line: _Line, start: int, end: int) -> Iterator[_Run]:
    """The stretch of one character as runs of text and of marks, without what is escaped already."""
    edges = [at for at in range(start + 1, end) if line.kinds[at] != line.kinds[at - 1]]
    for first, last in zip([start, *edges], [*edges, end], strict=True):
        after_escaped = first + (first in line.places)
        if line.kinds[first] in (Kind.TEXT, Kind.OPENS, Kind.CLOSES) and after_escaped < last:
            yield _run(line, after_escaped, last, touches=bool(edges))


def _run(line: _Line, start: int, end: int, *, touches: bool) -> _Run:
    kind = line.kinds[start]
    if kind != Kind.TEXT:
        return _Run(start, end, False, kind == Kind.OPENS, kind == Kind.CLOSES, touches)
    before, after = line.text[start - 1 : start], line.text[end : end + 1]
    opens, closes = may_flank(after, before), may_flank(before, after)
    if line.text[start] == "_" and opens and closes:  # never within a word: snake_case
        opens, closes = may_be_punctuation(before), may_be_punctuation(after)
    return _Run(start, end, True, opens, closes, touches)


def _brackets(line: _Line) -> Iterator[int]:
    """Brackets that would make a link of text, or end our own links too early."""
    open_at: list[int] = []
    for at, kind, is_opening in _bracket_places(line):
        if kind == Kind.TARGET:
            while open_at and line.is_text(open_at[-1]):
                yield open_at.pop()
            open_at = open_at[:-1]
        elif is_opening:
            open_at.append(at)
            if kind == Kind.BRACKET and line.text[at - 1 : at] == "!":
                yield at - 1
        else:
            yield from _closed(line, at, open_at)


def _closed(line: _Line, at: int, open_at: list[int]) -> Iterator[int]:
    """What to escape of a closing bracket and of those that it closes."""
    if line.text[at + 1 : at + 2] == "(":
        while open_at and line.is_text(open_at[-1]):
            yield open_at.pop()
    elif open_at and line.is_text(open_at[-1]):
        open_at.pop()
        return
    if open_at:  # a link of ours, which goes on
        yield at


def _bracket_places(line: _Line) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for token in line.tokens:
        if token.kind == Kind.TEXT:
            for match in re.finditer(r"[\[\]]", token.text):
                yield at + match.start(), token.kind, match[0] == "["
        elif token.kind in (Kind.BRACKET, Kind.TARGET):
            yield at, token.kind, token.kind == Kind.BRACKET
        at += len(token.text)


def _line_starts(line: _Line) -> Iterator[int]:
    """What would begin a block: see the patterns, and `[name]: address`."""
    if line.text.startswith("[") and "]:" in line.text:
        yield 0
    match = _FIRST_LINE.match(line.text)
    start = 0
    while True:
        if match:
            yield match.start(match.lastindex or 0)
        start = line.text.find("\n", start) + 1
        if not start:
            return
        match = _LATER_LINE.match(line.text, start)

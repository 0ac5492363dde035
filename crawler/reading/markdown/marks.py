"""Where marks of emphasis can stand so that every reader sees what is meant.

Beside Chinese punctuation CommonMark's rules refuse many marks that look right (`**注意：**后面`), so
punctuation at the edge goes outside (`**注意**：后面`), and a mark that still would not be read is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.reading.markdown.blocks import DELETED, EMPHASIS, NO_MARKS, STRONG
from crawler.reading.markdown.tokens import Kind, Token, flanks, is_space, may_be_punctuation, may_flank

_WRITTEN = {STRONG: "**", EMPHASIS: "*", DELETED: "~~"}
_PAIRS = frozenset({"“”", "‘’", "「」", "『』", "《》", "〈〉", "（）", "【】", "()", "[]", '""', "''"})
_ROUNDS = 5


class Span(NamedTuple):
    """A stretch of a line with its marks: one text, or something that can't be parted."""

    tokens: tuple[Token, ...]
    marks: frozenset[str] = NO_MARKS
    inner: tuple["Span", ...] = ()  # a link's text, between the two tokens

    @property
    def is_text(self) -> bool:
        return self.tokens[0].kind == Kind.TEXT

    @property
    def first(self) -> str:
        return self.tokens[0].text[:1]

    @property
    def last(self) -> str:
        return self.tokens[-1].text[-1:]


def marked(spans: list[Span], before: str = "", after: str = "") -> list[Token]:
    """The spans with their marks written around them; `before` and `after` are the characters beside them."""
    if not any(span.marks for span in spans):
        return [token for span in spans for token in _tokens(span)]
    items = _written(_loosened(spans))
    for _ in range(_ROUNDS):
        unreadable = _unreadable(items, before, after)
        if not unreadable:
            break
        items = [item for item in items if item[0].pair not in unreadable]
    else:
        items = [item for item in items if not item[0].pair]
    return [token for item in items for token in item]


def _loosened(spans: list[Span]) -> list[Span]:
    """The spans, punctuation that no mark can hold put outside of it."""
    ends_right = _seen_from(spans[::-1], at_end=True)[::-1]
    return _seen_from(ends_right, at_end=False)


def _seen_from(spans: list[Span], *, at_end: bool) -> list[Span]:
    """Each span, cut where a mark ends beside the span before it; `at_end`: the spans come in reverse."""
    result: list[Span] = []
    for index, span in enumerate(spans):
        following = spans[index + 1].marks if index + 1 < len(spans) else NO_MARKS
        beside = result[-1] if result else Span((Token("\n"),))
        lost = span.marks - beside.marks
        inner, outer = (span.last, beside.first) if at_end else (span.first, beside.last)
        if lost and not flanks(inner, outer):
            result += _cut(span, lost, following, at_end=at_end)
        else:
            result.append(span)
    return result


def _cut(span: Span, lost: frozenset[str], following: frozenset[str], *, at_end: bool) -> Iterator[Span]:
    """The span without the marks at one edge (at both, if that parts a pair of quotes), the edge first."""
    text = span.tokens[0].text
    if not span.is_text:
        yield span._replace(marks=span.marks - lost)
        return
    left, right = (0, _edge(text[::-1])) if at_end else (_edge(text), 0)
    if left + right == 1 and len(text) > 2 and text[0] + text[-1] in _PAIRS and not lost & following:
        left = right = 1
    middle = text[left : len(text) - right]
    parts = [
        Span((Token(text[:left]),), span.marks - lost),
        Span((Token(middle),), span.marks),
        Span((Token(text[len(text) - right :]),), span.marks - lost),
    ]
    yield from (part for part in (parts[::-1] if at_end else parts) if part.tokens[0].text)


def _edge(text: str) -> int:
    """How many characters of punctuation and space the text begins with."""
    return next(
        (at for at, char in enumerate(text) if not is_space(char) and not may_be_punctuation(char)), len(text)
    )


def _written(spans: list[Span]) -> list[list[Token]]:
    """The spans' tokens and, in lists of one, the marks; what opens last closes first."""
    items: list[list[Token]] = []
    opened: list[tuple[str, int]] = []
    pair = 0
    for span, lasting in zip(spans, _lasting(spans), strict=True):
        closed = _closing(opened, span.marks)
        items += ([Token(_WRITTEN[mark], Kind.CLOSES, number)] for mark, number in closed)
        # A mark that opens where one of its kind just closed would be read as part of that.
        touching = {_WRITTEN[mark][0] for mark, _ in closed}
        opening = span.marks - {mark for mark, _ in opened}
        for mark in sorted(opening, key=lambda mark: (-lasting[mark], mark)):
            if _WRITTEN[mark][0] not in touching:
                pair += 1
                opened.append((mark, pair))
                items.append([Token(_WRITTEN[mark], Kind.OPENS, pair)])
        items.append(_tokens(span))
    items += ([Token(_WRITTEN[mark], Kind.CLOSES, number)] for mark, number in opened[::-1])
    return items


def _tokens(span: Span) -> list[Token]:
    if not span.inner:
        return list(span.tokens)
    inner = [Span(part.tokens, part.marks - span.marks, part.inner) for part in span.inner]
    tokens = (Token(token.text, token.kind) for token in marked(inner, "[", "]"))
    return [span.tokens[0], *tokens, span.tokens[-1]]


def _closing(opened: list[tuple[str, int]], wanted: frozenset[str]) -> list[tuple[str, int]]:
    """Takes off what must close before a span with the wanted marks, last opened first."""
    keep = next((at for at, (mark, _) in enumerate(opened) if mark not in wanted), len(opened))
    closed = opened[keep:][::-1]
    del opened[keep:]
    return closed


def _lasting(spans: list[Span]) -> list[dict[str, int]]:
    """For every span, over how many spans each of its marks goes on."""
    result: list[dict[str, int]] = []
    before: dict[str, int] = {}
    for span in reversed(spans):
        before = {mark: before.get(mark, 0) + 1 for mark in span.marks}
        result.append(before)
    return result[::-1]


@dataclass(slots=True)
class _Open:
    """A run of marks that has opened and waits for what closes it."""

    length: int = 0
    waiting: int = 0


@dataclass(slots=True)
class _Run:
    """Marks of one character side by side."""

    tokens: list[Token]
    before: str
    after: str
    opens: list[int] = field(init=False)
    closes: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.opens = [token.pair for token in self.tokens if token.kind == Kind.OPENS]
        self.closes = [token.pair for token in self.tokens if token.kind == Kind.CLOSES]


def _unreadable(items: list[list[Token]], before: str, after: str) -> set[int]:
    """The pairs of marks that some reader would not take as they are meant."""
    bad: set[int] = set()
    open_runs: dict[str, list[_Open]] = {"*": [], "~": []}
    for run in _runs(items, before, after):
        waiting = open_runs[run.tokens[0].text[0]]
        if run.closes:
            bad.update(run.closes if not flanks(run.before, run.after) else ())
            _close(waiting, len(run.closes))
        if run.opens:
            length = sum(len(token.text) for token in run.tokens)
            is_readable = flanks(run.after, run.before) and not run.closes
            closes_another = (
                waiting and may_flank(run.before, run.after) and _match(waiting[-1].length, length)
            )
            bad.update(run.opens if not is_readable or closes_another else ())
            waiting.append(_Open(length, len(run.opens)))
    return bad


def _close(waiting: list[_Open], count: int) -> None:
    for _ in range(count):
        waiting[-1].waiting -= 1
        if not waiting[-1].waiting:
            waiting.pop()


def _match(opener: int, closer: int) -> bool:
    """Rules 9 and 10 of https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis"""
    return (opener + closer) % 3 != 0 or (opener % 3 == 0 and closer % 3 == 0)


def _runs(items: list[list[Token]], before: str, after: str) -> Iterator[_Run]:
    index = 0
    while index < len(items):
        start, index = index, index + 1
        token = items[start][0]
        if not token.pair:
            continue
        while index < len(items) and items[index][0].pair and items[index][0].text[0] == token.text[0]:
            index += 1
        left = items[start - 1][-1].text[-1:] if start else before
        right = items[index][0].text[:1] if index < len(items) else after
        yield _Run([item[0] for item in items[start:index]], left, right)

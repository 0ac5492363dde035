"""Pure: two texts side by side. Their parts are paired, then words; never more than so much work."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Tokens = tuple[str, ...]
Pair = tuple[int | None, int | None]  # places in the one and in the other; None: it has no counterpart there

MOST_PARTS = 1_000  # that are laid against each other exactly
_MOST_PAIRS = 2_500  # whose likeness is weighed, of a stretch where everything changed
_MOST_WORK = 360_000  # tokens of the one times tokens of the other, in one comparison of words
_WINDOW = 20
_LIKE = 0.5

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"\d+(?:[.,:]\d+)*|[{CJK}]|(?:(?![{CJK}_])[^\W\d])+(?:'(?:(?![{CJK}_])[^\W\d])+)*|[^\w\s]|_"
)
_PIECE = re.compile(rf"\s+|{_TOKEN.pattern}")


def tokens(text: str) -> Tokens:
    """Numbers, words, single characters of Chinese and Japanese, and marks; no white space."""
    return tuple(_TOKEN.findall(text))


def align(before: Sequence[Tokens], after: Sequence[Tokens]) -> list[list[Pair]]:
    """The parts of two texts in stretches, in order: each stretch is one of equal parts, or one where they differ.

    In a stretch that differs, parts that are alike are paired.
    """
    return [
        [(one, two) for one, two in zip(range(*a), range(*b), strict=True)]
        if is_same
        else _pairs(before, after, a, b)
        for is_same, a, b in _stretches(before, after)
    ]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words: equal in both texts, or what stood in the one and stands in the other."""

    before: Tokens
    after: Tokens

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def words(before: Tokens, after: Tokens) -> list[Run]:
    """What of the one became what of the other."""
    if len(before) * len(after) <= _MOST_WORK:
        codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        return [Run(before[a0:a1], after[b0:b1]) for _, a0, a1, b0, b1 in codes]
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    a1, b1 = len(before) - tail, len(after) - tail
    runs = (
        Run(before[:head], after[:head]),
        Run(before[head:a1], after[head:b1]),
        Run(before[a1:], after[b1:]),
    )
    return [run for run in runs if run.before or run.after]


def word_runs(before: str, after: str) -> list[tuple[str, str]]:
    """The same for a reader, white space included: (what stood there, what stands there), equal or not.

    Changes with nothing but a blank between them are one.
    """
    runs = words(tuple(_PIECE.findall(before)), tuple(_PIECE.findall(after)))
    merged: list[tuple[str, str]] = []
    for number, run in enumerate(runs):
        old, new = "".join(run.before), "".join(run.after)
        joins = bool(merged) and merged[-1][0] != merged[-1][1]
        if joins and (not run.is_same or (old.isspace() and number + 1 < len(runs))):
            merged[-1] = (merged[-1][0] + old, merged[-1][1] + new)
        else:
            merged.append((old, new))
    return merged


def likeness(before: Counter[str], after: Counter[str]) -> float:
    """The share of tokens that both have, from 0 to 1."""
    total = before.total() + after.total()
    return 2 * (before & after).total() / total if total else 1.0


# --- shell ---

_Span = tuple[int, int]


def _stretches(before: Sequence[Tokens], after: Sequence[Tokens]) -> Iterator[tuple[bool, _Span, _Span]]:
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    a1, b1 = len(before) - tail, len(after) - tail
    if head:
        yield True, (0, head), (0, head)
    if max(a1, b1) - head > MOST_PARTS:
        yield False, (head, a1), (head, b1)
    else:
        for code, i0, i1, j0, j1 in SequenceMatcher(None, before[head:a1], after[head:b1]).get_opcodes():
            yield code == "equal", (head + i0, head + i1), (head + j0, head + j1)
    if tail:
        yield True, (a1, len(before)), (b1, len(after))


def _shared(before: Sequence[object], after: Sequence[object]) -> int:
    """How many parts the two have in common at their beginning."""
    count = 0
    for one, two in zip(before, after, strict=False):
        if one != two:
            break
        count += 1
    return count


def _pairs(before: Sequence[Tokens], after: Sequence[Tokens], a: _Span, b: _Span) -> list[Pair]:
    olds = [Counter(before[i]) for i in range(*a)]
    news = [Counter(after[j]) for j in range(*b)]
    chosen = _best(olds, news) if len(olds) * len(news) <= _MOST_PAIRS else _nearby(olds, news)
    pairs: list[Pair] = []
    i = j = 0
    for one, two in [*chosen, (len(olds), len(news))]:
        pairs += [(a[0] + k, None) for k in range(i, one)] + [(None, b[0] + k) for k in range(j, two)]
        if one < len(olds):
            pairs.append((a[0] + one, b[0] + two))
        i, j = one + 1, two + 1
    return pairs


def _best(olds: Sequence[Counter[str]], news: Sequence[Counter[str]]) -> list[tuple[int, int]]:
    """The pairs, in order, that are most alike altogether."""
    worth = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    like = [[likeness(old, new) for new in news] for old in olds]
    for i in reversed(range(len(olds))):
        for j in reversed(range(len(news))):
            paired = like[i][j] + worth[i + 1][j + 1] if like[i][j] >= _LIKE else 0.0
            worth[i][j] = max(paired, worth[i + 1][j], worth[i][j + 1])
    chosen, i, j = list[tuple[int, int]](), 0, 0
    while i < len(olds) and j < len(news):
        if worth[i][j] == worth[i + 1][j]:
            i += 1
        elif worth[i][j] == worth[i][j + 1]:
            j += 1
        else:
            chosen.append((i, j))
            i, j = i + 1, j + 1
    return chosen


def _nearby(olds: Sequence[Counter[str]], news: Sequence[Counter[str]]) -> list[tuple[int, int]]:
    """Pairs in order, each the best of the next few: for more parts than can be weighed one by one."""
    chosen, i = list[tuple[int, int]](), 0
    for j, new in enumerate(news):
        near = [(likeness(olds[k], new), -k) for k in range(i, min(i + _WINDOW, len(olds)))]
        best, place = max(near, default=(0.0, 0))
        if best >= _LIKE:
            chosen.append((-place, j))
            i = 1 - place
    return chosen

"""Pure: what changed between two texts of one article, and whether the later one is the better to keep."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from archive.dedup import SHORT_TEXT, normalised
from archive.versions.diffing import CJK, Pair, Run, Tokens, align, tokens, words
from archive.versions.furniture import fold, lines
from archive.versions.slips import is_number, is_slip, negations, value

_ONE_STRETCH = 600  # tokens of a stretch that is looked at as one, whatever its sentences are
_MOST_SENTENCES = 3_000  # the rest of a text is one
_MOST_WORK = 3_000_000  # tokens times tokens that are compared; of further sentences only that they changed
_ALIKE = 0.6
_FEW = 4  # tokens
_NEARLY = 0.8
_SLIPS = 1 / 3  # of a sentence's tokens: where more are mended it was written anew
_MOST_LOST = 0.4  # of a text's length: what is left of it then may be a teaser
_END = re.compile(rf"""(?<=[!?;…])["')\]]*\s*|(?<=\.)["')\]]*(?=\s|$|[{CJK}])\s*""")
_SUFFIX = re.compile(r"\s*[|｜_]\s*[^|｜_]{1,30}$")
_DASHED = re.compile(r"\s+-\s+[^-]{1,30}$")  # after folding
_WALL = re.compile(
    r"(?:登录|登入|注册|订阅|付费|购买|开通|会员).{0,12}(?:阅读|查看|继续|全文|剩余|解锁)|(?:阅读|查看|展开|解锁).{0,6}(?:全文|剩余|余下)"
    r"|(?:subscribe|sign in|log in|register|members?).{0,40}(?:read|continue|access|unlock)"
    r"|(?:continue|keep) reading|read the full|unlock this|rest of this"
    r"|(?:abo|abonnieren|anmelden|registrieren|abonnenten).{0,40}(?:lesen|weiter|zugriff)|weiterlesen|jetzt weiter lesen",
    re.IGNORECASE | re.DOTALL,
)


class Kind(StrEnum):
    """What a publisher changed."""

    TYPO = "typo"
    NUMBERS = "numbers"
    HEADLINE = "headline"
    ADDED = "added"
    REMOVED = "removed"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Text:
    """A text as its publisher had it: the title, and the body as Markdown."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Change:
    """The kinds that hold, in the order of `Kind`; none where the change is cosmetic."""

    kinds: tuple[Kind, ...] = ()

    @property
    def is_cosmetic(self) -> bool:
        return not self.kinds

    def __str__(self) -> str:
        return " ".join(self.kinds)


def classify(before: Text, after: Text) -> Change:
    """What changed. Advertisements, counters, mark-up, white space, widths and related links are no change."""
    found = _of_bodies(before.body, after.body) if before.body != after.body else set[Kind]()
    if not _is_same_headline(before.title, after.title):
        found.add(Kind.HEADLINE)
    return Change(tuple(kind for kind in Kind if kind in found))


def is_worse(before: Text, after: Text) -> bool:
    """Is the later text what a wall, a teaser or a page that broke off leaves of the earlier one?"""
    old, new = normalised(before.body), normalised(after.body)
    if not new or not old:
        return bool(old)
    if len(new) < _MOST_LOST * len(old):
        return len(new) < SHORT_TEXT or _is_beginning(old, new) or _ends_open(after.body)
    return (
        len(new) < 0.9 * len(old) and _is_beginning(old, new) and _WALL.search(after.body[-300:]) is not None
    )


# --- titles and beginnings ---


def _is_same_headline(one: str, other: str) -> bool:
    """Marks' widths and a site's name behind it are no part of a headline."""
    old, new = fold(_SUFFIX.sub("", one)), fold(_SUFFIX.sub("", other))
    # Where both have something behind a dash it may be what tells them apart.
    pairs = ((old, new), (_DASHED.sub("", old), new), (old, _DASHED.sub("", new)))
    return any(tokens(a) == tokens(b) for a, b in pairs)


def _is_beginning(old: str, new: str) -> bool:
    """Does nearly all of the new text stand at the old one's beginning?"""
    return old.startswith(new[: max(1, len(new) * 7 // 10)])


def _ends_open(body: str) -> bool:
    end = body.rstrip()[-300:]
    return end.endswith(("…", "...", "[…]", "[...]")) or _WALL.search(end) is not None


# --- bodies ---


def _of_bodies(before: str, after: str) -> set[Kind]:
    old, new = _sentences(before), _sentences(after)
    if [token for one in old for token in one] == [token for one in new for token in one]:
        return set()
    stretches = [stretch for stretch in align(old, new) if not _is_same(stretch, old, new)]
    kept = sum(map(len, old)) - sum(len(old[i]) for stretch in stretches for i, _ in stretch if i is not None)
    found, budget = set[Kind](), _MOST_WORK
    lost, won = list[Tokens](), list[Tokens]()
    for stretch in stretches:
        budget -= _work(stretch, old, new)
        kinds, gone, come, same = _of_stretch(stretch, old, new, compares=budget >= 0)
        found |= kinds
        kept += same
        lost += gone
        won += come
    return _as_a_whole(found | _of_whole(lost, won), kept, sum(map(len, old)), sum(map(len, new)))


def _sentences(body: str) -> list[Tokens]:
    found: list[Tokens] = []
    for line in lines(body):
        found += [cut for piece in _END.split(line) if piece and (cut := tokens(piece))]
    rest = tuple(token for one in found[_MOST_SENTENCES:] for token in one)
    return [*found[:_MOST_SENTENCES], rest] if rest else found


def _work(stretch: Sequence[Pair], old: Sequence[Tokens], new: Sequence[Tokens]) -> int:
    gone = sum(len(old[i]) for i, _ in stretch if i is not None)
    come = sum(len(new[j]) for _, j in stretch if j is not None)
    if max(gone, come) <= _ONE_STRETCH:
        return gone * come
    return sum(len(old[i]) * len(new[j]) for i, j in stretch if i is not None and j is not None)


def _is_same(stretch: Sequence[Pair], old: Sequence[Tokens], new: Sequence[Tokens]) -> bool:
    return all(i is not None and j is not None and old[i] == new[j] for i, j in stretch)


def _of_stretch(
    stretch: Sequence[Pair], old: Sequence[Tokens], new: Sequence[Tokens], *, compares: bool
) -> tuple[set[Kind], list[Tokens], list[Tokens], int]:
    """The kinds of its changes; the sentences without a counterpart; how many tokens stayed."""
    gone = [i for i, _ in stretch if i is not None]
    come = [j for _, j in stretch if j is not None]
    if not gone or not come:
        return set(), [old[i] for i in gone], [new[j] for j in come], 0
    one = tuple(token for i in gone for token in old[i])
    two = tuple(token for j in come for token in new[j])
    if compares and max(len(one), len(two)) <= _ONE_STRETCH:
        runs = words(one, two)
        same = sum(len(run.before) for run in runs if run.is_same)
        if same >= _ALIKE * max(len(one), len(two)):
            kinds = _of_runs(runs, max(len(one), len(two)))
            return kinds | _of_lengths(stretch, old, new), [], [], same
    kinds, stayed = set[Kind](), 0
    for i, j in stretch:
        if i is not None and j is not None:
            runs = words(old[i], new[j]) if compares else [Run(old[i], new[j])]
            stayed += sum(len(run.before) for run in runs if run.is_same)
            kinds |= _of_runs(runs, max(len(old[i]), len(new[j])))
    lost = [old[i] for i, j in stretch if i is not None and j is None]
    won = [new[j] for i, j in stretch if i is None and j is not None]
    if lost and won:
        kinds |= _of_exchange(sum(map(len, lost)), sum(map(len, won)))
        lost, won = [], []
    return kinds, lost, won, stayed


def _of_lengths(stretch: Sequence[Pair], old: Sequence[Tokens], new: Sequence[Tokens]) -> set[Kind]:
    """A whole sentence that came, or went, beside changed ones. One that was cut in two is not longer for it."""
    lost = sum(len(old[i]) for i, j in stretch if i is not None and j is None)
    won = sum(len(new[j]) for i, j in stretch if i is None and j is not None)
    grown = sum(len(new[j]) for _, j in stretch if j is not None)
    grown -= sum(len(old[i]) for i, _ in stretch if i is not None)
    if won > _FEW and not lost and grown >= _NEARLY * won:
        return {Kind.ADDED}
    return {Kind.REMOVED} if lost > _FEW and not won and -grown >= _NEARLY * lost else set()


def _of_exchange(gone: int, come: int) -> set[Kind]:
    """Some tokens came for others."""
    found = {Kind.REWRITTEN}
    if come > 2 * gone + 20:
        found.add(Kind.ADDED)
    if gone > 2 * come + 20:
        found.add(Kind.REMOVED)
    return found


def _of_whole(lost: list[Tokens], won: list[Tokens]) -> set[Kind]:
    """Whole sentences that went or came; one that only moved did neither."""
    moved = [one for one in lost if one in set(won)]
    lost = [one for one in lost if one not in set(moved)]
    won = [one for one in won if one not in set(moved)]
    named = ((Kind.REMOVED, lost), (Kind.ADDED, won), (Kind.REWRITTEN, moved))
    return {kind for kind, found in named if any(token.isalnum() for one in found for token in one)}


def _as_a_whole(found: set[Kind], kept: int, old: int, new: int) -> set[Kind]:
    """Where little is left of the one in the other, it was written anew."""
    if old and new and kept < old / 2 and kept < new / 2:
        return {Kind.REWRITTEN}
    return found


# --- words ---


def _of_runs(runs: Sequence[Run], length: int) -> set[Kind]:
    found, slips = set[Kind](), 0
    for run in _joined(runs):
        kinds = _of_run(run)
        found |= kinds
        slips += max(len(run.before), len(run.after)) if Kind.TYPO in kinds else 0
    if slips > max(3, _SLIPS * length):
        found = (found - {Kind.TYPO}) | {Kind.REWRITTEN}
    return found


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """The changes; those with a single character of Chinese between them are one."""
    before, after = tuple[str, ...](), tuple[str, ...]()
    for number, run in enumerate(runs):
        is_bridge = bool(before or after) and _is_bridge(run) and number < len(runs) - 1
        if is_bridge or not run.is_same:
            before, after = before + run.before, after + run.after
        elif before or after:
            yield Run(before, after)
            before, after = (), ()
    if before or after:
        yield Run(before, after)


def _is_bridge(run: Run) -> bool:
    return len(run.before) == 1 and run.before[0] > "\u3040"


def _of_run(run: Run) -> set[Kind]:
    before, after = _alnum(run.before), _alnum(run.after)
    if _is_figure(before, after):
        return {Kind.TYPO if value(before) is not None and value(before) == value(after) else Kind.NUMBERS}
    found = set[Kind]()
    if before and after and _figures(before) != _figures(after):
        found.add(Kind.NUMBERS)
        before, after = _without_figures(before), _without_figures(after)
        if before == after:
            return found
    if is_slip(before, after):
        return found | {Kind.TYPO}
    if negations(before) != negations(after):
        return found | {Kind.REWRITTEN}
    if before and after and not (_is_within(before, after) or _is_within(after, before)):
        return found | _of_exchange(len(before), len(after))
    if before and after:  # around a single character that stayed
        return found | ({Kind.ADDED} if len(after) > len(before) else {Kind.REMOVED})
    return found | ({Kind.ADDED} if after else {Kind.REMOVED})


def _is_within(part: Tokens, whole: Tokens) -> bool:
    """Is it all there, in order?"""
    left = iter(whole)
    return all(token in left for token in part)


def _is_figure(before: Tokens, after: Tokens) -> bool:
    """Are there but numbers, and others than before? A character that is missing beside a figure is none."""
    both = (*before, *after)
    if "".join(before).casefold() == "".join(after).casefold() or not all(map(is_number, both)):
        return False
    return len(both) > 1 or both[0][0].isdigit()


def _figures(some: Tokens) -> list[str]:
    return [token for token in some if token[0].isdigit()]


def _alnum(some: Tokens) -> Tokens:
    return tuple(token for token in some if token[0].isalnum())


def _without_figures(some: Tokens) -> Tokens:
    return tuple(token for token in some if not token[0].isdigit())

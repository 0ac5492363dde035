"""Pure: two texts of an article for a reader's eye: paragraph by paragraph, and in a changed one word by word."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from archive.versions.diffing import align, tokens, word_runs

Op = Literal["same", "added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Hunk:
    """A paragraph that stayed, came, went or changed. `words`: pairs of what stood there and what stands there now."""

    op: Op
    before: str = ""
    after: str = ""
    words: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"op": self.op, "before": self.before, "after": self.after}
        return facts | ({"words": [list(pair) for pair in self.words]} if self.words else {})


def hunks(before: str, after: str) -> list[Hunk]:
    """The paragraphs of two Markdown bodies, side by side in reading order."""
    old, new = _paragraphs(before), _paragraphs(after)
    stretches = align(list(map(tokens, old)), list(map(tokens, new)))
    pairs = [pair for stretch in stretches for pair in stretch]
    return [hunk("" if i is None else old[i], "" if j is None else new[j]) for i, j in pairs]


def hunk(before: str, after: str) -> Hunk:
    """One paragraph in two states; an empty one was not there."""
    if before == after:
        return Hunk("same", before, after)
    if not before or not after:
        return Hunk("added" if after else "removed", before, after)
    return Hunk("changed", before, after, tuple(word_runs(before, after)))


def _paragraphs(body: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", body.strip("\n")) if one.strip()]

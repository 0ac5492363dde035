"""Pure: what is normal for a source, as learned from its crawls. What fades does so by half in some 140 articles or runs."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

FADE = 0.995  # an article or run, of what was learned before it
RUNS_FADE = 0.95  # a run, of its latency and the like
_SURE_OF_NEVER, _SURE = (
    1e-4,
    1e-7,
)  # chance that so many in a row are none: where it never was so, and where it was
_FEWEST, _MOST = 3, 40  # in a row, to be told
_LEAST_KNOWN = 5.0  # articles
_LEAST_SHARE = 0.5  # what fewer have cannot vanish
_SHORT = math.log(8)  # a text of an eighth of the usual is none
_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How often something was as it should be: `had` of `of`, both faded; and how often not, in a row, just now."""

    had: float = 0.0
    of: float = 0.0
    missing: int = 0
    longest: int = 0  # the most in a row after which it was there again
    since: datetime | None = None  # of the first that is missing

    @property
    def usual(self) -> float:
        return self.had / self.of if self.of else 0.0

    @property
    def too_many(self) -> int | None:
        """So many missing in a row are no chance; None where nothing can be said."""
        if self.of < _LEAST_KNOWN or self.usual < _LEAST_SHARE:
            return None
        chance = (self.of - self.had + 0.5) / (self.of + 1)
        is_never = self.of - self.had < 0.1
        needed = math.ceil(math.log(_SURE_OF_NEVER if is_never else _SURE) / math.log(chance))
        return min(max(needed, _FEWEST, 2 * self.longest + 1), _MOST)

    def is_there(self, had: int, of: int) -> bool:
        """Do so many of so many say that it has not vanished? A few pages may be of another time."""
        return had > self.usual * of / 3

    def seen(self, had: int, of: int, at: datetime, last: int = 0) -> "Share":
        """After a crawl with `had` of `of`; what is missing is learned from only when it is there again.

        `last`: on so many pages it was missing after the last that had it, as where a site changes during a crawl.
        """
        if not of:
            return self
        if self.of >= _LEAST_KNOWN and not self.is_there(had, of):
            return replace(self, missing=self.missing + of - had, since=self.since or at)
        if self.of >= _LEAST_KNOWN and last:
            return replace(self.seen(had, of - last, at), missing=last, since=at)
        fade = FADE ** (of + self.missing)
        longest = max(self.longest * FADE**of, self.missing)
        return Share(
            had=self.had * fade + had,
            of=self.of * fade + of + self.missing,
            longest=math.floor(longest),
        )

    def restored(self, had: int, of: int) -> "Share":
        """It was away, and is there again: what was meanwhile is no part of the norm."""
        return replace(self, had=self.had + had, of=self.of + of, missing=0, since=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A bad state that may become an alarm, or an open alarm that may be over: `bad` and `good` count up to 1."""

    since: datetime
    bad: float = 0.0
    good: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """How the source publishes, and how long it has not. `expected` is by the rates as they were at its last news."""

    week: tuple[
        float, ...
    ] = ()  # articles an hour, by hour of the week; what was never watched counts little
    zone: str = "UTC"
    heard_at: datetime | None = None  # of the last crawl that was answered
    news_at: datetime | None = None  # of the last that brought something new
    hours: float = 0.0  # since then, as far as crawls listened
    expected: float = 0.0  # articles, likewise
    pace: float = 1.0  # so many were expected for each that came, lately
    longest: float = 0.0  # likewise between two that came, at most
    gap: float = 0.0  # hours between two that came, at most
    news: float = 0.0  # crawls that brought something
    most: float = 0.0  # articles, of one crawl
    day: int = 0  # the day that `today` is of
    today: int = 0  # articles
    peak: float = 0.0  # articles, of a day
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """What is known of a source. Keys of `signs` are an alarm's kind and subject, joined by a blank."""

    at: datetime | None = None  # of the last crawl
    noted_at: datetime | None = None  # when that was: what was found by then is counted
    runs: float = 0.0
    gap: float = 0.0  # hours between two crawls
    latency: float = 0.0  # seconds
    named: float = 0.0  # articles, by discovery
    letters: float = 0.0  # of an article's text: mean of the logarithm
    spread: float = 0.0  # its variance
    texts: float = 0.0  # that this was learned from
    shares: Mapping[str, Share] = field(default_factory=dict)
    ways: Mapping[str, float] = field(
        default_factory=dict
    )  # discovery URL → how many times it answered of late
    moved: Mapping[str, str] = field(default_factory=dict)  # known redirects
    quiet: Quiet = field(default_factory=Quiet)
    signs: Mapping[str, Sign] = field(default_factory=dict)

    @property
    def usual_letters(self) -> int | None:
        return round(math.exp(self.letters)) if self.texts else None

    def is_text(self, letters: int | None) -> bool:
        """Is a text of so many letters no stump?"""
        if letters is None or letters == 0:
            return False
        if self.texts < _LEAST_KNOWN:
            return True
        return math.log(letters) > self.letters - max(_SHORT, 3.5 * math.sqrt(self.spread))

    def with_texts(self, letters: int, count: int) -> "Norm":
        """After `count` texts of so many letters, the median."""
        if not count:
            return self
        weight = 1 - FADE ** min(count, 20)
        weight = max(weight, min(count, 20) / (self.texts + min(count, 20)))
        off = math.log(max(letters, 1)) - self.letters
        if not self.texts:
            return replace(self, letters=off, texts=count)
        return replace(
            self,
            letters=self.letters + weight * off,
            spread=(1 - weight) * (self.spread + weight * off**2),
            texts=self.texts * FADE**count + count,
        )


def mean(before: float, value: float, runs: float) -> float:
    """A mean that fades; the first runs weigh alike."""
    weight = max(1 - RUNS_FADE, 1 / (runs + 1))
    return before + weight * (value - before)


# --- as text ---


def as_text(norm: Norm) -> str:
    """JSON, some 2 kB."""
    return json.dumps(_plain(norm), separators=(",", ":"), ensure_ascii=False)


def norm_from(text: str | None) -> Norm:
    """What `as_text` wrote; a norm of which nothing is known where it is none of that."""
    try:
        facts = json.loads(text or "{}")
        facts["shares"] = {name: Share(**_timed(one)) for name, one in facts.get("shares", {}).items()}
        facts["signs"] = {name: Sign(**_timed(one)) for name, one in facts.get("signs", {}).items()}
        quiet = _timed(facts.get("quiet", {}))
        quiet["week"] = tuple(map(float, quiet.get("week", ())))
        facts["quiet"] = Quiet(**quiet)
        norm = Norm(**_timed(facts))
    except (TypeError, ValueError, AttributeError):
        return Norm()
    is_whole = len(norm.quiet.week) in (0, _WEEK) and all(map(math.isfinite, norm.quiet.week))
    return norm if is_whole else Norm()


_MOMENTS = ("at", "noted_at", "since", "heard_at", "news_at")


def _timed(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in _MOMENTS and value else value
        for name, value in facts.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return value  # the week, which is rounded already
    if isinstance(value, Share | Sign | Quiet | Norm):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value

"""What one crawl tells of its source's health: what its pages stated, and how the site answered."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from statistics import median
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive import Article
from crawler.reading import NO_BODY

# What a page is expected to state, as a person calls it, and what an Article calls it.
FIELDS = {
    "title": "title",
    "author": "authors",
    "time": "published_at",
    "body": "body",
    "summary": "summary",
    "tags": "tags",
    "image": "image",
}
_PERMANENT = (301, 308)
_MOST_WAYS = 20  # that are remembered as moved
_MOST_ANSWERS = 1000
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Of one crawl. `filled` is of the `read` articles; `statuses` are of all answers but robots.txt's."""

    read: int = 0  # articles, from their own pages
    filled: Mapping[str, int] = field(default_factory=dict)  # field → on how many of them it was found
    letters: int | None = None  # of their bodies, the median
    refused: Mapping[str, int] = field(default_factory=dict)  # state → pages, those that were read again too
    reasons: Mapping[str, str] = field(default_factory=dict)  # state → the reason given most
    last_unread: int = 0  # pages that showed no article's text, in a row, after the last that did
    named: int = 0  # articles that discovery named
    met: int = 0  # of these, that the archive had never heard of
    missed: Mapping[str, int] = field(default_factory=dict)  # why discovery got no reply (failures.fault_of)
    statuses: Mapping[int, int] = field(default_factory=dict)
    latency: float | None = None  # seconds to an answer, the median
    ahead: float | None = None  # seconds the site's clock is before ours, by the answer that comes nearest
    moved: Mapping[str, str] = field(default_factory=dict)  # discovery URL → where it is for good

    def as_json(self) -> dict[str, Any]:
        """Only what there is; `vitals_from` reads it again."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        facts |= {"statuses": {str(status): count for status, count in self.statuses.items()}}
        for name in ("latency", "ahead"):
            facts[name] = None if facts[name] is None else round(facts[name], 3)
        return {name: value for name, value in facts.items() if value not in (None, 0, {})}


def filled(article: Article) -> list[str]:
    """The fields that are there. A time is one of the clock: a mere day stands as midnight."""
    found = [name for name, attribute in FIELDS.items() if getattr(article, attribute)]
    at = article.published_at
    is_day = at is not None and at.timetz().replace(tzinfo=None) == _MIDNIGHT
    return [name for name in found if name != "time" or not is_day]


class Gauge:
    """Takes down the vitals of a crawl that is under way."""

    def __init__(self) -> None:
        self._filled: Counter[str] = Counter()
        self._letters: list[int] = []
        self._refused: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._missed: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._latencies: list[float] = []
        self._offsets: list[float] = []
        self._moved: dict[str, str] = {}
        self._last_unread = 0
        self._named = 0
        self._met = 0

    @property
    def vitals(self) -> Vitals:
        """What was taken down so far."""
        reasons: dict[str, str] = {}
        for (state, reason), _ in self._reasons.most_common():
            reasons.setdefault(state, reason)
        return Vitals(
            read=len(self._letters),
            filled=dict(self._filled),
            letters=round(median(self._letters)) if self._letters else None,
            refused=dict(self._refused),
            reasons=reasons,
            last_unread=self._last_unread,
            named=self._named,
            met=self._met,
            missed=dict(self._missed),
            statuses=dict(self._statuses),
            latency=median(self._latencies) if self._latencies else None,
            ahead=min(self._offsets, key=abs, default=None),
            moved=dict(self._moved),
        )

    def reads(self, article: Article) -> None:
        """A page gave an article."""
        self._filled.update(filled(article))
        self._letters.append(len(article.body))
        self._last_unread = 0

    def refuses(self, state: str, reason: str) -> None:
        """A page gave none. One that shows an article whose text is not found is there, and no longer as it was."""
        state = "not_an_article" if reason == NO_BODY else state
        self._refused[state] += 1
        self._last_unread += state == "not_an_article"
        self._reasons[state, reason[:300]] += 1

    def names(self, named: int, met: int) -> None:
        """Discovery is over, and named so many articles, of which so many were never met before."""
        self._named, self._met = named, met

    def misses(self, fault: str) -> None:
        """A request of discovery got no reply."""
        self._missed[fault] += 1

    def follows(self, url: str, led_to: str, statuses: Sequence[object]) -> None:
        """A request of discovery was redirected; for good, if every hop says so."""
        is_for_good = bool(statuses) and all(status in _PERMANENT for status in statuses)
        if is_for_good and led_to != url and len(self._moved) < _MOST_WAYS:
            self._moved[url] = led_to

    def answers(self, response: Response, request: Request) -> None:
        """An answer came, whatever it was."""
        self._statuses[response.status] += 1
        latency = request.meta.get("download_latency")
        if latency is not None and len(self._latencies) < _MOST_ANSWERS:
            self._latencies.append(latency)
        ahead = clock_ahead(response.headers.get("Date"), response.headers.get("Age"), datetime.now(UTC))
        if ahead is not None and len(self._offsets) < _MOST_ANSWERS:
            self._offsets.append(ahead)


def clock_ahead(date: bytes | None, age: bytes | None, now: datetime) -> float | None:
    """Seconds a site's clock is before ours, by an answer's Date and the Age a cache gives it; None: it does not say."""
    if not date:
        return None
    try:
        stated = parsedate_to_datetime(date.decode("latin-1"))
        kept = max(0.0, float(age or 0))
        offset = (stated.replace(tzinfo=stated.tzinfo or UTC) - now).total_seconds() + kept
    except (ValueError, TypeError, OverflowError):
        return None
    return offset if math.isfinite(offset) else None

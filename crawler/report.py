"""CrawlReport: what one crawl saw, by state. Success comes from here: Scrapy exits 0 even where all failed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.vitals import Vitals

# What a reader of the report has to look at; the other states are how a crawl should end.
TROUBLE = ("failed", "blocked")
# The verdicts that put a file into the archive.
ARCHIVED = ("new", "preferred", "replaced")
_NOTES = {
    "overflow": "{} shares no article with its last answer: some may have been missed, the other ways are asked too",
    "validator lies": "{} said it had not changed when it had: it is asked without conditions from now on",
}
_ORDER = (
    *("new", "replaced", "revised", "preferred", "known", "unchanged", "duplicate", "removed", "discovered"),
    *("excluded", "not_an_article", "gone", "walled", "blocked", "failed", "unfinished"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request of discovery gave: links, or the reason why not.

    `notes` are what a person should know of the way itself: `overflow` where the answer shares nothing with the last
    one, so that articles between them may have been missed, and `validator lies`.
    """

    url: str
    links: int = 0
    problem: str | None = None
    unchanged: bool = False  # since the last crawl: it was not read
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"url": self.url, "links": self.links}
        facts |= {"problem": self.problem} if self.problem else {}
        facts |= {"unchanged": True} if self.unchanged else {}
        return facts | ({"notes": list(self.notes)} if self.notes else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """One crawl of one source. `states` and `reasons` are by URL; a state is DESIGN's word or the archive's verdict."""

    source: str
    started_at: datetime
    finished_at: datetime | None = None
    discovery: tuple[Answer, ...] = ()
    wanted: int = 0  # articles this crawl set out to fetch
    known: int = 0  # links the archive had settled before
    states: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0  # sent to the site, robots.txt aside
    received_bytes: int = 0  # from the site, robots.txt included
    run: int | None = None  # its number among the archive's runs
    problem: str | None = None  # why the crawl as a whole did not come to its end
    is_ours: bool = False  # was it the archive that could not go on, and nothing of the source's?
    vitals: Vitals = field(default_factory=Vitals)

    @property
    def discovery_answered(self) -> bool:
        """Did a feed or list answer, if one was asked?"""
        return not self.discovery or any(answer.problem is None for answer in self.discovery)

    @property
    def archived(self) -> int:
        """Number of files written."""
        return sum(state in ARCHIVED for state in self.states.values())

    @property
    def unfinished(self) -> int:
        """Number of articles that were to be fetched and have no state yet."""
        return max(0, self.wanted - len(self.states))

    @property
    def counts(self) -> dict[str, int]:
        """State → number of URLs, in the order a table shows them; only what there is."""
        counts = Counter(self.states.values())
        counts["known"] += self.known
        counts["unfinished"] = self.unfinished if self.finished_at else 0
        order = [*_ORDER, *sorted(counts.keys() - set(_ORDER))]
        return {state: counts[state] for state in order if counts[state]}

    @property
    def troubles(self) -> dict[str, str]:
        """URL → state and reason of each that ended failed or blocked."""
        return {url: self._in_words(url) for url, state in self.states.items() if state in TROUBLE}

    @property
    def put_off(self) -> dict[str, str]:
        """URL → reason of each that was left for a later crawl, unasked."""
        return {url: self.reasons.get(url, "") for url, state in self.states.items() if state == "discovered"}

    @property
    def refusals(self) -> dict[str, str]:
        """URL → state and reason of each that gave no article, whatever the state."""
        return {url: self._in_words(url) for url in self.states if self.reasons.get(url)} | self.troubles

    def _in_words(self, url: str) -> str:
        reason = self.reasons.get(url)
        return f"{self.states[url]}: {reason}" if reason else self.states[url]

    @property
    def ok(self) -> bool:
        """Discovery answered, nothing ended failed or blocked, and nothing was left."""
        return self.is_answered and not self.troubles and not self.unfinished

    @property
    def is_answered(self) -> bool:
        """Did the source answer at all? Where not, it is asked again later and less often."""
        all_trouble = bool(self.states) and len(self.troubles) == len(self.states)
        return self.problem is None and self.discovery_answered and not all_trouble

    @property
    def summary(self) -> str:
        """One line for a log or a terminal."""
        counts = ", ".join(f"{count} {state}" for state, count in self.counts.items()) or "nothing new"
        silent = next((answer.problem for answer in self.discovery if answer.problem), None)
        problem = self.problem or (None if self.discovery_answered else f"discovery failed: {silent}")
        put_off = list(dict.fromkeys(self.put_off.values()))[:1]
        said = [*([problem] if problem else []), *put_off, *self.notes]
        return "; ".join([f"{self.source}: {counts}", *said])

    @property
    def notes(self) -> list[str]:
        """What a person should know of the source's ways of discovery, a sentence each."""
        return [_NOTES[note].format(answer.url) for answer in self.discovery for note in answer.notes]

    def as_json(self) -> dict[str, Any]:
        """What is stored with a run: counts, and each URL that ended in trouble."""
        seconds = (self.finished_at - self.started_at).total_seconds() if self.finished_at else None
        vitals = self.vitals.as_json()
        return {
            "source": self.source,
            "ok": self.ok,
            "counts": self.counts,
            "discovery": [answer.as_json() for answer in self.discovery],
            "discovery_answered": self.discovery_answered,
            "wanted": self.wanted,
            "archived": self.archived,
            "requests": self.requests,
            "troubles": self.troubles,
            "problem": self.problem,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "seconds": round(seconds, 1) if seconds is not None else None,
            **({"vitals": vitals} if vitals else {}),
        }

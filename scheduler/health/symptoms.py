"""Pure: what one crawl shows to be wrong with a source, or right again, measured against its norm."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.report import Answer, CrawlReport
from crawler.vitals import Vitals
from scheduler.health.norm import Norm
from scheduler.health.quiet import Heard, flood, silence
from scheduler.planning.rates import Habits

# Of a page's fields, those whose loss is an alarm; the others are only shown.
WATCHED = ("author", "time", "title")
_NOT_READ = ("not_an_article",)
# A state of pages → the kind of alarm when all are so, and what is said of them.
PAGES = {
    "blocked": ("blocked", "refused"),
    "failed": ("unreachable", "not to be had"),
    "walled": ("walled", "behind a wall"),
}
_STATUS = re.compile(r"it answers (\d{3})")
_REFUSING = (401, 403, 407, 429, 451)
_PASSING = timedelta(hours=2)
_AHEAD, _BEHIND = 300.0, 600.0  # seconds; a cache without an Age makes a clock look late
_WAY_KNOWN = 3.0  # answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a crawl that is over came to. Without a report it broke off, for the `problem`."""

    at: datetime  # when it began
    report: CrawlReport | None = None
    problem: str | None = None
    news: int = 0  # articles found since the last one, in whatever way
    habits: Habits | None = None
    others_publish: bool = False  # the other sources have news as ever
    is_clock_ours: bool = False  # other sources' clocks differ from ours by as much

    @property
    def vitals(self) -> Vitals:
        return self.report.vitals if self.report else Vitals()


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """A sign of a fault, or that there is none (`weight` below 0). Weights add up; 1 is an alarm, or its end."""

    kind: str
    subject: str = ""
    weight: float
    cause: str = ""
    since: datetime | None = None  # where it is not this crawl that was the first

    @property
    def key(self) -> str:
        return f"{self.kind} {self.subject}"


def heard(norm: Norm, seen: Seen) -> Heard | None:
    """What an answered crawl says of how the source publishes; None where it was not answered."""
    report = seen.report
    if report is None or not report.discovery or not report.discovery_answered:
        return None
    vitals = report.vitals
    return Heard(
        at=seen.at,
        news=max(seen.news, vitals.met),
        met=vitals.met,
        named=vitals.named,
        gap=norm.gap,
        habits=seen.habits,
    )


def symptoms(norm: Norm, seen: Seen) -> Iterator[Symptom]:
    """Of one crawl, against the norm as it was before; but for `silence`, which the norm after it tells."""
    if seen.report is None:
        yield Symptom(kind="broken", weight=1, cause=f"the crawl broke off: {seen.problem}")
        return
    yield Symptom(kind="broken", weight=-1)
    yield from _discovery(norm, seen.report, seen.at)
    yield from _pages(norm, seen)
    yield from _ways(norm, seen.report)
    yield from _clock(seen)
    yield from _flood(norm, seen)


def silent(norm: Norm, seen: Seen) -> Iterator[Symptom]:
    """By the norm after the crawl."""
    quiet = norm.quiet
    if quiet.news_at is None or quiet.heard_at != seen.at or seen.is_clock_ours:
        return
    if quiet.news_at == seen.at:
        yield Symptom(kind="silence", weight=-1)
        return
    due = silence(quiet, others_publish=seen.others_publish)
    if due is not None:
        cause = f"no new article since {_shown(quiet.news_at)}, where some {due:.0f} were to be expected"
        yield Symptom(kind="silence", weight=1, cause=cause, since=quiet.news_at)


# --- discovery ---


def _discovery(norm: Norm, report: CrawlReport, at: datetime) -> Iterator[Symptom]:
    """Is the source there, and does it let us in?"""
    kinds = ("blocked", "unreachable", "certificate", "field links")
    if not report.discovery:
        return
    if report.discovery_answered:
        yield from (_well(kind) for kind in kinds)
        return
    troubled = [answer for answer in report.discovery if answer.problem]
    missed = report.vitals.missed
    if not troubled or sum(missed.get(why, 0) for why in ("put off", "excluded")) >= len(troubled):
        yield from _forbidden(missed)
        return
    first = troubled[0]
    kind = _kind(first, report.vitals)
    cause = f"{first.url}: {first.problem}" + (
        f", as for {len(troubled) - 1} more" if len(troubled) > 1 else ""
    )
    name, _, subject = kind.partition(" ")
    weight = _gravity(kind, norm, at, is_status=bool(_STATUS.search(first.problem or "")))
    yield Symptom(kind=name, subject=subject, weight=weight, cause=cause)


def _forbidden(missed: object) -> Iterator[Symptom]:
    if isinstance(missed, dict) and missed.get("excluded"):
        yield Symptom(kind="blocked", weight=0.5, cause="robots.txt forbids what the source is found by")


def _well(kind: str) -> Symptom:
    name, _, subject = kind.partition(" ")
    return Symptom(kind=name, subject=subject, weight=-1 if kind == "certificate" else -0.5)


def _kind(answer: Answer, vitals: Vitals) -> str:
    """Of an answer's problem."""
    found = _STATUS.search(answer.problem or "")
    status = int(found[1]) if found else None
    if status is not None:
        return "blocked" if status in _REFUSING else "unreachable" if status >= 500 else "field links"
    if vitals.missed.get("certificate"):
        return "certificate"
    return "unreachable" if vitals.missed.get("unreachable") else "field links"


def _gravity(kind: str, norm: Norm, at: datetime, *, is_status: bool) -> float:
    """A certificate, or a list that is none any more, is no passing trouble; what is, is given three crawls or two hours."""
    if kind == "certificate" or (kind == "field links" and not is_status and norm.named >= 1):
        return 1
    if kind == "field links":
        return 0.5
    sign = norm.signs.get(f"{kind} ")
    return 1 if sign and at - sign.since >= _PASSING else 0.34


# --- pages ---


def checked(norm: Norm, vitals: Vitals) -> dict[str, tuple[int, int]]:
    """What is looked at on pages → on how many it is as it should be, and of how many."""
    refused = vitals.refused
    unread = sum(refused.get(state, 0) for state in _NOT_READ)
    tried = vitals.read + unread + sum(refused.get(state, 0) for state in PAGES)
    found = {name: (vitals.filled.get(name, 0), vitals.read) for name in vitals_fields() if name != "body"}
    found["body"] = (vitals.read if norm.is_text(vitals.letters) else 0, vitals.read + unread)
    return found | {state: (tried - refused.get(state, 0), tried) for state in PAGES}


def vitals_fields() -> tuple[str, ...]:
    return ("title", "author", "time", "body", "summary", "tags", "image")


def _pages(norm: Norm, seen: Seen) -> Iterator[Symptom]:
    for name, (had, of) in checked(norm, seen.vitals).items():
        if name not in (*WATCHED, "body", *PAGES):
            continue
        share = norm.shares.get(name)
        if share is None or not of or share.too_many is None:
            continue
        kind, subject = _as_alarm(name)
        if share.is_there(had, of):
            yield Symptom(kind=kind, subject=subject, weight=-max(0.5, min(1.0, had / 3)))
        elif share.missing + of - had >= share.too_many:
            since = share.since or seen.at
            cause = _of_page(name, share.missing + of - had, share.usual, norm, seen.vitals)
            yield Symptom(kind=kind, subject=subject, weight=1, cause=cause, since=since)


def _as_alarm(name: str) -> tuple[str, str]:
    return (PAGES[name][0], "pages") if name in PAGES else ("field", name)


def _of_page(name: str, missing: int, usual: float, norm: Norm, vitals: Vitals) -> str:
    if name in PAGES:
        reason = vitals.reasons.get(name)
        return f"the last {missing} pages were {PAGES[name][1]}" + (f": {reason}" if reason else "")
    if name != "body":
        return f"no {name} on the last {missing} pages; {usual:.0%} stated one before"
    reason = vitals.reasons.get("not_an_article")
    if vitals.letters:
        return f"only {vitals.letters} letters of text on the last {missing} pages, where {norm.usual_letters} are usual"
    return f"no article's text on the last {missing} pages" + (f": {reason}" if reason else "")


# --- ways, clock, number ---


def _ways(norm: Norm, report: CrawlReport) -> Iterator[Symptom]:
    moved = report.vitals.moved
    for answer in report.discovery:
        url = answer.url
        if url in moved and url in norm.ways and norm.moved.get(url) != moved[url]:
            cause = f"{url} has moved for good to {moved[url]}: put that into the recipe"
            yield Symptom(kind="moved", subject=url, weight=1, cause=cause)
        elif url not in moved and answer.problem is None:
            yield Symptom(kind="moved", subject=url, weight=-1)
        if "validator lies" in answer.notes:
            cause = f"{url} said it had not changed when it had: it is asked without conditions from now on"
            yield Symptom(kind="validator lies", subject=url, weight=1, cause=cause)
        yield from _overflow(answer, report.vitals)
        if norm.ways.get(url, 0) >= _WAY_KNOWN and report.discovery_answered:
            weight = 0.2 if answer.problem else -0.5
            yield Symptom(
                kind="way", subject=url, weight=weight, cause=f"{url}: {answer.problem}; other ways answer"
            )


def _overflow(answer: Answer, vitals: Vitals) -> Iterator[Symptom]:
    if "overflow" in answer.notes:
        cause = f"{answer.url} names nothing it named before, again: articles may be missed; a shorter interval helps"
        yield Symptom(kind="overflow", subject=answer.url, weight=0.5, cause=cause)
    elif answer.problem is None and not answer.unchanged and vitals.met:
        yield Symptom(kind="overflow", subject=answer.url, weight=-0.1)


def _clock(seen: Seen) -> Iterator[Symptom]:
    ahead = seen.vitals.ahead
    if ahead is None:
        return
    if seen.is_clock_ours or -_BEHIND <= ahead <= _AHEAD:
        yield Symptom(kind="clock", weight=-0.5)
        return
    how = f"{span(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}"
    yield Symptom(kind="clock", weight=0.5 if ahead > 0 else 0.34, cause=f"the site's clock is {how} of ours")


def _flood(norm: Norm, seen: Seen) -> Iterator[Symptom]:
    what = heard(norm, seen)
    if what is None:
        return
    cause = flood(norm.quiet, what)
    if cause is not None:
        yield Symptom(kind="flood", weight=1, cause=cause)
    else:
        yield Symptom(kind="flood", weight=-0.5)


def span(seconds: float) -> str:
    """In words: 5 minutes."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds:.0f} seconds"


def _shown(at: datetime) -> str:
    return f"{at:%a %Y-%m-%d %H:%M} UTC"

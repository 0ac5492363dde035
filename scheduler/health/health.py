"""Pure: a source's norm and a crawl → the norm after it, alarms that are due, and those that are over.

A sign of a fault adds to its weight, a sign of the contrary takes away; at 1 there is an alarm, and at 1 of the
contrary its end. What an alarm is about is no longer learned from, so that what is broken does not become usual: only
after 30 days (a flood: 7) it is taken for what the source is like now, and the alarm ends with these words.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.health.norm import Norm, Share, Sign, mean
from scheduler.health.quiet import hear
from scheduler.health.symptoms import PAGES, Seen, Symptom, checked, heard, silent, symptoms

_ENOUGH = 0.999
_NEW_STATE = {
    "field": timedelta(days=30),
    "walled": timedelta(days=30),
    "clock": timedelta(days=30),
    "flood": timedelta(days=7),
}
_TOLD = timedelta(days=1)  # of what we have done something about ourselves
_MOST_WAYS = 20
_LEAST_GAP = 1 / 3600  # hours


@dataclass(frozen=True, slots=True)
class Fault:
    """An alarm that is due."""

    kind: str
    subject: str
    cause: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of a crawl. An alarm that is `raised` and `cleared` at once says last words."""

    norm: Norm
    raised: tuple[Fault, ...] = ()
    cleared: tuple[tuple[str, str], ...] = ()


def judge(norm: Norm, seen: Seen, open_alarms: Mapping[str, datetime]) -> Judgement:
    """`open_alarms`: kind and subject, joined by a blank → since when. The crawl is no older than the last one."""
    shown = list(symptoms(norm, seen))
    is_flood = any(one.kind == "flood" and one.weight > 0 for one in shown)
    after = _learned(norm, seen, is_flood=is_flood)
    shown += silent(after, seen)
    signs, raised, cleared = _weighed(norm.signs, shown, seen.at, open_alarms)
    grown, worn = _worn(open_alarms, shown, seen.at)
    cleared = {*cleared, *worn}
    kept = {key: sign for key, sign in signs.items() if key not in cleared}
    after = _settled(replace(after, signs=kept), norm, seen, open_alarms.keys() - cleared, cleared)
    return Judgement(after, (*raised, *grown), tuple(_parted(key) for key in sorted(cleared)))


# --- weighing ---


def _weighed(
    signs: Mapping[str, Sign], shown: Iterable[Symptom], at: datetime, open_alarms: Mapping[str, datetime]
) -> tuple[dict[str, Sign], list[Fault], set[str]]:
    after, raised, cleared = dict(signs), list[Fault](), set[str]()
    for symptom in shown:
        key, is_open = symptom.key, symptom.key in open_alarms
        sign = after.get(key) or Sign(since=symptom.since or open_alarms.get(key, at))
        sign = _turned(sign, symptom.weight, is_open=is_open)
        after[key] = sign
        if is_open and sign.good >= _ENOUGH:
            cleared.add(key)
        elif not is_open and sign.bad >= _ENOUGH:
            raised.append(Fault(symptom.kind, symptom.subject, symptom.cause, symptom.since or sign.since))
        elif not is_open and sign.bad <= 0:
            del after[key]
    return after, raised, cleared


def _turned(sign: Sign, weight: float, *, is_open: bool) -> Sign:
    if weight > 0:
        return replace(sign, bad=min(sign.bad + weight, 1.0), good=0.0)
    if is_open:
        return replace(sign, good=sign.good - weight)
    return replace(sign, bad=max(sign.bad + weight, 0.0))


def _worn(
    open_alarms: Mapping[str, datetime], shown: Iterable[Symptom], at: datetime
) -> tuple[list[Fault], set[str]]:
    """Alarms of what has been so for so long that it is what the source is like; and of what needs nobody to act."""
    bad = {symptom.key: symptom for symptom in shown if symptom.weight > 0}
    grown, over = list[Fault](), set[str]()
    for key, since in open_alarms.items():
        kind, subject = _parted(key)
        if kind == "validator lies" and at - since > _TOLD:
            over.add(key)
        if key in bad and kind in _NEW_STATE and at - since > _NEW_STATE[kind]:
            cause = (
                f"{bad[key].cause}; so for {_NEW_STATE[kind].days} days, it is taken as normal from now on"
            )
            grown.append(Fault(kind, subject, cause, since))
            over.add(key)
    return grown, over


def _parted(key: str) -> tuple[str, str]:
    """The kind and the subject; of the kinds only one has a blank in it."""
    if key.startswith("validator lies "):
        return "validator lies", key.removeprefix("validator lies ")
    kind, _, subject = key.partition(" ")
    return kind, subject


# --- learning ---


def _learned(norm: Norm, seen: Seen, *, is_flood: bool) -> Norm:
    """What no alarm is about: how often it is crawled, how it answers, what it publishes."""
    gap = max((seen.at - norm.at).total_seconds() / 3600, _LEAST_GAP) if norm.at else 0.0
    usual = min(gap, 4 * norm.gap) if norm.gap else gap  # a laptop that slept
    after = replace(
        norm, at=seen.at, runs=norm.runs + 1, gap=mean(norm.gap, usual, norm.runs - 1) if norm.runs else 0.0
    )
    what = heard(after, seen)
    if what is None:
        return after
    vitals = seen.vitals
    latency = mean(norm.latency, vitals.latency, norm.runs) if vitals.latency is not None else norm.latency
    return replace(
        after,
        latency=latency,
        named=mean(norm.named, vitals.named, norm.runs),
        ways=_ways(norm, seen),
        moved=dict(vitals.moved) if not norm.ways else norm.moved,
        quiet=hear(norm.quiet, replace(what, is_flood=is_flood)),
    )


def _ways(norm: Norm, seen: Seen) -> dict[str, float]:
    ways = dict(norm.ways)
    for answer in seen.report.discovery if seen.report else ():
        if answer.problem is None and (answer.url in ways or len(ways) < _MOST_WAYS):
            ways[answer.url] = min(ways.get(answer.url, 0.0) + 1, 100.0)
    return ways


def _settled(norm: Norm, before: Norm, seen: Seen, held: AbstractSet[str], cleared: AbstractSet[str]) -> Norm:
    """What alarms are about: pages and fields."""
    vitals = seen.vitals
    shares = dict(norm.shares)
    for name, (had, of) in checked(before, vitals).items():
        share = shares.get(name, Share())
        key = f"{PAGES[name][0]} pages" if name in PAGES else f"field {name}"
        if key in cleared and share.is_there(had, of):
            shares[name] = share.restored(had, of)
        elif key in cleared:  # it is what the source is like now
            shares[name] = Share(had=had, of=of)
        elif key not in held or not share.is_there(had, of):
            last = vitals.last_unread if name == "body" else 0
            shares[name] = share.seen(had, of, seen.at, last)
    norm = replace(norm, shares=shares)
    is_text = vitals.letters is not None and (before.is_text(vitals.letters) or "field body" in cleared)
    if "field body" in cleared and not before.is_text(vitals.letters):
        norm = replace(norm, texts=0.0)
    return norm.with_texts(vitals.letters or 1, vitals.read) if is_text else norm

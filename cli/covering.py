"""The verb `coverage`: what became of every discovered URL, and what may have been missed."""

import difflib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import Archive, Day, Estimate, Gap, OpenUrl, Pair, SourceCoverage, Tally
from cli.errors import BadInput
from cli.opening import read_archive, recipes_of, settings_of
from cli.saying import say_json, say_table
from crawler.config import Settings

_DAYS = 14  # of a source, in the table
_PERCENT = 100


def coverage(
    source: str | None,
    bounds: tuple[int | None, int],
    config: Path | None,
    *,
    missed: bool,
    as_json: bool,
) -> int:
    """Every source, or one of them by day. `bounds` are the last days and the most URLs of a list that are shown."""
    settings = settings_of(config)
    days, limit = bounds
    if source is None and (days is not None or missed):
        raise BadInput(
            f"{'--missed' if missed else '--days'} goes with a source: `broadsheet coverage SOURCE`"
        )
    with read_archive(settings) as archive:
        names = archive.coverage.sources()
        if source is not None:
            _check(source, names, archive, settings)
        if as_json:
            say_json(_objects(archive, names if source is None else [source], days, one=source is not None))
        elif source is not None:
            _say_source(archive, archive.coverage.of(source), days or _DAYS, limit, missed=missed)
        else:
            _say_all(archive, names)
        if not as_json:
            print(f"\nArchive: {archive.root}")
    return 0


def _check(source: str, names: list[str], archive: Archive, settings: Settings) -> None:
    if source in names:
        return
    recipes = recipes_of(settings)
    if source in recipes:
        raise BadInput(
            f"no URL of {source} in {archive.root} yet; `broadsheet crawl {source}` discovers them"
        )
    near = difflib.get_close_matches(source, [*names, *recipes], n=1)
    hint = f"did you mean {near[0]}?" if near else "`broadsheet coverage` names those it holds"
    raise BadInput(f"no source {source} in {archive.root}; {hint}")


# --- for a person: all sources ---


def _say_all(archive: Archive, names: list[str]) -> None:
    if not names:
        print("No URL is discovered yet; `broadsheet crawl` begins.")
        return
    # One after the other, and of each only what the table shows: a source may have many URLs.
    lines = [_line(archive.coverage.of(name)) for name in names]
    states = tuple(Tally.total(tally for _, tally, _, _ in lines).states)
    say_table(
        ("source", "URLs", *map(_heading, states), "found by", "recall", "note"),
        (
            (name, *_counts(tally, states), _ways(tally), _recall(estimate), note)
            for name, tally, estimate, note in lines
        ),
    )


def _line(covered: SourceCoverage) -> tuple[str, Tally, Estimate | None, str]:
    return covered.source, covered.tally, covered.estimate, "; ".join(_notes(covered))


def _notes(covered: SourceCoverage) -> Iterator[str]:
    if covered.overflowed_at:
        yield f"overflow {_local(covered.overflowed_at)}"
    if covered.lying:
        yield "validators lie"


def _counts(tally: Tally, states: Iterable[str]) -> tuple[int, ...]:
    return (tally.discovered, *(tally.states.get(state, 0) for state in states))


def _ways(tally: Tally) -> str:
    return ", ".join(f"{way} {count}" for way, count in tally.ways.items())


def _heading(state: str) -> str:
    """A narrow table breaks it between words."""
    return state.replace("_", " ")


# --- for a person: one source ---


def _say_source(archive: Archive, covered: SourceCoverage, days: int, limit: int, *, missed: bool) -> None:
    _say_days(covered, days)
    print()
    for sentence in _sentences(covered):
        print(sentence)
    _say_open(archive, covered.source, limit)
    gaps = covered.gaps()
    if missed:
        for gap in gaps:
            _say_gap(archive, covered, gap, limit)
        if not gaps:
            print("\nNothing that one way saw was missed by another that could have seen it.")
    elif gaps:
        counts = ", ".join(f"{len(gap.articles)} by {gap.missed_by} ({gap.seen_by} saw them)" for gap in gaps)
        print(f"\nMissed: {counts}; --missed lists them")


def _say_days(covered: SourceCoverage, days: int) -> None:
    tally = covered.tally
    states, ways = tuple(tally.states), tuple(tally.ways)

    def row(name: str, one: Tally, estimate: Estimate | None) -> tuple[object, ...]:
        return (name, *_counts(one, states), *(one.ways.get(way, 0) for way in ways), _recall(estimate))

    shown, earlier = covered.days[-days:], covered.days[:-days]
    rows = [row(day.day, day.tally, day.estimate) for day in reversed(shown)]
    if earlier:
        rows.append(row("earlier", Tally.total(day.tally for day in earlier), None))
    rows.append(row("all", tally, covered.estimate))
    say_table(
        ("day", "URLs", *map(_heading, states), *(f"by {way}" for way in ways), "recall"),
        rows,
    )


def _sentences(covered: SourceCoverage) -> Iterator[str]:
    if not covered.pairs:
        yield f"Recall: {', '.join(covered.tally.ways) or 'no way'} alone says nothing of what it missed."
    for pair in covered.pairs:
        yield _sentence(pair)
    if covered.overflowed_at:
        at = _local(covered.overflowed_at)
        yield f"At {at} a poll shared nothing with the one before: what lay between them may have been missed."
    for address in covered.lying:
        yield f"Validators lie: {address} said it had not changed when it had."


def _sentence(pair: Pair) -> str:
    one, other = pair.ways
    if pair.since > pair.until:
        return f"Recall by {one} and {other}: none, they reach no common time."
    first, second = map(len, pair.seen)
    of = f"{pair.since[:10]} to {pair.until[:10]}: {one} saw {first}, {other} {second}, both {pair.both}"
    estimate = pair.estimate
    if estimate is None:
        return f"Recall by {one} and {other}: none, they share too few. Published {of}."
    likely = (
        f"{estimate.found} found of about {round(estimate.expected)} ({estimate.fewest} to {estimate.most})"
    )
    return f"Recall by {one} and {other}: {_recall(estimate)}. Published {of}; {likely}."


def _say_open(archive: Archive, source: str, limit: int) -> None:
    urls, count = archive.coverage.open_urls(source, limit), archive.coverage.count_open(source)
    if not urls:
        print("\nNothing is open: every URL is settled.")
        return
    print()
    now = datetime.now(UTC)
    say_table(
        ("open", "why", "next try", "URL"),
        ((url.state, url.reason, _next(url, now), url.url) for url in urls),
    )
    _say_rest(count - len(urls))


def _next(url: OpenUrl, now: datetime) -> str:
    if url.given_up:
        return f"never again: tried {url.tries} times"
    if url.next_try_at is None or datetime.fromisoformat(url.next_try_at) <= now:
        return "next crawl"
    return _local(url.next_try_at)


def _say_gap(archive: Archive, covered: SourceCoverage, gap: Gap, limit: int) -> None:
    found = archive.coverage.missed(covered, gap, limit)
    print(f"\n{gap.seen_by} saw, {gap.missed_by} did not: {len(gap.articles)}")
    say_table(
        ("published", "state", "URL"),
        (((one.published_at or "")[:10], one.url.state, one.url.url) for one in found),
    )
    _say_rest(len(gap.articles) - len(found))


def _say_rest(count: int) -> None:
    if count:
        print(f"and {count} more: --json")


def _recall(estimate: Estimate | None) -> str:
    """97% (94–99); a dash where there is no estimate."""
    if estimate is None:
        return "–"
    low, high = estimate.found / estimate.most, estimate.found / estimate.fewest
    return f"{_percent(estimate.recall)}% ({_percent(low)}–{_percent(high)})"


def _percent(share: float) -> str:
    """Whole, but what is not all is never called so."""
    percent = _PERCENT * share
    if _PERCENT - 1 < percent < _PERCENT:
        return f"{int(percent * 10) / 10}"
    return f"{percent:.0f}"


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


# --- for a program ---


def _objects(archive: Archive, names: list[str], days: int | None, *, one: bool) -> Iterator[dict[str, Any]]:
    for name in names:
        covered = archive.coverage.of(name)
        yield _source_as_json(covered)
        for day in covered.days[-days:] if days else covered.days:
            yield _day_as_json(name, day)
        if one:
            yield from (
                {"kind": "open", "source": name} | url.as_json() for url in archive.coverage.open_urls(name)
            )
            for gap in covered.gaps():
                yield from _gap_as_json(archive, covered, gap)


def _source_as_json(covered: SourceCoverage) -> dict[str, Any]:
    tally = _tally_as_json(covered.tally)
    return {
        "kind": "source",
        "source": covered.source,
        **tally,
        "recall": _estimate_as_json(covered.estimate),
        "pairs": [_pair_as_json(pair) for pair in covered.pairs],
        "overflowed_at": covered.overflowed_at,
        "lying": list(covered.lying),
    }


def _day_as_json(source: str, day: Day) -> dict[str, Any]:
    facts = {"kind": "day", "source": source, "day": day.day, **_tally_as_json(day.tally)}
    return facts | {"recall": _estimate_as_json(day.estimate)}


def _tally_as_json(tally: Tally) -> dict[str, Any]:
    return {"discovered": tally.discovered, "states": dict(tally.states), "ways": dict(tally.ways)}


def _pair_as_json(pair: Pair) -> dict[str, Any]:
    """Of what was published in the reach of both: what each saw, and what the two together."""
    facts: dict[str, Any] = {"ways": list(pair.ways), "since": pair.since, "until": pair.until}
    facts |= {"saw": [len(keys) for keys in pair.seen], "both": pair.both}
    return facts | {"recall": _estimate_as_json(pair.estimate)}


def _estimate_as_json(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {
        "found": estimate.found,
        "expected": round(estimate.expected, 1),
        "fewest": estimate.fewest,
        "most": estimate.most,
        "share": round(estimate.recall, 4),
    }


def _gap_as_json(archive: Archive, covered: SourceCoverage, gap: Gap) -> Iterator[dict[str, Any]]:
    for missed in archive.coverage.missed(covered, gap):
        facts = {"kind": "missed", "seen_by": gap.seen_by, "missed_by": gap.missed_by}
        yield facts | missed.url.as_json() | {"published_at": missed.published_at}

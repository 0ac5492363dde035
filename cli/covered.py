"""What `coverage` says to a person: tables and sentences."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from archive import Archive, Estimate, Gap, OpenUrl, Pair, SourceCoverage, Tally
from cli.saying import console

_PERCENT = 100
_MOST = 20  # URLs of a list; JSON has them all
# Columns whose words stay on one line; of the others a narrow table breaks the head rather than the numbers.
_WHOLE = ("source", "day", "recall %", "open", "next try", "published", "state")


def say_all(archive: Archive, names: list[str]) -> None:
    """A row for each source in two tables, since a terminal is not wide enough for one."""
    if not names:
        print("No URL is discovered yet; `broadsheet crawl` begins.")
        return
    # One after the other, and of each only what is shown: a source may have many URLs.
    lines = [_line(archive.coverage.of(name)) for name in names]
    states = tuple(Tally.total(tally for _, tally, _, _ in lines).states)
    _say_table(
        ("source", "URLs", *map(_heading, states)),
        [(name, *_counts(tally, states)) for name, tally, *_ in lines],
    )
    print()
    _say_table(
        ("source", "found by", "recall %", "note"),
        [(name, _ways(tally), _recall(estimate), note) for name, tally, estimate, note in lines],
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
    return ", ".join(f"{way}: {count}" for way, count in tally.ways.items())


def _heading(state: str) -> str:
    """A narrow table breaks it between words."""
    return state.replace("_", " ")


# --- one source ---


def say_source(archive: Archive, covered: SourceCoverage, days: int, *, missed: bool) -> None:
    """The last days, the estimates, what is open; and what was missed, or how much."""
    _say_days(covered, days)
    print()
    for sentence in _sentences(covered):
        _say(sentence)
    _say_open(archive, covered.source)
    gaps = covered.gaps()
    if missed:
        for gap in gaps:
            _say_gap(archive, covered, gap)
        if not gaps:
            _say("\nNothing that one way saw was missed by another that could have seen it.")
    elif gaps:
        _say("\n" + "\n".join(_summaries(gaps)) + "\n--missed lists them.")


def _summaries(gaps: list[Gap]) -> Iterator[str]:
    for way in dict.fromkeys(gap.missed_by for gap in gaps):
        own = [f"{len(gap.articles)} that {gap.seen_by} saw" for gap in gaps if gap.missed_by == way]
        yield f"{way} missed {', '.join(own)}."


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
    _say_table(("day", "URLs", *map(_heading, states), *(f"by {way}" for way in ways), "recall %"), rows)


def _sentences(covered: SourceCoverage) -> Iterator[str]:
    if not covered.pairs:
        ways = ", ".join(covered.tally.ways)
        yield (
            f"Recall: {ways} alone says nothing of what it missed."
            if ways
            else "Recall: no way of discovery names these URLs."
        )
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
    return f"Recall by {one} and {other}: {_recall(estimate)} %. Published {of}; {likely}."


def _say_open(archive: Archive, source: str) -> None:
    urls, count = archive.coverage.open_urls(source, _MOST), archive.coverage.count_open(source)
    if not urls:
        _say("\nNothing is open: every URL is settled.")
        return
    print()
    now = datetime.now(UTC)
    _say_table(
        ("open", "why", "next try", "URL"),
        [(url.state, url.reason, _next(url, now), url.url) for url in urls],
    )
    _say_rest(count - len(urls))


def _next(url: OpenUrl, now: datetime) -> str:
    if url.given_up:
        return f"never again: tried {url.tries} times"
    if url.next_try_at is None or datetime.fromisoformat(url.next_try_at) <= now:
        return "next crawl"
    return _local(url.next_try_at)


def _say_gap(archive: Archive, covered: SourceCoverage, gap: Gap) -> None:
    found = archive.coverage.missed(covered, gap, _MOST)
    _say(f"\n{gap.seen_by} saw, {gap.missed_by} did not: {len(gap.articles)}")
    _say_table(
        ("published", "state", "URL"),
        [((one.published_at or "")[:10], one.url.state, one.url.url) for one in found],
    )
    _say_rest(len(gap.articles) - len(found))


def _say_rest(count: int) -> None:
    if count:
        print(f"and {count} more: --json")


def _recall(estimate: Estimate | None) -> str:
    """97 (94–99), the bounds in brackets; a dash where there is no estimate."""
    if estimate is None:
        return "–"
    likely = _percent(estimate.recall)
    low, high = _percent(estimate.found / estimate.most), _percent(estimate.found / estimate.fewest)
    return likely if low == high == likely else f"{likely} ({low}–{high})"


def _percent(share: float) -> str:
    """Whole, but what is not all is never called so."""
    percent = _PERCENT * share
    if _PERCENT - 1 < percent < _PERCENT:
        return f"{int(percent * 10) / 10:g}"
    return f"{percent:.0f}"


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


# --- how it is drawn ---


def _say(sentence: str) -> None:
    console().print(Text(sentence))


def _say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    table = Table(
        box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True, header_style="bold"
    )
    for position, column in enumerate(columns):
        is_number = all(isinstance(row[position], int) for row in rows)
        table.add_column(
            column,
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=column in _WHOLE,
        )
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console().print(table)

"""The verb `coverage`: what became of every discovered URL, and what may have been missed."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive import Archive, Day, Estimate, Gap, Pair, SourceCoverage, Tally
from cli.covered import say_all, say_source
from cli.errors import BadInput
from cli.opening import read_archive, recipes_of, settings_of
from cli.saying import say_json
from crawler.config import Settings

_DAYS = 14  # of a source, in the table


def coverage(
    source: str | None,
    days: int | None,
    config: Path | None,
    *,
    missed: bool,
    as_json: bool,
) -> int:
    """Every source, or one of them by its last days."""
    settings = settings_of(config)
    if source is None:
        _refuse_details(days, missed=missed)
    with read_archive(settings) as archive:
        names = archive.coverage.sources()
        bundled = _of_bundle(source, settings) if source and source not in names else ()
        if bundled:
            _refuse_details(days, missed=missed)
            names, source = [name for name in names if name in bundled], None
        if source is not None:
            _check(source, names, archive, settings)
        if as_json:
            say_json(_objects(archive, names if source is None else [source], days, one=source is not None))
        elif source is not None:
            say_source(archive, archive.coverage.of(source), days or _DAYS, missed=missed)
        else:
            say_all(archive, names)
        if not as_json:
            print(f"\nArchive: {archive.root}")
    return 0


def _refuse_details(days: int | None, *, missed: bool) -> None:
    if days is not None or missed:
        what = "--missed" if missed else "--days"
        raise BadInput(f"{what} goes with a source, and one alone: `broadsheet coverage SOURCE`")


def _of_bundle(bundle: str, settings: Settings) -> tuple[str, ...]:
    """The sources of a bundle like zh-tech; none where it is no bundle."""
    return tuple(name for name, one in recipes_of(settings).items() if bundle in one.bundles)


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

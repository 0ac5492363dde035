"""The verb `backfill`: what a source published in days past, found, fetched, or taken from a web archive's copies."""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from archive import Archive, Article, Found
from cli.crawling import exit_status, say_reports
from cli.errors import BadInput
from cli.importing import day_of
from cli.opening import open_archive, recipes_of, settings_of, sources_named
from cli.past_verbs import BackfillWish
from cli.saying import progress, say_json, say_table
from crawler.config import Settings
from crawler.crawl import Crawls
from crawler.discovery.cdx import Capture, copy_address
from crawler.fetch import Session, session
from crawler.job import Job
from crawler.landing import Target, land
from crawler.past.backfilling import AskFor, Days, Listing
from crawler.reading import Fetched, Refusal
from crawler.rendering.chromium import require_browser
from crawler.report import CrawlReport
from crawler.source import Source
from crawler.urls import split
from scheduler.loop import run

_LOST = ("gone", "failed")  # states in which a copy is better than nothing


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a back-fill came to: what was listed, the crawl's report, and URL → state and reason of the copies."""

    listing: Listing
    found: int
    report: CrawlReport | None
    copies: Mapping[str, tuple[str, str]]

    @property
    def is_listed(self) -> bool:
        """Did anything that lists the past answer?"""
        return any(answer.problem is None for answer in self.listing.answers)


@dataclass(frozen=True, slots=True)
class _Back:
    """What a back-fill works with."""

    archive: Archive
    source: Source
    settings: Settings
    wish: BackfillWish


def backfill(name: str, wish: BackfillWish, config: Path | None, *, as_json: bool) -> int:
    """Lists, fetches and copies; 1 where nothing could be listed or a page could not be had."""
    settings = settings_of(config)
    sources = sources_named([name], recipes_of(settings))
    days = _days(wish)
    if wish.cdx is not None and split(wish.cdx) is None:
        raise BadInput(f"{wish.cdx}: no web address; name the address of an index of captures")
    if wish.from_archive and wish.cdx is None:
        raise BadInput("--from-archive takes copies from behind the index that --cdx names; name one")
    for source in sources:
        require_browser(source, settings.browser)
    with open_archive(settings) as archive:
        backs = [_Back(archive, source, settings, wish) for source in sources]
        outcomes = run(lambda: _one_by_one(backs, days))
        root = archive.root
    if as_json:
        for source, outcome in zip(sources, outcomes, strict=True):
            say_json(_as_json(source, outcome))
    else:
        for source, outcome in zip(sources, outcomes, strict=True):
            _say(outcome, source, days)
        print(f"\nArchive: {root}")
    return 0 if all(map(_is_well, outcomes)) else 1


async def _one_by_one(backs: Sequence[_Back], days: Days) -> list[_Outcome]:
    return [await _backfill(back, days) for back in backs]


def _is_well(outcome: _Outcome) -> bool:
    """Was something listed, and every page or a copy of it had?"""
    is_had = outcome.report is None or exit_status([outcome.report]) == 0
    failed = any(state in _LOST for state, _ in outcome.copies.values())
    if outcome.copies and not failed:
        is_had = outcome.report is None or set(outcome.report.troubles) <= set(outcome.copies)
    return outcome.is_listed and is_had and not failed


def _days(wish: BackfillWish) -> Days:
    first, last = day_of(wish.first, "--from"), day_of(wish.last, "--to")
    if first is None or last is None:
        raise BadInput("a back-fill goes from one day to another; name both with --from and --to")
    if first > last:
        raise BadInput(f"--from {first} is later than --to {last}")
    return Days(first, last)


async def _backfill(back: _Back, days: Days) -> _Outcome:
    wanted: dict[str, datetime | None] = {}
    found = set[str]()
    with progress(f"{back.source.name}: listing") as advance:
        async with session(back.settings, back.source.language, archive=back.archive) as asking:
            listing = Listing(back.source, days, _asking(asking, advance))
            async for some in _listed(listing, back.wish.cdx):
                found |= {one.url for one in some}
                wanted |= _wanted(back.archive, some)
    report = await _crawl(back, _newest_first(wanted)) if wanted else None
    copies = await _copies(back, listing) if back.wish.from_archive else {}
    return _Outcome(listing, len(found), report, copies)


async def _listed(listing: Listing, index: str | None) -> AsyncIterator[list[Found]]:
    async for some in listing.from_sitemaps():
        yield some
    if index is not None:
        async for some in listing.from_index(index):
            yield some


def _asking(asking: Session, advance: Callable[[int, int], None]) -> AskFor:
    async def ask(url: str) -> Fetched | Refusal:
        reply = await asking.get(url, is_sitemap=True)
        advance(asking.asked, asking.asked + 1)
        return reply

    return ask


def _wanted(archive: Archive, some: list[Found]) -> dict[str, datetime | None]:
    """Records what was found; what the archive still wants of it, and when it is said to be of."""
    when = {one.url: one.published_at for one in some}
    return {url: when.get(url) for url in archive.discover(some, datetime.now(UTC))}


def _newest_first(wanted: Mapping[str, datetime | None]) -> list[str]:
    return sorted(
        wanted, key=lambda url: moment.timestamp() if (moment := wanted[url]) else 0.0, reverse=True
    )


async def _crawl(back: _Back, urls: list[str]) -> CrawlReport:
    job = Job(back.source, tuple(urls), back.wish.limit, found_by="")
    with Crawls(back.settings) as crawls, progress(back.source.name) as advance:
        return await crawls.crawl(job, lambda report: advance(len(report.states), report.wanted))


# --- copies ---


async def _copies(back: _Back, listing: Listing) -> dict[str, tuple[str, str]]:
    """Takes copies of what its site no longer has."""
    lost = [url for url in listing.captures if back.archive.state(url) in _LOST][: back.wish.limit]
    told: dict[str, tuple[str, str]] = {}
    with progress(f"{back.source.name}: copies") as advance:
        async with session(back.settings, back.source.language, archive=back.archive) as asking:
            for number, url in enumerate(lost, start=1):
                told[url] = await _copy(back, asking, listing.captures[url])
                advance(number, len(lost))
    return told


async def _copy(back: _Back, asking: Session, capture: Capture) -> tuple[str, str]:
    reply = await asking.get(copy_address(back.wish.cdx or "", capture))
    if isinstance(reply, Refusal):
        return reply.state, reply.reason
    # As if the page had been fetched from its site, when the copy was taken.
    page = replace(reply, url=capture.url, fetched_at=capture.at, requested=None, passed=())
    result = land(Target(capture.url), (page,), back.source, plain=back.settings.plain).result
    if not isinstance(result, Article):
        return result.state, result.reason
    return back.archive.add(result).verdict.value, ""


# --- saying ---


def _say(outcome: _Outcome, source: Source, days: Days) -> None:
    print(f"{source.name}, {days.first} to {days.last}: {outcome.found} articles listed\n")
    rows = [(one.links, one.undated, one.problem or "", one.url) for one in outcome.listing.answers]
    say_table(("articles", "undated", "problem", "asked"), rows)
    if outcome.report is not None:
        print()
        say_reports([outcome.report])
    if outcome.copies:
        print()
        counts = Counter(state for state, _ in outcome.copies.values())
        say_table(("copies", *counts), [(source.name, *counts.values())])
        sys.stdout.flush()
        for url, (state, reason) in outcome.copies.items():
            if reason:
                print(f"{url}: {state}: {reason}", file=sys.stderr)
    sys.stdout.flush()
    if not outcome.is_listed:
        print(
            f"{source.name}: nothing that lists its past answered; --cdx names the index of a web archive",
            file=sys.stderr,
        )


def _as_json(source: Source, outcome: _Outcome) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [{"kind": "asked", **asdict(one)} for one in outcome.listing.answers]
    if outcome.report is not None:
        facts = outcome.report.as_json()
        rows.append(
            {"kind": "crawl", **{key: facts[key] for key in facts if key not in ("started_at", "seconds")}}
        )
    rows += [
        {"kind": "copy", "url": url, "state": state, "reason": reason}
        for url, (state, reason) in outcome.copies.items()
    ]
    rows.append({"kind": "backfill", "listed": outcome.found})
    return [{**row, "source": source.name} for row in rows]

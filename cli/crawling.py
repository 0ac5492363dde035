"""The verbs that fetch: crawl and daemon."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from archive import Held
from cli.errors import BadInput
from cli.opening import open_archive, recipes_of, settings_of, source_of, sources_named
from cli.saying import progress, say_json, say_table
from crawler.config import Settings
from crawler.crawl import Crawls
from crawler.job import Job
from crawler.rendering.chromium import require_browser
from crawler.report import CrawlReport
from crawler.source import Source
from scheduler.loop import run

_ATTEMPTS, _PAUSE_SECONDS = 40, 0.25  # to crawl a source that somebody else is crawling
_OF_THE_CLOCK = ("started_at", "seconds", "vitals")


def crawl(what: tuple[str, ...], limit: int | None, config: Path | None, *, as_json: bool) -> int:
    """Crawls sources and single articles; 1 where a source was silent or a page could not be had."""
    settings = settings_of(config)
    jobs = _jobs(what or settings.sources, recipes_of(settings), limit, settings.site_config)
    root, reports = crawl_jobs(jobs, settings)
    if as_json:
        say_json(_as_json(report) for report in reports)
    else:
        say_reports(reports)
        print(f"\nArchive: {root}")
    return exit_status(reports)


def crawl_jobs(jobs: list[Job], settings: Settings) -> tuple[Path, list[CrawlReport]]:
    """Crawls one job after the other; gives the archive's folder and a report of each."""
    for job in jobs:
        require_browser(job.source, settings.browser)
    # Made here, so that a folder that can't be written to is one line and no crawl.
    with open_archive(settings) as archive:
        root = archive.root
    reports: list[CrawlReport] = []

    async def crawl_all() -> None:
        with Crawls(settings) as crawls:
            for job in jobs:
                with progress(job.source.name) as advance:
                    reports.append(await _in_turn(crawls, job, _watch(advance)))

    run(crawl_all)
    return root, reports


async def _in_turn(crawls: Crawls, job: Job, on_event: Callable[[CrawlReport], None]) -> CrawlReport:
    """The report of the crawl; while somebody else crawls the source, it waits a little."""
    began = datetime.now(UTC)
    for attempt in range(_ATTEMPTS):
        try:
            return await crawls.crawl(job, on_event)
        except Held as held:
            problem = str(held).removeprefix(f"{job.source.name} is ")
            if attempt == 0:
                print(f"broadsheet: {held}; waiting for it", file=sys.stderr)
            await asyncio.sleep(_PAUSE_SECONDS)
    return CrawlReport(
        source=job.source.name,
        started_at=began,
        finished_at=datetime.now(UTC),
        problem=f"it is {problem}; try again once that is over",
    )


def exit_status(reports: list[CrawlReport]) -> int:
    """0 where every source answered and every page could be had."""
    return 0 if all(report.ok for report in reports) else 1


def say_reports(reports: list[CrawlReport]) -> None:
    """The closing table, by state; what went wrong goes to standard error."""
    states = list(dict.fromkeys(state for report in reports for state in report.counts))
    say_table(
        ("source", *states),
        ((report.source, *(report.counts.get(state, 0) for state in states)) for report in reports),
    )
    for report in reports:
        # A feed's links may be anything; where a URL was asked for by name, every reason is of interest.
        reasons = report.refusals if not report.discovery else report.troubles
        for url, reason in reasons.items():
            print(f"{url}: {reason}", file=sys.stderr)
        if report.put_off or report.notes or not report.is_answered:
            print(report.summary, file=sys.stderr)


def _jobs(
    what: tuple[str, ...], sources: dict[str, Source], limit: int | None, rules: Path | None
) -> list[Job]:
    """One job a source: a name crawls all that is new, URLs of one source go together."""
    if not what:
        raise BadInput(
            'nothing to crawl; name a source or a URL, or set sources = ["huxiu"] in broadsheet.toml'
        )
    names = dict.fromkeys(one for one in what if "://" not in one)
    urls: dict[tuple[str, ...], list[str]] = {}
    owners: dict[tuple[str, ...], Source] = {}
    for url in dict.fromkeys(one for one in what if "://" in one):
        owner = source_of(url, sources, rules)
        # Without a recipe two hosts of one domain are two sources of one name.
        key = (owner.name, *owner.hosts)
        owners[key] = owner
        urls.setdefault(key, []).append(url)
    jobs = [Job(source, (), limit, "crawl") for source in sources_named(names, sources)]
    return jobs + [Job(owners[key], tuple(of_one), limit, "crawl") for key, of_one in urls.items()]


def _watch(advance: Callable[[int, int], None]) -> Callable[[CrawlReport], None]:
    return lambda report: advance(len(report.states), report.wanted)


def _as_json(report: CrawlReport) -> dict[str, object]:
    return {key: value for key, value in report.as_json().items() if key not in _OF_THE_CLOCK}

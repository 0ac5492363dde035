"""LocalRunner: a crawl in this process, and what it came to. A failed crawl is an outcome, never an exception."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from archive import ArchiveError, Held
from crawler.config import ConfigError, Settings
from crawler.crawl import Crawls, Job
from crawler.politeness.line import LINE
from crawler.report import CrawlReport
from scheduler.plan import in_words

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: a report, or the reason why there is none."""

    source: str
    report: CrawlReport | None = None
    problem: str | None = None
    is_offline: bool = False  # was it our own line that was down? That counts against no source
    is_ours: bool = False  # was it the archive that could not go on? Nor does that
    is_busy: bool = False  # somebody else is crawling it: there was no run
    late: timedelta | None = None  # by how much it came later than it was due

    @property
    def is_ok(self) -> bool:
        """Did all come that was asked for?"""
        return self.report is not None and self.report.ok

    @property
    def answered(self) -> bool:
        """Did the source answer? Where not, it rests longer before the next crawl."""
        return self.report is not None and self.report.is_answered

    @property
    def summary(self) -> str:
        """One line for a log."""
        said = self.report.summary if self.report is not None else f"{self.source}: {self.problem}"
        offline = "; no connection" if self.is_offline and "no connection" not in said else ""
        return f"{said}{offline}{f'; late by {in_words(self.late)}' if self.late else ''}"


class LocalRunner:
    """Runs jobs in this process's loop."""

    def __init__(self, crawls: Crawls) -> None:
        self._crawls = crawls

    async def run(self, job: Job) -> Outcome:
        """Crawls; whatever goes wrong is in the outcome."""
        try:
            report = await self._crawls.crawl(job)
        except ConfigError as error:
            return Outcome(job.source.name, problem=str(error).removeprefix(f"{job.source.name}: "))
        except Held as held:
            return Outcome(job.source.name, problem=str(held), is_busy=True)
        except ArchiveError as error:
            return Outcome(job.source.name, problem=str(error), is_ours=True)
        except Exception as error:  # noqa: BLE001  the daemon outlives whatever one crawl runs into
            _log.warning("%s: the crawl broke off", job.source.name, exc_info=True)
            return Outcome(job.source.name, problem=f"{type(error).__name__}: {error}")
        is_offline = LINE.is_down and not report.is_answered
        return Outcome(job.source.name, report, is_offline=is_offline, is_ours=report.is_ours)

    def change(self, settings: Settings) -> None:
        """The crawls that begin from now on have other settings."""
        self._crawls.change(settings)

"""Job: one crawl that is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.source import Source


@dataclass(frozen=True, slots=True)
class Job:
    """Crawl a source: what its discovery finds, or only the `urls`. At most `limit` articles are fetched."""

    source: Source
    urls: tuple[str, ...] = ()
    limit: int | None = None
    by: Literal["crawl", "daemon", "run", "run-due"] = "crawl"  # run: a person told the daemon to
    found_by: str = "command"  # the way in which `urls` were found; empty: it is recorded already
    due_at: datetime | None = None  # when it was to begin, if not at anybody's wish

    @property
    def is_patient(self) -> bool:
        """Does it leave alone what failed a short while ago? A person who asks wants it now."""
        return self.by in ("daemon", "run-due")

    @property
    def takes_turn(self) -> bool:
        """Is nobody else to crawl the source meanwhile? A source's past takes hours, in which there are news."""
        return not (self.urls and not self.found_by)

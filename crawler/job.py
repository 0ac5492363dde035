"""Job: one crawl that is asked for."""

from dataclasses import dataclass
from typing import Literal

from crawler.source import Source


@dataclass(frozen=True, slots=True)
class Job:
    """Crawl a source: what its discovery finds, or only the `urls`. At most `limit` articles are fetched."""

    source: Source
    urls: tuple[str, ...] = ()
    limit: int | None = None
    by: Literal["crawl", "daemon"] = "crawl"
    found_by: str = "command"  # the way in which `urls` were found; empty: it is recorded already

    @property
    def is_patient(self) -> bool:
        """Does it leave alone what failed a short while ago? A person who asks wants it now."""
        return self.by == "daemon"

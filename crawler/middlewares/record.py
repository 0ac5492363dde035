"""DomainRecord: what is known of domains, from the archive where a crawl has one, else from this crawl alone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from scrapy.crawler import Crawler

from archive import Archive, DomainRow, Domains

_UNSAVED = 50  # requests; a commit for each would cost more than what is counted


def domains_of(crawler: Crawler) -> Domains | None:
    """What the crawl's archive remembers; None for a spider without one."""
    archive = getattr(crawler.spider, "archive", None)
    return archive.domains if isinstance(archive, Archive) else None


class DomainRecord:
    """Reads a domain's row anew each time: another crawl, or another process, may have written it."""

    def __init__(self, store: Callable[[], Domains | None]) -> None:
        self._store = store
        self._rows: dict[str, DomainRow] = {}
        self._unsaved: Counter[tuple[str, str]] = Counter()

    def row(self, domain: str, now: datetime) -> DomainRow:
        """The domain's row, with today's requests."""
        store = self._store()
        if store is not None:
            self._rows[domain] = store.get(domain) or DomainRow(domain=domain)
        row = self._rows.setdefault(domain, DomainRow(domain=domain))
        day = _day(now)
        saved = row.requests if row.day == day else 0
        return replace(row, day=day, requests=saved + self._unsaved[domain, day])

    def rests(self, domain: str, until: datetime, reason: str) -> None:
        """The domain has refused us once more, and is left alone until then."""
        row = self._rows.get(domain, DomainRow(domain=domain))
        row = replace(row, rests_until=until, reason=reason, refusals=row.refusals + 1)
        self._rows[domain] = row
        store = self._store()
        if store is not None:
            store.rest(domain, until, reason, row.refusals)

    def answers(self, domain: str) -> None:
        """The domain gave what was asked for."""
        row, store = self._rows.get(domain), self._store()
        if row is None or row.refusals == 0:
            return
        self._rows[domain] = replace(row, refusals=0)
        if store is not None:
            store.forgive(domain)

    def sends(self, domain: str, now: datetime) -> None:
        """A request goes out."""
        day = _day(now)
        self._unsaved[domain, day] += 1
        if self._unsaved[domain, day] >= _UNSAVED:
            self.save()

    def save(self) -> None:
        """Writes what was counted."""
        store = self._store()
        if store is not None:
            for (domain, day), requests in self._unsaved.items():
                store.count(domain, day, requests)
            self._unsaved.clear()


def _day(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m-%d}"

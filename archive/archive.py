"""Archive: the one door through which articles come in, and what a reader asks of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.engine import Engine

from archive import database
from archive.article import Article
from archive.assets.assets import Assets
from archive.coverage import Coverage
from archive.errors import ArchiveError, DiskError
from archive.files import HOUSEHOLD
from archive.intake import Intake, Receipt
from archive.memory.alarms import Alarms
from archive.memory.arrivals import Arrivals
from archive.memory.days import Days
from archive.memory.domains import Domains
from archive.memory.leases import Leases
from archive.memory.marks import Marks
from archive.memory.norms import Norms
from archive.memory.orders import Orders
from archive.memory.polls import Polls
from archive.memory.rereads import Rereads
from archive.memory.runs import Runs
from archive.proof.marker import check_whole
from archive.reindex import Progress, ReindexReport, find_by_url, reindex
from archive.rows import ArticleRow
from archive.urls.aliases import holds_another, keep_aliases
from archive.urls.keys import url_key
from archive.versions.corrections import Corrections
from archive.versions.history import History
from archive.versions.versions import Versions, paths_of
from archive.writing import events
from archive.writing.events import Found
from archive.writing.household import Household
from archive.writing.ledger import Event
from archive.writing.positions import Positions
from archive.writing.store import Store, naming_folder

_WANTED = ("discovered", "failed", "blocked")
_MOST_PENDING = 500
_ANOTHER_FOLDER = "name another folder (setting `archive`, BROADSHEET_ARCHIVE) or make this one writable"


class Archive:
    """One folder of articles. Open it with `open` to write, with `read` only to look.

    Several processes may have it open: each act takes the archive's lock. Raises ArchiveError.
    """

    def __init__(self, root: Path, engine: Engine, front_matter: tuple[str, ...] = ()) -> None:
        self.root = root
        self.runs = Runs(engine)
        self.polls = Polls(engine)
        self.domains = Domains(engine)
        self.coverage = Coverage(engine)
        self.positions = Positions(root)
        self.rereads = Rereads(engine)
        self.arrivals = Arrivals(engine)
        self.alarms = Alarms(engine)
        self.norms = Norms(engine)
        self.leases = Leases(root, engine)
        self.orders = Orders(engine)
        self.marks = Marks(engine)
        self.days = Days(engine)
        self._engine = engine
        self._file = database.file_of(engine)
        self._store = Store(root, engine)
        self._catalog = self._store.catalog
        self.assets = Assets(self._store)
        self.corrections = Corrections(self._store, engine, front_matter)
        self.snapshots = self._store.snapshots
        self._versions = Versions(engine)
        self.history = History(root, self._store, self._versions)
        self._intake = Intake(self._store, self._versions, front_matter)

    @classmethod
    def open(cls, root: Path, database_url: str | None = None, *, front_matter: tuple[str, ...] = ()) -> Self:
        """The archive in this folder, made where there is none, with interrupted writes finished.

        `front_matter` names keys to write after the five.
        """
        archive = cls._make(root.absolute(), database_url, front_matter)
        try:
            archive._bring_in_step()
        except ArchiveError:
            archive.close()
            raise
        return archive

    def renew(self) -> None:
        """Goes on with the catalog that is there now, made where there is none: the one that was open is gone."""
        with naming_folder(self.root), Household(self.root).locked():
            self._engine.dispose()
            database.bring_up(self._engine, self.root)
        self._file = database.file_of(self._engine)
        self._bring_in_step()

    def _bring_in_step(self) -> None:
        self._store.check()
        if self._catalog.position()[1] is None and any(self._store.files.articles()):
            self.reindex()
        self.snapshots.check()

    @classmethod
    def rebuild(
        cls, root: Path, database_url: str | None = None, progress: Progress | None = None
    ) -> ReindexReport:
        """`reindex` for an archive that may be damaged, so that `open` would refuse it."""
        root = root.absolute()
        if not root.is_dir():
            raise ArchiveError(f"no archive in {root}; `broadsheet crawl` makes one")
        with cls._make(root, database_url) as archive:
            return archive.reindex(progress)

    @classmethod
    def _make(cls, root: Path, database_url: str | None, front_matter: tuple[str, ...] = ()) -> Self:
        try:
            check_whole(root)
            with Household(root).locked():
                return cls(root, database.writable(root, database_url), front_matter)
        except OSError as error:
            raise DiskError(error, root, _ANOTHER_FOLDER) from error

    @classmethod
    def read(cls, root: Path, database_url: str | None = None) -> Self:
        """The archive in this folder to look at: nothing is written, swept or finished."""
        root = root.absolute()
        if not (root / HOUSEHOLD).is_dir() and not (root / database.SQLITE_FILE).exists():
            raise ArchiveError(
                f"no archive in {root}; `broadsheet crawl` makes one, --config or BROADSHEET_ARCHIVE names one"
            )
        check_whole(root)
        return cls(root, database.readable(root, database_url))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    @property
    def is_in_place(self) -> bool:
        """Is the catalog still the file that was opened?"""
        return database.file_of(self._engine) == self._file

    # --- what comes in ---

    def discover(self, found: Iterable[Found], now: datetime, *, patient: bool = False) -> list[str]:
        """Records URLs and gives those still wanted, as they are spelled, in order, each once.

        A patient caller gets URLs that failed only once their rest is over.
        """
        listed = [(url_key(one.url), one) for one in found]
        by_key: dict[str, Found] = {}
        for key, one in listed:
            by_key.setdefault(key, one)
        if self._news(listed):
            with self._store.writing():
                self._store.record(self._news(listed), now)
        states = self._catalog.states(by_key)
        wanted = [key for key in by_key if _is_wanted(*states[key])]
        resting = self.runs.resting(wanted, now) if patient else set()
        return [by_key[key].url for key in wanted if key not in resting]

    def pending(self, source: str, now: datetime, *, patient: bool = False) -> list[str]:
        """A source's URLs from earlier crawls that are still wanted, the latest first, at most 500."""
        urls = [row.url for row in self._catalog.unsettled(source, _MOST_PENDING)]
        resting = self.runs.resting(map(url_key, urls), now) if patient else set()
        return [url for url in urls if url_key(url) not in resting]

    def unmet(self, urls: Iterable[str]) -> set[str]:
        """Those of the URLs that the archive never heard of."""
        by_key = {url_key(url): url for url in urls}
        return {by_key[key] for key in by_key.keys() - self._catalog.states(by_key).keys()}

    def removed(self, urls: Collection[str]) -> set[str]:
        """Those of the URLs that a person wants nothing of: deleted or forgotten."""
        states = self._catalog.states(map(url_key, urls))
        return {url for url in urls if states.get(url_key(url), ("",))[0] == "removed"}

    def settled(self, urls: Iterable[str]) -> set[str]:
        """Those of the URLs for which there is nothing left to fetch."""
        by_key = {url_key(url): url for url in urls}
        states = self._catalog.states(by_key)
        done = {key for key, facts in states.items() if not _is_wanted(*facts)}
        return {by_key[key] for key in done | self._catalog.homes(by_key.keys() - states.keys()).keys()}

    def is_settled(self, url: str) -> bool:
        """Is there nothing left to fetch for this URL?"""
        return bool(self.settled([url]))

    def state(self, url: str) -> str | None:
        """How a URL ended so far; None where the archive never heard of it."""
        row = self._catalog.url(url_key(url))
        return None if row is None else str(row["state"])

    def holds_another(self, article: Article) -> bool:
        """Is another article kept at this one's URL: with another title and another text?"""
        return holds_another(self._catalog, article)

    def add(self, article: Article) -> Receipt:
        """Judges the article and keeps it, once; durable when this returns."""
        return self._intake.add(article)

    def add_many(self, articles: Sequence[Article]) -> list[Receipt]:
        """What `add` gives for one after the other, with less waiting for the disk; all durable when this returns.

        After a kill some of them may be kept and others not: each whole, or not at all.
        """
        return self._intake.add_many(articles)

    def refuse(self, url: str, source: str, state: str, reason: str, now: datetime) -> None:
        """Records how a URL ended that gave no article: blocked, walled, gone, not_an_article, failed, excluded."""
        key, event = url_key(url), events.refused(url, source, state, reason)
        with self._store.writing():
            before = self._catalog.url(key)
            is_held = before is not None and before["state"] in ("archived", "duplicate", "removed")
            is_news = before is None or (before["state"], before["reason"]) != (state, event["reason"])
            if is_news and not is_held:
                self._store.record([event], now)
            if state in _WANTED:
                self.runs.put_off(key, now)

    def alias(self, leads_to: Mapping[str, str], now: datetime) -> None:
        """Records that URLs lead to archived articles at others (URL → the article's), all in one write."""
        keep_aliases(self._store, leads_to, now)

    def forget(self, url: str, now: datetime) -> bool:
        """Removes file, versions, rows, aliases and text; a tombstone stays. False for a URL the archive never met."""
        with self._store.writing():
            held = self._catalog.known(url_key(url))
            row = self._catalog.url(held.url_key if held else url_key(url))
            if row is None:
                return False
            urls, paths = [row["url"]], list[str]()
            if held is not None:
                urls = [held.url, *self._catalog.spellings(held.url_key)]
                paths = [held.path, *find_by_url(self._store.files, urls)]
                paths += paths_of(self._versions.of(held.url_key))
                paths += self._store.assets.only_of([held.url_key])
            self._store.forget(events.forgotten(urls, row["source"]), paths, now)
            return True

    def reindex(self, progress: Progress | None = None, now: datetime | None = None) -> ReindexReport:
        """Rebuilds the archive tables from files and ledger, and takes a person's edits as they are.

        `progress` is told how much of how much is done; edits are said to be of `now`, else of this moment.
        """
        report = reindex(self._store, now or datetime.now(UTC), progress)
        return replace(report, notes=(*report.notes, *self.snapshots.rebuild()))

    # --- what is asked ---

    def articles(self, source: str | None = None, limit: int | None = None) -> list[ArticleRow]:
        """The articles, newest first."""
        return self._catalog.articles(source, limit)

    def article(self, url_or_path: str) -> ArticleRow | None:
        """By URL, an alias of it, or a path: absolute or relative to the archive."""
        path = Path(url_or_path)
        if path.is_absolute() and path.is_relative_to(self.root):
            url_or_path = path.relative_to(self.root).as_posix()
        return self._catalog.article(url_key(url_or_path)) or self._catalog.article_at(url_or_path)

    def text(self, row: ArticleRow) -> str:
        """The article's file, as it is now; a moved one is looked for."""
        with naming_folder(self.root):
            content = self._store.files.read(row.path)
            for path in [] if content is not None else find_by_url(self._store.files, [row.url]):
                content = self._store.files.read(path)
        if content is None:
            raise ArchiveError(
                f"{row.path} is no longer in {self.root}; `broadsheet reindex` takes note of it"
            )
        return content.decode("utf-8", "replace")

    def counts(self) -> dict[str, dict[str, int]]:
        """Source → state → number of URLs."""
        return self._catalog.counts()

    # --- shell ---

    def _news(self, listed: list[tuple[str, Found]]) -> list[Event]:
        keys = {key for key, _ in listed}
        return events.news(listed, self._catalog.states(keys), self._catalog.ways(keys))


def _is_wanted(state: str, read_from: str | None) -> bool:
    return state in _WANTED or (state == "archived" and read_from == "feed")

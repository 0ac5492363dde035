"""The one order of writing: note, file, ledger line, row, old files; and how a killed write is finished."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.engine import Engine

from archive import database
from archive.assets.rows import AssetRows
from archive.catalog import Catalog
from archive.dedup import Known
from archive.document import utc
from archive.errors import ArchiveError, DiskError
from archive.files import Files, sha256
from archive.near.neighbours import Neighbours
from archive.proof import traces
from archive.snapshots.snapshots import Snapshots
from archive.urls.keys import url_key
from archive.writing.events import scrubbed
from archive.writing.household import Household, Pending
from archive.writing.ledger import Event, Ledger, Line, Position

_LINES_AT_ONCE = 500


class Store:
    """Files, ledger and catalog of one archive, kept in step. All writing happens inside `writing`."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self.files = Files(root)
        self.ledger = Ledger(root)
        self.catalog = Catalog(engine)
        self.assets = AssetRows(engine)
        self.neighbours = Neighbours(engine, self.files)
        self.snapshots = Snapshots(root, engine, self.locked)
        self._household = Household(root)
        self.engine = engine
        self._root = root

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The archive's lock, and nothing more."""
        with naming_folder(self._root), self._household.locked():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The archive's lock, with what a killed process left unfinished put right."""
        with self.locked():
            self.ledger.finish_rewrite()
            if not self.ledger.is_at(self.catalog.position()[0]):
                self._catch_up()
            self.finish_pending()
            yield

    def check(self) -> None:
        """Makes sure that ledger and database belong together, and brings them in step."""
        with self.locked():
            self.ledger.finish_rewrite()
            self._catch_up()
            self.finish_pending()

    def record(self, events: Sequence[Event], now: datetime) -> None:
        """The events as ledger lines, then their rows."""
        if not events:
            return
        position, archive_id = self.catalog.position()
        lines = self.ledger.append(events, now, position)
        self.catalog.apply(lines, archive_id)

    def keep(self, event: Event, content: bytes | None, retires: Sequence[Known], now: datetime) -> None:
        """Puts the event's file in place, records the event, then removes the retired articles' files."""
        event = {**event, "id": secrets.token_hex(8), "at": utc(now)}
        path = None if content is None else str(event["path"])
        pending = Pending(event, path, tuple((old.path, old.sha256) for old in retires))
        self._household.note(pending)
        if path is not None and content is not None:
            self.files.write(path, content)
        self.record([event], now)
        self._remove(pending)
        self._household.clear()

    def keep_all(self, made: Sequence[tuple[Event, bytes]], now: datetime) -> None:
        """The same for several new articles at once: one note, every file, then all lines, then all rows."""
        pending = [Pending({**event, "id": secrets.token_hex(8)}, str(event["path"])) for event, _ in made]
        self._household.note(*pending)
        self.files.write_all({str(event["path"]): content for event, content in made})
        self.record([one.event for one in pending], now)
        self._household.clear()

    def revise(self, event: Event, content: bytes, before: bytes, now: datetime) -> None:
        """Puts the text that goes into its version's file, the new one into its place, and records the event."""
        event = {**event, "id": secrets.token_hex(8), "at": utc(now)}
        self._household.note(Pending(event, str(event["path"])))
        if "version" in event:
            self.files.write(str(event["version"]["path"]), before)
        self.files.write(str(event["path"]), content)
        self.record([event], now)
        self._household.clear()

    def keep_with(self, event: Event, content: bytes, pictures: Mapping[str, bytes], now: datetime) -> None:
        """Puts the pictures (path → content), then the event's file in place, and records the event."""
        event = {**event, "id": secrets.token_hex(8), "at": utc(now)}
        self._household.note(Pending(event, str(event["path"])))
        for path, picture in pictures.items():
            if self.files.digest(path) != sha256(picture):
                self.files.write(path, picture)
        self.files.write(str(event["path"]), content)
        self.record([event], now)
        self._household.clear()

    def forget(self, event: Event, paths: Sequence[str], now: datetime) -> None:
        """Removes pages and files, scrubs the ledger, leaves the event as tombstone, erases the rows."""
        event = {**event, "id": secrets.token_hex(8), "at": utc(now), "paths": list(paths)}
        self._household.note(Pending(event, None))
        self._forget(event)
        self._household.clear()

    def finish_pending(self) -> None:
        """Completes, or drops, the writes that a killed process had begun."""
        begun = self._household.pending()
        if not begun:
            return
        ids, last = [one.event["id"] for one in begun], self.catalog.position()[0].event_id
        recorded = ids[: ids.index(last) + 1] if last in ids else []
        for pending in begun:
            self._finish(pending, is_recorded=pending.event["id"] in recorded)
        self._household.clear()

    def _finish(self, pending: Pending, *, is_recorded: bool) -> None:
        """One of these writes; `is_recorded` says whether its ledger line is there."""
        kept = pending.event.get("version")
        pictures = pending.event.get("pictures", {}).values()
        for path in filter(None, (pending.path, kept and kept["path"], *pictures)):
            self.files.sweep(path)
        if pending.event["event"] == "forgotten":
            if not is_recorded:
                self._forget(pending.event)
            database.erase_traces(self.engine)
        elif is_recorded or self._record_orphan(pending):
            self._remove(pending)
        elif kept is not None and self.files.digest(kept["path"]) == kept["sha256"]:
            self.files.remove(kept["path"])  # the text is still in its place
        else:
            for path in self.assets.unused(pictures):
                self.files.remove(path)

    def replay(self, lines: Iterator[Line], archive_id: str | None) -> Iterator[int]:
        """Applies the lines, some hundred at a time; yields how many were applied."""
        while batch := list(islice(lines, _LINES_AT_ONCE)):
            self.catalog.apply(batch, archive_id)
            yield len(batch)

    def _catch_up(self) -> None:
        position, archive_id = self.catalog.position()
        self.ledger.trim()
        if not self.ledger.holds(position):
            self._check_same_archive(archive_id)
            if not self.ledger.knows(position.event_id):
                raise ArchiveError(
                    f"{self._root}: lines at the end of its ledger are missing that the catalog knows;"
                    " run `broadsheet repair`, which brings back what they did"
                )
            for _ in self.ledger.since(Position()):
                pass  # a damaged ledger is told before the rows go
            self.catalog.clear()
            position = Position()
        for _ in self.replay(self.ledger.since(position), archive_id):
            pass

    def _check_same_archive(self, archive_id: str | None) -> None:
        own = self.ledger.first_id()
        if own is None:
            raise ArchiveError(
                f"{self._root} has lost its ledger; run `broadsheet repair` to begin a new one"
            )
        if archive_id is not None and own != archive_id:
            raise ArchiveError(
                f"the database is another archive's than {self._root}; give each archive a database of its own"
            )

    def _record_orphan(self, pending: Pending) -> bool:
        """Records a file whose ledger line is missing; False where the file never came into place."""
        if pending.path is None or not self._is_in_place(pending.event, pending.path):
            return False
        self.record([pending.event], datetime.fromisoformat(pending.event["at"]))
        return True

    def _is_in_place(self, event: Event, path: str) -> bool:
        lies, kept = self.files.digest(path), event.get("version")
        if event["event"] != "revised" or kept is None:
            return bool(lies == event["sha256"])
        # The earlier text has left its place, whatever a person did there since, and is in the version alone.
        earlier = kept.get("was", kept["sha256"])
        return bool(lies != earlier) and self.files.digest(kept["path"]) == kept["sha256"]

    def _remove(self, pending: Pending) -> None:
        for path, digest in pending.removes:
            if self.files.digest(path) == digest:
                self.files.remove(path)

    def _forget(self, event: Event) -> None:
        self.snapshots.forget(event["urls"])
        for path in event["paths"]:
            self.files.remove(path)
        traces.erase(self._root, self.engine, event["urls"], event["paths"])
        keys = frozenset(map(url_key, event["urls"]))
        end = self.ledger.rewrite(lambda line: scrubbed(line, keys))
        self.catalog.set_position(end, str(self.ledger.first_id()))
        tombstone = {key: value for key, value in event.items() if key != "paths"}
        self.record([tombstone], datetime.fromisoformat(event["at"]))
        database.erase_traces(self.engine)


@contextmanager
def naming_folder(root: Path) -> Iterator[None]:
    """Turns what the file system says into one line that names the file."""
    try:
        yield
    except OSError as error:
        raise DiskError(error, root) from error

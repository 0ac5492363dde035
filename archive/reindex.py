"""Rebuilds the catalog from ledger and files; what a person did to the files is taken as it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from archive.dedup import Known
from archive.errors import DocumentError
from archive.files import Files, path_key, sha256
from archive.markdown import Document, parse
from archive.urls.keys import url_key
from archive.writing import events
from archive.writing.ledger import Event
from archive.writing.store import Store

Progress = Callable[[int, int], None]  # told how much of how much is done
_NEAR_THE_TOP = 4096  # bytes that surely hold the `url` line


@dataclass(frozen=True, slots=True, kw_only=True)
class ReindexReport:
    """What a rebuild found. `problems` are damage; `notes` are files it left alone, and why."""

    articles: int
    lines: int
    edited: int
    moved: int
    adopted: int
    removed: int
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Claim:
    """A file whose front matter names an article, and that is not as the catalog has it."""

    path: str
    document: Document
    content: bytes


@dataclass(slots=True)
class _Findings:
    """What the files say that the ledger does not, gathered in one pass."""

    events: list[Event] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(event["event"] == kind for event in self.events)


def reindex(store: Store, now: datetime, progress: Progress | None = None) -> ReindexReport:
    """Clears the archive tables, replays the ledger, then records what changed among the files."""
    with store.locked():
        findings = _Findings()
        lines = _replay(store, findings.problems)
        store.finish_pending()
        _compare(store, findings, now, progress or (lambda _done, _all: None))
        store.record(findings.events, now)
        for _ in store.neighbours.catch_up():
            pass
        standing = sum(not known.removed for known in store.catalog.holdings())
    return ReindexReport(
        articles=standing,
        lines=lines,
        edited=findings.count("edited"),
        moved=findings.count("moved"),
        adopted=findings.count("archived"),
        removed=findings.count("removed"),
        problems=tuple(findings.problems),
        notes=tuple(findings.notes),
    )


def find_by_url(files: Files, urls: Iterable[str]) -> list[str]:
    """The paths of the files whose front matter names one of the URLs."""
    keys = frozenset(map(url_key, urls))
    return [path for path in files.articles() if _names_one(files.read(path) or b"", keys)]


def _replay(store: Store, problems: list[str]) -> int:
    store.ledger.finish_rewrite()
    store.ledger.trim()
    store.catalog.clear()
    return sum(store.replay(store.ledger.lines(problems), store.ledger.first_id()))


def _compare(store: Store, findings: _Findings, now: datetime, progress: Progress) -> None:
    held = {known.url_key: known for known in store.catalog.holdings()}
    by_path = {path_key(known.path): known for known in held.values()}
    as_recorded: set[str] = set()
    claims: dict[str, list[_Claim]] = {}
    paths = list(store.files.articles())
    for number, path in enumerate(paths, 1):
        content = store.files.read(path) or b""
        known = by_path.get(path_key(path))
        if known is not None and not known.removed and sha256(content) == known.sha256:
            as_recorded.add(known.url_key)
        else:
            _claim(path, content, known, claims, findings, as_recorded)
        progress(number, len(paths))
    for key, claimed in claims.items():
        known = held.get(key) or store.catalog.known(key)
        if known is None:
            findings.events += _adopt(claimed, now)
        elif known.url_key in as_recorded or known.url_key != key:
            findings.notes += [f"{claim.path}: left alone, a copy of {known.path}" for claim in claimed]
        else:
            as_recorded.add(key)
            _take_over(known, claimed, findings)
    gone = [known for key, known in held.items() if key not in as_recorded and not known.removed]
    findings.events += [events.removed(known.url) for known in gone]


def _claim(
    path: str,
    content: bytes,
    known: Known | None,
    claims: dict[str, list[_Claim]],
    findings: _Findings,
    as_recorded: set[str],
) -> None:
    try:
        document = parse(content)
    except DocumentError as error:
        if known is None or known.removed:
            findings.notes.append(f"{path}: left alone, {error.reason}")
            return
        # Ours, and its front matter is broken: it stays, and so does what the ledger knows of it.
        findings.problems.append(f"{path}: {error.reason}; mend its front matter and reindex again")
        findings.events.append(events.edited(known.url, content, None))
        as_recorded.add(known.url_key)
        return
    claims.setdefault(url_key(document.url), []).append(_Claim(path, document, content))


def _take_over(known: Known, claimed: list[_Claim], findings: _Findings) -> None:
    chosen = next((claim for claim in claimed if claim.path == known.path), claimed[0])
    if chosen.path != known.path or known.removed:
        findings.events.append(events.moved(known.url, chosen.path))
    if sha256(chosen.content) != known.sha256:
        findings.events.append(events.edited(known.url, chosen.content, chosen.document))
    findings.notes += [f"{c.path}: left alone, a copy of {chosen.path}" for c in claimed if c is not chosen]


def _adopt(claimed: list[_Claim], now: datetime) -> Iterator[Event]:
    first = claimed[0]
    folders = PurePosixPath(first.path).parts[:-1]
    yield events.adopted(first.document, first.path, first.content, folders[0] if folders else "unknown", now)


def _names_one(content: bytes, keys: frozenset[str]) -> bool:
    head = content[:_NEAR_THE_TOP]
    if not any(
        url_key(line[4:].decode("utf-8", "replace")) in keys
        for line in head.split(b"\n")
        if line[:4] == b"url:"
    ):
        return False
    try:
        return url_key(parse(content).url) in keys
    except DocumentError:
        return False

"""The verb `reparse`: every stored page through today's reader, in parallel, and what changes by it."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from itertools import islice
from pathlib import Path

from archive import Archive, Article, Correction, StoredPage
from cli.errors import BadInput
from cli.importing import day_of
from cli.opening import open_archive, read_archive, recipes_of, settings_of
from cli.past_verbs import ReparseWish
from cli.saying import counting, say_json, say_table
from crawler.config import Settings
from crawler.past.pool import Died, Readers
from crawler.past.reparsing import Manner, Reread, StoredReader
from crawler.reading import Refusal

UP_TO_DATE = "up to date"
_AT_ONCE = 50
_MOST_EXAMPLES = 2  # of a field
_MOST_TOLD = 20
_LONGEST = 60  # characters of a value in a table
# What a person may want to look at, and why.
_WHYS = {
    "shorter": "today's reader finds less than half of the text; --force takes it",
    "by hand": "its file was edited by a person",
    "refused": "today's reader refuses the page",
    "died": "",
}

_Read = tuple[StoredPage, Reread | Died]


@dataclass(frozen=True, slots=True)
class _Row:
    """What became of one page."""

    url: str
    state: str
    reason: str = ""
    correction: Correction | None = None

    def as_json(self) -> dict[str, object]:
        changes = self.correction.changes if self.correction else ()
        told = {one.field: {"before": one.before, "after": one.after} for one in changes}
        path = self.correction.path if self.correction else None
        return {"url": self.url, "state": self.state, "reason": self.reason, "path": path, "changes": told}


@dataclass(slots=True)
class _Tally:
    """What is said at the end."""

    counts: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    told: list[_Row] = field(default_factory=list)

    def take(self, row: _Row) -> None:
        self.counts[row.state] += 1
        if row.state in _WHYS and len(self.told) < _MOST_TOLD:
            self.told.append(row)
        for change in row.correction.changes if row.correction and row.state == "corrected" else ():
            self.fields[change.field] += 1
            kept = self.examples.setdefault(change.field, [])
            if len(kept) < _MOST_EXAMPLES:
                kept.append((row.url, *_apart(change.before, change.after)))


def reparse(wish: ReparseWish, config: Path | None, *, as_json: bool) -> int:
    """Reads what is stored anew and corrects what is held; 1 where a page's reading came to nothing."""
    settings = settings_of(config)
    since = day_of(wish.since, "--since")
    moment = datetime.combine(since, time(), UTC) if since else None
    manner = Manner(recipes_of(settings), settings.site_config, settings.plain)
    with (read_archive if wish.dry_run else _writable)(settings) as archive:
        if wish.source is not None and wish.source not in archive.counts():
            raise BadInput(
                f"no source {wish.source} in {archive.root}; `broadsheet status` names those it holds"
            )
        tally = _Tally()
        work = StoredReader(settings.archive, settings.database_url, manner)
        with Readers[StoredPage, Reread](work) as readers:
            _go(archive, readers, (wish, moment), manner, _saying(tally, as_json=as_json))
        root = archive.root
    if not as_json:
        _say(tally, root, dry=wish.dry_run)
    return 1 if tally.counts["died"] else 0


def _writable(settings: Settings) -> Archive:
    read_archive(settings).close()  # there is nothing to read again in an archive that would be made now
    return open_archive(settings)


def _saying(tally: _Tally, *, as_json: bool) -> Callable[[_Row], Mapping[str, int]]:
    def say(row: _Row) -> Mapping[str, int]:
        tally.take(row)
        if as_json and row.state != UP_TO_DATE:
            say_json([row.as_json()])
        return tally.counts

    return say


def _go(
    archive: Archive,
    readers: Readers[StoredPage, Reread],
    what: tuple[ReparseWish, datetime | None],
    manner: Manner,
    say: Callable[[_Row], Mapping[str, int]],
) -> None:
    wish, since = what
    total, done = archive.corrections.count(wish.source), 0

    def coming() -> Iterator[StoredPage]:
        for page in archive.corrections.pages(wish.source, since):
            if page.is_held and manner.is_up_to_date(page):
                say(_Row(page.url, UP_TO_DATE))
            else:
                yield page

    with counting("Reading stored pages") as advance:
        read = readers.each(coming())
        while some := list(islice(read, _AT_ONCE)):
            for row in _taken(archive, some, wish):
                counts = say(row)
                done = sum(counts.values())
                advance(done, max(total, done), counts)


def _taken(archive: Archive, read: Sequence[_Read], wish: ReparseWish) -> Iterator[_Row]:
    """What becomes of some pages; what is corrected, or new, is durable when it is told."""
    now = datetime.now(UTC)
    held = {page.url: article for page, one in read if page.is_held and (article := _article(one))}
    found, corrections = list(held.values()), archive.corrections
    made = corrections.compare(found) if wish.dry_run else corrections.correct(found, now, force=wish.force)
    by_url = dict(zip(held, made, strict=True))
    for page, one in read:
        if page.is_held and page.url in by_url:
            yield _corrected(by_url[page.url])
        elif isinstance(one, Died):
            yield _Row(page.url, "died", one.reason)
        elif one.result is None:
            yield _Row(page.url, "not stored", one.reason)
        elif isinstance(one.result, Refusal):
            state = "refused" if page.is_held else "still refused"
            yield _Row(page.url, state, f"{one.result.state}: {one.result.reason}")
        else:
            yield _found(archive, page, one.result, dry=wish.dry_run)


def _article(one: Reread | Died) -> Article | None:
    return one.result if isinstance(one, Reread) and isinstance(one.result, Article) else None


def _corrected(correction: Correction) -> _Row:
    return _Row(correction.url, correction.state, _WHYS.get(correction.state, ""), correction)


def _found(archive: Archive, page: StoredPage, article: Article, *, dry: bool) -> _Row:
    """A page that was refused is an article today."""
    if dry:
        return _Row(page.url, "new")
    receipt = archive.add(article)
    return _Row(receipt.url, receipt.verdict.value)


# --- saying ---


def _say(tally: _Tally, root: Path, *, dry: bool) -> None:
    states = list(tally.counts)
    would = "would be " if dry else ""
    if not states:
        print("No stored page to read again.")
    else:
        say_table(
            [f"{would if one == 'corrected' else ''}{one}" for one in states], [list(tally.counts.values())]
        )
    if tally.fields:
        print()
        say_table(("field", "articles", "before", "after", "of"), _field_rows(tally))
    sys.stdout.flush()
    for row in tally.told:
        print(f"{row.url}: {row.state}{': ' if row.reason else ''}{row.reason}", file=sys.stderr)
    more = sum(tally.counts[state] for state in _WHYS) - len(tally.told)
    if more > 0:
        print(f"and {more} more; --json tells each", file=sys.stderr)
    print(f"\nArchive: {root}")


def _field_rows(tally: _Tally) -> Iterator[tuple[object, ...]]:
    for name, count in tally.fields.most_common():
        for number, (url, before, after) in enumerate(tally.examples[name]):
            yield (name, str(count), before, after, url) if number == 0 else ("", "", before, after, url)


def _apart(before: str, after: str) -> tuple[str, str]:
    """Both values from where they begin to differ, on one line each."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    start = max(0, same - 10)
    return _short(before, start), _short(after, start)


def _short(text: str, start: int) -> str:
    part = " ".join(text[start : start + 2 * _LONGEST].split())
    cut = part[:_LONGEST] + ("…" if len(part) > _LONGEST or start + 2 * _LONGEST < len(text) else "")
    return ("…" if start else "") + cut

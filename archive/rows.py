"""What the catalog answers with: one frozen record a row."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

LATE = timedelta(minutes=5)  # a run that comes so much later than it was due is told to be late


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article the archive holds. `path` is POSIX and relative to the archive; times are ISO 8601."""

    url: str
    source: str
    title: str
    name: str
    time: str
    path: str
    published_at: str | None
    modified_at: str | None
    time_from: str
    title_from: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str | None
    summary: str | None
    image: str | None
    licence: str | None
    publisher: str | None
    read_from: str
    fetched_at: str
    snapshot: str | None  # the stored response it was read from
    reader: str | None  # the edition of reader and recipe that read it

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"authors": list(self.authors), "tags": list(self.tags)}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A text of an article that is kept beside the one in place. Times are ISO 8601.

    `change` says what the text after it changed: kinds joined with blanks, `beside` first where the later text is this
    one, kept so because a person had edited the article's file.
    """

    number: int
    path: str
    sha256: str
    text_key: str | None
    title: str
    fetched_at: str
    replaced_at: str
    change: str
    flips: int  # how often this text came back

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadRow:
    """When an article is read again. `since` is when it was published, or first seen."""

    url_key: str
    url: str
    source: str
    since: datetime
    next_at: datetime
    step: int
    unchanged: int  # times in a row
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlRow:
    """A URL the archive knows of and how it ended."""

    url: str
    source: str
    state: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SeenUrl:
    """A URL and the ways that named it. Times are ISO 8601 in UTC, but `stated_at`, which keeps its offset."""

    url_key: str
    article: str  # URL key of the article it is an address of; its own where it is nobody's alias
    state: str
    discovered_at: str
    stated_at: str | None  # by the page, else by the feed or list
    ways: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUrl:
    """A URL that is still wanted. Without a `next_try_at` the next crawl asks for it, unless it is given up."""

    url: str
    state: str
    reason: str
    discovered_at: str
    tries: int
    next_try_at: str | None
    given_up: bool  # tried too often; by hand it is tried at any time

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One crawl of one source, as it was recorded. `by` is crawl, daemon, run (a person told the daemon) or run-due."""

    id: int
    source: str
    by: str
    due_at: str | None  # when it was to start; None: a person asked for it
    started_at: str
    finished_at: str | None
    state: str  # running | ok | failed | abandoned
    report: dict[str, Any]

    @property
    def late(self) -> timedelta | None:
        """By how much it came later than it was due; None where it was on time, or not due at any."""
        if self.due_at is None:
            return None
        late = datetime.fromisoformat(self.started_at) - datetime.fromisoformat(self.due_at)
        return late if late >= LATE else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRow:
    """What is remembered of a discovery URL. Times are ISO 8601, validators as they were received (Latin-1)."""

    source: str
    address: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    items: tuple[str, ...] = ()
    lastmod: str | None = None
    conditional: int = 0
    caught: int = 0
    lies: bool = False
    asked_at: str
    changed_at: str | None = None
    overflowed_at: str | None = None
    own_url: str | None = None
    hub: str | None = None
    answers: tuple[str, ...] = ()
    fresh_seconds: int | None = None  # how long the last answer is good, as it says itself


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """What is wrong with a source (empty: with the archive or the machine), in one sentence for a person.

    `subject` is the field, the way or the domain that it is about, or empty; `since` is the first bad time.
    """

    id: int
    source: str
    kind: str
    subject: str
    cause: str
    since: datetime
    raised_at: datetime
    told_at: datetime | None = None
    cleared_at: datetime | None = None
    clear_told_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.cleared_at is None

    def as_json(self) -> dict[str, Any]:
        """Times as ISO 8601."""
        facts = asdict(self)
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
        }


@dataclass(frozen=True, slots=True)
class Due:
    """When a source is crawled next, and how many of its last crawls failed in a row."""

    next_at: datetime
    failures: int


def article_row(row: sa.RowMapping) -> ArticleRow:
    values = {name: row[name] for name in ArticleRow.__slots__}
    values["authors"] = tuple(json.loads(row["authors"]))
    values["tags"] = tuple(json.loads(row["tags"]))
    return ArticleRow(**values)

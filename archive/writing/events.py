"""Pure: what a ledger line says. Each function gives one event; `catalog.apply` is their only reader."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.article import Article
from archive.dedup import Known, text_key
from archive.document import Shown, utc
from archive.files import sha256
from archive.markdown import Document, one_line
from archive.urls.keys import url_key
from archive.writing.ledger import Event


@dataclass(frozen=True, slots=True)
class Found:
    """A URL that a feed, list or person names, with what is said of it there."""

    url: str
    source: str
    title: str | None = None
    published_at: datetime | None = None
    found_by: str = ""


_FURTHER = ("language", "summary", "image", "snapshot", "licence", "identifier", "publisher", "reader")
# How a URL ends; DESIGN's words. An archived article's URL is `archived` whatever else was tried.
REFUSED = ("blocked", "walled", "gone", "not_an_article", "failed", "excluded")


def archived(
    article: Article,
    shown: Shown,
    path: str,
    content: bytes,
    retires: Sequence[Known] = (),
    related: Mapping[str, str] | None = None,
) -> Event:
    """An article's file is in place. Holds every fact that the file's five keys cannot.

    `related`: URL of another article → what this one is to it.
    """
    document = shown.document
    event: dict[str, Any] = {
        "event": "archived",
        "url": document.url,
        "source": one_line(article.source),
        "path": path,
        "sha256": sha256(content),
        "text_key": text_key(article.title, article.body),
        "title": document.title,
        "name": document.name,
        "time": document.time,
        "shown_at": utc(shown.at),
        "time_from": shown.time_from,
        "title_from": shown.title_from,
        "published_at": _iso(article.published_at),
        "modified_at": _iso(article.modified_at),
        "authors": [one_line(name) for name in article.authors],
        "tags": [one_line(tag) for tag in article.tags],
        "zone": one_line(article.zone),
        "read_from": one_line(article.read_from),
        "fetched_at": _iso(article.fetched_at),
        "retires": [old.url for old in retires],
        "related": dict(related or {}),
    }
    for key in _FURTHER:
        event[key] = one_line(getattr(article, key) or "")
    return _lean(event)


def adopted(document: Document, path: str, content: bytes, source: str, now: datetime) -> Event:
    """A file that a person put there, or that an earlier ledger knew."""
    return {
        "event": "archived",
        "url": document.url,
        "source": source,
        "path": path,
        "sha256": sha256(content),
        "text_key": text_key(document.title, document.body),
        "title": document.title,
        "name": document.name,
        "time": document.time,
        "shown_at": document.time,
        "time_from": "file",
        "title_from": "file",
        "authors": [document.name] if document.name else [],
        "zone": "UTC",
        "read_from": "file",
        "fetched_at": _iso(now),
        "by_hand": 1,
    }


def duplicate(url: str, of: Known, source: str, retires: Sequence[Known] = ()) -> Event:
    """The URL is another address of an article the archive keeps."""
    event = {"event": "duplicate", "url": one_line(url), "of": of.url, "source": one_line(source)}
    return _lean(event | {"retires": [old.url for old in retires]})


def alias(url: str, of: str) -> Event:
    """The URL is another spelling of an archived article's, or leads to it."""
    return {"event": "alias", "url": one_line(url), "of": of}


def discovered(found: Found) -> Event:
    return _lean(
        {
            "event": "state",
            "url": one_line(found.url),
            "state": "discovered",
            "source": one_line(found.source),
            "found_by": one_line(found.found_by),
            "title": one_line(found.title or ""),
            "published_at": _iso(found.published_at),
        }
    )


def news(
    listed: Iterable[tuple[str, Found]],
    states: Mapping[str, tuple[str, str | None]],
    ways: AbstractSet[tuple[str, str]],
) -> list[Event]:
    """What the ledger does not know of the finds (by URL key): new URLs, and further ways to known ones."""
    fresh, seen = set[str](), set(ways)
    found: list[Event] = []
    for key, one in listed:
        if key not in states and key not in fresh:
            fresh.add(key)
            found.append(discovered(one))
        elif one.found_by and (key, one.found_by) not in seen and states.get(key, ("",))[0] != "removed":
            found.append(_found_again(one))
        seen.add((key, one.found_by))
    return found


def _found_again(found: Found) -> Event:
    """A URL that is known was found in a further way."""
    return {"event": "found", "url": one_line(found.url), "found_by": one_line(found.found_by)}


def refused(url: str, source: str, state: str, reason: str) -> Event:
    if state not in REFUSED:
        raise ValueError(f"{state} is no state a URL is refused with")
    return {
        "event": "state",
        "url": one_line(url),
        "state": state,
        "source": one_line(source),
        "reason": one_line(reason),
    }


def settled(held: Known) -> Event:
    """The page was read, and a person's own version of the feed's text stays."""
    return {"event": "settled", "url": held.url}


def moved(url: str, path: str) -> Event:
    return {"event": "moved", "url": url, "path": path}


def edited(url: str, content: bytes, document: Document | None) -> Event:
    """A person changed the file; without a document its front matter can no longer be read."""
    event = {"event": "edited", "url": url, "sha256": sha256(content)}
    if document is None:
        return event
    event |= {"title": document.title, "name": document.name, "time": document.time}
    return event | {"text_key": text_key(document.title, document.body) or ""}


def removed(url: str) -> Event:
    return {"event": "removed", "url": url}


def forgotten(urls: Sequence[str], source: str) -> Event:
    """The tombstone: nothing of the article but its addresses, so that it is not fetched again."""
    return {"event": "forgotten", "urls": list(urls), "source": source}


def scrubbed(event: Event, keys: frozenset[str]) -> Event:
    """The event, or an empty line in its place where it is about one of these URL keys."""
    if url_key(str(event.get("url", ""))) not in keys:
        return event
    return {key: event[key] for key in ("v", "id", "prev", "at")} | {"event": "scrubbed"}


def _lean(event: dict[str, Any]) -> Event:
    """The event without what is not known."""
    return {key: value for key, value in event.items() if value not in (None, "", [], {})}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None

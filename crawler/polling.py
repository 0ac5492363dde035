"""Pure: a discovery URL is asked again at the lowest price. Conditional requests, and servers that lie about them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from archive import PollRow
from crawler.discovery.link import Ask

PLAIN_EVERY = 10  # of so many requests in a row, one is without conditions: a 304 may be a lie
_CAUGHT_OFTEN = 2
_KEPT_ANSWERS = 20
MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What came for a discovery URL. Validators as they were received (Latin-1)."""

    status: int
    body: bytes
    url: str
    content_type: str | None
    received_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    fresh_seconds: int | None = None  # for which it may be kept, by its headers

    @property
    def body_hash(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def address(ask: Ask) -> str:
    """What an Ask is remembered by: its URL, and a digest of what it sends."""
    sent = ask.json_body if ask.json_body is not None else "&".join(map("=".join, ask.form))
    return f"{ask.url} {_digest(sent)}" if sent else ask.url


def digests(urls: Iterable[str]) -> tuple[str, ...]:
    """What is remembered of an answer's articles: a digest of each canonical URL, the first thousand."""
    return tuple(_digest(url) for url, _ in zip(urls, range(MOST_ITEMS), strict=False))


def conditions(memory: PollRow | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110 §13.1); none for a plain one."""
    if memory is None or memory.lies or memory.conditional >= PLAIN_EVERY - 1:
        return {}
    named = {"If-None-Match": memory.etag, "If-Modified-Since": memory.last_modified}
    return {name: value for name, value in named.items() if value}


def is_unchanged(memory: PollRow | None, got: Got, sent: Mapping[str, str]) -> bool:
    """Is the answer the one that is remembered, so that it need not be read?"""
    if memory is None:
        return False
    return (got.status == 304 and bool(sent)) or (got.status == 200 and got.body_hash == memory.body_hash)


def overflowed(memory: PollRow | None, items: Iterable[str]) -> bool:
    """Does the answer share nothing with the last one, so that there may have been articles between them?"""
    new = set(items)
    return memory is not None and bool(memory.items) and bool(new) and new.isdisjoint(memory.items)


def remember_unchanged(memory: PollRow, got: Got, sent: Mapping[str, str]) -> PollRow:
    """The memory after an answer that was not read."""
    is_304 = got.status == 304
    return replace(
        memory,
        # A 304 may bring the validators that are good from now on, and need not (RFC 9111 §4.3.4).
        etag=got.etag or (memory.etag if is_304 else None),
        last_modified=got.last_modified or (memory.last_modified if is_304 else None),
        conditional=memory.conditional + 1 if sent else 0,
        # Of what a feed says of itself nothing is known now.
        fresh_seconds=memory.fresh_seconds if got.fresh_seconds is None else got.fresh_seconds,
        caught=memory.caught if sent else 0,  # a plain request that finds nothing new: the 304s were true
        asked_at=_iso(got.received_at),
        answers=_noted(memory, got, len(memory.items), 0),
    )


def remember(before: PollRow, got: Got, sent: Mapping[str, str], items: tuple[str, ...]) -> PollRow:
    """The memory after an answer that was read. `before` is what was remembered, or a new row."""
    caught = before.caught + 1 if _contradicts_304(before, sent) else 0
    return replace(
        before,
        etag=got.etag,
        last_modified=got.last_modified,
        body_hash=got.body_hash,
        fresh_seconds=got.fresh_seconds,
        items=items,
        conditional=before.conditional + 1 if sent else 0,
        caught=caught,
        lies=before.lies or caught >= _CAUGHT_OFTEN or _changed_under_its_validator(before, got, items),
        asked_at=_iso(got.received_at),
        changed_at=_iso(got.received_at),
        overflowed_at=_iso(got.received_at) if overflowed(before, items) else before.overflowed_at,
        answers=_noted(before, got, len(items), len(set(items) - set(before.items))),
    )


def _contradicts_304(before: PollRow, sent: Mapping[str, str]) -> bool:
    """Was everything denied since the last plain request, and is there something new now that one asks again?"""
    denied = before.answers[-before.conditional :] if before.conditional else ()
    return not sent and bool(denied) and all(answer.split()[1] == "304" for answer in denied)


def _changed_under_its_validator(before: PollRow, got: Got, items: tuple[str, ...]) -> bool:
    """Did the body change while its validators did not? Under a weak one only what it names counts (RFC 9110 §8.8.1)."""
    if before.body_hash is None or got.body_hash == before.body_hash:
        return False
    if before.etag or got.etag:
        is_weak = (got.etag or "").startswith("W/")
        return got.etag == before.etag and (not is_weak or set(items) != set(before.items))
    same = got.last_modified is not None and got.last_modified == before.last_modified
    return same and set(items) != set(before.items)


def _noted(before: PollRow, got: Got, items: int, new: int) -> tuple[str, ...]:
    """The last answers: time, status, items, new ones."""
    return (*before.answers, f"{_iso(got.received_at)} {got.status} {items} {new}")[-_KEPT_ANSWERS:]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

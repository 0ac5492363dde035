"""Pure: when an archived article is read again, and how little that costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archive import RereadRow

SHARE = 0.2  # of a crawl's requests, at most: new articles come first
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# Most corrections come within hours; what is read still later is read three times as late.
_AGES = (_HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 10 * _DAY, 30 * _DAY)
_PATIENCE = 2  # times in a row that nothing changed before steps are left out
_PLAIN_EVERY = 3  # of so many requests one is without conditions: a 304 may be a lie


@dataclass(frozen=True, slots=True)
class Validators:
    """What a page says of its state, byte for byte as Latin-1."""

    etag: str | None = None
    last_modified: str | None = None


NOTHING_STATED = Validators()


def first(row: RereadRow, now: datetime, bound: timedelta) -> RereadRow | None:
    """The article's first re-reading: at the next age that it has not reached. None for one past all."""
    return _at(row, _next_step(-1, row.since, now), bound)


def after(
    row: RereadRow, now: datetime, bound: timedelta, validators: Validators, *, changed: bool
) -> RereadRow | None:
    """The one after this. An article that stays as it is, time after time, is asked for less often."""
    unchanged = 0 if changed else row.unchanged + 1
    left_out = max(0, unchanged - _PATIENCE + 1)
    row = replace(row, unchanged=unchanged, etag=validators.etag, last_modified=validators.last_modified)
    return _at(row, _next_step(row.step, row.since, now) + left_out, bound)


def missed(row: RereadRow, now: datetime, bound: timedelta) -> RereadRow | None:
    """The one after this where the page could not be had: soon, by the article's age. None for one past all."""
    grown = now - row.since
    return replace(row, next_at=now + max(_HOUR, grown / 4)) if grown < bound else None


def conditions(row: RereadRow) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110 §13.1); none for a plain one."""
    if row.unchanged % _PLAIN_EVERY == _PLAIN_EVERY - 1:
        return {}
    named: Mapping[str, str | None] = {"If-None-Match": row.etag, "If-Modified-Since": row.last_modified}
    return {name: value for name, value in named.items() if value}


def most(requests_per_crawl: int, limit: int | None, wanted: int) -> int:
    """How many articles a crawl may read again that has `wanted` new ones to fetch."""
    share = int(requests_per_crawl * SHARE)
    return share if limit is None else max(0, min(share, limit - wanted))


def age(step: int) -> timedelta:
    """How old an article is at a step."""
    if step < len(_AGES):
        return _AGES[step]
    # Ten threefolds are beyond every bound.
    return _AGES[-1] * int(3 ** min(step - len(_AGES) + 1, 10))


def _next_step(step: int, since: datetime, now: datetime) -> int:
    """The first after `step` that is still to come; what was missed meanwhile is not made up for."""
    step += 1
    while since + age(step) <= now and step < len(_AGES) + 10:
        step += 1
    return step


def _at(row: RereadRow, step: int, bound: timedelta) -> RereadRow | None:
    if age(step) > bound or step >= len(_AGES) + 10:
        return None
    return replace(row, step=step, next_at=row.since + age(step))

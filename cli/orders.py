"""The verbs that tell the running daemon what to do: pause, resume, run."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import DAEMON, Archive, LeaseRow
from cli.opening import open_archive, read_archive, recipes_of, settings_of, sources_named
from cli.saying import say_json

_LOOK_SECONDS = 0.2
_HEARD_SECONDS = 5.0  # the daemon looks twice a second
_ALIVE_LOOKS = 10  # looks for an answer between two for the daemon


@dataclass(frozen=True, slots=True)
class _Told:
    """What was asked of whom, and what came back; None: nothing yet."""

    daemon: LeaseRow | None
    answers: Mapping[str, dict[str, Any] | None]


def pause(names: tuple[str, ...], config: Path | None, *, as_json: bool) -> int:
    """The sources are not crawled until `resume`."""
    return _say_pauses(_tell("pause", names, config, _HEARD_SECONDS), "paused", as_json=as_json)


def resume(names: tuple[str, ...], config: Path | None, *, as_json: bool) -> int:
    """The sources are crawled again."""
    return _say_pauses(_tell("resume", names, config, _HEARD_SECONDS), "resumed", as_json=as_json)


def run(names: tuple[str, ...], config: Path | None, *, waits: bool, as_json: bool) -> int:
    """The daemon crawls the sources now; 1 where there is none, or something could not be had."""
    told = _tell("run", names, config, None if waits else 0.0)
    if told.daemon is None:
        print(
            f"broadsheet: no daemon is running; `broadsheet crawl {' '.join(told.answers)}` crawls without one",
            file=sys.stderr,
        )
        return 1
    if as_json:
        say_json(_row(name, answer, told.daemon) for name, answer in told.answers.items())
    else:
        _say_run(told, waits=waits)
    answers = [answer for answer in told.answers.values() if answer is not None or waits]
    return 0 if all(answer is not None and answer["ok"] for answer in answers) else 1


def _tell(verb: str, names: tuple[str, ...], config: Path | None, seconds: float | None) -> _Told:
    """Gives the orders, and waits for so long until they are carried out; None: as long as the daemon lives."""
    settings = settings_of(config)
    chosen = [source.name for source in sources_named(names, recipes_of(settings))]
    read_archive(settings).close()  # there is nothing to tell in an archive that would be made now
    with open_archive(settings) as archive:
        daemon = _daemon(archive)
        if daemon is None and verb == "run":
            return _Told(None, dict.fromkeys(chosen))
        ids = dict(zip(chosen, archive.orders.give(verb, chosen, datetime.now(UTC)), strict=True))
        if daemon is None:
            archive.orders.withdraw(ids.values())
            return _Told(None, dict.fromkeys(chosen))
        return _Told(daemon, _answers(archive, ids, seconds))


def _answers(
    archive: Archive, ids: Mapping[str, int], seconds: float | None
) -> dict[str, dict[str, Any] | None]:
    answers: dict[str, dict[str, Any] | None] = dict.fromkeys(ids)
    for _ in _looks(archive, seconds):
        for name, number in ids.items():
            order = archive.orders.get(number) if answers[name] is None else None
            if order is not None and order.answer is not None:
                answers[name] = json.loads(order.answer)
        if all(answer is not None for answer in answers.values()):
            break
    return answers


def _looks(archive: Archive, seconds: float | None) -> Iterator[None]:
    """When to look for an answer: until the time is over, or the daemon gone."""
    end, looks = time.monotonic() + (seconds or 0.0), 0
    while seconds is None or time.monotonic() < end:
        looks += 1
        is_there = looks % _ALIVE_LOOKS or _daemon(archive) is not None
        yield
        if not is_there:
            return
        time.sleep(_LOOK_SECONDS)


def _daemon(archive: Archive) -> LeaseRow | None:
    row = archive.leases.holder(DAEMON, datetime.now(UTC))
    return row if row is not None and row.holder.command == DAEMON else None


def _say_pauses(told: _Told, done: str, *, as_json: bool) -> int:
    if as_json:
        say_json(_row(name, answer, told.daemon) | {"done": done} for name, answer in told.answers.items())
        return 0
    who = "no daemon is running; it holds for the next one, too"
    if told.daemon is not None:
        heard = all(answer is not None for answer in told.answers.values())
        who = f"{_named(told.daemon)} {'knows' if heard else 'has not heard of it yet'}"
    for name in told.answers:
        print(f"{name}: {done}; {who}")
    return 0


def _say_run(told: _Told, *, waits: bool) -> None:
    for name, answer in told.answers.items():
        if answer is None:
            what = "is gone, and nothing is known of the crawl" if waits else "was told"
            print(f"{name}: {_named(told.daemon)} {what}", file=sys.stderr if waits else sys.stdout)
            continue
        # The daemon's line begins with the source where it is about a crawl.
        said = str(answer["said"]).removeprefix(f"{name}: ")
        print(f"{name}: {said}", file=sys.stdout if answer["ok"] else sys.stderr)


def _named(daemon: LeaseRow | None) -> str:
    return f"the daemon (pid {daemon.holder.pid} on {daemon.holder.host})" if daemon else "the daemon"


def _row(name: str, answer: dict[str, Any] | None, daemon: LeaseRow | None) -> dict[str, object]:
    who = {"pid": daemon.holder.pid, "host": daemon.holder.host} if daemon is not None else None
    return {"source": name, "daemon": who, "answer": answer}

"""The verbs that crawl what is due: daemon and run-due."""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cli.errors import BadInput
from cli.opening import recipes_of, settings_of, sources_named, why_off
from cli.saying import say_json
from crawler.config import FILE_NAME, ConfigError, Settings
from crawler.source import Source
from scheduler.daemon import Start, serve
from scheduler.loop import run
from scheduler.once import Done
from scheduler.once import run_due as run_once
from scheduler.place import Claim
from scheduler.reload import Reading, recipe_files
from scheduler.watching import logs

# By it the process that follows this one in its place knows that it does.
_HANDED_ON = "BROADSHEET_HANDED_ON"


def daemon(config: Path | None, *, stands_by: bool) -> int:
    """Crawls the configured sources until told to stop."""
    # It means: read again. Nothing was read yet, or it is being read.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    settings, chosen = _chosen(config)
    logs.set_up(settings.log, sys.stdout)
    claim = Claim(stands_by=stands_by, handed_on=os.environ.pop(_HANDED_ON, None))
    start = Start(claim, _reading(config))
    word = run(lambda: serve(settings, chosen, logs.say, start=start))
    if word is not None:
        _become_anew(word)
    return 0


def run_due(config: Path | None, *, as_json: bool) -> int:
    """Crawls what is due now, once; 1 where a source did not answer."""
    settings, chosen = _chosen(config)
    logs.set_up(settings.log, sys.stderr if as_json else sys.stdout)
    done = run(lambda: run_once(settings, chosen, logs.say))
    if as_json:
        say_json(_rows(done))
    else:
        print(_closing(done))
    return 0 if done.is_ok else 1


def _become_anew(word: str) -> None:
    """The same command again, in the same process: whoever started it notices nothing."""
    os.environ[_HANDED_ON] = word
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  our own command line


def _reading(config: Path | None) -> Reading:
    file = Path.cwd() / (config.expanduser() if config else FILE_NAME)

    def load() -> tuple[Settings, Mapping[str, Source]]:
        try:
            return _chosen(config)
        except BadInput as error:
            raise ConfigError(str(error)) from error

    def files() -> list[Path]:
        try:
            return recipe_files(settings_of(config), file)
        except ConfigError:  # while it is not sound, its own change is the one that counts
            return [file]

    return Reading(load, files)


def _chosen(config: Path | None) -> tuple[Settings, dict[str, Source]]:
    """The settings, and the sources that they choose and that are switched on."""
    settings = settings_of(config)
    if not settings.sources:
        raise BadInput(
            'no sources to crawl; set sources = ["huxiu"] in broadsheet.toml (`broadsheet init` writes one)'
        )
    wanted = sources_named(settings.sources, recipes_of(settings))
    chosen = {source.name: source for source in wanted if source.enabled}
    off = [why_off(source) for source in wanted if not source.enabled]
    if not chosen:
        raise BadInput("; ".join(off))
    for why in off:
        print(f"broadsheet: {why}", file=sys.stderr)
    return replace(settings, sources=tuple(chosen)), chosen


def _closing(done: Done) -> str:
    crawled = f"{len(done.outcomes)} crawled" if done.outcomes else "nothing was due"
    return f"{crawled}; next due: {_moment(done.next_at)}" if done.next_at else crawled


def _rows(done: Done) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"source": name, "ok": one.is_ok, "said": one.summary} for name, one in sorted(done.outcomes.items())
    ]
    next_at = done.next_at.isoformat(timespec="seconds") if done.next_at else None
    return [*rows, {"crawled": len(rows), "next_due": next_at, "next_source": done.next_name}]


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"

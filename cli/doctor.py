"""`broadsheet doctor`: what Broadsheet stands on, looked at piece by piece; each line says what to do."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from archive import Archive, ArchiveError, premises
from cli import doctor_archive, doctor_setup
from cli.examined import NOTE, WRONG, Examined
from cli.opening import read_archive, settings_of
from cli.saying import console, say_json
from crawler.config import ConfigError, Settings

_STYLES = {"ok": "green", NOTE: "yellow", WRONG: "bold red"}


def doctor(config: Path | None, *, as_json: bool) -> int:
    """Looks at all of it; 1 where something is wrong."""
    found = list(examined(config, datetime.now(UTC)))
    if as_json:
        say_json(one.as_json() for one in found)
    else:
        _say(found)
    return 1 if any(one.verdict == WRONG for one in found) else 0


def examined(config: Path | None, now: datetime) -> Iterator[Examined]:
    """Everything, the setting up first. What can't be looked at since something before it is wrong is left out."""
    yield from doctor_setup.versions()
    try:
        settings = settings_of(config)
    except ConfigError as error:
        yield Examined(
            "settings", WRONG, str(error), "correct it; `broadsheet init` writes a file to begin with"
        )
        return
    yield Examined("settings", "ok", f"sound; {len(settings.sources)} names of sources to crawl")
    chosen, problems = doctor_setup.chosen_sources(settings)
    yield from problems
    yield from doctor_setup.setting_up(settings, chosen)
    yield from _archive(settings, now)


def _archive(settings: Settings, now: datetime) -> Iterator[Examined]:
    ground = premises(settings.archive)
    yield from doctor_archive.ground(settings.archive, ground)
    if not ground.exists:
        yield Examined(
            "archive", NOTE, f"there is none in {settings.archive} yet", "`broadsheet crawl` makes one"
        )
        return
    try:
        with read_archive(settings) as archive:
            yield from _within(archive, ground.schema, now)
    except ArchiveError as error:
        yield Examined("database", WRONG, str(error), "if it does not say what to do: `broadsheet repair`")


def _within(archive: Archive, schema: str, now: datetime) -> Iterable[Examined]:
    yield doctor_archive.database(archive, schema)
    yield doctor_archive.daemon(archive, now)
    yield doctor_archive.schedule(archive, now)
    yield doctor_archive.clock(archive, now)
    yield doctor_archive.last_runs(archive)
    yield from doctor_archive.alarms(archive)


def _say(found: Iterable[Examined]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in found:
        text = f"{one.found}\n→ {one.remedy}" if one.remedy else one.found
        table.add_row(Text(one.verdict, style=_STYLES[one.verdict]), Text(one.what), Text(text))
    console().print(table)

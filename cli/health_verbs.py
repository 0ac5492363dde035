"""The verbs that say how things are: status and doctor."""

from typing import Annotated

import typer

from cli.options import Config, Json


def status(
    context: typer.Context,
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help="One source, and how it has been.")
    ] = None,
    times: Annotated[
        bool, typer.Option("--times", help="With --json: when crawls ran and what is due when, too.")
    ] = False,
    runs: Annotated[int, typer.Option("--runs", metavar="N", min=1, help="So many of the last crawls.")] = 5,
    json: Json = False,
    config: Config = None,
) -> int:
    """How every source is, what is wrong, what is due next, and the last crawls.

    A source is well, quiet (nothing came that should have, which may be a holiday), paused, never crawled, or what its
    worst alarm is about. With a source's name: its last 30 days beside what is usual, its pages, its ways, its alarms.

    \b
    broadsheet status
    broadsheet status huxiu
    broadsheet status --json --times
    """
    if source is not None:
        from cli.status_source import status_of  # noqa: PLC0415 - help is there at once

        return status_of(source, config or context.obj, runs, as_json=json)
    from cli.status import status as run  # noqa: PLC0415 - help is there at once

    return run(config or context.obj, runs, as_json=json, times=times)


def doctor(context: typer.Context, json: Json = False, config: Config = None) -> int:
    """Look at what Broadsheet stands on, and say what to do.

    Disk, rights, database, settings, recipes, time zones, clock, daemon, schedule, last crawls and alarms. Nothing is
    written and no site is asked. Exit status 1 if something is wrong; a note is no fault.

    \b
    broadsheet doctor
    broadsheet doctor --json
    """
    from cli.doctor import doctor as run  # noqa: PLC0415 - help is there at once

    return run(config or context.obj, as_json=json)

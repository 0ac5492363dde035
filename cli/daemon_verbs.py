"""The verbs of the daemon, their arguments and their help; like all of them they import what they need when they run."""

from typing import Annotated

import typer

from cli.options import Config, Json

Sources = Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Sources by name, or a bundle.")]


def daemon(
    context: typer.Context,
    standby: Annotated[
        bool, typer.Option("--standby", help="While another one runs, wait, and take over once it is gone.")
    ] = False,
    config: Config = None,
) -> int:
    """Crawl your sources, each when it is due, until told to stop.

    The sources are those that broadsheet.toml names. Ctrl-C or SIGTERM ends it within ten seconds and loses nothing; the
    next start goes on where this one was, even after a kill. What was missed meanwhile is crawled once, and said to be
    late. A source that fails is asked less and less often, and never given up. One daemon runs on an archive: a second
    one says who is the first, and exits with 2.

    broadsheet.toml and your recipes are read again when they change, and at SIGHUP. What is not sound is said in one
    line, and nothing changes. `pause`, `resume` and `run` tell the running daemon what to do.

    \b
    broadsheet daemon
    broadsheet daemon --standby
    BROADSHEET_SOURCE_NAMES=huxiu BROADSHEET_INTERVAL=20m broadsheet daemon
    """
    from cli.serving import daemon as run  # noqa: PLC0415 - help is there at once

    return run(config or context.obj, stands_by=standby)


def run_due(context: typer.Context, json: Json = False, config: Config = None) -> int:
    """Crawl what is due now, once, and end: for cron, in the daemon's place.

    It keeps the same schedule and learns the same. The exit status is 0 if every source that was due answered, 1
    otherwise, 2 while a daemon, or another run-due, is at it.

    \b
    broadsheet run-due
    */5 * * * *  cd /srv/news && broadsheet run-due
    """
    from cli.serving import run_due as run  # noqa: PLC0415 - help is there at once

    return run(config or context.obj, as_json=json)


def pause(context: typer.Context, sources: Sources, json: Json = False, config: Config = None) -> int:
    """Have the daemon leave sources alone until `resume`.

    It holds over restarts, and for run-due. A crawl that is under way is finished; `crawl` and `run` still crawl it.

    \b
    broadsheet pause huxiu
    """
    from cli.orders import pause as run  # noqa: PLC0415 - help is there at once

    return run(tuple(sources), config or context.obj, as_json=json)


def resume(context: typer.Context, sources: Sources, json: Json = False, config: Config = None) -> int:
    """Have the daemon crawl sources again that were paused.

    What came due meanwhile is crawled at once.

    \b
    broadsheet resume huxiu
    """
    from cli.orders import resume as run  # noqa: PLC0415 - help is there at once

    return run(tuple(sources), config or context.obj, as_json=json)


def run(
    context: typer.Context,
    sources: Sources,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for what comes of it, and print it.")
    ] = True,
    json: Json = False,
    config: Config = None,
) -> int:
    """Have the running daemon crawl sources now.

    They go before what is due. The exit status is 0 if all could be had that was asked for, 1 otherwise, and where no
    daemon is running.

    \b
    broadsheet run huxiu
    """
    from cli.orders import run as run_now  # noqa: PLC0415 - help is there at once

    return run_now(tuple(sources), config or context.obj, waits=wait, as_json=json)

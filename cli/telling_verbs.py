"""The verb that tells: its arguments and its help."""

from typing import Annotated

import typer

from cli.options import Config


def tell(
    context: typer.Context,
    test: Annotated[bool, typer.Option("--test", help="Send a test letter to every address.")] = False,
    summary: Annotated[bool, typer.Option("--summary", help="Send the summary of the last day.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the letter, send nothing.")] = False,
    config: Config = None,
) -> int:
    """Send a test letter, or the summary of the last day, now.

    It goes to the addresses that `tell` and `webhook` in broadsheet.toml name. Each is said to have taken it, or why not;
    exit status 1 if one did not. The daemon tells of alarms by itself.

    \b
    broadsheet tell --test
    broadsheet tell --summary --dry-run
    """
    from cli.telling import tell as run  # noqa: PLC0415  help is there at once

    return run(config or context.obj, test=test, summary=summary, dry_run=dry_run)

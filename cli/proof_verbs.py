"""The verbs that prove, mend and copy the archive, their arguments and their help; they import what they need when they run."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json


def verify(context: typer.Context, json: Json = False, config: Config = None) -> int:
    """Look at everything the archive holds, and say what is not as it was recorded.

    Every article, earlier version and picture is compared with its SHA-256 in the ledger, every line of the ledger with
    the one before it, every row of the catalog with what the ledger says, and every record of the snapshots with its
    digests. Nothing is changed, and a crawl may go on meanwhile.

    What is found, by kind: `changed` (a file that still reads as an article: edited by hand, or damaged), `damaged`,
    `missing`, `moved`, `stray` (no ledger line names it), `ledger`, `row`, `catalog`, `snapshot`, and `unfinished` (what
    a killed process left). Edits that `broadsheet reindex` has taken are as they should be.

    With --json there is an object for each finding, and a last one with what was looked at. The exit status is 0 if all
    is sound, 1 if anything was found.

    \b
    broadsheet verify
    broadsheet verify --json
    BROADSHEET_ARCHIVE=/mnt/backup broadsheet verify
    """
    from cli.proving import verify as run  # noqa: PLC0415 - help is there at once

    return run(config or context.obj, as_json=json)


def repair(
    context: typer.Context,
    restore: Annotated[
        bool,
        typer.Option(
            "--restore", help="Put back files, too, that still read as articles and may be your own edits."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    json: Json = False,
    config: Config = None,
) -> int:
    """Put right what `broadsheet verify` finds, from what is left.

    A damaged or missing file is taken from one with the same bytes, from its digest alone where a single byte has
    flipped, or from the page as it was received, read again. Rows and the index of snapshots are made anew. Of a damaged
    ledger the whole lines are chained anew; what the lost ones did is taken from the catalog, else from the files, and a
    line says so. Torn ends and what killed writes left are cut. What is replaced is put into .broadsheet/damaged first.

    What can't be put right is said with what to do; then the exit status is 1. What still reads as an article may be
    your own edit: it is left, unless you say --restore. Stop it at any time; run again, it goes on.

    \b
    broadsheet repair --dry-run
    broadsheet repair
    """
    from cli.proving import repair as run  # noqa: PLC0415 - help is there at once

    return run(config or context.obj, restore=restore, dry_run=dry_run, as_json=json)


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder, or an earlier backup.")],
    json: Json = False,
    config: Config = None,
) -> int:
    """Copy the archive, while crawls and the daemon go on.

    The copy is an archive: it can be opened, verified and moved into the place of a lost one. All files are in it, your
    own too, and the catalog if it is SQLite; one in PostgreSQL is left out, and built anew by `broadsheet reindex`.

    A second backup to the same folder copies what changed and removes what is gone, but for files that the archive has
    lost. Damage is copied as it is: `broadsheet verify` first, and keep more than one. `broadsheet forget` does not
    reach backups. A backup that was broken off is no archive until it is run again.

    \b
    broadsheet backup /mnt/backup/news
    BROADSHEET_ARCHIVE=/mnt/backup/news broadsheet verify
    """
    from cli.proving import backup as run  # noqa: PLC0415 - help is there at once

    return run(folder, config or context.obj, as_json=json)

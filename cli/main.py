"""The `broadsheet` command: runs a verb and turns what went wrong into one line and an exit status.

0: done. 1: done, but something asked for was not to be had. 2: bad input; nothing was changed.
"""

import io
import os
import sys

import typer

from cli.app import app
from cli.errors import BadInput

BAD_INPUT = 2
INTERRUPTED = 130


def main() -> None:
    """Run what the command line says and exit."""
    for stream in (sys.stdout, sys.stderr):
        # Articles hold every script there is; the locale is no reason not to show them.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_status())


def _status() -> int:
    try:
        status = app(prog_name="broadsheet", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _say(f"{error.format_message().rstrip('.')}; see `broadsheet --help`")
    except typer.Abort:
        return INTERRUPTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read along has read enough. What is still buffered goes nowhere, so that exiting can't fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except _bad_input() as error:
        return _say(str(error))
    return int(status or 0)


def _say(message: str) -> int:
    print(f"broadsheet: {' '.join(message.split())}", file=sys.stderr)
    return BAD_INPUT


def _bad_input() -> tuple[type[Exception], ...]:
    """What bad input raises. Called only once something was raised: these rooms take long to import."""
    from archive import ArchiveError
    from crawler.config import ConfigError
    from crawler.source import RecipeError

    return (BadInput, ArchiveError, ConfigError, RecipeError)

"""How a verb says what it has to say: a table for a person, JSON lines for a program."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

_WIDTH_OF_A_PIPE = 200


def say_version() -> None:
    print(f"Broadsheet {version('broadsheet')}")


def say_json(rows: Iterable[Mapping[str, object]]) -> None:
    """One object a line, keys sorted, every script as itself."""
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, sort_keys=True))


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; numbers stand to the right. What is in a cell is text, never mark-up."""
    listed = [tuple(row) for row in rows]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for position, column in enumerate(columns):
        is_number = bool(listed) and all(isinstance(row[position], int) for row in listed)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in listed:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def console(*, of_errors: bool = False) -> Console:
    """Where rich draws: standard output, or standard error for what only a terminal shows."""
    stream = sys.stderr if of_errors else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_A_PIPE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int, Mapping[str, int]], None]]:
    """A bar of how much of how much is done, with what it came to so far by state."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    shows = sys.stderr.isatty()
    with Progress(*columns, console=console(of_errors=True), disable=not shows, transient=True) as bar:
        task = bar.add_task(what, total=None, counts="")

        def advance(done: int, total: int, counts: Mapping[str, int]) -> None:
            said = ", ".join(f"{count} {state}" for state, count in counts.items())
            bar.update(task, completed=done, total=total, counts=said)

        yield advance


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while a terminal shows it; call it with how much of how much is done."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console(of_errors=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

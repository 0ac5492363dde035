"""Options that several verbs take."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings [default: broadsheet.toml in this folder]."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Url = Annotated[str, typer.Option("--url", metavar="URL", help="Where the page was saved from.")]

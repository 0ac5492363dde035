"""What Typer makes of our verbs, made once: it takes as long as what most tests then do with one of them."""

from functools import cache

import typer.main

from cli.app import app

typer.main.get_command = cache(typer.main.get_command)
typer.main.get_command(app)

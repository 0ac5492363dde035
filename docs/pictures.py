"""Draws the README's pictures anew: .venv/bin/python docs/pictures.py"""

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

# Rich's own picture asks the network for its font.
from rich._export_format import CONSOLE_SVG_FORMAT  # isort: skip

FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
DOCS = Path(__file__).parent
WIDTH = 112
LINES = 40


def draw(name: str, typed: str, folder: Path, *arguments: str) -> None:
    """What a command prints, as docs/<name>.svg."""
    program = Path(sys.executable).parent / "broadsheet"
    environ = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    lines = done.stdout.replace(str(folder), "~/broadsheet").splitlines()[:LINES]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join([f"$ {typed}", *lines])))
    svg = console.export_svg(title="Broadsheet", theme=MONOKAI, code_format=FORMAT, unique_id=name)
    (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        draw("demo", "make demo", folder, "demo")
        (folder / "broadsheet.toml").write_text('archive = "demo-archive"\n')
        draw("status", "broadsheet status", folder, "status")


if __name__ == "__main__":
    main()

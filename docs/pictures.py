"""Draws the README's pictures anew: .venv/bin/python docs/pictures.py"""

import html
import io
import itertools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

# Rich's own picture asks the network for its font.
from rich._export_format import CONSOLE_SVG_FORMAT  # isort: skip

FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
DOCS = Path(__file__).parent
WIDTH = 112
LINES = 40


# One run of text of one width, as Rich writes it.
_RUN = re.compile(
    r'<text class="([^"]+)" x="([^"]+)" y="([^"]+)" textLength="[^"]+"( clip-path="[^"]+")?>([^<]*)</text>'
)
_CELL = 12.2  # Rich's width of a cell in this format


def by_width(run: re.Match[str]) -> str:
    """The run in parts of narrow and of wide characters, each at its own cell: Rich counts a wide one as narrow."""
    name, x, y, clip, content = run.groups()
    at, parts = float(x), []
    for is_wide, characters in itertools.groupby(html.unescape(content), lambda char: cell_len(char) > 1):
        text = "".join(characters)
        width = cell_len(text) * _CELL
        place = f'x="{at:.1f}" y="{y}" textLength="{width:.1f}"' + (
            ' lengthAdjust="spacing"' if is_wide else ""
        )
        parts.append(
            f'<text class="{name}" {place}{clip or ""}>{html.escape(text).replace(" ", "&#160;")}</text>'
        )
        at += width
    return "".join(parts)


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
    svg = _RUN.sub(by_width, svg)
    (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        draw("demo", "make demo", folder, "demo")
        (folder / "broadsheet.toml").write_text('archive = "demo-archive"\n')
        draw("status", "broadsheet status", folder, "status")


if __name__ == "__main__":
    main()

"""Entities and escapes: a text changed behind its spelling."""

import html
import re
from collections.abc import Callable

_UNITS = {
    "&": re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});|.", re.DOTALL),
    "\\": re.compile(
        r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|.", re.DOTALL
    ),
}
_BACKSLASHED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_NO_LETTER = "\ue000"  # stands for a unit that is no single character; it comes back as it stood


def respell(source: str, mark: str, change: Callable[[str], str]) -> str:
    """What `change` makes of the text that `source` spells, spelled as before where nothing changed.

    `mark` begins an escape: `&` as in HTML, a backslash as in JSON and scripts. `change` must
    keep the number of characters.
    """
    if mark not in source:
        return change(source)
    units = _UNITS[mark].findall(source)
    text = "".join(map(_character, units))
    changed = change(text)
    return "".join(
        unit if new == old else _spelled(new, unit)
        for unit, old, new in zip(units, text, changed, strict=True)
    )


def _character(unit: str) -> str:
    if len(unit) == 1:
        return unit
    if unit[0] == "&":
        text = html.unescape(unit)
    elif unit[1] in "ux":
        codes = [int(code, 16) for code in re.findall(r"\\[ux]([0-9a-fA-F]+)", unit)]
        text = chr(codes[0]) if len(codes) == 1 else _paired(*codes)
    else:
        text = _BACKSLASHED.get(unit[1], _NO_LETTER if unit[1].isalnum() else unit[1])
    return text if len(text) == 1 else _NO_LETTER


def _paired(high: int, low: int) -> str:
    return chr(0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00))


def _spelled(letter: str, unit: str) -> str:
    if unit.startswith("&"):
        return f"&#{ord(letter)};"
    return f"\\u{ord(letter):04x}" if unit.startswith("\\u") else letter

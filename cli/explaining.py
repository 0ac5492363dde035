"""The verb `explain`: what a page is read as, from what, and why."""

import re
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cli.errors import BadInput
from cli.opening import recipes_of, settings_of, source_of
from cli.pages import saved_page
from cli.saying import console, say_json
from crawler.config import Settings
from crawler.fetch import fetch
from crawler.landing import source_there
from crawler.reading import Fetched, Refusal
from crawler.reading.explain import Explained, Explanation, Value
from crawler.reading.explain import explain as explained
from crawler.reading.facts import line
from crawler.source import Source
from scheduler.loop import run

_LONGEST = 160  # characters of a value or an origin in the table; JSON has them whole
_MOST = 8  # candidates of a field in the table
_GLIMPSE = 60  # characters of a body's beginning and of its end
_TAKEN = "✓"

Row = tuple[str, str, str]  # mark, value, origin


def explain(target: str, url: str | None, config: Path | None, *, as_json: bool) -> int:
    """Shows each field's candidates and choice; 1 where the page is refused or can't be had."""
    settings = settings_of(config)
    explanation = _explanation(target, url, settings)
    if as_json:
        say_json([_as_json(explanation)])
    else:
        _say(explanation)
    if explanation.state != "article":
        sys.stdout.flush()
        print(f"broadsheet: {target}: {explanation.state}: {explanation.reason}", file=sys.stderr)
        return 1
    return 0


def _explanation(target: str, url: str | None, settings: Settings) -> Explanation:
    if "://" in target:
        if url is not None:
            raise BadInput(f"--url {url}: it says where a saved page is from, and {target} is to be fetched")
        return _of_the_web(target, source_of(target, recipes_of(settings), settings.site_config), settings)
    if url is None:
        raise BadInput(
            f"{target}: say with --url where this page was saved from; an address to fetch begins with https://"
        )
    source = source_of(url, recipes_of(settings), settings.site_config)
    body, fetched_at = saved_page(target)
    fetched = Fetched(url=url, status=200, body=body, content_type=None, fetched_at=fetched_at)
    return explained(fetched, source, plain=settings.plain)


def _of_the_web(url: str, source: Source, settings: Settings) -> Explanation:
    reply = run(lambda: fetch(url, settings, source))
    if isinstance(reply, Refusal):
        return Explanation(
            url=reply.url,
            source=source.name,
            template=None,
            state=reply.state,
            reason=reply.reason,
            evidence="",
            fields=(),
        )
    return explained(reply, source_there(source, reply.url), plain=settings.plain)


# --- for a person ---


def _say(explanation: Explanation) -> None:
    screen = console()
    template = f", template {explanation.template}" if explanation.template else ""
    screen.print(Text(f"{explanation.url}\n{explanation.state}: {explanation.source}{template}\n"))
    table = Table(
        box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True, header_style="bold"
    )
    table.add_column("field", no_wrap=True)
    table.add_column("")
    table.add_column("value", overflow="fold", ratio=3)
    table.add_column("from", overflow="fold", ratio=2)
    for field in explanation.fields:
        _add(table, field)
    if explanation.fields:
        screen.print(table)


def _add(table: Table, field: Explained) -> None:
    rows = list(_rows(field))
    for place, (mark, value, origin) in enumerate(rows):
        style = "bold" if mark == _TAKEN else ""
        table.add_row(
            Text("" if place else field.name, "bold"), mark, Text(value, style), Text(origin, style)
        )
    why = f"{'why' if field.value else 'none'}: {field.why}"
    table.add_row(Text("" if rows else field.name, "bold"), "", Text(why, "italic"), "")
    table.add_row()


def _rows(field: Explained) -> Iterator[Row]:
    """A row for each candidate, and one for what is taken where it is none of them."""
    if field.value and field.taken is None:
        yield _TAKEN, _shown(field.name, field.value), ""
    for place, candidate in enumerate(field.candidates):
        if place < _MOST or place == field.taken:
            mark = _TAKEN if place == field.taken else ""
            yield mark, _shown(field.name, candidate.value), _short(candidate.origin)
    left = sum(place >= _MOST and place != field.taken for place in range(len(field.candidates)))
    if left:
        yield "", f"… and {left} more (--json has them)", ""


def _shown(name: str, value: Value) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, tuple):
        return _short(", ".join(value))
    text = value or ""
    if name != "body":
        return _short(text)
    opening, ending = _ends(text)
    return f"{len(text):,} characters: {opening}" + (f" … {ending}" if ending else "")


def _short(text: str) -> str:
    whole = line(text) or ""
    return whole if len(whole) <= _LONGEST else whole[:_LONGEST] + "…"


def _ends(text: str) -> tuple[str, str]:
    """The first and the last words of a text; it alone where it is short."""
    if len(text) <= 2 * _GLIMPSE:
        return line(text) or "", ""
    opening, ending = line(text[:_GLIMPSE]) or "", line(text[-_GLIMPSE:]) or ""
    # Whole words, in scripts that part them.
    return re.sub(r"(?<=.{30}) \S*$", "", opening), re.sub(r"^\S* (?=.{30})", "", ending)


# --- for a program ---


def _as_json(explanation: Explanation) -> dict[str, Any]:
    return {
        "url": explanation.url,
        "source": explanation.source,
        "template": explanation.template,
        "state": explanation.state,
        "reason": explanation.reason or None,
        "evidence": explanation.evidence or None,
        "fields": {field.name: _field_as_json(field) for field in explanation.fields},
    }


def _field_as_json(field: Explained) -> dict[str, Any]:
    return {
        "value": _value_as_json(field.name, field.value),
        "why": field.why,
        "candidates": [
            {
                "value": _value_as_json(field.name, one.value),
                "origin": one.origin,
                "taken": place == field.taken,
            }
            for place, one in enumerate(field.candidates)
        ],
    }


def _value_as_json(name: str, value: Value) -> Any:
    """Times as ISO 8601, names as a list; of a body its length, its first and its last words."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if name != "body" or value is None:
        return value
    opening, ending = _ends(value)
    return {"characters": len(value), "opening": opening, "ending": ending}

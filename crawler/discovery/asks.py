"""The requests that discovery makes: a step's first, and those for further pages of the same list."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from crawler.discovery.link import Ask
from crawler.recipe import LONGEST_URL
from crawler.source import Step
from crawler.urls import registrable

_PLACES = ("{page}", "{offset}")


def first_ask(step: Step) -> Ask:
    """What a step asks for at first."""
    return _ask(step, 1, step.first)


def ask_for_url(url: str | None, ask: Ask, step: Step) -> Ask | None:
    """The next page, which a reply names by its address."""
    return _allowed(Ask(url=url, page=ask.page + 1), ask, step) if url else None


def ask_for_page(cursor: str | None, ask: Ask, step: Step) -> Ask | None:
    """The next page, which a cursor or its number names; None where the step has no place for either."""
    if step.cursor is None and not any(place in _template(step) for place in _PLACES):
        return None
    if step.cursor is not None and not cursor:
        return None
    return _allowed(_ask(step, ask.page + 1, cursor or ""), ask, step)


def _allowed(further: Ask, ask: Ask, step: Step) -> Ask | None:
    """The request, if the step may make it: so many pages, of its own site, and not the same one again."""
    if ask.page >= step.pages or len(further.url) > LONGEST_URL or replace(further, page=ask.page) == ask:
        return None
    return further if registrable(further.url) == registrable(step.url) else None


def _template(step: Step) -> str:
    return " ".join((step.url, step.json_body or "", *step.form.values()))


def _ask(step: Step, page: int, cursor: str) -> Ask:
    values = {
        "{cursor}": cursor[:LONGEST_URL],
        "{page}": str(page),
        "{offset}": str((page - 1) * (step.per or 0)),
    }
    return Ask(
        url=_filled(step.url, values, _in_url),
        form=tuple((key, _filled(value, values, str)) for key, value in step.form.items()),
        json_body=_filled(step.json_body, values, _in_json) if step.json_body else None,
        page=page,
    )


def _filled(text: str, values: Mapping[str, str], written: Callable[[str], str]) -> str:
    for place, value in values.items():
        text = text.replace(place, written(value))
    return text


def _in_url(value: str) -> str:
    return quote(value, safe="")


def _in_json(value: str) -> str:
    """As it stands within the quotes of a JSON string; a number needs none."""
    return json.dumps(value)[1:-1]

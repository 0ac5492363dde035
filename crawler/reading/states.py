"""The JSON a page's scripts hold: assigned to a variable, or Nuxt 3's array of indexes."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from crawler.recipe import State
from crawler.rule import json_path, selector_path

_DECODER = json.JSONDecoder(strict=False)
_MOST_ASSIGNMENTS = 4
_MOST_SCRIPTS = 8
_MOST_VALUES = 500_000
_DEEPEST = 100
# `undefined` is no JSON, but states hold it. Strings are matched so that they are stepped over.
_STRING_OR_UNDEFINED = re.compile(r'"(?:[^"\\]|\\.)*"|\bundefined\b')


def states(root: Any, recipes: tuple[State, ...], identifier: str | None) -> tuple[Any, ...]:
    """The article's object of every state the page holds, in the recipe's order."""
    found = (_article(value, state, identifier) for state in recipes for value in _values(root, state))
    return tuple(article for article in found if article is not None)


def look_up(value: Any, path: str, identifier: str | None = None) -> Any:
    """What the JMESPath leads to; None where it leads nowhere."""
    try:
        return json_path(path, identifier).search(value, jmespath.Options())
    except (JMESPathError, TypeError, ValueError, RecursionError):
        return None


def _values(root: Any, state: State) -> Iterator[Any]:
    for script in selector_path(state.script, None)(root)[:_MOST_SCRIPTS]:
        text = str(script) if isinstance(script, str) else "".join(script.itertext())
        value = _assigned(text, state.name) if state.name else _json(text)
        if state.form == "indexed":
            value = revived(value)
        if value is not None:
            yield value


def _article(value: Any, state: State, identifier: str | None) -> Any:
    return next((found for path in state.at if (found := look_up(value, path, identifier))), None)


def _json(text: str) -> Any:
    try:
        return _DECODER.decode(text.strip())
    except (ValueError, RecursionError):
        return None


def _assigned(text: str, name: str) -> Any:
    """The JSON in `name = {…}`; its end is found by reading it, so no string inside can end it early."""
    matches = re.finditer(rf"(?<![\w.$]){re.escape(name)}\s*=\s*(?=[\[{{])", text)
    for match in islice(matches, _MOST_ASSIGNMENTS):
        value = _json_at(text, match.end())
        if value is None:
            value = _json_at(_without_undefined(text[match.end() :]), 0)
        if value is not None:
            return value
    return None


def _json_at(text: str, place: int) -> Any:
    try:
        return _DECODER.raw_decode(text, place)[0]
    except (ValueError, RecursionError):
        return None


def _without_undefined(text: str) -> str:
    return _STRING_OR_UNDEFINED.sub(lambda match: "null" if match[0] == "undefined" else match[0], text)


def revived(array: Any) -> Any:
    """The value that Nuxt's array of indexes (the "devalue" form) stands for; None if it is no such array.

    Within an object or list an integer is the place of its value in the array. What
    names itself, lies too deep or points outside becomes None.
    """
    if not isinstance(array, list) or not 0 < len(array) <= _MOST_VALUES:
        return None
    return _Reviver(array).value(0, 0)


class _Reviver:
    def __init__(self, array: list[Any]) -> None:
        self._array = array
        self._done: dict[int, Any] = {}
        self._open: set[int] = set()

    def value(self, place: Any, depth: int) -> Any:
        if type(place) is not int or not 0 <= place < len(self._array):
            return None  # negative places stand for undefined, NaN and the like
        if place in self._done:
            return self._done[place]
        if place in self._open or depth > _DEEPEST:
            return None
        self._open.add(place)
        self._done[place] = self._made(self._array[place], depth + 1)
        self._open.discard(place)
        return self._done[place]

    def _made(self, raw: Any, depth: int) -> Any:
        if isinstance(raw, dict):
            return {key: self.value(place, depth) for key, place in raw.items()}
        if not isinstance(raw, list):
            return raw
        if raw and isinstance(raw[0], str):
            return self._wrapped(raw[0], raw[1:], depth)
        return [self.value(place, depth) for place in raw]

    def _wrapped(self, kind: str, rest: list[Any], depth: int) -> Any:
        """`["Reactive", n]` is what n is; a Set is a list, a Map and a bare object are objects."""
        if kind == "Set":
            return [self.value(place, depth) for place in rest]
        if kind in ("Map", "null"):
            return {
                str(key if kind == "null" else self.value(key, depth)): self.value(place, depth)
                for key, place in zip(rest[::2], rest[1::2], strict=False)
            }
        if not rest:
            return None
        return self.value(rest[0], depth) if type(rest[0]) is int else rest[0]

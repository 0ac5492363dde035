import json
from typing import Any

import pytest
from lxml import html

from crawler.reading.states import look_up, revived, states
from crawler.recipe import State

VUE = State(script="script", name="window.__STATE__", at=("detail",))
PLAIN = State(script="script#data")
NUXT = State(script="script#data", form="indexed", at=('data."article-{id}"',))


def page(script: str, attributes: str = 'id="data"') -> Any:
    return html.document_fromstring(f"<html><body><script {attributes}>{script}</script></body></html>")


def found(script: str, state: State = VUE, identifier: str | None = None) -> Any:
    return next(iter(states(page(script), (state,), identifier)), None)


def test_the_json_assigned_to_a_variable_is_read_to_its_own_end() -> None:
    script = 'window.__STATE__={"detail":{"text":"a };(function(){ b } ] \\" c"}};(function(){var s;}())'
    assert found(script) == {"text": 'a };(function(){ b } ] " c'}


@pytest.mark.parametrize(
    "script",
    [
        'window.__STATE__ = {"detail":{"a":1}}',
        'var x=1;\nwindow.__STATE__\n=\n{"detail":{"a":1}};\nvar y',
        'window.__STATE__={"detail":{"a":1},"b":undefined,"c":[undefined]};',
        'if(!window.__STATE__){} window.__STATE__=null; window.__STATE__={"detail":{"a":1}}',
        'window.__STATE__={broken; window.__STATE__={"detail":{"a":1}}',
    ],
)
def test_an_assignment_is_found_however_it_is_written(script: str) -> None:
    assert found(script) == {"a": 1}


def test_undefined_inside_a_string_stays() -> None:
    assert found('window.__STATE__={"detail":{"a":"undefined \\" undefined","b":undefined}}') == {
        "a": 'undefined " undefined',
        "b": None,
    }


def test_escaped_markup_is_markup() -> None:
    script = r'window.__STATE__={"detail":{"a":"\u003Cp\u003Ex\u003C\u002Fp\u003E"}}'
    assert found(script) == {"a": "<p>x</p>"}


@pytest.mark.parametrize(
    "script", ["", "window.__STATE__=", "window.__STATE__={", 'window.__STATE__={"other":1}', "x=1"]
)
def test_a_state_that_is_not_there_is_none(script: str) -> None:
    assert found(script) is None


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_without_end_is_no_state(opening: str) -> None:
    assert found("window.__STATE__=" + opening * 100_000) is None
    assert found(opening * 100_000, PLAIN) is None


def test_a_script_that_is_json_is_read_whole() -> None:
    assert found(' {"a": 1} ', PLAIN) == {"a": 1}


# --- Nuxt's array of indexes ---------------------------------------------------------------------


def test_wrappers_are_followed_to_the_article() -> None:
    array = [
        ["ShallowReactive", 1], {"data": 2}, ["ShallowReactive", 3], {"article-7": 4}, ["Reactive", 5],
        {"title": 6, "time": 7, "tags": 8, "none": -1, "flag": 10}, "T", 1789200000, [9, 9], "x", True,
    ]  # fmt: skip
    assert found(json.dumps(array), NUXT, "7") == {
        "title": "T",
        "time": 1789200000,
        "tags": ["x", "x"],
        "none": None,
        "flag": True,
    }


@pytest.mark.parametrize(
    ("array", "value"),
    [
        ([{"a": 1}, ["Set", 2, 3], "x", "y"], {"a": ["x", "y"]}),
        ([{"a": 1}, ["Map", 2, 3], "x", "y"], {"a": {"x": "y"}}),
        ([{"a": 1}, ["null", "k", 2], "x"], {"a": {"k": "x"}}),
        ([{"a": 1}, ["Date", "2026-09-12T02:00:00.000Z"]], {"a": "2026-09-12T02:00:00.000Z"}),
        ([{"a": 1}, ["Ref", 2], "x"], {"a": "x"}),
        ([{"a": 1}, ["EmptyRef"]], {"a": None}),
        ([{"a": 99, "b": "1", "c": 1.5, "d": True}, "x"], {"a": None, "b": None, "c": None, "d": None}),
        ([[1, 2], "x", "y"], ["x", "y"]),
        (["x"], "x"),
        ([], None),
        ({"a": 1}, None),
        ("x", None),
        (None, None),
    ],
)
def test_each_form_of_the_array_is_read(array: Any, value: Any) -> None:
    assert revived(array) == value


@pytest.mark.parametrize("array", [[{"a": 0}], [[0]], [["Reactive", 0]], [{"a": 1}, {"b": 0}]])
def test_what_names_itself_ends(array: list[Any]) -> None:
    json.dumps(revived(array))


def test_a_chain_too_deep_is_cut() -> None:
    array: list[Any] = [[place + 1] for place in range(20_000)]
    value, depth = revived(array), 0
    while isinstance(value, list):
        value, depth = value[0], depth + 1
    assert depth <= 110


def test_sharing_costs_no_more_than_its_array() -> None:
    array: list[Any] = [[place + 1, place + 1] for place in range(60)] + ["end"]
    value = revived(array)
    assert value[0] is value[1]


def test_a_path_that_does_not_fit_finds_nothing() -> None:
    assert look_up({"a": 1}, "keys(b)") is None
    assert look_up(None, "a.b") is None


def test_an_assignment_that_never_ends_is_tried_a_few_times_only() -> None:
    assert found("window.__STATE__={" * 300_000) is None

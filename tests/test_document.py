"""Pure: how an article shows in its file."""

from datetime import datetime
from typing import Any

import pytest

from archive import document_of
from archive.document import is_readable, show
from tests.builders import NOW, article


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"authors": ("小明", "小红")}, "小明、小红"),
        ({"authors": ("Ann", "Bo"), "language": "en"}, "Ann, Bo"),
        ({"authors": ("Ann", "Bo"), "language": None, "title": "An English title"}, "Ann, Bo"),
        ({"authors": ("Ann", "Bo"), "language": None}, "Ann、Bo"),
        ({"authors": ()}, "虎嗅"),
        ({"authors": (" \n",), "publisher": None}, "huxiu"),
    ],
)
def test_the_name_is_the_authors_else_the_source(facts: dict[str, Any], name: str) -> None:
    assert document_of(article(**facts)).name == name


def test_the_time_is_the_stated_minute_in_its_own_zone() -> None:
    stated = datetime.fromisoformat("2014-05-12T10:59:58+08:00")
    assert document_of(article(published_at=stated)).time == "2014-05-12 10:59"


def test_a_time_that_nobody_states_is_first_seen_in_the_zone_of_the_source() -> None:
    shown = show(article(published_at=None))
    assert (shown.document.time, shown.time_from) == ("2026-11-24 11:00", "first_seen")


def test_a_day_in_the_url_that_cannot_be_is_none() -> None:
    shown = show(article(published_at=None, url="https://a.example/2026/02/31/x"))
    assert shown.time_from == "first_seen"


def test_a_number_in_the_url_is_no_day() -> None:
    assert show(article(published_at=None, url="https://a.example/120260101345")).time_from == "first_seen"


@pytest.mark.parametrize("title", ["a", "1", "字", "🎉", "！！a", "½"])
def test_a_letter_digit_or_pictograph_can_be_read(title: str) -> None:
    assert is_readable(title)


@pytest.mark.parametrize("title", ["", " ", "---", "？！", "\u200b", "\u0301", "«»"])
def test_marks_alone_cannot_be_read(title: str) -> None:
    assert not is_readable(title)


def test_further_keys_hold_what_a_setting_asks_for() -> None:
    made = document_of(article(tags=("一", "二"), image=None), ("tags", "image", "fetched_at", "no_such_key"))
    assert made.further == (("tags", "一, 二"), ("fetched_at", NOW.isoformat()))

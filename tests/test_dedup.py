"""Pure judgement: which URLs and texts are the same."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import url_key
from archive.dedup import TEXT_KEY_VERSION, normalised, text_key
from tests.builders import LONG


@pytest.mark.parametrize(
    "other",
    [
        "http://www.huxiu.com/article/1",
        "https://www.huxiu.com/article/1/",
        "https://www.huxiu.com:443/article/1",
        "https://WWW.HUXIU.COM/article/1#comments",
        "https://www.huxiu.com/article/1?utm_source=rss&gclid=x",
        " https://www.huxiu.com/article/1\n",
        "https://www.huxiu.com./article/1",
    ],
)
def test_spellings_of_one_address_share_a_key(other: str) -> None:
    assert url_key(other) == url_key("https://www.huxiu.com/article/1")


@pytest.mark.parametrize(
    "other",
    [
        "https://www.huxiu.com/article/12",
        "https://m.huxiu.com/article/1",
        "https://www.huxiu.com/article/1?page=2",
        "https://www.huxiu.com:8080/article/1",
        "https://www.huxiu.com/Article/1",
    ],
)
def test_other_addresses_have_other_keys(other: str) -> None:
    assert url_key(other) != url_key("https://www.huxiu.com/article/1")


@given(st.text())
def test_any_text_has_a_key_and_the_key_is_bounded(text: str) -> None:
    assert len(url_key(text).encode()) < 2704
    assert "\x00" not in url_key(text)


def test_a_long_address_keeps_its_identity() -> None:
    long = "https://a.example/" + "x" * 5000
    assert url_key(long + "1") != url_key(long + "2")


def test_the_text_key_does_not_see_marks_pictures_case_or_width() -> None:
    marked = f"# ＡＢＣ\n\n**{LONG}** ![x](https://a.example/y.png) [link](https://a.example)"
    assert text_key("t", marked) == text_key("another", f"abc {LONG} link")


def test_the_text_key_carries_the_version_of_the_normaliser() -> None:
    assert str(text_key("t", LONG)).startswith(f"{TEXT_KEY_VERSION}:")


def test_no_text_has_no_key() -> None:
    assert text_key("t", "![x](y.png)") is None


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once


def test_letters_of_one_case_are_one() -> None:
    assert normalised("Straße İstanbul") == normalised("STRASSE i̇stanbul")


def test_stated_times_compare_across_zones() -> None:
    berlin, tokyo = (
        datetime.fromisoformat(text) for text in ("2026-01-01T01:00:00+01:00", "2026-01-01T09:00:00+09:00")
    )
    assert berlin == tokyo

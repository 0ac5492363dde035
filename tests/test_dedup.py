"""Pure judgement: which texts are the same."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from archive.dedup import TEXT_KEY_VERSION, normalised, text_key
from tests.builders import LONG


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

"""Paths that every file system takes, and writes that are whole."""

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.files import Files, article_path, portable, write_whole
from tests.test_markdown import NASTY

RESERVED = [
    "con",
    "NUL",
    "Com1.txt",
    "lpt¹",
    "aux.html",
    "CONIN$",
    ".",
    "..",
    ".git",
    "a/b",
    "a\\b",
    "a:b",
    "x.",
    "x ",
]


def path(identifier: str | None = None, url: str = "https://a.example/x", taken: tuple[str, ...] = ()) -> str:
    return article_path("huxiu", "2014-05-12", identifier, url, taken.__contains__)


def test_the_slug_is_the_identifier_else_the_last_segment() -> None:
    assert path("33546") == "huxiu/2014/2014-05-12-33546.md"
    assert path(url="https://a.example/news/Some-Story.html?x=1") == "huxiu/2014/2014-05-12-Some-Story.md"
    assert path(url="https://a.example/%E6%96%B0%E9%97%BB") == "huxiu/2014/2014-05-12-新闻.md"


def test_an_empty_slug_is_the_hash_of_the_url() -> None:
    digest = hashlib.sha256(b"https://a.example/").hexdigest()[:8]
    assert path(url="https://a.example/") == f"huxiu/2014/2014-05-12-{digest}.md"


def test_a_cut_slug_carries_the_hash() -> None:
    one, two = path("长" * 100 + "1"), path("长" * 100 + "1", "https://a.example/y")
    assert one != two
    assert len(one.encode()) < 130


def test_taken_names_are_passed_over() -> None:
    first = path("1")
    second = path("1", taken=(first,))
    third = path("1", taken=(first, second))
    assert len({first, second, third}) == 3


@given(st.one_of(st.sampled_from(RESERVED + NASTY), st.text()))
def test_any_name_is_portable(name: str) -> None:
    made = portable(name)
    assert made == unicodedata.normalize("NFC", made)
    assert not set(made) & set('<>:"/\\|?*\x00 ')
    assert not made.startswith(".")
    assert not made.endswith(".")
    assert made.split(".")[0].casefold() not in {"con", "prn", "aux", "nul", "com1", "lpt1", "lpt¹", "conin$"}


@given(st.one_of(st.sampled_from(RESERVED + NASTY), st.text()), st.text())
def test_any_path_stays_below_the_archive(identifier: str, source: str) -> None:
    made = article_path(source, "2014-05-12", identifier, "https://a.example/x", lambda _: False)
    parts = made.split("/")
    assert len(parts) == 3
    assert all(part not in ("", ".", "..") and len(part.encode()) <= 255 for part in parts)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.md"
    write_whole(target, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(target, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.md"]
    assert target.read_bytes() == b"old"


def test_articles_are_found_without_ledger_and_hidden_folders(tmp_path: Path) -> None:
    for name in (
        "huxiu/2014/a.md",
        "ledger/2014/b.md",
        ".broadsheet/c.md",
        "huxiu/.hidden.md",
        "b.md",
        "x.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert list(Files(tmp_path).articles()) == ["b.md", "huxiu/2014/a.md"]

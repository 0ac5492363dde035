"""What keeps an archive, killed at any step: verify tells it from damage, repair finishes it, nothing is lost."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, RepairWish, repair, verify
from tests.builders import LONG, NOW, article, files
from tests.test_recovery import Killed, kill_at, sound
from tests.test_verify import exchange

_STRIDE = 4  # every step would be as good, and take four times as long
LATER = NOW + timedelta(hours=1)
SEVERAL = [article(number, body=f"{number}" * 300) for number in range(3)]
HELD = [article(9, body=f"{LONG}九"), article(8, body=f"{LONG}八" * 2)]
READ_ANEW = [replace(HELD[0], title="von neuem gelesen", reader="2"), replace(HELD[1], reader="2")]


def of_all_kinds(root: Path) -> None:
    with Archive.open(root) as archive:
        page = archive.snapshots.put(exchange(9, b"<p>9</p>"))
        archive.add_many([replace(HELD[0], snapshot=page), HELD[1]])


def add_many(archive: Archive) -> None:
    archive.add_many(SEVERAL)


def correct(archive: Archive) -> None:
    archive.corrections.correct(READ_ANEW, LATER)


def store_a_page(archive: Archive) -> None:
    archive.snapshots.put(exchange(8, b"<p>8</p>"))


ACTS: Mapping[str, Callable[[Archive], Any]] = {
    "several articles": add_many,
    "corrections": correct,
    "a page": store_a_page,
    "a forgotten article": lambda archive: archive.forget(article(9).url, LATER),
}


def test_an_archive_that_was_read_anew_is_sound(tmp_path: Path) -> None:
    of_all_kinds(tmp_path)
    with Archive.open(tmp_path) as archive:
        assert [one.state for one in archive.corrections.correct(READ_ANEW, LATER)] == ["corrected", "same"]
    assert verify(tmp_path).ok
    (tmp_path / "catalog.sqlite3").unlink()
    assert Archive.rebuild(tmp_path).ok
    assert verify(tmp_path).ok


@pytest.mark.parametrize("act", ACTS)
def test_repair_finishes_what_was_killed_in_the_middle(
    tmp_path: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_all_kinds(tmp_path / "0")
    moment, is_done = 1 + list(ACTS).index(act) % _STRIDE, False
    while not is_done:
        root = shutil.copytree(tmp_path / "0", tmp_path / str(moment))
        before = set(files(root).items())
        with Archive.open(root) as archive, monkeypatch.context() as patch:
            calls = kill_at(patch, moment)
            try:
                ACTS[act](archive)
                is_done = calls() < moment
            except Killed:
                pass
        repair(root, None, RepairWish(), LATER)
        assert verify(root).findings == ()
        assert act in ("corrections", "a forgotten article") or before <= set(files(root).items())
        with Archive.open(root) as archive:
            ACTS[act](archive)
        sound(root, None)
        moment += _STRIDE
    assert moment > 2

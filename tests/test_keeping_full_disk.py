"""What keeps an archive, on a disk that fills up in between: one line that names the thing, and nothing is lost."""

import os
import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, RepairWish, backup, repair, verify
from tests.builders import NOW, article, files
from tests.disk import fill
from tests.test_keeping_killed import ACTS, HELD, of_all_kinds
from tests.test_recovery import leftovers

LATER = NOW + timedelta(hours=1)
KIB = 1024


def opened(act: Callable[[Archive], object]) -> Callable[[Path], object]:
    def run(root: Path) -> None:
        with Archive.open(root) as archive:
            act(archive)

    return run


def damaged(root: Path) -> None:
    """A page's article, cut, and a ledger of which a line is gone."""
    with Archive.read(root) as archive:
        row = archive.article(HELD[0].url)
        assert row is not None
    (root / row.path).write_bytes((root / row.path).read_bytes()[:-3] + b"\xff\xff\n")
    (ledger,) = root.glob("ledger/*/*.jsonl")
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:1] + lines[2:]))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to copy."""
    root = tmp_path_factory.mktemp("made") / "archive"
    of_all_kinds(root)
    return root


@pytest.fixture
def root(made: Path, disk: Path) -> Path:
    """A copy of it on the small disk."""
    return shutil.copytree(made, disk / "archive")


VERBS: Mapping[str, Callable[[Path], object]] = {
    **{name: opened(act) for name, act in ACTS.items()},
    "a revision": opened(
        lambda archive: archive.add(article(9, body="改写了的正文。" * 90, fetched_at=LATER))
    ),
    "reindex": Archive.rebuild,
    "backup": lambda root: backup(root, None, root.parent / "copy", LATER),
}


def with_room(disk: Path, room: int, act: Callable[[], object]) -> str | None:
    """What was said where there was no more room than this."""
    ballast = fill(disk)
    os.truncate(ballast, ballast.stat().st_size - room)
    try:
        act()
    except ArchiveError as error:
        return str(error)
    finally:
        ballast.unlink()
    return None


@pytest.mark.parametrize("room", [0, 12 * KIB, 40 * KIB])
@pytest.mark.parametrize("verb", VERBS)
def test_it_is_one_line_and_goes_on_when_there_is_room(disk: Path, root: Path, verb: str, room: int) -> None:
    before = set(files(root).items())
    said = with_room(disk, room, lambda: VERBS[verb](root))
    assert room or said
    assert said is None or ("\n" not in said and str(disk) in said and "make room" in said)
    with Archive.open(root):
        assert leftovers(root) == []
    assert verify(root).ok
    assert said is None or verb == "a forgotten article" or len(before & set(files(root).items())) >= 1
    VERBS[verb](root)
    assert verify(root).ok
    assert verb != "backup" or verify(disk / "copy").ok


@pytest.mark.parametrize("room", [0, 8 * KIB, 60 * KIB])
def test_a_repair_without_room_repairs_later(disk: Path, root: Path, room: int) -> None:
    damaged(root)
    said = with_room(disk, room, lambda: repair(root, None, RepairWish(), LATER))
    assert room or said
    assert said is None or ("\n" not in said and "make room" in said)
    repair(root, None, RepairWish(), LATER)
    with Archive.read(root) as archive:
        assert {row.url for row in archive.articles()} == {one.url for one in HELD}
    left = verify(root).findings
    assert [one.kind.value for one in left] in ([], ["damaged"])


def test_a_copy_that_found_no_room_for_its_first_byte_can_be_made_there(disk: Path, root: Path) -> None:
    assert with_room(disk, 0, lambda: backup(root, None, disk / "copy", LATER))
    backup(root, None, disk / "copy", LATER)
    assert verify(disk / "copy").ok

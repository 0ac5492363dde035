"""Backup: a copy that opens and verifies, made while others write; broken off it never passes for whole."""

import os
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, backup, verify
from tests.builders import NOW, article, files
from tests.disk import fill
from tests.forked import python
from tests.prepared import copied
from tests.terminal import ROOT
from tests.test_reindex import live_through_much
from tests.test_verify import exchange


def everything(root: Path) -> dict[str, bytes]:
    """All files but what belongs to a moment or a place."""
    found = {}
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not name.startswith("catalog") and name not in PASSING:
            found[name] = path.read_bytes()
    return found


PASSING = (".broadsheet/lock", ".broadsheet/backup.json")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to copy."""
    root = tmp_path_factory.mktemp("lived") / "archive"
    with Archive.open(root) as archive:
        live_through_much(archive)
        archive.snapshots.put(exchange(1))
    (root / "notes").mkdir()
    (root / "notes" / "mine.txt").write_text("my own")
    return root


@pytest.fixture
def root(tmp_path: Path, database_url: str | None, lived: Path) -> Path:
    return copied(lived, tmp_path / "archive", database_url)


def test_a_copy_holds_every_file_opens_and_verifies(root: Path, database_url: str | None) -> None:
    target = root.parent / "copy"
    copy = backup(root, database_url, target, NOW)
    assert everything(target) == everything(root)
    assert (copy.files, copy.has_catalog) == (len(everything(root)), database_url is None)
    assert verify(target, None).ok
    with Archive.open(root, database_url) as archive, Archive.open(target) as copied:
        assert copied.articles() == archive.articles()
        assert copied.counts() == archive.counts()
    assert verify(target, None).ok


def test_only_what_changed_is_copied_again_and_what_is_gone_goes(
    root: Path, database_url: str | None
) -> None:
    target = root.parent / "copy"
    later = NOW + timedelta(days=400)  # the files are old enough to trust their time stamps
    backup(root, database_url, target, later)
    assert backup(root, database_url, target, later).copied == 0
    (root / "notes" / "mine.txt").unlink()
    with Archive.open(root, database_url) as archive:
        archive.add(article(50))
        archive.forget(article(7).url, NOW)
    copy = backup(root, database_url, target, later)
    assert 0 < copy.copied <= 5
    assert everything(target) == everything(root)
    assert verify(target, None).ok


def test_what_the_archive_lost_the_copy_keeps(root: Path, database_url: str | None) -> None:
    target = root.parent / "copy"
    backup(root, database_url, target, NOW)
    path = next(path for path in files(root) if path.startswith("huxiu/"))
    (root / path).unlink()
    assert backup(root, database_url, target, NOW).kept == (path,)
    assert (target / path).exists()
    assert verify(target, None).ok


def test_a_copy_made_while_another_process_writes_is_sound(tmp_path: Path, database_url: str | None) -> None:
    root, copy = tmp_path / "archive", tmp_path / "copy"
    writer = python("-m", "tests.writer", root, database_url or "", 10000, stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        known = [writer.stdout.readline().decode().strip()]
        for _ in range(2):  # a new copy, and the same brought up to date
            backup(root, database_url, copy, NOW)
            proof = verify(copy, None)
            assert proof.ok, proof.findings
            with Archive.open(copy) as opened:
                assert all(opened.is_settled(url) for url in known)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.communicate()


COPY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from archive import backup
backup(Path(sys.argv[1]), sys.argv[2] or None, Path(sys.argv[3]), datetime.now(UTC), lambda *_: print(flush=True))
"""


def test_a_copy_that_is_killed_never_passes_for_whole_and_is_completed(
    root: Path, database_url: str | None
) -> None:
    target = root.parent / "copy"
    for number in range(200):
        (root / "notes" / f"{number}.txt").write_bytes(os.urandom(20_000))
    for line in (1, 40, 150):
        process = python("-c", COPY, root, database_url or "", target, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        for _ in range(line):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for way in (Archive.open, Archive.read, verify):
            with pytest.raises(ArchiveError, match="broken off"):
                way(target, None)
    backup(root, database_url, target, NOW)
    assert everything(target) == everything(root)
    assert verify(target, None).ok


def test_a_disk_too_small_for_the_copy_is_one_line(disk: Path, root: Path, database_url: str | None) -> None:
    ballast = fill(disk)
    os.truncate(ballast, ballast.stat().st_size - 20_000)
    with pytest.raises(ArchiveError, match="make room") as caught:
        backup(root, database_url, disk / "copy", NOW)
    assert "\n" not in str(caught.value)
    with pytest.raises(ArchiveError, match="broken off"):
        Archive.open(disk / "copy")
    ballast.unlink()
    backup(root, database_url, disk / "copy", NOW)
    assert verify(disk / "copy", None).ok


def test_folders_that_must_not_be_overwritten_are_left_alone(root: Path, database_url: str | None) -> None:
    own = root.parent / "own"
    own.mkdir()
    (own / "precious").write_text("x")
    other = root.parent / "other"
    with Archive.open(root.parent / "another") as archive:
        archive.add(article(1))
    backup(root.parent / "another", None, other, NOW)
    used = root.parent / "used"
    backup(root, database_url, used, NOW)
    with Archive.open(used) as archive:
        archive.add(article(77))
    for target, why in (
        (own, "no backup"),
        (own / "precious", "no backup"),
        (other, "another archive's"),
        (used, "was written to"),
        (root / "copy", "can't lie in the archive"),
        (root.parent, "nor around it"),
        (root, "can't lie in the archive"),
    ):
        with pytest.raises(ArchiveError, match=why) as caught:
            backup(root, database_url, target, NOW)
        assert "\n" not in str(caught.value)
    assert (own / "precious").read_text() == "x"

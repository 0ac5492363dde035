"""A disk that fills up or may no longer be written: nothing acknowledged is lost, and it goes on when there is room."""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, parse, render
from archive.writing.ledger import Ledger, Position
from tests.builders import NOW, archive_tables, article, drop_database, files
from tests.disk import fill
from tests.site import Site
from tests.test_kills import set_up, started
from tests.test_recovery import leftovers

BIG = "很长的一段。" * 6000


def add_until_full(archive: Archive, first: int = 0) -> tuple[list[str], str]:
    """URLs that were acknowledged, and what was said of the next."""
    kept: list[str] = []
    for number in range(first, first + 2000):
        one = article(number, body=f"{BIG}{number}")
        try:
            kept.append(archive.add(one).url)
        except ArchiveError as error:
            return kept, str(error)
    raise AssertionError("the disk never filled up")


def nothing_torn(root: Path) -> None:
    for text in files(root).values():
        assert render(parse(text.encode())) == text.encode()
    for file in root.glob("ledger/*/*"):
        assert file.read_bytes()[-1:] in (b"", b"\n")


def test_every_acknowledged_article_outlives_a_disk_that_fills_up(
    disk: Path, database_url: str | None
) -> None:
    root = disk / "archive"
    with Archive.open(root, database_url) as archive:
        kept, said = add_until_full(archive)
        assert len(kept) > 5
        assert "\n" not in said
        assert str(root) in said
        assert "make room" in said
        nothing_torn(root)
        with pytest.raises(ArchiveError):
            archive.refuse("https://www.huxiu.com/article/9999", "huxiu", "gone", "404" * 99999, NOW)
        for _ in range(3):
            add_until_full(archive, 5000)
        nothing_torn(root)
        with Archive.read(root, database_url) as reader:
            assert all(reader.article(url) is not None for url in kept)
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        more = article(7777)
        archive.add(more)
        assert all(archive.article(url) is not None for url in [*kept, more.url])
    sound(root, database_url)


def sound(root: Path, database_url: str | None) -> None:
    with Archive.open(root, database_url) as archive:
        assert sorted(row.path for row in archive.articles()) == sorted(files(root))
    assert leftovers(root) == []
    assert len(list(Ledger(root).since(Position()))) > 0
    before = archive_tables(root, database_url)
    drop_database(root, database_url)
    assert Archive.rebuild(root, database_url).ok
    assert archive_tables(root, database_url) == before


def test_a_line_for_half_of_which_there_is_room_is_not_written(disk: Path) -> None:
    ledger = Ledger(disk)
    end = ledger.append([{"event": "x"}], NOW, Position())[-1].end
    ballast = fill(disk)
    with ballast.open("r+b") as file:
        file.truncate(ballast.stat().st_size - 16_384)
    with pytest.raises(OSError, match=r"2026-11-24\.jsonl"):
        ledger.append([{"event": "x", "text": "y" * 50_000}], NOW, end)
    assert ledger.is_at(end)


def test_a_daemon_goes_on_when_there_is_room_again(disk: Path, tmp_path: Path) -> None:
    set_up(tmp_path)
    settings = (tmp_path / "broadsheet.toml").read_text().replace('"kept"', '"disk/kept"')
    (tmp_path / "broadsheet.toml").write_text(settings)
    root, log = disk / "kept", tmp_path / "log"
    with Site() as site, started(tmp_path, site, "daemon") as daemon:
        site.publish(*range(3))
        until(lambda: len(files(root)) == 3, log)
        ballast = fill(disk)
        site.publish(*range(9))
        until(lambda: "make room" in log.read_text(), log)
        assert daemon.poll() is None
        nothing_torn(root)
        ballast.unlink()
        until(lambda: len(files(root)) == 9, log)
        daemon.terminate()
        assert daemon.wait(20) == 0
    assert "Traceback" not in log.read_text()
    sound(root, None)


def until(is_so: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def test_a_disk_that_is_full_from_the_start_is_one_line(disk: Path) -> None:
    ballast = fill(disk)
    with pytest.raises(ArchiveError, match="make room") as caught:
        Archive.open(disk / "archive")
    assert "\n" not in str(caught.value)
    ballast.unlink()
    with Archive.open(disk / "archive") as archive:
        archive.add(article(1))


@pytest.mark.parametrize("room", range(0, 40_000, 8192))
def test_however_little_room_there_is_nothing_is_torn(disk: Path, room: int) -> None:
    root = disk / "archive"
    with Archive.open(root) as archive:
        archive.add(article(1))
        ballast = fill(disk)
        with ballast.open("r+b") as file:
            file.truncate(ballast.stat().st_size - room)
        with suppress(ArchiveError):
            archive.add(article(2))
            archive.forget(article(1).url, NOW)
        nothing_torn(root)
        ballast.unlink()
        archive.add(article(2))
        archive.add(article(3))
        archive.forget(article(1).url, NOW)
        assert sorted(row.url for row in archive.articles()) == [article(2).url, article(3).url]
    sound(root, None)


def test_a_disk_that_becomes_read_only_is_one_line_and_can_be_read(disk: Path) -> None:
    root = disk / "archive"
    with Archive.open(root) as archive:
        archive.add(article(1))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(ArchiveError, match="Read-only") as caught:
        Archive.open(root)
    assert "\n" not in str(caught.value)
    with Archive.read(root) as reader:
        assert reader.article(article(1).url) is not None
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    with Archive.open(root) as archive:
        archive.add(article(2))
    sound(root, None)

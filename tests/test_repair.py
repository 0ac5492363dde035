"""Repair: what can be put right from the rest is, exactly; what can't is said; and a kill in between loses nothing."""

import os
import re
import shutil
import signal
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, ArchiveError, Article, Repaired, RepairWish, StoredPage, backup, repair, verify
from archive.proof.unflip import unflipped
from archive.writing.ledger import Ledger, Position
from tests.builders import NOW, archive_tables, article, drop_database, files
from tests.forked import run_python
from tests.prepared import copied
from tests.terminal import ROOT
from tests.test_recovery import stride
from tests.test_reindex import live_through_much
from tests.test_verify import exchange, flip

TEXT = re.compile(rb"<p>(.*)</p>", re.DOTALL)


def mend(root: Path, database_url: str | None, **wish: Any) -> Repaired:
    """Repairs with a reader of the pages that these tests store: the paragraph is the text."""

    def reader(page: StoredPage) -> Article | None:
        with Archive.read(root, database_url) as archive:
            stored = archive.snapshots.get(str(page.snapshot))
        found = TEXT.search(stored.body) if stored else None
        number = int(page.url.rpartition("/")[2])
        return article(number, body=found[1].decode(), title="nobody's", authors=()) if found else None

    return repair(root, database_url, RepairWish(reader=reader, **wish), NOW + timedelta(days=9))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to copy."""
    return live(tmp_path_factory.mktemp("lived") / "archive")


@pytest.fixture
def root(tmp_path: Path, database_url: str | None, lived: Path) -> Path:
    """Articles of four days that lived through much, and the responses of two of them."""
    return copied(lived, tmp_path / "archive", database_url)


def live(root: Path) -> Path:
    with Archive.open(root) as archive:
        live_through_much(archive)
        for number in (30, 31):
            one = article(number, fetched_at=NOW + timedelta(days=number - 29))
            page = f"<html><p>{one.body}</p></html>".encode()
            archive.add(
                article(
                    number, fetched_at=one.fetched_at, snapshot=archive.snapshots.put(exchange(number, page))
                )
            )
        archive.add(article(32, fetched_at=NOW + timedelta(days=3)))
    assert verify(root).ok
    return root


def at(root: Path, number: int) -> Path:
    return root / f"huxiu/2026/2026-11-23-{number}.md"


def test_a_sound_archive_needs_none(root: Path, database_url: str | None) -> None:
    before, rows = files(root), archive_tables(root, database_url)
    assert mend(root, database_url) == Repaired((), ())
    assert (files(root), archive_tables(root, database_url)) == (before, rows)


def test_a_damaged_file_is_read_again_from_its_snapshot_to_the_byte(
    root: Path, database_url: str | None
) -> None:
    before, rows = at(root, 30).read_bytes(), archive_tables(root, database_url)
    at(root, 30).write_bytes(before[: len(before) // 2] + b"\0" * 40)
    done = mend(root, database_url)
    assert done.left == ()
    assert "snapshot" in done.acts[0].what
    assert at(root, 30).read_bytes() == before
    assert archive_tables(root, database_url) == rows
    (aside,) = (root / ".broadsheet/damaged").rglob("*-30.md.*")
    assert aside.read_bytes().endswith(b"\0")
    assert verify(root, database_url).ok


def test_a_missing_file_is_read_again_and_another_reading_is_recorded_as_one(
    root: Path, database_url: str | None
) -> None:
    at(root, 31).unlink()

    def other(_page: StoredPage) -> Article | None:
        return article(31, body="ein anderer Text", title="x")

    done = repair(root, database_url, RepairWish(reader=other), NOW)
    assert done.left == ()
    text = at(root, 31).read_text()
    assert "title: 第31篇\n" in text
    assert "ein anderer Text" in text
    assert verify(root, database_url).ok
    drop_database(root, database_url)
    assert Archive.rebuild(root, database_url).ok
    assert verify(root, database_url).ok


def test_a_damaged_file_is_taken_from_a_copy_with_the_same_bytes(
    root: Path, database_url: str | None
) -> None:
    before = at(root, 32).read_bytes()
    (root / "mine" / "copy.md").write_bytes(before)
    at(root, 32).write_bytes(b"")
    assert mend(root, database_url).left == ()
    assert at(root, 32).read_bytes() == before


def test_what_is_nowhere_is_said_and_left(root: Path, database_url: str | None) -> None:
    at(root, 32).unlink()
    (finding,) = mend(root, database_url).left
    assert (finding.kind, finding.path) == ("missing", "huxiu/2026/2026-11-23-32.md")
    assert not at(root, 32).exists()


@pytest.mark.parametrize(("where", "by"), [(5, 0x80), (60, 0xFF), (-3, 0x80)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_flipped_byte_is_put_right_from_the_digest_alone(
    root: Path, database_url: str | None, where: int, by: int
) -> None:
    before = at(root, 32).read_bytes()
    flip(at(root, 32), where, by)
    assert mend(root, database_url).left == ()
    assert at(root, 32).read_bytes() == before


def test_what_may_be_a_persons_edit_stays_unless_it_is_asked_for(
    root: Path, database_url: str | None
) -> None:
    before = at(root, 30).read_text()
    at(root, 30).write_text(before + "my note\n")
    (finding,) = mend(root, database_url).left
    assert (finding.kind, "--restore" in finding.do) == ("changed", True)
    assert at(root, 30).read_text() == before + "my note\n"
    assert mend(root, database_url, restore=True).left == ()
    assert at(root, 30).read_text() == before
    (aside,) = (root / ".broadsheet/damaged").rglob("*-30.md.*")
    assert aside.read_text() == before + "my note\n"


def test_a_persons_own_text_is_not_replaced_by_the_publishers(root: Path, database_url: str | None) -> None:
    at(root, 30).write_text(at(root, 30).read_text() + "my note\n")
    with Archive.open(root, database_url) as archive:
        archive.reindex()
    at(root, 30).unlink()
    (finding,) = mend(root, database_url).left
    assert finding.kind == "missing"


HOW = ["garbage", "changed", "gone"]


@pytest.mark.parametrize(
    ("database_url", "line", "how"),
    [
        *(("sqlite", line, HOW[line // 4 % 3]) for line in range(0, 28, 4)),
        *(("postgresql", line, how) for line, how in zip((12, 27, 0), HOW, strict=True)),
    ],
    indirect=["database_url"],
)
def test_a_damaged_line_of_the_ledger_loses_nothing(
    root: Path, database_url: str | None, line: int, how: str
) -> None:
    rows, texts = archive_tables(root, database_url), files(root)
    damage_line(next(root.glob("ledger/2026/2026-11-24.jsonl")), line, how)
    done = mend(root, database_url)
    assert done.left == (), done.left
    check_mended(root, database_url, rows, texts)


def damage_line(file: Path, number: int, how: str) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    replaced = {
        "garbage": b"garbage\n",
        "gone": b"",
        "changed": lines[number].replace(b'"at":"2', b'"at":"3'),
    }
    file.write_bytes(b"".join([*lines[:number], replaced[how], *lines[number + 1 :]]))


def check_mended(root: Path, database_url: str | None, rows: Any, texts: Any) -> None:
    """All rows but the ledger's position are as before, and a rebuild gives them again; the damage is on record."""
    proof = verify(root, database_url)
    assert proof.ok, proof.findings
    assert files(root) == texts
    check_rows(root, database_url, rows)
    drop_database(root, database_url)
    assert Archive.rebuild(root, database_url).ok
    check_rows(root, database_url, rows)
    assert [one.event["event"] for one in Ledger(root).since(Position())].count("damage") == 1
    assert list((root / ".broadsheet/damaged").glob("ledger-1"))


def check_rows(root: Path, database_url: str | None, rows: Any) -> None:
    now = archive_tables(root, database_url)
    assert {name: now[name] for name in now if name != "ledger_position"} == {
        name: rows[name] for name in rows if name != "ledger_position"
    }


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-25", "2026-11-27"])
def test_a_missing_day_of_the_ledger_loses_nothing(root: Path, database_url: str | None, day: str) -> None:
    rows, texts = archive_tables(root, database_url), files(root)
    (root / f"ledger/2026/{day}.jsonl").unlink()
    assert mend(root, database_url).left == ()
    check_mended(root, database_url, rows, texts)


def test_a_ledger_that_is_gone_is_made_anew_from_the_catalog(root: Path, database_url: str | None) -> None:
    rows, texts = archive_tables(root, database_url), files(root)
    shutil.rmtree(root / "ledger")
    with pytest.raises(ArchiveError, match="broadsheet repair"):
        Archive.open(root, database_url)
    assert mend(root, database_url).left == ()
    assert verify(root, database_url).ok
    assert files(root) == texts
    now = archive_tables(root, database_url)
    assert now["articles"] == rows["articles"]
    assert now["urls"] == rows["urls"]
    with Archive.open(root, database_url) as archive:
        archive.add(article(99))


@pytest.mark.parametrize("lines", [1, 5])
def test_a_cut_ledger_is_refused_and_loses_nothing(root: Path, database_url: str | None, lines: int) -> None:
    rows, texts = archive_tables(root, database_url), files(root)
    for _ in range(lines):
        file = max(file for file in root.glob("ledger/2026/*") if file.stat().st_size)
        file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(ArchiveError, match="broadsheet repair"):
        Archive.open(root, database_url)
    assert mend(root, database_url).left == ()
    check_mended(root, database_url, rows, texts)


def test_without_ledger_lines_and_catalog_the_files_are_taken_in(
    root: Path, database_url: str | None
) -> None:
    texts = files(root)
    damage_line(root / "ledger/2026/2026-11-25.jsonl", 0, "garbage")
    drop_database(root, database_url)
    done = mend(root, database_url)
    assert any("taken in anew" in act.what for act in done.acts)
    assert done.left == (), done.left
    assert files(root) == texts
    with Archive.open(root, database_url) as archive:
        assert archive.article(article(30).url) is not None


def test_a_lost_or_damaged_catalog_is_built_anew(root: Path, database_url: str | None) -> None:
    rows = archive_tables(root, database_url)
    drop_database(root, database_url)
    if database_url is None:
        (root / "catalog.sqlite3").write_bytes(b"no database" * 500)
    assert mend(root, database_url).left == ()
    assert archive_tables(root, database_url) == rows
    assert verify(root, database_url).ok


def test_another_archives_catalog_is_not_taken_for_this_ones(
    tmp_path: Path, database_url: str | None
) -> None:
    with Archive.open(tmp_path / "one", database_url) as archive:
        archive.add(article(1))
    with Archive.open(tmp_path / "two") as archive:
        archive.add(article(2))
    if database_url is None:
        shutil.copy(tmp_path / "one" / "catalog.sqlite3", tmp_path / "two" / "catalog.sqlite3")
    with pytest.raises(ArchiveError, match="another archive's"):
        repair(tmp_path / "two", database_url, RepairWish(), NOW)


def test_torn_tails_and_what_was_left_lying_are_swept(root: Path, database_url: str | None) -> None:
    before = archive_tables(root, database_url)
    (root / "huxiu/2026/.0123456789abcdef.tmp").write_bytes(b"half")
    with max(root.glob("ledger/2026/*")).open("ab") as file:
        file.write(b'{"v":1,')
    warc = next(root.rglob("*.warc.gz"))
    whole = warc.read_bytes()
    warc.write_bytes(whole + whole[:70])
    assert mend(root, database_url).left == ()
    assert warc.read_bytes() == whole
    assert not (root / "huxiu/2026/.0123456789abcdef.tmp").exists()
    assert archive_tables(root, database_url) == before
    assert verify(root, database_url).ok


def test_a_dry_run_says_it_and_writes_nothing(root: Path, database_url: str | None) -> None:
    at(root, 30).write_bytes(b"")
    at(root, 32).unlink()
    damage_line(root / "ledger/2026/2026-11-24.jsonl", 0, "garbage")
    before = {
        path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "catalog" not in path.name
    }
    done = mend(root, database_url, dry_run=True)
    assert {act.kind.value for act in done.acts} >= {"ledger", "damaged"}
    assert [one.path for one in done.left] == ["huxiu/2026/2026-11-23-32.md"]
    assert before == {
        path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "catalog" not in path.name
    }


REPAIR = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from archive import RepairWish, repair
left = int(sys.argv[3])

def guarded(real):
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return call

os.fsync = guarded(os.fsync)
for name in ("replace", "unlink", "rename"):
    setattr(Path, name, guarded(getattr(Path, name)))
repair(Path(sys.argv[1]), sys.argv[2] or None, RepairWish(), datetime.now(UTC))
"""


def test_a_repair_may_be_killed_at_any_moment(root: Path, database_url: str | None) -> None:
    rows, texts = archive_tables(root, database_url), files(root)
    damage_line(root / "ledger/2026/2026-11-24.jsonl", 3, "garbage")
    damage_line(root / "ledger/2026/2026-11-26.jsonl", 0, "gone")
    flip(at(root, 32), -3, 0x80)
    ended = []
    # A kill undoes nothing: the next repair begins further on.
    for moment in range(0, 60, 1 + stride(database_url)):
        done = run_python("-c", REPAIR, root, database_url or "", moment, cwd=ROOT)
        ended.append(done.returncode)
        if ended[-1] == 0:
            break
    assert set(ended) == {-signal.SIGKILL, 0}
    proof = verify(root, database_url)
    assert proof.ok, proof.findings
    assert files(root) == texts
    check_rows(root, database_url, rows)


def test_a_flipped_byte_is_found_at_any_place() -> None:
    content = os.urandom(600)
    digest = sha256(content).hexdigest()
    for position, mask in ((0, 1), (300, 0xFF), (599, 7)):
        bad = bytearray(content)
        bad[position] ^= mask
        assert unflipped(bytes(bad), digest) == content
    assert unflipped(content[:-1], digest) is None


def test_a_repaired_archive_can_be_backed_up(root: Path, database_url: str | None) -> None:
    damage_line(root / "ledger/2026/2026-11-24.jsonl", 3, "garbage")
    mend(root, database_url)
    backup(root, database_url, root.parent / "copy", NOW)
    assert verify(root.parent / "copy", None).ok

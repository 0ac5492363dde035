"""Verify: whatever is not as it was recorded is found and named, and nothing is changed by looking."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from archive import Archive, ArchiveError, Exchange, Proof, verify
from archive.database import writable
from tests.builders import NOW, article, drop_tables
from tests.forked import python
from tests.prepared import copied
from tests.test_reindex import live_through_much

FIRST = "huxiu/2026/2026-11-23-1.md"


def exchange(number: int, body: bytes | None = None) -> Exchange:
    return Exchange(
        url=article(number).url,
        method="GET",
        request_headers=(("User-Agent", "test"),),
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=body or f"<html><body><p>Seite {number}</p></body></html>".encode(),
        at=NOW,
    )


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles of two days with their responses."""
    root = tmp_path_factory.mktemp("three") / "archive"
    with Archive.open(root) as archive:
        for number in range(1, 4):
            stored = archive.snapshots.put(exchange(number))
            archive.add(article(number, snapshot=stored, fetched_at=NOW + timedelta(days=number - 1)))
        archive.refuse("https://www.huxiu.com/article/9", "huxiu", "gone", "404", NOW + timedelta(days=3))
    return root


@pytest.fixture
def root(three: Path, tmp_path: Path, database_url: str | None) -> Path:
    """A copy of them."""
    return copied(three, tmp_path / "archive", database_url)


@pytest.fixture
def look(root: Path, database_url: str | None) -> "Look":
    return Look(root, database_url)


class Look:
    def __init__(self, root: Path, database_url: str | None) -> None:
        self.root = root
        self.database_url = database_url

    def __call__(self) -> Proof:
        before = everything(self.root)
        proof = verify(self.root, self.database_url)
        assert everything(self.root) == before
        return proof

    @property
    def found(self) -> list[tuple[str, str]]:
        return [(one.kind.value, one.path) for one in self().findings]

    def sql(self, statement: str) -> None:
        engine = writable(self.root, self.database_url)
        with engine.begin() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()


def everything(root: Path) -> dict[str, bytes]:
    """Every file but the database's own."""
    return {
        str(path): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "catalog" not in path.name
    }


def flip(file: Path, at: int, by: int = 1) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= by
    file.write_bytes(content)


def test_a_sound_archive_has_nothing_to_find(look: Look) -> None:
    proof = look()
    assert proof.ok, proof.findings
    assert (proof.articles, proof.snapshots, proof.lines) == (3, 3, 4)
    assert proof.rows > 6


def test_an_archive_that_lived_through_much_is_sound(tmp_path: Path, database_url: str | None) -> None:
    with Archive.open(tmp_path / "archive", database_url) as archive:
        live_through_much(archive)
    proof = verify(tmp_path / "archive", database_url)
    assert proof.ok, proof.findings


@pytest.mark.parametrize("at", [3, 10, 40, -5, -2])
@pytest.mark.parametrize("by", [1, 0x20, 0xFF])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_flipped_byte_is_found(look: Look, at: int, by: int) -> None:
    flip(look.root / FIRST, at, by)
    ((kind, _),) = [one for one in look.found if one[1] == FIRST]
    assert kind in ("changed", "damaged")


def test_what_reads_no_more_is_damage_and_what_reads_may_be_an_edit(look: Look) -> None:
    first, second = look.root / FIRST, look.root / FIRST.replace("-1.md", "-2.md")
    first.write_text(first.read_text() + "my note\n")
    second.write_bytes(second.read_bytes()[:-30] + b"\xff" * 30)
    (third,) = (look.root / "huxiu").rglob("*-3.md")
    third.write_bytes(b"")
    found = {one.path: one for one in look().findings}
    assert found[FIRST].kind == "changed"
    assert "broadsheet reindex" in found[FIRST].do
    assert found[FIRST.replace("-1.md", "-2.md")].kind == "damaged"
    assert "is empty" in next(one.what for path, one in found.items() if path.endswith("-3.md"))


def test_an_edit_that_was_taken_is_no_finding_and_a_byte_flipped_after_it_is(look: Look) -> None:
    first = look.root / FIRST
    first.write_text(first.read_text() + "my note\n")
    with Archive.open(look.root, look.database_url) as archive:
        archive.reindex()
    assert look.found == []
    flip(first, -3)
    assert look.found == [("changed", FIRST)]


def test_missing_moved_and_stray_files_are_told_apart(look: Look) -> None:
    (look.root / FIRST).unlink()
    second = look.root / FIRST.replace("-1.md", "-2.md")
    (look.root / "shelf").mkdir()
    second.rename(look.root / "shelf" / "two.md")
    (look.root / "huxiu" / "2026" / "notes.md").write_text("nobody's\n")
    (look.root / "README.md").write_text("# my own\n")
    (look.root / "own.md").write_text("---\nurl: https://b.example/own\ntitle: own\n---\nmine\n")
    assert sorted(look.found) == [
        ("missing", FIRST),
        ("moved", "shelf/two.md"),
        ("stray", "huxiu/2026/notes.md"),
        ("stray", "own.md"),
    ]


def test_a_changed_line_of_the_ledger_is_found(look: Look) -> None:
    file = next(look.root.glob("ledger/2026/2026-11-24.jsonl"))
    file.write_text(file.read_text().replace("第1篇", "第7篇"))
    found = look.found
    assert ("ledger", "ledger/2026/2026-11-25.jsonl, line 1") in found
    assert any(kind == "row" and "articles" in path for kind, path in found)


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-25", "2026-11-27"])
def test_a_missing_day_of_the_ledger_is_found(look: Look, day: str) -> None:
    (look.root / f"ledger/2026/{day}.jsonl").unlink()
    assert "ledger" in {kind for kind, _ in look.found}


def test_a_ledger_cut_at_its_end_is_found(look: Look) -> None:
    file = look.root / "ledger/2026/2026-11-27.jsonl"
    file.write_bytes(b"")
    assert ("ledger", "ledger/2026/2026-11-27.jsonl") in look.found


def test_lines_in_another_order_are_found(look: Look) -> None:
    with Archive.open(look.root, look.database_url) as archive:
        archive.refuse("https://www.huxiu.com/article/10", "huxiu", "gone", "404", NOW + timedelta(days=3))
    file = look.root / "ledger/2026/2026-11-27.jsonl"
    file.write_bytes(b"".join(reversed(file.read_bytes().splitlines(keepends=True))))
    assert ("ledger", "ledger/2026/2026-11-27.jsonl, line 1") in look.found


def test_a_torn_line_is_found(look: Look) -> None:
    with (look.root / "ledger/2026/2026-11-27.jsonl").open("ab") as file:
        file.write(b'{"v":1')
    assert look.found == [("unfinished", "ledger/2026/2026-11-27.jsonl")]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM articles WHERE identifier = '1'", "is missing"),
        ("UPDATE articles SET title = 'x' WHERE identifier = '1'", "is not as the ledger says"),
        ("UPDATE urls SET state = 'gone' WHERE url LIKE '%/2'", "is not as the ledger says"),
        ("INSERT INTO ways VALUES ('a.example/1', 'feed', '2026')", "no ledger line gives this row"),
        ("DELETE FROM snapshots", "is missing; it lies in"),
    ],
)
def test_a_row_that_is_not_the_ledgers_is_found(look: Look, statement: str, what: str) -> None:
    look.sql(statement)
    findings = look().findings
    assert {one.kind.value for one in findings} == {"row"}
    assert all(what in one.what for one in findings)


def test_a_lost_catalog_is_found(look: Look) -> None:
    drop_tables(look.root, look.database_url)
    assert [kind for kind, _ in look.found] == ["catalog"]


def test_a_damaged_catalog_is_found(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        archive.add(article(1))
    (tmp_path / "catalog.sqlite3").write_bytes(b"no database" * 1000)
    (finding,) = verify(tmp_path, None).findings
    assert (finding.kind, "broadsheet repair" in finding.do) == ("catalog", True)


def test_a_damaged_record_of_a_snapshot_is_found(look: Look) -> None:
    file = next(look.root.rglob("*.warc.gz"))
    flip(file, file.stat().st_size // 2)
    findings = look().findings
    assert "snapshot" in {one.kind.value for one in findings}
    assert all(file.name in one.path for one in findings if one.kind == "snapshot" and "byte" in one.path)


def test_a_missing_file_of_snapshots_is_found(look: Look) -> None:
    file = next(look.root.rglob("*.warc.gz"))
    file.unlink()
    assert ("snapshot", file.relative_to(look.root).as_posix()) in look.found


def test_a_torn_tail_of_a_snapshot_is_found(look: Look) -> None:
    file = next(look.root.rglob("*.warc.gz"))
    with file.open("ab") as stream:
        stream.write(file.read_bytes()[:50])
    ((kind, path),) = look.found
    assert (kind, file.name in path) == ("unfinished", True)


def test_what_killed_writes_left_is_found(look: Look) -> None:
    (look.root / "huxiu" / "2026" / ".0123456789abcdef.tmp").write_bytes(b"half")
    (look.root / "huxiu" / "2026" / ".mine.tmp").write_bytes(b"a person's")
    assert look.found == [("unfinished", "huxiu/2026/.0123456789abcdef.tmp")]


def test_while_another_process_writes_nothing_is_found(root: Path, database_url: str | None) -> None:
    writer = python("-m", "tests.writer", root, database_url or "", 10000, stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        for _ in range(3):
            proof = verify(root, database_url)
            assert proof.ok, proof.findings
    finally:
        writer.kill()
        writer.communicate()


def test_one_flipped_byte_among_hundreds_of_files_is_found(  # among thousands: bench/verify.py
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    with Archive.open(tmp_path) as archive:
        for number in range(200):
            archive.add(article(number, body=f"{number}"))
    file = tmp_path / "huxiu/2026/2026-11-23-121.md"
    flip(file, -4)
    assert [one.path for one in verify(tmp_path, None).findings] == ["huxiu/2026/2026-11-23-121.md"]


def test_no_archive_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive in"):
        verify(tmp_path, None)

"""doctor: each thing that is wrong is named, and what to do about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Holder, Premises, premises
from cli import doctor_archive, doctor_setup
from cli.examined import Examined
from tests.builders import NOW, article
from tests.terminal import Terminal

HOUR = timedelta(hours=1)


def found(broadsheet: Terminal) -> dict[str, tuple[str, str]]:
    """What was looked at → the verdict, and all that was said."""
    rows = broadsheet("doctor", "--json").rows
    return {row["what"]: (row["verdict"], f"{row['found']} → {row['remedy']}") for row in rows}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    root = tmp_path / "archive-data"
    with Archive.open(root) as archive:
        archive.add(article(1))
    return root


def test_where_nothing_is_wrong_the_status_is_0(broadsheet: Terminal, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "broadsheet.toml").write_text('sources = ["huxiu"]\ncontact = "me@news.example"\n')
    ran = broadsheet("doctor")
    assert ran.status == 0
    assert not any(line.startswith("wrong") for line in ran.text.splitlines())
    assert "broadsheet daemon" in ran.text  # a note: nobody crawls
    looked_at = ("versions", "settings", "recipes", "contact", "time zones", "disk", "rights", "database")
    assert all(what in ran.text for what in (*looked_at, "schedule", "clock", "last crawls", "alarms"))


def test_without_an_archive_it_says_how_one_is_made(broadsheet: Terminal, tmp_path: Path) -> None:
    ran = found(broadsheet)
    assert ran["archive"][0] == "note"
    assert "broadsheet crawl" in ran["archive"][1]
    assert list(tmp_path.glob("archive-data")) == []


@pytest.mark.parametrize(
    ("text", "what", "words"),
    [
        ("intervall = 3", "settings", "did you mean interval?"),
        ('sources = ["huxui"]', "sources", "did you mean huxiu?"),
        ('recipes = "nowhere"', "recipes", "no such folder"),
        ('archive = "other"\ndatabase_url = "mysql://x/y"', "archive", "there is none"),
    ],
)
def test_what_was_set_wrong_is_named(
    broadsheet: Terminal, kept: Path, tmp_path: Path, text: str, what: str, words: str
) -> None:
    (tmp_path / "broadsheet.toml").write_text(text + "\n")
    verdict, said = found(broadsheet)[what]
    assert words in said
    assert broadsheet("doctor").status == (0 if verdict == "note" else 1)


def test_a_damaged_database_is_named(broadsheet: Terminal, kept: Path) -> None:
    for file in kept.glob("catalog.sqlite3*"):
        file.unlink()
    (kept / "catalog.sqlite3").write_bytes(b"no database at all, but long enough to be looked at" * 99)
    ran = found(broadsheet)
    assert ran["database"][0] == "wrong"
    assert "broadsheet repair" in ran["database"][1]


def test_alarms_are_named_with_what_to_do(broadsheet: Terminal, kept: Path) -> None:
    with Archive.open(kept) as archive:
        archive.alarms.raise_("huxiu", "field", "author", "no author on the last 4 pages", NOW, NOW)
    verdict, said = found(broadsheet)["alarm"]
    assert verdict == "wrong"
    assert "broadsheet check huxiu" in said
    assert broadsheet("doctor").status == 1


def test_a_write_that_was_not_finished_is_a_note(broadsheet: Terminal, kept: Path) -> None:
    (kept / ".broadsheet" / "pending.json").write_text("[]")
    assert found(broadsheet)["writes"][0] == "note"


def test_a_crawl_that_failed_is_named(broadsheet: Terminal, kept: Path) -> None:
    with Archive.open(kept) as archive:
        run = archive.runs.start("huxiu", "daemon", NOW)
        archive.runs.finish(run, {"problem": "discovery failed"}, "failed", NOW)
        archive.runs.set_due("huxiu", NOW, 3)
    ran = found(broadsheet)
    assert "discovery failed" in ran["last crawls"][1]
    assert ran["schedule"][0] == "note" or datetime.now(UTC) < NOW + HOUR


def test_who_crawls_is_named(kept: Path) -> None:
    with Archive.open(kept) as archive:
        lease = archive.leases.take("daemon", Holder.here("daemon"), NOW)
        assert "pid" in doctor_archive.daemon(archive, NOW).found
        archive.leases.free(lease)
        assert doctor_archive.daemon(archive, NOW).verdict == "note"


def crawled(archive: Archive, source: str, ahead: float, at: datetime = NOW) -> None:
    run = archive.runs.start(source, "daemon", at)
    archive.runs.finish(run, {"vitals": {"ahead": ahead}}, "ok", at)


def test_a_clock_that_no_site_shares_is_wrong(kept: Path) -> None:
    with Archive.open(kept) as archive:
        crawled(archive, "a", 7200.0)
        assert doctor_archive.clock(archive, NOW + HOUR).verdict == "ok"  # it may be the site's
        crawled(archive, "b", 7210.0)
        crawled(archive, "c", 7190.0)
        examined = doctor_archive.clock(archive, NOW + HOUR)
    assert (examined.verdict, "2 h behind those of 3 sites" in examined.found) == ("wrong", True)


def test_a_clock_that_went_back_is_wrong(kept: Path) -> None:
    with Archive.open(kept) as archive:
        crawled(archive, "a", 0.0)
        assert doctor_archive.clock(archive, NOW - HOUR).verdict == "wrong"


def on(**changes: object) -> list[Examined]:
    facts = {"exists": True, "free_bytes": 2**40, "free_files": 10**7, "shut": (), "is_at_work": False}
    return list(doctor_archive.ground(Path("archive"), Premises(**facts | changes)))  # type: ignore[arg-type]


def test_a_disk_is_full_by_bytes_or_by_files() -> None:
    verdicts = [on(free_bytes=size)[0].verdict for size in (2**40, 2**30, 2**20)]
    assert verdicts == ["ok", "note", "wrong"]
    assert [on(free_files=count)[0].verdict for count in (None, 10_000, 3)] == ["ok", "note", "wrong"]


def test_a_folder_that_can_not_be_written_to_is_wrong() -> None:
    assert [one.verdict for one in on(shut=(Path("archive/ledger"),))] == ["ok", "wrong"]


def test_premises_of_a_folder_that_is_not_there_are_those_around_it(tmp_path: Path, kept: Path) -> None:
    assert not premises(tmp_path / "a" / "b").exists
    there = premises(kept)
    assert (there.exists, there.shut, there.is_at_work) == (True, (), False)
    assert there.free_bytes > 0


def test_versions_are_told() -> None:
    assert [one.verdict for one in doctor_setup.versions()] == ["ok", "ok"]

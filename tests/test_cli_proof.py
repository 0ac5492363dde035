"""The verbs verify, repair and backup as a person types them."""

from pathlib import Path

import pytest

from archive import Archive
from tests.builders import article
from tests.terminal import Terminal
from tests.test_verify import flip

FILE = "huxiu/2026/2026-11-23-1.md"


@pytest.fixture
def kept(tmp_path: Path, broadsheet: Terminal) -> Path:
    """The archive that the verbs find by default, with two articles."""
    root = tmp_path / "archive-data"
    with Archive.open(root) as archive:
        archive.add(article(1))
        archive.add(article(2))
    return root


def test_a_sound_archive_is_said_to_be(broadsheet: Terminal, kept: Path) -> None:
    ran = broadsheet("verify")
    assert (ran.status, ran.text.startswith("Sound: looked at 2 articles"), str(kept) in ran.text) == (
        0,
        True,
        True,
    )


def test_what_is_found_is_a_table_with_what_to_do(broadsheet: Terminal, kept: Path) -> None:
    flip(kept / FILE, -3, 0xFF)
    ran = broadsheet("verify")
    assert ran.status == 1
    assert all(word in ran.text for word in ("damaged", FILE, "broadsheet repair", "1 findings"))


def test_findings_as_json_end_in_a_summary(broadsheet: Terminal, kept: Path) -> None:
    (kept / FILE).unlink()
    ran = broadsheet("verify", "--json")
    finding, summary = ran.rows
    assert (ran.status, finding["kind"], finding["path"]) == (1, "missing", FILE)
    assert (summary["kind"], summary["ok"], summary["findings"]) == ("summary", False, 1)
    assert summary["looked_at"]["articles"] == 2


def test_repair_puts_right_what_can_be_and_verify_agrees(broadsheet: Terminal, kept: Path) -> None:
    before = (kept / FILE).read_bytes()
    flip(kept / FILE, -3, 0xFF)
    foreseen = broadsheet("repair", "--dry-run")
    assert (foreseen.status, "would be restored" in foreseen.text) == (0, True)
    assert (kept / FILE).read_bytes() != before
    ran = broadsheet("repair")
    assert (ran.status, "restored" in ran.text, FILE in ran.text) == (0, True, True)
    assert (kept / FILE).read_bytes() == before
    assert broadsheet("verify").status == 0
    assert "nothing to repair" in broadsheet("repair").text


def test_what_is_left_is_said_and_is_no_success(broadsheet: Terminal, kept: Path) -> None:
    (kept / FILE).unlink()
    ran = broadsheet("repair", "--json")
    assert (ran.status, [row["path"] for row in ran.rows], ran.rows[0]["left"]) == (1, [FILE], True)
    assert "Left to you: 1" in broadsheet("repair").text


def test_an_edit_is_put_back_only_if_it_is_asked_for(broadsheet: Terminal, kept: Path) -> None:
    before = (kept / FILE).read_bytes()
    flip(kept / FILE, -3, 1)
    assert "--restore" in broadsheet("repair").text
    assert (kept / FILE).read_bytes() != before
    assert broadsheet("repair", "--restore").status == 0
    assert (kept / FILE).read_bytes() == before


def test_a_backup_is_an_archive(broadsheet: Terminal, kept: Path) -> None:
    ran = broadsheet("backup", "copy", "--json")
    assert (ran.status, ran.rows[0]["has_catalog"], ran.rows[0]["kept"]) == (0, True, [])
    assert broadsheet("verify", BROADSHEET_ARCHIVE="copy").status == 0
    assert "0 removed" in broadsheet("backup", "copy").text


def test_a_backup_names_what_the_archive_lost(broadsheet: Terminal, kept: Path) -> None:
    broadsheet("backup", "copy")
    (kept / FILE).unlink()
    ran = broadsheet("backup", "copy")
    assert (ran.status, FILE in ran.err) == (1, True)
    assert (kept.parent / "copy" / FILE).exists()


@pytest.mark.parametrize("verb", [("verify",), ("repair",), ("backup", "copy")])
def test_without_an_archive_there_is_one_line(broadsheet: Terminal, tmp_path: Path, verb: tuple[str]) -> None:
    assert "no archive in" in broadsheet(*verb).complaint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_of_ours_is_left_alone(
    broadsheet: Terminal, kept: Path, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "file").write_text("x")
    assert "no backup" in broadsheet("backup", "own").complaint


def test_a_folder_is_needed(broadsheet: Terminal, kept: Path) -> None:
    assert "FOLDER" in broadsheet("backup").complaint


def test_forgetting_says_what_it_does_not_reach(broadsheet: Terminal) -> None:
    assert "broadsheet backup" in broadsheet("forget", "--help").text

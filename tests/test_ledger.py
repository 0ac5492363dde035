"""The chain of lines: what is appended comes back, what is torn is cut, what is damaged is named."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import LedgerError
from archive.writing.ledger import Ledger, Position
from tests.builders import NOW


def fill(ledger: Ledger, count: int = 3, now: datetime = NOW, tail: Position | None = None) -> Position:
    return ledger.append([{"event": "x", "n": n} for n in range(count)], now, tail or Position())[-1].end


def day(root: Path) -> Path:
    return root / "ledger" / "2026" / "2026-11-24.jsonl"


def test_lines_come_back_in_order_after_any_position(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    middle = fill(ledger)
    fill(ledger, 2, NOW + timedelta(days=1), middle)
    assert [line.event["n"] for line in ledger.since(Position())] == [0, 1, 2, 0, 1]
    assert [line.event["n"] for line in ledger.since(middle)] == [0, 1]
    assert day(tmp_path).exists()
    assert (tmp_path / "ledger/2026/2026-11-25.jsonl").exists()


def test_days_are_utc_and_a_clock_set_back_keeps_the_order(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    tail = fill(ledger, 1, datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
    fill(ledger, 1, datetime(2026, 11, 20, tzinfo=UTC), tail)
    assert [file.name for file in tmp_path.glob("ledger/*/*")] == ["2026-11-24.jsonl"]
    assert len(list(ledger.since(Position()))) == 2


@pytest.mark.parametrize("torn", [b"{", b'{"v":1', b'{"v":1,"id":"a"}', b"\xe9\x80"])
def test_a_torn_last_line_is_cut(tmp_path: Path, torn: bytes) -> None:
    ledger = Ledger(tmp_path)
    end = fill(ledger)
    with day(tmp_path).open("ab") as file:
        file.write(torn)
    assert not ledger.is_at(end)
    assert ledger.trim() == len(torn)
    assert ledger.is_at(end)
    assert ledger.trim() == 0


def test_a_torn_first_line_leaves_an_empty_ledger_that_goes_on(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    fill(ledger, 1)
    os.truncate(day(tmp_path), 5)
    ledger.trim()
    assert list(ledger.since(Position())) == []
    fill(ledger)
    assert len(list(ledger.since(Position()))) == 3


def test_a_changed_line_breaks_the_chain(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    fill(ledger)
    day(tmp_path).write_bytes(day(tmp_path).read_bytes().replace(b'"n":1', b'"n":7'))
    with pytest.raises(LedgerError, match="line 3: does not follow"):
        list(ledger.since(Position()))
    problems: list[str] = []
    assert [line.event["n"] for line in ledger.lines(problems)] == [0, 7, 2]
    assert len(problems) == 1


def test_a_line_that_is_none_is_told_and_passed_over(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    fill(ledger)
    lines = day(tmp_path).read_bytes().splitlines(keepends=True)
    day(tmp_path).write_bytes(lines[0] + b"garbage\n" + lines[2])
    problems: list[str] = []
    assert [line.event["n"] for line in ledger.lines(problems)] == [0, 2]
    assert [problem.rpartition(": ")[2] for problem in problems] == [
        "not a ledger line",
        "does not follow from the line before",
    ]


def test_a_newer_version_is_not_guessed_at(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    fill(ledger, 1)
    day(tmp_path).write_bytes(day(tmp_path).read_bytes().replace(b'"v":1', b'"v":2'))
    with pytest.raises(LedgerError, match="version 2 is newer"):
        list(ledger.since(Position()))


def test_another_ledger_does_not_hold_the_position(tmp_path: Path) -> None:
    end = fill(Ledger(tmp_path / "a"))
    other = Ledger(tmp_path / "b")
    fill(other)
    assert Ledger(tmp_path / "a").holds(end)
    assert not other.holds(end)
    assert other.holds(Position())


def test_a_rewritten_ledger_is_a_chain_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    tail = fill(ledger)
    fill(ledger, 2, NOW + timedelta(days=1), tail)
    ids = [line.event["id"] for line in ledger.since(Position())]
    end = ledger.rewrite(lambda event: {key: value for key, value in event.items() if key != "n"})
    lines = list(ledger.since(Position()))
    assert [line.event["id"] for line in lines] == ids
    assert all("n" not in line.event for line in lines)
    assert lines[-1].end == end


@pytest.mark.parametrize("moment", ["before the swap", "in the swap", "after the swap"])
def test_a_rewrite_that_was_killed_is_finished_or_dropped(tmp_path: Path, moment: str) -> None:
    ledger = Ledger(tmp_path)
    fill(ledger)
    household = tmp_path / ".broadsheet"
    household.mkdir()
    if moment == "before the swap":
        (household / "ledger.new" / "2026").mkdir(parents=True)
    elif moment == "in the swap":
        (tmp_path / "ledger").rename(household / "ledger.new")
        (household / "ledger.old").mkdir()
    else:
        (household / "ledger.old").mkdir()
    ledger.finish_rewrite()
    assert len(list(ledger.since(Position()))) == 3
    assert list(household.iterdir()) == []


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path)
    end = fill(ledger)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        fill(ledger, tail=end)
    assert ledger.is_at(end)

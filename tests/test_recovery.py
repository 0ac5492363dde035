"""kill -9 at any moment: nothing acknowledged is lost, no file is torn, and the next writer puts things right."""

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Verdict, parse, render
from archive.writing.ledger import Ledger, Position
from tests.builders import NOW, archive_tables, article, drop_database, files
from tests.forked import python
from tests.prepared import copied

TURNS = int(os.environ.get("TURNS", "2"))  # of two writers each; bench/kills.py sets more


class Killed(BaseException):
    """Stands for the end of the process: no handler of ours catches it."""


def kill_at(monkeypatch: pytest.MonkeyPatch, moment: int) -> Callable[[], int]:
    """From now on the `moment`-th call that changes the disk does not happen. Gives the calls so far."""
    calls = 0

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == moment:
                raise Killed
            return real(*arguments, **named)

        return call

    for owner, name in (
        (os, "fsync"),
        (os, "truncate"),
        (Path, "replace"),
        (Path, "unlink"),
        (Path, "rename"),
    ):
        monkeypatch.setattr(owner, name, guarded(getattr(owner, name)))
    return lambda: calls


def stride(database_url: str | None) -> int:
    """How far the moments of a kill lie apart; on a server each takes longer."""
    return 1 if database_url is None else 5


def acts(archive: Archive) -> Iterator[Callable[[], Any]]:
    yield lambda: archive.add(article(1, published_at=None))
    yield lambda: archive.add(article(2, body=article(1).body))  # preferred: the first file goes
    yield lambda: archive.add(article(3, body="提要。", read_from="feed"))
    yield lambda: archive.add(article(3))  # replaced
    yield lambda: archive.add(article(3, body=f"{article(3).body}\n\n后来补充的一段。"))  # revised
    yield lambda: archive.add(article(3))  # revised: the first text is back
    yield lambda: archive.history.note(article(3).url, "gone", "404", NOW)
    yield lambda: archive.refuse(article(4).url, "huxiu", "gone", "404", NOW)
    yield lambda: archive.forget(article(2).url, NOW)


def leftovers(root: Path) -> list[str]:
    """What only a write under way may leave lying."""
    return [
        path.name
        for path in root.rglob("*")
        if path.name.endswith(".tmp") or path.name == "pending.json" or "ledger." in path.name
    ]


def sound(root: Path, database_url: str | None) -> None:
    """Ledger, rows and files agree; nothing is torn or left lying."""
    with Archive.open(root, database_url) as archive:
        rows = archive.articles()
        kept = [version.path for row in rows for version in archive.history.of(row)]
        assert len(list(Ledger(root).since(Position()))) > 0 or rows == []
    texts = files(root)
    assert sorted([*kept, *(row.path for row in rows)]) == sorted(texts)
    for text in texts.values():
        assert render(parse(text.encode())) == text.encode()
    assert leftovers(root) == []
    before = archive_tables(root, database_url)
    drop_database(root, database_url)
    report = Archive.rebuild(root, database_url)
    assert (report.ok, report.edited, report.moved, report.adopted, report.removed) == (True, 0, 0, 0, 0)
    assert archive_tables(root, database_url) == before


def begun(root: Path, act: int) -> Path:
    """An archive in which the acts before this one are done."""
    with Archive.open(root) as archive:
        for step in list(acts(archive))[:act]:
            step()
    return root


# Where the moments of each act begin, with every second of them: acts that are alike meet each other's moments. The
# last, forgetting, is like none and is met at each.
BEGINNINGS = (0, 0, 1, 1, 0, 1, 0, 1, 0)
FORGETTING = 8


@pytest.mark.parametrize("act", range(9))
def test_any_step_of_any_act_may_be_the_last(
    tmp_path: Path, database_url: str | None, act: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    step_by = 2 if database_url is None and act != FORGETTING else stride(database_url)
    moment, is_done = 1 + (BEGINNINGS[act] if database_url is None else act) % step_by, False
    before = begun(tmp_path / "before", act)
    while not is_done:
        root = copied(before, tmp_path / str(moment), database_url)
        with Archive.open(root, database_url) as archive:
            steps = list(acts(archive))
            acknowledged = files(root)
            with monkeypatch.context() as patch:
                calls = kill_at(patch, moment)
                try:
                    steps[act]()
                    is_done = calls() < moment
                except Killed:
                    pass
        with Archive.open(root, database_url) as again:
            assert leftovers(root) == []
            kept = set(files(root).values())
            for step in list(acts(again))[act:]:
                step()
        assert act in (1, 3, 8) or set(acknowledged.values()) <= kept  # a file goes, the feed's text, a file
        with Archive.read(root, database_url) as reader:
            assert [row.url for row in reader.articles()] == [article(3).url]
        sound(root, database_url)
        drop_database(root, database_url)
        moment += step_by
    assert moment > 2


def acknowledged_by(process: "subprocess.Popen[bytes]", after: float) -> list[str]:
    """What the writer had acknowledged when it was killed, `after` seconds after its first article."""
    assert process.stdout is not None
    first = process.stdout.readline()
    try:
        output, _ = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate()
    else:
        pytest.fail(f"the writer ended by itself with {process.returncode}")
    return [line for line in (first + output).decode().split("\n")[:-1] if line]


def test_writers_killed_at_random_moments_lose_nothing(tmp_path: Path, database_url: str | None) -> None:
    chance = random.Random()
    root, acknowledged = tmp_path / "archive", list[str]()
    for turn in range(TURNS):
        writers = [
            python(
                *("-m", "tests.writer", root, database_url or "", first + 20 * turn), stdout=subprocess.PIPE
            )
            for first in (10_000, 20_000)
        ]
        for writer in writers:
            acknowledged += acknowledged_by(writer, after=chance.uniform(0.0, 0.4))
    with Archive.open(root, database_url) as archive:
        assert len(acknowledged) >= 2 * TURNS
        assert [url for url in acknowledged if not archive.is_settled(url)] == []
    sound(root, database_url)


def test_an_orphan_is_not_adopted_by_a_reader(
    tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(tmp_path, database_url) as archive:
        archive.add(article(1))
        with monkeypatch.context() as patch:
            kill_at(patch, 7)  # the file is in place, its ledger line is not
            with pytest.raises(Killed):
                archive.add(article(2))
    before = sorted(path for path in tmp_path.rglob("*"))
    with Archive.read(tmp_path, database_url) as reader:
        assert [row.url for row in reader.articles()] == [article(1).url]
        reader.counts()
    assert [path for path in sorted(tmp_path.rglob("*")) if "sqlite" not in path.name] == [
        path for path in before if "sqlite" not in path.name
    ]
    with Archive.open(tmp_path, database_url) as writer:
        assert writer.add(article(2, fetched_at=NOW + timedelta(days=1))).verdict is Verdict.KNOWN

"""The real daemon, killed at random moments: every due run happens once it can, and none twice at once.

`bench/kills_daemon.py` does it more often.
"""

import os
import random
import signal
import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from archive import Archive, RunRow
from tests.builders import files
from tests.site import HOST, Site
from tests.test_daemon import articles, daemon, wait_for

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("SEED", "1"))
SECOND = timedelta(seconds=1)


def test_a_daemon_that_is_killed_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, number = random.Random(SEED), 0
    with Site() as site:
        monkeypatch.setenv("http_proxy", site.address)
        for _ in range(KILLS):
            begun = time.monotonic()
            with daemon(tmp_path) as process:
                number += 1
                site.publish(*range(1, number + 1))
                wait_for(lambda: site.asked or process.poll() is not None, "a crawl")
                time.sleep(chance.uniform(0, 1.5))
                assert process.poll() is None
                process.send_signal(signal.SIGKILL)
                process.wait()
            site.forget()
            assert time.monotonic() - begun < 60
        with daemon(tmp_path) as last:
            number += 1
            site.publish(*range(1, number + 1))
            wait_for(lambda: articles(tmp_path) == number, "all that was published")
            last.send_signal(signal.SIGTERM)
            assert last.wait(30) == 0
    urls = Counter(text.split("\n")[2] for text in files(tmp_path / "archive").values())
    assert urls == {f"url: {HOST}/article/{one}": 1 for one in range(1, number + 1)}
    with Archive.read(tmp_path / "archive") as archive:
        kept = archive.runs.recent(10**6)[::-1]
    check(kept)


def check(kept: list[RunRow]) -> None:
    """The runs of a source, as rows tell of them: one after the other, each due, none left open."""
    states = Counter(run.state for run in kept)
    assert states["running"] == 0
    assert states["abandoned"] <= KILLS
    for before, run in pairwise(kept):
        assert before.finished_at is not None
        assert at(before.finished_at) <= at(run.started_at) + SECOND  # rows tell whole seconds
    for run in kept:
        assert run.due_at is not None
        assert at(run.due_at) <= at(run.started_at) + SECOND
    # What was killed in the middle was due still, and is what the next one began with.
    for broken, run in pairwise(kept):
        if broken.state == "abandoned":
            assert run.due_at == broken.due_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)

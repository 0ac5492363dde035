"""Chores go on whatever is done to the clock, and due times keep their distance."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Due
from scheduler.chores import Chore, Doing
from scheduler.clockwork import Clockwork, Moment
from scheduler.desk import Desk
from scheduler.plan import in_words
from scheduler.planning.agenda import Agenda
from scheduler.planning.due_times import DueTimes
from tests.builders import NOW
from tests.site import in_loop, settings, tech

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Heard:
    """What a clockwork said, and by how much it was told that the clock went back."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.back: list[timedelta] = []
        self.works = Clockwork(self.said.append, self.back.append)

    def compare(self, wall: timedelta, steady: float) -> None:
        self.works.compare(Moment(NOW, 1000.0), Moment(NOW + wall, 1000.0 + steady))


@pytest.mark.parametrize(
    ("wall", "steady", "said", "back"),
    [
        (SECOND, 1.0, [], []),
        (2.5 * SECOND, 1.0, [], []),  # a time server puts it right
        (-1 * HOUR, 1.0, ["the clock was set back by 60 min"], [HOUR + SECOND]),
        (3 * HOUR + SECOND, 1.0, ["the clock was set forward by 3 h"], []),
        (3 * HOUR, 3 * 3600.0, ["nothing was done for 3 h: the machine was asleep, or too busy"], []),
        (
            timedelta(0),
            7200.0,
            [
                "nothing was done for 2 h: the machine was asleep, or too busy",
                "the clock was set back by 2 h",
            ],
            [2 * HOUR],
        ),
    ],
)
def test_what_the_clocks_tell(wall: timedelta, steady: float, said: list[str], back: list[timedelta]) -> None:
    heard = Heard()
    heard.compare(wall, steady)
    assert heard.said == said
    assert heard.back == back


def test_chores_are_done_though_the_clock_was_set_back() -> None:
    """APScheduler by itself waits until the clock is where it was."""
    done: list[datetime] = []

    async def act(now: datetime) -> None:
        done.append(now)

    async def run() -> None:
        works = Clockwork(lambda _line: None, lambda _by: None)
        works.start([Chore(3600.0, act, "something")])
        async with asyncio.timeout(20):
            while not done:
                await asyncio.sleep(0.01)
            [job] = works._scheduler.get_jobs()
            job.modify(next_run_time=datetime.now(UTC) + HOUR)  # as it looks once the clock went back
            works.compare(Moment(datetime.now(UTC) + HOUR, 0.0), Moment(datetime.now(UTC), 1.0))
            while len(done) < 2:
                await asyncio.sleep(0.01)
        works.stop()

    in_loop(run())


def test_a_chore_that_fails_is_said_once_for_each_cause() -> None:
    said: list[str] = []
    causes = iter(["no room", "no room", "no net", "", "no net"])

    async def act(_now: datetime) -> None:
        cause = next(causes, "")
        if cause:
            raise OSError(cause)

    doing = Doing(Chore(1.0, act, "telling"), said.append)

    async def run() -> None:
        for _ in range(6):
            await doing.do()

    in_loop(run())
    assert said == ["telling: no room", "telling: no net", "telling: no net"]


def due(hours: float, failures: int = 0) -> Due:
    return Due(NOW + hours * HOUR, failures)


def test_a_look_at_a_thousand_sources_of_which_none_is_due_costs_nothing() -> None:
    agenda = Agenda(map(str, range(1000)), {str(number): due(1 + number) for number in range(1000)}, NOW)
    begun = time.process_time()
    for _ in range(1000):
        assert agenda.due(NOW) == []
    assert time.process_time() - begun < 0.1


def test_sources_stay_due_until_their_next_time_is_put() -> None:
    agenda = Agenda(["a", "b", "c"], {"a": due(-1), "b": due(-2, 1), "c": due(1)}, NOW)
    assert agenda.due(NOW) == ["b", "a"]
    assert agenda.due(NOW + 2 * HOUR) == ["b", "a", "c"]
    agenda.put("b", due(3))
    agenda.put("c", due(2.5))
    agenda.put("c", due(4))
    assert agenda.due(NOW + 3 * HOUR) == ["a", "b"]
    assert agenda.of("b") == due(3)


def test_one_without_a_history_is_due_since_it_was_thought_of() -> None:
    agenda = Agenda(["new"], {}, NOW)
    assert agenda.due(NOW) == ["new"]
    assert agenda.of("new") == Due(NOW, 0)


def test_a_clock_that_goes_back_makes_nobody_wait_longer(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        archive.runs.set_due("tech", NOW + HOUR / 2, 2)
        config = settings(tmp_path, sources=("tech",), interval=1800.0)
        times = DueTimes(Desk(config, {"tech": tech()}, archive, print), NOW)
        times.clock_went_back(4 * HOUR)
        assert times.due(NOW - 3.6 * HOUR) == []
        assert times.due(NOW - 3.5 * HOUR) == ["tech"]
        times.catch_up()
        assert archive.runs.due()["tech"] == Due(NOW - 3.5 * HOUR, 2)


def test_a_time_that_another_clock_set_is_not_believed(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        archive.runs.set_due("tech", NOW + 400 * 24 * HOUR, 0)
        times = DueTimes(Desk(settings(tmp_path, interval=60.0), {"tech": tech()}, archive, print), NOW)
        assert times.due(NOW) == ["tech"]
        assert times.due_at("tech") == NOW


@pytest.mark.parametrize(
    ("span", "words"),
    [(40 * SECOND, "40 s"), (300 * SECOND, "5 min"), (3 * HOUR, "3 h"), (72 * HOUR, "3 days")],
)
def test_a_span_in_words(span: timedelta, words: str) -> None:
    assert in_words(span) == words

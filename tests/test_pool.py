"""Readers: results come in order; a process that dies or hangs takes nothing with it but its task."""

import os
import signal
import time
from collections.abc import Iterator

from crawler.past.pool import Died, Readers


def work(task: str) -> str:
    """What a test tells it to do; in a process of its own."""
    if task == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "leave":
        os._exit(3)
    if task == "hang":
        time.sleep(60)
    if task == "raise":
        raise ValueError("no")
    if task == "slow":
        time.sleep(0.3)
    return task.upper()


def results(*tasks: str, deadline_seconds: float = 60) -> list[str]:
    with Readers[str, str](work, count=2, deadline_seconds=deadline_seconds) as readers:
        return [one.reason if isinstance(one, Died) else one for _, one in readers.each(tasks)]


def test_results_come_in_the_tasks_order() -> None:
    assert results("slow", "a", "slow", "b", "c") == ["SLOW", "A", "SLOW", "B", "C"]


def test_those_that_die_or_raise_are_told_and_the_rest_goes_on() -> None:
    dies, leaves = (f"the process that read it died ({how})" for how in ("SIGKILL", "exit status 3"))
    raises = "reading it raised ValueError: no"
    assert results("a", "die", "b", "leave", "c", "raise", "d", "die", "e") == [
        *("A", dies, "B", leaves, "C", raises, "D", dies, "E")
    ]


def test_one_that_hangs_is_ended() -> None:
    assert results("a", "hang", "b", deadline_seconds=3) == [
        "A",
        "reading it took longer than 3 seconds",
        "B",
    ]


def taken(tasks: int, weight: int) -> int:
    """How many tasks were taken when the first result is there."""
    count = 0

    def coming() -> Iterator[str]:
        nonlocal count
        for number in range(tasks):
            count += 1
            yield str(number)

    with Readers[str, str](work, weigh=lambda _task: weight, count=1) as readers:
        next(readers.each(coming()))
    return count


def test_no_more_tasks_are_taken_than_are_needed() -> None:
    assert 1 < taken(1000, 0) < 100
    assert taken(1000, 30 * 1024 * 1024) <= 3


def test_no_task_is_no_result() -> None:
    assert results() == []

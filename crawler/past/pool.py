"""Readers: work that is pure, spread over processes. One that dies takes nothing with it but what it was at."""

import multiprocessing
import os
import queue
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

DEADLINE_SECONDS = 120.0  # for one task: the slowest page known takes two
# Tasks under way or done for each process, and what they may weigh in all: so many are read while others are kept.
_AHEAD = 32
_MOST_WEIGHT = 64 * 1024 * 1024
# A process that is done waits until its thread gets a turn from whoever keeps what was read: 5 ms are half a page.
_SWITCH_SECONDS = 0.0005
# Not forked: the parent has threads and a database open.
_PROCESSES = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Died:
    """In the place of a result: what became of the process that was at it."""

    reason: str


class Readers(Generic[Task, Result]):
    """Processes that do `work(task)`. Both can be pickled, and so can what comes of it.

    `weigh` gives a task's bytes, so that large ones are not held in numbers.
    """

    def __init__(
        self,
        work: Callable[[Task], Result],
        *,
        weigh: Callable[[Task], int] = lambda _task: 0,
        count: int | None = None,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._work = work
        self._weigh = weigh
        self._count = count or os.cpu_count() or 1
        self._deadline = deadline_seconds
        self._switch_before = sys.getswitchinterval()
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        # A thread for each process waits for it, so that what the caller does meanwhile holds up nobody.
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="reader")
        for _ in range(self._count):
            self._idle.put(None)

    def __enter__(self) -> Self:
        sys.setswitchinterval(_SWITCH_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.setswitchinterval(self._switch_before)
        self._threads.shutdown(wait=error is None, cancel_futures=True)
        while not self._idle.empty():
            worker = self._idle.get()
            if worker is not None:
                worker.kill()

    def each(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result | Died]]:
        """Every task with its result, in the tasks' order. They are taken as they are needed, a few ahead."""
        coming = iter(tasks)
        under_way: deque[tuple[Task, Future[Result | Died]]] = deque()
        weight = 0
        while True:
            while len(under_way) < self._count * _AHEAD and weight < _MOST_WEIGHT:
                task = next(coming, None)
                if task is None:
                    break
                weight += self._weigh(task)
                under_way.append((task, self._threads.submit(self._do, task)))
            if not under_way:
                return
            task, future = under_way.popleft()
            weight -= self._weigh(task)
            yield task, future.result()

    def _do(self, task: Task) -> Result | Died:
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._work)
            result: Result | Died = worker.do(task, self._deadline)
            if isinstance(result, Died):
                worker.kill()
                worker = None
            return result
        finally:
            self._idle.put(worker)


class _Worker:
    """One process, and the pipe to it. It ends when the pipe does, so that none outlives who asked."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._pipe, theirs = _PROCESSES.Pipe()
        self._process: BaseProcess = _PROCESSES.Process(target=_serve, args=(theirs, work), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, task: object, deadline_seconds: float) -> Any:
        """The result; Died where there will be none."""
        try:
            self._pipe.send(task)
            if not self._pipe.poll(deadline_seconds):
                return Died(f"reading it took longer than {deadline_seconds:.0f} seconds")
            return self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(5)
            return Died(f"the process that read it died ({_ended(self._process.exitcode)})")

    def kill(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    # Ctrl-C reaches the whole group; the parent decides what ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        pipe.send(_done(work, task))


def _done(work: Callable[[Any], Any], task: object) -> object:
    try:
        return work(task)
    except Exception as error:  # noqa: BLE001  whatever a page holds must not end the work
        return Died(f"reading it raised {type(error).__name__}: {error}")


def _ended(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"

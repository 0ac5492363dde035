"""A daemon in this process, while a test watches it."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from crawler.config import Settings
from crawler.source import Source
from scheduler.daemon import Start, serve
from tests.site import DEADLINE_SECONDS, in_loop, reactor_loop, tech

ON_TIME = Start()


@dataclass
class Served:
    """What it says, and how it ended."""

    said: list[str] = field(default_factory=list)
    ended: Future[str | None] = field(default_factory=Future)
    stop: Callable[[], None] = lambda: None

    def waits_for(self, words: str, times: int = 1) -> str:
        """The line with these words, once it was said so often."""
        return until(lambda: [line for line in self.said if words in line][times - 1 : times], self.said)[0]

    def never_said(self, words: str) -> bool:
        return not any(words in line for line in self.said)


def until(look: Callable[[], list[str]], about: object = "") -> list[str]:
    """What is found at last; fails after a minute."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not (found := look()):
        assert time.monotonic() < end, about
        time.sleep(0.02)
    return found


@contextmanager
def serving(
    config: Settings, sources: Mapping[str, Source] | None = None, start: Start = ON_TIME
) -> Iterator[Served]:
    """`serve`, until the end of `with` stops it."""
    served, stop = Served(), asyncio.Event()
    known = {"tech": tech()} if sources is None else sources

    async def run() -> str | None:
        return await serve(config, known, served.said.append, stop, start)

    async def end() -> None:
        stop.set()

    served.stop = lambda: in_loop(end())
    served.ended = asyncio.run_coroutine_threadsafe(run(), reactor_loop())
    try:
        yield served
    finally:
        served.stop()
        if served.said[-1:] and served.said[-1].startswith("standing by"):
            served.ended.cancel()
        else:
            served.ended.exception(DEADLINE_SECONDS)

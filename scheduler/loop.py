"""One asyncio loop with the Twisted reactor on it: what Scrapy and our own waiting share."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor

_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# What these say of single requests, with a traceback each, is in the report of the crawl.
_CHATTY = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.core.downloader")

T = TypeVar("T")


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs the coroutine to its end and gives what it returns; once a process, like the reactor.

    The first SIGINT or SIGTERM cancels the coroutine, which may finish what it has to: KeyboardInterrupt where it
    gives way, its result where it returns one. A second signal ends the process at once.
    """
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    install_reactor(_REACTOR)
    from twisted.internet import reactor  # noqa: PLC0415  importing it before would install another one

    # What the imports made stays for good: a full collection need not look at it each time pages come and go.
    gc.freeze()
    return _Run(reactor).until_done(main)


class _Run:
    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._task: asyncio.Task[Any] | None = None
        self._signal: int | None = None

    def until_done(self, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
        self._reactor.callWhenRunning(self._reactor.callLater, 0, self._start, main)
        # Twisted's own handlers would stop the loop under the coroutine.
        self._reactor.run(installSignalHandlers=False)
        if self._task is None:
            raise RuntimeError("the loop ended before it began")
        if self._task.cancelled() and self._signal is not None:
            raise KeyboardInterrupt
        result: T = self._task.result()
        return result

    def _start(self, main: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._on_signal, number)
        self._task = loop.create_task(main())
        self._task.add_done_callback(self._end)

    def _on_signal(self, number: int) -> None:
        if self._signal is not None or self._task is None:
            os._exit(128 + number)
        self._signal = number
        self._task.cancel()

    def _end(self, _task: asyncio.Task[Any]) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        self._reactor.callLater(0, self._reactor.stop)

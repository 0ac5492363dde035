"""Gate: one request at a time to a domain, and a delay after it, whichever crawl of this process sends it."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# A holder that is not heard of any more, because its crawl was broken off, holds nobody up for longer.
LEASE_SECONDS = 180.0
_SLICE_SECONDS = 0.2  # how soon one who waits notices that its crawl is to stop
_MOST_PLACES = 1000
_IDLE_SECONDS = 600.0


@dataclass(eq=False, slots=True)
class _Place:
    """A domain: who is on the way there, who waits, and since when."""

    queue: list[object] = field(default_factory=list)
    holder: object | None = None
    entered: float = float("-inf")
    delay: float = 0.0  # what the last one heeded
    freed: asyncio.Event = field(default_factory=asyncio.Event)

    def wait(self, guest: object, delay: float | None) -> float:
        """Seconds until the guest may enter, as far as can be said; 0: now."""
        if self.queue[0] is not guest:
            return _SLICE_SECONDS
        since = time.monotonic() - self.entered
        if self.holder is not None:
            return max(0.0, LEASE_SECONDS - since)
        return max(0.0, max(delay, self.delay) - since) if delay is not None else 0.0

    async def sleep(self, seconds: float) -> None:
        short = min(seconds, _SLICE_SECONDS)
        if self.holder is None:
            await asyncio.sleep(short)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.freed.wait(), short)

    def enter(self, guest: object, delay: float | None) -> None:
        self.holder, self.entered = guest, time.monotonic()
        self.delay = self.delay if delay is None else delay
        self.freed.clear()


class Gate:
    """Lets guests in one by one, in the order they came. A guest is any object: the request that it is."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    async def enter(
        self, domain: str, guest: object, delay: Callable[[], float | None], is_over: Callable[[], bool]
    ) -> bool:
        """Waits for the guest's turn; False where its crawl is over before.

        `delay`: the seconds it keeps from the one before, asked for anew as it waits; whoever comes after it keeps
        at least as many. None for a guest that belongs to the one before and only takes its turn.
        """
        place = self._place(domain)
        place.queue.append(guest)
        try:
            while (seconds := place.wait(guest, delay())) > 0:
                if is_over():
                    return False
                await place.sleep(seconds)
            place.enter(guest, delay())
        finally:
            place.queue.remove(guest)
        return True

    def leave(self, domain: str, guest: object) -> None:
        """The guest is done. Another's turn is not ended by it."""
        place = self._places.get(domain)
        if place is not None and place.holder is guest:
            place.holder = None
            place.freed.set()

    def _place(self, domain: str) -> _Place:
        if domain not in self._places and len(self._places) >= _MOST_PLACES:
            self._forget_idle()
        return self._places.setdefault(domain, _Place())

    def _forget_idle(self) -> None:
        since = time.monotonic() - _IDLE_SECONDS
        idle = [
            domain
            for domain, place in self._places.items()
            if not place.queue and place.holder is None and place.entered < since
        ]
        for domain in idle:
            del self._places[domain]


# Of the process, like the reactor: crawls that run side by side may meet at one domain.
GATE = Gate()

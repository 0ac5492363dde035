"""Agenda: which sources are due. Pure; where none is, a look costs nothing, however many there are."""

import heapq
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from archive import Due


class Agenda:
    """The due times of sources. One without a history is due at once, since it was first thought of."""

    def __init__(self, names: Iterable[str], history: Mapping[str, Due], now: datetime) -> None:
        self._due = {name: history.get(name, Due(now, 0)) for name in names}
        self._ahead = [(due.next_at, name) for name, due in self._due.items()]
        self._ready: dict[str, None] = {}
        heapq.heapify(self._ahead)

    def of(self, name: str) -> Due:
        return self._due[name]

    def put(self, name: str, due: Due) -> None:
        """It is due then, and not before."""
        self._due[name] = due
        self._ready.pop(name, None)
        heapq.heappush(self._ahead, (due.next_at, name))

    def due(self, now: datetime) -> list[str]:
        """The sources whose time has come, the longest overdue first. They stay due until `put`."""
        while self._ahead and self._ahead[0][0] <= now:
            at, name = heapq.heappop(self._ahead)
            if self._due[name].next_at == at:  # else it was put off since
                self._ready[name] = None
        return list(self._ready)

    def distrust(self, waits: Mapping[str, timedelta], now: datetime) -> None:
        """Where a time lies further off than the source may have to wait, it is due now.

        The time was set by another clock, or under a longer interval.
        """
        for name, due in list(self._due.items()):
            if due.next_at - now > waits[name]:
                self.put(name, Due(now, due.failures))

    def shift(self, by: timedelta) -> None:
        """The clock was set: what was ahead is as far ahead as before."""
        for name, due in self._due.items():
            if name not in self._ready:
                self._due[name] = Due(due.next_at + by, due.failures)
        self._ahead = [(due.next_at, name) for name, due in self._due.items() if name not in self._ready]
        heapq.heapify(self._ahead)

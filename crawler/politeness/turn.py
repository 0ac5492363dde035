"""Turn: a source is crawled by one process at a time. Held by a lease while a crawl goes on."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from archive import RENEW, ArchiveError, Holder, Lease, Leases, source_lease

OnLost = Callable[[], None]


@contextmanager
def turn(leases: Leases, source: str, holder: Holder, on_lost: OnLost) -> Iterator[None]:
    """Has the source's turn meanwhile. Raises Held where somebody else has it.

    `on_lost` is called where others may have taken it: the database was out of reach, or the machine asleep.
    """
    lease = leases.take(source_lease(source), holder, datetime.now(UTC))
    keeping = _Keeping(leases, lease, on_lost)
    keeping.wait()
    try:
        yield
    finally:
        keeping.end()
        # Out of reach it stays written, and is held by nobody all the same.
        with contextlib.suppress(ArchiveError):
            leases.free(lease)


class _Keeping:
    """Renews the lease as long as it lasts; a crawl that is over sooner costs no more than the appointment."""

    def __init__(self, leases: Leases, lease: Lease, on_lost: OnLost) -> None:
        self._leases = leases
        self._lease = lease
        self._on_lost = on_lost
        self._appointment: asyncio.TimerHandle | None = None

    def wait(self) -> None:
        self._appointment = asyncio.get_running_loop().call_later(RENEW, self._renew)

    def end(self) -> None:
        if self._appointment is not None:
            self._appointment.cancel()

    def _renew(self) -> None:
        try:
            is_lost = bool(self._leases.renew([self._lease], datetime.now(UTC)))
        except ArchiveError:
            is_lost = not self._lease.is_fresh(self._leases.clock())
        if is_lost:
            self._on_lost()
        else:
            self.wait()

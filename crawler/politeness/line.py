"""Line: is it we who are cut off? A pure judgement, and this process's record of who did not answer."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from twisted.internet.error import ConnectError, ConnectionClosed

WINDOW_SECONDS = 300.0

Kind = Literal["name", "host", "proxy"]  # what could not be reached

_TO_REACH = (CannotResolveHostError, DownloadConnectionRefusedError, ConnectError)
_CUT_OFF = (*_TO_REACH, DownloadTimeoutError, TunnelError, ConnectionClosed)


@dataclass(frozen=True, slots=True)
class Cut:
    """A host that could not be reached. `at` is of a monotonic clock."""

    host: str
    domain: str
    kind: Kind
    at: float


def kind_of(error: BaseException, *, is_proxied: bool) -> Kind | None:
    """What a request's error says could not be reached; None where somebody was, whatever came of it."""
    if isinstance(error, DownloadFailedError):
        # The connection was cut before an answer; a certificate that is not trusted is an answer.
        reasons = getattr(error.__cause__, "reasons", None) or ()
        is_cut = any(isinstance(getattr(reason, "value", reason), ConnectionClosed) for reason in reasons)
        return "host" if is_cut else None
    if not isinstance(error, _CUT_OFF):
        return None
    if is_proxied and isinstance(error, _TO_REACH):
        return "proxy"
    return "name" if isinstance(error, CannotResolveHostError) else "host"


def is_down(cuts: Iterable[Cut], now: float, *, ever_answered: bool) -> bool:
    """Is our line down, by the hosts that could not be reached since one last answered?

    It is where the proxy could not be, or two domains. Two hosts of one domain say so only together with a process
    that never had any answer, and only by their names: else it is the domain that is gone.
    """
    recent = [cut for cut in cuts if now - cut.at <= WINDOW_SECONDS]
    if any(cut.kind == "proxy" for cut in recent) or len({cut.domain for cut in recent}) > 1:
        return True
    return not ever_answered and len({cut.host for cut in recent if cut.kind == "name"}) > 1


class Line:
    """What this process knows of its line: nothing but what its own requests met."""

    def __init__(self) -> None:
        self._cuts: dict[str, Cut] = {}  # by host, since any host last answered
        self._has_answered = False

    @property
    def is_down(self) -> bool:
        return is_down(self._cuts.values(), time.monotonic(), ever_answered=self._has_answered)

    @property
    def missed(self) -> frozenset[str]:
        """The domains that could not be reached since any last answered."""
        return frozenset(cut.domain for cut in self._cuts.values())

    def answers(self) -> None:
        """Somebody answered, whatever it was."""
        self._cuts.clear()
        self._has_answered = True

    def fails(self, host: str, domain: str, kind: Kind) -> None:
        now = time.monotonic()
        recent = {name: cut for name, cut in self._cuts.items() if now - cut.at <= WINDOW_SECONDS}
        self._cuts = recent | {host: Cut(host, domain, kind, now)}

    def forget(self) -> None:
        """Begin anew."""
        self._cuts.clear()
        self._has_answered = False


# Of the process, like the line itself.
LINE = Line()

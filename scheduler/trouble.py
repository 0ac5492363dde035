"""Trouble: the archive can't be written to. It is said once, waited for, and said again when it is over."""

from archive import ArchiveError, steady
from scheduler.desk import Say

_FIRST_REST, _LONGEST_REST = 1.0, 30.0  # seconds until it is tried again


class Trouble:
    """What hinders the daemon itself, whatever it crawls."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._cause: str | None = None
        self._rest = _FIRST_REST
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        return self._cause is not None

    @property
    def rests(self) -> bool:
        """Is it too early to try again?"""
        return self.is_on and steady() < self._until

    def meet(self, error: ArchiveError | str) -> None:
        """It is met; a new cause is said, a known one rests longer."""
        cause = str(error)
        if cause == self._cause and self.rests:
            return
        if cause != self._cause:
            self._say(f"no crawl begins for now: {cause}")
        self._cause = cause
        self._until = steady() + self._rest
        self._rest = min(self._rest * 2, _LONGEST_REST)

    def end(self) -> None:
        """What was tried works."""
        if self._cause is not None:
            self._say("the archive can be written to again: crawls go on")
        self._cause, self._rest = None, _FIRST_REST

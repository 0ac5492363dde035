"""Watch: looks at what each run came to."""

from datetime import datetime

from scheduler.desk import Desk
from scheduler.runner import Outcome


class Watch:
    """One for a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def after(self, outcome: Outcome, started_at: datetime, now: datetime) -> None:
        """The run that began then is over; what it showed of the source is judged."""

"""PutOff: a request that does not leave now, through no fault of the page it is for."""

from datetime import datetime

from scrapy.exceptions import IgnoreRequest


class PutOff(IgnoreRequest):
    """Not now: the message says in one line why, `until` (aware UTC) when it may be tried again.

    `by_site`: the site itself asks for it, by a refusal or in words.
    """

    def __init__(self, until: datetime, reason: str, *, by_site: bool = False) -> None:
        super().__init__(reason)
        self.until = until
        self.by_site = by_site


def shown(moment: datetime) -> str:
    """A moment in UTC as a reason shows it: 2026-11-24 15:00Z."""
    return f"{moment:%Y-%m-%d %H:%M}Z"

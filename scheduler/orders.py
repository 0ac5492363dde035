"""Inbox: what a person asks of the running daemon, and what is answered."""

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from archive import Archive, ArchiveError, Order
from scheduler.runner import Outcome

EVERY_SECONDS = 0.5
_PAUSES_EVERY = 20  # looks


class Inbox:
    """Orders are rows; each is answered once it is carried out. Nothing of it outlives the daemon but the rows."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._answers: list[tuple[list[int], str]] = []  # not written yet
        self._looks = 0
        self.paused = frozenset(archive.orders.paused())
        self.wanted: dict[str, list[int]] = {}  # source → the orders to crawl it now

    def look(self, sources: Collection[str], reload: Callable[[], str]) -> None:
        """Takes what is new. Raises ArchiveError."""
        self._write()
        self._looks += 1
        if self._looks % _PAUSES_EVERY == 0:
            self.paused = frozenset(self._archive.orders.paused())
        taken = {one for ids in self.wanted.values() for one in ids}
        for order in self._archive.orders.open():
            if order.id not in taken:
                self._take(order, sources, reload)

    def answer(self, outcome: Outcome) -> None:
        """The source was crawled: who asked for it is told."""
        ids = self.wanted.pop(outcome.source, None)
        if ids:
            self._say(ids, is_ok=outcome.is_ok, said=outcome.summary, outcome=outcome)

    def _take(self, order: Order, sources: Collection[str], reload: Callable[[], str]) -> None:
        if order.verb == "run" and order.source in sources:
            self.wanted.setdefault(order.source, []).append(order.id)
            return
        said, is_ok = "", True
        if order.verb == "run":
            said, is_ok = f"the daemon does not crawl it; `broadsheet crawl {order.source}` does", False
        elif order.verb == "reload":
            said = reload()
        else:
            self.paused = frozenset(self._archive.orders.paused())
        self._say([order.id], is_ok=is_ok, said=said)

    def _say(self, ids: list[int], *, is_ok: bool, said: str, outcome: Outcome | None = None) -> None:
        report = outcome.report.as_json() if outcome is not None and outcome.report is not None else None
        facts = {"ok": is_ok, "said": said, "report": report}
        self._answers.append((ids, json.dumps(facts, ensure_ascii=False)))
        try:
            self._write()
        except ArchiveError:
            # It is tried again at the next look.
            return

    def _write(self) -> None:
        while self._answers:
            ids, text = self._answers[0]
            self._archive.orders.done(ids, text, datetime.now(UTC))
            del self._answers[0]

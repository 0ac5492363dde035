"""Survey: the discovery of one crawl, from the first request to the last answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from archive import PollRow, Polls
from crawler import polling
from crawler.discovery.link import Ask, DiscoveryError, Finding, Link, Reply
from crawler.discovery.links import find, first_ask
from crawler.polling import Got
from crawler.source import Source, Step
from crawler.tally import Tally

MOST_LINKS = 50_000  # of one crawl; what a sitemap index names beyond them is left for the next
MOST_PARTS = 100
_MOST_OLDER = 10  # pages of a feed's archive (RFC 5005), asked for after an overflow


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of discovery: which step's, what is remembered of it, and the conditions that are sent."""

    number: int
    ask: Ask
    memory: PollRow | None = None
    sent: dict[str, str] = field(default_factory=dict)
    missed: frozenset[str] = (
        frozenset()
    )  # after an overflow: the last items known, which older pages lead back to


class Survey:
    """Asks a source's discovery steps: one after the other until one answers, those of `always` besides.

    `unmet` says which of some article URLs the archive has never met.
    """

    def __init__(
        self, source: Source, polls: Polls, tally: Tally, unmet: Callable[[Iterable[str]], set[str]]
    ) -> None:
        self.links: list[Link] = []
        self.unchanged: set[str] = set()  # digests of the items of answers that were not read
        self._source = source
        self._polls = polls
        self._tally = tally
        self._unmet = unmet
        self._needs_texts = False
        self._chain = [number for number, step in enumerate(source.discovery) if not step.always]
        self._resting: list[int] = []
        self._awaited = 0
        self._memories: dict[str, PollRow] = {}
        self._incomplete: set[str] = set()  # addresses whose parts were not all read: to be read again
        self._index_of: dict[str, str] = {}  # a sitemap's URL → its index's address
        self._parts = 0

    @property
    def is_over(self) -> bool:
        return self._awaited == 0

    def begin(self, now: datetime, *, needs_texts: bool = False) -> list[Asked]:
        """The first requests. `needs_texts`: a full feed is read even if it has not changed."""
        self._needs_texts = needs_texts
        always = [number for number, step in enumerate(self._source.discovery) if step.always]
        self._resting = [number for number in always if not self._is_due(number, now)]
        numbers = [number for number in always if number not in self._resting]
        if self._chain:
            first = self._chain.pop(0)
            if self._is_due(first, now):
                numbers.insert(0, first)
        return self._send([self._first(number) for number in numbers])

    def take(self, asked: Asked, got: Got) -> list[Asked]:
        """An answer came: what is asked next."""
        self._awaited -= 1
        if asked.memory is not None and polling.is_unchanged(asked.memory, got, asked.sent):
            return self._take_unchanged(asked, asked.memory, got)
        if got.status >= 500:
            self._leave_out(asked)
        try:
            finding = self._read(asked, got)
        except DiscoveryError as error:
            return self._fall_back(asked, str(error))
        return self._take_finding(asked, got, finding)

    def miss(self, asked: Asked, problem: str) -> list[Asked]:
        """No answer came: what is asked instead."""
        self._awaited -= 1
        self._leave_out(asked)
        return self._fall_back(asked, problem)

    def settle(self) -> None:
        """Remembers the answers. Called once what they named is in the archive, so that nothing is lost between."""
        for address, memory in self._memories.items():
            self._polls.put(_to_be_read_again(memory) if address in self._incomplete else memory)
        self._memories.clear()

    # --- asking ---

    def _is_due(self, number: int, now: datetime) -> bool:
        step = self._source.discovery[number]
        memory = self._polls.get(self._source.name, polling.address(first_ask(step))) if step.every else None
        if memory is None or step.every is None:
            return True
        return (
            not timedelta() <= now - datetime.fromisoformat(memory.asked_at) < timedelta(seconds=step.every)
        )

    def _first(self, number: int) -> Asked:
        return self._asked(number, first_ask(self._source.discovery[number]))

    def _asked(self, number: int, ask: Ask) -> Asked:
        """The request, with what is remembered of it and the conditions that follow."""
        step = self._source.discovery[number]
        if ask.page > 1:  # which articles stand on a further page changes with every new one
            return Asked(number, ask)
        memory = self._polls.get(self._source.name, polling.address(ask))
        if memory is not None and step.full and self._needs_texts:
            memory = _to_be_read_again(memory)
        return Asked(number, ask, memory, polling.conditions(memory))

    def _send(self, requests: list[Asked]) -> list[Asked]:
        self._awaited += len(requests)
        return requests

    def _fall_back(self, asked: Asked, problem: str) -> list[Asked]:
        self._tally.answers(asked.ask.url, problem=problem)
        if asked.ask.page > 1 or asked.ask.is_part or self._source.discovery[asked.number].always:
            return []
        return self._send(self._next_of_chain())

    def _next_of_chain(self) -> list[Asked]:
        if self._chain:
            return [self._first(self._chain.pop(0))]
        # Nothing else is left: a sitemap that was not due yet is better than nothing.
        resting, self._resting = self._resting, []
        return [self._first(number) for number in resting]

    # --- answers ---

    def _read(self, asked: Asked, got: Got) -> Finding:
        if got.status != 200:
            raise DiscoveryError(f"it answers {got.status}")
        step = self._source.discovery[asked.number]
        try:
            reply = Reply(got.body, got.url, got.content_type, got.received_at)
            return find(reply, asked.ask, step, self._source)
        except DiscoveryError:
            raise
        except Exception as error:  # whatever a site sends must not end the crawl
            raise DiscoveryError(f"it can't be read: {type(error).__name__}: {error}") from error

    def _take_unchanged(self, asked: Asked, memory: PollRow, got: Got) -> list[Asked]:
        self._tally.answers(asked.ask.url, links=len(memory.items), unchanged=True)
        self.unchanged |= set(memory.items)
        self._remember(
            replace(polling.remember_unchanged(memory, got, asked.sent), lastmod=asked.ask.lastmod)
        )
        return []

    def _take_finding(self, asked: Asked, got: Got, finding: Finding) -> list[Asked]:
        step = self._source.discovery[asked.number]
        articles = self._articles(finding.links)
        items = polling.digests(articles)
        is_overflow = self._note(asked, got, finding, items)
        further = [*self._parts_of(asked, finding), *self._further(asked, step, finding, articles, items)]
        if is_overflow:
            further += [self._first(number) for number in self._chain]
            self._chain.clear()
        elif not (finding.links or finding.parts or step.always or asked.ask.page > 1):
            further += self._next_of_chain()
        room = max(0, MOST_LINKS - len(self.links))
        if len(finding.links) > room:
            self._incomplete.add(polling.address(asked.ask))
            self._leave_out(asked)
        self.links += finding.links[:room]
        return self._send(further)

    def _note(self, asked: Asked, got: Got, finding: Finding, items: tuple[str, ...]) -> bool:
        """Remembers and tells the answer; was there an overflow?"""
        step = self._source.discovery[asked.number]
        if asked.ask.page > 1:
            self._tally.answers(asked.ask.url, links=len(finding.links))
            return False
        is_list = step.kind != "sitemap"
        before = asked.memory or self._blank(asked, got)
        after = polling.remember(before, got, asked.sent, items if is_list else ())
        after = replace(after, lastmod=asked.ask.lastmod, own_url=finding.own_url, hub=finding.hub)
        if finding.fresh_seconds is not None:
            after = replace(after, fresh_seconds=max(after.fresh_seconds or 0, finding.fresh_seconds))
        self._remember(after)
        is_overflow = is_list and polling.overflowed(asked.memory, items)
        notes = [("overflow", is_overflow), ("validator lies", after.lies and not before.lies)]
        self._tally.answers(
            asked.ask.url, links=len(finding.links), notes=tuple(note for note, holds in notes if holds)
        )
        return is_overflow

    def _further(
        self, asked: Asked, step: Step, finding: Finding, articles: list[str], items: tuple[str, ...]
    ) -> list[Asked]:
        """The next page, where there may be articles on it that nobody has seen."""
        if finding.further is None:
            return []
        if step.kind == "feed":
            return self._older(asked, finding.further, items)
        if asked.ask.page >= step.pages or not articles or not self._unmet(articles[-1:]):
            return []
        return [Asked(asked.number, finding.further)]

    def _older(self, asked: Asked, further: Ask, items: tuple[str, ...]) -> list[Asked]:
        missed = asked.missed
        if asked.ask.page == 1 and asked.memory is not None and polling.overflowed(asked.memory, items):
            missed = frozenset(asked.memory.items)
        if not missed or not missed.isdisjoint(items) or asked.ask.page >= _MOST_OLDER:
            return []
        return [Asked(asked.number, further, missed=missed)]

    def _parts_of(self, asked: Asked, finding: Finding) -> list[Asked]:
        """The sitemaps of an index that changed since they were read."""
        index = polling.address(asked.ask)
        opened: list[Asked] = []
        for part in finding.parts:
            request = self._asked(asked.number, part)
            if request.memory is not None and part.lastmod and part.lastmod == request.memory.lastmod:
                continue
            if self._parts >= MOST_PARTS or len(self.links) >= MOST_LINKS:
                self._incomplete.add(index)
                break
            self._parts += 1
            self._index_of[part.url] = index
            opened.append(request)
        return opened

    def _leave_out(self, asked: Asked) -> None:
        """A part of an index could not be had: the index is read again, whatever its validators say."""
        if asked.ask.url in self._index_of:
            self._incomplete.add(self._index_of[asked.ask.url])

    # --- shell ---

    def _articles(self, links: Iterable[Link]) -> list[str]:
        """The canonical URLs."""
        found = (self._source.identify(link.url) for link in links)
        return [identity.url for identity in found if identity]

    def _blank(self, asked: Asked, got: Got) -> PollRow:
        asked_at = got.received_at.isoformat(timespec="seconds")
        return PollRow(source=self._source.name, address=polling.address(asked.ask), asked_at=asked_at)

    def _remember(self, memory: PollRow) -> None:
        self._memories[memory.address] = memory


def _to_be_read_again(memory: PollRow) -> PollRow:
    return replace(memory, etag=None, last_modified=None, body_hash=None)

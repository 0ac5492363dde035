"""The daemon: crawls each source when it is due until it is told to stop."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from archive import RENEW, Archive, ArchiveError
from crawler.config import ConfigError, Settings
from crawler.crawl import Crawls
from crawler.source import RecipeError, Source
from scheduler import orders, reload
from scheduler.chores import Chore, chores
from scheduler.clockwork import Clockwork
from scheduler.desk import Desk, Say
from scheduler.notify import notify, watchdog_seconds
from scheduler.place import Claim, Place, take_place
from scheduler.planning.due_times import DueTimes
from scheduler.reload import Changes, Reading
from scheduler.rounds import Rounds
from scheduler.runner import LocalRunner
from scheduler.watching import window
from scheduler.watching.pulse import PULSE
from scheduler.watching.window import WINDOW

TICK_SECONDS = 0.5
DRAIN_SECONDS = 300.0  # for what is under way when the process is made anew


@dataclass(frozen=True, slots=True)
class Start:
    """How a daemon begins: its claim to the place, and what it reads again when that changes."""

    claim: Claim = field(default_factory=Claim)
    reading: Reading | None = None


async def serve(
    settings: Settings,
    sources: Mapping[str, Source],
    say: Say,
    stop: asyncio.Event | None = None,
    start: Start = Start(),
) -> str | None:
    """Crawls `settings.sources` until `stop` is set or the task is cancelled; `say` gets a line for each crawl.

    Gives a word for the process that is to follow, where this one has crawled often enough to be made anew: `Claim`
    takes it. Raises ArchiveError where there is no archive to write to or somebody else has its place, KeyError for a
    name that is no source.
    """
    chosen = {name: sources[name] for name in settings.sources}
    with Archive.open(settings.archive, settings.database_url) as archive, Crawls(settings) as crawls:
        try:
            place = await take_place(archive, start.claim, say)
        except asyncio.CancelledError:  # a signal, while it stood by
            return None
        word: str | None = None
        try:
            archive.runs.abandon(datetime.now(UTC))
            daemon = _Daemon(Desk(settings, chosen, archive, say), LocalRunner(crawls), place, start.reading)
            word = await daemon.serve(stop or asyncio.Event())
        finally:
            if word is None:
                place.leave()
        return word


class _Daemon:
    def __init__(self, desk: Desk, runner: LocalRunner, place: Place, reading: Reading | None) -> None:
        self._desk = desk
        self._runner = runner
        self._place = place
        self._reading = reading
        self._changes = Changes(reading.files) if reading is not None else None
        self._rounds = Rounds(desk, runner, place)
        self._clockwork = Clockwork(desk.say, self._rounds.clock_went_back)
        self._stopping = asyncio.Event()
        self._is_worn = False

    async def serve(self, stop: asyncio.Event) -> str | None:
        """Until `stop` is set or the task cancelled; a word for who follows where it is time for another process."""
        self._desk.say(_opening(self._desk, self._rounds.times))
        self._clockwork.start(self._chores(self._desk))
        try:
            with _on_hangup(self._reload_now):
                notify("READY=1")
                await self._until(stop)
        finally:
            self._clockwork.stop()
            notify("STOPPING=1")
            self._desk.say("stopping" if not self._is_worn else "this process is made anew")
            await asyncio.gather(self._rounds.end(), WINDOW.close())
            self._desk.say("stopped")
        return self._place.hand_on() if self._is_worn else None

    async def _until(self, stop: asyncio.Event) -> None:
        ends = [asyncio.ensure_future(one.wait()) for one in (stop, self._stopping)]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self._is_worn:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._rounds.rest(), DRAIN_SECONDS)
        except asyncio.CancelledError:
            # A signal, which is how a daemon ends.
            self._is_worn = False
        finally:
            for one in ends:
                one.cancel()

    # --- what is done again and again ---

    def _chores(self, desk: Desk) -> tuple[Chore, ...]:
        own = (
            Chore(TICK_SECONDS, self._tick, "looking what is due"),
            Chore(RENEW, self._keep_place, "keeping the place"),
            Chore(orders.EVERY_SECONDS, self._look_for_orders, "looking for orders"),
            Chore(reload.EVERY_SECONDS, self._look_for_changes, "looking for changes"),
            Chore(window.EVERY_SECONDS, lambda _now: WINDOW.keep(desk), "being watched"),
        )
        alive = watchdog_seconds()
        return (*own, *((Chore(alive, _say_alive, "saying that it lives"),) if alive else ()), *chores(desk))

    async def _tick(self, now: datetime) -> None:
        PULSE.beat()
        trouble = self._rounds.trouble
        if trouble.rests:
            return
        try:
            if not self._desk.archive.is_in_place:
                self._desk.archive.renew()
            if trouble.is_on:
                self._place.renew(now)
                self._rounds.times.catch_up()
                trouble.end()
        except ArchiveError as error:
            trouble.meet(error)
            return
        self._rounds.begin(now)
        most = self._desk.settings.recycle_after
        if most and self._rounds.begun >= most:
            self._is_worn = True
            self._rounds.hold()
            self._stopping.set()

    async def _keep_place(self, now: datetime) -> None:
        try:
            self._place.renew(now)
            self._rounds.times.catch_up()
        except ArchiveError as error:
            self._rounds.trouble.meet(error)

    async def _look_for_orders(self, _now: datetime) -> None:
        if self._rounds.trouble.is_on:
            return
        try:
            self._rounds.inbox.look(self._desk.sources, self._reload)
        except ArchiveError as error:
            self._rounds.trouble.meet(error)

    async def _look_for_changes(self, _now: datetime) -> None:
        if self._changes is not None and self._changes.look():
            self._desk.say(self._reload())

    # --- reload ---

    def _reload_now(self) -> None:
        self._desk.say(self._reload())

    def _reload(self) -> str:
        """Goes by what settings and recipes say now; gives one line that tells what that changes."""
        if self._reading is None or self._changes is None:
            return "there is nothing to be read again"
        self._changes.catch_up()
        notify("RELOADING=1")
        old = self._desk
        try:
            self._rounds.times.catch_up()
            read, sources = self._reading.load()
            settings, waiting = reload.kept(read, old.settings)
            desk = Desk(settings, {name: sources[name] for name in settings.sources}, old.archive, old.say)
            times, own = DueTimes(desk, datetime.now(UTC)), self._chores(desk)
        except (ConfigError, RecipeError, ArchiveError) as error:
            return f"settings and recipes stay as they were: {error}"
        finally:
            notify("READY=1")
        self._desk = desk
        self._rounds.change(desk, times)
        self._runner.change(settings)
        self._clockwork.change(own)
        later = f"; {', '.join(waiting)}: takes effect with the next start" if waiting else ""
        return f"settings and recipes were read again: {reload.in_words(old.sources, desk.sources)}{later}"


async def _say_alive(_now: datetime) -> None:
    notify("WATCHDOG=1")


@contextmanager
def _on_hangup(act: Callable[[], None]) -> Iterator[None]:
    """Does it at SIGHUP. Only the main thread can hear of signals: elsewhere there is nobody to send one."""
    loop = asyncio.get_running_loop()
    hears = threading.current_thread() is threading.main_thread()
    if hears:
        loop.add_signal_handler(signal.SIGHUP, act)
    try:
        yield
    finally:
        if hears:
            loop.remove_signal_handler(signal.SIGHUP)


def _opening(desk: Desk, times: DueTimes) -> str:
    settings, root = desk.settings, desk.archive.root
    if not settings.sources:
        return f'no sources to crawl; name some in broadsheet.toml (sources = ["huxiu"]). Archive: {root}'
    crawled = ", ".join(f"{name} every {times.interval(name):g} s" for name in desk.sources)
    unsigned = "; sites are not told whom to write to: set `contact` in broadsheet.toml"
    return f"crawling {crawled} into {root}{unsigned if settings.contact is None else ''}"

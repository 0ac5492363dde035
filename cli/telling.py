"""The verb `tell`: a letter by hand."""

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from cli.errors import BadInput
from cli.opening import read_archive, settings_of
from crawler.config import Settings
from scheduler.telling.carriers import Carrier, NotTakenError, carriers_of
from scheduler.telling.letters import Letter, of_day, of_test
from scheduler.telling.post import CARRY_SECONDS
from scheduler.telling.teller import look_at_day, zone_of


def tell(config: Path | None, *, test: bool, summary: bool, dry_run: bool) -> int:
    """Sends one letter to every address; 1 where one did not take it."""
    if test == summary:
        raise BadInput("say which letter: `broadsheet tell --test` or `broadsheet tell --summary`")
    settings = settings_of(config)
    carriers = carriers_of(settings)
    if not carriers and not dry_run:
        raise BadInput("nobody to tell; set `tell` or `webhook` in broadsheet.toml")
    letter = _test(settings) if test else _summary(settings)
    if dry_run:
        print(f"{letter.subject}\n\n{letter.text}", end="")
        return 0
    return max([_send(carrier, letter) for carrier in carriers])


def _test(settings: Settings) -> Letter:
    return of_test(datetime.now(UTC), str(settings.archive))


def _summary(settings: Settings) -> Letter:
    now = datetime.now(UTC)
    with read_archive(settings) as archive:
        day = look_at_day(archive, settings.sources, now - timedelta(days=1), now)
    return of_day(day, now, now, zone_of(settings))


def _send(carrier: Carrier, letter: Letter) -> int:
    done: Future[None] = Future()

    def carry() -> None:
        try:
            carrier.carry(letter)
        except Exception as error:  # noqa: BLE001  it is raised where it is waited for
            done.set_exception(error)
        else:
            done.set_result(None)

    Thread(target=carry, daemon=True).start()
    try:
        done.result(CARRY_SECONDS)
    except (NotTakenError, TimeoutError) as error:
        print(f"{carrier.name}: not sent: {str(error) or f'it was not done within {CARRY_SECONDS:g} s'}")
        return 1
    print(f"{carrier.name}: sent")
    return 0

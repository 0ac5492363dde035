"""`add --opml`: a recipe for every feed of a file."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from cli.errors import BadInput
from cli.keeping import Outcome, known, proposed, written
from cli.saying import progress
from cli.source_verbs import Wish
from crawler.config import Settings
from crawler.fetch import Session, session
from crawler.proposing.subscriptions import Subscription, SubscriptionsError, subscriptions
from scheduler.loop import run

_AT_ONCE = 4  # sites that are looked at side by side
_SAMPLE = 3
_LARGEST_FILE = 5 * 1024 * 1024


def add_all(file: Path, wish: Wish, settings: Settings) -> list[Outcome]:
    """What came of each feed of a file; one that fails does not stop the rest."""
    if wish.name:
        raise BadInput("--name names one source; the feeds of a file are called after their sites")
    found = _subscriptions(file)
    if not wish.yes:
        _ask(found, file)
    asked = replace(wish, sample=min(wish.sample, _SAMPLE))

    async def look() -> list[Outcome]:
        with progress(file.name) as advance:
            async with session(settings) as asking:
                return await _side_by_side(found, asked, asking, settings, advance)

    outcomes = run(look)
    return outcomes if wish.dry_run else _all_written(outcomes, asked, settings)


async def _side_by_side(
    found: Sequence[Subscription],
    wish: Wish,
    asking: Session,
    settings: Settings,
    advance: Callable[[int, int], None],
) -> list[Outcome]:
    gate, done = asyncio.Semaphore(_AT_ONCE), 0

    async def one(subscription: Subscription) -> Outcome:
        nonlocal done
        async with gate:
            outcome = await _of_file(subscription, wish, asking, settings)
        done += 1
        advance(done, len(found))
        return outcome

    return list(await asyncio.gather(*(one(subscription) for subscription in found)))


async def _of_file(subscription: Subscription, wish: Wish, asking: Session, settings: Settings) -> Outcome:
    url = subscription.url
    try:
        there = known(url, settings)
    except ValueError:
        return Outcome(url, problem=f"{url}: no web address")
    if there is not None and not wish.force:
        return Outcome(url, problem=f"known already: the recipe {there.name}")
    outcome = await proposed(url, wish, asking, settings, lambda _url: None)
    if outcome.problem and subscription.page and subscription.page != url:
        second = await proposed(subscription.page, wish, asking, settings, lambda _url: None)
        return replace(second, asked=url) if second.proposal else outcome
    return outcome


def _all_written(outcomes: Sequence[Outcome], wish: Wish, settings: Settings) -> list[Outcome]:
    """Every proposal written; names that two sites share are numbered. One that fails does not stop the rest."""
    taken: set[str] = set()
    kept = []
    for outcome in outcomes:
        named = _named_apart(outcome, taken)
        try:
            kept.append(written(named, wish, settings))
        except BadInput as error:
            kept.append(replace(named, problem=str(error)))
        if named.proposal:
            taken.add(named.proposal.name)
    return kept


def _named_apart(outcome: Outcome, taken: set[str]) -> Outcome:
    proposal = outcome.proposal
    if proposal is None or proposal.name not in taken:
        return outcome
    number = next(number for number in range(2, 10_000) if f"{proposal.name}-{number}" not in taken)
    return replace(outcome, proposal=proposal.called(f"{proposal.name}-{number}"))


def _subscriptions(file: Path) -> tuple[Subscription, ...]:
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(_LARGEST_FILE + 1)
        else:
            with (Path.cwd() / file.expanduser()).open("rb") as opened:
                content = opened.read(_LARGEST_FILE + 1)
        return subscriptions(content)
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; name an OPML file, or a list of URLs") from error
    except SubscriptionsError as error:
        raise BadInput(f"{file}: {error}") from error


def _ask(found: Sequence[Subscription], file: Path) -> None:
    if not sys.stdin.isatty():
        raise BadInput(f"{file}: {len(found)} feeds to add; say --yes to go on")
    typer.confirm(f"Look at {len(found)} sites, with some 20 requests each?", abort=True, err=True)

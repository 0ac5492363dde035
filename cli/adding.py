"""The verb `add`: a recipe for a site, or for every feed of a file."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from cli.errors import BadInput
from cli.opening import recipes_of, settings_of
from cli.proposals import as_json as proposal_as_json
from cli.proposals import say_proposal, say_summary
from cli.saying import progress, say_json
from crawler.config import FILE_NAME, Settings
from crawler.fetch import Session, session
from crawler.fixture import FixtureError, keep_case
from crawler.proposing.propose import Proposal, ProposeError, Scout, propose
from crawler.proposing.subscriptions import Subscription, SubscriptionsError, subscriptions
from crawler.source import RecipeError, Source, load_sources, parse_source, source_for
from crawler.urls import split
from scheduler.loop import run

_AT_ONCE = 4  # sites of a file that are looked at side by side
_SAMPLE_OF_MANY = 3
_LARGEST_FILE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """How a recipe is to be made, and where it goes."""

    name: str | None = None
    folder: Path | None = None
    sample: int = 5
    fixtures: bool = True
    force: bool = False
    dry_run: bool = False

    def recipes(self, settings: Settings) -> Path:
        """The folder the recipe goes to."""
        return Path.cwd() / (self.folder or settings.recipes or "sources")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one site: a proposal, or the one line why there is none; and the files it was written to."""

    asked: str
    proposal: Proposal | None = None
    problem: str | None = None
    file: Path | None = None
    cases: tuple[Path, ...] = ()

    @property
    def is_usable(self) -> bool:
        return self.problem is None and self.proposal is not None and self.proposal.is_usable


def add(
    url: str | None, opml: Path | None, wish: Wish, config: Path | None, *, asks: bool, as_json: bool
) -> int:
    """Proposes and writes; 1 where a recipe is weak or there is none."""
    settings = settings_of(config)
    if (url is None) == (opml is None):
        raise BadInput("name one URL to add, or a file of feeds with --opml")
    if url is not None:
        outcomes = [_one(_address(url), wish, settings)]
    else:
        outcomes = _all_of(opml or Path(), wish, settings, asks=asks)
    if as_json:
        say_json(_as_json(outcome) for outcome in outcomes)
    elif url is not None:
        _say_one(outcomes[0], wish, settings)
    else:
        say_summary([(one.asked, one.proposal, one.problem) for one in outcomes])
        _say_folder(wish, settings)
    return 0 if all(outcome.is_usable for outcome in outcomes) else 1


def _one(url: str, wish: Wish, settings: Settings) -> Outcome:
    known = _known(url, settings)
    if known is not None and not (wish.force or wish.name or wish.dry_run):
        raise BadInput(
            f"{url}: the recipe {known.name} knows this site; `broadsheet check {known.name}` tries it, --name NAME writes another"
        )
    _refuse_name(wish, settings)

    async def look() -> Outcome:
        with progress(url) as advance:
            async with session(settings) as asking:
                return await _proposed(url, wish, asking, _counting(advance))

    outcome = run(look)
    return outcome if wish.dry_run else _written(outcome, wish, settings)


async def _proposed(url: str, wish: Wish, asking: Session, say: Callable[[str], None]) -> Outcome:
    scout = Scout(lambda address, is_sitemap: asking.get(address, is_sitemap=is_sitemap), asking.robots, say)
    try:
        return Outcome(url, await propose(url, wish.name, scout, wish.sample))
    except ProposeError as error:
        return Outcome(url, problem=str(error))


def _counting(advance: Callable[[int, int], None]) -> Callable[[str], None]:
    asked = 0

    def say(_url: str) -> None:
        nonlocal asked
        asked += 1
        advance(asked, max(20, asked))

    return say


# --- writing ---


def _written(outcome: Outcome, wish: Wish, settings: Settings) -> Outcome:
    """The outcome with its files in place. Raises BadInput where they can't be written or are there already."""
    proposal = outcome.proposal
    if proposal is None or proposal.source is None:
        return outcome
    folder = wish.recipes(settings)
    file = folder / f"{proposal.name}.toml"
    if file.exists() and not wish.force:
        raise BadInput(
            f"{file} is there already; choose another name with --name, or overwrite it with --force"
        )
    if proposal.name in recipes_of(replace(settings, recipes=None)) and not wish.force:
        raise BadInput(f"{proposal.name} is the name of a shipped recipe; choose another with --name")
    _write(file, proposal)
    return replace(outcome, file=file, cases=_cases(proposal, folder) if wish.fixtures else ())


def _write(file: Path, proposal: Proposal) -> None:
    try:
        parse_source(proposal.text, file.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.tmp")
        draft.write_text(proposal.text, encoding="utf-8")
        draft.replace(file)
        load_sources(file.parent)
    except RecipeError as error:
        raise BadInput(f"{error}; the folder {file.parent} can't be used with it") from error
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; choose a folder you can write to with --folder") from error


def _cases(proposal: Proposal, folder: Path) -> tuple[Path, ...]:
    """The sample as test cases beside the folder of recipes; real text, for this machine alone."""
    into = folder.parent / "fixtures"
    kept = []
    try:
        for sample in proposal.samples:
            case = keep_case(sample.fetched, proposal.source, into) if proposal.source else None
            kept += [case] if case else []
    except FixtureError as error:
        print(f"broadsheet: {error}", file=sys.stderr)
    return tuple(kept)


def _refuse_name(wish: Wish, settings: Settings) -> None:
    """A name that can't be one, or that is taken, is told of before anything is asked."""
    if wish.name is None:
        return
    if wish.name.startswith((".", "-")) or not all(one.isalnum() or one in "_-." for one in wish.name):
        raise BadInput(f"{wish.name!r} can't be a source's name; use letters, digits, - and _")
    file = wish.recipes(settings) / f"{wish.name}.toml"
    if file.exists() and not (wish.force or wish.dry_run):
        raise BadInput(f"{file} is there already; choose another name, or overwrite it with --force")


def _known(url: str, settings: Settings) -> Source | None:
    """The recipe that knows the site already."""
    source = source_for(url, recipes_of(settings))
    return source if source.has_recipe else None


def _address(text: str) -> str:
    """The URL as typed; a bare host is taken for https."""
    url = text if "://" in text else f"https://{text}"
    parts = split(url)
    is_host = parts is not None and ("." in (parts.hostname or "") or "://" in text)
    if not is_host or any(one.isspace() for one in text.strip()):
        raise BadInput(f"{text}: no web address; write it like https://example.org/")
    return url.strip()


# --- many ---


def _all_of(file: Path, wish: Wish, settings: Settings, *, asks: bool) -> list[Outcome]:
    if wish.name:
        raise BadInput("--name names one source; the feeds of a file are called after their sites")
    found = _subscriptions(file)
    if asks:
        _ask(found, file)
    asked = replace(wish, sample=min(wish.sample, _SAMPLE_OF_MANY))

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
        known = _known(url, settings)
    except ValueError:
        return Outcome(url, problem=f"{url}: no web address")
    if known is not None and not wish.force:
        return Outcome(url, problem=f"known already: the recipe {known.name}")
    outcome = await _proposed(url, wish, asking, lambda _url: None)
    if outcome.problem and subscription.page and subscription.page != url:
        second = await _proposed(subscription.page, wish, asking, lambda _url: None)
        return replace(second, asked=url) if second.proposal else outcome
    return outcome


def _all_written(outcomes: Sequence[Outcome], wish: Wish, settings: Settings) -> list[Outcome]:
    """Every proposal written; names that two sites share are numbered. One that fails does not stop the rest."""
    taken: set[str] = set()
    written = []
    for outcome in outcomes:
        named = _named_apart(outcome, taken)
        try:
            written.append(_written(named, wish, settings))
        except BadInput as error:
            written.append(replace(named, problem=str(error)))
        if named.proposal:
            taken.add(named.proposal.name)
    return written


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


# --- saying ---


def _say_one(outcome: Outcome, wish: Wish, settings: Settings) -> None:
    proposal = outcome.proposal
    if proposal is not None:
        say_proposal(proposal, shows_recipe=wish.dry_run)
    if outcome.file is not None and proposal is not None:
        print(f"\nRecipe: {outcome.file}")
        if outcome.cases:
            print(
                f"Fixtures: {outcome.cases[0].parent} ({len(outcome.cases)}, with the site's own text: keep them to yourself)"
            )
        _say_folder(wish, settings)
        print(f"Next: broadsheet check {proposal.name}; broadsheet crawl {proposal.name} --limit 3")
    sys.stdout.flush()
    if outcome.problem:
        print(f"broadsheet: {outcome.problem}", file=sys.stderr)
    elif not outcome.is_usable and proposal is not None:
        what = "a weak recipe" if proposal.source else "no recipe"
        reason = proposal.weak[0] if proposal.weak else "no article of the sample could be read"
        print(f"broadsheet: {outcome.asked}: {what}: {reason}", file=sys.stderr)


def _say_folder(wish: Wish, settings: Settings) -> None:
    """What to set, where the folder is not the one that recipes are loaded from."""
    folder = wish.recipes(settings)
    if wish.dry_run or (settings.recipes is not None and settings.recipes.resolve() == folder.resolve()):
        return
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    print(f'To use it, put this line into {FILE_NAME}, above any [table]: recipes = "{shown.as_posix()}"')


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "asked": outcome.asked,
        "problem": outcome.problem,
        "file": str(outcome.file) if outcome.file else None,
        "fixtures": [str(case) for case in outcome.cases],
        "usable": outcome.is_usable,
        **(proposal_as_json(outcome.proposal) if outcome.proposal else {}),
    }

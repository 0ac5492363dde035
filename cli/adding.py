"""The verb `add`: a recipe for a site, or for every feed of a file."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cli.adding_many import add_all
from cli.errors import BadInput
from cli.keeping import Outcome, known, proposed, recipes_folder, written
from cli.opening import own_folder, settings_of
from cli.proposals import as_json as proposal_as_json
from cli.proposals import say_proposal, say_summary
from cli.saying import progress, say_json
from cli.source_verbs import Wish
from crawler.config import FILE_NAME, Settings
from crawler.fetch import session
from crawler.urls import split
from scheduler.loop import run


def add(url: str | None, opml: Path | None, wish: Wish, config: Path | None, *, as_json: bool) -> int:
    """Proposes and writes; 1 where a recipe is weak or there is none."""
    settings = settings_of(config)
    own = own_folder(settings, config)
    wish = replace(wish, folder=wish.folder or own)
    if (url is None) == (opml is None):
        raise BadInput("name one URL to add, or a file of feeds with --opml")
    if url is not None:
        outcomes = [_one(_address(url), wish, settings)]
    else:
        outcomes = add_all(opml or Path(), wish, settings)
    if as_json:
        say_json(_as_json(outcome) for outcome in outcomes)
    elif url is not None:
        _say_one(outcomes[0], wish, own)
    else:
        say_summary([(one.asked, one.proposal, one.problem) for one in outcomes])
        _say_folder(wish, own)
    return 0 if all(outcome.is_usable for outcome in outcomes) else 1


def _one(url: str, wish: Wish, settings: Settings) -> Outcome:
    there = known(url, settings)
    if there is not None and not (wish.force or wish.name or wish.dry_run):
        raise BadInput(
            f"{url}: the recipe {there.name} knows this site; `broadsheet check {there.name}` tries it, --name NAME writes another"
        )
    _refuse_name(wish, settings)

    async def look() -> Outcome:
        with progress(url) as advance:
            async with session(settings) as asking:
                return await proposed(url, wish, asking, settings, _counting(advance))

    outcome = run(look)
    return outcome if wish.dry_run else written(outcome, wish, settings)


def _counting(advance: Callable[[int, int], None]) -> Callable[[str], None]:
    asked = 0

    def say(_url: str) -> None:
        nonlocal asked
        asked += 1
        advance(asked, max(20, asked))

    return say


def _refuse_name(wish: Wish, settings: Settings) -> None:
    """A name that can't be one, or that is taken, is told of before anything is asked."""
    if wish.name is None:
        return
    if wish.name.startswith((".", "-")) or not all(one.isalnum() or one in "_-." for one in wish.name):
        raise BadInput(f"{wish.name!r} can't be a source's name; use letters, digits, - and _")
    file = recipes_folder(wish, settings) / f"{wish.name}.toml"
    if file.exists() and not (wish.force or wish.dry_run):
        raise BadInput(f"{file} is there already; choose another name, or overwrite it with --force")


def _address(text: str) -> str:
    """The URL as typed; a bare host is taken for https."""
    url = text if "://" in text else f"https://{text}"
    parts = split(url)
    is_host = parts is not None and ("." in (parts.hostname or "") or "://" in text)
    if not is_host or any(one.isspace() for one in text.strip()):
        raise BadInput(f"{text}: no web address; write it like https://example.org/")
    return url.strip()


# --- saying ---


def _say_one(outcome: Outcome, wish: Wish, own: Path) -> None:
    proposal = outcome.proposal
    if proposal is not None:
        say_proposal(proposal, shows_recipe=wish.dry_run)
    if outcome.file is not None and proposal is not None:
        print(f"\nRecipe: {outcome.file}")
        if outcome.cases:
            print(
                f"Fixtures: {outcome.cases[0].parent} ({len(outcome.cases)}, with the site's own text: keep them to yourself)"
            )
        _say_folder(wish, own)
        print(f"Next: broadsheet check {proposal.name}; broadsheet crawl {proposal.name} --limit 3")
    sys.stdout.flush()
    if outcome.problem:
        print(f"broadsheet: {outcome.problem}", file=sys.stderr)
    elif not outcome.is_usable and proposal is not None:
        what = "a weak recipe" if proposal.source else "no recipe"
        reason = proposal.weak[0] if proposal.weak else "no article of the sample could be read"
        print(f"broadsheet: {outcome.asked}: {what}: {reason}", file=sys.stderr)


def _say_folder(wish: Wish, own: Path) -> None:
    """What to set, where the folder is not the one that recipes are loaded from."""
    folder = Path.cwd() / (wish.folder or own)
    if wish.dry_run or own.resolve() == folder.resolve():
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

"""What came of a site that was looked at, and the files that a proposed recipe is kept in."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cli.errors import BadInput
from cli.opening import recipes_of
from cli.source_verbs import Wish
from crawler.cases.fixture import FixtureError, keep_case
from crawler.config import RECIPES_NAME, Settings
from crawler.fetch import Session
from crawler.proposing.propose import Proposal, ProposeError, Scout, propose
from crawler.site_config import site_config
from crawler.source import RecipeError, Source, load_sources, parse_source, source_for


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


def recipes_folder(wish: Wish, settings: Settings) -> Path:
    """The folder the recipe goes to."""
    return Path.cwd() / (wish.folder or settings.recipes or RECIPES_NAME)


async def proposed(
    url: str, wish: Wish, asking: Session, settings: Settings, say: Callable[[str], None]
) -> Outcome:
    """What is proposed for a URL."""
    rules = site_config(url, settings.site_config)
    scout = Scout(
        lambda address, is_sitemap: asking.get(address, is_sitemap=is_sitemap), asking.robots, say, rules
    )
    try:
        return Outcome(url, await propose(url, wish.name, scout, wish.sample))
    except ProposeError as error:
        return Outcome(url, problem=str(error))


def known(url: str, settings: Settings) -> Source | None:
    """The recipe that knows the site already."""
    source = source_for(url, recipes_of(settings))
    return source if source.has_recipe else None


def written(outcome: Outcome, wish: Wish, settings: Settings) -> Outcome:
    """The outcome with its files in place. Raises BadInput where they can't be written or are there already."""
    proposal = outcome.proposal
    if proposal is None or proposal.source is None:
        return outcome
    folder = recipes_folder(wish, settings)
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

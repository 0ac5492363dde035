"""The fixtures as records."""

from functools import cache
from pathlib import Path

from crawler.cases.cases import Case, load, step_of
from crawler.source import Source, load_sources

__all__ = ["FIXTURES", "REFUSALS", "STATES", "Case", "case", "cases", "load", "sources", "step_of"]

FIXTURES = Path(__file__).parent.parent / "fixtures"
REFUSALS = ("blocked", "walled", "gone", "not_an_article", "failed")
STATES = ("article", "links", *REFUSALS)  # "links": a feed, list or API reply


@cache
def sources() -> dict[str, Source]:
    """The shipped recipes."""
    return load_sources()


@cache
def cases() -> tuple[Case, ...]:
    """Every case below fixtures/, in order of site and name."""
    return tuple(load(meta.parent) for meta in sorted(FIXTURES.glob("*/*/meta.json")))


def case(name: str) -> Case:
    """The case called `site/name`."""
    return load(FIXTURES / name)

"""What the doctor sees of the setting up: versions, settings, recipes, and what the chosen sources need."""

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cli.errors import BadInput
from cli.examined import NOTE, OK, WRONG, Examined
from cli.opening import recipes_of, sources_named
from crawler.config import ConfigError, Settings
from crawler.rendering.chromium import require_browser
from crawler.source import RecipeError, Source

_OLDEST = (3, 11)
_PACKAGES = ("scrapy", "twisted", "sqlalchemy", "lxml", "apscheduler")


def versions() -> Iterator[Examined]:
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _OLDEST:
        yield Examined(
            "Python", WRONG, f"{python} in {sys.prefix}", "install 3.11 or newer and run `make` again"
        )
    else:
        yield Examined("Python", OK, f"{python} in {sys.prefix}")
    try:
        told = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
        yield Examined("versions", OK, f"Broadsheet {version('broadsheet')}, {told}")
    except PackageNotFoundError as error:
        yield Examined(
            "versions", WRONG, f"{error.name} is not installed", "run `make`, or pip install broadsheet"
        )


def chosen_sources(settings: Settings) -> tuple[list[Source], list[Examined]]:
    """The sources that the settings choose, and how the recipes are."""
    try:
        recipes = recipes_of(settings)
    except RecipeError as error:
        return [], [Examined("recipes", WRONG, str(error), "correct it; `broadsheet sources test` tries it")]
    found = [Examined("recipes", OK, f"{len(recipes)}, all sound")]
    if not settings.sources:
        remedy = 'set sources = ["huxiu"] in broadsheet.toml; `broadsheet sources` lists them'
        return [], [*found, Examined("sources", NOTE, "none is chosen: the daemon crawls nothing", remedy)]
    try:
        named = sources_named(settings.sources, recipes)
    except BadInput as error:
        return [], [*found, Examined("sources", WRONG, str(error), "correct `sources` in broadsheet.toml")]
    off = [source.name for source in named if not source.enabled]
    if off:
        remedy = f"`broadsheet sources enable {off[0]}`, or take it out of `sources`"
        return named, [*found, Examined("sources", NOTE, f"switched off: {', '.join(off)}", remedy)]
    return named, [*found, Examined("sources", OK, f"{len(named)} chosen")]


def setting_up(settings: Settings, chosen: list[Source]) -> Iterator[Examined]:
    yield _contact(settings)
    yield _zones(chosen)
    yield from _extras(settings)
    yield from _browser(settings, chosen)


def _contact(settings: Settings) -> Examined:
    if settings.contact:
        return Examined("contact", OK, settings.contact)
    remedy = 'set contact = "me@example.org" in broadsheet.toml, lest they block whom they can\'t ask'
    return Examined("contact", NOTE, "sites are not told whom to write to", remedy)


def _zones(chosen: Iterable[Source]) -> Examined:
    """Are there data of the zones in which the sources tell the time?"""
    missing = [
        zone for zone in sorted({"Asia/Shanghai", *(source.zone for source in chosen)}) if not _has(zone)
    ]
    if missing:
        remedy = "install the system's tzdata, or pip install tzdata"
        return Examined("time zones", WRONG, f"no data of {', '.join(missing)}", remedy)
    try:
        return Examined("time zones", OK, f"tzdata {version('tzdata')}")
    except PackageNotFoundError:
        return Examined("time zones", OK, "the system's")


def _has(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _extras(settings: Settings) -> Iterator[Examined]:
    """What settings need beyond the least."""
    is_postgres = (settings.database_url or "").startswith("postgres")
    needed = (("psycopg", "postgres", is_postgres), ("apprise", "tell", bool(settings.tell)))
    for module, extra, is_needed in needed:
        if is_needed and find_spec(module) is None:
            remedy = f"pip install 'broadsheet[{extra}]'"
            yield Examined("extras", WRONG, f"the settings need {module}, which is not installed", remedy)


def _browser(settings: Settings, chosen: Iterable[Source]) -> Iterator[Examined]:
    rendered = [source for source in chosen if source.render]
    if not rendered:
        return
    try:
        require_browser(rendered[0], settings.browser, os.environ)
    except ConfigError as error:
        yield Examined("browser", WRONG, str(error), "or take that source out of `sources`")
    else:
        yield Examined("browser", OK, f"there is one, for {len(rendered)} sources")

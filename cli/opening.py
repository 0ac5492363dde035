"""What a verb opens first: the settings, the recipes, the archive."""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

from archive import Archive
from cli.errors import BadInput
from crawler.config import Settings, load_settings, own_recipes
from crawler.site_config import with_rules
from crawler.source import Source, load_sources, source_for


def settings_of(config: Path | None) -> Settings:
    """The settings as `--config`, `broadsheet.toml` and the environment say."""
    return load_settings(config, os.environ, Path.cwd())


def own_folder(settings: Settings, config: Path | None) -> Path:
    """Where a person's own recipes lie, or would."""
    return settings.recipes or own_recipes(config, Path.cwd())


def open_archive(settings: Settings) -> Archive:
    """The archive to write to."""
    return Archive.open(settings.archive, settings.database_url, front_matter=settings.front_matter)


def read_archive(settings: Settings) -> Archive:
    """The archive to look at."""
    return Archive.read(settings.archive, settings.database_url)


def recipes_of(settings: Settings) -> dict[str, Source]:
    """Every recipe, by name: the shipped ones and the person's own."""
    return load_sources(settings.recipes)


def named(name: str, sources: dict[str, Source]) -> Source:
    """The source of this name."""
    if name not in sources:
        near = difflib.get_close_matches(name, sources, n=1)
        hint = (
            f"did you mean {near[0]}?"
            if near
            else "`broadsheet sources` lists them; a URL begins with https://"
        )
        raise BadInput(f"unknown source {name}; {hint}")
    return sources[name]


def sources_named(names: Iterable[str], sources: dict[str, Source]) -> list[Source]:
    """The sources of these names, each once; a bundle like zh-tech stands for all of its own that are switched on."""
    bundles = {bundle for source in sources.values() for bundle in source.bundles}
    found: dict[str, Source] = {}
    for name in names:
        if name in bundles and name not in sources:
            found |= {one.name: one for one in sources.values() if name in one.bundles}
        else:
            found[name] = named(name, sources)
    return list(found.values())


def why_off(source: Source) -> str:
    """Why a source is switched off, and what to do."""
    why = (source.disabled_because or "it was switched off").rstrip(".")
    return f"{source.name} is switched off: {why}; `broadsheet sources enable {source.name}` switches it on"


def source_of(url: str, sources: dict[str, Source], rules: Path | None = None) -> Source:
    """The source a URL belongs to; one without a recipe is made up, with what the folder `rules` has for its host."""
    try:
        return with_rules(source_for(url, sources), url, rules)
    except ValueError as error:
        raise BadInput(str(error)) from error


def canonical(text: str, sources: dict[str, Source]) -> str:
    """The article's own URL where the text is any spelling of one; the text as it is otherwise."""
    if "://" not in text:
        return text
    identity = source_of(text, sources).identify(text)
    return identity.url if identity else text

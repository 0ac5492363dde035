"""The verb `sources`: which sites have a recipe, and whether one is sound."""

from pathlib import Path

from cli.errors import BadInput
from cli.opening import recipes_of, settings_of
from cli.saying import say_json, say_table
from crawler.source import Source, parse_source


def list_sources(config: Path | None, *, as_json: bool) -> int:
    """Every recipe, by name."""
    sources = recipes_of(settings_of(config)).values()
    if as_json:
        say_json(_as_json(source) for source in sources)
    else:
        columns = ("name", "title", "home", "language", "zone", "found by")
        say_table(
            columns,
            (tuple(_as_json(source)[column.replace(" ", "_")] for column in columns) for source in sources),
        )
    return 0


def check_recipe(file: Path) -> int:
    """Says that one recipe is sound; raises RecipeError where it is not."""
    try:
        source = parse_source(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; name a recipe (TOML)") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}: not UTF-8: {error.reason} at byte {error.start}") from error
    print(f"{file}: a sound recipe for {source.name} ({source.home})")
    return 0


def _as_json(source: Source) -> dict[str, object]:
    return {
        "name": source.name,
        "title": source.title,
        "home": str(source.home),
        "language": source.language,
        "zone": source.zone,
        "found_by": ", ".join(dict.fromkeys(step.kind for step in source.discovery)),
    }

"""The verb `sources`: which sites have a recipe, what it says, whether it still reads its cases, and switching it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.errors import BadInput
from cli.opening import named, own_folder, recipes_of, settings_of, sources_named, why_off
from cli.saying import say_json, say_table
from crawler.cases.cases import Case, cases_in, what_differs
from crawler.cases.fixture import FixtureError, accept
from crawler.source import Source, laid_over, own_tables, parse_source, shipped_tables

_IN_CHECKOUT = Path(__file__).parent.parent / "fixtures"


def list_sources(config: Path | None, *, as_json: bool) -> int:
    """Every recipe, by name; then why some are switched off, and the bundles."""
    sources = list(recipes_of(settings_of(config)).values())
    if as_json:
        say_json(map(_as_json, sources))
        return 0
    columns = ("name", "site", "language", "zone", "found by", "sure", "confirmed", "on")
    say_table(columns, map(_cells, sources))
    off = [source for source in sources if not source.enabled]
    if off:
        print("\nSwitched off:")
        for source in off:
            print(f"  {source.name}: {source.disabled_because or 'by hand'}")
    print("\nBundles, to be named wherever a source can:")
    for bundle, members in sorted(_bundles(sources).items()):
        print(f"  {bundle}: {', '.join(members)}")
    return 0


def show_source(name: str, config: Path | None, *, as_json: bool) -> int:
    """One recipe, as it holds."""
    settings = settings_of(config)
    source = named(name, recipes_of(settings))
    if as_json:
        say_json([source.model_dump(mode="json", exclude_defaults=True)])
        return 0
    own = own_tables(settings.recipes) if settings.recipes else {}
    if name in own:
        print(f"# Yours: {own[name][0]}{'' if name not in shipped_tables() else ', over the shipped one'}")
    for line in _shown(source.model_dump(mode="json", exclude_defaults=True)):
        print(line)
    if not source.enabled:
        print(f"# {why_off(source)}")
    return 0


def diff_source(name: str, config: Path | None, *, as_json: bool) -> int:
    """Key by key, what a person's recipe says otherwise than the shipped one; 1 where it says something otherwise."""
    settings = settings_of(config)
    named(name, recipes_of(settings))
    shipped = shipped_tables().get(name, {})
    own = own_tables(settings.recipes) if settings.recipes else {}
    if name not in own:
        print(f"{name}: nothing of yours, the shipped recipe holds", file=sys.stderr)
        return 0
    rows = list(_differences(shipped, laid_over(shipped, own[name][1])))
    if as_json:
        say_json({"key": key, "shipped": ours, "yours": theirs} for key, ours, theirs in rows)
    else:
        say_table(("key", "shipped", "yours"), rows)
        print(f"\n{own[name][0]}")
    return 1 if rows else 0


def try_cases(names: tuple[str, ...], config: Path | None, *, accepts: bool, as_json: bool) -> int:
    """Reads a source's saved cases with its recipe of today; 1 where one reads otherwise.

    With `accepts`, what reads otherwise is what is expected from now on.
    """
    settings = settings_of(config)
    rows = [
        {"source": source.name, "case": case.name, "differs": _differs(case, source, accepts=accepts)}
        for source in sources_named(names, recipes_of(settings))
        for folder in _case_folders(source, own_folder(settings, config))
        for case in cases_in(folder)
    ]
    if not rows:
        raise BadInput(
            f"no saved cases of {', '.join(names)}; make one with `broadsheet fixture`, or try it live with --live"
        )
    if as_json:
        say_json(rows)
    else:
        say_table(
            ("source", "case", "reads"), ((*_two(row), row["differs"] or "as expected") for row in rows)
        )
    return 1 if any(row["differs"] for row in rows) and not accepts else 0


def _differs(case: Case, source: Source, *, accepts: bool) -> str | None:
    difference = what_differs(case, source)
    if difference is None or not accepts:
        return difference
    try:
        accept(case, source)
    except FixtureError as error:
        raise BadInput(str(error)) from error
    return f"accepted: {difference}"


def switch(name: str, config: Path | None, *, on: bool) -> int:
    """Switches a source on or off, by a recipe of the person's own that says so and nothing else."""
    settings = settings_of(config)
    source = named(name, recipes_of(settings))
    if source.enabled is on:
        print(f"{name} is switched {'on' if on else 'off'} already")
        return 0
    folder = own_folder(settings, config)
    own = own_tables(folder) if folder.is_dir() else {}
    file, _ = own.get(name, (folder / f"{name}.toml", {}))
    line = f"enabled = {'true' if on else 'false'}\n"
    text = file.read_text("utf-8") if file.exists() else f'name = "{name}"\n'
    kept = [one for one in text.splitlines(keepends=True) if not one.startswith("enabled")]
    # Above the first table, where the keys of the recipe itself stand.
    place = next((number for number, one in enumerate(kept) if one.startswith("[")), len(kept))
    _write(file, "".join([*kept[:place], line, *kept[place:]]))
    print(f"{name} is switched {'on' if on else 'off'}: {file}")
    return 0


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; set recipes to a folder you can write to") from error


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


def _case_folders(source: Source, own: Path) -> Iterator[Path]:
    """Where cases of the source may lie: the checkout's, and those `broadsheet add` kept beside a person's recipes."""
    for folder in dict.fromkeys((_IN_CHECKOUT.resolve(), (own.parent / "fixtures").resolve())):
        yield folder / source.name


def _two(row: dict[str, Any]) -> tuple[str, str]:
    return row["source"], row["case"]


def _cells(source: Source) -> tuple[object, ...]:
    row = _as_json(source)
    keys = ("name", "title", "language", "zone", "found_by", "sure", "confirmed")
    return (*(row[key] for key in keys), "yes" if source.enabled else "no")


def _as_json(source: Source) -> dict[str, object]:
    return {
        "name": source.name,
        "title": source.title,
        "home": str(source.home),
        "language": source.language,
        "zone": source.zone,
        "found_by": ", ".join(dict.fromkeys(step.kind for step in source.discovery)),
        "sure": source.sure,
        "confirmed": source.confirmed,
        "enabled": source.enabled,
        "disabled_because": source.disabled_because,
        "bundles": list(source.bundles),
    }


def _bundles(sources: list[Source]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source in sources:
        for bundle in source.bundles:
            found.setdefault(bundle, []).append(source.name)
    return found


def _shown(value: Any, before: str = "") -> Iterator[str]:
    """A recipe's keys, one a line, as they are reached: discovery[0].kind = "feed"."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _shown(one, f"{before}.{key}" if before else key)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, one in enumerate(value):
            yield from _shown(one, f"{before}[{number}]")
    else:
        yield f"{before} = {value!r}"


def _differences(shipped: dict[str, Any], holds: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    ours, theirs = (dict(line.split(" = ", 1) for line in _shown(table)) for table in (shipped, holds))
    for key in dict.fromkeys([*ours, *theirs]):
        if ours.get(key) != theirs.get(key):
            yield key, ours.get(key, ""), theirs.get(key, "")

"""The verbs below `sources`, their arguments and their help; like all of them they import what they need when they run."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json

sources = typer.Typer(
    rich_markup_mode=None,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A source.")]


@sources.callback()
def list_(
    context: typer.Context,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="FILE", help="Only say whether this recipe is sound.")
    ] = None,
    json: Json = False,
    config: Config = None,
) -> int:
    """The sites Broadsheet has a recipe for, shipped and your own.

    A recipe of your own that bears a shipped one's name takes its place key by key: say only what is to differ.
    A bundle, like zh-tech, can be named wherever a source can. How sure: A, its real pages were read or fresh
    facts agree; B, one fresh fact or older ones that agree; C, to be verified.

    \b
    broadsheet sources
    broadsheet sources show huxiu
    broadsheet sources --check sources/mysite.toml
    """
    from cli.recipes import check_recipe, list_sources

    if context.invoked_subcommand is not None:
        return 0
    return check_recipe(check) if check else list_sources(_config(context, config), as_json=json)


@sources.command()
def show(context: typer.Context, name: Name, json: Json = False, config: Config = None) -> int:
    """A source's recipe as it holds, yours laid over the shipped one."""
    from cli.recipes import show_source

    return show_source(name, _config(context, config), as_json=json)


@sources.command("test")
def try_(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Sources, or a bundle.")],
    live: Annotated[bool, typer.Option("--live", help="Ask the site instead: see broadsheet check.")] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="What is read now is right: let the cases expect it.")
    ] = False,
    json: Json = False,
    config: Config = None,
) -> int:
    """Read a source's saved pages with its recipe, and say what reads otherwise than expected.

    The pages are those of the checkout, and those that `broadsheet add` kept beside your recipes. The exit status is
    1 if one reads otherwise. After a change of the recipe, look at what reads otherwise, and --accept it if it is right.

    \b
    broadsheet sources test huxiu
    broadsheet sources test huxiu --live
    """
    if live:
        from cli.checking import check

        return check(tuple(names), 3, _config(context, config), every=False, as_json=json)
    from cli.recipes import try_cases

    return try_cases(tuple(names), _config(context, config), accepts=accept, as_json=json)


@sources.command()
def diff(context: typer.Context, name: Name, json: Json = False, config: Config = None) -> int:
    """What your recipe says otherwise than the shipped one, key by key.

    The exit status is 1 if it says something otherwise.
    """
    from cli.recipes import diff_source

    return diff_source(name, _config(context, config), as_json=json)


@sources.command()
def enable(context: typer.Context, name: Name, config: Config = None) -> int:
    """Switch a source on, by a line in your own folder of recipes."""
    from cli.recipes import switch

    return switch(name, _config(context, config), on=True)


@sources.command()
def disable(context: typer.Context, name: Name, config: Config = None) -> int:
    """Switch a source off: bundles and the daemon leave it out. By name it can still be crawled."""
    from cli.recipes import switch

    return switch(name, _config(context, config), on=False)


def _config(context: typer.Context, config: Path | None) -> Path | None:
    """The settings file, named after the verb or before it."""
    return config or context.find_object(Path)

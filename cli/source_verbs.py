"""The verbs for a whole source, their arguments and their help; like all of them they import what they need when they run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json, gathered


@dataclass(frozen=True, slots=True)
class Wish:
    """How a recipe is to be made, and where it goes."""

    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What the source is called.")] = (
        None
    )
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", metavar="FOLDER", help="Where the recipe goes [default: your own recipes, ./sources]."
        ),
    ] = None
    sample: Annotated[
        int,
        typer.Option("--sample", min=1, max=20, metavar="N", help="So many articles are read as a sample."),
    ] = 5
    fixtures: Annotated[
        bool,
        typer.Option("--fixtures/--no-fixtures", help="Keep the sample beside the recipes, as test cases."),
    ] = True
    force: Annotated[bool, typer.Option("--force", help="Overwrite a recipe of that name.")] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the recipe and write nothing.")] = False
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before the feeds of a file are added.")
    ] = False


@gathered("wish", Wish)
def add(
    context: typer.Context,
    wish: Wish,
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]", help="The site: its home page, a section, a feed, a sitemap, an article."
        ),
    ] = None,
    opml: Annotated[
        Path | None,
        typer.Option("--opml", metavar="FILE", help="Add every feed of an OPML file, or of a list of URLs."),
    ] = None,
    json: Json = False,
    config: Config = None,
) -> int:
    """Write a recipe for a site nobody has described yet.

    It finds feeds, sitemaps and lists, tells articles by their addresses, reads some as a sample, and proposes a
    recipe: the shortest that reads them. Some 20 requests, under the same rules as a crawl. What is weak is said in
    plain words; the exit status is 0 if the recipe is fit for use, 1 otherwise.

    \b
    broadsheet add https://news.example.org/
    broadsheet add https://news.example.org/ --name example --dry-run
    broadsheet add --opml subscriptions.opml
    """
    from cli.adding import add as run  # noqa: PLC0415 - help is there at once

    return run(url, opml, wish, config or context.obj, as_json=json)


def check(
    context: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE|URL]...", help="Sources by name, or by a URL of theirs."),
    ] = None,
    sample: Annotated[
        int,
        typer.Option("--sample", min=0, max=20, metavar="N", help="So many of the newest articles are read."),
    ] = 3,
    every: Annotated[bool, typer.Option("--all", help="Check every source that is switched on.")] = False,
    json: Json = False,
    config: Config = None,
) -> int:
    """Try a source live and explain what it gives.

    Every way to find articles is asked, not only the first that answers, and whether it honours conditional requests; then some of the newest
    articles are read. Nothing is archived. The exit status is 0 if all is well, 1 if something is wrong.

    \b
    broadsheet check huxiu
    broadsheet check --all --json
    """
    from cli.checking import check as run  # noqa: PLC0415 - help is there at once

    return run(tuple(what or ()), sample, config or context.obj, every=every, as_json=json)

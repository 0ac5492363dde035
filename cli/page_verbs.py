"""The verbs for one page, their arguments and their help; like all of them they import what they need when they run."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json, Url


def extract(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A saved page; - reads standard input.")],
    url: Url,
    json: Json = False,
    config: Config = None,
) -> int:
    """Read one saved page and print the article.

    The archive is left alone. Relative times, such as an hour ago, count from the day the file was last written. A page that is no article is
    refused: exit status 1, and the reason on standard error.

    \b
    broadsheet extract page.html --url https://www.huxiu.com/article/33546
    broadsheet extract - --url https://example.org/post --json < page.html
    """
    from cli.pages import extract as run

    return run(file, url, config or context.obj, as_json=json)


def explain(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(metavar="URL|FILE", help="A page to fetch, or a saved one; - reads standard input."),
    ],
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Where a saved page was saved from.")
    ] = None,
    json: Json = False,
    config: Config = None,
) -> int:
    """Show what a page is read as, from what, and why.

    For each field: what is taken, every candidate with its origin in the order of trust, and why the one that is
    marked won. A page is fetched once, as a crawl would, and nothing is archived. A page that is refused still shows
    what was found, with exit status 1.

    \b
    broadsheet explain https://www.huxiu.com/article/33546
    broadsheet explain page.html --url https://example.org/post --json
    """
    from cli.explaining import explain as run

    return run(target, url, config or context.obj, as_json=json)


def fixture(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved page.")],
    url: Url,
    into: Annotated[Path, typer.Option("--into", metavar="FOLDER", help="Where fixtures are kept.")] = Path(
        "fixtures"
    ),
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What the case is called.")
    ] = None,
    config: Config = None,
) -> int:
    """Make a test case of a saved page, its text replaced.

    It keeps the mark-up and replaces every run of text by invented text of the same script and length.

    \b
    broadsheet fixture page.html --url https://www.huxiu.com/article/33546 --name 2014
    """
    from cli.pages import fixture as run

    return run(file, url, into, name, config or context.obj)

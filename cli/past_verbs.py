"""The verbs that bring in the past, their arguments and their help; like all of them they import what they need when they run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json, gathered

_SOURCE = typer.Option("--source", metavar="NAME", help="This source only.")
_DAY = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What an import takes and leaves out."""

    source: Annotated[str | None, _SOURCE] = None
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Published on this day or later.")
    ] = None
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Published on this day or earlier.")
    ] = None
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="URL", help="The site that posts without an address of their own are of."
        ),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, and write nothing.")] = False


@gathered("wish", ImportWish)
def import_(
    context: typer.Context,
    what: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...", help="WARC files, JSON lines, saved pages, posts, or folders of them."
        ),
    ],
    wish: ImportWish,
    json: Json = False,
    config: Config = None,
) -> int:
    """Take in articles that were kept elsewhere, through the same door and the same judgement as a crawl's.

    What is taken: WARC files (.warc, .warc.gz; Common Crawl's too), of which the pages that were answered with 200;
    saved pages (.html), whose address is told by a meta.json beside them, by a browser's comment at their top, by their
    canonical link or by their name; posts with front matter (.md) of Jekyll, of Hugo or of another archive; and JSON
    lines (.jsonl), an article each: url, title, a text (body: Markdown; text; html), and what else is known (authors,
    published_at, tags, language …). Each is read by the recipe that knows its URL. What is no article is told with its
    reason and kept nowhere.

    Stopped or killed, it goes on where it was when it is run again. Done twice, it changes nothing. The exit status is
    1 where something could not be read. With --json there is an object for each page or post, and one for each input.
    In a dry run texts are not compared: what is told as new may be another article's text.

    \b
    broadsheet import CC-NEWS-20261124-00001.warc.gz --source huxiu
    broadsheet import saved-pages/ old-blog/_posts/ --base https://blog.example.org
    broadsheet import articles.jsonl --dry-run
    """
    from cli.importing import import_all as run  # noqa: PLC0415 - help is there at once

    return run(tuple(what), wish, config or context.obj, as_json=json)

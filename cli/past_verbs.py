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


@dataclass(frozen=True, slots=True)
class ReparseWish:
    """Which stored pages are read again, and what is done about it."""

    source: Annotated[str | None, _SOURCE] = None
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Fetched on this day or later (UTC).")
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = (
        False
    )
    force: Annotated[
        bool, typer.Option("--force", help="Take a text, too, that loses more than half of its length.")
    ] = False


@gathered("wish", ReparseWish)
def reparse(context: typer.Context, wish: ReparseWish, json: Json = False, config: Config = None) -> int:
    """Read every stored page again by today's reader and recipes, and correct the articles.

    Nothing is fetched: the pages are those that were kept as they were received (setting `snapshots`). What an article
    gains by it is a correction: the file's name, the address and the first sight stay, and it is no version of its
    publisher's. A file that you edited is left alone. So is an article whose page today's reader refuses, or of whose
    text it finds less than half; both are told. What the site's feed told and its page does not say is kept. A page
    that was refused when it was fetched and is an article today comes in by the archive's door. Two articles that come
    to the same text stay two.

    An article that today's reader and recipe have read already is not read again, so that what was stopped goes on.
    With --json there is an object for each page that was read, with each field before and after. The exit status is 1
    where reading a page broke down.

    \b
    broadsheet reparse --dry-run
    broadsheet reparse --source huxiu --since 2026-01-01
    """
    from cli.reparsing import reparse as run  # noqa: PLC0415 - help is there at once

    return run(wish, config or context.obj, as_json=json)


@dataclass(frozen=True, slots=True)
class BackfillWish:
    """Which days, how much of them, and by which index."""

    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="The first day, as 2014-05-12.")
    ] = None
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="The last day.")] = None
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="Fetch at most N articles, the newest first."),
    ] = None
    cdx: Annotated[
        str | None,
        typer.Option(
            "--cdx", metavar="URL", help="The address of a web archive's index (CDX), with its query."
        ),
    ] = None
    from_archive: Annotated[
        bool,
        typer.Option(
            "--from-archive", help="Take the copy behind --cdx where the site no longer has the page."
        ),
    ] = False


@gathered("wish", BackfillWish)
def backfill(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A source by name, or a bundle.")],
    wish: BackfillWish,
    json: Json = False,
    config: Config = None,
) -> int:
    """Find and fetch what a source published in days past.

    The past is listed by the site's own sitemaps (the recipe's and those of robots.txt) and, with --cdx, by the index of
    a web archive. The day is that of the article's address, else the one its sitemap states, else that of the copy; an
    article of which nothing tells a day is taken, too. All that is found is recorded, whether or not it is fetched in
    this run: run it again to go on, or leave the rest to the crawls to come. It is asked for as in a crawl: robots.txt,
    a pause between any two requests, and the budgets of broadsheet.toml.

    An index is one that answers in the form of the Wayback Machine (output=json, from=, to=; where the two are empty
    they are filled in, and showResumeKey=true makes it go on) or of Common Crawl. --from-archive asks the Wayback
    Machine behind it for pages that are gone, or failed.

    \b
    broadsheet backfill huxiu --from 2014-05-01 --to 2014-05-31 --limit 100
    broadsheet backfill huxiu --from 2014-05-01 --to 2014-05-31 --from-archive \\
      --cdx 'https://web.archive.org/cdx/search/cdx?url=huxiu.com/article/*&output=json&from=&to='
    """
    from cli.backfilling import backfill as run  # noqa: PLC0415 - help is there at once

    return run(source, wish, config or context.obj, as_json=json)

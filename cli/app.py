"""The verbs, their arguments and their help. Each imports what it needs when it runs, so that help is there at once."""

from pathlib import Path
from typing import Annotated

import typer

from cli import (
    daemon_verbs,
    finding_verbs,
    health_verbs,
    page_verbs,
    past_verbs,
    proof_verbs,
    recipe_verbs,
    snapshot_verbs,
    source_verbs,
    telling_verbs,
    version_verbs,
)
from cli.options import Config, Json

app = typer.Typer(
    name="broadsheet",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def broadsheet(
    context: typer.Context,
    config: Config = None,
    version: Annotated[bool, typer.Option("--version", help="Say which Broadsheet this is.")] = False,
) -> None:
    """Crawl tech news and keep every article, once, as a plain Markdown file.

    \b
    broadsheet demo              see it work, offline
    broadsheet init              write a broadsheet.toml to set things in
    broadsheet crawl huxiu       crawl a site now
    broadsheet daemon            crawl the sites you chose, for good
    broadsheet list              what the archive holds

    Each verb explains itself: broadsheet crawl --help
    """
    context.obj = config
    if version:
        from cli.saying import say_version

        say_version()
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(
    archive: Annotated[
        Path, typer.Option("--archive", metavar="FOLDER", help="Where to keep what it archives.")
    ] = Path("demo-archive"),
) -> int:
    """Crawl a played site, offline, and show what becomes of it.

    The site's hosts are played on this machine from bundled pages, and crawled with the recipe, the addresses and
    the file names of the real one. A second run finds every article known. Your settings are left out of it.
    """
    from cli.demo import run

    return run(archive)


@app.command()
def crawl(
    context: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE|URL]...", help="Sources by name, or articles by URL."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="At most N articles of each source.")
    ] = None,
    json: Json = False,
    config: Config = None,
) -> int:
    """Crawl sources, or single articles, now.

    Without arguments, the sources that broadsheet.toml names. What the archive has is not fetched again. The exit
    status is 0 if every source answered and every page could be had, 1 otherwise.

    \b
    broadsheet crawl huxiu
    broadsheet crawl huxiu --limit 5
    broadsheet crawl https://www.huxiu.com/article/33546
    """
    from cli.crawling import crawl as run

    return run(tuple(what or ()), limit, config or context.obj, as_json=json)


app.command()(daemon_verbs.daemon)
app.command("run-due")(daemon_verbs.run_due)
app.command()(daemon_verbs.pause)
app.command()(daemon_verbs.resume)
app.command()(daemon_verbs.run)


app.command()(health_verbs.status)
app.command()(health_verbs.doctor)
app.command()(finding_verbs.coverage)
app.command()(telling_verbs.tell)


@app.command("list")
def list_(
    context: typer.Context,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="This source only.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="The newest N only.")
    ] = None,
    json: Json = False,
    config: Config = None,
) -> int:
    """The articles the archive holds, the newest first.

    \b
    broadsheet list --limit 10
    broadsheet list --source huxiu --json
    """
    from cli.shelf import list_articles as run

    return run(source, limit, config or context.obj, as_json=json)


@app.command()
def show(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="URL|PATH", help="The article's URL, or its file.")],
    config: Config = None,
) -> int:
    """Print the file of one article.

    \b
    broadsheet show https://www.huxiu.com/article/33546
    broadsheet show huxiu/2014/2014-05-12-33546.md
    """
    from cli.shelf import show as run

    return run(article, config or context.obj)


app.command()(version_verbs.history)
app.command()(version_verbs.diff)
app.command()(page_verbs.extract)
app.command()(page_verbs.explain)


app.add_typer(recipe_verbs.sources, name="sources")


@app.command()
def reindex(context: typer.Context, json: Json = False, config: Config = None) -> int:
    """Rebuild the catalog from the files and the ledger.

    What you changed is taken as it is: an edited file stays edited, a moved one is found by its url, a deleted one
    is recorded as removed and not fetched again. Exit status 1 if something is damaged.
    """
    from cli.shelf import reindex as run

    return run(config or context.obj, as_json=json)


@app.command()
def forget(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The article's URL.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: Config = None,
) -> int:
    """Remove an article for good, and keep it away.

    Its file, its text and every trace go (earlier versions, pages as they were received, pictures that no other article
    has), but for a tombstone, so that it is not fetched again. Copies of the catalog that upgrades and repairs kept go,
    too. What `broadsheet backup` copied elsewhere is not reached: run it again, or delete it.

    \b
    broadsheet forget https://www.huxiu.com/article/33546
    """
    from cli.shelf import forget as run

    return run(url, config or context.obj, asks=not yes)


@app.command()
def init(
    context: typer.Context,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="MAIL|URL", help="How a site's owner reaches you.")
    ] = None,
    archive: Annotated[
        str, typer.Option("--archive", metavar="FOLDER", help="Where articles are kept.")
    ] = "archive-data",
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME", help="What the daemon crawls; may be repeated."),
    ] = None,
    config: Config = None,
) -> int:
    """Write a broadsheet.toml with every setting explained.

    One that is there already is left alone.

    \b
    broadsheet init --contact me@example.org
    """
    from cli.starting import init as run

    return run(contact, archive, tuple(source or ()), config or context.obj)


app.command()(page_verbs.fixture)
app.command("import")(past_verbs.import_)
app.command()(past_verbs.reparse)
app.command()(past_verbs.backfill)
app.command()(source_verbs.add)
app.command()(source_verbs.check)
app.command()(snapshot_verbs.snapshot)
app.command()(proof_verbs.verify)
app.command()(proof_verbs.repair)
app.command()(proof_verbs.backup)

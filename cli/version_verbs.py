"""The verbs that show what a publisher changed, their arguments and their help; they import what they need when they run."""

from typing import Annotated

import typer

from cli.options import Config, Json

_ArticleUrl = Annotated[str, typer.Argument(metavar="URL|PATH", help="The article's URL, or its file.")]


def history(context: typer.Context, article: _ArticleUrl, json: Json = False, config: Config = None) -> int:
    """List the versions of an article: when each was read, what it changed, and where it lies.

    An article is read again as it grows older (setting `reread`). Where its publisher really changed it, the file in
    place holds the newest text, and the earlier ones lie in `.versions` beside it. A change is typo, numbers, headline,
    added, removed or rewritten, or several; advertisements, counters and mark-up are none. A text that comes back is
    no new version. A text that is kept beside a file you edited says so. If the page is gone by now, the last line
    says since when.

    \b
    broadsheet history https://www.huxiu.com/article/33546
    broadsheet history huxiu/2014/2014-05-12-33546.md --json
    """
    from cli.versions import history as run  # noqa: PLC0415 - help is there at once

    return run(article, config or context.obj, as_json=json)


def diff(
    context: typer.Context,
    article: _ArticleUrl,
    old: Annotated[
        int | None,
        typer.Option(
            "--from", min=1, metavar="N", help="The version to begin with [default: the one before]."
        ),
    ] = None,
    new: Annotated[
        int | None,
        typer.Option("--to", min=1, metavar="M", help="The version to end with [default: the one in place]."),
    ] = None,
    json: Json = False,
    config: Config = None,
) -> int:
    """Show what changed between two versions of an article, paragraph by paragraph and word by word.

    What went is red, what came is green; where there are no colours, [-what went-] and {+what came+}. The numbers are
    those of `broadsheet history`. Exit status 1 if there is one version only.

    \b
    broadsheet diff https://www.huxiu.com/article/33546
    broadsheet diff https://www.huxiu.com/article/33546 --from 1 --to 3
    """
    from cli.versions import diff as run  # noqa: PLC0415 - help is there at once

    return run(article, (old, new), config or context.obj, as_json=json)

"""The verb that shows what was received, its arguments and its help; it imports what it needs when it runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Config, Json, gathered


@dataclass(frozen=True, slots=True)
class Which:
    """Which response, and where it goes."""

    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it here instead; never over a file.")
    ] = None
    record: Annotated[
        str | None,
        typer.Option(
            "--record", metavar="ID", help="This one, by the id that --list shows or the beginning of it."
        ),
    ] = None
    all_of_them: Annotated[
        bool, typer.Option("--list", help="List what came for the article, the latest first.")
    ] = False


@gathered("which", Which)
def snapshot(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The article's URL, or its file.")],
    which: Which,
    json: Json = False,
    config: Config = None,
) -> int:
    """The page of an article as it was received, from the WARC files of the archive.

    Without --record it is the one that the article was read from, else the latest that came: of a refused page, what
    was there instead of an article. It is written unpacked and otherwise byte for byte. The WARC files lie in
    `snapshots/` of the archive; pywb, replayweb.page and warcio read them too. With --json, what --list shows.

    \b
    broadsheet snapshot https://www.huxiu.com/article/34127 > page.html
    broadsheet snapshot https://www.huxiu.com/article/34127 --list
    broadsheet snapshot https://www.huxiu.com/article/34127 --record 65e64157 --out page.html
    """
    from cli.snapshots import list_snapshots, write_snapshot  # noqa: PLC0415 - help is there at once

    if which.all_of_them or json:
        return list_snapshots(url, config or context.obj, as_json=json)
    return write_snapshot(url, which.record, which.out, config or context.obj)

"""The verb that asks how complete the finds are, its arguments and its help; it imports what it needs when it runs."""

from typing import Annotated

import typer

from cli.options import Config, Json


def coverage(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="One source, by day and with its open URLs; or a bundle."),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, metavar="N", help="Its last N days with finds [default: 14]."),
    ] = None,
    missed: Annotated[
        bool, typer.Option("--missed", help="List what one way of discovery saw and another did not.")
    ] = False,
    json: Json = False,
    config: Config = None,
) -> int:
    """What became of every URL that was discovered, and how many articles were never found.

    Every URL has one state, so the states add up to the URLs. It may have been found in several ways (feed, sitemap,
    …), and counts for each. Days are UTC, and a URL's day is the one of its discovery.

    Recall is the share of a site's articles that was found, estimated from two ways as from capture and recapture
    (Chapman 1951): what share of the one's articles the other found too. In brackets, its bounds at 95 %. Only what
    was published within the reach of both ways counts, by the stated time; without one, by the time of discovery, once
    both ways are asked. URLs of one article are taken together, those that are no article are left out. At least 7
    shared articles are needed. The two ways are taken to be independent: what both miss alike, because the site
    names it in neither, makes the estimate too rosy.

    With --json, an object a line, told apart by its `kind`: `source` (states, ways, and an estimate for each pair of
    ways), `day`, and with a SOURCE also every `open` URL, with its next try, and every `missed` one.

    \b
    broadsheet coverage
    broadsheet coverage huxiu --days 30
    broadsheet coverage huxiu --missed
    broadsheet coverage huxiu --json
    """
    from cli.covering import coverage as run  # noqa: PLC0415 - help is there at once

    return run(source, days, config or context.obj, missed=missed, as_json=json)

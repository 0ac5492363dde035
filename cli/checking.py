"""The verb `check`: a source tried live, and what is wrong with it."""

import sys
from collections.abc import Iterable
from pathlib import Path

from cli.errors import BadInput
from cli.opening import recipes_of, settings_of, source_of, sources_named
from cli.saying import progress, say_json, say_table
from crawler.checkup import FIELDS, Checkup, PageTried, WayTried, check_up
from crawler.config import Settings
from crawler.fetch import session
from crawler.source import Source
from scheduler.loop import run

Task = tuple[Source, tuple[str, ...]]  # a source, and articles of it that were named


def check(what: tuple[str, ...], sample: int, config: Path | None, *, every: bool, as_json: bool) -> int:
    """Tries sources live; 1 where something is wrong with one."""
    settings = settings_of(config)
    tasks = _tasks(what, recipes_of(settings), settings, every=every)
    checkups = run(lambda: _all_checked(tasks, sample, settings))
    if as_json:
        say_json(map(checkup_as_json, checkups))
    else:
        for place, checkup in enumerate(checkups):
            if place:
                print()
            say_checkup(checkup)
    sys.stdout.flush()
    for checkup in checkups:
        for trouble in checkup.troubles:
            print(f"broadsheet: {checkup.source}: {trouble}", file=sys.stderr)
    return 0 if all(checkup.is_well for checkup in checkups) else 1


def _tasks(
    what: tuple[str, ...], recipes: dict[str, Source], settings: Settings, *, every: bool
) -> list[Task]:
    """What to try: each source once, with the articles of it that were named."""
    if what and every:
        raise BadInput("--all checks every source that is switched on; leave the others out")
    chosen = (
        [name for name, source in recipes.items() if source.enabled] if every else what or settings.sources
    )
    if not chosen:
        raise BadInput(
            'nothing to check; name a source or a URL, or set sources = ["huxiu"] in broadsheet.toml'
        )
    tasks: dict[str, Task] = {}
    for one in chosen:
        if "://" not in one:
            for source in sources_named([one], recipes):
                tasks.setdefault(source.name, (source, ()))
            continue
        source = source_of(one, recipes, settings.site_config)
        _, urls = tasks.get(source.name, (source, ()))
        tasks[source.name] = source, (*urls, one) if source.identify(one) is not None else urls
    return list(tasks.values())


async def _all_checked(tasks: list[Task], sample: int, settings: Settings) -> list[Checkup]:
    found = []
    with progress("check") as advance:
        for place, (source, urls) in enumerate(tasks):
            advance(place, len(tasks))
            async with session(settings, source.language, source) as asking:
                found.append(await check_up(source, asking, urls, sample))
    return found


# --- for a person ---


def say_checkup(checkup: Checkup) -> None:
    """What was tried and what came of it."""
    print(
        f"{checkup.source}: {'all is well' if checkup.is_well else 'something is wrong'} ({checkup.requests} requests)"
    )
    print(f"robots.txt: {_robots(checkup)}\n")
    if checkup.ways:
        say_table(
            ("way", "asked", "status", "articles", "newest", "if unchanged", "what"), map(_way, checkup.ways)
        )
        print()
    if checkup.pages:
        say_table(
            ("article", "state", "template", *(name.removesuffix("_at") for name in FIELDS)),
            _pages(checkup.pages),
        )
    for note in checkup.notes:
        print(f"Note: {note}")


def _robots(checkup: Checkup) -> str:
    robots = checkup.robots
    if robots.status is None:
        return "could not be had"
    if robots.status != 200:
        return f"answers {robots.status}" + (": everything is allowed" if robots.status < 500 else "")
    return ("allows us" if robots.allows else "forbids us") + (
        f", {robots.delay:g} s apart" if robots.delay else ""
    )


def _way(way: WayTried) -> tuple[object, ...]:
    honoured = {"none": "whole again", "honoured": "304", "ignored": "whole again, in spite of validators"}
    return (
        way.name,
        way.url,
        way.status,
        way.articles,
        f"{way.newest:%Y-%m-%d %H:%M}" if way.newest else "",
        honoured[way.validators] if way.status == 200 else "",
        way.problem or ("always asked" if way.always else ""),
    )


def _pages(pages: Iterable[PageTried]) -> Iterable[tuple[object, ...]]:
    for page in pages:
        if page.state == "article":
            yield (
                page.url,
                page.state,
                page.template or "",
                *(_found(name, page.found.get(name)) for name in FIELDS),
            )
        else:
            yield page.url, page.state, page.template or "", page.reason, *[""] * (len(FIELDS) - 1)


def _found(name: str, value: str | None) -> str:
    if value is None:
        return "missing"
    return f"{len(value):,} characters" if name == "body" else value[:60]


# --- for a program ---


def checkup_as_json(checkup: Checkup) -> dict[str, object]:
    """The checkup as one object."""
    robots = checkup.robots
    return {
        "source": checkup.source,
        "well": checkup.is_well,
        "robots": {"status": robots.status, "allows": robots.allows, "crawl_delay": robots.delay},
        "ways": [_way_as_json(way) for way in checkup.ways],
        "pages": [_page_as_json(page) for page in checkup.pages],
        "requests": checkup.requests,
        "troubles": list(checkup.troubles),
        "notes": list(checkup.notes),
    }


def _way_as_json(way: WayTried) -> dict[str, object]:
    return {
        "name": way.name,
        "kind": way.kind,
        "url": way.url,
        "always": way.always,
        "status": way.status,
        "articles": way.articles,
        "newest": way.newest.isoformat() if way.newest else None,
        "problem": way.problem,
        "validators": way.validators,
    }


def _page_as_json(page: PageTried) -> dict[str, object]:
    fields = {name: len(value) if name == "body" and value else value for name, value in page.found.items()}
    return {
        "url": page.url,
        "state": page.state,
        "reason": page.reason or None,
        "evidence": page.evidence or None,
        "template": page.template,
        "fields": fields,
    }

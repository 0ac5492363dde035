"""How a proposed recipe is told: ways, fields, what is weak."""

from collections.abc import Iterable, Sequence

from cli.saying import say_table
from crawler.proposing.propose import Proposal
from crawler.proposing.steps import Found
from crawler.source import Source


def say_proposal(proposal: Proposal, *, shows_recipe: bool) -> None:
    """What was found, how the sample reads, what is weak; the recipe itself where it goes to no file."""
    print(f"{proposal.name}: {proposal.asked} ({proposal.kind}), {proposal.requests} requests\n")
    if proposal.found:
        say_table(("way", "URL", "items", "articles", "newest", "what"), map(_way, proposal.found))
    source = proposal.source
    if source is not None and source.article is not None:
        print("\nArticles: " + " and ".join(source.article.patterns))
    if proposal.reading is not None and source is not None:
        print()
        say_table(("field", "right", "confirmed", "read by", "what is wrong"), _fields(proposal, source))
    for note in proposal.notes:
        print(f"\nNote: {note}" if note == proposal.notes[0] else f"Note: {note}")
    for weak in proposal.weak:
        print(f"\nWeak: {weak}" if weak == proposal.weak[0] else f"Weak: {weak}")
    if shows_recipe and proposal.text:
        print(f"\n{proposal.text}", end="")


def say_summary(outcomes: Sequence[tuple[str, Proposal | None, str | None]]) -> None:
    """A row a site, for many at once."""
    say_table(("asked", "name", "ways", "read", "what"), (_row(*outcome) for outcome in outcomes))


def as_json(proposal: Proposal) -> dict[str, object]:
    source, reading = proposal.source, proposal.reading
    article = source.article if source else None
    return {
        "name": proposal.name,
        "kind": proposal.kind,
        "requests": proposal.requests,
        "recipe": proposal.text or None,
        "language": source.language if source else None,
        "zone": source.zone if source else None,
        "hosts": list(source.hosts) if source else [],
        "patterns": list(article.patterns) if article else [],
        "ways": [_way_as_json(found) for found in proposal.found],
        "fields": {
            name: {
                "right": score.right,
                "of": score.of,
                "confirmed": score.confirmed,
                "wrong": list(score.notes),
            }
            for name, score in (reading.scores if reading else {}).items()
        },
        "articles_read": reading.articles if reading else 0,
        "sample": [sample.fetched.url for sample in proposal.samples],
        "weak": list(proposal.weak),
        "notes": list(proposal.notes),
    }


def _way(found: Found) -> tuple[object, ...]:
    way = found.way
    kind = "news sitemap" if way.is_news else "sitemap index" if way.is_index else way.kind
    newest = way.newest
    what = (
        way.problem
        or way.note
        or (f"{found.new} in no way before" if found.new else "nothing that other ways lack")
    )
    return kind, way.url, len(way.links), found.articles, f"{newest:%Y-%m-%d %H:%M}" if newest else "", what


def _way_as_json(found: Found) -> dict[str, object]:
    way = found.way
    return {
        "kind": way.kind,
        "url": way.url,
        "items": len(way.links),
        "articles": found.articles,
        "new": found.new,
        "newest": way.newest.isoformat() if way.newest else None,
        "problem": way.problem,
        "note": way.note or None,
        "hub": way.hub,
    }


def _fields(proposal: Proposal, source: Source) -> Iterable[tuple[object, ...]]:
    template = source.templates[0] if source.templates else None
    scores = proposal.reading.scores if proposal.reading else {}
    for name, score in scores.items():
        rules = getattr(template, name) if template else ()
        by = ", ".join(rule.select for rule in rules) or "the general reader"
        yield (
            name,
            f"{score.right}/{score.of}",
            f"{score.confirmed}/{score.of}",
            by,
            "; ".join(score.notes)[:160],
        )


def _row(asked: str, proposal: Proposal | None, problem: str | None) -> tuple[object, ...]:
    if proposal is None or proposal.source is None:
        return (
            asked,
            proposal.name if proposal else "",
            "",
            "",
            problem or "; ".join(proposal.weak if proposal else ()),
        )
    ways = ", ".join(dict.fromkeys(step.kind for step in proposal.source.discovery))
    read = f"{proposal.reading.articles}/{len(proposal.samples)}" if proposal.reading else ""
    what = problem or ("; ".join(proposal.weak) if proposal.weak else "fit for use")
    return asked, proposal.name, ways, read, what[:200]

"""A recipe for a site, from a look around and a sample of its pages. Asks through what it is given; keeps nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive import Article
from crawler.discovery.link import Link
from crawler.proposing.addresses import site_of
from crawler.proposing.clusters import Choice, Cluster, bare, chosen, clusters, observed
from crawler.proposing.draft import Draft, DraftStep, recipe, toml
from crawler.proposing.patterns import Addressing
from crawler.proposing.replies import ProposeError
from crawler.proposing.rules import improve
from crawler.proposing.sampling import Picked, pick, statements
from crawler.proposing.scores import Reading, Sample, read_all
from crawler.proposing.scout import Scout, Sight
from crawler.proposing.settle import settled
from crawler.proposing.steps import Found, discovery, is_enough, tally
from crawler.reading import Fetched, Refusal, read
from crawler.source import Source

_LISTS = re.compile(
    r"\blist\b|front page|video"
)  # why a page is no article; one without text may be filled by scripts
_MOST_CHECKED = 3  # shapes of addresses that no feed names: a page of each is read


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recipe and how it came to be. `weak` says in plain words what a person should look at."""

    name: str
    asked: str
    kind: str
    draft: Draft | None
    source: Source | None
    text: str
    found: tuple[Found, ...]
    reading: Reading | None
    samples: tuple[Sample, ...]
    weak: tuple[str, ...]
    notes: tuple[str, ...]
    requests: int

    def called(self, name: str) -> "Proposal":
        """The same under another name."""
        if self.draft is None:
            return replace(self, name=name)
        draft = replace(self.draft, name=name)
        text = self.text.replace(f"\nname = {toml(self.name)}\n", f"\nname = {toml(name)}\n", 1)
        return replace(self, name=name, draft=draft, source=draft.source, text=text)

    @property
    def is_usable(self) -> bool:
        """Are articles found, and is at least half of the sample read?"""
        if self.source is None or self.reading is None or not is_enough(self.found):
            return False
        return (self.reading.articles * 2 >= len(self.samples) and self.reading.articles > 0) or _is_full(
            self
        )


async def propose(url: str, name: str | None, scout: Scout, sample: int) -> Proposal:
    """A recipe for the site around a URL. Raises ProposeError where the site can't be had."""
    sight = await scout.look(url)
    hosts = site_hosts(sight)
    seen, _ = observed(sight.mentions, hosts)
    found = clusters(seen)
    name = name or name_of(sight)
    if not found:
        return _nothing(name, sight, scout, "no links to pages of the site itself were found")
    choice = chosen(_of_main_host(found))
    choice, checked = await _checked(choice, sight, scout)
    if not choice.articles:
        return _nothing(name, sight, scout, "no addresses that repeat as those of articles do were found")
    picked = pick(choice, sight, sample)
    fetched = [*sight.articles, *checked]
    fetched = await _sampled(picked, fetched, sight, scout, sample)
    return _proposal(name, sight, scout, choice, _moved(fetched, sight, choice))


def site_hosts(sight: Sight) -> frozenset[str]:
    """The hosts that the site's articles may lie on: those of its own domain, or of the one that its feed leads to."""
    own = site_of(sight.home)
    stated = [url for url, way, _, _ in sight.mentions if way in ("feed", "news")]
    sites = [site_of(url) for url in stated]
    if sites and sites.count(own) * 5 < len(sites):
        other = max(sorted(set(sites)), key=sites.count)
        own = other if sites.count(other) * 5 >= 4 * len(sites) else own
    return frozenset(urlsplit(url).netloc for url, _, _, _ in sight.mentions if site_of(url) == own)


def name_of(sight: Sight) -> str:
    """What a source is called by default: its domain's first word, after a host's own."""
    host = (urlsplit(sight.home).hostname or "site").removeprefix("www.").removeprefix("m.")
    domain = site_of(sight.home)
    label = domain.partition(".")[0] if not domain.replace(".", "").isdigit() else domain
    below = host.removesuffix(domain).strip(".")
    words = [*filter(None, below.split(".")), label]
    return (
        "-".join("".join(one for one in word if one.isalnum() or one in "-_") for word in words).strip("-_")
        or "site"
    )


def _of_main_host(found: Sequence[Cluster]) -> tuple[Cluster, ...]:
    """The clusters of the host that has the articles: a pattern knows paths, not hosts."""
    weights: dict[str, float] = {}
    for one in found:
        weights[one.host] = weights.get(one.host, 0) + len(one.seen) * (
            10 if one.is_stated else max(0.0, one.score)
        )
    main = max(sorted(weights), key=lambda host: weights[host])
    return tuple(one for one in found if one.host == main)


async def _checked(choice: Choice, sight: Sight, scout: Scout) -> tuple[Choice, list[Fetched]]:
    """The choice less what turns out to be no article: of a shape that no feed names, a page is read."""
    replies: list[Fetched] = []
    for cluster in choice.likely[:_MOST_CHECKED]:
        reply = await scout.fetch(cluster.seen[len(cluster.seen) // 2].address.url, spends=False)
        if not isinstance(reply, Fetched) or reply.status != 200:
            continue  # nothing can be said of it
        result = read(reply, _probe_of(reply, sight))
        if isinstance(result, Refusal) and (result.state == "gone" or _LISTS.search(result.reason)):
            choice = choice.without(cluster)
        else:
            replies.append(reply)
    return choice, replies


def _probe_of(reply: Fetched, sight: Sight) -> Source:
    return Source(name="probe", home=sight.home, hosts=(urlsplit(reply.url).hostname or "",))


async def _sampled(
    picked: Picked, had: list[Fetched], sight: Sight, scout: Scout, most: int
) -> list[Fetched]:
    """The sample's pages; those that were fetched already are part of it."""
    found = list(had)
    known = {reply.requested or reply.url for reply in found}
    for url in picked.urls:
        if len(found) >= max(most, len(had)):
            break
        if url not in known:
            reply = await scout.fetch(url, spends=False)
            if isinstance(reply, Fetched):
                found.append(reply)
    return found


def _moved(fetched: Sequence[Fetched], sight: Sight, choice: Choice) -> tuple[Sight, list[Fetched], Choice]:
    """Where feeds' links lead elsewhere, the addresses they lead to are the articles'."""
    moved = [reply for reply in fetched if reply.requested and reply.status == 200]
    led = [reply.url for reply in moved if urlsplit(reply.url).path.strip("/")]
    if not led:
        return sight, list(fetched), choice
    sight = replace(sight, mentions=(*sight.mentions, *((url, "feed", "", False) for url in led)))
    seen, _ = observed(
        sight.mentions,
        site_hosts(sight) | {urlsplit(url).netloc for url in led if site_of(url) == site_of(sight.home)},
    )
    again = chosen(_of_main_host(clusters(seen)))
    gone = {(one.name, one.host) for one in choice.others}
    for cluster in again.likely:
        if (cluster.name, cluster.host) in gone:
            again = again.without(cluster)
    return sight, list(fetched), again


def _proposal(
    name: str, sight: Sight, scout: Scout, choice: Choice, moved: tuple[Sight, list[Fetched], Choice]
) -> Proposal:
    sight, fetched, choice = moved
    base = settled(name, sight, choice, fetched)
    said = statements(sight, base.draft.source)
    samples = tuple(Sample(reply, said.of(reply, base.draft.source)) for reply in fetched)
    base = base.in_zone(samples, sight)
    found = tally(sight, base.draft.source)
    better = improve(base.draft, samples, scout.config)
    steps, weak_steps = discovery(found, samples, better.reading)
    draft = _own_names(replace(better.draft, steps=steps), better.reading)
    source = draft.source
    reading = read_all(samples, source)
    text = recipe(draft, _opening(sight, samples, reading))
    notes = (*sight.notes, *base.notes)
    weak = (*weak_steps, *_weak(reading, samples, sight, better.draft))
    return Proposal(
        name, sight.asked, sight.kind, draft, source, text, found, reading, samples, weak, notes, scout.asked
    )


def _own_names(draft: Draft, reading: Reading) -> Draft:
    """The site's own name among authors is kept only if nobody else is named."""
    own = draft.title
    named = {author for result in reading.results if isinstance(result, Article) for author in result.authors}
    return replace(draft, own_names=(own,)) if own and own in named else draft


def _opening(sight: Sight, samples: Sequence[Sample], reading: Reading) -> str:
    day = max((sample.fetched.fetched_at for sample in samples), default=None)
    when = f" on {day:%Y-%m-%d}" if day else ""
    return (
        f"{sight.title or sight.home}. Proposed by `broadsheet add {sight.asked}`{when}: {reading.articles} of "
        f"{len(samples)} sample pages read as articles. What is not said here is read as on any site."
    )


def _weak(reading: Reading, samples: Sequence[Sample], sight: Sight, draft: Draft) -> Iterable[str]:
    refused = [result for result in reading.results if isinstance(result, Refusal)]
    if not samples:
        yield "no page could be fetched as a sample: nothing is known of how its articles read"
    for refusal in refused:
        yield f"{refusal.url} reads as {refusal.state}: {refusal.reason}"
    if sight.is_generated or (
        refused and len(refused) == len(samples) and all(one.state != "blocked" for one in refused)
    ):
        yield "its pages may be filled by scripts: try render = true in the recipe (needs the extra `render`)"
    for field, score in reading.scores.items():
        wrong = [note for note in score.notes if ": " not in note or note.startswith("“")]
        if score.right < score.of and reading.articles and wrong:
            yield f"{field}: right on {score.right} of {score.of} pages ({wrong[0]})"


def _nothing(name: str, sight: Sight, scout: Scout, why: str) -> Proposal:
    found = tuple(Found(way, 0) for way in sight.ways)
    hint = (
        "its pages may be filled by scripts"
        if sight.is_generated
        else "name a feed, a section or an article of it"
    )
    return Proposal(
        name,
        sight.asked,
        sight.kind,
        None,
        None,
        "",
        found,
        None,
        (),
        (f"{why}; {hint}",),
        sight.notes,
        scout.asked,
    )


def _is_full(proposal: Proposal) -> bool:
    return (
        proposal.source is not None
        and any(step.full for step in proposal.source.discovery)
        and all(
            isinstance(one, Refusal) and one.state == "blocked"
            for one in (proposal.reading.results if proposal.reading else ())
        )
    )


__all__ = ["Addressing", "DraftStep", "Link", "Proposal", "ProposeError", "Scout", "bare", "propose"]

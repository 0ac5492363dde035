"""A recipe for a site, from a look around and a sample of its pages. Asks through what it is given; keeps nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from archive import Article
from crawler.proposing.addresses import site_of
from crawler.proposing.clusters import Choice, Cluster, chosen, clusters, observed
from crawler.proposing.draft import Draft, recipe
from crawler.proposing.proposal import Proposal, nothing, opening, weaknesses
from crawler.proposing.replies import ProposeError
from crawler.proposing.rules import improve
from crawler.proposing.sampling import Picked, pick, statements
from crawler.proposing.scores import Reading, Sample, read_all
from crawler.proposing.scout import Scout, Sight
from crawler.proposing.settle import settled
from crawler.proposing.steps import discovery, tally
from crawler.reading import Fetched, Refusal, read
from crawler.source import Source

__all__ = ["Proposal", "ProposeError", "Scout", "propose"]

# Why a page is no article; one without text may be filled by scripts.
_LISTS = re.compile(r"\blist\b|front page|video")
_MOST_CHECKED = 3  # shapes of addresses that no feed names: a page of each is read


async def propose(url: str, name: str | None, scout: Scout, sample: int) -> Proposal:
    """A recipe for the site around a URL. Raises ProposeError where the site can't be had."""
    sight = await scout.look(url)
    hosts = site_hosts(sight)
    seen, _ = observed(sight.mentions, hosts)
    found = clusters(seen)
    name = name or name_of(sight)
    if not found:
        return nothing(name, sight, "no links to pages of the site itself were found", scout.asked)
    choice = chosen(_of_main_host(found))
    choice, checked = await _checked(choice, sight, scout)
    if not choice.articles:
        return nothing(
            name, sight, "no addresses that repeat as those of articles do were found", scout.asked
        )
    picked = pick(choice, sight, sample)
    fetched = [*sight.articles, *checked]
    fetched = await _sampled(picked, fetched, sight, scout, sample)
    sight, choice = _moved(fetched, sight, choice)
    return _proposal(name, sight, scout, choice, fetched)


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


def _moved(fetched: Sequence[Fetched], sight: Sight, choice: Choice) -> tuple[Sight, Choice]:
    """Where feeds' links lead elsewhere, the addresses they lead to are the articles'."""
    moved = [reply for reply in fetched if reply.requested and reply.status == 200]
    led = [reply.url for reply in moved if urlsplit(reply.url).path.strip("/")]
    if not led:
        return sight, choice
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
    return sight, again


def _proposal(name: str, sight: Sight, scout: Scout, choice: Choice, fetched: Sequence[Fetched]) -> Proposal:
    """What comes of all that was fetched. Pure."""
    base = settled(name, sight, choice, fetched)
    said = statements(sight, base.draft.source)
    samples = tuple(Sample(reply, said.of(reply, base.draft.source)) for reply in fetched)
    base = base.in_zone(samples, sight)
    found = tally(sight, base.draft.source)
    better = improve(base.draft, samples, scout.config)
    steps, weak = discovery(found, samples, better.reading)
    draft = _own_names(replace(better.draft, steps=steps), better.reading)
    reading = read_all(samples, draft.source)
    return Proposal(
        name=name,
        asked=sight.asked,
        kind=sight.kind,
        draft=draft,
        source=draft.source,
        text=recipe(draft, opening(sight, samples, reading)),
        found=found,
        reading=reading,
        samples=samples,
        weak=(*weak, *weaknesses(reading, samples, sight, draft)),
        notes=(*sight.notes, *base.notes),
        requests=scout.asked,
    )


def _own_names(draft: Draft, reading: Reading) -> Draft:
    """The site's own name among authors is kept only if nobody else is named."""
    own = draft.title
    named = {author for result in reading.results if isinstance(result, Article) for author in result.authors}
    return replace(draft, own_names=(own,)) if own and own in named else draft

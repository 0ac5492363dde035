"""Pure: which of a site's addresses are its articles', told by their shapes and by who names them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from crawler.proposing.addresses import (
    Address,
    Seen,
    address_of,
    has_no_articles,
    identity_keys,
    is_dated,
    kind_of,
    strength,
    weight,
)

STATED = frozenset({"feed", "news"})  # ways that name articles and little else
_SURE = 4.0  # a cluster that scores so is taken without a feed's word
_BEST = 2.0  # where nothing is sure, the best of those that score so
_FEWEST, _MANY = 3, 5
_HEADLINE, _LONG_HEADLINE, _LABEL = 12, 24, 7  # weights of a link's text

Signature = tuple[str, ...]
_Key = tuple[str, tuple[str, ...], str, str, tuple[str, ...]]  # the fields of a Cluster in their order


@dataclass(frozen=True)
class Cluster:
    """Addresses of one shape: the same folders (numbers alike), the same kind of last part."""

    host: str
    folders: tuple[str, ...]  # words as they are, else year, date or number
    last: str  # number, slug, word or query
    extension: str
    keys: tuple[str, ...]  # of the query
    seen: tuple[Seen, ...]

    @property
    def signature(self) -> Signature:
        """What clusters share that differ in their words alone."""
        kinds = tuple(
            "word" if folder not in ("year", "date", "number") else folder for folder in self.folders
        )
        last = "text" if self.last in ("slug", "word") else self.last
        # `/article/1` and `/article/1.html` are one; `/2026/some-name` and `/2026/some-name.html` seldom are.
        return (self.host, *kinds, last, "" if last == "number" else self.extension, *self.keys)

    @property
    def is_stated(self) -> bool:
        """Does a feed or a news sitemap name some of them?"""
        return any(one.ways & STATED for one in self.seen)

    @cached_property
    def score(self) -> float:
        """How much its addresses look like articles', on the average; the links' texts of those that have some."""
        texts = [bonus for one in self.seen if (bonus := _bonus(one)) is not None]
        own = sum(map(_looks, self.seen)) / len(self.seen) + (len(self.seen) >= _MANY)
        return own + (sum(texts) / len(texts) if texts else 0.0)

    @property
    def name(self) -> str:
        folders = [f"<{one}>" if one in ("year", "date", "number") else one for one in self.folders]
        last = (
            f"<{self.last}>{self.extension}"
            if self.last != "query"
            else f"{self.seen[0].address.stem}?{'&'.join(self.keys)}="
        )
        return "/" + "/".join([*folders, last])


@dataclass(frozen=True, slots=True)
class Choice:
    """Clusters: articles by a feed's word, articles by their looks, and what is none."""

    stated: tuple[Cluster, ...]
    likely: tuple[Cluster, ...]
    others: tuple[Cluster, ...]

    @property
    def articles(self) -> tuple[Cluster, ...]:
        return (*self.stated, *self.likely)

    def without(self, wrong: Cluster) -> "Choice":
        """The choice after a page of a cluster turned out to be no article."""
        return replace(
            self, likely=tuple(one for one in self.likely if one != wrong), others=(*self.others, wrong)
        )


def observed(
    mentions: Iterable[tuple[str, str, str, bool]], site_hosts: frozenset[str]
) -> tuple[tuple[Seen, ...], tuple[str, ...]]:
    """The addresses of a site that were mentioned (URL, way, text of the link, is it in a menu), and the query's identity keys."""
    listed = list(mentions)
    keys = identity_keys(url for url, _, _, _ in listed)
    hosts = {bare(host) for host in site_hosts}
    found: dict[str, list[tuple[Address, str, str, bool]]] = defaultdict(list)
    for url, way, text, aside in listed:
        address = address_of(url, keys)
        if address and bare(address.host) in hosts and (address.stem or address.query):
            found[bare(address.host) + address.path].append((address, way, text, aside))
    return tuple(_seen(ones) for ones in found.values()), keys


def clusters(seen: Iterable[Seen]) -> tuple[Cluster, ...]:
    """The addresses by shape, the likeliest articles first."""
    by_key: dict[_Key, list[Seen]] = defaultdict(list)
    for one in seen:
        address = one.address
        by_key[
            bare(address.host),
            address.kinds,
            _last(address),
            address.extension,
            tuple(key for key, _ in address.query),
        ].append(one)
    made = (
        Cluster(host, folders, last, extension, keys, tuple(ones))
        for (host, folders, last, extension, keys), ones in by_key.items()
    )
    return tuple(sorted(made, key=lambda one: (not one.is_stated, -one.score, -len(one.seen), one.name)))


def chosen(found: Iterable[Cluster]) -> Choice:
    """Which clusters are articles' because a feed says so, which look like it, and what is left."""
    listed = [part for one in found for part in _parted(one)]
    stated = tuple(one for one in listed if one.is_stated)
    shaped = [one for one in listed if not one.is_stated]
    kin = {one.signature for one in stated}
    likely = [
        one
        for one in shaped
        if one.score >= (_SURE if one.signature not in kin else _BEST) and _is_several(one)
    ]
    if not stated and not likely:
        likely = [one for one in shaped if one.score >= _BEST and len(one.seen) >= _FEWEST][:1]
    others = tuple(one for one in shaped if one not in likely)
    return Choice(stated, tuple(likely), others)


def _parted(cluster: Cluster) -> Iterator[Cluster]:
    """A cluster that a feed names, less those of its addresses that only happen to have its shape: `/about` beside a post."""
    own = [one for one in cluster.seen if one.ways & STATED or _score(one) >= _BEST]
    if not cluster.is_stated or len(own) == len(cluster.seen):
        yield cluster
        return
    yield replace(cluster, seen=tuple(own))
    yield replace(cluster, seen=tuple(one for one in cluster.seen if one not in own))


def merged(ones: Iterable[Cluster]) -> Mapping[Signature, list[Cluster]]:
    """The clusters by signature: each group becomes one pattern."""
    groups: dict[Signature, list[Cluster]] = defaultdict(list)
    for one in ones:
        groups[one.signature].append(one)
    return groups


def bare(host: str) -> str:
    """The host less `www.`, which seldom makes a difference."""
    return host.removeprefix("www.")


def _is_several(cluster: Cluster) -> bool:
    """More than one, or one that bears a date or an id: a menu holds single pages of any shape."""
    return len(cluster.seen) >= 2 or cluster.score >= _SURE + 1


def _seen(ones: list[tuple[Address, str, str, bool]]) -> Seen:
    texts = tuple(dict.fromkeys(text for _, _, text, _ in ones if text))
    linked = [aside for _, way, _, aside in ones if way == "listing"]
    return Seen(ones[0][0], texts, frozenset(way for _, way, _, _ in ones), bool(linked) and all(linked))


def _last(address: Address) -> str:
    if address.query:
        return "query"
    if kind_of(address.stem) in ("number", "date", "year"):
        return "number"
    return "slug" if strength(address) >= 2 else "word"


def _score(one: Seen) -> float:
    return _looks(one) + (_bonus(one) or 0.0)


def _looks(one: Seen) -> float:
    address = one.address
    score = strength(address) + 2.0 * is_dated(address) - 5.0 * has_no_articles(address)
    score += 1.0 * (address.extension != "" and _last(address) == "number")
    return score - 3.0 * one.aside


def _bonus(one: Seen) -> float | None:
    """What the longest text that links to it adds; None without one."""
    longest = max(map(weight, one.texts), default=0)
    if not longest:
        return None
    return (
        2.0
        if longest >= _LONG_HEADLINE
        else 1.0
        if longest >= _HEADLINE
        else -1.0
        if longest <= _LABEL
        else 0.0
    )

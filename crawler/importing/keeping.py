"""Hands what an import brought to the archive, by its one door."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from archive import Archive, Article, Receipt, Verdict, url_key
from crawler.importing.item import Broken, Item
from crawler.importing.reading import Brought
from crawler.pool import Died

LEFT_OUT = "left out"
BROKEN = "broken"
TROUBLE = (BROKEN, "failed")  # something that should have been read could not be


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one item."""

    name: str
    state: str
    url: str | None = None
    reason: str = ""
    title: str | None = None
    path: str | None = None


_Coming = tuple[int, Brought, Article]  # which of several


@dataclass(frozen=True, slots=True)
class Span:
    """Days of publication, both included; one that nobody states is the day it was fetched."""

    since: date | None = None
    until: date | None = None

    def holds(self, article: Article) -> bool:
        day = (article.published_at or article.fetched_at).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


class Keeper:
    """Keeps articles and counts what became of them; without an archive to write to it only foretells."""

    def __init__(self, archive: Archive | None, span: Span, *, writes: bool) -> None:
        self._archive = archive
        self._span = span
        self._writes = writes
        self.counts: Counter[str] = Counter()

    def keep(self, items: Sequence[tuple[Item, Brought | Died]]) -> list[Told]:
        """What became of each; articles are durable when this returns."""
        told: list[Told | None] = [self._refused(item, brought) for item, brought in items]
        coming = [
            (place, brought, brought.result)
            for place, (_, brought) in enumerate(items)
            if told[place] is None and isinstance(brought, Brought) and isinstance(brought.result, Article)
        ]
        keeps = self._add if self._writes else self._foretell
        for (place, _, article), receipt in zip(coming, keeps(coming), strict=True):
            name, state = items[place][0].name, receipt.verdict.value
            told[place] = Told(name, state, receipt.url, "", article.title, receipt.path)
        return [self._counted(one) for one in told if one is not None]

    def miss(self, broken: Broken) -> Told:
        """A stretch of the input could not be read."""
        return self._counted(Told(broken.name, BROKEN, reason=broken.reason))

    def _counted(self, told: Told) -> Told:
        self.counts[told.state] += 1
        return told

    def _refused(self, item: Item, brought: Brought | Died) -> Told | None:
        """What became of what is no article, or none that is wanted."""
        if isinstance(brought, Died):
            return Told(item.name, "failed", item.url, brought.reason)
        result = brought.result
        if result is None:
            return Told(item.name, LEFT_OUT, item.url)
        if not isinstance(result, Article):
            return Told(item.name, result.state, result.url, result.reason)
        return None if self._span.holds(result) else Told(item.name, LEFT_OUT, result.url, title=result.title)

    def _add(self, coming: Sequence[_Coming]) -> list[Receipt]:
        archive = self._archive
        if archive is None:
            raise ValueError("there is no archive to keep it in")
        articles = [_at_its_own(archive, article, brought) for _, brought, article in coming]
        unmet = archive.unmet([one.url for one in articles])
        news = {
            place: one
            for place, one in enumerate(articles)
            if one.url in unmet or not _is_older(archive, one)
        }
        added = dict(zip(news, archive.add_many(list(news.values())), strict=True))
        receipts = [added.get(place) or _known(archive, one) for place, one in enumerate(articles)]
        also = {
            url: receipt.url
            for (_, brought, _), receipt in zip(coming, receipts, strict=True)
            for url in brought.also
        }
        if also:
            archive.alias(also, max(one.fetched_at for one in articles))
        return receipts

    def _foretell(self, coming: Sequence[_Coming]) -> list[Receipt]:
        return [self._foretold(article) for _, _, article in coming]

    def _foretold(self, article: Article) -> Receipt:
        archive = self._archive
        if archive is None or article.url in archive.unmet([article.url]):
            return Receipt(Verdict.NEW, None, article.url)
        held = archive.article(article.url)
        if held is not None:
            return Receipt(Verdict.KNOWN, held.path, held.url)
        return Receipt(Verdict.REMOVED if archive.is_settled(article.url) else Verdict.NEW, None, article.url)


def _at_its_own(archive: Archive, article: Article, brought: Brought) -> Article:
    """The article under the URL where it lay, where every page of its site states one and the same."""
    if brought.led is None or url_key(brought.led) == url_key(article.url):
        return article
    return replace(article, url=brought.led) if archive.holds_another(article) else article


def _is_older(archive: Archive, article: Article) -> bool:
    """Does the archive hold this article as it was at that time, or later? An older text is no revision."""
    held = archive.article(article.url)
    if held is None or (held.read_from, article.read_from) == ("feed", "page"):
        return False
    return article.fetched_at <= datetime.fromisoformat(held.fetched_at)


def _known(archive: Archive, article: Article) -> Receipt:
    held = archive.article(article.url)
    return Receipt(Verdict.KNOWN, held.path if held else None, held.url if held else article.url)

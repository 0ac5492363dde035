"""Hands what an import brought to the archive, by its one door."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from archive import Archive, Article, Exchange, Receipt, Verdict, url_key
from crawler.past.importing.item import Broken, Item
from crawler.past.importing.reading import Brought
from crawler.past.pool import Died

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


_Coming = tuple[int, Item, Brought, Article]  # which of several


@dataclass(frozen=True, slots=True)
class Span:
    """Days of publication, both included; one that nobody states is the day it was fetched."""

    since: date | None = None
    until: date | None = None

    def holds(self, article: Article) -> bool:
        day = (article.published_at or article.fetched_at).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


class Keeper:
    """Keeps articles and counts what became of them; without an archive to write to it only foretells.

    With `stores` the pages that articles are read from are kept as well, for today's reader is not the last.
    """

    def __init__(self, archive: Archive | None, span: Span, *, writes: bool, stores: bool = False) -> None:
        self._archive = archive
        self._span = span
        self._writes = writes
        self._stores = stores
        self.counts: Counter[str] = Counter()

    def keep(self, items: Sequence[tuple[Item, Brought | Died]]) -> list[Told]:
        """What became of each; articles are durable when this returns."""
        told: list[Told | None] = [self._refused(item, brought) for item, brought in items]
        coming = [
            (place, item, brought, brought.result)
            for place, (item, brought) in enumerate(items)
            if told[place] is None and isinstance(brought, Brought) and isinstance(brought.result, Article)
        ]
        keeps = self._add if self._writes else self._foretell
        for (place, item, _, article), receipt in zip(coming, keeps(coming), strict=True):
            state = receipt.verdict.value
            told[place] = Told(item.name, state, receipt.url, "", article.title, receipt.path)
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
        articles = [_at_its_own(archive, article, brought) for _, _, brought, article in coming]
        unmet = archive.unmet([one.url for one in articles])
        news = {
            place: one
            for place, one in enumerate(articles)
            if one.url in unmet or not _is_older(archive, one)
        }
        if self._stores:
            news |= _stored(archive, [(place, *coming[place][1:3], one) for place, one in news.items()])
        added = dict(zip(news, archive.add_many(list(news.values())), strict=True))
        receipts = [added.get(place) or _known(archive, one) for place, one in enumerate(articles)]
        also = {
            url: receipt.url
            for (_, _, brought, _), receipt in zip(coming, receipts, strict=True)
            for url in brought.also
        }
        if also:
            archive.alias(also, max(one.fetched_at for one in articles))
        return receipts

    def _foretell(self, coming: Sequence[_Coming]) -> list[Receipt]:
        return [self._foretold(article) for _, _, _, article in coming]

    def _foretold(self, article: Article) -> Receipt:
        archive = self._archive
        if archive is None or article.url in archive.unmet([article.url]):
            return Receipt(Verdict.NEW, None, article.url)
        held = archive.article(article.url)
        if held is not None:
            return Receipt(Verdict.KNOWN, held.path, held.url)
        return Receipt(Verdict.REMOVED if archive.is_settled(article.url) else Verdict.NEW, None, article.url)


def _stored(archive: Archive, coming: Sequence[_Coming]) -> dict[int, Article]:
    """The articles of which the pages are there, which are durable now; those that a known page gave stay as they are."""
    pages = [
        (place, article, page)
        for place, item, brought, article in coming
        if (page := page_of(item, brought, article))
    ]
    unwanted = archive.removed({url for _, article, page in pages for url in (article.url, page.url)})
    held = archive.snapshots.has_each([page for *_, page in pages])
    new = [
        (place, article, page)
        for (place, article, page), is_held in zip(pages, held, strict=True)
        if not is_held and unwanted.isdisjoint((article.url, page.url))
    ]
    ids = archive.snapshots.put_all([page for *_, page in new], datetime.now(UTC))
    return {place: replace(article, snapshot=one) for (place, article, _), one in zip(new, ids, strict=True)}


def page_of(item: Item, brought: Brought, article: Article) -> Exchange | None:
    """The page that an article was read from, as it is stored; None where it came as a text.

    A page of a WARC file is a response, of which nobody kept the request; any other is a file.
    """
    if brought.address is None:
        return None
    is_response = bool(item.headers)
    body = item.content if brought.page is None else brought.page
    return Exchange(
        url=brought.address,
        method="",
        request_headers=(),
        status=200 if is_response else 0,
        reason="OK" if is_response else "",
        headers=tuple(_unpacked(item.headers, len(body))),
        body=body,
        at=article.fetched_at,
        article=article.url,
    )


def _unpacked(headers: Sequence[tuple[str, str]], size: int) -> Iterator[tuple[str, str]]:
    """The head of a response whose body is unpacked; what it said of the packing is said as Common Crawl does."""
    for name, value in headers:
        lower = name.lower()
        if lower in ("content-encoding", "transfer-encoding"):
            yield f"X-Crawl-{name}", value
        else:
            yield name, str(size) if lower == "content-length" else value


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

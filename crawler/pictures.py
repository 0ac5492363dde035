"""PicturePipeline: the pictures of articles that were just kept, where the recipe or the settings want them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from twisted.python.failure import Failure

from archive import ArchiveError, Article, Picture
from crawler.landing import Landing
from crawler.source import Source
from crawler.spiders import ArticleSpider

MOST_PICTURES = 50  # of one article
MOST_BYTES = 10 * 1024 * 1024  # of one picture
MOST_ALBUM_BYTES = 50 * 1024 * 1024  # of one article's

_AFTER_ARTICLES = -10
_ACCEPTED = "image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1"


class Album:
    """The pictures of one article: what is under way, and what came. Scrapy hands it on once nothing is under way."""

    def __init__(self, article: str, urls: tuple[str, ...], referer: str | None) -> None:
        self.article = article
        self.came: list[Picture] = []
        self._referer = referer
        self._room = MOST_ALBUM_BYTES
        self._under_way = set(urls[:MOST_PICTURES])
        self._urls = urls[:MOST_PICTURES]

    def requests(self) -> Iterator[Request]:
        """Asked for like any page: robots.txt, the domain's turns and the guard of addresses hold for pictures too."""
        headers = {"Accept": _ACCEPTED} | ({"Referer": self._referer} if self._referer else {})
        for url in self._urls:
            try:
                yield Request(
                    url,
                    callback=self.take,
                    errback=self.miss,
                    headers=headers,
                    cb_kwargs={"url": url},
                    meta={"download_maxsize": MOST_BYTES},
                    dont_filter=True,
                    priority=_AFTER_ARTICLES,
                )
            except ValueError:  # an address that is none
                self._under_way.discard(url)

    def take(self, response: Response, url: str) -> Iterator["Album"]:
        """A reply. Beyond what may be, or no picture: the remote link stays."""
        picture = Picture(url, response.body)
        if response.status == 200 and picture.is_one and len(picture.content) <= self._room:
            self._room -= len(picture.content)
            self.came.append(picture)
        yield from self._done(url)

    def miss(self, error: Failure) -> Iterator["Album"]:
        """No reply: the remote link stays."""
        yield from self._done(error.request.cb_kwargs["url"])  # type: ignore[attr-defined]  # Scrapy sets it

    def _done(self, url: str) -> Iterator["Album"]:
        self._under_way.discard(url)
        if not self._under_way:
            yield self


class PicturePipeline:
    """Asks for the pictures once an article is kept; the article never waits for them."""

    def __init__(self, crawler: Crawler, spider: ArticleSpider) -> None:
        self._crawler = crawler
        self._spider = spider
        self._open: list[Album] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider = crawler.spider
        if not isinstance(spider, ArticleSpider) or not keeps_pictures(
            spider.source, ours=spider.ours.assets
        ):
            raise NotConfigured
        return cls(crawler, spider)

    async def process_item(self, item: Any) -> Any:
        try:
            if isinstance(item, Album):
                self._keep(item)
            elif isinstance(item, Landing) and isinstance(item.result, Article):
                self._ask(item)
        except ArchiveError as error:
            self._spider.tally.stops(str(error))
            self._spider.stop_soon("archive")
        except Exception:  # whatever a picture holds must not end the crawl
            self._spider.logger.exception("pictures can't be kept")
        return item

    def close_spider(self) -> None:
        """A crawl that ends early keeps what came."""
        for album in list(self._open):
            try:
                self._keep(album)
            except ArchiveError as error:
                self._spider.tally.stops(str(error))
                return

    def _ask(self, landing: Landing) -> None:
        archive = self._spider.archive
        row = archive.article(landing.url)
        urls = archive.assets.wanted(row.url) if row is not None else ()
        engine = self._crawler.engine
        if row is None or not urls or engine is None:
            return
        album = Album(row.url, urls, referer_of(self._spider.source, row.url))
        self._open.append(album)
        for request in album.requests():
            engine.crawl(request)

    def _keep(self, album: Album) -> None:
        if album in self._open:
            self._open.remove(album)
        if album.came:
            self._spider.archive.assets.keep(album.article, album.came, datetime.now(UTC))


def keeps_pictures(source: Source, *, ours: bool) -> bool:
    """What the recipe says goes before the user's own setting."""
    return ours if source.assets is None else source.assets


def referer_of(source: Source, article: str) -> str | None:
    """The page that a source's pictures are asked for from: the article's, unless the recipe names another."""
    if source.image_referer == "none":
        return None
    return source.image_referer or article

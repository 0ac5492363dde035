"""What an item reads as. Runs in processes of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import Article
from crawler.landing import Target, further_page, land
from crawler.past.importing.item import Item
from crawler.past.importing.posts import read_post
from crawler.past.importing.rows import read_row
from crawler.past.importing.saved import saved_from
from crawler.reading import Fetched, Refusal
from crawler.site_config import with_rules
from crawler.source import Source, source_for

_NOWHERE = "nothing says where it was saved from; a meta.json with its `url` beside it, a canonical link or its name may"


@dataclass(frozen=True, slots=True)
class Brought:
    """What an item came to. `also` are further URLs of the article; without a result it is left out.

    `address` is where its page was, if it holds one; `page` is that page, if the item's content is not.
    """

    result: Article | Refusal | None
    also: tuple[str, ...] = ()
    led: str | None = None  # where the page lay
    address: str | None = None
    page: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads items; `only` names the one source whose items are wanted."""

    sources: Mapping[str, Source]
    rules: Path | None = None
    plain: bool = False
    only: str | None = None

    def __call__(self, item: Item) -> Brought:
        try:
            return self._bring(item)
        except ValueError as error:  # no web address
            return Brought(Refusal(url=item.url or item.name, state="failed", reason=str(error)))

    def source_of(self, url: str) -> Source:
        """The source a URL belongs to. Raises ValueError where it is no address of the web."""
        return with_rules(source_for(url, self.sources), url, self.rules)

    def leaves_out(self, url: str) -> bool:
        """Is the URL of another source than the wanted one?"""
        return self.only is not None and self.source_of(url).name != self.only

    def _bring(self, item: Item) -> Brought:
        if item.kind == "page":
            return self._bring_page(item)
        result: Article | Refusal
        page = None
        if item.kind == "post":
            result = read_post(item, self.source_of)
        else:
            result, page = read_row(item, self.source_of, plain=self.plain)
        if not isinstance(result, Article):
            return Brought(result)
        is_other = self.only not in (None, result.source)
        return Brought(None) if is_other else Brought(result, address=result.url if page else None, page=page)

    def _bring_page(self, item: Item) -> Brought:
        url, saved_at = (item.url, None) if item.url else saved_from(item.content, item.path, item.beside)
        if url is None:
            return Brought(Refusal(url=item.name, state="failed", reason=_NOWHERE))
        if self.leaves_out(url):
            return Brought(None)
        return _read_page(item, url, saved_at or item.fetched_at, self.source_of(url), plain=self.plain)


def _read_page(item: Item, url: str, fetched_at: datetime, source: Source, *, plain: bool) -> Brought:
    page = Fetched(
        url=url,
        status=200,
        body=item.content,
        content_type=item.content_type,
        fetched_at=fetched_at,
        headers=item.headers,
    )
    identity = source.identify(url)
    landing = land(Target(identity.url if identity else url), (page,), source, plain=plain)
    if isinstance(landing.result, Article) and further_page((page,), source) is not None:
        # Half an article would settle the matter for good.
        reason = "it goes on on a further page, which a copy of one page does not hold"
        return Brought(Refusal(url=landing.result.url, state="failed", reason=reason))
    return Brought(landing.result, landing.also, landing.led, address=url)

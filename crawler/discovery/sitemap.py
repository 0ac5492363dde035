"""A sitemap: a reply → its items, the latest first."""

from collections.abc import Iterator

from lxml import etree

from crawler.discovery.link import DiscoveryError, Item
from crawler.discovery.page import looks_like
from crawler.source import Step


def items(body: bytes, url: str, step: Step, content_type: str | None) -> Iterator[Item]:
    """The sitemap's pages. DiscoveryError where the reply is no sitemap."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or etree.QName(root).localname != "urlset":
        raise DiscoveryError(f"not a sitemap but {looks_like(body, content_type)}")
    found = [_item(page) for page in root.iterchildren("{*}url")]
    return iter(sorted(found, key=lambda item: item.published or "", reverse=True))


def _item(page: etree._Element) -> Item:
    return Item(
        url=page.findtext("{*}loc", "").strip(),
        title=page.findtext("{*}news/{*}title"),
        published=page.findtext("{*}news/{*}publication_date") or page.findtext("{*}lastmod"),
    )

"""The times a page states for machines: in JSON-LD, meta elements, microdata, the state of its scripts and its address."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from crawler.reading import json_ld
from crawler.reading.fields.sighting import Sighting
from crawler.reading.metadata import linked, properties
from crawler.reading.page import Page

# Names that mean the day of publication and nothing else, the most trusted first.
_ISSUED = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "parsely-pub-date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "sailthru.date", "weibo: article:create_at",
    "weibo:article:create_at", "bytedance:published_time", "apub:time", "dc.date.issued", "dcterms.issued",
    "og:release_date", "og:published_time", "publish-date", "publish_date", "publishdate", "published_at",
    "published_time", "publication_date", "publication-date", "publicationdate", "publisheddate", "published",
    "published-date", "mediator_published_time", "vr:published-time", "iso-8601-publish-date",
    "shareaholic:article_published_time", "story:published_time", "article_date_original", "rnews:datepublished",
    "article:create_at", "article:create_time", "citation_publication_date", "citation_online_date", "og:pubdate",
    "og:time", "pdate", "ptime", "sw-pubdate", "tmg.pt", "nastooh:publishdate",
)  # fmt: skip
# Names that also stand for the day of the last change, the rendering or the upload.
_PERHAPS_ISSUED = (
    "pubdate", "pub_date", "date", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "dc.created",
    "datecreated", "uploaddate", "search:contentdate", "dcsext.articlefirstpublished",
)  # fmt: skip
_CHANGED = (
    "article:modified_time", "og:article:modified_time", "article:modified", "datemodified", "og:updated_time",
    "last-modified", "last_modified", "lastmod", "lastupdate", "weibo: article:update_at", "weibo:article:update_at",
    "dateupdate", "dcterms.modified", "dc.date.modified", "cxenseparse:modified_time", "bytedance:updated_time",
    "last_updated_date", "article_date_updated",
)  # fmt: skip
_PROPERTIES = {"datePublished": False, "dateModified": True}
_MOST = 3  # values looked at under one name
_MOST_SCRIPTS = 20
_LONGEST_SCRIPT = 300_000
_LONGEST_VALUE = 60
_IN_ADDRESS = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)([/_.-]?)(0[1-9]|1[0-2]|[1-9](?=[/_.-]))\2(0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\d)"
)
_IN_JSON = re.compile(r'"date(Published|Modified)"\s{0,3}:\s{0,3}"([^"]{8,40})"')
_IN_STATE = re.compile(
    r"""[pP](?:ublish\w{0,5}(?:_?(?:[aA]t|[tT]ime|[dD]ate|[oO]n))?|ubdate|ub_?[tT]ime)\\?["']?\s{0,3}:\s{0,3}
    \\?["']?(\d{4}[-/]\d\d?[-/]\d[^"'<>,}\\]{1,25}|\d{10}(?:\d{3})?(?!\d))""",
    re.VERBOSE,
)


def stated(page: Page) -> Iterator[Sighting]:
    """What is said in words that mean publication or change, the most trusted first."""
    yield from _in_json(page)
    for names, changed in ((_ISSUED, False), (_CHANGED, True)):
        yield from _in_metas(page, names, changed)
    yield from _in_microdata(page)


def perhaps_stated(page: Page) -> Iterator[Sighting]:
    """What is said in words that have been used for other days too."""
    yield from _in_metas(page, _PERHAPS_ISSUED, False)
    for name in ("dateCreated", "uploadDate"):
        yield from _of_article(page, name, False)


def in_state(page: Page) -> Iterator[Sighting]:
    """The first times of publication in the data of the page's scripts."""
    for match in islice(_IN_STATE.finditer(page.text), _MOST):
        yield Sighting(match[1], f"script {match[0].split(':')[0][:30]}")


def in_address(url: str) -> str | None:
    """The day in a URL's path, `2019-05-17`."""
    try:
        match = _IN_ADDRESS.search(urlsplit(url).path)
    except ValueError:
        return None
    return match and f"{match[1]}-{match[3]:0>2}-{match[4]:0>2}"


def _in_json(page: Page) -> Iterator[Sighting]:
    found = [one for name, changed in _PROPERTIES.items() for one in _of_article(page, name, changed)]
    yield from found
    if any(not one.changed for one in found):
        return
    # The object may be of a kind that is no article, or JSON that can't be read.
    for script in page.linked_data[:_MOST_SCRIPTS]:
        for match in islice(_IN_JSON.finditer(script[:_LONGEST_SCRIPT]), _MOST):
            yield Sighting(match[2], f"JSON-LD date{match[1]}", match[1] == "Modified")


def _of_article(page: Page, name: str, changed: bool) -> Iterator[Sighting]:
    value = linked(page).get(name)
    text = str(value) if type(value) is int else json_ld.text(value)
    if text:
        yield Sighting(text[:_LONGEST_VALUE], f"JSON-LD {name}", changed)


def _in_metas(page: Page, names: tuple[str, ...], changed: bool) -> Iterator[Sighting]:
    metas = page.metas
    for name in names:
        for text in metas.get(name, ())[:_MOST]:
            yield Sighting(text[:_LONGEST_VALUE], f"meta {name}", changed)


def _in_microdata(page: Page) -> Iterator[Sighting]:
    named = (one for one in properties(page) if one in _PROPERTIES)
    for name in islice(named, _MOST):
        node = name.getparent()
        text = (
            node.get("datetime")
            or node.get("content")
            or node.get("title")
            or "".join(islice(node.itertext(), 10))
        )
        if node.tag != "meta" and text.strip():
            yield Sighting(text.strip()[:_LONGEST_VALUE], f"itemprop {name}", _PROPERTIES[str(name)])

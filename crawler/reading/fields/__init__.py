"""The facts of any article page but its body: one module a field, each giving its candidates and its choice."""

from dataclasses import dataclass
from datetime import datetime

from crawler.reading.choice import Choice
from crawler.reading.facts import Facts
from crawler.reading.fields.authors import authors
from crawler.reading.fields.image import image
from crawler.reading.fields.language import language
from crawler.reading.fields.licence import licence
from crawler.reading.fields.publisher import publisher
from crawler.reading.fields.summary import summary
from crawler.reading.fields.tags import tags
from crawler.reading.fields.times import modified, published
from crawler.reading.fields.title import title
from crawler.reading.page import Page

__all__ = ["Fields", "choose_fields"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What was chosen for each field, and from what. The names are those of `Facts`."""

    title: Choice[str | None]
    authors: Choice[tuple[str, ...]]
    published_at: Choice[datetime | None]
    modified_at: Choice[datetime | None]
    language: Choice[str | None]
    summary: Choice[str | None]
    image: Choice[str | None]
    tags: Choice[tuple[str, ...]]
    licence: Choice[str | None]
    publisher: Choice[str | None]

    def facts(self) -> Facts:
        return Facts(**{name: getattr(self, name).value for name in self.__slots__})


def choose_fields(page: Page) -> Fields:
    """Every field of the page, with no recipe's help."""
    return Fields(
        title=title(page),
        authors=authors(page),
        published_at=published(page),
        modified_at=modified(page),
        language=language(page),
        summary=summary(page),
        image=image(page),
        tags=tags(page),
        licence=licence(page),
        publisher=publisher(page),
    )

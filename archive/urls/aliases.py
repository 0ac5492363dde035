"""Every other URL under which an article was met is kept as its alias."""

from collections.abc import Mapping
from datetime import datetime

from archive.article import Article
from archive.catalog import Catalog
from archive.dedup import candidate, normalised
from archive.urls.keys import url_key
from archive.writing import events
from archive.writing.ledger import Event
from archive.writing.store import Store


def keep_aliases(store: Store, leads_to: Mapping[str, str], now: datetime) -> None:
    """Records URLs that lead to archived articles at others, in one write; what is known costs none."""
    if _news(store.catalog, leads_to):
        with store.writing():
            store.record(_news(store.catalog, leads_to), now)


def holds_another(catalog: Catalog, article: Article) -> bool:
    """Is another article kept at this one's URL: with another title and another text?"""
    new = candidate(article)
    held, row = catalog.known(new.url_key), catalog.article(new.url_key)
    if held is None or row is None or held.text_key == new.text_key:
        return False
    return normalised(row.title) != normalised(article.title)


def _news(catalog: Catalog, leads_to: Mapping[str, str]) -> list[Event]:
    keyed = {url_key(url): (url, url_key(of)) for url, of in leads_to.items()}
    others = {key: pair for key, pair in keyed.items() if key != pair[1]}
    homes = catalog.homes([*others, *(of for _, of in others.values())])
    fresh = {key: pair for key, pair in others.items() if key not in homes}
    found = [events.alias(url, homes[of]) for url, of in fresh.values() if of in homes]
    return found + _of_forgotten(catalog, {key: pair for key, pair in fresh.items() if pair[1] not in homes})


def _of_forgotten(catalog: Catalog, astray: Mapping[str, tuple[str, str]]) -> list[Event]:
    """What leads to an article that a person had forgotten is forgotten, too, and not asked for again."""
    states = catalog.states({of for _, of in astray.values()})
    removed = {of for of, (state, _) in states.items() if state == "removed"}
    rows = [catalog.url(key) for key, (_, of) in astray.items() if of in removed]
    return [
        events.forgotten([row["url"]], row["source"])
        for row in rows
        if row is not None and row["state"] != "removed"
    ]

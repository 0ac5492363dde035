"""When articles were published and found, and what a schedule learned of it: lost with the database, and learned anew."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from archive.coverage import STATES
from archive.database import naming
from archive.document import utc
from archive.memory.putting import put_row
from archive.tables import articles, urls
from archive.working_tables import habits

_MOST = 1000


class Arrivals:
    """What each source publishes, by the clock. Raises ArchiveError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def since(self, source: str, moment: datetime) -> list[datetime | None]:
        """When the URLs that were first found after the moment were published, the latest thousand; None: not said.

        As the page says, else the feed or list.
        """
        published = sa.func.coalesce(articles.c.published_at, urls.c.published_at)
        query = (
            sa.select(published)
            .join(articles, articles.c.url_key == urls.c.url_key, isouter=True)
            .where(urls.c.source == source, urls.c.discovered_at > utc(moment))
            # What is found has changed. The index needs to be told all states to get from the source to the time.
            .where(urls.c.state.in_(STATES), urls.c.changed_at >= utc(moment))
            .order_by(urls.c.discovered_at.desc(), urls.c.url_key)
            .limit(_MOST)
        )
        with naming(self._engine), self._engine.connect() as connection:
            return [_aware(text) for text in connection.scalars(query)]

    def kept(self, source: str, since: datetime) -> list[datetime]:
        """When the articles that the archive holds were first found, from the moment on; the earliest first."""
        query = (
            sa.select(urls.c.discovered_at)
            .where(urls.c.source == source, urls.c.state == "archived")
            .where(urls.c.changed_at >= utc(since), urls.c.discovered_at >= utc(since))
            .order_by(urls.c.discovered_at)
        )
        with naming(self._engine), self._engine.connect() as connection:
            return [datetime.fromisoformat(text) for text in connection.scalars(query)]

    def learned(self, source: str) -> str | None:
        """What `learn` was given last."""
        query = sa.select(habits.c.learned).where(habits.c.source == source)
        with naming(self._engine), self._engine.connect() as connection:
            text: str | None = connection.scalar(query)
        return text

    def learn(self, source: str, learned: str) -> None:
        """Takes the place of what was learned before."""
        with naming(self._engine), self._engine.begin() as connection:
            put_row(connection, habits, {"source": source, "learned": learned})


def _aware(text: str | None) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    return moment if moment is not None and moment.tzinfo is not None else None

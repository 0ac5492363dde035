"""Batch: new articles that are judged and not written yet."""

from collections.abc import Iterable

from archive.article import Article
from archive.dedup import Candidate
from archive.files import path_key
from archive.writing.ledger import Event


class Batch:
    """Holds what is to be written at once, and knows whether the judgement of another article hangs on it."""

    def __init__(self, unheard: set[str], unread: set[str | None]) -> None:
        self.unheard = unheard  # URL keys that the archive knows nothing of
        self.unread = unread  # text keys that none of its articles has
        self.articles: list[Article] = []
        self.made: list[tuple[Event, bytes]] = []
        self._keys = set[str]()
        self._texts = set[str | None]()
        self._fingerprints = set[int]()
        self._paths = set[str]()

    def __len__(self) -> int:
        return len(self.articles)

    def touches(self, new: Candidate, fingerprints: Iterable[int]) -> bool:
        """Is it the same URL or text as one of these, or shares a passage with one?"""
        is_same = new.url_key in self._keys or (new.text_key is not None and new.text_key in self._texts)
        return is_same or not self._fingerprints.isdisjoint(fingerprints)

    def knows_nothing_of(self, new: Candidate) -> tuple[bool, bool]:
        """Has the archive never met its URL, and does it hold no such text?"""
        return new.url_key in self.unheard, new.text_key in self.unread

    def has_path(self, path: str) -> bool:
        return path_key(path) in self._paths

    def put(
        self, article: Article, new: Candidate, fingerprints: Iterable[int], made: tuple[Event, bytes]
    ) -> None:
        self.articles.append(article)
        self.made.append(made)
        self._keys.add(new.url_key)
        self._texts.add(new.text_key)
        self._fingerprints.update(fingerprints)
        self._paths.add(path_key(str(made[0]["path"])))

    def forget(self) -> None:
        """What was known of the archive may be so no more."""
        self.unheard.clear()
        self.unread.clear()

    def clear(self) -> None:
        """All of it is written."""
        self.unheard -= self._keys
        self.unread -= self._texts
        for held in (self.articles, self.made, self._keys, self._texts, self._fingerprints, self._paths):
            held.clear()

"""Pure: which URLs and texts are the same, and which copy of an article is kept."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from archive.article import Article
from archive.urls.keys import url_key

# Grows when `normalised` changes: keys of different normalisers never compare equal by accident.
TEXT_KEY_VERSION = 1
# Below this many normalised characters equal texts are common (flashes, notices): the title must agree too.
SHORT_TEXT = 200

_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK_TARGET = re.compile(r"\]\([^)\n]*\)")


def visible(text: str) -> str:
    """A Markdown text as a reader sees it: without link targets and pictures."""
    return _LINK_TARGET.sub("]", _IMAGE.sub("", text))


def normalised(text: str) -> str:
    """The letters and digits of a Markdown text: no marks, link targets, pictures, case or width."""
    folded = unicodedata.normalize("NFKC", visible(text)).casefold()
    return "".join(filter(str.isalnum, folded))


def text_key(title: str, body: str) -> str | None:
    """Equal for equal normalised texts; None where there is no text to compare.

    Shape: normaliser's version, colon, SHA-256 in hex. A short text's key includes its title.
    """
    text = normalised(body)
    if not text:
        return None
    if len(text) < SHORT_TEXT:
        text = f"{text}\n{normalised(title)}"
    return f"{TEXT_KEY_VERSION}:{hashlib.sha256(text.encode()).hexdigest()}"


class Verdict(StrEnum):
    """What the archive does with an article that comes in."""

    NEW = "new"
    KNOWN = "known"  # same URL: nothing changes
    DUPLICATE = "duplicate"  # same text at another URL: an alias, no second file
    PREFERRED = "preferred"  # same text, and this copy is the one to keep
    REPLACED = "replaced"  # the page's text takes the place of the feed's
    REVISED = "revised"  # same URL: its publisher changed the text, and the earlier one is kept as a version
    REMOVED = "removed"  # a person removed it: it stays away


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What `judge` needs to know of an article that comes in."""

    url: str
    url_key: str
    text_key: str | None
    published_at: datetime | None  # stated by the page, or None
    read_from: str

    @property
    def rank(self) -> tuple[datetime, str]:
        return _rank(self.published_at, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article the archive holds, or held until a person removed it."""

    url: str
    url_key: str
    text_key: str | None
    published_at: datetime | None
    read_from: str
    path: str
    sha256: str  # of its file, as it was written or last taken over
    removed: bool = False
    touched: bool = False  # its file is not as we wrote it: edited, moved or deleted by a person

    @property
    def rank(self) -> tuple[datetime, str]:
        return _rank(self.published_at, self.url)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the article it leaves standing, and those whose files go for it."""

    verdict: Verdict
    kept: Known | None = None
    retires: tuple[Known, ...] = ()

    @property
    def writes(self) -> bool:
        return self.verdict in (Verdict.NEW, Verdict.PREFERRED, Verdict.REPLACED)


def candidate(article: Article) -> Candidate:
    """The article's keys."""
    return Candidate(
        url=article.url,
        url_key=url_key(article.url),
        text_key=text_key(article.title, article.body),
        published_at=article.published_at,
        read_from=article.read_from,
    )


@dataclass(frozen=True, slots=True)
class Near:
    """An article with nearly the same text. It only gives way to a copy that lacks next to nothing of it."""

    known: Known
    is_whole_in_new: bool


def judge(
    new: Candidate, same_url: Known | None, same_text: Known | None, near: Near | None = None
) -> Judgement:
    """What to do with a new copy; of equal copies the same whatever order they come in.

    `same_url` is the article that has this URL or has it as an alias, `same_text` another
    one with the same text key. What a person removed or edited always stands.
    """
    if same_url is not None:
        return _judge_again(new, same_url, same_text)
    if same_text is None:
        return Judgement(Verdict.NEW) if near is None else _judge_near(new, near)
    if _gives_way(same_text, new):
        return Judgement(Verdict.PREFERRED, None, (same_text,))
    return Judgement(Verdict.DUPLICATE, same_text)


def _judge_near(new: Candidate, near: Near) -> Judgement:
    if near.is_whole_in_new and _gives_way(near.known, new):
        return Judgement(Verdict.PREFERRED, None, (near.known,))
    return Judgement(Verdict.DUPLICATE, near.known)


def _judge_again(new: Candidate, held: Known, same_text: Known | None) -> Judgement:
    if held.removed:
        return Judgement(Verdict.REMOVED, held)
    better = held.url_key == new.url_key and (held.read_from, new.read_from) == ("feed", "page")
    if not better or held.touched:
        return Judgement(Verdict.KNOWN, held)
    if same_text is None:
        return Judgement(Verdict.REPLACED, held)
    if _gives_way(same_text, new):
        return Judgement(Verdict.REPLACED, held, (same_text,))
    return Judgement(Verdict.DUPLICATE, same_text, (held,))


def _gives_way(held: Known, new: Candidate) -> bool:
    return not held.removed and not held.touched and new.rank < held.rank


def _rank(published_at: datetime | None, url: str) -> tuple[datetime, str]:
    return (published_at or datetime.max.replace(tzinfo=UTC), url)

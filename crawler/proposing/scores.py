"""Pure: how well a recipe reads a sample of pages, field by field, against what feeds and lists say of them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive import Article
from crawler.reading import Fetched, Refusal, read
from crawler.reading.facts import split_names
from crawler.reading.page import parse_html, text_of
from crawler.source import Source

FIELDS = ("title", "authors", "published", "body")
_NEAR = timedelta(minutes=10)
_SHORTEST_BODY = 120  # bytes of Markdown
_SAME_TEXT, _LONG_ENOUGH = 0.8, 0.9
_MAIL = re.compile(r"^\S+@\S+\s*\(([^()]+)\)$")
_WORD = re.compile(r"[^\W_]+")
_CUT = re.compile(r"(?:…|\.\.\.)$")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of an article elsewhere: by its feed, its sitemap, the list that links to it."""

    title: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    text: str | None = None  # HTML, where a feed gives one
    link_texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A page that was fetched, and what is said of it."""

    fetched: Fetched
    statement: Statement


@dataclass(frozen=True, slots=True)
class Score:
    """Of so many pages so many are right in this field, as far as is known. `notes` say what was wrong."""

    right: int
    of: int
    confirmed: int = 0  # of the right ones, those that something else states too
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The sample read by one recipe."""

    results: tuple[Article | Refusal, ...]
    scores: dict[str, Score] = field(default_factory=dict)

    @property
    def articles(self) -> int:
        return sum(isinstance(one, Article) for one in self.results)

    @property
    def total(self) -> float:
        return sum(score.share for score in self.scores.values())


def read_all(samples: Sequence[Sample], source: Source) -> Reading:
    """The sample read by a recipe, and scored. Pages that are refused as no article at all count for nobody."""
    results = tuple(read(sample.fetched, source) for sample in samples)
    pairs = [(result, sample.statement) for result, sample in zip(results, samples, strict=True)]
    return Reading(results, {name: _score(name, pairs) for name in FIELDS})


def agrees(name: str, article: Article, said: Statement) -> bool | None:
    """Does a field agree with what is said elsewhere? None where nothing is."""
    return _JUDGES[name](article, said)


def key(text: str) -> str:
    """The letters and digits of a text, in one case and width."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def person(author: str) -> str:
    """The name in a feed's author, which may be a mail address first."""
    match = _MAIL.match(author.strip())
    return match[1] if match else author


def likeness(one: str, other: str) -> float:
    """How much of the words of two texts is the same: 1 of equal ones."""
    mine, theirs = Counter(_units(one)), Counter(_units(other))
    common = sum((mine & theirs).values())
    return 2 * common / (sum(mine.values()) + sum(theirs.values()) or 1)


def plain(html: str) -> str:
    return text_of(parse_html(html))


def _score(name: str, pairs: Iterable[tuple[Article | Refusal, Statement]]) -> Score:
    right = confirmed = of = 0
    notes: list[str] = []
    for result, said in pairs:
        of += 1
        if isinstance(result, Refusal):
            notes.append(f"{result.state}: {result.reason}")
            continue
        found = _JUDGES[name](result, said) if _is_found(name, result) else False
        right += found is not False
        confirmed += found is True
        if found is False:
            notes.append(_complaint(name, result, said))
    return Score(right, of, confirmed, tuple(dict.fromkeys(notes)))


def _is_found(name: str, article: Article) -> bool:
    if name == "body":
        return len(article.body.encode()) >= _SHORTEST_BODY
    value = article.published_at if name == "published" else getattr(article, name)
    return bool(value)


def _complaint(name: str, article: Article, said: Statement) -> str:
    if not _is_found(name, article):
        return "not found" if name != "body" else "hardly any text"
    if name == "title":
        return f"“{article.title[:60]}”, elsewhere “{(said.title or '')[:60]}”"
    if name == "authors":
        return f"{', '.join(article.authors)[:60]}, elsewhere {(said.author or '')[:60]}"
    if name == "published" and article.published_at and said.published_at:
        return f"{article.published_at:%Y-%m-%d %H:%M}, elsewhere {said.published_at.astimezone(article.published_at.tzinfo):%Y-%m-%d %H:%M}"
    return "another text than the feed’s"


def _title(article: Article, said: Statement) -> bool | None:
    own = key(article.title)
    if said.title:
        stated = key(_CUT.sub("", said.title.strip()))
        return own == stated or (len(stated) >= 8 and (own.startswith(stated) or _is_most_of(own, stated)))
    texts = [key(_CUT.sub("", text.strip())) for text in said.link_texts]
    if any(text and (text in own or own in text) for text in texts):
        return True
    return None


def _is_most_of(own: str, stated: str) -> bool:
    """A feed's title may have the rubric before it, or lack the subtitle behind it."""
    return stated.endswith(own) and len(own) * 10 >= len(stated) * 6


def _authors(article: Article, said: Statement) -> bool | None:
    stated = {key(name) for name in split_names((person(said.author or ""),))} - {""}
    if not stated or all("@" in name for name in (said.author or "@").split()):
        return None
    own = {key(name) for name in article.authors}
    return bool(own & stated) or any(
        mine in theirs or theirs in mine for mine in own for theirs in stated if mine
    )


def _published(article: Article, said: Statement) -> bool | None:
    if said.published_at is None or article.published_at is None:
        return None
    return abs(article.published_at - said.published_at) <= _NEAR


def _body(article: Article, said: Statement) -> bool | None:
    if not said.text:
        return None
    stated, own = plain(said.text), article.body
    if len(stated) < 0.5 * len(own) or len(stated) < 300:
        return None  # an introduction
    return likeness(own, stated) >= _SAME_TEXT


_JUDGES = {"title": _title, "authors": _authors, "published": _published, "body": _body}


def _units(text: str) -> list[str]:
    """Words; of scripts that part none, characters."""
    units: list[str] = []
    for word in _WORD.findall(text.casefold()):
        units += word if word >= "⺀" else [word]
    return units


def is_full(samples: Sequence[Sample], results: Sequence[Article | Refusal]) -> bool | None:
    """Are the feed's texts as long as the pages'? None where there is nothing to compare."""
    shares = [
        len(plain(sample.statement.text)) / max(1, len(plain_markdown(result.body)))
        for sample, result in zip(samples, results, strict=True)
        if sample.statement.text and isinstance(result, Article)
    ]
    return sum(share >= _LONG_ENOUGH for share in shares) >= 0.8 * len(shares) if shares else None


def plain_markdown(text: str) -> str:
    """A body's words, less addresses and marks."""
    return re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|[#*_>`|\[\]]", "", text)

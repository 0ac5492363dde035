"""Reposts are known by their text, across sites and scripts; what only shares passages stays apart."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from archive import Archive, Article, Verdict
from archive.near.compare import compare
from archive.near.folding import folded
from archive.near.index import MOST_POSTINGS, put_all
from archive.near.judge import Kind, facts, judge
from archive.near.sketch import Sketch, sketch
from archive.tables import fingerprints, links, sketches, unsketched
from tests.builders import NOW, article, files


def sentences(seed: int, count: int = 30) -> list[str]:
    """Sentences of its own for each seed, of characters that make no words."""
    chance = random.Random(seed)

    def clause() -> str:
        return "".join(chr(chance.randrange(0x4E00, 0x8FFF)) for _ in range(chance.randrange(8, 20)))

    return [f"{clause()}，{chance.randrange(10**6)}{clause()}。" for _ in range(count)]


def text(parts: list[str]) -> str:
    return "\n\n".join("".join(parts[start : start + 3]) for start in range(0, len(parts), 3))


def at(site: str, number: int, body: str, **changes: Any) -> Article:
    return article(number, url=f"https://{site}/{number}", source=site, body=body, **changes)


ORIGINAL = sentences(1)
BODY = text(ORIGINAL)


@pytest.fixture
def archive(tmp_path: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", database_url) as opened:
        opened.add(at("a.example", 1, BODY, title="公司宣布重大更新"))
        yield opened


REPOSTS = {
    "notes around it": "（原标题：公司宣布重大更新）来源：某网 作者：张三\n\n"
    + BODY
    + "\n\n本文转自某网，不代表本站立场。",
    "other punctuation": BODY.replace("，", ", ").replace("。", ". "),
    "traditional characters": BODY.replace("这", "這")
    .replace("电", "電")
    .replace("动", "動")
    .replace("产", "產")
    .replace("员", "員"),
    "a tenth left out": text([one for number, one in enumerate(ORIGINAL) if number % 10]),
    "a fifth rewritten": text([*sentences(77, 6), *ORIGINAL[6:]]),
    "a menu before it": "\n\n".join(f"{one[:14]}" for one in sentences(5, 20)) + "\n\n" + BODY,
}


@pytest.mark.parametrize("name", REPOSTS)
def test_a_repost_is_recorded_under_the_first_publication(name: str, archive: Archive) -> None:
    receipt = archive.add(at("b.example", 2, REPOSTS[name], title="另一个标题"))
    assert receipt.verdict is Verdict.DUPLICATE
    assert receipt.url == "https://a.example/1"
    assert len(files(archive.root)) == 1
    row = archive.article("https://b.example/2")
    assert row is not None
    assert row.url == "https://a.example/1"


APART = {
    "an excerpt": text(ORIGINAL[:9]),
    "another article": text(sentences(2)),
    "a quotation": text([*sentences(3, 24), *ORIGINAL[3:9]]),
    "a digest": "\n\n".join(
        [f"1. {sentences(11, 9)[0]}{''.join(sentences(12, 9))}", f"2. {''.join(ORIGINAL)}"]
        + [f"{number}. {''.join(sentences(number + 20, 12))}" for number in range(3, 7)]
    ),
}


@pytest.mark.parametrize("name", APART)
def test_what_only_shares_passages_stays_apart(name: str, archive: Archive) -> None:
    assert archive.add(at("b.example", 2, APART[name], title="【早报】今日要闻")).verdict is Verdict.NEW
    assert len(files(archive.root)) == 2


def rows(archive: Archive, table: sa.Table) -> list[Any]:
    with archive._engine.connect() as connection:
        return list(connection.execute(sa.select(table)))


def test_an_excerpt_and_a_digest_are_linked(archive: Archive) -> None:
    archive.add(at("b.example", 2, APART["an excerpt"], title="摘要"))
    archive.add(at("c.example", 3, APART["a digest"], title="【早报】今日要闻"))
    found = {(row.url_key, row.of_key): row.kind for row in rows(archive, links)}
    assert found["b.example/2", "a.example/1"] == "excerpt"
    assert found["c.example/3", "a.example/1"] == "contains"


def test_notices_from_a_template_stay_apart(archive: Archive) -> None:
    def notice(seed: int) -> str:
        chance = random.Random(seed)
        words = (
            "盘中报价{}元，换手率{}%，成交额{}亿元，总市值{}亿元，主力资金净流出{}万元，特大单买入{}万元，占比{}%。"
            * 3
        )
        return (
            words.format(*(chance.randrange(100, 9999) for _ in range(21)))
            + "\n\n以上内容由算法根据公开信息整理。" * 3
        )

    archive.add(at("stock.example", 5, notice(1), title="某股快讯"))
    assert archive.add(at("stock.example", 6, notice(2), title="某股快讯")).verdict is Verdict.NEW
    assert archive.add(at("other.example", 7, notice(3), title="某股快讯")).verdict is Verdict.NEW


def test_an_earlier_publication_takes_the_place_of_its_repost(archive: Archive) -> None:
    earlier = article(1).published_at
    assert earlier is not None
    new = at("first.example", 9, BODY + "\n\n（完）", published_at=earlier - timedelta(hours=3))
    assert archive.add(new).verdict is Verdict.PREFERRED
    (row,) = archive.articles()
    assert row.url == "https://first.example/9"


def test_an_earlier_but_shorter_copy_does_not_take_its_place(archive: Archive) -> None:
    earlier = article(1).published_at
    assert earlier is not None
    shorter = text([one for number, one in enumerate(ORIGINAL) if number % 5])
    receipt = archive.add(at("first.example", 9, shorter, published_at=earlier - timedelta(hours=3)))
    assert (receipt.verdict, receipt.url) == (Verdict.DUPLICATE, "https://a.example/1")


def test_after_a_rebuild_reposts_are_known_as_before(archive: Archive) -> None:
    archive.add(at("b.example", 2, APART["an excerpt"], title="摘要"))
    linked = sorted(rows(archive, links))
    archive.reindex()
    assert rows(archive, unsketched) == []
    assert sorted(rows(archive, links)) == linked
    assert archive.add(at("d.example", 4, REPOSTS["notes around it"])).verdict is Verdict.DUPLICATE


def test_what_a_person_edited_is_compared_as_it_is(archive: Archive) -> None:
    (path,) = [archive.root / row.path for row in archive.articles()]
    path.write_text(
        path.read_text().split("---\n")[0]
        + "---\n"
        + path.read_text().split("---\n")[1]
        + "---\n"
        + text(sentences(8))
        + "\n\n"
    )
    archive.reindex()
    assert archive.add(at("b.example", 2, BODY)).verdict is Verdict.NEW
    assert (
        archive.add(at("b.example", 3, text(sentences(8)) + "\n\n转载请注明。")).verdict is Verdict.DUPLICATE
    )


def test_nothing_of_a_forgotten_text_stays_in_the_index(archive: Archive) -> None:
    assert archive.forget("https://a.example/1", NOW)
    assert [rows(archive, table) for table in (sketches, fingerprints, unsketched, links)] == [[], [], [], []]


def test_a_passage_that_many_share_is_not_looked_up_for_ever(archive: Archive) -> None:
    for number in range(10, 90):
        archive.add(at(f"s{number}.example", number, text(ORIGINAL[:6] + sentences(number, 24))))
    counts = sa.select(sa.func.count()).select_from(fingerprints).group_by(fingerprints.c.hash)
    with archive._engine.connect() as connection:
        assert max(connection.scalars(counts)) <= 64


def test_sketches_that_are_put_together_have_the_postings_of_those_put_one_by_one(archive: Archive) -> None:
    """Forty texts of some hundred fingerprints, half of which they share, twice: the postings end at 64."""
    shared = sentences(0, 200)
    made = {f"a.example/{n}": sketch(text([*shared, *sentences(n + 1, 100)])) for n in range(40)}
    assert sum(len(one.fingerprints) for one in made.values()) > 500
    engine = archive._store.engine

    def postings(parts: list[dict[str, Sketch]]) -> list[tuple[int, int]]:
        with engine.begin() as connection:
            for table in (sketches, fingerprints):
                connection.execute(table.delete())
            for part in parts:
                put_all(connection, part)
            query = sa.select(fingerprints.c.hash, sa.func.count()).group_by(fingerprints.c.hash)
            return sorted((row[0], row[1]) for row in connection.execute(query))

    again = {f"b.example/{key}": one for key, one in made.items()}
    both = made | again
    together = postings([both])
    assert max(count for _, count in together) == MOST_POSTINGS
    assert together == postings([made, again]) == postings([{key: one} for key, one in both.items()])


def test_texts_in_languages_with_spaces_are_compared_too(tmp_path: Path) -> None:
    words = [f"word{random.Random(number).randrange(10**6)}" for number in range(400)]
    body = " ".join(words)
    with Archive.open(tmp_path / "english") as archive:
        archive.add(at("a.example", 1, body, language="en"))
        repost = " ".join(["Updated.", *words[:180], "changed", *words[181:]])
        assert archive.add(at("b.example", 2, repost, language="en")).verdict is Verdict.DUPLICATE


@given(st.text(max_size=600), st.text(max_size=600))
def test_any_two_texts_compare(one: str, other: str) -> None:
    first, second = sketch(one), sketch(other)
    overlap = compare(first, second)
    assert 0 <= overlap.of_new <= 1
    assert 0 <= overlap.gap <= 1
    kind, key = judge(facts("a", "t", one), [("key", facts("b", "t", other), overlap)])
    assert (kind is Kind.NEW) == (key is None)
    assert folded(folded(one)) == folded(one)
    same = compare(first, first)
    assert len(first.grams) == 0 or (same.of_new, same.of_held, same.gap) == (1.0, 1.0, 0.0)

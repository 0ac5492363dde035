"""Many articles at once come to what one after the other would; a kill loses none that was acknowledged."""

import os
import random
from pathlib import Path

import pytest

from archive import Archive, Article, Found, Verdict
from tests.builders import LONG, NOW, archive_tables, article, drop_database, files
from tests.test_recovery import Killed, kill_at, leftovers, sound, stride


def mixed() -> list[Article]:
    """New ones, and those that hang on an earlier one in every way."""
    own = "第三方的长文，和别的都不同，讲的是另一件完全无关的事情，细节也多。" * 12
    return [
        article(1, body=own + "一" * 80, published_at=None),
        article(2, body="另一篇。" + "完全不同的文字在这里继续下去，直到足够长为止。" * 15),
        article(1),  # the same URL
        article(3, body=own + "一" * 80),  # the same text, and the earlier stated time: preferred
        article(
            4, body="转载：" + own + "一" * 80 + "完。", source="other", url="https://o.example/4"
        ),  # nearly
        article(5, identifier="5", url="https://www.huxiu.com/article/5"),
        article(6, identifier="5", url="https://www.huxiu.com/article/6"),  # the same name of a file
        article(7, body="提要。", read_from="feed"),
        article(7),  # replaced
        article(8),
    ]


def one_by_one(archive: Archive) -> list[Verdict]:
    return [archive.add(one).verdict for one in mixed()]


def test_it_comes_to_what_one_after_the_other_comes_to(tmp_path: Path, database_url: str | None) -> None:
    with Archive.open(tmp_path / "one") as archive:
        expected = one_by_one(archive)
    with Archive.open(tmp_path / "many", database_url) as archive:
        receipts = archive.add_many(mixed())
    assert [receipt.verdict for receipt in receipts] == expected
    assert {Verdict.NEW, Verdict.REVISED, Verdict.REPLACED} <= set(expected)
    assert files(tmp_path / "many") == files(tmp_path / "one")
    rows = archive_tables(tmp_path / "many", database_url), archive_tables(tmp_path / "one", None)
    for name in ("articles", "aliases", "urls", "links", "ways"):
        assert rows[0][name] == rows[1][name], name


def test_doing_it_again_changes_nothing(tmp_path: Path, database_url: str | None) -> None:
    with Archive.open(tmp_path, database_url) as archive:
        archive.add_many(mixed())
        before = archive_tables(tmp_path, database_url), files(tmp_path)
        assert set(archive.add_many(mixed()[-1:])) == {archive.add(article(8))}
    assert (archive_tables(tmp_path, database_url), files(tmp_path)) == before


def test_what_was_found_before_keeps_its_first_sight(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        archive.discover([Found(article(1).url, "huxiu", "题", NOW, "feed")], NOW)
        archive.add_many([article(1), article(2)])
        assert archive.counts() == {"huxiu": {"archived": 2}}


def test_a_hundred_wait_for_the_disk_fewer_times_than_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(1)
    bodies = [
        "".join(chance.choice(LONG) + chr(0x4E00 + chance.randrange(9000)) for _ in range(300))
        for _ in range(40)
    ]
    with Archive.open(tmp_path) as archive:
        calls = []
        real = os.fsync
        monkeypatch.setattr(os, "fsync", lambda descriptor: (calls.append(1), real(descriptor)))
        archive.add_many([article(number, body=body) for number, body in enumerate(bodies)])
        assert len(calls) < 2 * len(bodies)


def test_any_step_may_be_the_last(
    tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [article(number, body=f"{number}" * 300) for number in range(4)]
    moment, is_done = 1, False
    while not is_done:
        root = tmp_path / str(moment)
        with Archive.open(root, database_url) as archive:
            archive.add(article(9, body="九" * 300))
            with monkeypatch.context() as patch:
                calls = kill_at(patch, moment)
                try:
                    archive.add_many(several)
                    is_done = calls() < moment
                except Killed:
                    pass
        with Archive.open(root, database_url) as again:
            assert leftovers(root) == []
            assert sorted(row.path for row in again.articles()) == sorted(files(root))
            again.add_many(several)
            assert len(again.articles()) == 5
        sound(root, database_url)
        drop_database(root, database_url)
        moment += stride(database_url)
    assert moment > 6

"""An archive written under older rules of URL keys is opened: its rows are made anew, and nothing is lost."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import archive.database
from archive import Archive, Found
from archive.markdown import parse
from archive.writing.events import adopted
from archive.writing.ledger import Ledger, Position
from tests.builders import NOW, archive_tables, article, drop_tables, files

ONE, TWO = article(1).url, article(2).url
SHARED = f"{ONE}?from=timeline"
PHONES = "https://m.huxiu.com/article/2.html"


def revision_0001(root: Path, database_url: str | None) -> sa.Engine:
    """A database as the first edition made it."""
    engine = archive.database._engine(archive.database._url(root, database_url))
    config = Config()
    config.set_main_option("script_location", str(Path(archive.database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return engine


def old_state(url: str, state: str, **facts: Any) -> dict[str, Any]:
    return {"event": "state", "url": url, "state": state, "source": "huxiu", **facts}


def end_of(root: Path) -> Position:
    return [line.end for line in Ledger(root).lines([])][-1]


@pytest.fixture
def root(tmp_path: Path, database_url: str | None) -> Path:
    """Two articles, and what an older edition took for other URLs: one shared, one of the site for phones."""
    with Archive.open(tmp_path, database_url) as opened:
        opened.discover([Found(ONE, "huxiu", found_by="feed"), Found(TWO, "huxiu", found_by="feed")], NOW)
        opened.add(article(1))
        opened.add(article(2))
        opened.refuse("https://www.huxiu.com/article/3", "huxiu", "gone", "404", NOW)
    later = [
        old_state(SHARED, "discovered", found_by="listing"),
        {"event": "duplicate", "url": SHARED, "of": ONE, "source": "huxiu"},
        old_state(PHONES, "discovered", found_by="sitemap"),
        old_state(PHONES, "failed", reason="timeout"),
    ]
    Ledger(tmp_path).append(later, NOW, end_of(tmp_path))
    drop_tables(tmp_path, database_url)
    engine = revision_0001(tmp_path, database_url)
    end, first = end_of(tmp_path), Ledger(tmp_path).first_id()
    row = {"day": end.day, "offset": end.offset, "digest": end.digest, "event_id": end.event_id}
    names = ["url_key", "url", "source", "state", "reason", "found_by", "discovered_at", "changed_at"]
    urls = sa.table("urls", *map(sa.column, names))
    with engine.begin() as connection:
        position = sa.table("ledger_position", *map(sa.column, ["archive_id", *row]))
        connection.execute(position.insert().values(row | {"archive_id": first}))
        for url in (ONE, TWO, SHARED, PHONES):
            facts = (url.removeprefix("https://"), url, "huxiu", "discovered", "", "feed", "2026", "2026")
            connection.execute(urls.insert().values(dict(zip(names, facts, strict=True))))
    engine.dispose()
    return tmp_path


def test_old_rows_give_way_to_rows_under_todays_keys(root: Path, database_url: str | None) -> None:
    before = files(root)
    with Archive.open(root, database_url) as opened:
        assert sorted(row.url for row in opened.articles()) == [ONE, TWO]
        assert opened.counts() == {"huxiu": {"archived": 2, "gone": 1}}
        assert all(opened.is_settled(url) for url in (ONE, TWO, SHARED, PHONES, "http://huxiu.com/article/1"))
        assert opened.pending("huxiu", NOW) == []
    assert files(root) == before


def test_the_rows_are_those_of_a_rebuild(root: Path, database_url: str | None) -> None:
    Archive.open(root, database_url).close()
    rows = archive_tables(root, database_url)
    report = Archive.rebuild(root, database_url)
    assert (report.ok, report.articles, report.notes) == (True, 2, ())
    assert archive_tables(root, database_url) == rows


def test_every_way_of_an_old_row_is_kept(root: Path, database_url: str | None) -> None:
    Archive.open(root, database_url).close()
    ways = {(key, way) for key, way, _ in archive_tables(root, database_url)["ways"]}
    assert ways == {
        ("huxiu.com/article/1", "feed"),
        ("huxiu.com/article/1", "listing"),
        ("huxiu.com/article/2", "feed"),
        ("huxiu.com/article/2", "sitemap"),
    }


def test_two_articles_that_are_one_today_both_keep_their_files(
    tmp_path: Path, database_url: str | None
) -> None:
    with Archive.open(tmp_path, database_url) as opened:
        opened.add(article(1))
    other = article(1, body="另一篇。" * 100, title="另一个题目")
    path, document = (
        "huxiu/2026/2026-11-24-shared.md",
        next(iter(files(tmp_path).values())).replace(ONE, SHARED),
    )
    (tmp_path / path).write_text(document.replace("第1段", other.title))
    content = (tmp_path / path).read_bytes()
    Ledger(tmp_path).append([adopted(parse(content), path, content, "huxiu", NOW)], NOW, end_of(tmp_path))
    drop_tables(tmp_path, database_url)
    before = files(tmp_path)
    assert len(before) == 2
    with Archive.open(tmp_path, database_url) as opened:
        (row,) = opened.articles()
        assert {opened.article(one).path for one in before} == {row.path}  # type: ignore[union-attr]
    report = Archive.rebuild(tmp_path, database_url)
    assert report.ok
    assert files(tmp_path) == before


def test_an_archive_of_todays_rules_is_not_rebuilt_again(root: Path, database_url: str | None) -> None:
    Archive.open(root, database_url).close()
    lines = len(list(Ledger(root).lines([])))
    Archive.open(root, database_url).close()
    assert len(list(Ledger(root).lines([]))) == lines

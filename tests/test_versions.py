"""An archived article comes in again with another text: what becomes of the file, and what is kept of the old one."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Article, ArticleRow, Found, Verdict, parse
from tests.builders import LONG, NOW, archive_tables, article, drop_database, files
from tests.test_recovery import Killed, kill_at

PATH = "huxiu/2026/2026-11-23-1.md"
FIRST_VERSION = "huxiu/2026/.versions/2026-11-23-1.1.md"
A = f"{LONG}\n\n股价当天上涨了3%。"
B = f"{LONG}\n\n股价当天上涨了5%。"
C = f"{LONG}\n\n股价当天上涨了5%。\n\n公司随后发表声明，否认了这一说法，并称将诉诸法律。"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(root: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(root, database_url) as opened:
        yield opened


def reading(body: str, hours: int = 0, **changes: Any) -> Article:
    """Article 1, read so many hours later."""
    return article(1, body=body, fetched_at=NOW + timedelta(hours=hours), **changes)


def row(archive: Archive) -> ArticleRow:
    found = archive.article(article(1).url)
    assert found is not None
    return found


def versions(archive: Archive) -> list[tuple[int, str, int]]:
    return [(one.number, one.change, one.flips) for one in archive.history.of(row(archive))]


def lines(root: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for file in sorted(root.glob("ledger/*/*"))
        for line in file.read_bytes().splitlines()
    ]


def body_of(root: Path, path: str = PATH) -> str:
    return parse((root / path).read_bytes()).body


def test_a_changed_text_takes_the_place_and_the_old_one_is_kept_byte_for_byte(
    archive: Archive, root: Path
) -> None:
    archive.add(reading(A))
    before = (root / PATH).read_bytes()
    receipt = archive.add(reading(B, 1))
    assert (receipt.verdict, receipt.path) == (Verdict.REVISED, PATH)
    assert body_of(root) == B
    assert (root / FIRST_VERSION).read_bytes() == before
    (version,) = archive.history.of(row(archive))
    assert (version.number, version.path, version.change) == (1, FIRST_VERSION, "numbers")
    assert (version.fetched_at, version.replaced_at) == (
        "2026-11-24T03:00:00+00:00",
        "2026-11-24T04:00:00+00:00",
    )
    assert archive.history.text(version).encode() == before
    assert [line["event"] for line in lines(root)] == ["archived", "revised"]


def test_the_same_revision_again_changes_nothing(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    archive.add(reading(B, 1))
    before = files(root), lines(root)
    assert archive.add(reading(B, 2)).verdict is Verdict.KNOWN
    assert (files(root), lines(root)) == before


def test_each_revision_is_a_version(archive: Archive, root: Path) -> None:
    for hours, text in enumerate((A, B, C)):
        archive.add(reading(text, hours))
    assert versions(archive) == [(1, "numbers", 0), (2, "added", 0)]
    assert body_of(root) == C
    assert [body_of(root, one.path) for one in archive.history.of(row(archive))] == [A, B]


@pytest.mark.parametrize(
    "body",
    [
        A.replace("，", ","),
        f"{A}\n\n阅读 1234",
        A.replace("某公司", "**某公司**"),
        f"{A}\n\n广告",
        f"  {A}\n\n\n",
    ],
    ids=["widths", "a counter", "bold", "an advertisement", "white space"],
)
def test_what_is_cosmetic_is_no_revision(archive: Archive, root: Path, body: str) -> None:
    archive.add(reading(A))
    before = files(root)
    assert archive.add(reading(body, 1)).verdict is Verdict.KNOWN
    assert files(root) == before


def test_a_decimal_point_is_a_revision_though_the_letters_are_the_same(archive: Archive) -> None:
    archive.add(reading(A.replace("3%", "3.5%")))
    assert archive.add(reading(A.replace("3%", "35%"), 1)).verdict is Verdict.REVISED


def test_a_new_headline_is_a_revision(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    assert archive.add(reading(A, 1, title="更正：第一篇的新标题")).verdict is Verdict.REVISED
    assert versions(archive) == [(1, "headline", 0)]
    assert row(archive).title == "更正：第一篇的新标题"


def test_a_text_that_comes_and_goes_is_kept_once(archive: Archive, root: Path) -> None:
    for hours, text in enumerate((A, B, A, B, A)):
        assert archive.add(reading(text, hours)).verdict is (Verdict.REVISED if hours else Verdict.NEW)
        assert body_of(root) == text
    assert versions(archive) == [(1, "numbers", 2), (2, "numbers", 1)]
    assert len(files(root)) == 3


def test_path_time_and_first_seen_stay(archive: Archive, root: Path, database_url: str | None) -> None:
    archive.discover([Found(article(1).url, "huxiu")], NOW - timedelta(hours=1))
    archive.add(reading(A))
    before = row(archive)
    later = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
    archive.add(reading(B, 1, published_at=later, modified_at=later, identifier="other", authors=()))
    after = row(archive)
    assert (after.path, after.time, after.published_at, after.name) == (
        before.path,
        before.time,
        before.published_at,
        before.name,
    )
    assert (after.modified_at, after.fetched_at) == ("2026-11-24T09:00:00+08:00", "2026-11-24T04:00:00+00:00")
    urls = archive_tables(root, database_url)["urls"]
    assert "2026-11-24T02:00:00+00:00" in urls[0]


def test_a_time_alone_is_no_revision(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    before = files(root)
    assert archive.add(reading(A, 1, published_at=NOW)).verdict is Verdict.KNOWN
    assert files(root) == before


@pytest.mark.parametrize(
    "worse",
    [LONG[:60], "登录后阅读全文", f"{LONG[:80]}……", "该内容已被作者删除。", ""],
    ids=["cut", "walled", "teaser", "deleted", "empty"],
)
def test_worse_never_replaces_better(archive: Archive, root: Path, worse: str) -> None:
    archive.add(reading(A))
    before = files(root), lines(root)
    assert archive.add(reading(worse, 1)).verdict is Verdict.KNOWN
    assert (files(root), lines(root)) == before


@pytest.mark.parametrize("state", ["gone", "walled", "blocked", "failed", "not_an_article"])
def test_a_refusal_never_touches_the_text(archive: Archive, root: Path, state: str) -> None:
    archive.add(reading(A))
    before = files(root)
    archive.refuse(article(1).url, "huxiu", state, "404", NOW)
    archive.history.note(article(1).url, state, "404", NOW)
    assert files(root) == before
    assert archive.counts() == {"huxiu": {"archived": 1}}


def test_that_a_page_is_gone_is_on_record_until_it_is_back(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    assert archive.history.page(row(archive)) == ""
    for _ in range(3):
        archive.history.note(article(1).url, "gone", "it answers 404", NOW)
    assert archive.history.page(row(archive)).startswith("gone since 2026-11-24: it answers 404")
    archive.history.note(article(1).url, "archived", "", NOW)
    archive.history.note(article(1).url, "archived", "", NOW)
    assert archive.history.page(row(archive)) == ""
    assert [line["event"] for line in lines(root)] == ["archived", "page", "page"]


def test_a_revision_whose_text_another_article_has_stays_a_revision(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    archive.add(article(2, body=B.replace("某公司", "另一家")))
    assert archive.add(reading(B.replace("某公司", "另一家"), 1)).verdict is Verdict.REVISED
    assert len(archive.articles()) == 2


def test_another_address_of_the_article_does_not_revise_it(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    archive.alias({"https://www.huxiu.com/s/1": article(1).url}, NOW)
    before = files(root)
    assert archive.add(reading(C, 1, url="https://www.huxiu.com/s/1")).verdict is Verdict.KNOWN
    assert files(root) == before


def test_the_feeds_text_does_not_revise_the_pages(archive: Archive) -> None:
    archive.add(reading(A))
    assert archive.add(reading(B, 1, read_from="feed")).verdict is Verdict.KNOWN


def test_the_page_still_replaces_the_feeds_text_without_a_version(archive: Archive) -> None:
    archive.add(reading(A, read_from="feed"))
    assert archive.add(reading(C, 1)).verdict is Verdict.REPLACED
    assert versions(archive) == []


# --- a person's hand ---


@pytest.mark.parametrize("tells", [True, False], ids=["reindexed", "not reindexed"])
def test_an_edited_file_stays_and_the_new_text_is_kept_beside_it(
    archive: Archive, root: Path, tells: bool
) -> None:
    archive.add(reading(A))
    edited = (root / PATH).read_text() + "my note\n"
    (root / PATH).write_text(edited)
    if tells:
        archive.reindex()
    receipt = archive.add(reading(C, 1))
    assert (receipt.verdict, receipt.path) == (Verdict.REVISED, FIRST_VERSION)
    assert (root / PATH).read_text() == edited
    assert body_of(root, FIRST_VERSION) == C
    assert versions(archive)[0][1].startswith("beside ")
    before = files(root), lines(root)
    assert archive.add(reading(C, 2)).verdict is Verdict.KNOWN
    assert (files(root), lines(root)) == before


def test_an_edited_file_whose_page_stayed_gets_no_version(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    (root / PATH).write_text((root / PATH).read_text() + "my note\n")
    assert archive.add(reading(A, 1)).verdict is Verdict.KNOWN
    assert versions(archive) == []


def test_a_persons_file_in_a_versions_place_is_left_alone(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    (root / FIRST_VERSION).parent.mkdir()
    (root / FIRST_VERSION).write_text("mine\n")
    archive.add(reading(B, 1))
    assert (root / FIRST_VERSION).read_text() == "mine\n"
    assert [one.number for one in archive.history.of(row(archive))] == [2]


def test_a_moved_article_goes_on_where_it_lies(archive: Archive, root: Path) -> None:
    archive.add(reading(A))
    (root / "shelf").mkdir()
    (root / PATH).rename(root / "shelf" / "one.md")
    archive.reindex()
    archive.add(reading(B, 1))
    assert sorted(files(root)) == ["shelf/.versions/one.1.md", "shelf/one.md"]
    assert body_of(root, "shelf/one.md") == B


# --- rebuilding and forgetting ---


def live_long(archive: Archive) -> None:
    for hours, text in enumerate((A, B, A, C)):
        archive.add(reading(text, hours))
    archive.history.note(article(1).url, "walled", "a log-in", NOW)


def test_a_rebuilt_catalog_has_every_version(archive: Archive, root: Path, database_url: str | None) -> None:
    live_long(archive)
    archive.close()
    before, texts = archive_tables(root, database_url), files(root)
    drop_database(root, database_url)
    with Archive.open(root, database_url) as rebuilt:
        report = rebuilt.reindex()
        assert (report.ok, report.adopted, report.edited, report.notes) == (True, 0, 0, ())
    assert (archive_tables(root, database_url), files(root)) == (before, texts)


def test_versions_are_no_articles_though_everything_but_the_files_is_lost(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    live_long(archive)
    archive.close()
    drop_database(root, database_url)
    for file in root.glob("ledger/*/*"):
        file.unlink()
    with Archive.open(root, database_url) as again:
        assert [one.path for one in again.articles()] == [PATH]


def test_forgetting_reaches_every_version(archive: Archive, root: Path) -> None:
    secret = A.replace("某公司", "绝密公司")
    archive.add(reading(secret, title="绝密标题"))
    archive.add(reading(B, 1))
    archive.forget(article(1).url, NOW)
    archive.close()
    assert files(root) == {}
    for file in root.rglob("*"):
        assert file.is_dir() or "绝密".encode() not in file.read_bytes(), file


def test_an_article_that_gives_way_leaves_its_versions_to_the_other(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    archive.add(reading(A, published_at=None))
    archive.add(reading(C, 1, published_at=None))
    earlier = replace(article(2, body=C), title=article(1).title)
    assert archive.add(earlier).verdict is Verdict.PREFERRED
    kept = archive.article(article(1).url)
    assert kept is not None
    assert kept.url == article(2).url
    assert [one.change for one in archive.history.of(kept)] == ["numbers added"]
    before = archive_tables(root, database_url)
    archive.reindex()
    assert archive_tables(root, database_url) == before


def test_a_revised_text_is_what_reposts_are_compared_with(archive: Archive) -> None:
    archive.add(reading(A))
    fresh = "".join(f"第{n}家门店今天在{n}号街开业，店主姓{chr(0x4E10 + n)}。" for n in range(40))
    archive.add(reading(fresh, 1))
    receipt = archive.add(
        article(7, body="转载：\n\n" + fresh, source="other", url="https://b.example/7", published_at=NOW)
    )
    assert (receipt.verdict, receipt.url) == (Verdict.DUPLICATE, article(1).url)


@pytest.mark.parametrize("moment", range(1, 9))
def test_a_killed_revision_is_whole_or_never_was(
    archive: Archive, root: Path, database_url: str | None, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(reading(A))
    with monkeypatch.context() as patch:
        kill_at(patch, moment)
        with pytest.raises(Killed):
            archive.add(reading(B, 1))
    archive.close()
    with Archive.open(root, database_url) as again:
        kept = {path: body_of(root, path) for path in files(root)}
        assert kept in ({PATH: A}, {PATH: B, FIRST_VERSION: A})
        assert [one.path for one in again.history.of(row(again))] == sorted(set(kept) - {PATH})
        again.add(reading(B, 1))
        assert body_of(root) == B


def test_a_persons_edit_between_a_kill_and_the_next_start_loses_no_text(
    archive: Archive, root: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(reading(A))
    with monkeypatch.context() as patch:
        kill_at(patch, 10)  # both files are in place, the line is not
        with pytest.raises(Killed):
            archive.add(reading(B, 1))
    assert body_of(root) == B
    edited = (root / PATH).read_text() + "my note\n"
    (root / PATH).write_text(edited)
    archive.close()
    with Archive.open(root, database_url) as again:
        assert [one.path for one in again.history.of(row(again))] == [FIRST_VERSION]
        assert again.reindex().edited == 1
    assert (root / PATH).read_text() == edited
    assert body_of(root, FIRST_VERSION) == A

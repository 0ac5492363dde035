"""The one door: what `Archive.add` does with an article, on SQLite and on PostgreSQL."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, ArchiveError, Found, Verdict, parse
from tests.builders import LONG, NOW, article, files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(root: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(root, database_url) as opened:
        yield opened


def ledger(root: Path) -> list[dict[str, Any]]:
    lines = [
        line for file in sorted(root.glob("ledger/*/*.jsonl")) for line in file.read_bytes().splitlines()
    ]
    return [json.loads(line) for line in lines]


def test_an_article_becomes_a_file_a_ledger_line_and_a_row(archive: Archive, root: Path) -> None:
    receipt = archive.add(article())
    assert (receipt.verdict, receipt.path) == (Verdict.NEW, "huxiu/2026/2026-11-23-1.md")
    document = parse((root / "huxiu/2026/2026-11-23-1.md").read_bytes())
    assert (document.name, document.time, document.title) == ("小明", "2026-11-23 10:59", "第1篇")
    assert [line["event"] for line in ledger(root)] == ["archived"]
    assert [row.path for row in archive.articles()] == [receipt.path]


def test_the_ledger_is_a_chain_of_digests(archive: Archive, root: Path) -> None:
    for number in range(5):
        archive.add(article(number))
    raw = next(root.glob("ledger/*/*.jsonl")).read_bytes().splitlines()
    digests = ["", *(hashlib.sha256(line).hexdigest() for line in raw)]
    assert [json.loads(line)["prev"] for line in raw] == digests[:-1]
    assert {json.loads(line)["v"] for line in raw} == {1}
    assert len({json.loads(line)["id"] for line in raw}) == 5


def test_the_same_article_again_changes_nothing(archive: Archive, root: Path) -> None:
    archive.add(article())
    before = files(root), ledger(root)
    again = archive.add(article(fetched_at=NOW + timedelta(days=1)))
    assert (again.verdict, again.path) == (Verdict.KNOWN, "huxiu/2026/2026-11-23-1.md")
    assert (files(root), ledger(root)) == before


def test_the_same_text_at_another_url_is_an_alias(archive: Archive, root: Path) -> None:
    archive.add(article(1))
    receipt = archive.add(article(2, body=article(1).body))
    assert (receipt.verdict, receipt.url) == (Verdict.DUPLICATE, "https://www.huxiu.com/article/1")
    assert list(files(root)) == ["huxiu/2026/2026-11-23-1.md"]
    assert archive.is_settled("https://www.huxiu.com/article/2")
    found = archive.article("https://www.huxiu.com/article/2")
    assert found is not None
    assert found.url == "https://www.huxiu.com/article/1"


def test_short_texts_are_the_same_only_under_one_title(archive: Archive, root: Path) -> None:
    archive.add(article(1, body="早报。", title="早报"))
    assert archive.add(article(2, body="早报。", title="晚报")).verdict is Verdict.NEW
    assert archive.add(article(3, body="早报。", title="早报")).verdict is Verdict.DUPLICATE
    assert len(files(root)) == 2


COPIES = (
    article(1, body=LONG, published_at=None),
    article(2, body=LONG, published_at=datetime.fromisoformat("2026-11-23T12:00:00+08:00")),
    article(3, body=LONG, published_at=datetime.fromisoformat("2026-11-23T03:59:00+00:00")),
    article(4, body=LONG, published_at=datetime.fromisoformat("2026-11-23T03:59:00+00:00")),
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_which_copy_is_kept_does_not_depend_on_the_order(
    order: tuple[int, ...], archive: Archive, root: Path
) -> None:
    for index in order:
        archive.add(COPIES[index])
    assert [row.url for row in archive.articles()] == ["https://www.huxiu.com/article/3"]
    assert list(files(root)) == ["huxiu/2026/2026-11-23-3.md"]
    assert archive.counts() == {"huxiu": {"archived": 1, "duplicate": 3}}
    assert all(archive.article(copy.url) is not None for copy in COPIES)


def test_after_a_swap_the_old_path_still_leads_to_the_article(archive: Archive, root: Path) -> None:
    archive.add(COPIES[0])
    old = archive.articles()[0].path
    assert archive.add(COPIES[2]).verdict is Verdict.PREFERRED
    assert not (root / old).exists()
    found = archive.article(old)
    assert found is not None
    assert found.url == COPIES[2].url


def test_a_copy_that_a_person_edited_is_never_swapped_away(archive: Archive, root: Path) -> None:
    archive.add(COPIES[0])
    file = root / archive.articles()[0].path
    file.write_text(file.read_text() + "my note\n")
    assert archive.add(COPIES[2]).verdict is Verdict.DUPLICATE
    assert file.read_text().endswith("my note\n")


def test_a_page_replaces_the_text_of_the_feed_in_its_place(archive: Archive, root: Path) -> None:
    archive.add(article(1, body="提要。", read_from="feed"))
    assert not archive.is_settled(article(1).url)
    receipt = archive.add(article(1))
    assert receipt.verdict is Verdict.REPLACED
    assert list(files(root)) == [receipt.path]
    assert "第1段" in files(root)[str(receipt.path)]
    assert archive.is_settled(article(1).url)


def test_a_feed_text_that_a_person_edited_stays_and_is_settled(archive: Archive, root: Path) -> None:
    archive.add(article(1, body="提要。", read_from="feed"))
    file = root / archive.articles()[0].path
    file.write_text(file.read_text() + "my note\n")
    assert archive.add(article(1)).verdict is Verdict.KNOWN
    assert file.read_text().endswith("my note\n")
    assert archive.is_settled(article(1).url)


def test_a_page_whose_text_is_elsewhere_retires_the_feed_text(archive: Archive, root: Path) -> None:
    archive.add(article(1, body="提要。", read_from="feed"))
    archive.add(article(2, body=LONG, published_at=NOW - timedelta(days=9)))
    receipt = archive.add(article(1, body=LONG))
    assert (receipt.verdict, receipt.url) == (Verdict.DUPLICATE, article(2).url)
    assert [text for text in files(root).values() if "提要" in text] == []
    assert archive.is_settled(article(1).url)


def test_a_feed_does_not_replace_a_page(archive: Archive) -> None:
    archive.add(article(1))
    assert archive.add(article(1, body="提要。", read_from="feed")).verdict is Verdict.KNOWN


@pytest.mark.parametrize(
    ("url", "feed_time", "expected"),
    [
        ("https://a.example/1", NOW - timedelta(hours=1), ("2026-11-24 10:00", "feed")),
        ("https://a.example/2026/11/20/x", None, ("2026-11-20 00:00", "url")),
        ("https://a.example/2031/11/20/x", None, ("2026-11-24 09:00", "first_seen")),
        ("https://a.example/1", None, ("2026-11-24 09:00", "first_seen")),
    ],
)
def test_an_article_without_a_time_gets_the_best_that_is_known(
    archive: Archive, root: Path, url: str, feed_time: datetime | None, expected: tuple[str, str]
) -> None:
    archive.discover([Found(url, "a", published_at=feed_time)], NOW - timedelta(hours=2))
    archive.add(article(url=url, source="a", published_at=None))
    assert (archive.articles()[0].time, archive.articles()[0].time_from) == expected
    assert ledger(root)[-1]["time_from"] == expected[1]
    assert archive.articles()[0].published_at is None


def test_a_title_with_nothing_readable_becomes_source_and_date(archive: Archive, root: Path) -> None:
    archive.add(article(title="——？！"))
    assert archive.articles()[0].title == "虎嗅 2026-11-23"
    assert ledger(root)[-1]["title_from"] == "source"


def test_slugs_that_collide_get_a_hash(archive: Archive, root: Path) -> None:
    first = archive.add(article(1, identifier="Story"))
    second = archive.add(article(2, identifier="story"))
    assert first.path == "huxiu/2026/2026-11-23-Story.md"
    assert second.path is not None
    assert second.path.startswith("huxiu/2026/2026-11-23-story-")


def test_a_file_that_lies_in_the_way_is_not_overwritten(archive: Archive, root: Path) -> None:
    mine = root / "huxiu/2026/2026-11-23-1.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    receipt = archive.add(article(1))
    assert receipt.path != "huxiu/2026/2026-11-23-1.md"
    assert mine.read_text() == "mine\n"


def test_a_source_name_cannot_lead_out_of_the_archive(archive: Archive, root: Path) -> None:
    receipt = archive.add(article(source="../../etc", identifier="../../passwd"))
    assert (root / str(receipt.path)).resolve().is_relative_to(root.resolve())


def test_a_source_called_like_a_folder_of_ours_gets_another(archive: Archive, root: Path) -> None:
    receipt = archive.add(article(source="ledger"))
    assert receipt.path == "ledger_/2026/2026-11-23-1.md"
    assert archive.reindex().articles == 1


def test_discovery_names_each_wanted_url_once_and_in_order(archive: Archive) -> None:
    found = [Found(f"https://a.example/{n}", "a") for n in (3, 1, 3, 2)]
    assert archive.discover(found, NOW) == [f"https://a.example/{n}" for n in (3, 1, 2)]
    archive.add(article(url="https://a.example/1", source="a"))
    assert archive.discover(found, NOW) == [f"https://a.example/{n}" for n in (3, 2)]


def test_discovering_known_urls_writes_nothing(archive: Archive, root: Path) -> None:
    found = [Found(f"https://a.example/{n}", "a") for n in range(3)]
    archive.discover(found, NOW)
    before = ledger(root)
    archive.discover(found, NOW + timedelta(hours=1))
    assert ledger(root) == before


@pytest.mark.parametrize("state", ["gone", "not_an_article", "walled", "excluded"])
def test_a_refused_url_is_settled(archive: Archive, state: str) -> None:
    archive.refuse("https://a.example/1", "a", state, "why", NOW)
    assert archive.is_settled("https://a.example/1")
    assert archive.counts() == {"a": {state: 1}}


@pytest.mark.parametrize("state", ["failed", "blocked"])
def test_a_failed_url_is_wanted_again_but_a_patient_crawl_waits(archive: Archive, state: str) -> None:
    url = "https://a.example/1"
    archive.refuse(url, "a", state, "timeout", NOW)
    soon, late = NOW + timedelta(minutes=59), NOW + timedelta(hours=1, minutes=1)
    assert archive.pending("a", soon) == [url]
    assert archive.pending("a", soon, patient=True) == []
    assert archive.pending("a", late, patient=True) == [url]
    archive.refuse(url, "a", state, "timeout", late)
    assert archive.discover([Found(url, "a")], late + timedelta(minutes=61), patient=True) == []


def test_a_rest_that_another_clock_set_does_not_hold(archive: Archive) -> None:
    url = "https://a.example/1"
    archive.refuse(url, "a", "failed", "timeout", NOW + timedelta(days=365))
    assert archive.pending("a", NOW, patient=True) == [url]


def test_a_refusal_is_one_line_until_its_reason_changes(archive: Archive, root: Path) -> None:
    for reason in ("timeout", "timeout", "503"):
        archive.refuse("https://a.example/1", "a", "failed", reason, NOW)
    assert [line["reason"] for line in ledger(root)] == ["timeout", "503"]


def test_a_refusal_does_not_touch_an_archived_article(archive: Archive) -> None:
    archive.add(article(1))
    archive.refuse(article(1).url, "huxiu", "gone", "404", NOW)
    assert archive.counts() == {"huxiu": {"archived": 1}}


def test_a_redirect_makes_an_alias(archive: Archive) -> None:
    archive.add(article(1))
    archive.alias({"https://www.huxiu.com/short/1": article(1).url}, NOW)
    assert archive.is_settled("https://www.huxiu.com/short/1")
    found = archive.article("https://www.huxiu.com/short/1")
    assert found is not None
    assert found.url == article(1).url


def test_strings_that_no_file_can_hold_are_written_without_them(archive: Archive, root: Path) -> None:
    nasty = "a\x00b\ud800c\u2028d"
    archive.refuse("https://a.example/1", nasty, "failed", nasty, NOW)
    archive.add(article(title=nasty, tags=(nasty,), authors=(nasty,), summary=nasty))
    assert archive.articles()[0].title == "a bc d"
    assert archive.articles()[0].tags == ("a bc d",)


def test_runs_and_due_times_are_remembered(archive: Archive) -> None:
    first = archive.runs.start("a", "crawl", NOW)
    archive.runs.finish(first, {"new": 1}, "ok", NOW + timedelta(seconds=5))
    archive.runs.start("a", "daemon", NOW)
    archive.runs.set_due("a", NOW + timedelta(seconds=1), 2)
    assert [(run.state, run.by) for run in archive.runs.latest()] == [("running", "daemon")]
    assert archive.runs.abandon(NOW) == 1
    assert [run.state for run in archive.runs.recent()] == ["abandoned", "ok"]
    assert archive.runs.due()["a"].failures == 2
    assert archive.runs.due()["a"].next_at == NOW + timedelta(seconds=1)


def test_two_archives_do_not_share_a_database(
    archive: Archive, database_url: str | None, tmp_path: Path
) -> None:
    archive.add(article(1))
    url = database_url or f"sqlite:///{archive.root / 'catalog.sqlite3'}"
    with Archive.open(tmp_path / "elsewhere") as other:
        other.add(article(2))
    with pytest.raises(ArchiveError, match="another archive"):
        Archive.open(tmp_path / "elsewhere", url)


def test_reading_needs_an_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive in"):
        Archive.read(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_reading_sees_what_was_written_and_writes_nothing(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    archive.add(article(1))
    (root / ".broadsheet" / "pending.json").write_text("{}x")
    with Archive.read(root, database_url) as reader:
        assert [row.url for row in reader.articles()] == [article(1).url]
        assert reader.text(reader.articles()[0]).startswith("---\nlayout: post\n")
    assert (root / ".broadsheet" / "pending.json").exists()


def test_an_unwritable_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="file") as caught:
        Archive.open(tmp_path / "file" / "archive")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path, url: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        Archive.open(tmp_path, url)
    assert "\n" not in str(caught.value)


def test_further_front_matter_comes_after_the_five_keys(root: Path, database_url: str | None) -> None:
    with Archive.open(root, database_url, front_matter=("tags", "licence")) as archive:
        archive.add(article(1, tags=("一", "二")))
    head = next(iter(files(root).values())).split("\n---\n")[0]
    assert [line.split(":")[0] for line in head.splitlines()[1:]] == [
        "layout",
        "url",
        "name",
        "time",
        "title",
        "tags",
    ]

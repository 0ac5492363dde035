"""broadsheet coverage, on an archive of three sources."""

from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, Found
from archive.memory.runs import MOST_TRIES
from archive.rows import PollRow
from tests.builders import NOW, article
from tests.prepared import copied
from tests.terminal import Terminal

HOUR = timedelta(hours=1)
NEVER = "https://www.ithome.com/article/2"


def found(number: int, way: str, source: str = "huxiu") -> Found:
    return Found(f"https://www.{source}.com/article/{number}", source, "题", NOW - number * HOUR, way)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty articles of huxiu, found on three days in two ways; a few of ithome, found in one."""
    root = tmp_path_factory.mktemp("made") / "archive-data"
    with Archive.open(root) as archive:
        for day in (3, 2, 1):
            numbers = range(20 * day, 20 * day + 20)
            seen = [found(n, "feed") for n in numbers if n % 10] + [
                found(n, "sitemap") for n in numbers if n % 7
            ]
            archive.discover(seen, NOW - (20 * day - 1) * HOUR)
        archive.discover([found(n, "feed", "ithome") for n in range(3)], NOW)
        archive.add(article(25))
        archive.refuse("https://www.huxiu.com/article/26", "huxiu", "not_an_article", "a list", NOW)
        archive.refuse("https://www.huxiu.com/article/27", "huxiu", "failed", "[timeout] of 30 s", NOW)
        for _ in range(MOST_TRIES):
            archive.refuse(NEVER, "ithome", "blocked", "403", NOW)
        polled = {"source": "huxiu", "asked_at": NOW.isoformat()}
        archive.polls.put(PollRow(**polled, address="https://a.example/rss", overflowed_at=NOW.isoformat()))
        archive.polls.put(PollRow(**polled, address="https://a.example/map", lies=True))
    return root


@pytest.fixture
def kept(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path / "archive-data", None)


def test_every_source_has_a_row_in_which_the_states_add_up(broadsheet: Terminal, kept: Path) -> None:
    ran = broadsheet("coverage", COLUMNS="100")
    assert ran.status == 0
    assert f"Archive: {kept}" in ran.text
    table = ran.text.split("\n\n")[0].splitlines()
    assert table[0].split() == [
        *("source", "URLs", "discovered", "archived", "blocked", "not", "an", "article", "failed"),
    ]
    assert [line.split() for line in table[2:]] == [
        ["huxiu", "59", "56", "1", "0", "1", "1"],
        ["ithome", "3", "2", "0", "1", "0", "0"],
    ]


def test_ways_recall_and_what_is_wrong_are_in_the_row(broadsheet: Terminal, kept: Path) -> None:
    table = broadsheet("coverage", COLUMNS="100").text.split("\n\n")[1]
    huxiu, ithome = table.splitlines()[2:]
    assert "feed: 54, sitemap: 51" in huxiu
    assert "overflow 2026-11-2" in huxiu
    assert "validators lie" in huxiu
    assert "99 (96–100)" in huxiu
    assert ithome.split() == ["ithome", "feed:", "3", "–"]


@pytest.mark.parametrize("columns", ["60", "80", "100", "120", "200"])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_broken(
    broadsheet: Terminal, kept: Path, columns: str
) -> None:
    ran = broadsheet("coverage", "huxiu", "--missed", COLUMNS=columns)
    assert max(map(len, ran.text.splitlines()[:-1])) <= int(columns)
    assert "99 (96–100)" in ran.text
    assert all(f"2026-11-{day}" in ran.text for day in ("21", "22", "23"))


def test_a_source_is_told_by_day_the_newest_first(broadsheet: Terminal, kept: Path) -> None:
    text = broadsheet("coverage", "huxiu").text
    days = [line.split()[:3] for line in text.split("\n\n")[0].splitlines()[2:]]
    assert days == [
        ["2026-11-23", "20", "17"],
        ["2026-11-22", "20", "20"],
        ["2026-11-21", "19", "19"],
        ["all", "59", "56"],
    ]
    assert "Recall by feed and sitemap: 99 (96–100) %." in text
    assert "Validators lie: https://a.example/map" in text


def test_earlier_days_are_one_row(broadsheet: Terminal, kept: Path) -> None:
    table = broadsheet("coverage", "huxiu", "--days", "1").text.split("\n\n")[0]
    assert [line.split()[:2] for line in table.splitlines()[2:]] == [
        ["2026-11-23", "20"],
        ["earlier", "39"],
        ["all", "59"],
    ]


def test_what_is_open_is_told_with_its_next_try(broadsheet: Terminal, kept: Path) -> None:
    text = broadsheet("coverage", "huxiu").text
    assert "[timeout] of 30 s" in text
    assert "next crawl" in text
    assert "and 37 more: --json" in text


def test_what_is_given_up_says_so(broadsheet: Terminal, kept: Path) -> None:
    assert f"never again: tried {MOST_TRIES} times  {NEVER}" in broadsheet("coverage", "ithome").text


def test_what_one_way_missed_is_counted_and_listed_when_asked(broadsheet: Terminal, kept: Path) -> None:
    assert "feed missed 4 that sitemap saw." in broadsheet("coverage", "huxiu").text
    text = broadsheet("coverage", "huxiu", "--missed").text
    assert "sitemap saw, feed did not: 4" in text
    assert "2026-11-22  discovered  https://www.huxiu.com/article/30" in text


def test_a_bundle_stands_for_those_of_its_sources_that_are_held(broadsheet: Terminal, kept: Path) -> None:
    with Archive.open(kept) as archive:
        archive.refuse("https://www.heise.de/news/a-1.html", "heise", "gone", "404", NOW)
    ran = broadsheet("coverage", "zh-tech", "--json")
    assert {row["source"] for row in ran.rows} == {"huxiu", "ithome"}
    assert "goes with a source" in broadsheet("coverage", "zh-tech", "--missed").complaint


def test_where_all_is_settled_that_is_said(broadsheet: Terminal, kept: Path) -> None:
    with Archive.open(kept) as archive:
        archive.refuse("https://a.example/1", "other", "gone", "404", NOW)
    text = broadsheet("coverage", "other", "--missed").text
    assert "Nothing is open" in text
    assert "Recall: no way of discovery names these URLs." in text
    assert "Nothing that one way saw was missed" in text


def test_json_gives_an_object_a_line_by_kind(broadsheet: Terminal, kept: Path) -> None:
    rows = broadsheet("coverage", "huxiu", "--json").rows
    kinds = {
        kind: [row for row in rows if row["kind"] == kind] for kind in ("source", "day", "open", "missed")
    }
    assert sum(map(len, kinds.values())) == len(rows)
    (source,) = kinds["source"]
    assert (
        source["discovered"]
        == sum(source["states"].values())
        == sum(day["discovered"] for day in kinds["day"])
    )
    assert source["pairs"][0]["ways"] == ["feed", "sitemap"]
    assert source["recall"]["share"] == source["pairs"][0]["recall"]["share"] < 1
    assert len(kinds["open"]) == 57
    assert [(row["tries"], row["given_up"]) for row in kinds["open"] if row["state"] == "failed"] == [
        (1, False)
    ]
    assert [row["missed_by"] for row in kinds["missed"]].count("feed") == 4
    assert all(row.keys() >= {"seen_by", "url", "state", "published_at"} for row in kinds["missed"])


def test_json_of_all_sources_names_each_and_its_days(broadsheet: Terminal, kept: Path) -> None:
    rows = broadsheet("coverage", "--json").rows
    assert [row["source"] for row in rows if row["kind"] == "source"] == ["huxiu", "ithome"]
    assert {row["kind"] for row in rows} == {"source", "day"}


def test_json_can_be_held_to_the_last_days(broadsheet: Terminal, kept: Path) -> None:
    rows = broadsheet("coverage", "huxiu", "--json", "--days", "2").rows
    assert [row["day"] for row in rows if row["kind"] == "day"] == ["2026-11-22", "2026-11-23"]


def test_nothing_is_written_by_asking(broadsheet: Terminal, kept: Path) -> None:
    def files() -> dict[Path, bytes]:
        """All but what SQLite lays beside its file even to read."""
        return {
            file: file.read_bytes()
            for file in kept.rglob("*")
            if file.suffix in (".jsonl", ".md", ".sqlite3")
        }

    before = files()
    broadsheet("coverage", "huxiu", "--missed")
    assert files() == before


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["huxi"], "did you mean huxiu?"),
        (["nowhere-at-all"], "`broadsheet coverage` names those it holds"),
        (["sspa"], "did you mean sspai?"),
        (["--missed"], "--missed goes with a source"),
        (["--days", "3"], "--days goes with a source"),
        (["huxiu", "--days", "0"], "--days"),
    ],
)
def test_what_is_typed_wrong_is_one_line(
    broadsheet: Terminal, kept: Path, arguments: list[str], complaint: str
) -> None:
    assert complaint in broadsheet("coverage", *arguments).complaint


def test_a_source_with_a_recipe_and_no_url_is_told_how_to_begin(broadsheet: Terminal, tmp_path: Path) -> None:
    Archive.open(tmp_path / "archive-data").close()
    assert "`broadsheet crawl huxiu`" in broadsheet("coverage", "huxiu").complaint


def test_an_empty_archive_says_so(broadsheet: Terminal, tmp_path: Path) -> None:
    Archive.open(tmp_path / "archive-data").close()
    ran = broadsheet("coverage")
    assert (ran.status, ran.err) == (0, "")
    assert "No URL is discovered yet" in ran.text
    assert broadsheet("coverage", "--json").out == b""


def test_where_there_is_no_archive_none_is_made(broadsheet: Terminal, tmp_path: Path) -> None:
    assert "no archive in" in broadsheet("coverage").complaint
    assert not (tmp_path / "archive-data").exists()


def test_help_says_what_the_estimate_takes_for_granted(broadsheet: Terminal) -> None:
    text = " ".join(broadsheet("coverage", "--help").text.split())
    assert "independent" in text
    assert "too rosy" in text

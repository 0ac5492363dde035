"""What became of every URL, and how many articles no way of discovery saw."""

import math
import random
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Archive, Found, SourceCoverage, Tally, estimate, url_key
from archive.database import writable
from archive.memory.runs import MOST_TRIES
from archive.recall import LEAST_OVERLAP, chapman
from archive.rows import PollRow
from archive.tables import urls, ways
from tests.builders import LONG, NOW, archive_tables, article, drop_database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(root: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(root, database_url) as opened:
        yield opened


def address(number: int) -> str:
    return f"https://www.huxiu.com/article/{number}"


def find(
    archive: Archive, way: str, numbers: Iterable[int], at: datetime = NOW, *, stated: bool = True
) -> None:
    """Article `number` was published `number` hours before NOW, and found in this way."""
    listed = [
        Found(address(n), "huxiu", f"第{n}篇", NOW - n * HOUR if stated else None, way) for n in numbers
    ]
    archive.discover(listed, at)


def missed(archive: Archive, covered: SourceCoverage) -> dict[tuple[str, str], list[str]]:
    """(seen by, missed by) → the numbers of the articles."""
    return {
        (gap.seen_by, gap.missed_by): [
            one.url.url.rpartition("/")[2] for one in archive.coverage.missed(covered, gap)
        ]
        for gap in covered.gaps()
    }


# --- the estimate ---


@pytest.mark.parametrize(
    ("first", "second", "both", "expected"),
    [
        (87, 14, 7, 164.0),  # cottontail rabbits; Skalski, Robson and Simmons 1983
        (32, 54, 18, 94.5),  # cricket frogs; Turner 1960
        (50, 60, 45, 66.6),
    ],
)
def test_worked_examples_come_out(first: int, second: int, both: int, expected: float) -> None:
    found = chapman(first, second, both)
    assert found is not None
    assert found.expected == pytest.approx(expected, abs=0.1)
    assert found.found == first + second - both
    assert found.recall == found.found / found.expected


def test_sets_are_counted() -> None:
    found = estimate({str(n) for n in range(50)}, {str(n) for n in range(5, 65)})
    assert found == chapman(50, 60, 45)


@pytest.mark.parametrize("first", [0, LEAST_OVERLAP - 1])
def test_too_small_an_overlap_gives_no_estimate(first: int) -> None:
    assert estimate({str(n) for n in range(first)}, {str(n) for n in range(40)}) is None


def test_seven_shared_are_enough_for_an_estimate() -> None:
    shared = {str(n) for n in range(LEAST_OVERLAP)}
    found = estimate(shared, shared)
    assert found is not None
    assert (found.recall, found.fewest, found.most) == (1.0, 7, 7)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 25), st.integers(0, 25), st.integers(LEAST_OVERLAP, 25))
def test_the_interval_is_that_of_every_number_tried(only_first: int, only_second: int, both: int) -> None:
    first, second, found = only_first + both, only_second + both, only_first + only_second + both

    def likelihood(number: int) -> float:
        ways_to = math.comb(first, both) * math.comb(number - first, second - both)
        return ways_to / math.comb(number, second)

    tried = {number: likelihood(number) for number in range(found, 5 * first * second // both + 20)}
    within = [number for number, chance in tried.items() if chance >= max(tried.values()) * math.exp(-1.9207)]
    reckoned = chapman(first, second, both)
    assert reckoned is not None
    assert (reckoned.fewest, reckoned.most) == (within[0], within[-1])
    assert found <= reckoned.expected
    assert reckoned.fewest <= reckoned.expected < reckoned.most + 1


@pytest.mark.parametrize(
    ("count", "first", "second"),
    [(20, 0.8, 0.7), (50, 0.95, 0.9), (200, 0.5, 0.5), (200, 0.3, 0.9), (2000, 0.99, 0.95)],
)
def test_independent_looks_are_told_how_many_there_were(count: int, first: float, second: float) -> None:
    chance = random.Random(f"{count} {first} {second}")
    within, ratios = 0, []
    for _ in range(400):
        a = {str(n) for n in range(count) if chance.random() < first}
        b = {str(n) for n in range(count) if chance.random() < second}
        found = estimate(a, b)
        if found is not None:
            ratios.append(found.expected / count)
            within += found.fewest <= count <= found.most
    assert len(ratios) > 300
    assert sum(ratios) / len(ratios) == pytest.approx(1, abs=0.01)
    assert within / len(ratios) > 0.92


def test_what_both_miss_alike_makes_the_estimate_too_rosy() -> None:
    named = {str(n) for n in range(80)}  # of a hundred: twenty are named nowhere
    found = estimate(named, named)
    assert found is not None
    assert found.recall == 1.0


# --- what both ways could have seen ---


def test_a_sitemap_that_reaches_back_years_is_compared_within_the_feeds_reach(archive: Archive) -> None:
    find(archive, "sitemap", [*range(2, 20_000, 100), *(n for n in range(2, 40) if n != 7)])
    find(archive, "feed", range(2, 40))
    covered = archive.coverage.of("huxiu")
    (pair,) = covered.pairs
    assert (len(pair.seen[0]), len(pair.seen[1])) == (
        37,
        36,
    )  # the oldest of the feed's is set aside as if pinned
    assert missed(archive, covered) == {("feed", "sitemap"): ["7"]}


def test_what_is_newer_than_one_ways_last_look_is_not_missed_by_it(archive: Archive) -> None:
    find(archive, "feed", range(1, 15))
    find(archive, "sitemap", range(5, 15))
    assert missed(archive, archive.coverage.of("huxiu")) == {}


def test_a_pinned_old_item_does_not_open_the_window(archive: Archive) -> None:
    find(archive, "sitemap", range(1, 300))
    find(archive, "feed", [*range(1, 40), 250])
    assert set(missed(archive, archive.coverage.of("huxiu"))) <= {("feed", "sitemap")}


def test_each_way_is_told_what_it_missed_the_latest_first(archive: Archive) -> None:
    find(archive, "feed", [n for n in range(1, 20) if n not in (4, 9)])
    find(archive, "sitemap", [n for n in range(1, 20) if n != 6])
    covered = archive.coverage.of("huxiu")
    assert missed(archive, covered) == {("feed", "sitemap"): ["6"], ("sitemap", "feed"): ["4", "9"]}
    assert covered.estimate == chapman(17, 18, 16)


def test_an_undated_backlog_is_left_out_and_later_finds_count_by_discovery(archive: Archive) -> None:
    find(archive, "listing", range(1, 200), NOW, stated=False)
    find(archive, "feed", range(100, 120), NOW, stated=False)
    for day in range(1, 12):
        find(archive, "listing", [1000 + day], NOW + day * DAY, stated=False)
        find(archive, "feed", [1000 + day] if day != 3 else [], NOW + day * DAY, stated=False)
    covered = archive.coverage.of("huxiu")
    assert missed(archive, covered) == {("listing", "feed"): ["1003"]}
    assert covered.estimate == chapman(10, 11, 10)


def test_the_pages_own_time_counts_before_that_of_the_feed(archive: Archive) -> None:
    find(archive, "listing", range(1, 11), stated=False)
    find(archive, "sitemap", range(1, 10), stated=False)
    for number in range(1, 11):
        archive.add(article(number, published_at=NOW - number * HOUR))
    assert missed(archive, archive.coverage.of("huxiu")) == {}  # the tenth is older than the sitemap reaches
    find(archive, "sitemap", [11], stated=False)
    archive.add(article(11, published_at=NOW - 11 * HOUR))
    assert missed(archive, archive.coverage.of("huxiu")) == {("listing", "sitemap"): ["10"]}


def test_two_addresses_of_one_article_are_one_find(archive: Archive) -> None:
    find(archive, "feed", range(1, 12))
    find(archive, "sitemap", [n for n in range(1, 12) if n != 5])
    archive.add(article(5, published_at=NOW - 5 * HOUR))
    archive.discover(
        [Found("https://www.huxiu.com/s/5", "huxiu", None, NOW - 5 * HOUR, "sitemap")], NOW + HOUR
    )
    before = missed(archive, archive.coverage.of("huxiu"))
    assert before == {("feed", "sitemap"): ["5"], ("sitemap", "feed"): ["5"]}
    archive.alias({"https://www.huxiu.com/s/5": address(5)}, NOW + HOUR)
    covered = archive.coverage.of("huxiu")
    assert missed(archive, covered) == {}
    assert covered.tally.discovered == 12


def test_what_is_no_article_is_not_missed(archive: Archive) -> None:
    find(archive, "feed", range(1, 12))
    find(archive, "sitemap", [n for n in range(1, 12) if n not in (3, 4, 5)])
    archive.refuse(address(3), "huxiu", "not_an_article", "a list", NOW)
    archive.refuse(address(4), "huxiu", "excluded", "a video", NOW)
    archive.refuse(address(5), "huxiu", "gone", "404", NOW)
    assert missed(archive, archive.coverage.of("huxiu")) == {("feed", "sitemap"): ["5"]}


def test_of_three_ways_the_two_that_share_most_give_the_estimate(archive: Archive) -> None:
    find(archive, "feed", range(1, 31))
    find(archive, "listing", range(1, 31, 2))
    find(archive, "sitemap", range(1, 30))
    covered = archive.coverage.of("huxiu")
    assert [pair.ways for pair in covered.pairs] == [
        ("feed", "sitemap"),
        ("feed", "listing"),
        ("listing", "sitemap"),
    ]
    assert covered.estimate == covered.pairs[0].estimate


def test_one_way_alone_gives_no_estimate(archive: Archive) -> None:
    find(archive, "feed", range(20))
    archive.add(article(50))
    covered = archive.coverage.of("huxiu")
    assert (covered.pairs, covered.estimate, covered.gaps()) == ((), None, [])


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_time_that_no_clock_can_show_is_no_time(archive: Archive, moment: str) -> None:
    find(archive, "feed", range(10))
    find(archive, "sitemap", range(10))
    archive.discover([Found(address(99), "huxiu", None, datetime.fromisoformat(moment), "feed")], NOW + HOUR)
    assert missed(archive, archive.coverage.of("huxiu")) == {}


# --- by day, and what is open ---


def test_a_day_holds_what_was_discovered_on_it_as_it_stands_now(archive: Archive) -> None:
    find(archive, "feed", range(1, 11), NOW)
    find(archive, "feed", range(11, 14), NOW + DAY)
    find(archive, "sitemap", range(1, 14), NOW + DAY)
    archive.add(article(1))
    archive.refuse(address(2), "huxiu", "gone", "404", NOW + 2 * DAY)
    archive.refuse(address(12), "huxiu", "failed", "timeout", NOW + 2 * DAY)
    first, second = archive.coverage.of("huxiu").days
    assert (first.day, second.day) == ("2026-11-24", "2026-11-25")
    assert first.tally == Tally({"discovered": 8, "archived": 1, "gone": 1}, {"feed": 10, "sitemap": 10})
    assert second.tally == Tally({"discovered": 2, "failed": 1}, {"feed": 3, "sitemap": 3})
    assert (first.estimate is None, second.estimate) == (False, None)


def test_states_stand_in_one_order_and_an_unknown_one_comes_last() -> None:
    tally = Tally.total([Tally({"novel": 1, "removed": 2}, {}), Tally({"archived": 3, "discovered": 1}, {})])
    assert list(tally.states.items()) == [("discovered", 1), ("archived", 3), ("removed", 2), ("novel", 1)]
    assert tally.discovered == 7


def test_what_is_open_is_told_with_its_next_try(archive: Archive) -> None:
    find(archive, "feed", range(1, 6))
    archive.add(article(1))
    archive.refuse(address(2), "huxiu", "failed", "timeout", NOW + HOUR)
    for _ in range(MOST_TRIES):
        archive.refuse(address(3), "huxiu", "blocked", "403", NOW + 2 * HOUR)
    archive.add(article(4, read_from="feed"))
    told = {
        url.url.rpartition("/")[2]: (url.state, url.tries, url.next_try_at, url.given_up)
        for url in archive.coverage.open_urls("huxiu")
    }
    assert told == {
        "2": ("failed", 1, "2026-11-24T05:00:00+00:00", False),
        "4": ("archived", 0, None, False),
        "5": ("discovered", 0, None, False),
        "3": ("blocked", MOST_TRIES, None, True),
    }
    assert list(told)[-1] == "3"
    assert archive.coverage.count_open("huxiu") == 4
    assert len(archive.coverage.open_urls("huxiu", 2)) == 2


def test_an_overflow_and_lying_validators_are_told(archive: Archive) -> None:
    find(archive, "feed", [1])
    polled = {"source": "huxiu", "asked_at": "2026-11-24T00:00:00+00:00"}
    archive.polls.put(
        PollRow(**polled, address="https://a.example/feed", overflowed_at="2026-11-20T00:00:00+00:00")
    )
    archive.polls.put(PollRow(**polled, address="https://a.example/list", lies=True))
    covered = archive.coverage.of("huxiu")
    assert (covered.overflowed_at, covered.lying) == (
        "2026-11-20T00:00:00+00:00",
        ("https://a.example/list",),
    )


def test_an_archive_that_is_only_read_tells_the_same(
    archive: Archive, root: Path, database_url: str | None
) -> None:
    find(archive, "feed", range(20))
    find(archive, "sitemap", range(2, 20))
    with Archive.read(root, database_url) as looked_at:
        assert looked_at.coverage.of("huxiu") == archive.coverage.of("huxiu")
        assert looked_at.coverage.sources() == ["huxiu"]


def test_a_rebuilt_archive_tells_the_same(archive: Archive, root: Path, database_url: str | None) -> None:
    find(archive, "feed", range(20), NOW)
    find(archive, "sitemap", range(2, 20), NOW + DAY)
    archive.add(article(3))
    archive.forget(address(4), NOW + DAY)
    before = archive.coverage.of("huxiu")
    archive.close()
    drop_database(root, database_url)
    with Archive.open(root, database_url) as rebuilt:
        after = rebuilt.coverage.of("huxiu")
    assert (after.days, after.pairs) == (before.days, before.pairs)


def test_a_forgotten_url_leaves_no_way(archive: Archive, root: Path, database_url: str | None) -> None:
    for way in ("feed", "sitemap"):
        find(archive, way, [1])
    archive.add(article(1))
    archive.forget(address(1), NOW + HOUR)
    find(archive, "listing", [1], NOW + DAY)
    tally = archive.coverage.of("huxiu").tally
    assert (tally.states, tally.ways) == ({"removed": 1}, {})
    archive.close()
    assert archive_tables(root, database_url)["ways"] == []


# --- whatever happens, the states add up to the URLs ---

SOURCES = ("huxiu", "ithome")
ACTS = ("discover", "add", "refuse", "alias", "forget", "delete", "reindex")
REFUSALS = ("failed", "blocked", "walled", "gone", "not_an_article", "excluded")

Step = tuple[str, int, int]  # what is done, to which URL, and which of the variants

steps = st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 5))


def live(archive: Archive, history: Iterable[Step]) -> tuple[set[str], set[str]]:
    """Does what the history says; gives the URL keys that must be known then, and those that may be besides."""
    known, maybe = set[str](), set[str]()
    for number, (act, one, variant) in enumerate(history):
        now = NOW + number * 9 * HOUR
        # The same body at 4 and 5: a duplicate.
        body = LONG if one > 3 else f"{LONG} {one}"
        if act == "discover":
            way = ("feed", "sitemap", "")[variant % 3]
            archive.discover([Found(address(one), SOURCES[one % 2], None, NOW - one * HOUR, way)], now)
        elif act == "add":
            source = SOURCES[one % 2]
            published_at = NOW - variant * HOUR
            archive.add(article(one, source=source, body=body, published_at=published_at, fetched_at=now))
        elif act == "refuse":
            archive.refuse(address(one), SOURCES[one % 2], REFUSALS[variant], "why", now)
        elif act == "alias":
            archive.alias({f"{address(one)}0": address(variant)}, now)
            maybe.add(url_key(f"{address(one)}0"))
        elif act == "forget":
            archive.forget(address(one), now)
        elif act == "delete":
            held = archive.article(address(one))
            (archive.root / (held.path if held else "nothing")).unlink(missing_ok=True)
        else:
            archive.reindex()
        known |= {url_key(address(one))} if act in ("discover", "add", "refuse") else set()
    return known, maybe


def check(archive: Archive, database_url: str | None, known: set[str], maybe: set[str]) -> None:
    engine = writable(archive.root, database_url)
    with engine.connect() as connection:
        held = set(connection.scalars(sa.select(urls.c.url_key)))
        named = set(connection.scalars(sa.select(ways.c.url_key)))
        forgotten = set(connection.scalars(sa.select(urls.c.url_key).where(urls.c.reason == "forgotten")))
    engine.dispose()
    assert known <= held <= known | maybe
    assert named <= held - forgotten
    covers = [archive.coverage.of(source) for source in archive.coverage.sources()]
    assert sum(covered.tally.discovered for covered in covers) == len(held)
    assert {covered.source: covered.tally.states for covered in covers} == archive.counts()
    for covered in covers:
        assert Tally.total(day.tally for day in covered.days) == covered.tally
        assert all(count <= covered.tally.discovered for count in covered.tally.ways.values())
        assert len(archive.coverage.open_urls(covered.source)) == archive.coverage.count_open(covered.source)


@settings(max_examples=25, deadline=None)
@given(st.lists(steps, max_size=14))
def test_the_states_add_up_to_the_urls_whatever_happens(history: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder, "archive")) as archive:
        known, maybe = live(archive, history)
        check(archive, None, known, maybe)


@pytest.mark.parametrize("seed", range(3))
def test_the_states_add_up_in_every_database_and_after_a_rebuild(
    archive: Archive, database_url: str | None, seed: int
) -> None:
    chance = random.Random(seed)
    history = [(chance.choice(ACTS), chance.randrange(6), chance.randrange(6)) for _ in range(40)]
    known, maybe = live(archive, history)
    archive.reindex()
    check(archive, database_url, known, maybe)
    before = [archive.coverage.of(source) for source in archive.coverage.sources()]
    archive.close()
    drop_database(archive.root, database_url)
    with Archive.open(archive.root, database_url) as rebuilt:
        check(rebuilt, database_url, known, maybe)
        assert [rebuilt.coverage.of(source) for source in rebuilt.coverage.sources()] == before

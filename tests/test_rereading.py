"""When an archived article is read again, by whole crawls on loopback; and the curve of its age."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, ArticleRow, RereadRow, url_key
from crawler.config import ConfigError, Settings, load_settings
from crawler.past import rereading
from crawler.past.rereading import NOTHING_STATED, Validators
from crawler.source import Source, parse_source
from tests.builders import files
from tests.site import (
    DELETED,
    FEED,
    HOST,
    LIST,
    RECIPE,
    WAF,
    Reply,
    Site,
    article_page,
    crawled,
    settings,
    text_of,
)

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOUND = 90 * DAY
EVER = 36_500 * 86_400.0  # seconds: whatever the day is on which a test runs
LOGIN = "<p>请登录后阅读全文</p>"
REVISED = text_of(1).replace("来龙去脉", "前因后果") + "后来又补充了一句话。"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        yield played


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings(tmp_path, reread=EVER)


def url(number: int) -> str:
    return f"{HOST}/article/{number}"


def noted(config: Settings, number: int = 1) -> RereadRow | None:
    with Archive.read(config.archive) as archive:
        return archive.rereads.get(url_key(url(number)))


def make_due(config: Settings, *numbers: int, **also: Any) -> None:
    """As if their time had come."""
    with Archive.open(config.archive) as archive:
        for number in numbers:
            row = archive.rereads.get(url_key(url(number)))
            assert row is not None
            archive.rereads.put(replace(row, next_at=datetime.now(UTC) - HOUR, **also))


def archived(site: Site, config: Settings, *numbers: int) -> None:
    """Publishes and crawls; from then on each is due."""
    site.publish(*numbers)
    assert crawled(config).counts == {"new": len(numbers)}
    make_due(config, *numbers)
    site.forget()


def held(config: Settings, number: int = 1) -> tuple[ArticleRow, list[str], str]:
    """The article, the changes of its versions, and what became of its page."""
    with Archive.read(config.archive) as archive:
        row = archive.article(url(number))
        assert row is not None
        return row, [one.change for one in archive.history.of(row)], archive.history.page(row)


# --- whole crawls ---


def test_a_crawl_schedules_what_it_archives_and_reads_nothing_again_yet(site: Site, config: Settings) -> None:
    site.publish(1, 2)
    crawled(config)
    row = noted(config)
    assert row is not None
    assert row.next_at > datetime.now(UTC)
    site.forget()
    assert crawled(config).counts == {"known": 2}
    assert site.asked == [FEED]


def test_a_page_that_changed_is_a_revision(site: Site, config: Settings) -> None:
    archived(site, config, 1, 2)
    site.put(1, article_page(1, text=REVISED))
    report = crawled(config)
    assert report.ok
    assert report.counts == {"revised": 1, "known": 2, "unchanged": 1}
    assert site.asked == [FEED, url(1), url(2)]
    assert held(config)[1] == ["added rewritten"]
    assert REVISED in files(config.archive)["tech/2026/2026-11-20-1.md"]
    assert text_of(1) in files(config.archive)["tech/2026/.versions/2026-11-20-1.1.md"]


def test_new_articles_come_first(site: Site, config: Settings) -> None:
    archived(site, config, 1)
    site.publish(1, 2)
    assert crawled(config).counts == {"new": 1, "known": 1, "unchanged": 1}
    assert site.asked == [FEED, f"{HOST}/article/2.html?f=rss", url(1)]


def test_a_page_that_says_it_is_as_it_was_is_not_sent_again(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, Reply(article_page(1), headers={"ETag": '"a"'}))
    crawled(config)
    make_due(config, 1)
    assert crawled(config).counts == {"known": 1, "unchanged": 1}
    assert site.answered[-1] == (url(1), 304)
    row = noted(config)
    assert row is not None
    assert (row.unchanged, row.etag) == (1, '"a"')


def test_of_several_conditional_requests_one_is_plain(site: Site, config: Settings) -> None:
    site.publish(1)
    site.put(1, Reply(article_page(1), headers={"ETag": '"a"'}))
    crawled(config)
    statuses = []
    for _ in range(4):
        make_due(config, 1, since=datetime.now(UTC) - 2 * HOUR, step=0)  # whatever the day is, it is young
        crawled(config)
        statuses.append(site.answered[-1][1])
    assert statuses == [304, 304, 200, 304]


def test_another_advertisement_is_no_change(site: Site, config: Settings) -> None:
    archived(site, config, 1)
    site.put(1, article_page(1, more="<p>阅读 12345</p><div class='ad'>广告</div>"))
    assert crawled(config).counts == {"known": 1, "unchanged": 1}
    assert held(config)[1] == []


def test_a_recipe_that_reads_otherwise_is_no_change_of_the_page(site: Site, config: Settings) -> None:
    def recipe(body: str) -> Source:
        return parse_source(RECIPE.replace('body = ".body"', f'body = "{body}"'), "tech.toml")

    more = f"<div class='note'><p>{text_of(9)}</p></div>"
    site.publish(1)
    site.put(1, article_page(1, more=more))
    crawled(config, source=recipe(".body"))
    make_due(config, 1)
    assert crawled(config, source=recipe("article")).counts == {"known": 1, "unchanged": 1}
    site.put(1, article_page(1, text=REVISED, more=more))
    make_due(config, 1)
    assert crawled(config, source=recipe("article")).counts == {"revised": 1, "known": 1}


@pytest.mark.parametrize(
    ("page", "state"),
    [
        (DELETED, "gone"),
        (Reply(b"<title>404</title>", 404), "gone"),
        (Reply(b"<title>410</title>", 410), "gone"),
    ],
    ids=["a notice", "404", "410"],
)
def test_a_page_that_is_gone_leaves_the_article_and_is_on_record(
    site: Site, config: Settings, page: bytes | Reply, state: str
) -> None:
    archived(site, config, 1)
    before = files(config.archive)
    site.put(1, page)
    report = crawled(config)
    assert report.ok
    assert report.counts == {"known": 1, "unchanged": 1}
    assert files(config.archive) == before
    assert held(config)[2].startswith(f"{state} since ")
    with Archive.read(config.archive) as archive:
        assert archive.counts() == {"tech": {"archived": 1}}
    site.put(1, article_page(1))
    make_due(config, 1)
    crawled(config)
    assert held(config)[2] == ""


@pytest.mark.parametrize(
    "page", [WAF, Reply(status=503), Reply(drop=True)], ids=["blocked", "503", "no reply"]
)
def test_a_page_that_cannot_be_had_leaves_the_article_and_is_asked_for_again(
    site: Site, config: Settings, page: bytes | Reply
) -> None:
    archived(site, config, 1)
    before = files(config.archive)
    site.put(1, page)
    report = crawled(config)
    assert report.counts == {"known": 1, "unchanged": 1}
    assert report.reasons[url(1)]
    assert (files(config.archive), held(config)[2]) == (before, "")
    row = noted(config)
    assert row is not None
    assert (row.unchanged, row.next_at > datetime.now(UTC)) == (0, True)


def test_a_teaser_does_not_take_the_articles_place(site: Site, config: Settings) -> None:
    archived(site, config, 1)
    before = files(config.archive)
    site.put(1, article_page(1, text=text_of(1)[:60] + "……", more=LOGIN))
    crawled(config)
    assert files(config.archive) == before


def test_a_site_that_is_silent_is_left_alone(site: Site, config: Settings) -> None:
    archived(site, config, 1)
    for way in (FEED, LIST):
        site.pages[way] = Reply(status=500)
    crawled(config)
    assert url(1) not in site.asked


def test_an_article_that_was_named_is_all_that_is_asked_for(site: Site, config: Settings) -> None:
    archived(site, config, 1)
    site.publish(1, 2)
    crawled(config, url(2))
    assert site.asked == [url(2)]


def test_a_limit_holds_for_both(site: Site, config: Settings) -> None:
    archived(site, config, 1, 2)
    site.publish(1, 2, 3)
    crawled(config, limit=2)
    assert [one for one in site.asked if one != FEED] == [f"{HOST}/article/3.html?f=rss", url(1)]


def test_only_a_share_of_a_crawls_requests_is_for_old_articles(site: Site, config: Settings) -> None:
    archived(site, config, *range(1, 6))
    crawled(replace(config, requests_per_crawl=10))
    assert len(site.asked) == 3


def test_a_reread_that_is_put_off_stays_due(site: Site, config: Settings) -> None:
    archived(site, config, 1, 2)
    site.put(1, Reply(status=429, headers={"Retry-After": "3600"}))
    report = crawled(config)
    assert report.states.keys() == {url(1)}
    row = noted(config, 2)
    assert row is not None
    assert row.next_at < datetime.now(UTC)


def test_who_turned_it_off_reads_nothing_again(site: Site, config: Settings) -> None:
    archived(site, config, 1)
    off = replace(config, reread=0.0)
    crawled(off)
    assert site.asked == [FEED]
    site.publish(2)
    crawled(off)
    assert noted(config, 2) is None


def test_articles_that_were_archived_without_it_are_left_alone(site: Site, config: Settings) -> None:
    site.publish(1)
    crawled(replace(config, reread=0.0))
    site.forget()
    crawled(config)
    assert site.asked == [FEED]


def test_a_removed_article_is_not_read_again(site: Site, config: Settings) -> None:
    archived(site, config, 1)
    with Archive.open(config.archive) as archive:
        (config.archive / archive.articles()[0].path).unlink()
        archive.reindex()
    crawled(config)
    assert site.asked == [FEED]


# --- the curve ---


def row_of(**changes: object) -> RereadRow:
    start = RereadRow(
        url_key="k", url="https://a.example/1", source="a", since=SINCE, next_at=SINCE, step=0, unchanged=0
    )
    return replace(start, **changes)  # type: ignore[arg-type]


def ages(*, changed: bool, late: timedelta = timedelta()) -> list[timedelta]:
    """How old an article is at each of its re-readings."""
    found, row = list[timedelta](), rereading.first(row_of(), SINCE, BOUND)
    while row is not None:
        found.append(row.next_at - SINCE)
        row = rereading.after(row, row.next_at + late, BOUND, NOTHING_STATED, changed=changed)
    return found


def test_an_article_that_changes_is_followed_along_the_curve() -> None:
    assert ages(changed=True) == [HOUR, 4 * HOUR, DAY, 3 * DAY, 10 * DAY, 30 * DAY, 90 * DAY]


def test_one_that_stays_as_it_is_is_read_less_often() -> None:
    assert ages(changed=False) == [HOUR, 4 * HOUR, 3 * DAY, 90 * DAY]


def test_what_was_missed_is_not_made_up_for() -> None:
    assert ages(changed=True, late=2 * DAY) == [HOUR, 3 * DAY, 10 * DAY, 30 * DAY, 90 * DAY]


@pytest.mark.parametrize(
    ("old", "expected"),
    [(timedelta(), HOUR), (2 * DAY, 3 * DAY), (89 * DAY, 90 * DAY), (91 * DAY, None)],
)
def test_the_first_comes_at_the_next_age(old: timedelta, expected: timedelta | None) -> None:
    row = rereading.first(row_of(), SINCE + old, BOUND)
    assert (row.next_at - SINCE if row else None) == expected


def test_after_a_change_the_steps_are_no_longer_left_out() -> None:
    row = rereading.after(row_of(unchanged=5), SINCE + HOUR, BOUND, NOTHING_STATED, changed=True)
    assert row is not None
    assert (row.unchanged, row.next_at - SINCE) == (0, 4 * HOUR)


def test_what_could_not_be_had_is_asked_for_again_soon_and_not_for_ever() -> None:
    soon = rereading.missed(row_of(), SINCE + 2 * HOUR, BOUND)
    later = rereading.missed(row_of(), SINCE + 40 * DAY, BOUND)
    assert soon is not None
    assert later is not None
    assert (soon.next_at, later.next_at) == (SINCE + 3 * HOUR, SINCE + 50 * DAY)
    assert rereading.missed(row_of(), SINCE + BOUND, BOUND) is None


def test_validators_go_with_the_next_request() -> None:
    row = rereading.after(row_of(), SINCE, BOUND, Validators('"x"', "yesterday"), changed=False)
    assert row is not None
    assert rereading.conditions(row) == {"If-None-Match": '"x"', "If-Modified-Since": "yesterday"}
    assert rereading.conditions(replace(row, unchanged=2)) == {}


@pytest.mark.parametrize(
    ("text", "seconds"), [("true", 90 * 86_400), ("false", 0), ('"30d"', 30 * 86_400), ('"12h"', 43_200)]
)
def test_the_setting_is_a_bound_or_a_switch(tmp_path: Path, text: str, seconds: float) -> None:
    (tmp_path / "broadsheet.toml").write_text(f"reread = {text}\n")
    assert load_settings(None, {}, tmp_path).reread == seconds


def test_a_bound_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "broadsheet.toml").write_text('reread = "often"\n')
    with pytest.raises(ConfigError, match="reread: 'often' is no duration"):
        load_settings(None, {}, tmp_path)

"""Every feed, list and API reply under fixtures/, read with the shipped recipe."""

from datetime import datetime

import pytest

from crawler.discovery.link import DiscoveryError, Link, Reply
from crawler.discovery.links import find, first_ask
from crawler.source import Source, Step
from tests.cases import Case, cases, sources, step_of

# Huxiu's recipe does without this list; the step shows that the language can say it.
PC_LIST = Step(
    kind="api",
    url="https://api-ms-article.huxiu.com/v1/channel/pcArticleList",
    method="POST",
    form={"platform": "www", "channel_id": "0", "pagesize": "12"},
    ok="success",
    message="error.message",
    items="data.datalist",
    link="join('', ['https://www.huxiu.com/article/', to_string(aid), '.html'])",
    title="title",
    author="user_info.username",
    published="dateline",
)

REPLIES = [case for case in cases() if not case.is_page]
LISTS = [case for case in REPLIES if case.state == "links"]


def source_of(case: Case) -> Source:
    return sources()[case.site]


def found(case: Case) -> tuple[Link, ...]:
    page, step = case.fetched, step_of(case, source_of(case)) or PC_LIST
    reply = Reply(page.body, page.url, page.content_type, page.fetched_at)
    return find(reply, first_ask(step), step, source_of(case)).links


def identity(case: Case, link: Link) -> str:
    named = source_of(case).identify(link.url)
    assert named is not None
    return named.url


@pytest.mark.parametrize("case", LISTS, ids=str)
def test_the_articles_are_found_in_order(case: Case) -> None:
    assert [identity(case, link) for link in found(case)] == [item["url"] for item in case.expected]


@pytest.mark.parametrize("field", ["title", "author"])
@pytest.mark.parametrize("case", LISTS, ids=str)
def test_what_is_said_of_them(case: Case, field: str) -> None:
    assert [getattr(link, field) for link in found(case)] == [item.get(field) for item in case.expected]


@pytest.mark.parametrize("case", LISTS, ids=str)
def test_when_they_were_published(case: Case) -> None:
    stated = [item.get("published_at") for item in case.expected]
    times = [link.published_at for link in found(case)]
    assert times == [datetime.fromisoformat(text) if text else None for text in stated]


@pytest.mark.parametrize("case", [case for case in REPLIES if case.state != "links"], ids=str)
def test_a_reply_that_is_no_list_is_an_error_of_one_line(case: Case) -> None:
    with pytest.raises(DiscoveryError) as caught:
        found(case)
    assert "\n" not in str(caught.value)


def test_there_are_replies_of_each_kind() -> None:
    assert {case.step for case in LISTS} == {"feed", "listing", "sitemap", "api"}

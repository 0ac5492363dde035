"""Listing pages and JSON lists → Links, and the pages after them."""

import json

import pytest
from pydantic import ValidationError

from crawler.discovery.link import Ask, DiscoveryError, Finding
from crawler.discovery.links import first_ask
from crawler.source import Step
from tests.finding import HOST, HTML, NOW, finding, found, step_of, urls
from tests.site import LIST

API = f"{HOST}/api"
JSON = "application/json"
CARD = {"kind": "listing", "url": LIST, "items": ".card", "link": "a", "title": "a", "published": "i"}
ROW = {"kind": "api", "url": API, "items": "data", "link": "url"}


def card(number: int, more: str = "") -> str:
    return f"<div class=card><a href=/article/{number}>第{number}篇</a>{more}</div>"


def listed(body: bytes | str, *, ask: Ask | None = None, **changes: object) -> Finding:
    return finding(body, step_of(**CARD | changes), ask=ask, content_type=HTML)


def rows(*numbers: int, **top: object) -> str:
    return json.dumps({"data": [{"url": f"/article/{number}"} for number in numbers]} | top)


def replied(body: bytes | str, *, ask: Ask | None = None, **changes: object) -> Finding:
    return finding(body, step_of(**ROW | changes), ask=ask, content_type=JSON)


def when(text: str) -> str | None:
    (one,) = listed(card(1, f"<i>{text}</i>")).links
    return one.published_at.isoformat() if one.published_at else None


# --- listing pages ---


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3小时前", "2026-11-24T08:00:00+08:00"),  # the reply came at 11:00 of the source's time
        ("昨天 10:21", "2026-11-23T10:21:00+08:00"),
        ("刚刚", "2026-11-24T11:00:00+08:00"),
        ("09:30", "2026-11-24T09:30:00+08:00"),
        ("11-20 08:15", "2026-11-20T08:15:00+08:00"),
        ("2026/11/02 08:15", "2026-11-02T08:15:00+08:00"),
        ("昨日头条", None),
    ],
)
def test_a_relative_time_counts_from_the_reply(text: str, moment: str | None) -> None:
    assert when(text) == moment


def test_the_time_of_a_time_element_is_its_attribute() -> None:
    page = card(1, "<time datetime='2026-11-20T10:00:00+09:00'>四天前</time>")
    (one,) = listed(page, published="time").links
    assert one.published_at is not None
    assert one.published_at.isoformat() == "2026-11-20T10:00:00+09:00"


def test_a_card_is_read_by_attributes_of_its_own() -> None:
    page = (
        "<ul><li data-t='1795147200'><a href='//news.example/article/1'><img title='一' class=lazy></a></ul>"
    )
    rules = {"items": "li", "title": "img.lazy::attr(title)", "published": "xpath:@data-t"}
    (one,) = listed(page, **rules).links
    assert (one.url, one.title) == (f"{HOST}/article/1", "一")
    assert one.published_at is not None
    assert one.published_at.isoformat() == "2026-11-20T12:00:00+08:00"


def test_links_are_relative_to_the_pages_base() -> None:
    page = "<head><base href='http://news.example/article/'></head><div class=card><a href='7'>七</a></div>"
    assert urls(listed(page).links) == ["/article/7"]


def test_xpath_finds_cards_too() -> None:
    assert urls(listed(card(1), items="xpath://div[a]", link="xpath:.//@href").links) == ["/article/1"]


def test_a_page_in_gbk_is_read() -> None:
    page = f"<meta charset=gb2312>{card(1)}新一代的电视机与网络".encode("gbk")
    assert [one.title for one in listed(page).links] == ["第1篇"]


def test_the_next_page_is_asked_for() -> None:
    page = card(1) + "<a class=next href='?p=2#list'>下一页</a>"
    assert listed(page, next=".next", pages=2).further == Ask(f"{LIST}?p=2", page=2)


@pytest.mark.parametrize(
    ("href", "pages", "page"),
    [
        ("?p=2", 1, 1),
        ("?p=2", 3, 3),
        (LIST, 3, 1),
        ("https://other.example/", 3, 1),
        ("javascript:;", 3, 1),
        ("", 3, 1),
    ],
)
def test_no_next_page_is_asked_for(href: str, pages: int, page: int) -> None:
    body = card(1) + f"<a class=next href='{href}'>下一页</a>"
    assert listed(body, next=".next", pages=pages, ask=Ask(LIST, page=page)).further is None


def test_a_last_page_has_no_next() -> None:
    assert listed(card(1), next=".next", pages=9).further is None


def test_numbered_pages_are_asked_for_without_a_link() -> None:
    url = f"{HOST}/list/page/{{page}}"
    step = step_of(**CARD | {"url": url, "pages": 3})
    assert first_ask(step) == Ask(f"{HOST}/list/page/1")
    assert finding(card(1), step, ask=Ask(f"{HOST}/list/page/2", page=2)).further == Ask(
        f"{HOST}/list/page/3", page=3
    )


def test_a_list_within_json_is_read() -> None:
    body = json.dumps({"code": 200, "data": {"list": card(1) + card(2)}})
    found_there = listed(body, inside="data.list", ok="code == `200`")
    assert urls(found_there.links) == ["/article/1", "/article/2"]


def test_json_without_the_html_is_an_error() -> None:
    with pytest.raises(DiscoveryError, match=r"no HTML at 'data\.list'"):
        listed('{"data": {"list": [1]}}', inside="data.list")


# --- JSON ---


@pytest.mark.parametrize(
    "wrapped",
    [
        "callback({})",
        "/**/jQuery1_2({});",
        "try{{window.list[0].cb({});}}catch(e){{}}",
        ")]}}',\n{}",
        "while(1);{}",
        "\ufeff {} ",
        "\n{}// end",
    ],
)
def test_json_is_read_in_its_wrapping(wrapped: str) -> None:
    assert urls(replied(wrapped.format(rows(1))).links) == ["/article/1"]


def test_json_in_gbk_is_read() -> None:
    body = '{"data": [{"url": "/article/1", "title": "新一代的电视机与网络"}]}'.encode("gbk")
    assert [one.title for one in replied(body, title="title").links] == ["新一代的电视机与网络"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A &#8211; B &amp; C", "A – B & C"),
        ("<em>粗</em>体", "粗体"),
        ("1 < 2", "1 < 2"),
        ("一\ud83d二", "一\ufffd二"),
    ],
)
def test_a_title_is_plain_text(title: str, shown: str) -> None:
    body = json.dumps({"data": [{"url": "/article/1", "title": title}]})
    assert [one.title for one in replied(body, title="title").links] == [shown]


def test_items_of_other_shapes_are_passed_over() -> None:
    body = json.dumps({"data": [None, 7, [], {"url": ["/article/9"]}, {"url": True}, {"url": "/article/1"}]})
    assert urls(replied(body, link="url").links) == ["/article/1"]


def test_a_path_that_does_not_fit_a_value_finds_nothing() -> None:
    body = json.dumps({"data": [{"id": 7}, {"id": "8"}, {"id": None}]})
    assert urls(replied(body, link="join('', ['/article/', id])").links) == ["/article/8"]


def test_the_text_of_a_full_list_is_kept() -> None:
    body = json.dumps({"data": [{"url": "/article/1", "content": "<p>文</p>"}]})
    assert replied(body, text="content", full=True).links[0].html == "<p>文</p>"
    assert replied(body, text="content").links[0].html is None


def test_a_script_of_a_page_may_hold_the_list() -> None:
    state = json.dumps({"list": {"data": [{"url": "/article/1"}]}})
    page = f"<html><script>var a=1;window.initialState={state};window.x=2</script></html>"
    rules = {"state": {"script": "script", "name": "window.initialState"}, "items": "list.data"}
    assert urls(replied(page, **rules).links) == ["/article/1"]


def test_nuxts_array_of_indexes_may_hold_the_list() -> None:
    page = f"<script id=__NUXT_DATA__>{json.dumps([{'data': 1}, [2], {'url': 3}, '/article/1'])}</script>"
    assert urls(replied(page, state={"script": "#__NUXT_DATA__", "form": "indexed"}).links) == ["/article/1"]


def test_a_page_without_the_script_is_named() -> None:
    with pytest.raises(DiscoveryError, match="no JSON in '#x' of the page “安全检测”"):
        replied("<title>安全检测</title>", state={"script": "#x"})


# --- the pages after ---


def test_a_cursor_is_put_where_the_recipe_says() -> None:
    rules = {
        "form": {"last_id": "{cursor}", "pagesize": "30"},
        "method": "POST",
        "cursor": "last",
        "pages": 2,
    }
    step = step_of(**ROW | rules)
    assert first_ask(step) == Ask(API, form=(("last_id", ""), ("pagesize", "30")))
    body = rows(1, last=489)
    assert finding(body, step).further == Ask(API, form=(("last_id", "489"), ("pagesize", "30")), page=2)


def test_a_cursor_starts_with_what_the_recipe_says() -> None:
    step = step_of(**ROW | {"url": f"{API}?after={{cursor}}", "cursor": "last", "first": "0"})
    assert first_ask(step).url == f"{API}?after=0"


def test_a_cursor_cannot_leave_its_place_in_an_address() -> None:
    url = f"{API}?after={{cursor}}&n=1"
    got = replied(rows(1, last="a&n=9/../#一"), url=url, cursor="last", pages=2)
    assert got.further == Ask(f"{API}?after=a%26n%3D9%2F..%2F%23%E4%B8%80&n=1", page=2)


def test_a_cursor_is_written_as_json_within_json() -> None:
    rules = {
        "method": "POST",
        "json_body": '{"after": "{cursor}", "size": {page}}',
        "cursor": "last",
        "pages": 2,
    }
    further = replied(rows(1, last='a"b\\'), **rules).further
    assert further is not None
    assert json.loads(further.json_body or "") == {"after": 'a"b\\', "size": 2}


@pytest.mark.parametrize("last", [None, "", 0, "0", False, [], {}])
def test_a_list_ends_where_no_cursor_is_given(last: object) -> None:
    assert replied(rows(1, last=last), url=f"{API}?after={{cursor}}", cursor="last", pages=9).further is None


def test_a_cursor_that_stays_the_same_is_not_followed() -> None:
    step = step_of(**ROW | {"url": f"{API}?after={{cursor}}", "cursor": "last", "pages": 9})
    assert finding(rows(1, last=5), step, ask=Ask(f"{API}?after=5", page=2)).further is None


def test_numbered_pages_follow_while_the_list_says_there_is_more() -> None:
    rules = {"url": f"{API}?page={{page}}&from={{offset}}", "per": 20, "cursor": "more", "pages": 5}
    step = step_of(**ROW | rules)
    assert first_ask(step).url == f"{API}?page=1&from=0"
    ask = Ask(f"{API}?page=2&from=20", page=2)
    assert finding(rows(1, more=True), step, ask=ask).further == Ask(f"{API}?page=3&from=40", page=3)
    assert finding(rows(1, more=False), step, ask=ask).further is None


def test_a_list_may_name_its_next_page() -> None:
    got = replied(rows(1, links={"next": "/api?page=2"}), next="links.next", pages=2)
    assert got.further == Ask(f"{API}?page=2", page=2)
    assert replied(rows(1, links={"next": None}), next="links.next", pages=2).further is None


# --- recipes ---


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": f"{API}?after={{cursor}}"}, "needs `cursor`"),
        ({"url": f"{API}?from={{offset}}"}, "needs `per`"),
        ({"url": "http://{cursor}.example/", "cursor": "last"}, "the host can't be told"),
        ({"form": {"a": "b"}, "json_body": "{}"}, "not both"),
        ({"cursor": "data["}, "is no JMESPath"),
        ({"ok": "data["}, "is no JMESPath"),
        ({"next": "data["}, "is no JMESPath"),
        ({"kind": "listing", "inside": "data["}, "is no JMESPath"),
        ({"kind": "listing", "next": "a["}, "is no selector"),
        ({"kind": "listing", "link": None}, "needs `items` and `link`"),
        ({"unwrap": "("}, "is no regular expression"),
    ],
)
def test_a_step_that_is_not_sound_says_why(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Step.model_validate(ROW | changes)


def test_an_answer_is_the_same_whenever_it_is_read() -> None:
    assert found(card(1), HTML, **CARD) == found(card(1), HTML, **CARD)
    assert NOW.tzinfo is not None

"""Pages that are no article: each ends in its own state, with a reason on one line."""

from datetime import UTC, datetime
from typing import Any

import pytest

from archive import Article
from crawler.reading import Refusal, read
from crawler.source import load_sources, source_for
from tests.huxiu_pages import (
    FIRST,
    details,
    document,
    era_a,
    era_b,
    era_d,
    era_e,
    fetched,
    html_of_era_d,
    nuxt_state,
    vue_state,
)

SOURCES = load_sources()
URL = "https://www.huxiu.com/article/4890703.html"
WAF = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="aliyun_waf_aa" content="x"><title>Access Verification</title></head>'
    '<body><div id="nocaptcha"></div><script>window._waf={t:"aliyun_waf"}</script></body></html>'
)


def refused(html: str | bytes, url: str = URL, **changes: Any) -> Refusal:
    result = read(fetched(html, url, **changes), source_for(url, SOURCES))
    assert isinstance(result, Refusal), f"{result.title}: {result.body[:200]}"
    assert result.reason
    assert "\n" not in result.reason
    return result


def state(html: str | bytes, url: str = URL, **changes: Any) -> str:
    return refused(html, url, **changes).state


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (403, "blocked"), (405, "blocked"), (429, "blocked"), (503, "blocked"), (401, "walled"), (402, "walled"),
        (404, "gone"), (410, "gone"), (500, "failed"), (502, "failed"), (504, "failed"), (400, "failed"), (301, "failed"),
        (0, "failed"),
    ],
)  # fmt: skip
def test_a_status_that_brings_no_page_names_the_state(status: int, expected: str) -> None:
    refusal = refused(era_e(), status=status)
    assert (refusal.state, str(status) in refusal.reason) == (expected, True)


@pytest.mark.parametrize("status", [200, 202, 404, 500])
def test_the_check_page_is_blocked_whatever_its_status(status: int) -> None:
    refusal = refused(WAF, status=status)
    assert (refusal.state, refusal.url) == ("blocked", "https://www.huxiu.com/article/4890703")


def test_the_check_page_is_known_by_any_of_its_marks() -> None:
    assert state(WAF.replace("aliyun_waf", "x")) == "blocked"
    assert state(WAF.replace("Access Verification", "")) == "blocked"
    assert state(document("<p>请完成滑动验证后继续访问</p>", "")) == "blocked"


def test_a_check_page_at_a_redirects_end_is_blocked() -> None:
    assert state(WAF, "https://www.huxiu.com/verify", requested=URL) == "blocked"


def test_an_article_about_the_check_page_is_an_article() -> None:
    page = era_b(
        text=f"<p>{FIRST}</p><p>页面上写着 Access Verification，源码里是 aliyun_waf，文章不存在，404。</p>"
    )
    result = read(fetched(page, "https://www.huxiu.com/article/33546"), SOURCES["huxiu"])
    assert isinstance(result, Article)


@pytest.mark.parametrize(
    "notice",
    [
        "抱歉，您访问的内容不存在",
        "文章不存在",
        "该文章已被作者删除",
        "文章已删除",
        "抱歉，您访问的文章不存在或已被删除",
        "您要查看的页面不存在或已删除",
        "抱歉，指定的主题不存在或已被删除或正在被审核",
        "页面找不到了",
        "没有找到您要访问的页面",
        "你要找的内容走丢了",
        "该内容已下线",
        "404",
        "404 Not Found",
    ],
)
def test_a_deleted_article_that_answers_200_is_gone(notice: str) -> None:
    related = '<div class="article__related-article-wrap"><a href="/article/1.html">相关</a></div>'
    assert state(document(f'<div class="error"><p>{notice}</p></div>{related}', "虎嗅网")) == "gone"
    assert state(document("<div></div>", f"{notice}-虎嗅网")) == "gone"


def test_a_notice_in_the_place_of_the_text_is_gone() -> None:
    assert state(era_d(html=html_of_era_d(content="<p>抱歉，文章不存在或已被删除</p>"), state="")) == "gone"
    assert (
        state(
            era_a(text="抱歉，文章已删除", licence="", lead="")[:],
            "http://www.huxiu.com/article/13380/1.html",
        )
        == "gone"
    )


def test_a_notice_that_only_the_state_holds_is_gone() -> None:
    script = '<script>window.__INITIAL_STATE__={"articleDetail":{"articleDetail":{},"message":"文章不存在"}};</script>'
    assert state(document(f'<div id="app"></div>{script}', "虎嗅网")) == "gone"


def test_a_comment_that_speaks_of_deletion_does_not_make_an_article_gone() -> None:
    page = era_e().replace("评论人甲", "评论人甲：文章不存在")
    assert isinstance(read(fetched(page, URL), SOURCES["huxiu"]), Article)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.huxiu.com/",
        "https://www.huxiu.com/article/",
        "https://www.huxiu.com/member/1.html",
        "https://m.huxiu.com/",
    ],
)
def test_an_address_that_is_no_articles_is_refused_whatever_the_page_holds(url: str) -> None:
    assert state(era_e(), url) == "not_an_article"


def test_a_redirect_to_the_front_page_means_gone() -> None:
    refusal = refused(document("<p>首页</p>", "虎嗅网"), "https://www.huxiu.com/", requested=URL)
    assert (refusal.state, "redirected" in refusal.reason) == ("gone", True)


def test_a_redirect_elsewhere_is_no_article() -> None:
    assert (
        state(document("<p>登录</p>", ""), "https://www.huxiu.com/member/login", requested=URL)
        == "not_an_article"
    )


def test_a_front_page_in_an_articles_place_is_no_article() -> None:
    cards = "".join(f'<a href="/article/{n}.html"><h3>标题{n}</h3></a>' for n in range(20))
    page = document(cards, "虎嗅网", '<link rel="canonical" href="https://www.huxiu.com/">')
    assert state(page) == "not_an_article"


@pytest.mark.parametrize(
    "article",
    [
        details(aid=4890703, content="", video_info={"hd_link": "https://v.example/1.mp4"}),
        details(aid="4890703", content="<p></p>", video_info={"x": 1}),
    ],
)
def test_a_video_without_text_is_no_article(article: dict[str, Any]) -> None:
    refusal = refused(era_e(html="", state=nuxt_state(article)))
    assert (refusal.state, refusal.reason) == ("not_an_article", "a video without text")


def test_an_articles_page_without_a_body_is_a_failure_that_says_so() -> None:
    refusal = refused(
        era_d(html=html_of_era_d(content=""), state=vue_state(details(aid="4890703", content=None)))
    )
    assert (refusal.state, "no body found" in refusal.reason) == ("failed", True)


def test_comments_and_related_articles_never_stand_in_for_a_missing_body() -> None:
    comments = "".join(f"<p>第{n}条评论：{FIRST}</p>" for n in range(20))
    page = era_e(
        html=f'<h1 class="article__title">题</h1><div class="article__comment">{comments}</div>', state=""
    )
    assert state(page) == "failed"


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf; x=1", "VIDEO/mp4"])
def test_a_file_of_another_kind_is_no_article(kind: str) -> None:
    assert state(b"\x89PNG", content_type=kind) == "not_an_article"


def test_a_pdf_without_a_kind_is_no_article() -> None:
    assert state(b"%PDF-1.7 ...", content_type=None) == "not_an_article"


@pytest.mark.parametrize("body", [b"", b"  \n ", b"\x00", "\ufeff".encode()])
def test_an_empty_page_is_a_failure(body: bytes) -> None:
    assert state(body) in ("failed", "not_an_article")


@pytest.mark.parametrize(
    "html",
    [
        "<html>",
        "just words",
        '{"a": 1}',
        "<rss></rss>",
        "<?xml version='1.0' encoding='gbk'?><html><body/></html>",
    ],
)
def test_strange_pages_are_refused_not_raised(html: str) -> None:
    assert state(html) in ("failed", "not_an_article")


# --- Without a recipe ----------------------------------------------------------------------------

PAGE = "https://news.example.org/2026/09/a-story"


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Attention Required! | Cloudflare", "Access Verification"]
)
def test_check_pages_are_known_everywhere(title: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><p>Enable JavaScript and cookies to continue</p></body></html>"
    assert state(page, PAGE) == "blocked"


def test_a_list_of_links_is_no_article() -> None:
    links = "".join(
        f'<li><a href="/{n}">A headline that is long enough to be one, number {n}</a></li>' for n in range(40)
    )
    assert (
        state(f"<html><head><title>News</title></head><body><ul>{links}</ul></body></html>", PAGE)
        == "not_an_article"
    )


def test_a_front_page_is_no_article() -> None:
    text = (
        "<p>We make a paper about rulers and things that are measured with them, every day of the week.</p>"
        * 9
    )
    assert (
        state(f"<html><body><main>{text}</main></body></html>", "https://news.example.org/")
        == "not_an_article"
    )


def test_a_page_that_says_it_does_not_exist_is_gone() -> None:
    page = (
        "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>Sorry.</p></body></html>"
    )
    assert state(page, PAGE) == "gone"


def test_the_moment_of_the_fetch_may_be_any() -> None:
    assert state(WAF, fetched_at=datetime(1999, 1, 1, tzinfo=UTC)) == "blocked"

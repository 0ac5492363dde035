"""The reader on huxiu's eras: each field of each, and the traps its pages set."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from archive import Article
from crawler.reading import Refusal, next_page, read
from crawler.source import Source, load_sources
from tests.huxiu_pages import (
    AUTHOR,
    CONTENT,
    FIRST,
    LAST,
    LICENCE,
    NOISE,
    SECOND,
    TITLE,
    details,
    era_a,
    era_b,
    era_c,
    era_d,
    era_e,
    fetched,
    html_of_era_d,
    html_of_era_e,
    nuxt_state,
    section_c,
    vue_state,
)

URLS = {
    "a": "http://www.huxiu.com/article/13380/1.html",
    "b": "https://www.huxiu.com/article/33546",
    "c": "https://www.huxiu.com/article/197460.html",
    "d": "https://www.huxiu.com/article/428437.html",
    "e": "https://www.huxiu.com/article/4890703.html?f=rss",
}
SOURCE: Source = load_sources()["huxiu"]

WHOLE = {
    "a": era_a(),
    "b": era_b(),
    "c": era_c(),
    "d": era_d(),
    "d-html-only": era_d(state=""),
    "d-state-only": era_d(html=""),
    "e": era_e(),
    "e-html-only": era_e(state=""),
    "e-state-only": era_e(html=""),
    "e-state-only-without-metas": era_e(html="", head=""),
}
TIMES = {"a": "2013-04-02T06:05:00+08:00", "b": "2014-05-12T10:59:00+08:00", "c": "2017-05-30T16:30:00+08:00",
         "d": "2021-05-03T08:00:00+08:00", "e": "2026-09-12T10:41:00+08:00"}  # fmt: skip


def reading(html: str | bytes, era: str, **changes: Any) -> Article | Refusal:
    return read(fetched(html, URLS[era[0]], **changes), SOURCE)


def article(html: str | bytes, era: str, **changes: Any) -> Article:
    result = reading(html, era, **changes)
    assert isinstance(result, Article), f"{result.state}: {result.reason}"
    return result


def refusal(html: str | bytes, era: str = "e", **changes: Any) -> Refusal:
    result = reading(html, era, **changes)
    assert isinstance(result, Refusal), result.body
    return result


def words(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(params=WHOLE)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# --- Every era -----------------------------------------------------------------------------------


def test_the_title_is_the_articles_without_the_sites_tail(era: str) -> None:
    assert article(WHOLE[era], era).title == TITLE


def test_the_author_is_the_articles_and_nobody_elses(era: str) -> None:
    assert article(WHOLE[era], era).authors == (AUTHOR,)


def test_the_time_is_shanghais(era: str) -> None:
    published = article(WHOLE[era], era).published_at
    assert published is not None
    assert published.isoformat() == TIMES[era[0]]


def test_the_url_is_canonical_and_the_id_the_sites(era: str) -> None:
    read_article = article(WHOLE[era], era)
    assert read_article.url == f"https://www.huxiu.com/article/{read_article.identifier}"
    assert (read_article.source, read_article.publisher, read_article.zone) == (
        "huxiu",
        "虎嗅",
        "Asia/Shanghai",
    )
    assert (read_article.language, read_article.read_from) == ("zh-CN", "page")


def test_the_whole_text_is_there_in_order(era: str) -> None:
    body = words(article(WHOLE[era], era).body)
    assert 0 <= body.index(words(FIRST)) < body.index(words(SECOND)) < body.index(words(LAST))
    assert body.endswith(words(LAST))


def test_nothing_else_leaks_into_the_text(era: str) -> None:
    body = article(WHOLE[era], era).body
    assert [noise for noise in (*NOISE, "授权", AUTHOR, TITLE, "lead.jpg", "频道") if noise in body] == []


def test_the_lead_picture_is_the_image_less_its_resizing(era: str) -> None:
    image = article(WHOLE[era], era).image
    assert image is not None
    assert image.startswith(("http://www.huxiu.com/data/", "https://img.huxiu"))
    assert image.endswith("/lead.jpg")


@pytest.mark.parametrize("key", [key for key in WHOLE if "state-only" not in key])
def test_the_licence_is_kept_as_metadata(key: str) -> None:
    assert LICENCE in (article(WHOLE[key], key).licence or "")


@pytest.mark.parametrize(
    ("key", "tags"),
    [("a", ("尺子", "工厂")), ("b", ("尺子",)), ("c", ("尺子",)), ("d", ("尺子", "制造")), ("e", ("制造", "尺子")),
     ("e-state-only", ("尺子", "制造")), ("d-html-only", ())],
)  # fmt: skip
def test_tags_are_the_articles(key: str, tags: tuple[str, ...]) -> None:
    assert article(WHOLE[key], key).tags == tags


@pytest.mark.parametrize("key", ["d", "d-state-only", "e", "e-state-only"])
def test_the_preface_is_the_summary(key: str) -> None:
    assert article(WHOLE[key], key).summary == "量过三万件东西。"


@pytest.mark.parametrize("key", ["d", "d-state-only", "e", "e-state-only"])
def test_pictures_in_the_text_have_their_real_address(key: str) -> None:
    body = article(WHOLE[key], key).body
    assert "(https://img.huxiucdn.com/in.jpg)" in body
    assert "data:" not in body


def test_a_reading_needs_no_order_of_attributes_nor_any_whitespace(era: str) -> None:
    shuffled = (
        WHOLE[era]
        .replace('<time id="pubtime_baidu">', "<time class='x'   id='pubtime_baidu' >")
        .replace("><", ">\n  <")
    )
    assert article(shuffled, era).authors == (AUTHOR,)
    assert words(LAST) in words(article(shuffled, era).body)


def test_a_page_reads_the_same_in_another_encoding() -> None:
    html = era_b().replace('charset="utf-8"', 'charset="gb2312"')
    assert article(html.encode("gb18030"), "b", content_type="text/html").title == TITLE
    assert article(html, "b", content_type="text/html; charset=gb2312").title == TITLE


# --- A: 2013 -------------------------------------------------------------------------------------


def test_a_header_without_a_time_does_not_take_the_comment_count() -> None:
    assert article(era_a(time=""), "a").published_at is None


def test_a_missing_author_box_leaves_the_author_of_the_licence() -> None:
    assert article(era_a(author=""), "a").authors == (AUTHOR,)


def test_with_neither_box_nor_licence_nobody_is_the_author() -> None:
    assert article(era_a(author="", licence=""), "a").authors == ()


def test_a_small_print_caption_in_the_text_stays() -> None:
    caption = '<div style="font-size:12px">图：车间一角</div>'
    text = f"{FIRST}{caption}<div>{LAST}</div>"
    assert "图：车间一角" in article(era_a(text=text), "a").body
    assert article(era_a(text=text, licence=""), "a").licence is None


@pytest.mark.parametrize("style", ["FONT-SIZE: 12px; text-indent: 0", "text-indent:0;font-size:12PX"])
def test_the_licence_block_is_known_however_its_style_is_written(style: str) -> None:
    page = era_a().replace("font-size:12px;text-indent:0", style)
    assert "授权" not in article(page, "a").body


def test_links_are_resolved_against_the_base() -> None:
    body = article(
        era_a(text=f'{FIRST}<div>见<a href="article/100/1.html">旧文</a></div><div>{LAST}</div>'), "a"
    ).body
    assert "http://www.huxiu.com/article/100/1.html" in body


def test_without_a_headline_the_title_element_serves_less_its_tail() -> None:
    assert article(era_a(title=""), "a").title == TITLE


def test_only_the_lead_picture_leaves_the_text() -> None:
    text = f'{FIRST}<div><span class="span-img"><img src="data/two.jpg"></span></div><div>{LAST}</div>'
    assert "data/two.jpg" in article(era_a(text=text), "a").body


# --- B: 2014 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ('<a class="hx-card">甲</a><a class="hx-card">虎嗅网</a>', ("甲",)),
        ('<a class="hx-card">甲</a> <a class="hx-card">乙</a>', ("甲", "乙")),
        ('<a class="hx-card">虎嗅网</a>', ("虎嗅网",)),
        ('<a class="hx-card">甲、乙</a>', ("甲", "乙")),
        ("作者：甲", ("甲",)),
    ],
)
def test_authors_are_those_of_the_byline(names: str, expected: tuple[str, ...]) -> None:
    page = era_b(author=f'<span class="recommenders">{names}</span>', licence="")
    assert article(page, "b").authors == expected


def test_the_author_may_stand_under_its_other_id() -> None:
    assert article(era_b(author='<a id="author_baidu">甲</a>', licence=""), "b").authors == ("甲",)


@pytest.mark.parametrize(
    "wrap",
    [
        '<div id="neirong_box">|</div>',
        '<div class="neirong-box" id="neirong_box"><div><table><tr><td><div>|</div></td></tr></table></div></div>',
        '<div id="neirong_box"><table><tbody><tr><td>|</td></tr><tr><td></td></tr></tbody></table></div>',
        '<div class="neirong-box"><table><tbody><tr><td>|</td></tr></tbody></table></div>',
    ],
)
def test_the_text_is_found_in_any_wrapping(wrap: str) -> None:
    body = article(era_b(wrap=wrap), "b").body
    assert words(FIRST + SECOND + LAST) == words(body)
    assert "|" not in body


def test_a_table_in_the_text_is_not_mistaken_for_the_frame() -> None:
    table = "<table><tr><th>年</th><th>件</th></tr><tr><td>2013</td><td>四千</td></tr></table>"
    for wrap in (
        '<div id="neirong_box">|</div>',
        '<div id="neirong_box"><table><tr><td>|</td></tr></table></div>',
    ):
        body = article(era_b(text=f"<p>{FIRST}</p>{table}<p>{LAST}</p>", wrap=wrap), "b").body
        assert "| 2013 | 四千 |" in body
        assert FIRST in body
        assert LAST in body


def test_the_editors_note_is_cut_and_a_note_in_mid_text_is_not() -> None:
    notes = '<p><strong><span label="备注">虎嗅注：本文转自别处</span></strong></p><p>文中<span label="备注">有注</span></p>'
    body = article(era_b(text=f"<p>{FIRST}</p>{notes}<p>{LAST}</p>"), "b").body
    assert "虎嗅注" not in body
    assert "文中有注" in body


def test_another_article_on_the_page_is_not_read() -> None:
    other = era_b(title="<h1>另一篇</h1>").replace('aid="33546"', 'aid="33547"')
    assert article(other + era_b(), "b").title == TITLE


# --- C: 2017 -------------------------------------------------------------------------------------

OTHER = section_c(
    "197461",
    title="另一篇",
    text="<p>另一篇的正文，长得也足够像一篇正文，可是并不是我们要的那一篇。</p>",
    author='<span class="author-name"><a>别人</a></span>',
)


@pytest.mark.parametrize("sections", [(section_c(), OTHER), (OTHER, section_c())], ids=["below", "above"])
def test_of_two_articles_on_a_page_the_one_of_the_url_is_read(sections: tuple[str, str]) -> None:
    read_article = article(era_c(*sections), "c")
    assert (read_article.title, read_article.authors) == (TITLE, (AUTHOR,))
    assert "另一篇" not in read_article.body


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="article-section"><div id="article197460">',
        '<div class="article-section"><div>',
        "<div><div>",
    ],
)
def test_the_right_section_is_known_by_any_of_its_ids(opening: str) -> None:
    assert (
        article(
            era_c(OTHER, section_c(opening=opening))
            if "section" in opening
            else era_c(section_c(opening=opening)),
            "c",
        ).title
        == TITLE
    )


def test_a_byline_without_link_is_read() -> None:
    assert article(era_c(section_c(author='<span class="author-name">甲</span>')), "c").authors == ("甲",)


def test_a_relative_time_counts_from_the_fetch() -> None:
    page = era_c(section_c(time='<span class="article-time">2天前</span>'))
    found = article(page, "c", fetched_at=datetime(2017, 6, 2, 8, 30, 10, tzinfo=UTC)).published_at
    assert found is not None
    assert found.isoformat() == "2017-05-31T16:30:00+08:00"


# --- D: 2021 -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dateline", ["1620000000", 1620000000, 1620000000000, "1620000000000"])
def test_epoch_times_are_read_as_number_or_text_in_seconds_or_milliseconds(dateline: str | int) -> None:
    page = era_d(html="", state=vue_state(details(dateline=dateline)))
    found = article(page, "d").published_at
    assert found is not None
    assert found.isoformat() == "2021-05-03T08:00:00+08:00"


def test_a_string_that_looks_like_the_states_end_does_not_end_it() -> None:
    content = f"<pre>var a={{}};(function(){{}})()</pre><p>{FIRST}</p>"
    body = article(era_d(html="", state=vue_state(details(content=content))), "d").body
    assert "};(function(){})()" in body
    assert FIRST in body


def test_a_body_that_is_only_a_placeholder_yields_to_the_state() -> None:
    page = era_d(html=html_of_era_d(content="<p>加载中…</p>"))
    assert words(LAST) in words(article(page, "d").body)


def test_a_broken_state_leaves_the_html() -> None:
    assert article(
        era_d(state='<script>window.__INITIAL_STATE__={"articleDetail":{"art</script>'), "d"
    ).authors == (AUTHOR,)


def test_the_state_of_another_article_is_not_read() -> None:
    page = era_d(state=vue_state(details(aid=999, title="另一篇", content="<p>另一篇的正文</p>", dateline=1)))
    read_article = article(page, "d")
    assert read_article.title == TITLE
    assert read_article.published_at is not None
    assert read_article.published_at.isoformat() == "2021-05-03T08:00:00+08:00"


def test_a_licence_inside_the_states_html_is_metadata_too() -> None:
    content = f'{CONTENT}<div class="neirong-shouquan"><span>{LICENCE}</span></div>'
    read_article = article(era_d(html="", state=vue_state(details(content=content))), "d")
    assert read_article.licence == LICENCE
    assert "授权" not in read_article.body


def test_headings_are_known_by_their_class() -> None:
    assert "### 小标题" in article(era_d(), "d").body


def test_a_brief_in_the_state_is_read() -> None:
    brief = '{"briefStoreModule":{"brief_detail":{"brief":{"title":"短","content":"<p>%s</p>","publish_time":1620000000,"publisher_list":[{"username":"甲"}]}}}}'
    page = era_d(html="", state=f"<script>window.__INITIAL_STATE__={brief % FIRST};</script>")
    read_article = article(page, "d")
    assert (read_article.title, read_article.authors) == ("短", ("甲",))


def test_a_placeholder_picture_is_no_lead_picture() -> None:
    state = vue_state(details(pic_path="https://img.huxiucdn.com/article_default_picpath.png"))
    assert article(era_d(html="", state=state), "d").image is None


# --- E: 2026 -------------------------------------------------------------------------------------


def test_a_time_without_offset_in_the_metadata_is_shanghais() -> None:
    page = era_e().replace("2026-09-12T10:41:00+08:00", "2026-09-12 10:41:00")
    assert article(page, "e").published_at == article(era_e(), "e").published_at


def test_a_time_stated_in_another_zone_shows_on_shanghais_clock() -> None:
    found = article(era_e().replace("2026-09-12T10:41:00+08:00", "2026-09-12T02:41:00Z"), "e").published_at
    assert found is not None
    assert found.isoformat() == "2026-09-12T10:41:00+08:00"


def test_two_authors_of_the_byline_are_both_named() -> None:
    second = '<div class="article-author-info"><span class="author-info__username">乙</span></div></div><span class="article__time">'
    page = era_e().replace('</div><span class="article__time">', second, 1)
    assert article(page, "e").authors == (AUTHOR, "乙")


def test_a_summary_by_machine_inside_the_text_is_cut() -> None:
    page = era_e(html=html_of_era_e(content=f'<div id="ai-summary">摘要己</div>{CONTENT}'))
    assert "摘要己" not in article(page, "e").body


@pytest.mark.parametrize(
    "state",
    [
        "",
        '<script id="__NUXT_DATA__">[{"a":0}]</script>',
        '<script id="__NUXT_DATA__">' + "[" * 100_000 + "</script>",
    ],
)
def test_a_state_that_cannot_be_read_leaves_the_html(state: str) -> None:
    assert words(LAST) in words(article(era_e(state=state), "e").body)


def test_the_article_is_found_under_a_key_that_only_begins_as_expected() -> None:
    state = nuxt_state(details(aid=4890703), aid="4890703-www-zh")
    assert words(LAST) in words(article(era_e(html="", state=state), "e").body)


# --- Pages ---------------------------------------------------------------------------------------

PAGES = '<a href="/article/33546/1.html">1</a><a href="/article/33546/2.html">2</a><a href="/article/33547/2.html">别的</a><a href="/article/33546/3.html">3</a>'


def test_the_next_page_is_the_one_after_this_of_the_same_article() -> None:
    first = fetched(era_b(pages=PAGES), "https://www.huxiu.com/article/33546")
    second = fetched(era_b(pages=PAGES), "https://www.huxiu.com/article/33546/2.html")
    third = fetched(era_b(pages=PAGES), "https://www.huxiu.com/article/33546/3.html")
    assert next_page(first, SOURCE) == "https://www.huxiu.com/article/33546/2.html"
    assert next_page(second, SOURCE) == "https://www.huxiu.com/article/33546/3.html"
    assert next_page(third, SOURCE) is None


def test_next_pages_are_found_by_rel_and_by_word() -> None:
    for link in (
        '<link rel="next" href="article/13380/2.html">',
        '<a href="article/13380/2.html">下一页</a>',
    ):
        page = fetched(era_a(pages=link), URLS["a"])
        assert next_page(page, SOURCE) == "http://www.huxiu.com/article/13380/2.html"


def test_later_pages_are_joined_once_without_their_headline() -> None:
    first = fetched(era_b(text=f"<p>{FIRST}</p>", licence="", pages=PAGES), URLS["b"])
    second = fetched(
        era_b(text=f"<h2>{TITLE}</h2><p>{SECOND}</p><p>{LAST}</p>"),
        "https://www.huxiu.com/article/33546/2.html",
    )
    again = fetched(era_b(text=f"<p>{FIRST}</p>"), "https://www.huxiu.com/article/33546/3.html")
    result = read(first, SOURCE, (second, again))
    assert isinstance(result, Article)
    assert result.body.count(FIRST) == 1
    assert words(result.body) == words(FIRST + SECOND + LAST)
    assert LICENCE in (result.licence or "")


def test_a_later_page_alone_is_no_article() -> None:
    result = read(fetched(era_b(), "https://www.huxiu.com/article/33546/2.html"), SOURCE)
    assert isinstance(result, Refusal)
    assert (result.state, "page 2" in result.reason) == ("not_an_article", True)


@pytest.mark.parametrize(("status", "state"), [(503, "blocked"), (500, "failed")])
def test_a_later_page_that_could_not_be_had_holds_the_article_back(status: int, state: str) -> None:
    second = fetched("", "https://www.huxiu.com/article/33546/2.html", status=status)
    result = read(fetched(era_b(), URLS["b"]), SOURCE, (second,))
    assert isinstance(result, Refusal)
    assert (result.state, result.reason) == (state, f"page 2: status {status}")


def test_a_later_page_that_does_not_exist_is_done_without() -> None:
    second = fetched("", "https://www.huxiu.com/article/33546/2.html", status=404)
    assert isinstance(read(fetched(era_b(), URLS["b"]), SOURCE, (second,)), Article)


def test_plain_gives_paragraphs_only() -> None:
    result = read(fetched(era_d(), URLS["d"]), SOURCE, plain=True)
    assert isinstance(result, Article)
    assert "#" not in result.body.replace("C#", "")
    assert "](" not in result.body


# --- Hostile -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda html: html[: len(html) // 2],
        lambda html: html.replace("</div>", ""),
        lambda html: html.replace("<p>", "<p><b><i>"),
        lambda html: html + "<div>" * 50_000,
        lambda html: html.replace("<body>", "<body>" + "<!--" + "-" * 100_000 + "-->"),
        lambda html: html.replace("的", "\x00的\x0b"),
    ],
    ids=["cut", "unclosed", "overlapping", "deep-tail", "comment", "controls"],
)
def test_damaged_pages_never_raise(era: str, damage: Callable[[str], str]) -> None:
    assert isinstance(reading(damage(WHOLE[era]), era), Article | Refusal)


def test_a_page_nested_without_end_is_an_answer_not_an_error() -> None:
    page = era_b(text=f"<p>{FIRST}</p>" + "<div>" * 20_000 + LAST)
    assert isinstance(reading(page, "b"), Article | Refusal)


def test_names_and_tags_are_bounded() -> None:
    many = "".join(f'<a class="hx-card">{"名" * 500}{number}</a>' for number in range(900))
    read_article = article(era_b(author=f'<span class="recommenders">{many}</span>'), "b")
    assert len(read_article.authors) <= 50
    assert all(len(name) <= 200 for name in read_article.authors)
    assert len(article(era_b(title=f"<h1>{'长' * 5000}</h1>"), "b").title) <= 1000


def test_a_body_too_large_for_an_article_is_a_failure() -> None:
    result = reading(era_b(text=f"<p>{FIRST}</p>" * 40_000), "b")
    assert isinstance(result, Refusal)
    assert (result.state, "too large" in result.reason) == ("failed", True)


def test_entities_in_a_states_title_are_read() -> None:
    assert (
        article(era_d(html="", state=vue_state(details(title="A&amp;B 与 <em>C</em>"))), "d").title
        == "A&B 与 C"
    )


def test_what_follows_the_first_end_of_a_page_is_read_too() -> None:
    assert article("<html><body><p>x</p></body></html>" + era_b(), "b").title == TITLE

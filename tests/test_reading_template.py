"""The traps that huxiu's pages of each era set."""

from datetime import UTC, datetime

import pytest

from tests.huxiu_pages import (
    AUTHOR,
    CONTENT,
    FIRST,
    LAST,
    LICENCE,
    SECOND,
    TITLE,
    article,
    details,
    era_a,
    era_b,
    era_c,
    era_d,
    era_e,
    html_of_era_d,
    html_of_era_e,
    nuxt_state,
    section_c,
    vue_state,
    words,
)

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

"""Every era of huxiu's pages, field by field, whole and damaged."""

from collections.abc import Callable

import pytest

from archive import Article
from crawler.reading import Refusal
from tests.huxiu_pages import (
    AUTHOR,
    FIRST,
    LAST,
    LICENCE,
    NOISE,
    SECOND,
    TIMES,
    TITLE,
    WHOLE,
    article,
    details,
    era_b,
    era_d,
    reading,
    vue_state,
    words,
)


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

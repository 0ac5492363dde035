"""A saved page becomes a fixture: its mark-up, with invented text of the same script and length."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import Article, document_of
from crawler.cases.fixture import FixtureError, invent, make_case
from crawler.cases.markup import pieces
from crawler.cases.phrases import phrases
from crawler.cases.words import SAID, SAID_IN_LATIN
from crawler.reading import Fetched, Refusal, next_page, read
from crawler.reading.decoding import decode
from crawler.reading.fields.people import FAMILIES
from crawler.recipe import Template
from crawler.source import load_sources, source_for
from crawler.spelling import respell
from tests.cases import Case, case, cases, load

NOW = datetime(2026, 9, 26, 1, 0, 0, 123456, UTC)
URL = "https://www.huxiu.com/article/33546"
PAGES = [case for case in cases() if case.is_page]
SIX_HAN = re.compile(r"(?=([\u4e00-\u9fff]{6}))")


SOURCES = load_sources()


@cache
def phrases_of(name: str) -> tuple[str, ...]:
    return phrases(SOURCES[name])


def kept_of(case: Case) -> tuple[str, ...]:
    """What its site's recipe looks for."""
    source = source_for(case.url, SOURCES)
    return phrases_of(source.name) if SOURCES.get(source.name) is source else phrases(source)


@cache
def invented(case: Case) -> bytes:
    return invent(case.body, case.url, case.fetched.content_type, kept_of(case))


@cache
def reading_before(case: Case) -> Article | Refusal:
    return read(case.fetched, source_for(case.url, SOURCES), case.further)


def reading_after(case: Case) -> Article | Refusal:
    """What is read of the case with all of its pages invented."""
    further = tuple(
        replace(page, body=invent(page.body, page.url, page.content_type, kept_of(case), case.body))
        for page in case.further
    )
    return read(_with(case, invented(case)), source_for(case.url, SOURCES), further)


def _with(case: Case, body: bytes) -> Fetched:
    return replace(case.fetched, body=body)


def tags(source: str) -> list[str]:
    """The tags with their attributes' names: what a page is made of, without what it says."""
    return [
        re.sub(r"=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", "=", piece.source)
        for piece in pieces(source)
        if piece.kind == "tag"
    ]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_mark_up_and_length_stay(case: Case) -> None:
    before, after = (decode(body, case.fetched.content_type) for body in (case.body, invented(case)))
    assert len(after) == len(before)
    assert tags(after) == tags(before)
    assert after != before


@pytest.mark.parametrize("case", cases(), ids=str)
def test_no_six_characters_of_the_text_stay_but_what_pages_say_of_themselves(case: Case) -> None:
    kept = kept_of(case)
    before, after = (
        spoken(decode(body, case.fetched.content_type), kept) for body in (case.body, invented(case))
    )
    assert not set(SIX_HAN.findall(before)) & set(SIX_HAN.findall(after))


def spoken(source: str, kept: tuple[str, ...] = ()) -> str:
    """The source with escapes resolved, without the phrases that are kept on purpose."""
    text = respell(source, "\\", str)
    for phrase in kept:
        text = text.replace(phrase, "|")
    return re.sub(SAID, "|", text)


def test_no_long_word_of_an_english_text_stays() -> None:
    page = case("generic/english-blog")
    known = set(SAID_IN_LATIN.split("|"))
    words = {word.casefold() for word in re.findall(r"[A-Za-z]{6,}", (page.document or b"").decode())}
    result = reading_after(page)
    assert isinstance(result, Article)
    left = words & {word.casefold() for word in re.findall(r"[A-Za-z]{6,}", result.body)}
    assert left - known <= {
        "kestrelharbour",
        "listener",
        "sunday",
    }  # a link's address; "Sunday 47" might be a date


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_the_reader_sees_the_same_state_and_the_same_shapes(case: Case) -> None:
    before, after = reading_before(case), reading_after(case)
    assert type(after) is type(before)
    if isinstance(before, Refusal) and isinstance(after, Refusal):
        assert after.state == before.state
    elif isinstance(before, Article) and isinstance(after, Article):
        assert shape(after) == shape(before)


def shape(article: Article) -> dict[str, object]:
    texts = {"title": article.title, "summary": article.summary, "licence": article.licence}
    return {
        "url": article.url,
        "published_at": article.published_at,
        "image": article.image,
        "authors": [len(name) for name in article.authors],
        "tags": [len(tag) for tag in article.tags],
        "blocks": len(document_of(article).body.split("\n\n")),
        **{name: text and len(text) for name, text in texts.items()},
    }


def test_the_pages_of_one_article_have_the_same_words() -> None:
    text = "<p>同一句话，说了两遍。</p>"
    first, second = (f"{text}<p>第{number}页</p>".encode() for number in "一二")
    (said, _), (again, _) = (
        invent(page, URL, first=first).decode().split("</p>", 1) for page in (first, second)
    )
    assert said == again


def test_a_word_that_begins_like_a_name_still_does_and_no_other() -> None:
    after = invent("<i>邵一苇</i><i>写一点硬件</i><i>路人甲</i>".encode(), URL).decode()
    named, told, third = re.findall("<i>(.*?)</i>", after)
    assert (named[0] in FAMILIES, told[0] in FAMILIES, third[0] in FAMILIES) == (True, False, True)


def test_one_character_that_a_recipe_looks_for_stays_where_it_stands_alone() -> None:
    after = invent("<p>— <b>完</b> —</p><p>做完了</p>".encode(), URL, kept=("完",)).decode()
    assert "<b>完</b>" in after
    assert after.count("完") == 1


@pytest.mark.parametrize("case", [case for case in PAGES if case.further], ids=str)
def test_an_invented_page_still_leads_to_the_next(case: Case) -> None:
    source = source_for(case.url, load_sources())
    assert next_page(_with(case, invented(case)), source) == next_page(case.fetched, source)


def test_the_phrases_of_a_recipe_are_what_it_compares_texts_with_and_its_own_names() -> None:
    found = phrases(load_sources()["heise"])
    assert found == (
        "=== Anzeige / Sponsorenhinweis ===",
        "=== Anzeige / Sponsorenhinweis",
        "Tipp: Wir sind bei WhatsApp",
        "heise+ abonnieren",
        "Heise Medien",
        "heise online",
        "Mac & i",
        "Mac",
    )


def test_what_a_recipe_looks_for_stays() -> None:
    page = "<p>广告声明：文内含有的链接</p><p>Sponsored&nbsp;by  Kite&amp;Co, Sponsored anew</p>".encode()
    after = invent(page, URL, kept=("Sponsored by Kite&Co", "广告声明")).decode()
    assert re.fullmatch(
        "<p>广告声明：[^链]{7}</p><p>Sponsored&nbsp;by  Kite&amp;Co, [A-Z].{8} .{4}</p>", after
    )
    assert "Sponsored anew" not in after


def test_the_same_page_gives_the_same_text_and_another_page_another() -> None:
    page = "<p>同一句话，同一个词。</p>".encode()
    assert invent(page, URL) == invent(page, URL)
    assert invent(page, URL)[:20] != invent(page + b"<p></p>", URL)[:20]


def test_the_same_words_stay_the_same_in_title_metas_and_states() -> None:
    title = "一家会唱歌的 Kite Works 公司"
    page = (
        f"<title>{title}-虎嗅网</title><meta property='og:title' content='{title}'>"
        f'<script type="application/ld+json">{json.dumps({"headline": title})}</script>'
        f'<h1>{title}</h1><script>window.S={{\'a\':1,"title":"{title}"}};</script>'
    )
    after = invent(page.encode(), URL).decode()
    (new,) = re.findall("<h1>(.*)</h1>", after)
    assert new != title
    assert f"<title>{new}-虎嗅网</title>" in after
    assert f"content='{new}'" in after
    assert json.loads(re.findall(r'json">(.*?)</script>', after)[0]) == {"headline": new}
    assert f'"title":"{new}"' in after


@pytest.mark.parametrize(
    "kept",
    [
        "2014-05-12 10:59",
        "2013-4-22 16:10",
        "2026年09月12日10:41",
        "September 12, 2026",
        "12 September 2026 at 08:34 PM EDT",
        "3小时前",
        "昨天 21:04",
        "2 days ago",
        "https://www.huxiu.com/article/33546.html",
        "33546",  # the page's own number
        "Access Verification",
        "<!-- startprint1 -->",
        '<a class="author-name" href="/member/周.html">',
        "<span label='备注'>",
        "<script>var charset = 'utf-8', STATICURL = \"static/\";</script>",
        '<script>{"@type": "NewsArticle", "aid": "12345", "url": "https://example.com/唱/歌"}</script>',
        "<style>p{font-family:'微软雅黑'}</style>",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<img src="/a.jpg" _src="//img.example.com/a b c d.jpg" alt="">',
    ],
)
def test_what_is_no_text_stays(kept: str) -> None:
    assert kept in invent(f"<p>{kept}</p>".encode(), URL).decode()


@pytest.mark.parametrize(
    "prose",
    [
        "<img alt='{}'>",
        "<meta name=author content='{}'>",
        "<a data-title='{}' href='#'>x</a>",
        "<!-- <p>{}</p> -->",
        '<script>var t = "{}";</script>',
        '<script>f({{"html": "<p>{}<\\/p>"}})</script>',
        '<script type=\'application/json\'>[{{"title":1}},"{}"]</script>',
        '<div data-state=\'{{"title":"{}"}}\'></div>',
        "<textarea>{}</textarea>",
        "<noscript>{}</noscript>",
    ],
)
def test_text_is_replaced_wherever_it_stands(prose: str) -> None:
    for text in ("顾长卿在卖场里唱越剧", "Imogen Farrow counted quiet parcels"):
        after = invent(prose.format(text).encode(), URL).decode()
        assert text not in after
        assert not any(word in after for word in text.split())


def test_entities_and_escapes_keep_their_spelling() -> None:
    page = '<p>A&amp;B&nbsp;&#39034;&#x957F; &lt;3</p><script>{"t":"\\u987e\\u957f \\n\\/ \\u003Cb\\u003E卿\\u003C/b\\u003E"}</script>'
    after = invent(page.encode(), URL).decode()
    form = r'<p>[A-Z]&amp;[A-Z]&nbsp;&#\d+;&#\d+; &lt;\d</p><script>\{"t":"(\\u[0-9a-f]{4}){2} \\n\\/ \\u003Cb\\u003E.\\u003C/b\\u003E"\}</script>'
    assert re.fullmatch(form, after)
    assert "987e" not in after
    assert "39034" not in after


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "镕金电子囧然开口，再唱一出越剧"),
        ("big5", "圖書館裡的機器人學會了唱歌"),
        ("shift_jis", "夜の工場でプログラムが歌をうたう"),
        ("euc_jp", "夜の工場でプログラムが歌をうたう"),
        ("euc-kr", "밤의 공장에서 프로그램이 노래를 부른다"),
        ("windows-1252", "„Größe“ ist keine Frage der Länge"),
        ("utf-16", "轮子在夜里自己转了起来"),
    ],
)
def test_the_encoding_of_the_bytes_stays(encoding: str, text: str) -> None:
    page = f'<meta charset="{encoding}"><title>{text}</title><p>{text * 3}</p>'.encode(encoding)
    after = invent(page, "https://example.org/1").decode(encoding)
    assert text not in after
    assert len(after) == len(page.decode(encoding))


def test_bytes_that_only_the_browsers_codec_knows_come_through() -> None:
    page = '<meta charset="shift_jis"><p>①夜の工場～</p>'.encode("cp932")
    assert re.fullmatch('<meta charset="shift_jis"><p>①.[ぁ-ん]..～</p>', invent(page, URL).decode("cp932"))


def test_each_script_stays_itself() -> None:
    page = "<p>汉字 ひらがな カタカナ 한국어 Привет Ελλάδα Latin ١٢ ไทย</p>".encode()
    after = invent(page, URL).decode()
    assert re.fullmatch(
        "<p>[一-鿿]{2} [ぁ-ん]{4} [ァ-ン]{4} [가-힣]{3} [А-Я][а-я]{5} [Α-Ω][α-ωά]{5} [A-Z][a-z]{4} .. ...</p>",
        after,
    )


def test_a_broken_byte_stays_as_it_is() -> None:
    page = ("<p>" + "很长的一页里只有一个坏字节。" * 40).encode() + b"\xff</p>"
    after = invent(page, URL)
    assert after.endswith(b"\xff</p>")
    assert len(after) == len(page)


@given(st.text(max_size=300))
def test_any_text_keeps_its_length(text: str) -> None:
    body = text.encode("utf-8", "ignore")
    assert len(decode(invent(body, URL))) == len(decode(body))


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "<",
                ">",
                '"',
                "'",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                "\\",
                "&amp;",
                "顾",
                "a b c d",
                "[",
                "{",
                "<![CDATA[",
                "]]>",
                "=",
            ]
        ),
        max_size=40,
    )
)
def test_the_pieces_of_any_source_are_the_source(parts: list[str]) -> None:
    source = "".join(parts)
    assert "".join(piece.source for piece in pieces(source)) == source
    assert len(invent(source.encode(), URL).decode()) == len(source)


def test_a_page_becomes_a_case_that_reads_as_its_files_say(tmp_path: Path) -> None:
    page = case("huxiu/2014-multi-author")
    source = load_sources()["huxiu"]
    folder = make_case(page.body, page.url, source, tmp_path, None, NOW)
    made = load(folder)
    assert folder == tmp_path / "huxiu" / "36580"
    assert (made.state, made.url, made.fetched.fetched_at) == (
        "article",
        page.url,
        NOW.replace(microsecond=0),
    )
    result = read(made.fetched, source)
    assert isinstance(result, Article)
    assert made.document is not None
    assert document_of(result).title in made.document.decode()
    assert made.expected["authors"] == list(result.authors)
    assert len(result.authors) == 2


def test_a_refused_page_becomes_a_case_of_its_state(tmp_path: Path) -> None:
    page = case("huxiu/deleted")
    made = load(make_case(page.body, page.url, load_sources()["huxiu"], tmp_path, "deleted", NOW))
    assert (made.state, bool(made.reason), made.document, made.expected) == ("gone", True, None, None)


@pytest.mark.parametrize("name", ["feed", "list"])
def test_a_reply_of_discovery_becomes_a_case_with_its_links(name: str, tmp_path: Path) -> None:
    reply = case(f"huxiu/{name}")
    made = load(make_case(reply.body, reply.url, load_sources()["huxiu"], tmp_path, name, NOW))
    assert (made.state, made.step) == ("links", reply.step)
    assert [row["url"] for row in made.expected] == [row["url"] for row in reply.expected]
    assert not {row["title"] for row in made.expected} & {row["title"] for row in reply.expected}


def test_what_a_pattern_spells_out_is_kept_and_a_name_beside_it_is_not() -> None:
    rule = Template.model_validate(
        {
            "name": "one",
            "when": "p",
            "authors": [{"select": ".byline", "match": r"(?i)\bwords by\s+(.+), [Ss]taff\d"}],
        }
    )
    source = load_sources()["techcrunch"].model_copy(update={"templates": (rule,)})
    assert "words by" in phrases(source)
    page = b"<html><head><title>A headline</title></head><body><p class='byline'>Words by Ada Moor, desk</p></body></html>"
    made = invent(page, "https://example.org/a", "text/html", phrases(source)).decode()
    assert "Words by " in made
    assert "Ada Moor" not in made


def test_a_case_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    page, source = case("huxiu/2014"), load_sources()["huxiu"]
    folder = make_case(page.body, page.url, source, tmp_path, "one", NOW)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(FixtureError, match="exists already"):
        make_case(case("huxiu/2017").body, page.url, source, tmp_path, "one", NOW)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["../up", "a/b", "con", ".hidden", "two words"])
def test_a_name_that_is_no_folder_name_is_refused(name: str, tmp_path: Path) -> None:
    page = case("huxiu/2014")
    with pytest.raises(FixtureError, match="folder"):
        make_case(page.body, page.url, load_sources()["huxiu"], tmp_path, name, NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "huxiu").write_text("a file in the way")
    page = case("huxiu/2014")
    with pytest.raises(FixtureError, match="can't be written"):
        make_case(page.body, page.url, load_sources()["huxiu"], tmp_path, "one", NOW)
    assert [file.name for file in tmp_path.iterdir()] == ["huxiu"]

"""A page cut into blocks, and what the blocks' names, words and surroundings say."""

import pytest

from crawler.reading.page import parse_html
from crawler.reading.text import find_text
from crawler.reading.text.blocks import Block, Blocks
from crawler.reading.text.hints import HAN, NAMES, TEXTS, han_bits, name_bits, text_bits
from crawler.reading.text.scene import Scene
from tests.text_pages import LONG, NOTHING_SAID, blocks_of, texts


def groups(bits: int, names: tuple[str, ...]) -> set[str]:
    return {name for place, name in enumerate(names) if bits >> place & 1}


# --- Blocks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("one<br>two<br><br>three", ["one", "two", "three"]),
        ("one<hr>two", ["one", "two"]),
        ("<div>before<p>inside</p>after</div>", ["before", "inside", "after"]),
        ("<p>a <b>bold</b> and a <a href=/>linked</a> word</p>", ["a bold and a linked word"]),
        ("<p>  spread \n over\t lines </p>", ["spread over lines"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("<table><tr><td>a<td>b</table>", ["a", "b"]),
        ("<x-story>own</x-story>tail", ["own", "tail"]),
        ("<p> \n </p><p>\u3000</p>", []),
        ("", []),
    ],
)
def test_a_page_is_cut_at_block_boundaries_and_line_breaks(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(
    "silent",
    [
        "<script>x()</script>",
        "<style>p{}</style>",
        "<noscript>Turn it on</noscript>",
        "<template>t</template>",
        "<svg><text>t</text></svg>",
        "<iframe>old browser</iframe>",
        "<button>Save</button>",
        "<select><option>a</select>",
        "<textarea>t</textarea>",
        "<video>none</video>",
        "<!-- remark -->",
        "<?php echo ?>",
    ],
)
def test_what_a_reader_does_not_see_is_no_text_and_parts_none(silent: str) -> None:
    assert texts(f"<p>one {silent} two</p>") == ["one two"]


def test_links_and_bold_are_counted_in_characters() -> None:
    (block,) = blocks_of("<p>1234 <a href=/>123<b>45</b></a> <strong>678</strong></p>")
    assert (block.chars, block.linked, block.bold) == (13, 5, 5)


def test_a_link_around_blocks_links_them_all() -> None:
    assert [block.linked for block in blocks_of("<a href=/><h3>four</h3><p>sixsix</p></a>")] == [4, 6]


def test_frames_sum_up_what_lies_in_them() -> None:
    page = Blocks(
        parse_html(f"<body><div id=outer><p>{LONG}</p><p><a href=/>more</a></p></div><p>x</p></body>")
    )
    outer = next(frame for frame in page.frames if frame.element.get("id") == "outer")
    assert (outer.blocks, outer.first, outer.last) == (2, 0, 1)
    assert outer.chars == sum(block.chars for block in page.blocks[:2])
    assert (outer.linked, outer.long) == (4, page.blocks[0].chars)
    assert page.frames[0].blocks == 3


def test_frames_come_in_the_order_of_the_page_and_the_outer_first() -> None:
    frames = Blocks(parse_html("<body><div><p>a</p></div><section><p>b</p>c</section></body>")).frames
    assert [frame.tag for frame in frames] == ["body", "div", "p", "section", "p"]


def test_a_frame_knows_how_deep_it_lies() -> None:
    frame = blocks_of("<div><section><p>x</p></section></div>")[0].frame
    assert (frame.depth, frame.tag) == (3, "p")


@pytest.mark.parametrize(
    "mark", ["hidden", 'style="display: none"', 'class="is-hidden"', 'style="color:red;display:none"']
)
def test_a_hidden_element_is_known_by_any_of_its_signs(mark: str) -> None:
    block = blocks_of(f"<div {mark}><p>text</p></div>")[0]
    assert "hidden" in groups(block.frame.near, NAMES)


def test_a_tree_as_deep_as_the_parser_allows_is_read() -> None:
    assert texts("<div>" * 250 + "deep" + "</div>" * 250) == ["deep"]
    assert "seen" in find_text(parse_html("<p>seen</p>" + "<div><b>" * 2_000 + "too deep"), NOTHING_SAID)


def test_a_page_of_forty_thousand_blocks_is_read_to_a_bound() -> None:
    root = parse_html(f"<body>{f'<p>{LONG}</p>' * 40_000}</body>")
    assert len(Blocks(root).blocks) == 30_000
    assert find_text(root, NOTHING_SAID)


@pytest.mark.parametrize(
    ("between", "value"), [(" ", '="x y"'), ("", '=""'), ("\n", ""), ("/", ""), ("\t", "=1")]
)
def test_a_tag_of_countless_attributes_hides_no_text(between: str, value: str) -> None:
    attributes = between.join(f"a{number}{value}" for number in range(40_000))
    assert texts(f"<div {attributes}><p>seen</p></div>") == ["seen"]


def test_a_block_of_a_million_characters_is_looked_at_to_a_bound_and_written_whole() -> None:
    root = parse_html(f"<body><p>{'word ' * 200_000}</p></body>")
    assert Blocks(root).blocks[0].chars <= 20_000
    assert find_text(root, NOTHING_SAID).count("word") == 200_000


# --- Hints ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("article-body", {"article", "body"}),
        ("postContent", {"article", "body"}),
        ("NewsletterSignup", {"newsletter"}),
        ("comments", {"comment"}),
        ("ads", {"ad"}),
        ("adsorbent", set()),  # `=ads` asks for the whole word
        ("headline", {"title"}),
        ("x1 y2", set()),
        ("", set()),
    ],
)
def test_classes_say_what_an_element_is(names: str, expected: set[str]) -> None:
    assert groups(name_bits(names), NAMES) >= expected
    assert bool(name_bits(names)) == bool(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Photo: Greta Holm", "credit"),
        ("Subscribe to our newsletter", "subscribe"),
        ("Read more", "more"),
        ("© 2026 Kestrel", "copyright"),
        ("Posted by Imogen", "byline"),
        ("Kommentare (3)", "comments"),
    ],
)
def test_short_texts_say_what_they_are(text: str, expected: str) -> None:
    assert expected in groups(text_bits(text), TEXTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("责任编辑：山川", "byline"), ("相关阅读", "more"), ("関連記事", "more"), ("扫码关注公众号", "follow")],
)
def test_chinese_and_japanese_texts_say_what_they_are(text: str, expected: str) -> None:
    assert expected in groups(han_bits(text), HAN)


def test_a_short_beginning_says_nothing_of_a_long_word() -> None:
    assert "byline" not in groups(text_bits("bytes"), TEXTS)
    assert han_bits("plain ASCII") == 0


# --- The scene ------------------------------------------------------------------------------------


def scene(body: str, title: str | None = None) -> tuple[Scene, list[Block]]:
    page = Blocks(parse_html(f"<html><body>{body}</body></html>"))
    places, letters = list(range(len(page.blocks))), [block.text.lower() for block in page.blocks]
    return Scene(page, places, letters, title or ""), page.blocks


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("<p>quiet</p><h1>quiet</h1><p>text</p>", 1),  # an h1 with the title before what only says it
        ("<h1>site</h1><h2>quiet</h2><p>text</p>", 1),  # the title before an h1 that says something else
        ("<p>menu</p><h1>other</h1><p>text</p>", 1),
        ("<p>menu</p><p>text</p>", -1),
    ],
)
def test_the_headline_is_found(body: str, place: int) -> None:
    assert scene(body, "quiet")[0].title_at == place


def test_the_best_frame_holds_most_text_and_not_most_links() -> None:
    links = f"<p><a href=/>{LONG}</a></p>" * 6
    found, _ = scene(f"<div id=links>{links}</div><div id=story>{f'<p>{LONG}</p>' * 3}</div>")
    assert found.best.element.get("id") == "story"


def test_the_near_frame_follows_the_headline_where_a_longer_text_is_far() -> None:
    story, other = (
        f"<div id=story>{f'<p>{LONG}</p>' * 12}</div>",
        f"<div id=other>{f'<p>{LONG}</p>' * 16}</div>",
    )
    found, _ = scene(f"<h1>quiet</h1>{story}{other}", "quiet")
    assert (found.best.element.get("id"), found.near.element.get("id")) == ("other", "story")


def test_elements_of_one_look_side_by_side_are_twins() -> None:
    card = "<div class=card><h3>Title</h3><p>Words</p></div>"
    found, blocks = scene(f"<div>{card * 5}</div><section><h3>a</h3><p>b</p></section>")
    assert [found.outlook(block.frame).twins for block in (blocks[0], blocks[-1])] == [5, 1]


def test_an_article_is_told_from_the_others_by_its_number_and_the_headline() -> None:
    found, blocks = scene("<article><h1>quiet</h1><p>a</p></article><article><p>b</p></article>", "quiet")
    looks = [found.outlook(block.frame) for block in blocks]
    assert [(look.article, look.has_title) for look in looks] == [(0, True), (0, True), (1, False)]

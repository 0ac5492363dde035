"""The trees' answers, and the choice among blocks by them."""

import numpy as np
import pytest

from crawler.reading.page import parse_html
from crawler.reading.text import Rows
from crawler.reading.text.blocks import Blocks
from crawler.reading.text.choose import choose
from crawler.reading.text.trees import Trees, probabilities, trees
from tests.text_pages import LONG, NOTHING_SAID, blocks_of


def kept(body: str, likely: list[float]) -> list[str]:
    """The texts of the blocks chosen, where each is as likely as `likely` says."""
    blocks = blocks_of(body)
    chosen = choose(blocks, np.array(likely))
    return [block.text for block, is_kept in zip(blocks, chosen, strict=True) if is_kept]


# --- Trees ----------------------------------------------------------------------------------------


def test_a_tree_gives_the_leaf_that_its_questions_lead_to() -> None:
    # Questions: is column 0 above 1 (lowest bit), is column 1 above 5.
    tree = Trees(
        np.array([[0, 1]], np.int32),
        np.array([[1, 5]], np.float32),
        np.array([[-2, -1, 1, 2]], np.float32),
        0.5,
    )
    rows = np.array([[0, 0], [2, 0], [0, 9], [2, 9], [1, 5]], np.float32)  # on a border is not above it
    expected = [1 / (1 + np.exp(-(leaf + 0.5))) for leaf in (-2, -1, 1, 2, -2)]
    assert probabilities(rows, tree) == pytest.approx(expected)


def test_trees_are_summed() -> None:
    two = Trees(
        np.array([[0], [1]], np.int32),
        np.array([[0], [0]], np.float32),
        np.array([[0, 1], [0, 2]], np.float32),
        0.0,
    )
    rows = np.array([[1, 1]], np.float32)
    assert probabilities(rows, two) == pytest.approx([1 / (1 + np.exp(-3))])


def test_no_rows_have_no_probabilities() -> None:
    assert probabilities(np.zeros((0, 1), np.float32)).shape == (0,)


def test_rows_in_parts_are_as_likely_as_one_at_a_time() -> None:
    width = int(trees().columns.max()) + 1
    rows = np.random.default_rng(7).uniform(0, 50, (1_100, width)).astype(np.float32)
    at_once = probabilities(rows)
    assert at_once == pytest.approx([probabilities(row[np.newaxis])[0] for row in rows])
    assert ((at_once >= 0) & (at_once <= 1)).all()


def test_the_shipped_trees_ask_only_of_columns_that_rows_have() -> None:
    rows = Rows(Blocks(parse_html(f"<body><h1>a</h1><p>{LONG}</p></body>")), NOTHING_SAID)
    assert trees().columns.max() < rows.matrix.shape[1]
    assert trees().leaves.shape == (len(trees().columns), 2 ** trees().columns.shape[1])


# --- The choice -----------------------------------------------------------------------------------

STORY = f"<div>{f'<p>{LONG}</p>' * 4}</div>"
SURE = [0.9] * 4


def test_a_small_block_alone_that_is_not_sure_goes() -> None:
    menu = "<p>menu</p>" * 4
    assert kept(f"<p>small</p>{menu}{STORY}", [0.6, *[0.0] * 4, *SURE]) == [LONG.strip()] * 4


def test_a_long_block_alone_stays() -> None:
    menu = "<p>menu</p>" * 4
    lead = "Nobody had been told of it, and nobody asked. " * 4
    assert lead.strip() in kept(f"<p>{lead}</p>{menu}{STORY}", [0.6, *[0.0] * 4, *SURE])


def test_a_small_block_alone_that_is_sure_stays() -> None:
    assert "small" in kept(f"<p>small</p>{'<p>menu</p>' * 4}{STORY}", [0.9, *[0.0] * 4, *SURE])


def test_a_small_block_beside_others_stays() -> None:
    assert "small" in kept(f"<p>small</p><p>menu</p>{STORY}", [0.6, 0.0, *SURE])


def test_another_text_far_below_in_other_elements_goes() -> None:
    between = "<p>card</p>" * 30
    other = f"<section>{'<p>Another story, of another day, at some length.</p>' * 3}</section>"
    assert kept(f"{STORY}{between}{other}", [*SURE, *[0.0] * 30, *[0.8] * 3]) == [LONG.strip()] * 4


def test_text_far_below_in_the_same_elements_stays() -> None:
    comments = "<aside>card</aside>" * 30
    body = f"<div><p>{LONG}</p><p>{LONG}</p>{comments}<p>The end of it all.</p><p>And more.</p></div>"
    found = kept(body, [0.9, 0.9, *[0.0] * 30, 0.8, 0.8])
    assert found[2:] == ["The end of it all.", "And more."]


def test_text_far_above_the_article_stays_where_the_article_begins_with_it() -> None:
    start = f"<section><p>{LONG}</p></section>"
    assert len(kept(f"{start}{'<p>card</p>' * 30}{STORY}", [0.9, *[0.0] * 30, *SURE])) == 5


def test_headings_that_nothing_follows_go() -> None:
    body = f"<h2>First</h2>{STORY}<h2>Comments</h2><h3>Log in</h3>"
    assert kept(body, [0.9, *SURE, 0.9, 0.9])[-1] == LONG.strip()
    assert kept(body, [0.9, *SURE, 0.9, 0.9])[0] == "First"


def test_a_heading_alone_is_kept_rather_than_nothing() -> None:
    assert kept("<h2>All there is</h2>", [0.9]) == ["All there is"]


def test_of_a_page_where_nothing_is_likely_the_likeliest_stays() -> None:
    assert kept(STORY, [0.2, 0.2, 0.2, 0.01]) == [LONG.strip()] * 3
    assert kept(STORY, [0.0] * 4) == []


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose([], np.zeros(0)).tolist() == []


TALK = f"<p>{LONG}</p>" * 3


@pytest.mark.parametrize(
    "names", ['id="comments"', 'class="post-comments"', 'class="kommentar-text"', 'class="x commentList"']
)
def test_comments_below_the_article_go_however_likely(names: str) -> None:
    body = f"{STORY}<section {names}><div><div><div>{TALK}</div></div></div></section>"
    assert len(kept(body, [*SURE, *[0.9] * 3])) == 4


@pytest.mark.parametrize(
    "names",
    [
        'class="has-comments"',
        'class="comments-open"',
        'class="comment-count"',
        'class="commentary"',
        'class="reviews"',
    ],
)
def test_an_element_that_only_speaks_of_comments_is_none(names: str) -> None:
    assert len(kept(f"{STORY}<section {names}>{TALK}</section>", [*SURE, *[0.9] * 3])) == 7


def test_a_text_that_lies_in_comments_alone_stays() -> None:
    body = f"<div class=comments><p>Short.</p>{STORY}{TALK}</div>"
    assert len(kept(f"<h1>Of comments</h1>{body}", [0.9, 0.9, *SURE, *[0.9] * 3])) == 9


def test_comments_longer_than_the_article_do_not_pass_for_it() -> None:
    body = f"{STORY}{'<aside>card</aside>' * 30}<div id=comments>{TALK * 6}</div>"
    assert kept(body, [*SURE, *[0.0] * 30, *[0.9] * 18]) == [LONG.strip()] * 4


@pytest.mark.parametrize(
    "names",
    ['class="author-bio"', 'id="about-the-author"', 'class="post-author-box"', 'class="bio author"'],
)
def test_a_life_of_the_author_below_the_article_goes_however_likely(names: str) -> None:
    assert len(kept(f"{STORY}<div {names}><p>{LONG}</p></div>", [*SURE, 0.9])) == 4


@pytest.mark.parametrize("names", ['class="author"', 'class="biology author"', 'class="by-author-name"'])
def test_an_element_called_after_the_author_alone_is_no_life(names: str) -> None:
    assert len(kept(f"{STORY}<div {names}><p>{LONG}</p></div>", [*SURE, 0.9])) == 5


@pytest.mark.parametrize(
    "names",
    [
        'id="onetrust-consent-sdk"',
        'class="ot-pc-desc"',
        'class="privacy-modal-box"',
        'class="x cookie-notice"',
        'id="gdpr"',
    ],
)
def test_a_question_of_consent_goes_however_long_and_wherever_it_stands(names: str) -> None:
    question = f"<div {names}><section>{TALK * 3}</section></div>"
    assert len(kept(STORY + question, [*SURE, *[0.95] * 9])) == 4
    assert len(kept(question + STORY, [*[0.95] * 9, *SURE])) == 4


@pytest.mark.parametrize("names", ['class="cmp-text"', 'class="cookies"', 'class="tag-privacy"'])
def test_an_element_called_after_something_else_is_no_question_of_consent(names: str) -> None:
    assert len(kept(f"{STORY}<div {names}>{TALK}</div>", [*SURE, *[0.9] * 3])) == 7


def test_an_article_about_consent_stays() -> None:
    body = f"<article class='post tag-gdpr'>{STORY}</article>"
    assert len(kept(f"<p>{LONG}</p><p>{LONG}</p>{body}", [0.9, 0.9, *SURE])) == 6
    assert len(kept(f"<div class=consent>{STORY}</div>", SURE)) == 4


def scrolled(names: str, paragraphs: int) -> list[str]:
    """What is kept of two articles, one below the other, where all but the second's headline is likely."""
    one = f"<section {names}><h1>A headline</h1><div>{f'<p>{LONG}</p>' * paragraphs}</div></section>"
    other = (
        f"<section {names}><h1>Another</h1><div>{'<p>Of something else, at length.</p>' * 5}</div></section>"
    )
    return kept(one + other, [0.0, *[0.9] * paragraphs, 0.0, *[0.9] * 5])


def test_an_article_loaded_below_another_one_goes() -> None:
    assert scrolled('class="story"', 9) == [LONG.strip()] * 9


def test_sections_below_headings_of_the_first_rank_stay() -> None:
    assert len(scrolled("", 9)) == 14  # nothing says that they are articles
    assert len(scrolled('class="story"', 2)) == 7  # nor do a few lines


LIST = "<li>Falls when the door opens</li><li>Rises when it is shut</li>"


def with_list(items: str, names: str = "", likely: float = 0.3) -> int:
    """How many blocks are kept of a list of two items between two paragraphs."""
    body = f"<div><p>{LONG}</p><p>{LONG}</p><ul {names}>{items}</ul><p>{LONG}</p></div>"
    return len(kept(body, [0.9, 0.9, likely, likely, 0.9])) - 3


def test_a_list_between_two_paragraphs_stays_whole() -> None:
    assert with_list(LIST) == 2


def test_a_list_of_links_most_unlikely_or_of_another_name_does_not() -> None:
    assert with_list(LIST.replace("<li>", "<li><a href=/>")) == 0
    assert with_list(LIST, likely=0.05) == 0
    assert with_list(LIST, 'class="social-share"') == 0


def test_a_list_that_stands_in_another_element_than_the_paragraphs_does_not() -> None:
    body = f"<div><p>{LONG}</p><p>{LONG}</p><div><div><ul>{LIST}</ul></div></div><p>{LONG}</p></div>"
    assert len(kept(body, [0.9, 0.9, 0.3, 0.3, 0.9])) == 3


def test_a_list_with_something_else_beside_it_does_not() -> None:
    body = f"<div><p>{LONG}</p><p>{LONG}</p><p>Share</p><ul>{LIST}</ul><p>{LONG}</p></div>"
    assert len(kept(body, [0.9, 0.9, 0.0, 0.3, 0.3, 0.9])) == 3


@pytest.mark.parametrize(
    "label",
    [
        "Advertisement",
        "- ADVERTISEMENT -",
        "Advertisement - story continues below",
        "Story continues below advertisement",
        "Article continues after ad",
        "Anzeige",
        "[Werbung]",
        "广告",
        "広告",
    ],
)
def test_what_stands_above_an_advertisement_is_no_text_however_likely(label: str) -> None:
    body = f"<div><p>{LONG}</p><p>{label}</p><p>{LONG}</p></div>"
    assert kept(body, [0.9, 0.9, 0.9]) == [LONG.strip()] * 2


@pytest.mark.parametrize(
    "text", ["Advertisement is not what it was.", "Adverse", "See also", "广告业的冬天", "Anzeigetafel"]
)
def test_a_short_text_that_only_begins_like_one_stays(text: str) -> None:
    assert text in kept(f"<div><p>{LONG}</p><p>{text}</p><p>{LONG}</p></div>", [0.9, 0.9, 0.9])

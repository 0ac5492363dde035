"""What each word of the recipe language does, shown on an invented site."""

from typing import Any

import pytest

from archive import Article
from crawler.reading import Refusal, read
from crawler.source import Source, parse_source
from tests.huxiu_pages import fetched

URL = "https://paper.example/a/7"
LONG = "A paragraph that is long enough to be believed in, because it goes on for quite some time."
HEAD = """
name = "paper"
title = "The Paper"
home = "https://paper.example/"
hosts = "paper.example"
language = "en"
zone = "America/New_York"
title_tails = ' \\| The Paper'
own_names = "Staff"
article = { patterns = '/a/(?P<id>[0-9]+)', canonical = "https://paper.example/a/{id}" }
"""
TEMPLATE = '[[templates]]\nname = "now"\nwhen = "main"\n'


def source(text: str = "") -> Source:
    return parse_source(HEAD + text, "paper.toml")


def reading(html: str, recipe: str = 'title = "h1"\nbody = ".text"', before: str = "") -> Article | Refusal:
    page = f"<html><head><title>From the title | The Paper</title></head><body>{html}</body></html>"
    return read(fetched(page, URL), source(before + TEMPLATE + recipe))


def article(html: str, recipe: str = 'title = "h1"\nbody = ".text"', before: str = "") -> Article:
    result = reading(html, recipe, before)
    assert isinstance(result, Article), result.reason
    return result


def main(inner: str = "", text: str = f"<p>{LONG}</p>") -> str:
    return f'<main><h1>Headline</h1>{inner}<div class="text">{text}</div></main>'


# --- Rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        ('"h2"', "Second"),
        ('"h2::attr(data-full)"', "Second in full"),
        ('"xpath://h2/@data-full"', "Second in full"),
        ('"xpath:string(//h2)"', "Second"),
        ('"meta:og:title"', "From OpenGraph"),
        ('"meta:OG:Title"', "From OpenGraph"),
        ('["h3", "h2", "h1"]', "Second"),
        ('{ select = "h2", match = "^S(.+)" }', "econd"),
        ('{ select = "h2", match = "Sec" }', "Sec"),
        ('[{ select = "h2", match = "No" }, "h1"]', "Headline"),
        ('"h3"', "Headline"),
        ('"#t{id}"', "By id"),
    ],
)
def test_a_rule_finds_what_it_names(rule: str, title: str) -> None:
    inner = '<h2 data-full="Second in full">Second</h2><i id="t7">By id</i><meta property="og:title" content="From OpenGraph">'
    assert article(main(inner), f'title = {rule}\nbody = ".text"').title == title


def test_a_title_that_nothing_names_is_the_title_elements_less_its_tail() -> None:
    page = main().replace("<h1>Headline</h1>", "")
    assert article(page, 'body = ".text"').title == "From the title"


def test_a_field_without_a_rule_is_read_as_on_any_page() -> None:
    assert article(main(), 'body = ".text"').title == "Headline"


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ('<script id="d">{"story": {"head": "In JSON"}}</script>', 'script = "script#d"\nat = "story"'),
        ('<script>var S = {"story": {"head": "In JSON"}};</script>', "script = 'xpath://script[contains(., \"var S\")]'\nname = \"S\"\nat = [\"nope\", \"story\"]"),
        ('<script id="d">[{"story":1},{"head":2},"In JSON"]</script>', 'script = "script#d"\nform = "indexed"\nat = "story"'),
    ],
)  # fmt: skip
def test_a_json_rule_looks_into_the_state(script: str, state: str) -> None:
    read_article = article(main(script), 'title = "json:head"\nbody = ".text"', f"[[states]]\n{state}\n")
    assert read_article.title == "In JSON"


def test_a_pattern_sees_a_bounded_piece_of_a_text() -> None:
    inner = f"<h2>{'a' * 5000}Z</h2>"
    assert (
        article(main(inner), 'title = [{ select = "h2", match = "a+Z" }, "h1"]\nbody = ".text"').title
        == "Headline"
    )


# --- Fields --------------------------------------------------------------------------------------


def test_times_without_offset_are_the_zones_summer_time_and_all() -> None:
    inner = "<time>June 3, 2026 at 9:00 AM</time><s>Updated December 3, 2026 10:00 UTC</s>"
    read_article = article(main(inner), 'published = "time"\nmodified = "s"\nbody = ".text"')
    assert read_article.published_at is not None
    assert read_article.published_at.isoformat() == "2026-06-03T09:00:00-04:00"
    assert read_article.modified_at is not None
    assert read_article.modified_at.isoformat() == "2026-12-03T05:00:00-05:00"


def test_a_result_that_is_no_time_is_passed_over() -> None:
    inner = "<b>12 comments</b><b>2026-06-03 09:00</b>"
    assert article(main(inner), 'published = "b"\nbody = ".text"').published_at is not None


def test_tags_are_gathered_from_every_rule_each_once() -> None:
    inner = "<a class=t>#One</a><a class=t>Two</a><b class=c>Channel: Two</b><b class=c>Channel: Three</b>"
    recipe = 'body = ".text"\ntags = [".t", { select = ".c", match = "Channel: (.+)" }]'
    assert article(main(inner), recipe).tags == ("One", "Two", "Three")


def test_several_names_in_one_text_are_parted() -> None:
    recipe = 'body = ".text"\nauthors = { select = ".by", match = "By (.+)", split = ", (?!Jr)| (and) " }'
    assert article(main('<p class="by">By Ann, Jr, Bob and Cem</p>'), recipe).authors == (
        "Ann, Jr",
        "Bob",
        "Cem",
    )
    assert article(main('<p class="by">By Ann</p>'), recipe).authors == ("Ann",)


def test_the_sites_own_name_is_an_author_only_where_nobody_else_is() -> None:
    recipe = 'body = ".text"\nauthors = ".by"'
    assert article(main('<a class="by">Ann</a><a class="by">Staff</a>'), recipe).authors == ("Ann",)
    assert article(main('<a class="by">Staff</a>'), recipe).authors == ("Staff",)
    assert article(main('<meta name="author" content="Staff">'), recipe).authors == ()
    assert article(main('<a class="by">Staff</a><meta name="author" content="Ann">'), recipe).authors == (
        "Ann",
    )


@pytest.mark.parametrize("name", ["_src", "data-src", "data-original", "data-lazy-src", "src"])
def test_an_images_address_is_its_real_one(name: str) -> None:
    inner = f'<img class="lead" src="data:image/gif;base64,R0" {name}="//cdn.example/x.jpg?w=1">'.replace(
        ' src="data:image/gif;base64,R0" src', " src"
    )
    assert article(main(inner), 'body = ".text"\nimage = ".lead"').image == "https://cdn.example/x.jpg?w=1"


def test_resizing_is_cut_and_placeholders_are_no_pictures() -> None:
    clean = '[clean]\nimage_query = "resize"\nplaceholders = "default.png"\n'
    inner = '<img class="lead" src="/default.png"><img class="other" src="/x.jpg?resize/200">'
    read_article = article(
        main(inner, f'<p>{LONG}</p><p><img src="/in.jpg?resize/9" alt="x"></p>'),
        'body = ".text"\nimage = [".lead", ".other"]',
        clean,
    )
    assert read_article.image == "https://paper.example/x.jpg"
    assert "(https://paper.example/in.jpg)" in read_article.body


# --- Bodies --------------------------------------------------------------------------------------


def test_a_body_is_the_first_node_or_every_node_in_order() -> None:
    html = f'<main><div class="text"><p>{LONG}</p></div><aside>advert</aside><div class="text"><p>Second</p></div></main>'
    assert article(html, 'body = ".text"').body == LONG
    assert article(html, 'body = ".text"\nevery = true').body == f"{LONG}\n\nSecond"


def test_of_nodes_within_one_another_the_outer_one_brings_the_inner_one_along() -> None:
    html = f'<main><div class="text"><p>{LONG}</p><div class="text"><p>Second</p></div></div></main>'
    assert article(html, 'body = ".text"\nevery = true').body == f"{LONG}\n\nSecond"


def test_stripped_nodes_go_and_the_text_behind_them_stays() -> None:
    html = main(text=f'<p>{LONG}<span class="ad">advert</span> and more</p><div class="ad">advert</div>')
    assert article(html, 'body = ".text"\nstrip = ".ad"').body == f"{LONG} and more"


@pytest.mark.parametrize(
    "tail",
    [
        '<p class="end">Read more</p><p>Tail</p>',
        '<div><p>Kept</p><p class="end">Read more</p>tail</div>tail<p>Tail</p>',
        '<p>Kept</p>\n<h3 class="stop">More</h3><p class="end">x</p>',
    ],
)
def test_a_body_ends_before_its_stop_marker(tail: str) -> None:
    body = article(main(text=f"<p>{LONG}</p>{tail}"), 'body = ".text"\nstop = [".end", ".stop"]').body
    assert body in (LONG, f"{LONG}\n\nKept")


def test_a_body_without_its_stop_marker_is_whole() -> None:
    assert article(main(), 'body = ".text"\nstop = ".end"').body == LONG


def test_classes_that_say_what_a_node_is_become_that() -> None:
    html = main(text=f'<p class="big">Part</p><p>{LONG}</p>')
    assert (
        article(html, 'body = ".text"', '[clean]\nretag = { ".big" = "h2" }\n').body == f"## Part\n\n{LONG}"
    )


def test_the_licence_is_kept_and_may_name_the_author() -> None:
    clean = '[clean]\nstrip = ".licence"\nlicence = ".licence"\nlicence_author = "by (.+?),"\n'
    html = main(text=f'<p>{LONG}</p><p class="licence">Reprinted<br>by Ann Other, with thanks.</p>')
    read_article = article(html, 'body = ".text"', clean)
    assert (read_article.licence, read_article.authors) == (
        "Reprinted by Ann Other, with thanks.",
        ("Ann Other",),
    )
    assert read_article.body == LONG


def test_the_scope_keeps_other_articles_of_the_page_out() -> None:
    html = f'<main><div data-id="8"><h1>Eight</h1><div class="text"><p>{LONG}</p></div></div><div data-id="7">{main()}</div></main>'
    assert article(html, 'scope = \'[data-id="{id}"]\'\ntitle = "h1"\nbody = ".text"').title == "Headline"


def test_the_first_template_whose_sign_is_there_and_whose_body_is_found_reads_the_page() -> None:
    other = '[[templates]]\nname = "{}"\nwhen = "{}"\ntitle = "{}"\nbody = "{}"\n'
    before = other.format("gone", "table", "h1", ".text") + other.format("empty", "main", "h1", ".nothing")
    assert article(main("<h2>Right</h2>"), 'title = "h2"\nbody = ".text"', before).title == "Right"


# --- Checks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sign", ['when = ".wall"', 'words = "[Ss]ubscribe to read"', 'markup = "wall.js"', 'when = "meta:wall"']
)
def test_a_check_page_is_known_by_any_sign(sign: str) -> None:
    check = f'[[checks]]\nstate = "walled"\nreason = "for subscribers"\n{sign}\n'
    html = '<main><h1>H</h1><meta name="wall" content="1"><p class="wall">Subscribe to read</p><script src="wall.js"></script></main>'
    result = reading(html, before=check)
    assert isinstance(result, Refusal)
    assert (result.state, result.reason) == ("walled", "for subscribers")


def test_a_check_is_not_asked_where_there_is_an_article_or_too_much_page() -> None:
    check = '[[checks]]\nstate = "walled"\nreason = "for subscribers"\nwords = "Subscribe"\n'
    assert isinstance(reading(main("<p>Subscribe</p>"), before=check), Article)
    result = reading(
        f"<main><h1>H</h1><p>Subscribe</p><!--{'x' * 500}--></main>", before=check + "max_bytes = 300\n"
    )
    assert isinstance(result, Refusal)
    assert result.state == "failed"


def test_a_sure_check_is_asked_though_there_is_a_text() -> None:
    check = '[[checks]]\nstate = "walled"\nreason = "for subscribers"\nwords = "Subscribe"\nsure = true\n'
    result = reading(main("<p>Subscribe</p>"), before=check)
    assert isinstance(result, Refusal)
    assert (result.state, result.reason) == ("walled", "for subscribers")
    assert isinstance(reading(main("<p>Read on</p>"), before=check), Article)


# --- Addresses -----------------------------------------------------------------------------------

STATED = HEAD.replace("[0-9]+)'", "[0-9]+)(?P<slug>/[a-z]*)?'").replace(
    'a/{id}"', 'a/{id}{slug}", stated = true'
)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a/7/story", "https://paper.example/a/7/story"),
        ("http://paper.example/a/7/story?from=feed#top", "https://paper.example/a/7/story"),
        ("/a/8/other", URL),
        ("https://elsewhere.example/a/7/story", URL),
        ("/", URL),
    ],
)
def test_a_stated_address_is_believed_where_it_names_the_same_article(link: str, url: str) -> None:
    page = f'<html><head><link rel="canonical" href="{link}"></head><body>{main()}</body></html>'
    stated = parse_source(STATED + TEMPLATE + 'title = "h1"\nbody = ".text"', "paper.toml")
    result = read(fetched(page, URL), stated)
    assert isinstance(result, Article)
    assert result.url == url


# --- A recipe that leaves the body to the general reader ---


def untold(rule: str = "", text: str = LONG * 4) -> Article | Refusal:
    page = f"<html><body><h1>Told nowhere</h1><p class='by'>Ann</p><div><p>{text}</p><p>{text}</p></div></body></html>"
    return read(fetched(page, URL), source(rule))


@pytest.mark.parametrize("rule", ["", '[[templates]]\nname = "all"\nwhen = "xpath:/*"\nauthors = ".by"'])
def test_a_recipe_without_a_rule_for_the_body_reads_it_as_on_any_page(rule: str) -> None:
    result = untold(rule)
    assert isinstance(result, Article)
    assert (result.title, result.authors) == ("Told nowhere", ("Ann",) if rule else ())
    assert LONG in result.body


def test_a_recipe_without_a_rule_for_the_body_refuses_a_list_as_on_any_page() -> None:
    links = "".join(
        f"<h2><a href='/a/{number}'>A headline of some words, number {number}</a></h2>"
        for number in range(20)
    )
    result = read(fetched(f"<html><body><h1>Latest</h1>{links}</body></html>", URL), source())
    assert isinstance(result, Refusal)
    assert result.state == "not_an_article"


# --- A rebuilt site ------------------------------------------------------------------------------


def rebuilt(head: str) -> Any:
    text = "".join(f"<p>{number}. {LONG}</p>" for number in range(8))
    page = f"<html><head>{head}</head><body><article><h1>Rebuilt</h1>{text}</article></body></html>"
    return read(fetched(page, URL), source(TEMPLATE + 'body = ".text"'))


def test_a_page_without_a_known_template_that_calls_itself_an_article_is_read_as_anybodys() -> None:
    result = rebuilt('<meta property="og:type" content="article"><meta name="author" content="Ann">')
    assert isinstance(result, Article)
    assert (result.title, result.authors, result.url) == ("Rebuilt", ("Ann",), URL)
    assert LONG in result.body


def test_a_page_without_a_known_template_that_says_nothing_of_itself_is_not() -> None:
    assert isinstance(rebuilt(""), Refusal)


def test_a_body_that_no_rule_found_is_cleaned_as_any_other() -> None:
    words = (
        "The ferry carries a library now, and the library carries the mail, which is how the island reads. "
    )
    html = f'<main><h1>Ferry</h1><p>{words * 3}</p><p class="promo">Follow the ferry.</p><p>{words * 2}</p></main>'
    read_by_all = article(html, 'title = "h1"', '[clean]\nstrip = ".promo"\n').body
    assert "Follow" not in read_by_all
    assert read_by_all.count("ferry carries") == 5

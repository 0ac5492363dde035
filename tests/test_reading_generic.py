"""Pages of sites without a recipe."""

import json
from typing import Any

import pytest

from archive import Article
from crawler.reading import read
from crawler.source import source_for
from tests.huxiu_pages import fetched

URL = "https://blog.kestrel.example.co.uk/2026/09/quiet-queues?utm_source=x&id=3#top"
PARAGRAPHS = (
    "On the night we switched off the last polling worker, the queue depth graph drew a line so flat that nobody trusted it.",
    "We handle about forty thousand labels a day, and every one of those labels waited in a table until a worker came round.",
    "The cost was not the queries. It was the vacuum that had to clean up behind them, and nobody had budgeted for the vacuum.",
    "Two things surprised us, and neither of them was in the plan that we had written down before we began the work in March.",
)
LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Quiet queues",
    "author": [{"@type": "Person", "name": "Imogen Farrow"}, {"@type": "Person", "name": "Tobias Lindqvist"}],
    "datePublished": "2026-08-11T09:30:00-07:00",
    "dateModified": "2026-08-12",
    "keywords": "databases, queues",
    "image": [{"@type": "ImageObject", "url": "/flat.png"}],
    "publisher": {"@type": "Organization", "name": "Kestrel"},
    "description": "Forty-eight questions a second.",
}


def page(head: str = "", ld: Any = None, before: str = "", title: str = "Quiet queues | Kestrel") -> str:
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld else ""
    text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    links = "".join(
        f'<li><a href="/p/{number}">Another post, number {number}</a></li>' for number in range(12)
    )
    return (
        f'<html lang="en-GB"><head><title>{title}</title>{head}{script}</head><body><nav><ul>{links}</ul></nav>'
        f"<article><h1>Quiet queues</h1>{before}<div class='content'>{text}</div></article>"
        f"<aside><h3>Related</h3><ul>{links}</ul></aside></body></html>"
    )


def article(html: str, url: str = URL) -> Article:
    result = read(fetched(html, url), source_for(url, {}))
    assert isinstance(result, Article), result.reason
    return result


def test_the_text_is_found_and_nothing_around_it() -> None:
    assert article(page()).body.split("\n\n") == list(PARAGRAPHS)


def test_the_source_is_the_registrable_domain_and_the_url_less_tracking() -> None:
    read_article = article(page())
    assert read_article.source == "example.co.uk"
    assert read_article.url == "https://blog.kestrel.example.co.uk/2026/09/quiet-queues?id=3"
    assert (read_article.zone, read_article.identifier, read_article.language) == ("UTC", None, "en-GB")


@pytest.mark.parametrize(
    "ld", [LD, [LD], {"@graph": [{"@type": "WebSite"}, LD]}, LD | {"@type": ["BlogPosting", "Thing"]}]
)
def test_json_ld_is_read_in_any_of_its_shapes(ld: Any) -> None:
    read_article = article(page(ld=ld))
    assert read_article.authors == ("Imogen Farrow", "Tobias Lindqvist")
    assert read_article.published_at is not None
    assert read_article.published_at.isoformat() == "2026-08-11T09:30:00-07:00"
    assert read_article.tags == ("databases", "queues")
    assert read_article.image == "https://blog.kestrel.example.co.uk/flat.png"
    assert (read_article.publisher, read_article.summary) == ("Kestrel", "Forty-eight questions a second.")


def test_of_several_articles_in_json_ld_the_one_of_this_page_is_meant() -> None:
    other = LD | {"headline": "Another", "mainEntityOfPage": "https://blog.kestrel.example.co.uk/other"}
    this = LD | {"mainEntityOfPage": {"@id": "https://blog.kestrel.example.co.uk/2026/09/quiet-queues?id=3"}}
    assert article(page(ld=[other, this])).title == "Quiet queues"


@pytest.mark.parametrize(
    "script",
    ["{broken", "[" * 100_000, '{"@type": "NewsArticle", "headline": {"a": 1}, "author": 7, "image": [[]], "datePublished": [], "keywords": {}}',
     '{"@type": {}, "@graph": "x"}', "null", '{"@type":"NewsArticle","articleBody":"line\none"}'],
)  # fmt: skip
def test_strange_json_ld_is_passed_over(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    assert PARAGRAPHS[0] in article(page(head=head)).body


def test_meta_elements_serve_where_json_ld_is_silent() -> None:
    head = (
        '<meta property="og:title" content="Quiet queues | Kestrel"><meta name="author" content="Imogen Farrow">'
        '<meta property="article:author" content="https://facebook.com/kestrel">'
        '<meta property="article:published_time" content="2026-08-11 09:30"><meta property="article:tag" content="queues">'
        '<meta property="article:tag" content="databases"><meta property="og:site_name" content="Kestrel">'
    )
    read_article = article(page(head=head))
    assert (read_article.title, read_article.authors) == ("Quiet queues", ("Imogen Farrow",))
    assert read_article.published_at is not None
    assert read_article.published_at.isoformat() == "2026-08-11T09:30:00+00:00"
    assert read_article.tags == ("queues", "databases")


def test_what_a_reader_sees_serves_where_the_metadata_is_silent() -> None:
    before = '<p class="byline">By <a rel="author" href="/i">Imogen Farrow</a> on <time datetime="2026-08-11T09:30-07:00">Tuesday</time></p>'
    read_article = article(page(before=before))
    assert read_article.authors == ("Imogen Farrow",)
    assert read_article.title == "Quiet queues"
    assert read_article.published_at is not None
    assert read_article.published_at.isoformat() == "2026-08-11T09:30:00-07:00"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://blog.kestrel.example.co.uk/quiet/", "https://blog.kestrel.example.co.uk/quiet/"),
        ("/quiet?utm_medium=y", "https://blog.kestrel.example.co.uk/quiet"),
        ("https://www.example.co.uk/quiet", "https://www.example.co.uk/quiet"),
        ("https://other.example.org/quiet", "https://blog.kestrel.example.co.uk/2026/09/quiet-queues?id=3"),
        (
            "https://blog.kestrel.example.co.uk/",
            "https://blog.kestrel.example.co.uk/2026/09/quiet-queues?id=3",
        ),
        ("javascript:void(0)", "https://blog.kestrel.example.co.uk/2026/09/quiet-queues?id=3"),
        ("http://[", "https://blog.kestrel.example.co.uk/2026/09/quiet-queues?id=3"),
    ],
)
def test_the_pages_own_address_is_believed_within_its_domain(link: str, expected: str) -> None:
    assert article(page(head=f'<link rel="canonical" href="{link}">')).url == expected


def test_code_keeps_its_language_and_stays_code() -> None:
    code = '<pre><code class="language-sql">LISTEN ready;\nNOTIFY ready;</code></pre><p>Call <code>wait()</code> and it waits for as long as it is told to.</p>'
    body = article(page().replace("</p></div></article>", f"</p>{code}</div></article>")).body
    assert "```sql\nLISTEN ready;\nNOTIFY ready;\n```" in body
    assert "Call `wait()` and" in body


def test_a_headline_repeated_in_the_text_is_left_out() -> None:
    html = page().replace("<div class='content'>", "<div class='content'><h2>Quiet queues</h2>")
    assert article(html).body.startswith(PARAGRAPHS[0])


@pytest.mark.parametrize(
    "script",
    [
        '<script id="__NEXT_DATA__" type="application/json">{"props": {"post": {"title": "Quiet queues", "html": TEXT}}}</script>',
        '<script id="__NUXT_DATA__" type="application/json">[{"post": 1}, {"body": 2}, TEXT]</script>',
        "<script>window.__INITIAL_STATE__ = {post: {content: TEXT, more: undefined}};</script>",
    ],
)
def test_a_text_that_only_a_script_holds_is_read(script: str) -> None:
    text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    held = script.replace("TEXT", json.dumps(text).replace("<", "\\u003c"))
    html = f"<html><head><title>Quiet queues</title></head><body><div id='app'><h1>Quiet queues</h1></div>{held}</body></html>"
    assert article(html).body.split("\n\n") == list(PARAGRAPHS)


def test_a_script_adds_nothing_to_a_text_that_the_page_shows() -> None:
    other = json.dumps("<p>Another article.</p>" * 200)
    held = page().replace("</body>", f"<script>window.next = {{html: {other}}}</script></body>")
    assert article(held).body.split("\n\n") == list(PARAGRAPHS)


def swallowed(around: str) -> str:
    """A page all of which stands in a noscript element, which is closed inside another one."""
    text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    return (
        f"<html><head><title>Quiet queues</title></head><body><noscript><div class=warn></noscript>{around}"
        f"<h1>Quiet queues</h1><div class=content>{text}</div><noscript></div></noscript></body></html>"
    )


def test_a_text_that_an_unclosed_noscript_swallows_is_read() -> None:
    assert article(swallowed("<ul><li><a href=/1>One</a></li></ul>")).body.split("\n\n") == list(PARAGRAPHS)


def test_a_notice_for_readers_without_scripts_is_no_text() -> None:
    notice = "<noscript><p>Please switch scripts on.</p><p>Nothing is shown without them, we are afraid.</p></noscript>"
    assert article(page(before=notice)).body.split("\n\n") == list(PARAGRAPHS)

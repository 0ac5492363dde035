from pathlib import Path

import pytest

from crawler.source import Identity, RecipeError, Source, load_sources, parse_source, source_for

RECIPE = """
name = "paper"
title = "The Paper"
home = "https://paper.example/"
hosts = ["paper.example", "www.paper.example"]
zone = "Europe/Berlin"
poll = { default = "20m", min = 60, max = "2h" }

[article]
patterns = '/a/(?P<id>[0-9]+)(?:-(?P<page>[0-9]+))?(?:\\?sid=(?P<sid>[0-9]+))?'
canonical = "https://paper.example/a/{id}"
keep = "sid"
exclude = '/a/0'
"""


def recipe(**changes: str) -> str:
    text = RECIPE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def huxiu() -> Source:
    return load_sources()["huxiu"]


# --- huxiu's addresses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://www.huxiu.com/article/33546",
        "https://www.huxiu.com/article/33546/",
        "https://www.huxiu.com/article/33546.html",
        "http://www.huxiu.com/article/33546/1.html",
        "https://huxiu.com/article/33546.html",
        "https://m.huxiu.com/article/33546.html?type=text",
        "http://android.m.huxiu.com/article/33546/1",
        "https://www.huxiu.com/article/33546.html?f=rss",
        "https://www.huxiu.com/article/33546.html?utm_source=x&utm_medium=y#comments",
        "HTTPS://WWW.HUXIU.COM:443/article/33546.html",
        "  https://www.huxiu.com/article/33546.html ",
        "https://www.huxiu.com/article/33546/0.html",
    ],
)
def test_every_spelling_of_a_huxiu_article_is_one(huxiu: Source, url: str) -> None:
    assert huxiu.identify(url) == Identity("https://www.huxiu.com/article/33546", "33546", 1)


@pytest.mark.parametrize(
    "url", ["http://www.huxiu.com/article/33546/3.html", "http://android.m.huxiu.com/article/33546/3"]
)
def test_a_later_page_is_a_page_of_its_article(huxiu: Source, url: str) -> None:
    assert huxiu.identify(url) == Identity("https://www.huxiu.com/article/33546", "33546", 3)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.huxiu.com/",
        "https://www.huxiu.com/article/",
        "https://www.huxiu.com/article/abc.html",
        "https://www.huxiu.com/article/33546/comments",
        "https://www.huxiu.com/article/３３５４６",
        "https://www.huxiu.com/brief/33546.html",
        "https://www.huxiu.com/moment/33546.html",
        "https://www.huxiu.com/member/33546.html",
        "https://rss.huxiu.com/article/33546",
        "https://www.huxiu.com.example.org/article/33546",
        "https://user@evil.example/www.huxiu.com/article/33546",
        "ftp://www.huxiu.com/article/33546",
        "javascript:alert(1)",
        "http://[::1",
        "http://www.huxiu.com:port/article/1",
        "https://www.huxiu.com/article/1?" + "x" * 3000,
        "",
    ],
)
def test_what_is_no_huxiu_article_has_no_identity(huxiu: Source, url: str) -> None:
    assert huxiu.identify(url) is None


def test_the_shipped_recipe_finds_articles_by_feed_first_then_by_list(huxiu: Source) -> None:
    feed, listing, api = huxiu.discovery
    assert (feed.kind, feed.url, feed.full) == ("feed", "https://rss.huxiu.com/", True)
    assert feed.skip == {"type": ("video_article",)}
    assert (listing.kind, listing.url) == ("listing", "https://www.huxiu.com/article/")
    assert (api.kind, api.method, api.form["platform"]) == ("api", "POST", "www")


def test_the_shipped_recipe_says_who_the_site_is(huxiu: Source) -> None:
    assert (huxiu.name, huxiu.title, huxiu.language, huxiu.zone) == (
        "huxiu",
        "虎嗅",
        "zh-CN",
        "Asia/Shanghai",
    )
    assert huxiu.poll.min <= huxiu.poll.default <= huxiu.poll.max


# --- Addresses of recipes in general -------------------------------------------------------------


def test_a_kept_query_key_is_part_of_the_identity() -> None:
    source = parse_source(recipe(**{"a/{id}": "a/{id}?sid={sid}", "))?'\n": "))'\n"}), "paper.toml")
    assert source.identify("https://paper.example/a/7?x=1&sid=12") == Identity(
        "https://paper.example/a/7?sid=12", "7"
    )
    assert source.identify("https://paper.example/a/7") is None


def test_an_id_in_parts_is_put_together_and_an_address_is_padded() -> None:
    parts = {
        "/a/(?P<id>[0-9]+)(?:-": "/a/(?P<m>[0-9]*?)(?P<k>[0-9]{1,3})(?:-",
        '"https://paper.example/a/{id}"': '"https://paper.example/a/{m:0>1}/{k:0>3}"\nid = "{m}{k}"',
    }
    source = parse_source(recipe(**parts), "paper.toml")
    assert source.identify("https://paper.example/a/12345") == Identity(
        "https://paper.example/a/12/345", "12345"
    )
    assert source.identify("https://paper.example/a/007") == Identity("https://paper.example/a/0/007", "7")


def test_an_excluded_path_is_no_article() -> None:
    assert parse_source(RECIPE, "paper.toml").identify("https://paper.example/a/0") is None


def test_durations_are_seconds_or_words() -> None:
    poll = parse_source(RECIPE, "paper.toml").poll
    assert (poll.min, poll.default, poll.max) == (60.0, 1200.0, 7200.0)


# --- Without a recipe ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://blog.example.co.uk/x", "example.co.uk"),
        ("https://EXAMPLE.org/x", "example.org"),
        ("http://192.0.2.7:8080/x", "192.0.2.7"),
        ("http://[2001:db8::1]/x", "2001-db8--1"),
        ("http://localhost/x", "localhost"),
    ],
)
def test_a_source_without_recipe_is_named_after_its_domain(url: str, name: str) -> None:
    source = source_for(url, {})
    assert (source.name, source.has_recipe, source.zone) == (name, False, "UTC")


def test_without_a_recipe_any_page_may_be_an_article_less_tracking_and_fragment() -> None:
    url = "https://example.org:443/a?utm_source=rss&id=7&fbclid=x&spm=1#top"
    assert source_for(url, {}).identify(url) == Identity("https://example.org/a?id=7", None)


def test_a_recipes_host_is_its_own_even_where_the_page_is_no_article(huxiu: Source) -> None:
    assert source_for("https://www.huxiu.com/member/1.html", {"huxiu": huxiu}) is huxiu


def test_of_two_recipes_on_one_host_the_one_that_knows_the_article_serves_it() -> None:
    one = parse_source(RECIPE, "one.toml")
    two = parse_source(recipe(**{'"paper"': '"briefs"', "'/a/(": "'/b/("}), "two.toml")
    sources = {"briefs": two, "paper": one}
    assert source_for("https://paper.example/a/1", sources) is one
    assert source_for("https://paper.example/b/1", sources) is two


@pytest.mark.parametrize("url", ["ftp://example.org/x", "no address", "http://", "", "http://a b/"])
def test_what_is_no_web_address_has_no_source(url: str) -> None:
    with pytest.raises(ValueError, match="no web address"):
        source_for(url, {})


def test_a_source_without_a_recipe_can_be_an_ipv6_address() -> None:
    assert source_for("http://[::1]:8080/x", {}).name == "1"


# --- Loading -------------------------------------------------------------------------------------


def test_a_recipe_of_ones_own_wins_over_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(recipe(**{'"paper"': '"huxiu"'}), "utf-8")
    (tmp_path / "paper.toml").write_text(RECIPE, "utf-8")
    (tmp_path / "notes.txt").write_text("no recipe", "utf-8")
    sources = load_sources(tmp_path)
    assert sources["huxiu"].title == "The Paper"
    assert list(sources) == sorted(sources)
    assert "paper" in sources


def test_two_recipes_of_one_name_in_a_folder_are_an_error(tmp_path: Path) -> None:
    for file in ("a.toml", "b.toml"):
        (tmp_path / file).write_text(RECIPE, "utf-8")
    with pytest.raises(RecipeError, match=r"b\.toml: name: another recipe"):
        load_sources(tmp_path)


def test_a_missing_folder_of_recipes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no such folder of recipes"):
        load_sources(tmp_path / "none")


def test_a_recipe_that_is_not_utf_8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(RECIPE.replace("The Paper", "报").encode("gb18030"))
    with pytest.raises(RecipeError, match="not UTF-8"):
        load_sources(tmp_path)


TEMPLATE = '[[templates]]\nname = "t"\nwhen = "article"\n'
STEP = '[[discovery]]\nkind = "listing"\nurl = "https://paper.example/"\n'


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("name = ", "not valid TOML", ""),
        ("name = " + "[" * 100_000, "not valid TOML", "nested too deep"),
        ("", "name", "required"),
        (RECIPE.replace('name = "paper"', 'name = "../up"'), "name", "pattern"),
        (RECIPE.replace("https://paper.example/\"\nhosts", "paper.example\"\nhosts"), "home", "no http(s) address"),
        (RECIPE.replace("Europe/Berlin", "Mars/Base"), "zone", "no time zone"),
        (RECIPE.replace('"20m"', '"soon"'), "poll.default", "no duration"),
        (RECIPE.replace('"20m"', '"20h"'), "poll", "min ≤ default ≤ max"),
        (RECIPE.replace("[article]", "[articles]"), "articles", "no such key"),
        (RECIPE[: RECIPE.index("[article]")], "article", "missing"),
        (RECIPE.replace("[0-9]+)(", "[0-9]+("), "article.patterns[0]", "no regular expression"),
        (RECIPE.replace("'/a/0'", f"'{'x' * 600}'"), "article.exclude[0]", "600 characters"),
        (RECIPE.replace("a/{id}", "a/{slug}"), "article", "no such group"),
        (RECIPE.replace("a/{id}", "a/{id:d}"), "article", "format code 'd'"),
        (RECIPE.replace('keep =', 'id = "{number}"\nkeep ='), "article", "id names {number}"),
        (RECIPE + TEMPLATE.replace("article", "div["), "templates[0].when[0]", "no selector"),
        (RECIPE + TEMPLATE.replace('"article"', '"xpath://p["'), "templates[0].when[0]", "no selector"),
        (RECIPE + TEMPLATE.replace('"article"', '"xpath:foo(//p)"'), "templates[0].when[0]", "no selector"),
        (RECIPE + TEMPLATE + 'title = "json:a..b"', "templates[0].title[0]", "no JMESPath"),
        (RECIPE + TEMPLATE + 'title = "meta:"', "templates[0].title[0]", "without a name"),
        (RECIPE + TEMPLATE + 'title = { select = "h1", match = "(" }', "templates[0].title[0].match", "no regular expression"),
        (RECIPE + TEMPLATE + 'titel = "h1"', "templates[0].titel", "no such key"),
        (RECIPE + TEMPLATE + 'strip = ["p:nope"]', "templates[0].strip[0]", "no selector"),
        (RECIPE + STEP, "discovery[0]", "needs `items` and `link`"),
        (RECIPE + STEP + 'items = "li"\nlink = "a["', "discovery[0]", "no selector"),
        (RECIPE + STEP.replace("listing", "api") + 'items = "a..b"\nlink = "url"', "discovery[0]", "no JMESPath"),
        (RECIPE + STEP.replace("listing", "carrier pigeon"), "discovery[0].kind", "'feed'"),
        (RECIPE + '[[checks]]\nstate = "gone"\nreason = "r"', "checks[0]", "needs `when`"),
        (RECIPE + '[[states]]\nscript = "script"\nat = "a..b"', "states[0]", "no JMESPath"),
        (RECIPE + '[clean]\nretag = { "p" = "script" }', "clean.retag.p", "'h2'"),
    ],
)  # fmt: skip
def test_a_wrong_recipe_is_named_on_one_line_by_file_key_and_reason(text: str, key: str, reason: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_source(text, "sources/paper.toml")
    message = str(caught.value)
    assert message.startswith(f"sources/paper.toml: {key}")
    assert reason in message
    assert "\n" not in message


def test_an_api_step_takes_form_fields_headers_and_paths() -> None:
    step = parse_source(
        RECIPE
        + '[[discovery]]\nkind = "api"\nurl = "https://api.paper.example/list"\nmethod = "POST"\n'
        + 'form = { platform = "www" }\nheaders = { Referer = "https://paper.example/" }\n'
        + 'items = "data.datalist"\nlink = "url"\nok = "success"\nmessage = "error.message"\n',
        "paper.toml",
    ).discovery[0]
    assert (step.method, step.form, step.items, step.ok) == (
        "POST",
        {"platform": "www"},
        "data.datalist",
        "success",
    )


def test_a_canonical_address_may_keep_the_host_that_the_article_lies_on() -> None:
    text = recipe(**{'canonical = "https://paper.example/a/{id}"': 'canonical = "https://{host}/a/{id}"'})
    identity = parse_source(text, "paper.toml").identify("http://www.paper.example/a/7")
    assert identity == Identity("https://www.paper.example/a/7", "7")

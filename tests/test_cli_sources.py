"""The verbs below `sources`: bundles, switches, and a recipe of one's own laid over a shipped one."""

from pathlib import Path

import pytest

from cli.errors import BadInput
from cli.opening import sources_named
from crawler.source import laid_over, load_sources
from tests.terminal import Terminal

HARBOUR = r"""
name = "harbour"
home = "https://harbour.example/"
hosts = ["harbour.example"]
[article]
patterns = '/news/(?P<id>\d+)'
canonical = "https://harbour.example/news/{id}"
[[discovery]]
kind = "feed"
url = "https://harbour.example/feed"
"""
TEXT = "<p>The harbour was quiet in the morning, and nobody knew why the boats had stayed.</p>" * 8
PAGE = (
    "<html lang='en'><head><title>Boats stay</title><meta property='article:published_time' content='2026-11-20T10:00:00Z'>"
    f"</head><body><article><h1>Boats stay</h1>{TEXT}<aside class='promo'><p>Sign up for our weekly letter, and read it.</p></aside>"
    f"{TEXT}</article></body></html>"
)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (tmp_path / "broadsheet.toml").write_text('recipes = "sources"\n')
    return folder


def test_a_bundle_stands_for_its_sources() -> None:
    sources = load_sources()
    names = [source.name for source in sources_named(["zh-tech", "heise", "huxiu"], sources)]
    assert {"huxiu", "ithome", "sspai", "36kr"} <= set(names)
    assert names[-1] == "heise"
    assert len(names) == len(set(names))
    assert all(sources[name].enabled for name in names)


@pytest.mark.parametrize("bundle", ["zh-tech", "en-tech", "de-tech", "ja-tech"])
def test_there_is_a_bundle_for_each_language(bundle: str) -> None:
    assert sources_named([bundle], load_sources())


def test_a_name_that_is_none_is_told(broadsheet: Terminal) -> None:
    with pytest.raises(BadInput, match="unknown source zh-sport"):
        sources_named(["zh-sport"], load_sources())
    assert "unknown source huxi; did you mean huxiu?" in broadsheet("sources", "show", "huxi").complaint


def test_why_a_source_is_switched_off_is_shown(broadsheet: Terminal) -> None:
    assert "latepost: Its certificate" in broadsheet("sources").text
    assert "switched off: Its certificate" in broadsheet("sources", "show", "latepost").text


def test_what_a_person_says_wins_key_by_key(broadsheet: Terminal, mine: Path) -> None:
    (mine / "huxiu.toml").write_text('name = "huxiu"\ntitle = "Mine"\n[poll]\nmin = "10m"\n')
    ours, theirs = load_sources()["huxiu"], load_sources(mine)["huxiu"]
    assert (theirs.title, theirs.poll.min, theirs.poll.max) == ("Mine", 600.0, ours.poll.max)
    assert theirs.templates == ours.templates
    ran = broadsheet("sources", "diff", "huxiu", "--json")
    assert ran.status == 1
    assert {row["key"]: row["yours"] for row in ran.rows} == {"title": "'Mine'", "poll.min": "'10m'"}
    assert "title = 'Mine'" in broadsheet("sources", "show", "huxiu").text


def test_without_a_recipe_of_ones_own_nothing_differs(broadsheet: Terminal, mine: Path) -> None:
    ran = broadsheet("sources", "diff", "huxiu")
    assert (ran.status, ran.out) == (0, b"")


def test_lists_take_each_other_s_place() -> None:
    shipped = {"hosts": ["a"], "article": {"patterns": "x", "canonical": "y"}, "title": "t"}
    own = {"hosts": ["b"], "article": {"patterns": "z"}}
    assert laid_over(shipped, own) == {
        "hosts": ["b"],
        "article": {"patterns": "z", "canonical": "y"},
        "title": "t",
    }


def test_a_source_is_switched_off_and_on_again(broadsheet: Terminal, mine: Path) -> None:
    assert broadsheet("sources", "disable", "huxiu").status == 0
    assert not load_sources(mine)["huxiu"].enabled
    assert "huxiu" not in [source.name for source in sources_named(["zh-tech"], load_sources(mine))]
    assert "already" in broadsheet("sources", "disable", "huxiu").text
    assert broadsheet("sources", "enable", "huxiu").status == 0
    assert load_sources(mine)["huxiu"].enabled
    assert (mine / "huxiu.toml").read_text() == 'name = "huxiu"\nenabled = true\n'


def test_switching_keeps_what_a_person_wrote(broadsheet: Terminal, mine: Path) -> None:
    text = '# my own\nname = "huxiu"\ntitle = "Mine"\n[poll]\nmin = "10m"\n'
    (mine / "huxiu.toml").write_text(text)
    broadsheet("sources", "disable", "huxiu")
    assert (mine / "huxiu.toml").read_text() == text.replace("[poll]", "enabled = false\n[poll]")


def test_without_settings_a_switch_is_kept_in_a_folder_that_every_verb_reads(
    broadsheet: Terminal, tmp_path: Path
) -> None:
    assert broadsheet("sources", "disable", "huxiu").status == 0
    assert (tmp_path / "sources" / "huxiu.toml").read_text() == 'name = "huxiu"\nenabled = false\n'
    assert "switched off already" in broadsheet("sources", "disable", "huxiu").text


def test_where_a_switch_can_t_be_kept_is_told(broadsheet: Terminal, tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("no folder")
    assert "sources/huxiu.toml: " in broadsheet("sources", "disable", "huxiu").complaint


def test_the_daemon_leaves_out_what_is_switched_off(broadsheet: Terminal, mine: Path) -> None:
    (mine.parent / "broadsheet.toml").write_text('recipes = "sources"\nsources = ["latepost"]\n')
    assert "latepost is switched off" in broadsheet("daemon").complaint


def test_saved_pages_are_read_again(broadsheet: Terminal) -> None:
    ran = broadsheet("sources", "test", "sspai", "--json")
    assert ran.status == 0
    assert ran.rows
    assert all(row["differs"] is None for row in ran.rows)


def test_what_reads_otherwise_is_told(broadsheet: Terminal, mine: Path) -> None:
    (mine / "sspai.toml").write_text('name = "sspai"\ntitle_tails = "的"\n[clean]\nstrip = "p"\n')
    ran = broadsheet("sources", "test", "sspai")
    assert ran.status == 1
    assert "as expected" not in ran.text.splitlines()[2]


def test_what_reads_otherwise_on_purpose_is_accepted(broadsheet: Terminal, mine: Path) -> None:
    (mine / "harbour.toml").write_text(HARBOUR)
    page = mine.parent / "page.html"
    page.write_text(PAGE)
    assert broadsheet("fixture", str(page), "--url", "https://harbour.example/news/7").status == 0
    assert broadsheet("sources", "test", "harbour").status == 0
    (mine / "harbour.toml").write_text(HARBOUR + '[clean]\nstrip = ".promo"\n')
    assert broadsheet("sources", "test", "harbour").status == 1
    ran = broadsheet("sources", "test", "harbour", "--accept")
    assert (ran.status, "accepted: " in ran.text) == (0, True)
    assert broadsheet("sources", "test", "harbour", "--json").rows[0]["differs"] is None

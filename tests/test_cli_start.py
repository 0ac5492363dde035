"""init and sources: where a person begins."""

import tomllib
from pathlib import Path

import pytest

from crawler.config import Settings, load_settings
from crawler.source import load_sources
from tests.terminal import Terminal


def test_init_writes_settings_that_are_read_back(broadsheet: Terminal, tmp_path: Path) -> None:
    ran = broadsheet("init", "--contact", "me@example.org", "--archive", "我的 archive", "--source", "huxiu")
    assert ran.status == 0
    assert str(tmp_path / "broadsheet.toml") in ran.text
    assert load_settings(None, {}, tmp_path) == Settings(
        archive=tmp_path / "我的 archive", contact="me@example.org", sources=("huxiu",)
    )


def test_init_explains_every_setting(broadsheet: Terminal, tmp_path: Path) -> None:
    broadsheet("init")
    text = (tmp_path / "broadsheet.toml").read_text(encoding="utf-8")
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line or "# [" in line else "" for line in text.splitlines()
    )
    assert set(tomllib.loads(uncommented)) == set(Settings.__slots__)


def test_init_leaves_what_is_there_alone(broadsheet: Terminal, tmp_path: Path) -> None:
    (tmp_path / "broadsheet.toml").write_text("# mine\n")
    assert "is there already" in broadsheet("init").complaint
    assert (tmp_path / "broadsheet.toml").read_text() == "# mine\n"


@pytest.mark.parametrize("contact", ["me\nX-Header: 1", "mé@example.org"])
def test_init_refuses_a_contact_that_no_header_can_hold(
    broadsheet: Terminal, tmp_path: Path, contact: str
) -> None:
    assert "contact: " in broadsheet("init", "--contact", contact).complaint
    assert list(tmp_path.iterdir()) == []


def test_init_writes_where_config_says(broadsheet: Terminal, tmp_path: Path) -> None:
    broadsheet("init", "--config", "other.toml")
    assert (tmp_path / "other.toml").exists()


def test_sources_lists_what_there_is_a_recipe_for(broadsheet: Terminal) -> None:
    rows = {row["name"]: row for row in broadsheet("sources", "--json").rows}
    assert rows.keys() == load_sources().keys()
    assert rows["huxiu"] == {
        "name": "huxiu",
        "title": "虎嗅",
        "home": "https://www.huxiu.com/",
        "language": "zh-CN",
        "zone": "Asia/Shanghai",
        "found_by": "feed, listing, api",
        "sure": "A",
        "confirmed": "2026-10",
        "enabled": True,
        "disabled_because": None,
        "bundles": ["zh-tech"],
    }


def test_sources_shows_a_table(broadsheet: Terminal) -> None:
    assert "虎嗅" in broadsheet("sources").text


def test_a_person_s_own_recipes_are_listed_too(broadsheet: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "example.toml").write_text(OWN_RECIPE)
    names = [row["name"] for row in broadsheet("sources", "--json", BROADSHEET_SOURCES="mine").rows]
    assert {"example", "huxiu"} <= set(names)
    assert names == sorted(names)


def test_a_recipe_can_be_checked_alone(broadsheet: Terminal, tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(OWN_RECIPE)
    ran = broadsheet("sources", "--check", "example.toml")
    assert (ran.status, ran.text) == (0, "example.toml: a sound recipe for example (https://example.org/)\n")


OWN_RECIPE = """
name = "example"
home = "https://example.org/"
hosts = ["example.org"]

[article]
patterns = ['/(?P<id>\\d+)']
canonical = "https://example.org/{id}"
"""

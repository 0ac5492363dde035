"""Settings and recipes are read again while the daemon runs."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from cli.serving import _reading
from crawler.config import ConfigError, Settings
from crawler.source import Source
from scheduler import reload
from scheduler.daemon import Start
from scheduler.reload import Changes, Reading, kept
from tests.serving import Served, serving
from tests.site import RECIPE, Site, settings
from tests.test_orders import TOML

ONE, TWO = 'sources = ["tech"]', 'sources = ["tech", "other"]'


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(reload, "EVERY_SECONDS", 0.2)
    with Site() as played:
        monkeypatch.setenv("http_proxy", played.address)
        played.publish(1)
        yield played


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    recipe(tmp_path, "tech")
    recipe(tmp_path, "other")
    (tmp_path / "broadsheet.toml").write_text(TOML)
    return tmp_path


def recipe(folder: Path, name: str, change: Callable[[str], str] = str) -> None:
    text = change(RECIPE.replace('"tech"', f'"{name}"'))
    (folder / "recipes" / f"{name}.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def served(site: Site, folder: Path) -> Iterator[Served]:
    reading = _reading(None)
    config, sources = reading.load()
    with serving(config, sources, Start(reading=reading)) as served:
        served.waits_for("tech: 1 new")
        yield served


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "broadsheet.toml"
    file.write_text(file.read_text().replace(old, new))


def test_sources_begin_and_end_as_the_settings_change(served: Served, folder: Path) -> None:
    change(folder, ONE, TWO)
    served.waits_for("settings and recipes were read again: crawled from now on: other")
    served.waits_for("other: ")
    change(folder, TWO, 'sources = ["other"]')
    served.waits_for("settings and recipes were read again: no longer: tech")


def test_a_recipe_that_is_not_sound_changes_nothing_and_is_named_once(served: Served, folder: Path) -> None:
    recipe(folder, "tech", lambda text: text.replace('home = "http', 'hme = "http'))
    line = served.waits_for("settings and recipes stay as they were: ")
    assert "tech.toml" in line
    assert "home: Field required" in line
    assert "\n" not in line
    recipe(folder, "tech", lambda text: text.replace('title = "Tech"', 'title = "Technology"'))
    served.waits_for("settings and recipes were read again: changed: tech")
    assert served.said.count(line) == 1


def test_settings_that_are_not_sound_change_nothing(served: Served, folder: Path) -> None:
    change(folder, 'interval = "1h"', 'interval = "often"')
    line = served.waits_for("stay as they were")
    assert "broadsheet.toml: interval: 'often' is no duration" in line


def test_without_sources_it_goes_on_as_before(served: Served, folder: Path) -> None:
    change(folder, ONE, "sources = []")
    assert "no sources to crawl" in served.waits_for("stay as they were")


def test_what_only_a_restart_changes_is_said(served: Served, folder: Path) -> None:
    change(folder, 'archive = "archive"', 'archive = "elsewhere"')
    line = served.waits_for("were read again")
    assert line.endswith("the same sources as before; archive: takes effect with the next start")
    assert not (folder / "elsewhere").exists()


def test_a_change_counts_once_it_has_stayed_the_same_for_two_looks(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text("1")
    changes = Changes(lambda: [file, tmp_path / "none.toml"])
    assert [changes.look(), changes.look()] == [False, False]
    file.write_text("12")
    assert changes.look() is False
    file.write_text("123")
    assert [changes.look(), changes.look(), changes.look()] == [False, True, False]
    os.utime(file, ns=(1, 1))
    assert [changes.look(), changes.look(), changes.look()] == [False, True, False]
    file.unlink()
    assert [changes.look(), changes.look(), changes.look()] == [False, True, False]


def test_what_stays_until_a_restart(tmp_path: Path) -> None:
    old = settings(tmp_path, delay=1.0)
    new, names = kept(settings(tmp_path, delay=2.0, database_url="postgresql:///x"), old)
    assert (new.delay, new.database_url, names) == (2.0, None, ["database_url"])


def test_a_loader_that_fails_is_no_end(site: Site, tmp_path: Path) -> None:
    def load() -> tuple[Settings, Mapping[str, Source]]:
        raise ConfigError("broadsheet.toml: gone")

    file = tmp_path / "x.toml"
    config = settings(tmp_path, sources=("tech",), interval=3600.0)
    with serving(config, start=Start(reading=Reading(load, lambda: [file]))) as served:
        served.waits_for("tech: 1 new")
        file.write_text("1")
        served.waits_for("settings and recipes stay as they were: broadsheet.toml: gone")

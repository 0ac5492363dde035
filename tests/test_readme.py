"""The papers speak of what there is: every verb, option, setting, source and file they name exists."""

import re
import tomllib
from pathlib import Path

import pytest

from cli.starting import TEMPLATE
from crawler.config import Settings, load_settings
from crawler.source import load_sources, parse_source
from tests.terminal import ROOT, Terminal
from tests.test_cli import VERBS

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "adding-a-site.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAPERS = (
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "bench/README.md",
    "docs/running.md",
    "docs/webhook.md",
)


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(text: str = README) -> list[str]:
    """Every `broadsheet …` that the README (or another paper) tells to type."""
    lines = [line for block in blocks("sh", text) for line in block.splitlines()] + re.findall(
        r"`([^`\n]+)`", text
    )
    typed = [line.partition("#")[0].strip() for line in lines]
    return [line for line in typed if re.match(r"broadsheet [a-z]", line)]


def settings_table() -> dict[str, str]:
    """Setting → variable, as the README's table has them."""
    return dict(re.findall(r"^\| `(\w+)` \| `?(\w*)`? *\|", README, re.MULTILINE))


def test_it_begins_with_the_two_commands() -> None:
    first = blocks("sh")[0].splitlines()
    assert [line.partition("#")[0].strip() for line in first] == ["make demo", "make test"]
    assert (
        README.index("make demo") < README.index("broadsheet crawl huxiu") < README.index("broadsheet daemon")
    )


def test_every_verb_is_told_of() -> None:
    assert {line.split()[1] for line in commands()} | {"demo"} == set(VERBS)


@pytest.mark.parametrize("command", sorted({*commands(), *commands(GUIDE), *commands(CONTRIBUTING)}))
def test_every_option_that_is_told_of_exists(broadsheet: Terminal, command: str) -> None:
    _, *words = command.split()
    # `sources` has verbs of its own below it.
    below = words[0] == "sources" and len(words) > 1 and not words[1].startswith("-")
    text = broadsheet(*words[: 1 + below], "--help").text
    assert [one for one in words if one.startswith("-") and one not in text] == []


def test_every_setting_is_told_of() -> None:
    assert settings_table().keys() == set(Settings.__slots__)
    assert all(name in TEMPLATE for name in Settings.__slots__)


def test_every_variable_sets_what_the_table_says(tmp_path: Path) -> None:
    values = {
        "sources": "huxiu",
        "interval": "3h",
        "tell": "ntfy://x",
        "webhook": "https://example.org/",
        "log": "json",
    }
    values |= {"webhook_secret": "sixteen letters or more", "metrics": "127.0.0.1:9464"}
    before = load_settings(None, {}, tmp_path)
    for setting, variable in settings_table().items():
        if variable:
            after = load_settings(None, {variable: values.get(setting, "elsewhere")}, tmp_path)
            changed = {name for name in Settings.__slots__ if getattr(before, name) != getattr(after, name)}
            assert changed == {setting}
    assert set(re.findall(r"BROADSHEET_\w+", README)) == set(settings_table().values()) - {""}


def test_every_source_is_told_of() -> None:
    assert [name for name in load_sources() if f"`{name}`" not in README] == []


def test_the_recipe_that_is_shown_is_sound() -> None:
    source = parse_source(blocks("toml")[0], "README.md")
    identity = source.identify("https://news.example.org/1234-some-title")
    assert identity is not None
    assert identity.url == "https://news.example.org/1234"


def test_the_recipe_of_the_guide_is_sound_and_so_is_what_it_changes() -> None:
    changed, settings, whole = (tomllib.loads(block) for block in blocks("toml", GUIDE))
    source = parse_source(blocks("toml", GUIDE)[-1], "adding-a-site.md")
    assert source.identify("https://www.harbour-times.example/features/20480-the-harbour-opens") is not None
    assert (whole["zone"], whole["templates"][0]["strip"]) == (changed["zone"], changed["clean"]["strip"])
    assert settings == {"sources": [source.name]}


def test_every_make_target_that_is_told_of_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(blocks("sh")))) <= targets
    assert set(re.findall(r"`make ([a-z]+)`", README)) <= targets


@pytest.mark.parametrize("paper", PAPERS)
def test_every_file_that_is_linked_exists(paper: str) -> None:
    folder = (ROOT / paper).parent
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / paper).read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (folder / link).exists()] == []


def test_every_module_that_the_architecture_names_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = re.search(r"## The rooms\n\n```\n(.*?)```", text, re.DOTALL)
    assert rooms is not None
    missing, room = [], ""
    for line in rooms[1].splitlines():
        head = re.split(r"\s{2,}", line.strip())[0]
        if not line.startswith(" "):
            room = head.split()[0]
        else:
            missing += [name for name in head.split(", ") if not (ROOT / room / name).exists()]
    assert missing == []


def test_the_versions_agree() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

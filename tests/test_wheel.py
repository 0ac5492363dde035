"""What is shipped: exactly the files that are meant to be, and they run without the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.terminal import ROOT

ROOMS = ("archive", "cli", "crawler", "scheduler")


def run(*command: str | Path, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environ},
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds nothing but what the wheel brings."""
    target = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", "--target", target)
    done = run(sys.executable, "-m", "pip", "install", *options, wheel)
    assert done.returncode == 0, done.stderr
    return target


def broadsheet(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run(installed / "bin" / "broadsheet", *arguments, cwd=cwd, PYTHONPATH=str(installed))


def test_the_wheel_holds_what_is_meant_to_be_shipped_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    code = {path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    recipes = {f"crawler/sources/{path.name}" for path in (ROOT / "crawler" / "sources").glob("*.toml")}
    assert held == code | recipes | demo_pages() | {
        "crawler/reading/text/model.npz",
        "archive/near/simplified.txt",
    }


def demo_pages() -> set[str]:
    replies = json.loads((ROOT / "fixtures" / "huxiu" / "demo.json").read_text(encoding="utf-8"))
    pages = {Path(reply["case"], reply["file"]).as_posix() for reply in replies.values()}
    return {f"cli/demo_pages/{page}" for page in pages | {"demo.json"}}


def test_every_file_of_the_rooms_is_shipped_or_python_s_own() -> None:
    kinds = {path.suffix for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()}
    assert kinds <= {".py", ".toml", ".npz", ".txt", ".pyc"}


# One process: to import all of it takes a second.
_SESSION = """
import json, sys
import archive, cli.main, crawler, scheduler.daemon, cli, scheduler
from cli.demo import bundled_pages, led_to
from cli.player import Player
print(json.dumps([module.__file__ for module in (archive, cli, crawler, scheduler)]))
for arguments in (["sources", "--json"], ["crawl", "https://www.huxiu.com/article/34127.html"]):
    sys.argv = ["broadsheet", *arguments]
    with Player(bundled_pages()) as player, led_to(player):
        try:
            cli.main.main()
        except SystemExit as end:
            print(json.dumps({"ended": end.code or 0}))
"""


@pytest.fixture(scope="module")
def session(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """What `sources` and `crawl` leave in a folder of somebody, and the lines they say."""
    folder = tmp_path_factory.mktemp("any")
    done = run(sys.executable, "-c", _SESSION, cwd=folder, PYTHONPATH=str(installed))
    assert (done.returncode, done.stderr) == (0, "")
    return folder, done.stdout.splitlines()


def test_it_runs_without_the_checkout(installed: Path, session: tuple[Path, list[str]]) -> None:
    _, said = session
    assert json.loads(said[0]) == [str(installed / room / "__init__.py") for room in ROOMS]


def test_sources_are_listed_from_any_folder(session: tuple[Path, list[str]]) -> None:
    _, said = session
    end = said.index('{"ended": 0}')
    names = [json.loads(line)["name"] for line in said[1:end]]
    assert names == sorted(path.stem for path in (ROOT / "crawler" / "sources").glob("*.toml"))


def test_a_crawl_from_any_folder_archives(session: tuple[Path, list[str]]) -> None:
    folder, said = session
    assert said[-1] == '{"ended": 0}'
    assert list((folder / "archive-data" / "huxiu").rglob("*-34127.md")) != []


def test_the_demo_runs_from_any_folder(installed: Path, tmp_path: Path) -> None:
    done = broadsheet(installed, "demo", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert list((tmp_path / "demo-archive" / "huxiu").rglob("*.md")) != []

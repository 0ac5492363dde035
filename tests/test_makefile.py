"""Set-up: which Python make takes, when it sets up anew, and what the lock may hold."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAKE = shutil.which("make") or "make"
REAL = Path(getattr(sys, "_base_executable", sys.executable))
INSTALLS = "install=echo pip >> pip.log; :"

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder, with a space in its name, that holds what set-up reads."""
    folder = tmp_path / "my checkout"
    folder.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def make(folder: Path, *arguments: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MAKE, *arguments], cwd=folder, env={"PATH": path}, text=True, capture_output=True, check=False
    )


@pytest.fixture
def bare(checkout: Path) -> str:
    """For make: take the Python that is found, and put no pip into environments, which takes four seconds each."""
    script = f'test "$1 $2" = "-m venv" && set -- "$@" --without-pip; exec "{REAL}" "$@"'
    return f"find_python=python='{program(checkout / 'bare python', script)}'"


def test_a_python_that_does_not_run_is_passed_over(checkout: Path) -> None:
    found = checkout / "bin"
    program(found / "python3.14", "echo 'pyenv: python3.14: command not found' >&2; exit 127")
    program(found / "python3.13", f'exec "{REAL}" "$@"')
    assert make(checkout, "interpreter", path=str(found)).stdout.strip() == str(REAL)


def test_a_python_that_cannot_make_an_environment_is_passed_over(checkout: Path) -> None:
    found = checkout / "bin"
    program(
        found / "python3.12",
        f"exec \"{REAL}\" -c \"import sys; sys.modules['ensurepip'] = None; exec('$2')\"",
    )
    program(found / "python3", f'exec "{REAL}" "$@"')
    assert make(checkout, "interpreter", path=str(found)).stdout.strip() == str(REAL)


def test_the_python_a_person_names_comes_first(checkout: Path) -> None:
    named = program(checkout / "my python", f'echo asked >> "{checkout}/asked"; exec "{REAL}" "$@"')
    assert make(checkout, "interpreter", f"PYTHON={named}").stdout.strip() == str(REAL)
    assert (checkout / "asked").exists()


def test_no_python_is_one_line_that_says_what_to_install(checkout: Path) -> None:
    answer = make(checkout, "venv", path=str(checkout))
    assert answer.returncode != 0
    ours = [line for line in answer.stderr.splitlines() if not line.startswith("make")]
    assert ours == [line for line in ours if line.startswith("Broadsheet needs Python 3.11")]
    assert len(ours) == 1


def test_nothing_is_installed_twice_and_a_changed_lock_sets_up_anew(checkout: Path, bare: str) -> None:
    def runs() -> int:
        answer = make(checkout, "venv", bare, INSTALLS)
        assert answer.returncode == 0, answer.stderr
        return len((checkout / "pip.log").read_text().splitlines())

    assert (runs(), runs()) == (2, 2)
    left_over = checkout / ".venv" / "left-over"
    left_over.touch()
    with (checkout / "requirements.lock").open("a") as lock:
        lock.write("one-more==1.0\n")
    assert (runs(), left_over.exists()) == (4, False)


def test_an_interrupted_set_up_is_done_again(checkout: Path, bare: str) -> None:
    assert make(checkout, "venv", bare, "install=false").returncode != 0
    assert make(checkout, "venv", bare, INSTALLS).returncode == 0
    assert (checkout / "pip.log").exists()


def test_the_lock_holds_names_and_versions_only() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.+!]+( ; [^;@/\\]+)?", line)] == []


def test_the_lock_pins_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[\[<>=; ]", line)[0].lower().replace(".", "-") for line in wanted} - {"broadsheet"}
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}
    assert names - pinned == set()

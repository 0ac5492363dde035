"""What a person types, run here or in a process of its own, and what comes of it."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tests.commands  # noqa: F401
from cli.main import main
from tests.forked import run_python

ROOT = Path(__file__).parent.parent
_OF_A_TERMINAL = {"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TERM"}
BROADSHEET = ("-c", "from cli.main import main; main()")
PROGRAM = (sys.executable, *BROADSHEET)  # started anew, with all that it imports


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def complaint(self) -> str:
        """The one line a wrong input gives; fails where there is more or less than that."""
        assert (self.status, self.out) == (2, b""), self
        assert self.err.startswith("broadsheet: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("broadsheet: ").rstrip("\n")


Terminal = Callable[..., Ran]


def run_apart(
    *arguments: str,
    cwd: Path,
    environ: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60,
) -> Ran:
    """Runs a command in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_TERMINAL}
    environment |= {"PYTHONPATH": str(ROOT), **(environ or {})}
    done = run_python(*BROADSHEET, *arguments, cwd=cwd, env=environment, stdin=stdin, timeout=timeout)
    return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8"))


def terminal_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]
) -> Terminal:
    """A terminal in `folder`: call it with arguments (and variables) to run a command in this process."""
    monkeypatch.chdir(folder)

    def run(*arguments: str, **environ: str) -> Ran:
        capture.readouterr()
        with monkeypatch.context() as here:
            for name in _OF_A_TERMINAL:
                here.delenv(name, raising=False)
            here.setattr(sys, "argv", ["broadsheet", *arguments])
            for name, value in environ.items():
                here.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capture.readouterr()
        return Ran(int(ended.value.code or 0), out, err.decode("utf-8"))

    return run

"""Every test runs without the network and without the settings of whoever runs it."""

import atexit
import functools
import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import tests.compiled  # engines share what they compiled
import tests.shut.sitecustomize  # noqa: F401  it shuts the network
from tests.disk import disk
from tests.postgres import bare_database_url, database_url, postgres_server
from tests.terminal import Terminal, terminal_in

__all__ = ["bare_database_url", "database_url", "disk", "postgres_server"]

_SHUT = Path(__file__).parent / "shut"
_STRAYED_TO = Path(tempfile.mkstemp(prefix="strayed-")[1])
os.environ["STRAYED_TO"] = str(_STRAYED_TO)
atexit.register(_STRAYED_TO.unlink, missing_ok=True)

_IN_MEMORY = Path("/dev/shm")
_ROOM = 2 * 2**30


def _hold_files_in_memory() -> None:
    """The tests' folders lie in memory where there is room: what they write is flushed some ten thousand times."""
    if "PYTEST_DEBUG_TEMPROOT" in os.environ or not _IN_MEMORY.is_dir():
        return
    facts = os.statvfs(_IN_MEMORY)
    if facts.f_bavail * facts.f_frsize < _ROOM or facts.f_flag & os.ST_NOEXEC:
        return
    folder = tempfile.mkdtemp(prefix="broadsheet-tests-", dir=_IN_MEMORY)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["PYTEST_DEBUG_TEMPROOT"] = folder


_hold_files_in_memory()

# Before anything is imported that reads them, and for the processes the tests start.
for _name in list(os.environ):
    _is_ours = _name.startswith("BROADSHEET_") and not _name.startswith("BROADSHEET_REQUIRE_")
    if _is_ours or _name.lower() in {"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"}:
        del os.environ[_name]


# The same examples each time. Who looks for new ones runs the fuzz tests with --hypothesis-profile=search.
hypothesis.settings.register_profile("steady", derandomize=True, database=None)
hypothesis.settings.register_profile("search", derandomize=False, database=None, print_blob=True)
hypothesis.settings.load_profile("steady")


def pytest_xdist_auto_num_workers() -> int:
    """Two a core: half of the time tests wait, for sites that are slow on purpose and for processes."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Twelve thousand tests are in memory for good: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def broadsheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Terminal:
    """The command line, in a folder of its own."""
    return terminal_in(tmp_path, monkeypatch, capsysbinary)


@pytest.fixture(autouse=True)
def shut_network() -> Iterator[Path]:
    """Whatever tried to leave this machine, in this process or in one it started: the test fails."""
    yield _STRAYED_TO
    strayed = _STRAYED_TO.read_text(encoding="utf-8")
    _STRAYED_TO.write_text("", encoding="utf-8")
    assert not strayed, f"tests stay on this machine; asked for: {strayed}"


_popen = subprocess.Popen.__init__


@functools.wraps(_popen)
def _shut_in(self: Any, *arguments: Any, env: Mapping[str, str] | None = None, **named: Any) -> None:
    """Starts a process in which the network is shut, too, if it is one of Python's."""
    environ = dict(os.environ if env is None else env)
    paths = (str(_SHUT), environ.get("PYTHONPATH"))
    environ |= {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "STRAYED_TO": str(_STRAYED_TO)}
    _popen(self, *arguments, env=environ, **named)


subprocess.Popen.__init__ = _shut_in  # type: ignore[method-assign]

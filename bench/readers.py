"""Ours and the peers as callables of one shape, and the clock they are held to."""

import contextlib
import gc
import importlib.util
import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared"
ADAPTERS = SHARED / "bench" / "adapters"
OURS = "ours"


class AdapterError(Exception):
    """An adapter can't be run here: which, and why, on one line."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Gives title, authors, date_published and body of a page; `packages` names what is measured."""

    name: str
    extract: Callable[[bytes, str], dict[str, Any] | None]
    packages: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a page; `error` where it raised."""

    answer: dict[str, Any]
    cpu_ms: float
    error: str | None = None


def load_module(path: Path) -> ModuleType:
    """The module in a file, whatever it raises."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_reader(path: Path, name: str | None = None) -> Reader:
    """The reader of an adapter file, set up. Raises AdapterError."""
    name = name or path.stem
    if "def extract(" not in path.read_text(encoding="utf-8"):
        raise AdapterError(name, "is no module to call")  # it answers through a pipe
    try:
        module = load_module(path)
        getattr(module, "setup", lambda: None)()
        packages = getattr(module, "versions", lambda: "")()
    except Exception as error:
        raise AdapterError(name, str(error).partition("\n")[0] or type(error).__name__) from error
    return Reader(name, module.extract, packages)


def load_ours() -> Reader:
    return load_reader(HERE / "adapter.py", OURS)


def load_peers(wanted: Iterable[str] = ()) -> Iterator[Reader | AdapterError]:
    """Each adapter of ../shared whose name begins with one of `wanted`, or all; those that can't run as why."""
    starts = tuple(wanted)
    if str(ADAPTERS) not in sys.path:
        sys.path.append(str(ADAPTERS))  # they import one another
    for path in sorted(ADAPTERS.glob("[!_]*.py")):
        if not starts or path.stem.startswith(starts):
            try:
                yield load_reader(path)
            except AdapterError as why:
                yield why


def take(reader: Reader, html: bytes, url: str) -> Reading:
    """One page read: process CPU time of the call alone."""
    answer, error = None, None
    gc.collect()  # none pays for what another left lying about
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        begin = time.process_time()
        try:
            answer = reader.extract(html, url)
        except Exception as raised:  # noqa: BLE001  a stranger's code may raise anything
            error = f"{type(raised).__name__}: {raised}"[:200]
        cpu_ms = (time.process_time() - begin) * 1000
    return Reading(answer or {}, cpu_ms, error)

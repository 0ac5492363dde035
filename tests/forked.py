"""Python processes that have imported what we use before they begin: a real process each, for a fork's price.

`Python(["-c", code])` and `Python(["-m", module])` are `subprocess.Popen([sys.executable, …])` in all that a test can
see: a process of its own with its own folder, environment and streams, real signals and a real exit status. One
process a test worker, the nursery, holds the imports and forks the others; no reactor is installed in it. What reads
the environment while it is imported has to be started anew, and is.
"""

import atexit
import gc
import json
import multiprocessing
import multiprocessing.context
import multiprocessing.forkserver
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import types
import warnings
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# What is read when it is needed, not when a module is imported.
_READ_LATE = (
    "BROADSHEET_",
    "STRAYED_TO",
    "PYTHONPATH",
    "PYTHONIOENCODING",
    "PATH",
    "PYTEST_",
    "TMPDIR",
    "XDG_",
    "HOME",
    "STATE_DIRECTORY",
    "SCRAPY_",
    "SSL_CERT_FILE",
)
_OF_NO_CONCERN = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TERM")
_ROOMS = ("archive", "crawler", "scheduler", "cli")
_BORROWED = (
    "alembic.command", "alembic.autogenerate.api", "alembic.runtime.environment", "pydantic.type_adapter", "psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite", "logging.config",
    "scrapy.crawler", "scrapy.core.downloader.handlers.http11", "scrapy.spiderloader", "apscheduler.schedulers.asyncio",
    "twisted.web.client", "twisted.internet.ssl", "twisted.internet.endpoints", "rich.progress", "rich.table",
    "multiprocessing.popen_forkserver", "concurrent.futures.thread", "encodings.idna", "xml.sax.expatreader",
    "scrapy.extensions.corestats", "scrapy.extensions.logcount", "scrapy.extensions.memusage", "scrapy.extensions.memdebug",
    "scrapy.extensions.closespider", "scrapy.extensions.logstats", "scrapy.extensions.spiderstate", "scrapy.extensions.throttle",
    "scrapy.downloadermiddlewares.offsite", "scrapy.downloadermiddlewares.httpauth", "scrapy.downloadermiddlewares.downloadtimeout",
    "scrapy.downloadermiddlewares.defaultheaders", "scrapy.downloadermiddlewares.useragent", "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.redirect", "scrapy.downloadermiddlewares.cookies", "scrapy.downloadermiddlewares.httpproxy",
    "scrapy.downloadermiddlewares.stats", "scrapy.downloadermiddlewares.httpcache", "scrapy.spidermiddlewares.start",
    "scrapy.spidermiddlewares.httperror", "scrapy.spidermiddlewares.urllength", "scrapy.spidermiddlewares.depth",
    "scrapy.spidermiddlewares.referer", "scrapy.spidermiddlewares.metacopy",
    "scrapy.statscollectors", "scrapy.logformatter", "scrapy.dupefilters", "scrapy.squeues", "scrapy.pqueues", "queuelib",
    "apscheduler.executors.asyncio", "apscheduler.triggers.interval", "typer._adapters", "typer._click.decorators",
)  # fmt: skip


class Python(subprocess.Popen[Any]):
    """`python` with these arguments: `-c CODE …` or `-m MODULE …`, after `-W error` if warnings are errors."""

    _status: socket.socket

    def _execute_child(self, args: Any, *placed: Any) -> None:
        cwd, env, ends = placed[4], placed[5], placed[9:15]
        stdin, _, _, stdout, _, stderr = ends
        order = {"arguments": args, "cwd": os.fspath(cwd or os.getcwd()), "env": dict(env)}
        streams = [own if given == -1 else given for own, given in enumerate((stdin, stdout, stderr))]
        try:
            self.pid, self._status = _nursery().fork(order, streams)
        finally:
            self._close_pipe_fds(*ends)  # type: ignore[attr-defined]
        self._child_created = True

    def _internal_poll(self, *_args: Any, **_named: Any) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], 0)[0]:
            self._ended()
        return self.returncode

    def _wait(self, timeout: float | None) -> int:
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._ended()
        return self.returncode

    def _ended(self) -> None:
        with self._status as status:
            self.returncode = int(status.recv(16) or b"255")


def python(*arguments: object, **named: Any) -> "subprocess.Popen[Any]":
    """Such a process; one that is started anew where its environment holds what an import may read."""
    env = named.setdefault("env", os.environ)
    command = [str(one) for one in arguments]
    if _is_read_late(env):
        return Python(command, **named)
    return subprocess.Popen([sys.executable, *command], **named)


def run_python(
    *arguments: object, timeout: float = 60, stdin: bytes = b"", **named: Any
) -> "subprocess.CompletedProcess[Any]":
    """The same as `subprocess.run` gives it: ended, with all that it said."""
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with python(*arguments, **streams, **named) as process:
        try:
            out, err = process.communicate(stdin if not named.get("text") else None, timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _is_read_late(env: Mapping[str, str]) -> bool:
    return all(
        name.startswith(_READ_LATE) or name.lower().endswith("_proxy") or os.environ.get(name) == value
        for name, value in env.items()
    )


class _Nursery:
    """The process that forks, and the socket by which it is told what to fork."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            env = {name: value for name, value in os.environ.items() if name not in _OF_NO_CONCERN}
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"from tests.forked import tend; tend({theirs.fileno()})"],
                cwd=ROOT,
                env=env | {"PYTHONPATH": str(ROOT)},
                pass_fds=[theirs.fileno()],
            )
        self._socket = ours

    def fork(self, order: Mapping[str, Any], streams: list[int]) -> tuple[int, socket.socket]:
        """The process's id, and a socket on which its exit status comes."""
        ours, theirs = socket.socketpair()
        with theirs:
            line = json.dumps(order).encode() + b"\n"
            sent = socket.send_fds(self._socket, [line], [*streams, theirs.fileno()])
            self._socket.sendall(line[sent:])
        told = ours.recv(16)
        if not told:
            raise RuntimeError("the process that forks the others has ended; see what it said")
        return int(told), ours

    def end(self) -> None:
        self._socket.close()
        self._process.wait()


@cache
def _nursery() -> _Nursery:
    nursery = _Nursery()
    atexit.register(nursery.end)
    return nursery


def tend(descriptor: int) -> None:
    """Forks what is asked for until the socket is closed. In a forked process: does its work, and returns."""
    usual = [*warnings.filters]
    warnings.simplefilter("error")
    _share_the_readers()
    _import_everything()
    gc.collect()
    gc.freeze()  # what is shared by all is looked at by none
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; pytest decides what ends
    order = _Tending(descriptor).until_forked()
    if order is None:
        _end(0)
        return
    warnings.resetwarnings()
    warnings.filters.extend(usual)  # type: ignore[attr-defined]
    status: object = None
    try:
        _become(order)
    except SystemExit as end:
        status = end.code
    if isinstance(status, str):
        print(status, file=sys.stderr)
    _end(status if isinstance(status, int) else int(status is not None))


def _end(status: int) -> None:
    """Ends as Python does, but for taking apart what was imported: that takes half a second."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except OSError:
        raise SystemExit(status) from None  # Python has words and a status of its own for it
    os._exit(status)


class _Tending:
    def __init__(self, descriptor: int) -> None:
        self._orders = socket.socket(fileno=descriptor)
        self._woken, waking = os.pipe()
        os.set_blocking(waking, False)
        self._own = [self._woken, waking]
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        self._born: dict[int, socket.socket] = {}  # where the ends of those that run are told

    def until_forked(self) -> dict[str, Any] | None:
        """The order, in each process that was forked for one; None in the first, when there are no more."""
        while True:
            ready, _, _ = select.select([self._orders, self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._tell_who_ended()
            if self._orders in ready:
                line, descriptors, _, _ = socket.recv_fds(self._orders, 65536, 4)
                if not line:
                    self._orders.close()
                    return None
                while not line.endswith(b"\n"):
                    line += self._orders.recv(65536)
                if self._fork(descriptors):
                    return dict(json.loads(line))

    def _fork(self, descriptors: list[int]) -> bool:
        """Is this the new process?"""
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for place, descriptor in enumerate(descriptors[:3]):
                os.dup2(descriptor, place)
            for one in (self._orders, *self._born.values()):
                one.close()
            for descriptor in (*self._own, *descriptors):
                os.close(descriptor)
            return True
        for descriptor in descriptors[:3]:
            os.close(descriptor)
        self._born[pid] = socket.socket(fileno=descriptors[3])
        self._born[pid].send(str(pid).encode())
        return False

    def _tell_who_ended(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid in self._born:
                # Who asked may have lost interest.
                with self._born.pop(pid) as told, suppress(OSError):
                    told.send(str(os.waitstatus_to_exitcode(status)).encode())


def _import_everything() -> None:
    for room in _ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if ".versions." not in module.name and not module.name.endswith((".env", "__main__")):
                _import(module.name)
    for name in (*_BORROWED, "tests.warmed", "tests.warmed_archive", "tests.commands"):
        _import(name)
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("an import installed a reactor")


def _import(name: str) -> None:
    try:
        import_module(name)
    except Exception as error:  # noqa: BLE001  who needs it meets the error where it is to be met
        print(f"{name} can't be imported beforehand: {error!r}", file=sys.stderr)


def _share_the_readers() -> None:
    """Lets processes that multiprocessing would start anew be forked, too, from one that has imported the reader."""
    multiprocessing.set_forkserver_preload(["cli.keeping", "archive", "tests.warmed"])
    multiprocessing.forkserver.ensure_running()
    # It looks whether the server is a child of its own, which it is of the first process only.
    multiprocessing.forkserver._forkserver.ensure_running = lambda: None  # type: ignore[attr-defined]
    multiprocessing.context._concrete_contexts["spawn"] = multiprocessing.get_context("forkserver")  # type: ignore[attr-defined]


def _become(order: Mapping[str, Any]) -> None:
    """Is what `python` with the order's arguments would be."""
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    encoding = os.environ.get("PYTHONIOENCODING")
    sys.stdin = sys.__stdin__ = open(0, encoding=encoding, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", encoding=encoding, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(  # type: ignore[misc]  # noqa: SIM115
        2, "w", encoding=encoding, errors="backslashreplace", buffering=1, closefd=False
    )
    arguments = [*order["arguments"]]
    if arguments[:2] == ["-W", "error"]:
        warnings.simplefilter("error")
        del arguments[:2]
    kind, what, *rest = arguments
    if kind == "-m":
        sys.argv = [what, *rest]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    sys.argv = ["-c", *rest]
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    exec(compile(what, "<string>", "exec"), main.__dict__)

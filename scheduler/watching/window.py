"""Window: the little web server through which the daemon is watched: /metrics and /healthz, and nothing else.

It reads a bounded head, answers once and closes. What takes time is done aside. A request that names another host than
the one it came to is refused: a page of the web could otherwise lead a browser here (DNS rebinding).
"""

import asyncio
import contextlib
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from archive import ArchiveError
from crawler.outlets import Endpoint, is_loopback
from scheduler.aside import aside
from scheduler.desk import Desk
from scheduler.watching.metrics import CONTENT_TYPE, METERS, look
from scheduler.watching.pulse import PULSE, examine

EVERY_SECONDS = 5.0  # it is looked whether the window stands where it is set to
_HEAD_BYTES = 8192
_HEAD_SECONDS = 5.0
_WRITE_SECONDS = 30.0
_MOST_CONNECTIONS = 32
_LOOK_SECONDS = 20.0
_HEALTH_SECONDS = 10.0
_KEPT_SECONDS = 5.0  # an answer is good for so long: whoever asks more often gets the same
_OLDEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: HTTPStatus
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


class Window:
    """One for a process; `keep` is a chore. Other desks come and go while it stands open."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._endpoint: Endpoint | None = None
        self._desk: Desk | None = None
        self._connections = 0
        self._kept: dict[str, tuple[float, Answer]] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    @property
    def port(self) -> int | None:
        """Where it really listens: 0 in the settings is any port that is free."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else None

    async def keep(self, desk: Desk) -> None:
        """Opens it where the settings say, moves it, or closes it. Raises OSError where it can't be opened."""
        self._desk = desk
        wanted = desk.settings.metrics
        if wanted == self._endpoint and (self._server is not None or wanted is None):
            return
        await self.close()
        self._desk = desk
        if wanted is None:
            return
        self._server = await asyncio.start_server(
            self._meet, wanted.host, wanted.port, limit=_HEAD_BYTES, backlog=_MOST_CONNECTIONS
        )
        self._endpoint = wanted
        shown = wanted._replace(port=self.port or wanted.port)
        others = "" if wanted.is_loopback else "; other machines can reach it, too"
        desk.say(f"watched at http://{shown}/metrics and /healthz{others}")

    async def close(self) -> None:
        """Nobody is let in any more."""
        server, self._server, self._endpoint = self._server, None, None
        self._kept.clear()
        self._turns.clear()
        self._desk = None
        if server is not None:
            server.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        try:
            if self._connections <= _MOST_CONNECTIONS:
                await self._serve(reader, writer)
            writer.close()
        except (OSError, TimeoutError):
            writer.transport.abort()
        finally:
            self._connections -= 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError:
            method, answer = "GET", _said(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            method, answer = await self._answer(head)
        async with asyncio.timeout(_WRITE_SECONDS):
            # Whoever does not read holds nothing that closing would wait for.
            writer.transport.set_write_buffer_limits(0)
            writer.write(_packed(answer, with_body=method != "HEAD"))
            await writer.drain()

    async def _answer(self, head: bytes) -> tuple[str, Answer]:
        request = parse(head)
        if request is None:
            return "GET", _said(HTTPStatus.BAD_REQUEST)
        method, path, host = request
        if method not in ("GET", "HEAD"):
            return method, _said(HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", "GET, HEAD"))
        if self._endpoint is None or not is_ours(host, self._endpoint):
            return method, _said(HTTPStatus.MISDIRECTED_REQUEST)
        if path == "/healthz":
            return method, await self._kept_answer(path, self._health, _HEALTH_SECONDS)
        if path == "/metrics":
            return method, await self._kept_answer(path, self._metrics, _LOOK_SECONDS)
        return method, _said(HTTPStatus.NOT_FOUND)

    async def _kept_answer(self, path: str, make: Callable[[Desk], Answer], seconds: float) -> Answer:
        """One look at a time, however many ask; nobody is told what is older than `most` seconds."""
        most = _KEPT_SECONDS if path == "/healthz" else _OLDEST_SECONDS
        loop, desk = asyncio.get_running_loop(), self._desk
        async with self._turns.setdefault(path, asyncio.Lock()):
            kept = self._kept.get(path)
            if kept is not None and loop.time() < kept[0]:
                return kept[1]
            if desk is None:
                return _said(HTTPStatus.SERVICE_UNAVAILABLE)
            begun = loop.time()
            try:
                answer = await aside(lambda: make(desk), seconds)
            except TimeoutError:
                answer = _as_json(
                    {"ok": False, "causes": [f"the database did not answer within {seconds:g} s"]}
                )
            # A look that takes long is not taken often.
            took = loop.time() - begun
            self._kept[path] = (loop.time() + min(max(_KEPT_SECONDS, 5 * took), most), answer)
            return answer

    def _health(self, desk: Desk) -> Answer:
        return _as_json(examine(PULSE, desk.archive))

    def _metrics(self, desk: Desk) -> Answer:
        try:
            looks = look(desk.archive, desk.sources.keys(), datetime.now(UTC))
            return Answer(HTTPStatus.OK, METERS.page(looks), CONTENT_TYPE)
        except ArchiveError as error:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, f"{error}\n".encode())


WINDOW = Window()


def parse(head: bytes) -> tuple[str, str, str] | None:
    """Method, path and Host of a request's head; None where it is none, or has not one Host."""
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or not parts[1].startswith("/"):
        return None
    fields = [line.partition(":") for line in lines[1:] if line]
    hosts = [value.strip() for name, _, value in fields if name.lower() == "host"]
    return (parts[0], parts[1].partition("?")[0], hosts[0]) if len(hosts) == 1 else None


def is_ours(host: str, endpoint: Endpoint) -> bool:
    """May a request for this Host be meant for us? The name of a page that leads here by DNS is another one.

    Where the window is open to other machines: any address, and names without a dot, which no site of the web has.
    """
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    name = name.strip("[]").lower()
    if is_loopback(name) or name == endpoint.host.lower():
        return True
    return not endpoint.is_loopback and (_is_address(name) or (bool(name) and "." not in name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _said(status: HTTPStatus, *headers: tuple[str, str]) -> Answer:
    return Answer(status, f"{status.phrase}\n".encode(), headers=headers)


def _as_json(facts: Mapping[str, object]) -> Answer:
    status = HTTPStatus.OK if facts["ok"] else HTTPStatus.SERVICE_UNAVAILABLE
    return Answer(status, f"{json.dumps(facts, ensure_ascii=False)}\n".encode(), "application/json")


def _packed(answer: Answer, *, with_body: bool) -> bytes:
    fields = [
        ("Content-Type", answer.kind),
        ("Content-Length", str(len(answer.body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Connection", "close"),
        *answer.headers,
    ]
    head = f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"{head}\r\n".encode("latin-1") + (answer.body if with_body else b"")

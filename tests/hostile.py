"""Hostile: a server on loopback that answers byte by byte, so that a reply can be anything at all.

It answers as a forward proxy too, as `tests.site.Site` does.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Self

# What is sent: bytes, or a number of seconds to wait. A function makes it anew for each request.
Script = bytes | Callable[[], Iterable[bytes | float]]

_DEADLINE_SECONDS = 20.0


def reply(
    body: bytes = b"", *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    """A reply as it should be; `headers` come after the usual ones."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def head(*headers: str, status: str = "200 OK") -> bytes:
    """The head of a reply with these headers and no other."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers]).encode() + b"\r\n\r\n"


def forever(piece: bytes, *, after: bytes = b"", every: float | None = None) -> Script:
    """`after`, then the piece again and again, `every` so many seconds."""

    def script() -> Iterator[bytes | float]:
        yield after
        while True:
            yield piece
            if every is not None:
                yield every

    return script


class Hostile:
    """Plays `scripts` (URL → what is sent) while in `with`; everything else is 404."""

    def __init__(self, scripts: Mapping[str, Script] | None = None) -> None:
        self.scripts = dict(scripts or {})
        self.asked: list[str] = []
        self.connections = 0
        self.received = b""  # whatever came, from all connections
        self.sent = 0
        self._is_over = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()  # wakes whoever accepts
        for thread in self._threads:
            thread.join(_DEADLINE_SECONDS)
        self._listening.close()

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            if self._is_over.is_set():
                connection.close()
                return
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0.1)
        with connection, contextlib.suppress(OSError):
            held = b""
            while (request := self._request(connection, held)) is not None:
                line, held = request
                if not self._play(connection, line):
                    return

    def _request(self, connection: socket.socket, held: bytes) -> tuple[str, bytes] | None:
        """The next request's first line, and what came after it; None where there is none."""
        while b"\r\n\r\n" not in held:
            if self._is_over.is_set():
                return None
            try:
                came = connection.recv(65536)
            except TimeoutError:
                continue
            if not came:
                return None
            self.received += came
            held += came
        asked, _, rest = held.partition(b"\r\n\r\n")
        return asked.split(b"\r\n")[0].decode("latin-1"), rest

    def _play(self, connection: socket.socket, line: str) -> bool:
        """Sends what the request is answered with. Is the connection still of use?"""
        method, target, _ = line.split(" ", 2)
        url = target if method == "CONNECT" or "://" in target else self.address + target
        self.asked.append(url)
        script = self.scripts.get(url, reply(b"nothing here", status="404 Not Found"))
        if isinstance(script, bytes):
            self._send(connection, script)
            return script.startswith(b"HTTP/1.1 ") and b"Content-Length" in script
        for piece in script():
            if self._is_over.is_set():
                return False
            if isinstance(piece, float):
                self._is_over.wait(piece)
            else:
                self._send(connection, piece)
        return False

    def _send(self, connection: socket.socket, piece: bytes) -> None:
        view = memoryview(piece)
        while view and not self._is_over.is_set():
            try:
                count = connection.send(view)
            except TimeoutError:
                continue
            self.sent += count
            view = view[count:]

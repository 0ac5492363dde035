"""A server on loopback that takes letters, as a test wants it to."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Inbox:
    """Answers 200, or what `statuses` hold first; `held`: waits for it; `location`: with a redirect to there."""

    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    held: threading.Event | None = None
    location: str | None = None
    on_request: Callable[[Received], None] = lambda _request: None

    def __post_init__(self) -> None:
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Received(self.command, self.path, dict(self.headers), body)
                inbox.received.append(request)
                inbox.on_request(request)
                if inbox.held is not None:
                    inbox.held.wait(60)
                self.send_response(inbox.statuses.pop(0) if inbox.statuses else 200)
                if inbox.location is not None:
                    self.send_header("Location", inbox.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, format: str, *arguments: object) -> None:
                """Keep the test's output its own."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is what some tests are about
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.held is not None:
            self.held.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

"""Player: hosts of the web, played on loopback from pages in memory, behind a forward proxy.

A client that uses `proxy_url` as its proxy and trusts `ca_file` meets the hosts under their real names, over real
HTTP and TLS, and reaches nothing else.
"""

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from cli.certificates import Authority

_NOT_FOUND = b"Nothing is played here.\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One reply. With an `ETag` header, who asks with that tag is told that nothing changed."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Player:
    """Plays `pages` (by URL) from `with` to its end; a page put in or taken out meanwhile counts at once."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self.pages = pages
        self.requests: list[tuple[str, str]] = []  # (method, URL), as they came
        self.agents: set[str] = set()  # who asked
        self._folder = tempfile.TemporaryDirectory(prefix="broadsheet-")
        self._authority = Authority.create(datetime.now(UTC))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self._server = _Proxy(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.ca_file = self._authority.write(Path(self._folder.name) / "ca.pem")

    @property
    def proxy_url(self) -> str:
        """What a client is given as its HTTP and HTTPS proxy."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._folder.cleanup()

    def reply(self, method: str, url: str, headers: Message) -> Page:
        """What is played at `url`; the request is noted."""
        self.requests.append((method, url))
        self.agents.add(headers.get("User-Agent", ""))
        known_tag = headers.get("If-None-Match")
        # As sites do, the same page whatever a link adds to say where it came from.
        page = self.pages.get(url) or self.pages.get(url.partition("?")[0])
        if page is None:
            return Page(_NOT_FOUND, 404, {"Content-Type": "text/plain"})
        if known_tag is not None and known_tag == page.headers.get("ETag"):
            return Page(b"", 304, page.headers)
        return page

    def context_for(self, host: str) -> ssl.SSLContext:
        """The certificate `host` shows, made when it is first asked for."""
        with self._lock:
            if host not in self._contexts:
                folder = Path(self._folder.name)
                self._contexts[host] = self._authority.context_for([host], folder, datetime.now(UTC))
            return self._contexts[host]


class _Proxy(ThreadingHTTPServer):
    def __init__(self, player: Player) -> None:
        self.player = player
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Connection)

    def swap(self, old: socket.socket | None, new: socket.socket | None) -> None:
        """Note which connections are open, so that the end of the play ends them."""
        self._open = (self._open - {old}) | ({new} if new else set())

    def server_close(self) -> None:
        super().server_close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Proxy
    connection: socket.socket
    _tunnel = ""  # "https://host" inside a CONNECT

    def setup(self) -> None:
        super().setup()
        self.server.swap(None, self.connection)

    def finish(self) -> None:
        self.server.swap(self.connection, None)
        super().finish()
        self.connection.close()

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        self.send_response(200, "Connection established")
        self.end_headers()
        plain = self.connection
        try:
            tls = self.server.player.context_for(host.strip("[]")).wrap_socket(plain, server_side=True)
        except OSError:  # the client does not trust the certificate, or went away
            self.close_connection = True
            return
        self.server.swap(plain, tls)
        self.connection = tls
        self.rfile, self.wfile = tls.makefile("rb"), tls.makefile("wb")
        self._tunnel = f"https://{host}" if port == "443" else f"https://{self.path}"
        self.close_connection = False

    def do_GET(self) -> None:
        url = self._tunnel + self.path
        parts = urlsplit(url)
        if parts.scheme and not parts.path:
            url = parts._replace(path="/").geturl()
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        page = self.server.player.reply(self.command, url, self.headers)
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)

    do_HEAD = do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the terminal belongs to whoever plays."""

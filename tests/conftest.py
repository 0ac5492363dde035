"""Every test runs without the network and without the settings of whoever runs it."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import database_url, postgres_server
from tests.terminal import Terminal, terminal_in

__all__ = ["database_url", "postgres_server"]

# Before anything is imported that reads them, and for the processes the tests start.
for _name in list(os.environ):
    _is_ours = _name.startswith("BROADSHEET_") and not _name.startswith("BROADSHEET_REQUIRE_")
    if _is_ours or _name.lower() in {"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"}:
        del os.environ[_name]


@pytest.fixture
def broadsheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Terminal:
    """The command line, in a folder of its own."""
    return terminal_in(tmp_path, monkeypatch, capsysbinary)


class NetworkIsShutError(RuntimeError):
    """A test tried to leave this machine."""


def _check(host: object) -> None:
    if host in (None, "", b"", "localhost", b"localhost"):
        return
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        is_local = ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        is_local = False
    if not is_local:
        raise NetworkIsShutError(f"tests stay on this machine; asked for {text}")


@pytest.fixture(scope="session", autouse=True)
def shut_network() -> Iterator[None]:
    """Let sockets reach loopback and nothing else; names are not looked up."""
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))
        for function in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patch.setattr(socket, function, _looked_up(getattr(socket, function)))
        yield


def _guarded(method: Any) -> Any:
    def on_loopback(self: socket.socket, *arguments: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check(arguments[-1][0])
        return method(self, *arguments)

    return on_loopback


def _looked_up(function: Any) -> Any:
    def on_loopback(host: Any, *arguments: Any, **named: Any) -> Any:
        _check(host)
        return function(host, *arguments, **named)

    return on_loopback

"""The guard itself: a test that leaves this machine fails loudly, and so does a process that it starts."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.site import in_loop
from tests.test_middlewares import Found

ELSEWHERE = "192.0.2.1"


def strayed(noted: Path) -> str:
    """What was noted so far; this once it is no failure."""
    said = noted.read_text(encoding="utf-8")
    noted.write_text("", encoding="utf-8")
    return said


def test_a_connection_elsewhere_raises(shut_network: Path) -> None:
    with socket.socket() as client, pytest.raises(OSError, match=r"192\.0\.2\.1"):
        client.connect((ELSEWHERE, 80))
    with socket.socket() as client, pytest.raises(OSError, match=r"192\.0\.2\.1"):
        client.connect_ex((ELSEWHERE, 80))
    with socket.socket(type=socket.SOCK_DGRAM) as client, pytest.raises(OSError, match=r"192\.0\.2\.1"):
        client.sendto(b"x", (ELSEWHERE, 80))
    assert strayed(shut_network).count(ELSEWHERE) == 3


@pytest.mark.parametrize("host", ["example.org", b"example.org", "127.example.org", ELSEWHERE, "::2"])
@pytest.mark.parametrize("look_up", [lambda host: socket.getaddrinfo(host, 80), socket.gethostbyname])
def test_a_name_elsewhere_is_not_looked_up(host: str | bytes, look_up: Any, shut_network: Path) -> None:
    with pytest.raises(OSError, match="tests stay on this machine"):
        look_up(host)
    assert strayed(shut_network)


def test_twisted_looks_up_nothing_either(shut_network: Path) -> None:
    """It takes hold of `getaddrinfo` when it is imported."""
    found = Found()

    async def looked_up() -> None:
        from twisted.internet import reactor

        reactor.nameResolver.resolveHostName(found, "example.org", 80)  # type: ignore[attr-defined]
        while not found.complete:
            await asyncio.sleep(0.01)

    in_loop(asyncio.wait_for(looked_up(), 10))
    assert found.hosts == []
    assert strayed(shut_network) == "socket.getaddrinfo example.org\n"


@pytest.mark.parametrize("env", [None, {}, {"PYTHONPATH": "/somewhere"}])
def test_a_process_that_a_test_starts_stays_here_as_well(
    env: dict[str, str] | None, shut_network: Path
) -> None:
    code = f"import socket; socket.create_connection(('{ELSEWHERE}', 80), 1)"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert "tests stay on this machine" in done.stderr
    assert strayed(shut_network) == f"socket.getaddrinfo {ELSEWHERE}\n"


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        assert socket.gethostbyname("localhost").startswith("127.")

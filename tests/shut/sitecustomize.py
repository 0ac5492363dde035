"""Shuts the network in the process that imports it: only loopback is connected to, and no name is looked up.

`conftest` imports it; the Python processes that tests start do so because of its name. An audit hook sees all that
Python's sockets do, whoever took hold of `getaddrinfo` before. Who tries is also noted in the file that `STRAYED_TO`
names: the error may be swallowed.
"""

import errno
import os
import sys
from typing import Any

_CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_HERE = (None, "", "localhost", "::1")


def _stay(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTS:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in _LOOK_UPS:
        host = arguments[0]
    else:
        return
    host = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else host
    if host not in _HERE and not _is_loopback(str(host)):
        _stray(event, str(host))


def _is_loopback(host: str) -> bool:
    return host.startswith("127.") and host.replace(".", "").isdigit()


def _stray(event: str, host: str) -> None:
    if noted := os.environ.get("STRAYED_TO"):
        with open(noted, "a", encoding="utf-8") as file:
            file.write(f"{event} {host}\n")
    said = f"tests stay on this machine; asked for {host}"
    if event in _CONNECTS:
        raise OSError(errno.ENETUNREACH, said)
    import socket  # it is there: its event has come

    raise socket.gaierror(socket.EAI_NONAME, said)


sys.addaudithook(_stay)

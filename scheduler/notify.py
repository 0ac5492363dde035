"""What systemd is told where it started the daemon (`Type=notify`): sd_notify(3), one datagram a state."""

import contextlib
import os
import socket
import time


def notify(state: str) -> None:
    """READY=1, STOPPING=1, RELOADING=1 or WATCHDOG=1; nothing where nobody asked to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if state == "RELOADING=1":
        state += f"\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there,
    ):
        there.setblocking(False)
        # An abstract address begins with a zero byte.
        there.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)


def watchdog_seconds() -> float | None:
    """How often WATCHDOG=1 has to be said, with time to spare; None where nobody waits for it."""
    limit, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not limit.isdigit() or int(limit) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(limit) / 1e6 / 3

"""The settings of what the daemon tells, and whom: how each is read. What is secret in one is in no message."""

import ipaddress
import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

LOGS = ("plain", "colour", "json")
_MOST_ADDRESSES = 32
_ADDRESS = re.compile(r"([a-z][a-z0-9+.\-]*)://\S+", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_HOST_AND_PORT = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.\-]+):(\d{1,5})")


class Endpoint(NamedTuple):
    """Where to listen: a host without brackets, and a port."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Does the host, as it is spelled, lead to this machine alone?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def addresses(value: object, _folder: Path) -> tuple[str, ...]:
    """Apprise URLs: a list, or in the environment a text with blanks between them."""
    listed = value.split() if isinstance(value, str) else value
    if not isinstance(listed, list) or len(listed) > _MOST_ADDRESSES:
        raise ValueError(f'no list of at most {_MOST_ADDRESSES} addresses, like ["mailto://…", "ntfy://…"]')
    for number, one in enumerate(listed, 1):
        if not isinstance(one, str) or not one.isprintable() or not _ADDRESS.fullmatch(one):
            raise ValueError(f'address {number} is no Apprise URL; write one like "ntfy://ntfy.sh/my-topic"')
    return tuple(dict.fromkeys(listed))


def webhook(value: object, _folder: Path) -> str:
    """An https URL, or an http one of this machine."""
    text = _secret(value)
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if not host or not text.isascii() or parts.scheme not in ("http", "https"):
        raise ValueError('no web address; write one like "https://example.org/hook"')
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(
            f"http:// to {host} can be read on its way; use https://, or an address of this machine"
        )
    return text


def secret(value: object, _folder: Path) -> str:
    """What webhooks are signed with."""
    text = _secret(value)
    if len(text) < 16:
        raise ValueError("too short to keep anybody out; use 16 characters or more")
    return text


def clock(value: object, _folder: Path) -> time:
    """A time of day, like "08:00"."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'{value!r} is no time of day; write one like "08:00"')
    return time(int(match[1]), int(match[2]))


def zone(value: object, _folder: Path) -> ZoneInfo:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (ValueError, OSError, KeyError) as error:  # of no such name, a folder's, none at all
        raise ValueError(f'{value!r} is no time zone; write one like "Asia/Shanghai"') from error


def endpoint(value: object, _folder: Path) -> Endpoint:
    """Where to listen: a host and a port, both written out."""
    match = _HOST_AND_PORT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not 0 <= int(match[2]) <= 65535:
        raise ValueError(f'{value!r} is no host and port; write "127.0.0.1:9464"')
    return Endpoint(match[1].strip("[]"), int(match[2]))


def log(value: object, _folder: Path) -> str:
    """How lines of the log are written."""
    if value not in LOGS:
        raise ValueError(f"{value!r} is none of {', '.join(LOGS)}")
    return str(value)


def _secret(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.strip().isprintable():
        raise ValueError("no text; write it in quotes")
    return value.strip()


READERS: dict[str, Callable[[object, Path], object]] = {
    "tell": addresses,
    "webhook": webhook,
    "webhook_secret": secret,
    "daily_summary": clock,
    "time_zone": zone,
    "metrics": endpoint,
    "log": log,
}
VARIABLES = {
    "BROADSHEET_TELL": "tell",
    "BROADSHEET_WEBHOOK": "webhook",
    "BROADSHEET_WEBHOOK_SECRET": "webhook_secret",
    "BROADSHEET_METRICS": "metrics",
    "BROADSHEET_LOG": "log",
}

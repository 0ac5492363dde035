"""Pure: which addresses a crawl may reach. A page or a redirect must not lead it into the user's own network."""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_V4_IN_V6 = (
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, RFC 4291 (deprecated)
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated, RFC 2765
)
# `is_global` of older Pythons calls some of these global.
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
            "192.0.0.0/24",
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "198.18.0.0/15",
            "240.0.0.0/4",
            "64:ff9b:1::/48",  # NAT64 for local use, RFC 8215
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fec0::/10",
        ),
    )
)


def networks(cidrs: Iterable[str]) -> tuple[Network, ...]:
    """The networks a setting names; ValueError for what is none."""
    return tuple(ipaddress.ip_network(cidr) for cidr in cidrs)


def is_public(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Is it an address of the open internet, or in a network the user allows?"""
    if any(address in network for network in allowed):
        return True
    inner = _v4_inside(address)
    if inner is not None:
        return is_public(inner, allowed)
    if address.is_multicast or any(address in network for network in _NEVER):
        return False
    return address.is_global


def why_not(url: str, allowed: Iterable[Network] = ()) -> str | None:
    """Why a URL may not be asked for, as far as its spelling tells; None where it may.

    What a name resolves to is another question, answered when it is resolved.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "it is no URL"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or 'no scheme'}: only http and https are fetched"
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return "the URL has no host"
    address = literal(host)
    if address is None:
        is_local = host == "localhost" or host.endswith(".localhost")
        address = ipaddress.IPv4Address("127.0.0.1") if is_local else None
    if address is not None and not is_public(address, allowed):
        return f"{host} is not an address of the open internet"
    return None


def literal(host: str) -> Address | None:
    """The address a host spells out, in any form a resolver takes: 127.1 and 0x7f000001 too."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _v4_inside(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    is_loopback = address in (ipaddress.IPv6Address("::"), ipaddress.IPv6Address("::1"))
    if not is_loopback and any(address in network for network in _V4_IN_V6):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None

"""Pure: which addresses a crawl may reach. A page or a redirect must not lead it into the user's own network."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import SplitResult, urlsplit

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
            "2001::/23",  # Teredo, RFC 4380, and protocols
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fec0::/10",
        ),
    )
)


_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that was ever given out of IPv6
# Names that no public server answers to: RFC 6761, 6762 (appendix G too), 8375; `.internal` by ICANN in 2024.
_INNER_NAMES = ("localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
_NO_URL = re.compile(r"[\x00-\x20\x7f\\]")
_LONGEST_URL = 8_000  # what servers take; a redirect may name a longer one


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
    if address.version == 6 and address not in _UNICAST:
        return False
    return address.is_global


def why_not(url: str, allowed: Iterable[Network] = ()) -> str | None:
    """Why a URL may not be asked for, as far as its spelling tells; None where it may.

    What a name resolves to is another question, answered when it is resolved. Strict on purpose: where a reader, a
    proxy and a resolver could each see another host in it, it is no URL.
    """
    if len(url) > _LONGEST_URL:
        return f"the URL is longer than {_LONGEST_URL} characters"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "it is no URL"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or 'no scheme'}: only http and https are fetched"
    if not parts.hostname:
        return "the URL has no host"
    if _NO_URL.search(url):
        return "it is no URL"
    if "@" in parts.netloc:
        return "the URL holds a user name"
    return _not_this_host(parts, tuple(allowed))


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


def ascii_name(host: str) -> str | None:
    """A host name as it is looked up: lower case, IDNA, no dot at the end; None where it can't be looked up."""
    try:
        # Digits newer than the tables of IDNA 2003, and all its dots, are a number to a reader that follows UTS 46.
        name = normalize("NFKC", host).encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError:
        return None
    return name if _NAME.fullmatch(name) else None


def _not_this_host(parts: SplitResult, allowed: tuple[Network, ...]) -> str | None:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return _not_this_v6(host, allowed)
    name = ascii_name(host)
    if name is None:
        return f"{host} is no host name"
    addresses = _readings(name)
    if not addresses and _ENDS_IN_A_NUMBER.fullmatch(name):
        return f"{host} is no host name"
    # Behind a proxy nobody else looks at what a name leads to.
    is_inner = not allowed and not addresses and ("." not in name or _is_under(name, _INNER_NAMES))
    if is_inner or not all(is_public(address, allowed) for address in addresses):
        return f"{name} is not an address of the open internet"
    return None


def _not_this_v6(host: str, allowed: tuple[Network, ...]) -> str | None:
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return "it is no URL"
    # A zone names an interface of this machine.
    if address.scope_id is None and is_public(address, allowed):
        return None
    return f"{host} is not an address of the open internet"


def _readings(name: str) -> set[Address]:
    """Every address a host may be read as: 010.0.0.1 is 8.0.0.1 to one resolver and 10.0.0.1 to another."""
    if _is_under(name, ("localhost",)):
        return {ipaddress.IPv4Address("127.0.0.1")}
    as_decimals = re.sub(r"(?<![^.])0+(?=\d)", "", name)
    return {address for text in (name, as_decimals) if (address := literal(text)) is not None}


def _is_under(name: str, domains: Iterable[str]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _v4_inside(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    is_loopback = address in (ipaddress.IPv6Address("::"), ipaddress.IPv6Address("::1"))
    if not is_loopback and any(address in network for network in _V4_IN_V6):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None

"""The user's own proxies: the only addresses that need not be of the open internet."""

from urllib.parse import urlsplit
from urllib.request import getproxies

from crawler.politeness.addresses import ascii_name

_PORTS = {"http": 80, "https": 443}


def proxies() -> frozenset[tuple[str, int]]:
    """Host and port of each proxy that the environment names for http and https.

    `no_proxy` and proxies for other schemes are in that list, too: what they name is no proxy of ours.
    """
    named = getproxies()
    places = (_place(named[scheme], scheme) for scheme in _PORTS if scheme in named)
    return frozenset(place for place in places if place is not None)


def host_key(host: str) -> str:
    """A host in the one spelling that it is compared in."""
    return ascii_name(host) or host.lower()


def _place(url: str, scheme: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url if "://" in url else f"{scheme}://{url}")
        port = parts.port or _PORTS.get(parts.scheme, 80)
    except ValueError:
        return None
    return (host_key(parts.hostname), port) if parts.hostname else None

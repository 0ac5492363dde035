"""Addresses without a recipe: tidied, and whose they are."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import safe_url_string

# Keys that say where a reader came from, never what is read.
_TRACKING = re.compile(
    r"(?:utm_\w+|(?:fb|g|d|t|ms|y)clid|mc_[ce]id|igshid|spm|scm|_ga|_gl|vero_id|wt_mc|at_\w+|mkt_tok)"
    r"(?:=.*)?",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def split(url: str) -> SplitResult | None:
    """The parts of an http(s) URL with a host; None for anything else."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def tidy(url: str) -> str | None:
    """The URL without fragment, tracking keys, user and default port; None if it is no http(s) URL."""
    parts = split(url)
    if parts is None:
        return None
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port not in (None, _DEFAULT_PORTS[parts.scheme]):
        host = f"{host}:{parts.port}"
    query = "&".join(key for key in parts.query.split("&") if key and not _TRACKING.fullmatch(key))
    try:
        return safe_url_string(urlunsplit((parts.scheme, host, parts.path or "/", query, "")))
    except ValueError:
        return None


def registrable(url: str) -> str | None:
    """The registrable domain of a URL (its host, where that is an address); None without a host."""
    parts = split(url)
    if parts is None or parts.hostname is None:
        return None
    return _suffixes()(parts.hostname).top_domain_under_public_suffix or parts.hostname.replace(":", "-")


@lru_cache(maxsize=1)
def _suffixes() -> TLDExtract:
    # The list bundled with the package: no look-up on the network, nothing cached on disk.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)

"""Pure: what a rendered page may ask for besides itself, and how it is asked for and answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.politeness.addresses import Network, why_not
from crawler.urls import registrable

MOST_PARTS = 100  # requests of one page
MOST_PART_BYTES = 20 * 1024 * 1024  # of one page's parts together

# What text can come from. Pictures, styles, fonts, films, frames, beacons and sockets are left alone.
_KINDS = frozenset({"script", "fetch", "xhr"})
# Ours to say, or Scrapy's: who asks, what for, and over which connection.
_OURS = frozenset(
    [
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "cookie",
        "host",
        "transfer-encoding",
        "user-agent",
    ]
)
_OURS_BY_PREFIX = ("sec-", "proxy-", ":")
# The body is handed over unpacked, and nothing is remembered of who asked.
_DROPPED = frozenset(["content-encoding", "content-length", "transfer-encoding", "set-cookie", "alt-svc"])

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A request that a page makes while it is shown."""

    url: str
    kind: str
    method: str = "GET"
    headers: Headers = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_script(self) -> bool:
        return self.kind == "script" and self.method == "GET"


@dataclass(frozen=True, slots=True)
class Served:
    """What a browser is handed as the answer to a request."""

    status: int
    headers: Headers
    body: bytes


def is_wanted(part: Part, page: str, allowed: tuple[Network, ...] = ()) -> bool:
    """May the page at the URL `page` have the part? Only its own domain is sent anything but GET."""
    if part.kind not in _KINDS or why_not(part.url, allowed) is not None:
        return False
    if part.method == "POST":
        return registrable(part.url) == registrable(page)
    return part.method == "GET"


def passed_on(headers: Headers) -> dict[str, str]:
    """The headers of the browser's request that go out with ours."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() not in _OURS and not name.lower().startswith(_OURS_BY_PREFIX)
    }


def handed_over(headers: Headers) -> dict[str, str]:
    """The headers of a reply that the browser is told."""
    return {name: value for name, value in headers.items() if name.lower() not in _DROPPED}

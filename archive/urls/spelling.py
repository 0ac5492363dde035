"""Pure: the parts of a URL, each written in one way (RFC 3986, 6.2, and what browsers do beyond it)."""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

_HOST = re.compile(r"[a-z0-9_-][a-z0-9._-]*")
_DOTS = str.maketrans("。．｡", "...")  # as IDNA takes them
_INDEX = re.compile(r"/index\.(?:html?|shtml|php|jsp|aspx?)\Z")
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
# An address that can be an article's: a long number, a year, words with hyphens, anything but ASCII.
_OF_AN_ARTICLE = re.compile(
    r"/(?:19|20)\d\d/.|\d{3}[^/]*\Z|[^/]-[^/]*-[^/]*\Z|_[^/]*_[^/]*\Z|%[89A-F][^/]*\Z"
)

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
# No server that we know tells these apart from their escapes.
_HARMLESS = _UNRESERVED + "!$'()*,:@"


class Form:
    """How one part of a URL is written: which escapes are undone, and what may stand as it is."""

    def __init__(self, decoded: str, left: str = "", spelled: Mapping[str, str] | None = None) -> None:
        self._decoded = {f"{ord(char):02X}": char for char in decoded}
        self._spelled = dict(spelled or {})
        allowed = re.escape(decoded + left)
        self._plain = re.compile(f"[{allowed}]*")
        self._odd = re.compile(f"%([0-9A-Fa-f]{{2}})|[^{allowed}]")

    def write(self, text: str) -> str:
        return text if self._plain.fullmatch(text) else self._odd.sub(self._one, text)

    def _one(self, match: re.Match[str]) -> str:
        code = match[1]
        if code is not None:
            code = code.upper()
            return self._decoded.get(code) or f"%{code}"
        char = match[0]
        return self._spelled.get(char) or escaped(char)


PATH = Form(_HARMLESS, "/&+;=")
NAME = Form(_HARMLESS + ";/?[]", spelled={"+": "%20"})
VALUE = Form(_HARMLESS + ";/?[]=", spelled={"+": "%20"})
FRAGMENT = Form(_HARMLESS + ";/?[]=!", "&+")


def escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def looks_like_an_article(path: str) -> bool:
    """Could an article lie at this path, and not a list: a number, a date or several words are in it."""
    return _OF_AN_ARTICLE.search(PATH.write(path).rstrip("/")) is not None


@lru_cache(maxsize=1024)
def host_of(authority: str) -> str | None:
    """The host in one spelling, with its port unless that is a default one; None where there is none."""
    name, port = _name_and_port(authority.rpartition("@")[2])
    if port not in ("", "80", "443") and not (port.isascii() and port.isdecimal() and len(port) < 6):
        return None
    number = int(port or 0)
    host = _address_literal(name) if name.startswith("[") else _domain(name)
    if not host or number > 65535:
        return None
    return host if number in (0, 80, 443) else f"{host}:{number}"


def _name_and_port(text: str) -> tuple[str, str]:
    name, colon, port = text.rpartition(":")
    return (text, "") if not colon or text.endswith("]") else (name, port)


def _address_literal(name: str) -> str | None:
    try:
        return f"[{ipaddress.IPv6Address(name[1:-1]).compressed}]" if name.endswith("]") else None
    except ValueError:
        return None


def _domain(name: str) -> str | None:
    try:
        name = unquote(name, errors="strict") if "%" in name else name
    except UnicodeDecodeError:
        return None
    name = name.translate(_DOTS)
    if not name.isascii():
        name = ".".join(map(_label, name.split(".")))
    name = without(name.lower().strip("."), ("www.",))
    return name if _HOST.fullmatch(name) else None


def without(host: str, starts: tuple[str, ...]) -> str:
    """The host less these first labels, as long as two labels are left."""
    while host.startswith(starts) and host.count(".") > 1:
        host = host[4:]
    return host


def _label(label: str) -> str:
    """A label in Punycode, mapped as browsers do: ß stays ß, which stdlib's IDNA of 2003 takes for ss."""
    mapped = "".join(char.lower() for char in unicodedata.normalize("NFKC", label))
    mapped = unicodedata.normalize("NFKC", mapped)
    return mapped if mapped.isascii() else "xn--" + mapped.encode("punycode", "replace").decode("ascii")


def path_of(path: str) -> str:
    """The path in one spelling, without dot segments, doubled and final slashes, session, index page and /amp."""
    path = PATH.write(path)
    while True:
        before = path
        if ";" in path:
            path = _SESSION.sub("", path)
        if "//" in path or "/." in path:
            path = "/".join(_segments(path))
        path = path.rstrip("/")
        if "/index." in path:
            path = _INDEX.sub("", path)
        if path.endswith("/amp") and _OF_AN_ARTICLE.search(path[:-4]):
            path = path[:-4]
        if path == before:
            return path


def _segments(path: str) -> list[str]:
    kept = [""]
    for segment in path.split("/"):
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment not in ("", "."):
            kept.append(segment)
    return kept

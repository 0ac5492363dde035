"""Carriers: who takes letters to where they are read. Each call takes its time; no message holds a secret."""

import base64
import hashlib
import hmac
import http.client
import logging
import re
import ssl
import urllib.error
import urllib.request
import warnings
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

from crawler.config import ConfigError, Settings
from crawler.outlets import is_loopback
from scheduler.telling.letters import Letter

SOCKET_SECONDS = 15.0  # for one step of a conversation; who waits for the whole bounds that, too
_MOST_ANSWER_BYTES = 64 * 1024
_MISSING = '`tell` needs Apprise: install it with `pip install "broadsheet[tell]"`'


class NotTakenError(Exception):
    """A letter did not go: why, in a line without secrets."""


class Carrier(Protocol):
    """`key` is the same as long as the address is, and tells nothing of it; `name` is for a person."""

    @property
    def key(self) -> str: ...

    @property
    def name(self) -> str: ...

    def carry(self, letter: Letter) -> None:
        """Raises NotTakenError."""


def carriers_of(settings: Settings) -> tuple[Carrier, ...]:
    """One for each address that is set. Raises ConfigError where one can't be used."""
    found: list[Carrier] = []
    if settings.tell:
        found += _apprised(settings.tell)
    if settings.webhook:
        found.append(Webhook(settings.webhook, settings.webhook_secret))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts the letter's JSON. Any address that the owner names will do; no redirect is followed."""

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        return _digest(self.url)

    @property
    def name(self) -> str:
        return f"webhook ({urlsplit(self.url).hostname})"

    def carry(self, letter: Letter) -> None:
        body = letter.body()
        request = urllib.request.Request(self._address(), body, self._headers(letter, body), method="POST")  # noqa: S310  http and https only
        try:
            with self._opener().open(request, timeout=SOCKET_SECONDS) as answer:
                answer.read(_MOST_ANSWER_BYTES)
        except urllib.error.HTTPError as error:
            error.close()
            raise NotTakenError(_refusal(error.code)) from None
        except urllib.error.URLError as error:
            raise NotTakenError(_cause(error.reason)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotTakenError(_cause(error)) from None

    def _address(self) -> str:
        """Without user and password, which go into a header; without a fragment."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()

    def _headers(self, letter: Letter, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Broadsheet",
            "X-Broadsheet-Event": letter.event,
            "X-Broadsheet-Delivery": letter.id,
        }
        parts = urlsplit(self.url)
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        if self.secret is not None:
            headers["X-Broadsheet-Signature"] = f"sha256={signature(self.secret, body)}"
        return headers

    def _opener(self) -> urllib.request.OpenerDirector:
        host = urlsplit(self.url).hostname or ""
        # A proxy has another loopback.
        proxies: dict[str, str] = {} if is_loopback(host) else urllib.request.getproxies()
        return urllib.request.build_opener(
            urllib.request.ProxyHandler(proxies),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
            _NoRedirect(),
        )


@dataclass(frozen=True, slots=True)
class Apprised:
    """One address of Apprise's."""

    url: str = field(repr=False)
    number: int
    service: Any = field(repr=False)

    @property
    def key(self) -> str:
        return _digest(self.url)

    @property
    def name(self) -> str:
        return f"tell {self.number} ({scheme_of(self.url)})"

    def carry(self, letter: Letter) -> None:
        said: list[str] = []

        def listen(entry: Any, _service: Any) -> None:
            said.append(str(entry.message))

        try:
            went = self.service.notify(
                title=letter.subject, body=letter.text, body_format="text", log_callback=listen, log_level=30
            )
        except Exception as error:  # noqa: BLE001  whatever one of a hundred services runs into
            raise NotTakenError(scrubbed(_cause(error), self.url)) from None
        if not went:
            raise NotTakenError(scrubbed(said[-1] if said else "it was not taken", self.url))


def signature(secret: str, body: bytes) -> str:
    """HMAC-SHA256 of the bytes that are sent, in hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def scheme_of(url: str) -> str:
    """All of an address that may be said."""
    return url.partition("://")[0].lower()


def scrubbed(text: str, url: str) -> str:
    """The text on one line, without anything of the address but its scheme."""
    rest = url.partition("://")[2]
    pieces = {rest, *re.split(r"[/:@?&=#,;]+", rest)}
    spellings = {
        spelling for piece in pieces for spelling in (piece, unquote(piece), quote(unquote(piece), safe=""))
    }
    for piece in sorted(spellings, key=len, reverse=True):
        if len(piece) > 2:
            text = text.replace(piece, "…")
    return " ".join(text.split())[:300]


def _apprised(urls: tuple[str, ...]) -> list[Carrier]:
    try:
        import apprise  # noqa: PLC0415  an extra, and half a second to import
    except ImportError as error:
        raise ConfigError(_MISSING) from error
    # What these say of an address may hold its secrets; what is worth knowing is said by `carry`.
    for logger in map(logging.getLogger, ("apprise", "urllib3")):
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    # It would remember things in the user's home.
    asset = apprise.AppriseAsset(storage_mode="memory", secure_logging=True)
    found: list[Carrier] = []
    for number, url in enumerate(urls, 1):
        service = apprise.Apprise(asset=asset)
        with warnings.catch_warnings(action="ignore"):  # it loads a hundred services, some of which are old
            # Not by a text, which it would split into several.
            plugin = apprise.Apprise.instantiate(url, asset=asset)
        if plugin is None:
            raise ConfigError(
                f"tell: address {number} ({scheme_of(url)}://…) is none that Apprise can use; compare it with its documentation"
            )
        service.add(plugin)
        found.append(Apprised(url, number, service))
    return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Where it leads to was not named by the owner, and a POST would arrive there as a GET."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        return None


def _refusal(status: int) -> str:
    moved = "; redirects are not followed: name the address it leads to" if 300 <= status < 400 else ""
    return f"it answers {status}{moved}"


def _cause(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:300] or type(error).__name__


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]

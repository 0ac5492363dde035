"""Pure: what a request that got no page comes to, in words a reader understands."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.python.failure import Failure

from crawler.middlewares.bounds import BadReplyError
from crawler.middlewares.guard import RefusedAddress
from crawler.politeness.putoff import PutOff

_ROBOTS = "Forbidden by robots.txt"  # what Scrapy's middlewares say
_UNTRUSTED = "TLS: the certificate is not to be trusted"
_REDIRECTS = "max redirections reached"
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "the host name is not found"),
    (DownloadConnectionRefusedError, "the host refuses the connection"),
    (DownloadTimeoutError, "no answer in time"),
    (DownloadCancelledError, "the reply is too large"),
    (ResponseDataLossError, "the reply broke off"),
)


def failure(caught: Failure) -> tuple[str, str]:
    """The state and the reason: excluded where a rule forbids the request, discovered where it is put off, else failed."""
    return comes_to(caught.value)


def comes_to(error: BaseException | None) -> tuple[str, str]:
    """`failure` of the bare error."""
    if isinstance(error, PutOff):
        return "discovered", str(error)
    if isinstance(error, RefusedAddress):
        return "excluded", str(error)
    if isinstance(error, BadReplyError):
        return "failed", str(error)
    if isinstance(error, IgnoreRequest) and str(error) == _REDIRECTS:
        return "failed", "it redirects too many times"
    if isinstance(error, IgnoreRequest):
        return ("excluded", "robots.txt") if str(error) == _ROBOTS else ("failed", str(error) or "ignored")
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return "failed", reason
    return "failed", _in_words(error)


def put_off(caught: Failure) -> PutOff | None:
    """How the request was put off; None for one that failed."""
    return caught.value if isinstance(caught.value, PutOff) else None


def _in_words(error: BaseException | None) -> str:
    """The innermost reason of what Twisted wraps several times over, on one line."""
    while inner := (getattr(error, "reasons", None) or [getattr(error, "__cause__", None)])[0]:
        error = getattr(inner, "value", inner)
    text = " ".join(str(error).split())
    if "certificate verify failed" in text:
        return f"{_UNTRUSTED} (SSL_CERT_FILE names further authorities)"
    name = type(error).__name__
    return f"{name}: {text}"[:300] if text else name


def fault_of(caught: Failure) -> str:
    """What kind of trouble it is that there is no reply: put off, excluded, certificate or unreachable."""
    state, reason = failure(caught)
    if state != "failed":
        return "put off" if state == "discovered" else state
    return "certificate" if reason.startswith(_UNTRUSTED) else "unreachable"

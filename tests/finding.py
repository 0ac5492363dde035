"""Replies to a step of discovery, and what is found in them."""

from datetime import UTC, datetime

from crawler.discovery.link import Ask, Finding, Link, Reply
from crawler.discovery.links import find, first_ask
from crawler.source import Source, Step
from tests.site import FEED, HOST, tech

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
RSS = "application/rss+xml"
HTML = "text/html; charset=utf-8"


def step_of(**changes: object) -> Step:
    """A step of the site `tech`, a feed unless said otherwise."""
    return Step.model_validate({"kind": "feed", "url": FEED} | changes)


def reply_of(body: bytes | str, url: str = FEED, content_type: str | None = RSS) -> Reply:
    return Reply(body.encode() if isinstance(body, str) else body, url, content_type, NOW)


def finding(
    body: bytes | str,
    step: Step | None = None,
    *,
    ask: Ask | None = None,
    source: Source | None = None,
    content_type: str | None = RSS,
) -> Finding:
    """What a step finds in a reply to its first request, or to `ask`."""
    step = step or step_of()
    ask = ask or first_ask(step)
    return find(reply_of(body, ask.url, content_type), ask, step, source or tech())


def found(body: bytes | str, content_type: str | None = RSS, **changes: object) -> tuple[Link, ...]:
    """The links in a reply to a step's first request."""
    return finding(body, step_of(**changes), content_type=content_type).links


def rss(*items: str, head: str = "", spaces: str = "") -> str:
    """A feed of such items; `head` goes before them, `spaces` are declared at its root."""
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0' {spaces}><channel><title>t</title>{head}{inner}</channel></rss>"


def link(number: int) -> str:
    """An article's link element."""
    return f"<link>{HOST}/article/{number}</link>"


def urls(links: tuple[Link, ...]) -> list[str]:
    """The links' addresses less the site's own."""
    return [one.url.removeprefix(HOST) for one in links]

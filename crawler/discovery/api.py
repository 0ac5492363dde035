"""A list as JSON: a reply → its items, by the recipe's JMESPaths."""

from typing import Any

from crawler.discovery.json_reply import in_scripts, parsed
from crawler.discovery.link import DiscoveryError, Item, Listed, Reply
from crawler.discovery.page import plain, sound
from crawler.reading.states import look_up
from crawler.source import Step

_LONGEST_MESSAGE = 200


def read(reply: Reply, step: Step) -> Listed:
    """The list's items in its order. DiscoveryError where the reply is none, or says itself that it failed."""
    values = in_scripts(reply, step.state) if step.state else (parsed(reply),)
    value = next((one for one in values if isinstance(_find(one, step.items), list)), values[0])
    _check(value, step)
    found = _find(value, step.items)
    if not isinstance(found, list):
        raise DiscoveryError(f"no list at {step.items!r}")
    return Listed(
        items=(_item(item, step) for item in found),
        next_url=_text(value, step.next),
        cursor=_cursor(_find(value, step.cursor)),
    )


def fragment(reply: Reply, step: Step) -> str:
    """The HTML that a JSON reply holds. DiscoveryError where there is none."""
    value = parsed(reply)
    _check(value, step)
    html = _text(value, step.inside)
    if html is None:
        raise DiscoveryError(f"no HTML at {step.inside!r}")
    return html


def _check(value: Any, step: Step) -> None:
    if step.ok and not _find(value, step.ok):
        said = " ".join((_text(value, step.message) or "no").split())
        raise DiscoveryError(f"the list says: {said[:_LONGEST_MESSAGE]}")


def _item(item: Any, step: Step) -> Item:
    return Item(
        url=_text(item, step.link) or "",
        title=plain(_text(item, step.title)),
        published=_text(item, step.published),
        author=_text(item, step.author),
        html=_text(item, step.text) if step.full else None,
    )


def _cursor(found: Any) -> str | None:
    """None where the list says that there is no more: in whatever way, it is false."""
    text = sound(str(found)) if isinstance(found, str | int | float) and found else "0"
    return None if text.strip() in ("", "0") else text


def _find(value: Any, path: str | None) -> Any:
    return look_up(value, path) if path else None


def _text(value: Any, path: str | None) -> str | None:
    found = _find(value, path)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return sound(found) if isinstance(found, str) else None

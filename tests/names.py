"""Names: what host names lead to, as a test says it; nothing is looked up."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address

from crawler.politeness.addresses import literal
from tests.site import in_loop


class Names:
    """A twin of the reactor's resolver. Of a name's answers each is given once, the last one for ever.

    An address leads to itself, as with the reactor's own.
    """

    def __init__(self, answers: Mapping[str, list[list[str]]]) -> None:
        self._answers = {name: list(given) for name, given in answers.items()}
        self.asked: list[str] = []

    def resolveHostName(  # noqa: N802
        self,
        receiver: Any,
        name: str,
        portNumber: int = 0,  # noqa: N803
        *_more: Any,
    ) -> object:
        self.asked.append(name)
        given = self._answers.get(name, [[str(address)]] if (address := literal(name)) else [[]])
        receiver.resolutionBegan(object())
        for host in given.pop(0) if len(given) > 1 else given[0]:
            kind = IPv6Address if ":" in host else IPv4Address
            receiver.addressResolved(kind("TCP", host, portNumber))
        receiver.resolutionComplete()
        return object()


@contextmanager
def names(answers: Mapping[str, list[list[str]]]) -> Iterator[Names]:
    """In place of the reactor's resolver while in `with`."""
    twin = Names(answers)
    before = in_loop(_install(twin))
    try:
        yield twin
    finally:
        in_loop(_install(before))


async def _install(resolver: Any) -> Any:
    """Gives the one that was there before."""
    from twisted.internet import reactor

    return reactor.installNameResolver(resolver)  # type: ignore[attr-defined]

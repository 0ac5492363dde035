"""Examined: one thing that was looked at, and how it is."""

from dataclasses import asdict, dataclass

OK, NOTE, WRONG = "ok", "note", "wrong"


@dataclass(frozen=True, slots=True)
class Examined:
    """`what` was looked at; what was `found`, and the `remedy` where there is something to do."""

    what: str
    verdict: str
    found: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)

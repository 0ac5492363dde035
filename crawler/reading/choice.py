"""Candidates for a fact, and which of them is taken: one way to say it for every field."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T_co]):
    """One value that a page states, and where: `JSON-LD headline`, `meta og:title`, `h1`, `recipe .byline`."""

    value: T_co
    origin: str


@dataclass(frozen=True, slots=True)
class Choice(Generic[T_co]):
    """The value taken, why it was, and every candidate in the order of trust."""

    value: T_co
    why: str
    candidates: tuple[Candidate[T_co], ...] = ()

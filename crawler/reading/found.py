"""What one way of reading finds for each field, and how two ways fall through to one another."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import Facts
from crawler.reading.fields import Fields

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A choice for each field; the body's is HTML. `template` is the recipe's that was followed, if one was."""

    fields: Fields
    body: Choice[str | None]
    template: str | None = None

    def facts(self) -> Facts:
        return replace(self.fields.facts(), body=self.body.value)

    def choices(self) -> dict[str, Choice[Any]]:
        """Field → choice, the body last."""
        return {field.name: getattr(self.fields, field.name) for field in fields(Fields)} | {
            "body": self.body
        }

    def or_else(self, other: "Found") -> "Found":
        """These choices, and the other's where these come to nothing; with the candidates of both."""
        others = other.choices()
        merged = {name: first_of(choice, others[name]) for name, choice in self.choices().items()}
        return replace(self, body=merged.pop("body"), fields=Fields(**merged))


def first_of(one: Choice[T], other: Choice[T]) -> Choice[T]:
    """The first choice if it has a value, else the other; with the candidates of both in order of trust."""
    taken = one if one.value else other
    return Choice(taken.value, taken.why, (*one.candidates, *other.candidates))


def mapped(choice: Choice[T], change: Callable[[T], T]) -> Choice[T]:
    """The choice with its value and its candidates changed; candidates that become nothing are left out."""
    changed = (Candidate(change(one.value), one.origin) for one in choice.candidates)
    return Choice(change(choice.value), choice.why, tuple(one for one in changed if one.value))

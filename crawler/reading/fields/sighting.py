"""A text of the page that may state a time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sighting:
    """A text that may state a time, where it stood, and whether it is of a change."""

    text: str
    origin: str
    changed: bool = False
    whole: bool = True  # it has a year

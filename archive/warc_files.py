"""What a WARC file of ours holds, read from end to end."""

from dataclasses import dataclass, field
from typing import BinaryIO

from archive.warc import Damage, Record, records

RESPONSES = ("response", "revisit", "conversion")


@dataclass(slots=True)
class Scan:
    """The responses between two bytes of a file, and what is wrong there.

    `end` is where the last whole response (or warcinfo) ends. `is_unfinished`: what follows is a record that was
    begun and never finished, as a killed process leaves it.
    """

    end: int
    responses: list[Record] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    is_unfinished: bool = False


def scan(stream: BinaryIO, start: int, size: int) -> Scan:
    """Reads the records between two bytes; what is damaged is told and stepped over."""
    found = Scan(start)
    for one in records(stream, start, size):
        if isinstance(one, Damage):
            found.is_unfinished = one.is_torn
            found.damage.append(f"bytes {one.offset} to {one.end}: no record that can be read")
        elif one.kind == "request":
            # It comes before its response: alone at the end it is a rest.
            found.is_unfinished = True
        else:
            _take(one, found)
    return found


def _take(record: Record, found: Scan) -> None:
    found.end, found.is_unfinished = record.end, False
    if record.kind not in RESPONSES:
        return
    try:
        record.status_and_headers()
        _ = record.at
    except (ValueError, IndexError):
        found.damage.append(f"bytes {record.offset} to {record.end}: no response that can be read")
    else:
        found.responses.append(record)

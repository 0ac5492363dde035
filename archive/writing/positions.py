"""How far long work has come, so that the next run goes on there: a small file each in the archive's household."""

import json
from pathlib import Path

from archive.files import HOUSEHOLD, write_whole


class Positions:
    """By key, which says what is worked through. A position is a hint: work that is done twice changes nothing."""

    def __init__(self, root: Path) -> None:
        self._folder = root / HOUSEHOLD / "positions"

    def get(self, key: str) -> tuple[int, ...] | None:
        """The last position that was put; None where there is none that can be read."""
        try:
            stored = json.loads(self._file(key).read_bytes())
        except (OSError, ValueError):
            return None
        is_position = isinstance(stored, list) and all(isinstance(one, int) for one in stored)
        return tuple(stored) if is_position else None

    def put(self, key: str, position: tuple[int, ...]) -> None:
        write_whole(self._file(key), json.dumps(position).encode())

    def clear(self, key: str) -> None:
        self._file(key).unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"

"""Reload: settings and recipes are read again when their files change. What is not sound changes nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.config import Settings
from crawler.source import Source

EVERY_SECONDS = 2.0
# What is opened once; another value waits for the next start.
_FIXED = ("archive", "database_url", "log")

Mark = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a daemon reads what it goes by: `load` raises ConfigError or RecipeError; `files` may change any time."""

    load: Callable[[], tuple[Settings, Mapping[str, Source]]]
    files: Callable[[], Iterable[Path]]


class Changes:
    """Whether files changed since they were last read. A change counts once it has stayed the same for two looks."""

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        self._files = files
        self._read = self._seen = self._mark()

    def look(self) -> bool:
        before, self._seen = self._seen, self._mark()
        if self._seen == self._read or self._seen != before:
            return False
        self._read = self._seen
        return True

    def catch_up(self) -> None:
        """They are being read now."""
        self._read = self._seen = self._mark()

    def _mark(self) -> Mark:
        return tuple(sorted(_facts(file) for file in self._files()))


def _facts(file: Path) -> tuple[str, int, int]:
    try:
        facts = file.stat()
    except OSError:
        return str(file), 0, -1
    return str(file), facts.st_mtime_ns, facts.st_size


def recipe_files(settings: Settings, config: Path) -> list[Path]:
    """The settings' own file, and a person's recipes."""
    folders = [settings.recipes] if settings.recipes is not None else []
    return [config, *(file for folder in folders for file in sorted(folder.glob("*.toml")))]


def kept(new: Settings, old: Settings) -> tuple[Settings, list[str]]:
    """The new settings, with those as they were that only a restart changes; and the names of these, if they differ."""
    names = [name for name in _FIXED if getattr(new, name) != getattr(old, name)]
    return replace(new, **{name: getattr(old, name) for name in names}), names


def in_words(old: Mapping[str, Source], new: Mapping[str, Source]) -> str:
    """What a reload changed of the sources."""
    begun, ended = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    changed = sorted(name for name in new.keys() & old.keys() if new[name] != old[name])
    parts = (("crawled from now on: ", begun), ("no longer: ", ended), ("changed: ", changed))
    said = [f"{what}{', '.join(names)}" for what, names in parts if names]
    return "; ".join(said) or "the same sources as before"

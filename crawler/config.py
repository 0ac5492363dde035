"""What a person may set: `broadsheet.toml` and the environment, which wins over the file."""

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from archive import FURTHER_KEYS
from crawler import outlets

FILE_NAME = "broadsheet.toml"
RECIPES_NAME = "sources"  # the folder of recipes beside it that needs no setting

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SHORTEST_INTERVAL = 1.0
_LARGEST_BUDGET = 1_000_000
_REREAD_BOUND = 90 * 86400.0
_SCHEDULES = ("learned", "fixed")
_SOURCE_NAME = re.compile(r"[^\W_][\w.\-]*")
_KEY_NAME = re.compile(r"[a-z][a-z0-9_]*")


class ConfigError(Exception):
    """A setting that can't be used: one line that names the file, the key and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, with what it is where nobody set it. Paths are absolute."""

    archive: Path
    database_url: str | None = None  # None: SQLite inside the archive
    recipes: Path | None = None  # a folder of further recipes, which win over the shipped ones
    site_config: Path | None = None  # a folder of rules (ftr-site-config) for sites without a recipe
    sources: tuple[str, ...] = ()  # what the daemon crawls
    interval: float | None = None  # seconds between two crawls of one source, on the mean; None: the recipe's
    intervals: Mapping[str, float] = field(default_factory=dict)  # a source's own
    schedule: str = "learned"  # crawls come when a source publishes; or fixed: at its interval
    jitter: float = 0.1  # a wait differs from its interval by at most this share of it
    crawls_at_once: int = 2
    recycle_after: int = 2000  # crawls, after which the daemon's process is made anew; 0: never
    delay: float = 1.0  # seconds between two requests to one domain
    requests_per_crawl: int = 500  # robots.txt aside
    requests_per_day: int = 5000  # to one domain, robots.txt aside
    contact: str | None = None  # the mail address or page that the user agent names
    plain: bool = False  # paragraphs only, no other Markdown
    assets: bool = False  # the pictures of articles are kept, too
    snapshots: bool = True  # each article's page is kept as it was received, too
    reread: float = _REREAD_BOUND  # seconds: the age at which an article is last read again; 0: never
    front_matter: tuple[str, ...] = ()  # further keys of a file, after the five
    allow_networks: tuple[str, ...] = ()  # private networks (CIDR) that a crawl may reach
    browser: Path | None = None  # the Chromium that shows pages which fill themselves; None: the one on PATH
    tell: tuple[str, ...] = field(default=(), repr=False)  # Apprise URLs, with their secrets
    webhook: str | None = field(default=None, repr=False)  # gets the letters as JSON
    webhook_secret: str | None = field(default=None, repr=False)  # what they are signed with
    daily_summary: time | None = None  # when a day's summary is told, in `time_zone`
    time_zone: ZoneInfo | None = None  # of that, and of the times in letters; None: the machine's
    metrics: outlets.Endpoint | None = None  # where /metrics and /healthz are served; None: nowhere
    log: str | None = None  # how the daemon's lines are written; None: coloured on a terminal, else plain

    def interval_of(self, source: str) -> float | None:
        """Seconds between two crawls of `source` that were asked for; None: as its recipe has it."""
        return self.intervals.get(source, self.interval)


def load_settings(config: Path | None, environ: Mapping[str, str], cwd: Path) -> Settings:
    """The settings from `config` (else `broadsheet.toml` in `cwd`, if there is one) and the environment.

    A folder `sources` beside it holds recipes, if nothing says otherwise.
    """
    values: dict[str, object] = {"archive": cwd / "archive-data"}
    file = _file(config, cwd)
    if own_recipes(config, cwd).is_dir():
        values["recipes"] = own_recipes(config, cwd)
    if config or file.exists():
        values |= _from_file(file)
    values |= _from_environment(environ, cwd)
    return Settings(**values)  # type: ignore[arg-type]  # every value went through its key's reader


def own_recipes(config: Path | None, cwd: Path) -> Path:
    """Where a person's recipes lie if nothing else is set: `sources`, beside the settings."""
    return _file(config, cwd).parent / RECIPES_NAME


def _file(config: Path | None, cwd: Path) -> Path:
    return cwd / (config.expanduser() if config else FILE_NAME)


def duration(text: object) -> float:
    """Seconds in "90s", "20m", "2h" or "1d"; ValueError otherwise."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd])", text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'{text!r} is no duration; write one like "90s", "20m" or "2h"')
    return float(match[1]) * _UNITS[match[2]]


def read_settings(text: str, file: Path) -> dict[str, object]:
    """What the text of `broadsheet.toml` sets, checked; `file` says where it lies, or will."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error
    return {key: _read(key, value, file.parent, f"{file}: {key}") for key, value in table.items()}


def _from_file(file: Path) -> dict[str, object]:
    try:
        return read_settings(file.read_text(encoding="utf-8"), file)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}; `broadsheet init` writes a new one") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8: {error.reason} at byte {error.start}") from error


def _from_environment(environ: Mapping[str, str], cwd: Path) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, key in _VARIABLES.items():
        text = environ.get(name, "").strip()
        if text:
            value = [part.strip() for part in text.split(",")] if key == "sources" else text
            values[key] = _read(key, value, cwd, name)
    return values


def _read(key: str, value: object, folder: Path, where: str) -> object:
    if key not in _READERS:
        near = difflib.get_close_matches(key, _READERS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(_READERS))}"
        raise ConfigError(f"{where}: no such setting; {hint}")
    try:
        return _READERS[key](value, folder)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _path(value: object, folder: Path) -> Path:
    text = _text(value, folder)
    try:
        return folder / Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{text!r} names no folder") from error


def _text(value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text; write it in quotes")
    return value.strip()


def _contact(value: object, folder: Path) -> str:
    text = _text(value, folder)
    # It becomes part of a header.
    if not (text.isascii() and text.isprintable()):
        raise ValueError(f"{text!r} is no mail address or URL in plain ASCII")
    return text


def _names(value: object, _folder: Path) -> tuple[str, ...]:
    return _listed(value, _SOURCE_NAME, 'source names, like ["huxiu"]')


def _keys(value: object, _folder: Path) -> tuple[str, ...]:
    keys = _listed(value, _KEY_NAME, 'front-matter keys, like ["tags", "language"]')
    unknown = [key for key in keys if key not in FURTHER_KEYS]
    if unknown:
        raise ValueError(f"no such key as {unknown[0]}; there are {', '.join(FURTHER_KEYS)}")
    return keys


def _networks(value: object, _folder: Path) -> tuple[str, ...]:
    return tuple(
        str(ipaddress.ip_network(network)) for network in _listed(value, re.compile(".+"), "networks")
    )


def _listed(value: object, pattern: re.Pattern[str], what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and pattern.fullmatch(one) for one in value
    ):
        raise ValueError(f"{value!r} is no list of {what}")
    return tuple(dict.fromkeys(value))


def _interval(value: object, _folder: Path) -> float:
    seconds = duration(value)
    if seconds < _SHORTEST_INTERVAL:
        raise ValueError(f'{value!r} is too short; the shortest is "1s"')
    return seconds


def _intervals(value: object, folder: Path) -> dict[str, float]:
    if not isinstance(value, dict):
        raise ValueError(f'{value!r} is no table; write [intervals] and under it huxiu = "10m"')
    return {name: _interval(interval, folder) for name, interval in value.items()}


def _bound(value: object, _folder: Path) -> float:
    if isinstance(value, bool):
        return _REREAD_BOUND if value else 0.0
    return duration(value)


def _schedule(value: object, _folder: Path) -> str:
    if value not in _SCHEDULES:
        raise ValueError(f"{value!r} is none of {' and '.join(_SCHEDULES)}")
    return str(value)


def _count(value: object, _folder: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 64:
        raise ValueError(f"{value!r} is no whole number from 1 to 64")
    return value


def _budget(value: object, _folder: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LARGEST_BUDGET:
        raise ValueError(f"{value!r} is no whole number from 1 to {_LARGEST_BUDGET}")
    return value


def _recycling(value: object, folder: Path) -> int:
    return 0 if value == 0 and not isinstance(value, bool) else _budget(value, folder)


def _share(value: object, _folder: Path) -> float:
    return _number(value, 0.0, 0.5)


def _seconds(value: object, _folder: Path) -> float:
    return _number(value, 0.0, 3600.0)


def _number(value: object, least: float, most: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{value!r} is no number from {least:g} to {most:g}")
    return float(value)


def _switch(value: object, _folder: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


_READERS: dict[str, Callable[[object, Path], object]] = {
    "archive": _path,
    "database_url": _text,
    "recipes": _path,
    "site_config": _path,
    "sources": _names,
    "interval": _interval,
    "intervals": _intervals,
    "schedule": _schedule,
    "jitter": _share,
    "crawls_at_once": _count,
    "recycle_after": _recycling,
    "delay": _seconds,
    "requests_per_crawl": _budget,
    "requests_per_day": _budget,
    "contact": _contact,
    "plain": _switch,
    "assets": _switch,
    "snapshots": _switch,
    "reread": _bound,
    "front_matter": _keys,
    "allow_networks": _networks,
    "browser": _path,
    **outlets.READERS,
}

_VARIABLES = {
    "BROADSHEET_ARCHIVE": "archive",
    "BROADSHEET_DATABASE_URL": "database_url",
    "BROADSHEET_SOURCES": "recipes",
    "BROADSHEET_SOURCE_NAMES": "sources",
    "BROADSHEET_INTERVAL": "interval",
    **outlets.VARIABLES,
}

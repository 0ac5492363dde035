"""The daemon's log: each line says when, of which source and run, and of which URL. Plain, coloured, or JSON.

What our own code says, what libraries log, Python's warnings and what nobody caught go the same way.
"""

import contextlib
import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TextIO

from twisted.python.log import PythonLoggingObserver

from scheduler.runner import Outcome

_MOST_URLS = 50  # of a run that get a line of their own
_MOST_LETTERS = 4000  # of a message
_log = logging.getLogger("broadsheet")
_twisted = PythonLoggingObserver("twisted")  # type: ignore[no-untyped-call]
_sources: set[str] = set()  # that lines were about
# C0 and C1 controls, what turns the direction of a text, what some readers take for the end of a line.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_URL = re.compile(r"https?://[^\s<>\"']+")
_COLOURS = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[1;31m"}
_DIM, _BOLD, _OFF = "\x1b[2m", "\x1b[1m", "\x1b[0m"


class Line(str):
    """A line, and what it is about."""

    event: str
    level: int
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, text: str, event: str, level: int = logging.INFO, **facts: Any) -> Self:
        """Facts may be anything that JSON holds; `source`, `run` and `url` are shown in every form."""
        line = cls(text)
        line.event, line.level, line.facts = event, level, facts
        return line


def set_up(how: str | None, stream: TextIO) -> None:
    """From here on everything is logged to the stream; None: coloured on a terminal, else plain."""
    handler = _Handler(stream)
    handler.setFormatter(_formatter(how, stream))
    root = logging.getLogger()
    for other in list(root.handlers):
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    _log.setLevel(logging.INFO)
    # What it says of connections is in the report of the crawl.
    logging.getLogger("twisted").setLevel(logging.ERROR)
    stop()
    _twisted.start()
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda raised: _uncaught(
        raised.exc_type, raised.exc_value or raised.exc_type(), raised.exc_traceback
    )


def stop() -> None:
    """Twisted's own complaints are no longer taken."""
    with contextlib.suppress(ValueError):  # they were not
        _twisted.stop()


def say(text: str) -> None:
    """One line of our own."""
    line = text if isinstance(text, Line) else _noted(text)
    facts = dict(line.facts)
    source = facts.pop("source", None)
    if source:
        _sources.add(source)
    extra = {
        "event": line.event,
        "source": source,
        "run": facts.pop("run", None),
        "url": facts.pop("url", None),
    }
    _log.log(line.level, "%s", line, extra={**extra, "fields": facts})


def alarm_line(source: str, kind: str, subject: str, cause: str = "") -> Line:
    """An alarm that was raised; without a cause, one that is over. Without a source it is the machine's."""
    what = f"alarm: {cause}" if cause else f"over: {' '.join(filter(None, (kind, subject)))}"
    level, facts = logging.WARNING if cause else logging.INFO, {"kind": kind, "subject": subject or None}
    named = f"{source}: {what}" if source else what
    return Line.of(named, "alarm" if cause else "all-clear", level, source=source or None, **facts)


def run_lines(outcome: Outcome) -> Iterator[Line]:
    """What is said of a run: what it came to, and each of its URLs that has a new state."""
    report, level = outcome.report, logging.INFO if outcome.answered else logging.WARNING
    if report is None:
        yield Line.of(outcome.summary, "run", level, source=outcome.source, problem=outcome.problem)
        return
    about: dict[str, Any] = {"source": outcome.source, "run": report.run}
    seconds = (report.finished_at - report.started_at).total_seconds() if report.finished_at else None
    facts = {"counts": report.counts, "requests": report.requests, "seconds": seconds, "ok": report.ok}
    yield Line.of(outcome.summary, "run", level, **about, **facts)
    news = [(url, state) for url, state in report.states.items() if state not in ("known", "unchanged")]
    for url, state in news[:_MOST_URLS]:
        reason = report.reasons.get(url, "")
        level = logging.WARNING if url in report.troubles else logging.INFO
        text = f"{state} {url}{f': {reason}' if reason else ''}"
        yield Line.of(text, "url", level, **about, url=url, state=state, reason=reason or None)
    if len(news) > _MOST_URLS:
        yield Line.of(f"and {len(news) - _MOST_URLS} more URLs", "note", **about)


def _noted(text: str) -> Line:
    """A line that begins with the name of a source is about it."""
    name = text.partition(": ")[0]
    return Line.of(text, "note", source=name if name in _sources else None)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A log that can't be written (a full disk, nobody who reads) is no reason to end."""


class _Entry:
    """What there is to say of a record."""

    def __init__(self, record: logging.LogRecord) -> None:
        known: Mapping[str, Any] = record.__dict__
        spider = known.get("spider")
        is_ours = record.name == _log.name
        self.at = datetime.fromtimestamp(record.created, UTC)
        self.level = record.levelname.lower()
        self.event = str(known.get("event") or ("warning" if record.name == "py.warnings" else "log"))
        self.message = _cut(" ".join(record.getMessage().split()))
        self.source = known.get("source") or getattr(spider, "name", None)
        self.run = known.get("run") or getattr(getattr(spider, "tally", None), "run", None)
        self.url = known.get("url") or (None if is_ours else _first_url(self.message))
        self.logger = None if is_ours else record.name
        self.fields: Mapping[str, Any] = known.get("fields") or {}
        error = record.exc_info
        self.traceback = "".join(traceback.format_exception(*error)) if error and error[0] else None


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = _Entry(record)
        level = "" if entry.level == "info" else f"{entry.level}: "
        line = f"{entry.at:%Y-%m-%d %H:%M:%S}Z {level}{_safe(entry.message)}{_about(entry)}"
        return line + _indented(entry.traceback)


class _Coloured(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = _Entry(record)
        level = "" if entry.level == "info" else f"{_COLOURS.get(entry.level, '')}{entry.level}:{_OFF} "
        message = _safe(entry.message)
        if entry.source and message.startswith(f"{entry.source}: "):
            message = f"{_BOLD}{entry.source}{_OFF}{message[len(entry.source) :]}"
        about = _about(entry)
        line = f"{_DIM}{entry.at:%Y-%m-%d %H:%M:%S}Z{_OFF} {level}{message}"
        return line + (f"{_DIM}{about}{_OFF}" if about else "") + _indented(entry.traceback)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = _Entry(record)
        facts: dict[str, Any] = {
            "ts": entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": entry.level,
            "event": entry.event,
            "source": entry.source,
            "run": entry.run,
            "url": entry.url,
            "message": entry.message,
            "logger": entry.logger,
            "traceback": entry.traceback,
        }
        facts |= {name: value for name, value in entry.fields.items() if name not in facts}
        shown = {name: value for name, value in facts.items() if value is not None}
        text = json.dumps(shown, ensure_ascii=False, default=str)
        return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _formatter(how: str | None, stream: TextIO) -> logging.Formatter:
    if how is None:
        how = "colour" if stream.isatty() and not os.environ.get("NO_COLOR") else "plain"
    return {"json": _Json, "colour": _Coloured}.get(how, _Plain)()


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("%s: %s", kind.__name__, error, exc_info=(kind, error, trace), extra={"event": "crash"})


def _about(entry: _Entry) -> str:
    """What the message itself does not say."""
    source, url = entry.source, entry.url
    parts = [
        str(source) if source and not entry.message.startswith(f"{source}: ") else None,
        f"run {entry.run}" if entry.run else None,
        str(url) if url and str(url) not in entry.message else None,
    ]
    shown = _safe(", ".join(filter(None, parts)))
    return f" [{shown}]" if shown else ""


def _indented(text: str | None) -> str:
    return "".join(f"\n    {_safe(line)}" for line in (text or "").splitlines())


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"


def _first_url(text: str) -> str | None:
    found = _URL.search(text)
    return found[0].rstrip(".,;:)") if found else None

"""The daemon's log: what a line names, in each of its forms, whatever the web puts into it."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.report import CrawlReport
from scheduler.runner import Outcome
from scheduler.watching import logs
from scheduler.watching.logs import Line, alarm_line, run_lines, say

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
Read = Callable[[], str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Read]]:
    """Sets the log up and gives what reads it; afterwards all is as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)

    def set_up(how: str | None, stream: io.StringIO | None = None) -> Read:
        taken = stream or io.StringIO()
        logs.set_up(how, taken)
        return taken.getvalue

    yield set_up
    logging.captureWarnings(capture=False)
    logs.stop()
    root.handlers[:], root.level = before


def rows(read: Read) -> list[dict[str, Any]]:
    return [json.loads(line) for line in read().splitlines()]


def report(**changes: Any) -> CrawlReport:
    facts: dict[str, Any] = {
        "source": "tech",
        "run": 12,
        "started_at": NOW,
        "finished_at": NOW + timedelta(seconds=2),
        "wanted": 2,
        "requests": 3,
        "states": {"https://news.example/1": "new", "https://news.example/2": "blocked"},
        "reasons": {"https://news.example/2": "it answers 403"},
    }
    return CrawlReport(**facts | changes)


def test_a_run_names_its_source_its_number_and_its_urls(logged: Callable[..., Read]) -> None:
    read = logged("json")
    for line in run_lines(Outcome("tech", report())):
        say(line)
    run, first, second = rows(read)
    assert (run["event"], run["source"], run["run"], run["message"]) == (
        "run",
        "tech",
        12,
        "tech: 1 new, 1 blocked",
    )
    assert (run["counts"], run["requests"], run["seconds"]) == ({"new": 1, "blocked": 1}, 3, 2.0)
    assert [row["url"] for row in (first, second)] == ["https://news.example/1", "https://news.example/2"]
    assert {(row["source"], row["run"], row["event"]) for row in (first, second)} == {("tech", 12, "url")}
    assert (second["level"], second["state"], second["reason"]) == ("warning", "blocked", "it answers 403")
    assert datetime.fromisoformat(run["ts"]).utcoffset() == timedelta(0)


def test_the_same_in_plain(logged: Callable[..., Read]) -> None:
    read = logged("plain")
    for line in run_lines(Outcome("tech", report())):
        say(line)
    assert [line.partition("Z ")[2] for line in read().splitlines()] == [
        "tech: 1 new, 1 blocked [run 12]",
        "new https://news.example/1 [tech, run 12]",
        "warning: blocked https://news.example/2: it answers 403 [tech, run 12]",
    ]


def test_an_alarm_and_its_end_are_events_of_their_own(logged: Callable[..., Read]) -> None:
    read = logged("json")
    say(alarm_line("tech", "field", "author", "no author on 12 of 12 articles"))
    say(alarm_line("tech", "field", "author"))
    say(alarm_line("", "disk", "", "10 MB are left"))
    raised, over, machine = rows(read)
    assert (raised["event"], raised["level"], raised["source"]) == ("alarm", "warning", "tech")
    assert (raised["kind"], raised["subject"]) == ("field", "author")
    assert raised["message"] == "tech: alarm: no author on 12 of 12 articles"
    assert (over["event"], over["message"]) == ("all-clear", "tech: over: field author")
    assert "source" not in machine


def test_a_line_that_begins_with_a_source_that_was_met_is_about_it(logged: Callable[..., Read]) -> None:
    read = logged("json")
    for line in run_lines(Outcome("met", report(source="met", states={}))):
        say(line)
    say("met: its next crawl can't be noted yet")
    say("other: something")
    assert [row.get("source") for row in rows(read)] == ["met", "met", None]


def test_a_run_without_a_report_says_why() -> None:
    (line,) = run_lines(Outcome("tech", problem="the disk is full"))
    assert line == "tech: the disk is full"
    assert line.level == logging.WARNING
    assert line.facts["source"] == "tech"


def test_of_many_urls_some_are_said_and_how_many_there_were() -> None:
    states = {f"https://news.example/{number}": "new" for number in range(500)}
    lines = list(run_lines(Outcome("tech", report(states=states))))
    assert len(lines) == 52
    assert lines[-1] == "and 450 more URLs"


def test_a_terminal_gets_colours_and_a_pipe_none(
    logged: Callable[..., Read], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    read = logged(None, Terminal())
    say(Line.of("tech: 1 new", "run", source="tech", run=12))
    assert "\x1b[1mtech\x1b[0m: 1 new\x1b[2m [run 12]\x1b[0m" in read()
    read = logged(None)
    say("stopping")
    assert "\x1b" not in read()
    monkeypatch.setenv("NO_COLOR", "1")
    read = logged(None, Terminal())
    say("stopping")
    assert "\x1b" not in read()


@pytest.mark.parametrize("how", ["plain", "colour", "json"])
def test_nothing_of_the_web_breaks_a_line_or_moves_a_cursor(logged: Callable[..., Read], how: str) -> None:
    hostile = "a\x1b]0;title\x07b\r\nc\x85d\u2028e\u202ef\x9b31m"
    read = logged(how)
    say(Line.of(f"failed https://news.example/\x1b[2J: {hostile}", "url", source="te\x1bch", url=hostile))
    logging.getLogger("scrapy").error("%s", hostile)
    text = read()
    assert text.count("\n") == len(text.splitlines()) == 2
    assert not set(text) & set("\x07\r\x85\u2028\u202e\x9b")
    assert text.count("\x1b") == {
        "colour": text.count("\x1b[0m") + text.count("\x1b[2m") + text.count("\x1b[31m")
    }.get(how, 0)


def test_what_libraries_log_names_source_run_and_url(logged: Callable[..., Read]) -> None:
    read = logged("json")

    class Spider:
        name = "tech"
        tally = type("Tally", (), {"run": 12})

    logging.getLogger("scrapy.core.scraper").error(
        "Error downloading <GET https://news.example/1>", extra={"spider": Spider()}
    )
    logging.getLogger("scrapy.core.engine").info("Spider opened")
    (row,) = rows(read)
    assert (row["source"], row["run"], row["url"]) == ("tech", 12, "https://news.example/1")
    assert (row["logger"], row["level"]) == ("scrapy.core.scraper", "error")


def test_a_traceback_in_json_is_one_line_and_in_plain_is_indented(logged: Callable[..., Read]) -> None:
    for how, lines in (("json", 1), ("plain", 4)):
        read = logged(how)
        try:
            int("no\nsuch thing")
        except ValueError:
            logging.getLogger("any").exception("it broke")
        assert len(read().splitlines()) >= lines
        if how == "json":
            (row,) = rows(read)
            assert "ValueError: invalid literal" in row["traceback"].splitlines()[-1]
            assert row["message"] == "it broke"
        else:
            assert all(line.startswith("    ") for line in read().splitlines()[1:])


def test_warnings_and_what_nobody_caught_go_the_same_way(logged: Callable[..., Read]) -> None:
    read = logged("json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    sys.excepthook(KeyError, KeyError("at last"), None)
    warned, threaded, uncaught = rows(read)
    assert (warned["event"], warned["level"]) == ("warning", "warning")
    assert "old" in warned["message"]
    assert (threaded["event"], threaded["message"]) == ("crash", "RuntimeError: in a thread")
    assert (uncaught["level"], uncaught["message"]) == ("critical", "KeyError: 'at last'")


def test_a_log_that_can_not_be_written_ends_nothing(logged: Callable[..., Read]) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    logged("plain", Full())
    say("tech: 1 new")

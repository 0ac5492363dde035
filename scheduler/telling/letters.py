"""Letter: what is told in one go, as text for a person and as JSON for a program (docs/webhook.md)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from scheduler.telling import telling
from scheduler.telling.summary import Day, summary_json, summary_subject, summary_text
from scheduler.telling.telling import Telling, Told, stamp

VERSION = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """`facts` are the JSON beyond the heading. The same news has the same `id`, however often it is sent."""

    id: str
    event: str  # alarms | summary | test
    subject: str
    text: str
    written_at: datetime
    facts: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """What a webhook gets."""
        return {
            "version": VERSION,
            "id": self.id,
            "event": self.event,
            "written_at": stamp(self.written_at),
            "subject": self.subject,
            "text": self.text,
            **self.facts,
        }

    def body(self) -> bytes:
        """The same as bytes: what is sent, and what is signed."""
        return json.dumps(self.as_json(), ensure_ascii=False).encode("utf-8")


def letter_from(facts: Mapping[str, Any]) -> Letter:
    """The letter that `as_json` gave."""
    heading = ("version", "id", "event", "written_at", "subject", "text")
    return Letter(
        id=facts["id"],
        event=facts["event"],
        subject=facts["subject"],
        text=facts["text"],
        written_at=datetime.fromisoformat(facts["written_at"]),
        facts={name: value for name, value in facts.items() if name not in heading},
    )


def of_alarms(told: Telling, now: datetime, zone: tzinfo, root: str) -> Letter:
    """The letter of what was raised and what is over."""
    numbers = [[one.alarm.id for one in some] for some in (told.raised, told.cleared)]
    facts = {"raised": _rows(told.raised), "cleared": _rows(told.cleared)}
    return Letter(
        id=_digest(numbers),
        event="alarms",
        subject=telling.subject(told),
        text=telling.text(told, zone, root),
        written_at=now,
        facts=facts,
    )


def of_day(day: Day, due_at: datetime, now: datetime, zone: tzinfo) -> Letter:
    """The letter of a day, whose summary was due then."""
    return Letter(
        id=_digest(["summary", stamp(due_at)]),
        event="summary",
        subject=summary_subject(day, zone),
        text=summary_text(day, zone),
        written_at=now,
        facts={"summary": summary_json(day)},
    )


def of_test(now: datetime, root: str) -> Letter:
    """A letter that says nothing but that letters arrive."""
    text = f"This is what a letter from Broadsheet looks like: 这是一封测试信。\n\nArchive: {root}\n"
    return Letter(_digest(["test", now.isoformat()]), "test", "Broadsheet: a test", text, now, {})


def _rows(told: Iterable[Told]) -> list[dict[str, Any]]:
    return [
        {
            "source": one.alarm.source or None,
            "kind": one.alarm.kind,
            "subject": one.alarm.subject or None,
            "cause": telling.clean(one.alarm.cause),
            "since": stamp(one.alarm.since),
            "raised_at": stamp(one.alarm.raised_at),
            "cleared_at": stamp(one.alarm.cleared_at) if one.alarm.cleared_at else None,
            "times": one.times,
        }
        for one in told
    ]


def _digest(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]

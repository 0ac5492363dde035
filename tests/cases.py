"""The fixtures as records: a page as it was received, and what a right reading of it gives."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from crawler.discovery.asks import first_ask
from crawler.reading import Fetched
from crawler.source import Source, Step

FIXTURES = Path(__file__).parent.parent / "fixtures"
REFUSALS = ("blocked", "walled", "gone", "not_an_article", "failed")
STATES = ("article", "links", *REFUSALS)  # "links": a feed, list or API reply


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One fixture folder."""

    site: str
    name: str
    folder: Path
    fetched: Fetched
    further: tuple[Fetched, ...]  # the article's pages 2, 3 …
    state: str
    reason: str | None
    step: str | None  # for replies of discovery: the kind of step that asked
    document: bytes | None  # expected.md
    expected: Any  # expected.json: an article's facts, or a list of links

    def __str__(self) -> str:
        return f"{self.site}/{self.name}"

    @property
    def url(self) -> str:
        return self.fetched.url

    @property
    def body(self) -> bytes:
        return self.fetched.body

    @property
    def pages(self) -> tuple[Fetched, ...]:
        return (self.fetched, *self.further)

    @property
    def is_page(self) -> bool:
        """Is it for the reader? (Else it is for discovery.)"""
        return self.step is None


@cache
def cases() -> tuple[Case, ...]:
    """Every case below fixtures/, in order of site and name."""
    return tuple(load(meta.parent) for meta in sorted(FIXTURES.glob("*/*/meta.json")))


def case(name: str) -> Case:
    """The case called `site/name`."""
    return load(FIXTURES / name)


def step_of(case: Case, source: Source) -> Step | None:
    """The recipe's step whose reply the case is: that of its address, else the first of its kind."""
    steps = [step for step in source.discovery if step.kind == case.step]
    return next((step for step in steps if first_ask(step).url == case.url), steps[0] if steps else None)


def load(folder: Path) -> Case:
    """The case in a folder."""
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    (first,) = folder.glob("input.*")
    document, expected = folder / "expected.md", folder / "expected.json"
    return Case(
        site=folder.parent.name,
        name=folder.name,
        folder=folder,
        fetched=_fetched(meta, meta["url"], first),
        further=tuple(_fetched(meta, page["url"], folder / page["file"]) for page in meta.get("more", ())),
        state=meta["state"],
        reason=meta.get("reason"),
        step=meta.get("step"),
        document=document.read_bytes() if document.exists() else None,
        expected=json.loads(expected.read_text("utf-8")) if expected.exists() else None,
    )


def _fetched(meta: dict[str, Any], url: str, file: Path) -> Fetched:
    headers = {name.lower(): value for name, value in meta["headers"].items()}
    return Fetched(
        url=url,
        status=meta["status"],
        body=file.read_bytes(),
        content_type=headers.get("content-type"),
        fetched_at=datetime.fromisoformat(meta["fetched_at"]),
        headers=tuple(meta["headers"].items()),
    )

"""A recipe's test cases: a page or reply as it was received, and what a right reading of it gives."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import document_of, render
from crawler.discovery.asks import first_ask
from crawler.discovery.link import DiscoveryError, Reply
from crawler.discovery.links import find
from crawler.reading import Fetched, Refusal, read
from crawler.source import Source, Step


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


def cases_in(folder: Path) -> Iterator[Case]:
    """The cases of one source, in order of their names."""
    for meta in sorted(folder.glob("*/meta.json")):
        yield load(meta.parent)


def what_differs(case: Case, source: Source) -> str | None:
    """What today's recipe reads otherwise than the case says, in a few words; None where all is as expected."""
    return _page_differs(case, source) if case.is_page else _reply_differs(case, source)


def _page_differs(case: Case, source: Source) -> str | None:
    result = read(case.fetched, source, case.further)
    if isinstance(result, Refusal):
        return None if result.state == case.state else f"{result.state}: {result.reason}"
    if case.state != "article":
        return f"read as an article, not {case.state}"
    ours = render(document_of(result)).decode().splitlines()
    wanted = (case.document or b"").decode().splitlines()
    place = next(
        (place for place, pair in enumerate(zip(ours, wanted, strict=False)) if pair[0] != pair[1]), None
    )
    if place is None:
        return None if len(ours) == len(wanted) else f"{len(ours)} lines, not {len(wanted)}"
    return f"line {place + 1}: {ours[place][:60]!r}, not {wanted[place][:60]!r}"


def _reply_differs(case: Case, source: Source) -> str | None:
    step = step_of(case, source)
    if step is None:
        return f"the recipe has no step of kind {case.step}"
    reply = Reply(case.body, case.url, case.fetched.content_type, case.fetched.fetched_at)
    try:
        links = find(reply, first_ask(step), step, source).links
    except DiscoveryError as error:
        return None if case.state != "links" else str(error)
    found = [identity.url for link in links if (identity := source.identify(link.url))]
    wanted = [item["url"] for item in case.expected or ()]
    return (
        None
        if found == wanted
        else f"{len(found)} articles, of which {len(set(found) & set(wanted))} of {len(wanted)} are expected"
    )


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

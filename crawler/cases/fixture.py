"""Fixtures from saved pages: invented text in the page's own mark-up, and what the reader makes of it."""

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive import Article, document_of, portable, render
from crawler.cases.cases import Case, step_of
from crawler.cases.invented import invent, shape
from crawler.cases.phrases import phrases
from crawler.discovery.link import DiscoveryError, Link
from crawler.discovery.links import links
from crawler.reading import Fetched, Refusal, read
from crawler.source import Source, Step

__all__ = ["FixtureError", "accept", "facts", "invent", "keep_case", "link_facts", "make_case"]

_KINDS = {"xml": "feed", "json": "api", "html": "listing"}


class FixtureError(Exception):
    """A case that can't be made: one line that names it and says what to do."""


def make_case(
    content: bytes, url: str, source: Source, into: Path, name: str | None, fetched_at: datetime
) -> Path:
    """Writes the case `into/<source>/<name>` of a saved page or reply, whole or not at all; gives its folder.

    `fetched_at` is aware UTC. Without a name the case is called after the article's id. Raises
    FixtureError where the case exists, can't be written, or would not be read as the page is.
    """
    identity = source.identify(url)
    name = (
        name
        or (identity and identity.identifier)
        or urlsplit(url).path.rstrip("/").rpartition("/")[2]
        or "page"
    )
    if portable(name) != name:
        raise FixtureError(f"{name!r} can't be a folder's name; choose another with --name")
    folder = into / source.name / name
    if folder.exists():
        raise FixtureError(f"{folder}: exists already; choose another name with --name")
    fetched = Fetched(
        url=url, status=200, body=content, content_type=None, fetched_at=fetched_at.replace(microsecond=0)
    )
    _write(folder, _files(fetched, source))
    return folder


def keep_case(fetched: Fetched, source: Source, into: Path) -> Path | None:
    """Writes a case of an article's page as it was received, its own text and all; gives its folder.

    None where there is one already, or where the page is no article. Raises FixtureError where it can't be written.
    """
    reading, identity = read(fetched, source), source.identify(fetched.url)
    if isinstance(reading, Refusal) or identity is None:
        return None
    last = urlsplit(identity.url).path.rstrip("/").rpartition("/")[2]
    folder = into / source.name / portable(identity.identifier or last or "page")
    if folder.exists():
        return None
    meta = {
        "url": fetched.url,
        "fetched_at": fetched.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": fetched.status,
        "headers": {"Content-Type": fetched.content_type} if fetched.content_type else {},
    }
    said, expected = _said(reading)
    _write(folder, {"input.html": fetched.body, "meta.json": _json(meta | said), **expected})
    return folder


def accept(case: Case, source: Source) -> None:
    """Makes what is read of a case today what is expected of it. Raises FixtureError where it can't be written."""
    step = step_of(case, source)
    if step is not None:
        said, expected = _listed(case.fetched, source, step)
    else:
        said, expected = _said(read(case.fetched, source, case.further))
    meta = json.loads((case.folder / "meta.json").read_text("utf-8"))
    kept = {key: value for key, value in meta.items() if key not in ("state", "reason", "step")}
    try:
        for name in ("expected.md", "expected.json"):
            (case.folder / name).unlink(missing_ok=True)
        for name, content in {**expected, "meta.json": _json(kept | said)}.items():
            (case.folder / name).write_bytes(content)
    except OSError as error:
        raise FixtureError(f"{case.folder}: can't be written: {error.strerror}") from error


def facts(article: Article) -> dict[str, Any]:
    """What the file's five keys can't hold, as `expected.json` says it."""
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "tags": list(article.tags),
        "language": article.language,
        "summary": article.summary,
        "image": article.image,
        "licence": article.licence,
    }


def link_facts(link: Link, source: Source) -> dict[str, Any]:
    """One row of a list's `expected.json`; the URL is the article's canonical one."""
    identity = source.identify(link.url)
    return {
        "url": identity.url if identity else link.url,
        "title": link.title,
        "published_at": link.published_at.isoformat() if link.published_at else None,
        "author": link.author,
    }


def _files(fetched: Fetched, source: Source) -> Mapping[str, bytes]:
    """The case's files by name."""
    content = invent(fetched.body, fetched.url, fetched.content_type, phrases(source))
    suffix = shape(content)
    invented = Fetched(
        url=fetched.url, status=200, body=content, content_type=None, fetched_at=fetched.fetched_at
    )
    meta = {
        "url": fetched.url,
        "fetched_at": fetched.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": 200,
        "headers": {},
    }
    step = _step(source, fetched.url, suffix)
    said, expected = _listed(invented, source, step) if step else _read(fetched, invented, source)
    return {f"input.{suffix}": content, "meta.json": _json(meta | said), **expected}


def _step(source: Source, url: str, suffix: str) -> Step | None:
    """The step of discovery whose reply this is; None for an article's page."""
    asked = [step for step in source.discovery if step.url.partition("?")[0] == url.partition("?")[0]]
    kin = [step for step in source.discovery if step.kind == _KINDS[suffix] and suffix != "html"]
    return next(iter([*asked, *kin]), None)


def _listed(reply: Fetched, source: Source, step: Step) -> tuple[dict[str, Any], dict[str, bytes]]:
    try:
        found = links(reply.body, reply.url, step, source, reply.content_type, reply.fetched_at)
    except DiscoveryError as error:
        return {"state": "failed", "reason": str(error), "step": step.kind}, {}
    rows = [link_facts(link, source) for link in found]
    return {"state": "links", "step": step.kind}, {"expected.json": _json(rows)}


def _read(page: Fetched, invented: Fetched, source: Source) -> tuple[dict[str, Any], dict[str, bytes]]:
    before, after = read(page, source), read(invented, source)
    if _state(before) != _state(after):
        raise FixtureError(
            f"{page.url}: reads as {_state(before)}, but as {_state(after)} with invented text; "
            "replace the page's text by hand"
        )
    return _said(after)


def _said(reading: Article | Refusal) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a case says of a page that is read so: in its meta.json, and in files of their own."""
    if isinstance(reading, Refusal):
        return {"state": reading.state, "reason": reading.reason}, {}
    return {"state": "article"}, {
        "expected.md": render(document_of(reading)),
        "expected.json": _json(facts(reading)),
    }


def _state(reading: Article | Refusal) -> str:
    return reading.state if isinstance(reading, Refusal) else "article"


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    # Hidden until it is whole: a case is a folder with a meta.json, and half a case is a failing test.
    draft = folder.with_name(f".{folder.name}.tmp")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        for name, content in files.items():
            (draft / name).write_bytes(content)
        draft.rename(folder)
    except OSError as error:
        with suppress(OSError):
            shutil.rmtree(draft)
        raise FixtureError(
            f"{folder}: can't be written: {error.strerror}; choose another folder with --into"
        ) from error

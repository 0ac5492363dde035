"""The verbs for one saved page: extract and fixture."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive import Article, document_of, render
from cli.errors import BadInput
from cli.opening import recipes_of, settings_of, source_of
from cli.saying import say_json
from crawler.cases.fixture import FixtureError, make_case
from crawler.reading import Fetched, Refusal, read

_LARGEST_PAGE_BYTES = 10 * 1024 * 1024


def extract(file: str, url: str, config: Path | None, *, as_json: bool) -> int:
    """The article a saved page holds, as its file or as JSON; 1 where it is refused."""
    settings = settings_of(config)
    source = source_of(url, recipes_of(settings), settings.site_config)
    body, fetched_at = saved_page(file)
    fetched = Fetched(url=url, status=200, body=body, content_type=None, fetched_at=fetched_at)
    reading = read(fetched, source, plain=settings.plain)
    if as_json:
        say_json([_as_json(reading, source.name, settings.front_matter)])
    elif isinstance(reading, Article):
        sys.stdout.flush()
        sys.stdout.buffer.write(render(document_of(reading, settings.front_matter)))
    if isinstance(reading, Refusal):
        print(f"broadsheet: {file}: {reading.state}: {reading.reason}", file=sys.stderr)
        return 1
    return 0


def fixture(file: Path, url: str, into: Path, name: str | None, config: Path | None) -> int:
    """Makes a test case of a saved page, its text replaced."""
    settings = settings_of(config)
    source = source_of(url, recipes_of(settings), settings.site_config)
    body, fetched_at = saved_page(str(file))
    try:
        folder = make_case(body, url, source, into, name, fetched_at)
    except FixtureError as error:
        raise BadInput(str(error)) from error
    print(f"Fixture: {folder.resolve()}")
    return 0


def saved_page(file: str) -> tuple[bytes, datetime]:
    """The page's bytes and when it was saved, from which relative times are counted."""
    try:
        if file == "-":
            body, saved_at = sys.stdin.buffer.read(_LARGEST_PAGE_BYTES + 1), datetime.now(UTC)
        else:
            with Path(file).open("rb") as page:
                body = page.read(_LARGEST_PAGE_BYTES + 1)
            saved_at = datetime.fromtimestamp(Path(file).stat().st_mtime, UTC)
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; name a saved page, or - for standard input") from error
    if len(body) > _LARGEST_PAGE_BYTES:
        raise BadInput(f"{file}: larger than {_LARGEST_PAGE_BYTES // 1024**2} MiB; no article page is")
    return body, saved_at


def _as_json(reading: Article | Refusal, source: str, further: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(reading, Refusal):
        nothing = dict.fromkeys(("title", "published_at", "body", "licence", "image"))
        whose = {"authors": [], "tags": [], "url": reading.url, "source": source}
        return (
            nothing | whose | {"state": reading.state, "reason": reading.reason, "evidence": reading.evidence}
        )
    published_at = reading.published_at
    return {
        "state": "article",
        "reason": None,
        "evidence": None,
        "title": reading.title,
        "authors": list(reading.authors),
        "published_at": published_at.isoformat() if published_at else None,
        "body": document_of(reading, further).body,
        "url": reading.url,
        "source": reading.source,
        "licence": reading.licence,
        "image": reading.image,
        "tags": list(reading.tags),
    }

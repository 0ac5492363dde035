"""The language an article is written in."""

import re
from collections.abc import Iterator

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.fields.bylines import near_headline
from crawler.reading.fields.title import title
from crawler.reading.metadata import linked
from crawler.reading.page import Page

_METAS = ("content-language", "og:locale", "dc.language", "language")
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?![a-z])", re.IGNORECASE)
_FEWEST = 4  # characters of a script that tell a language
_SAMPLE = 2_000  # characters of text


def language(page: Page) -> Choice[str | None]:
    """A BCP 47 tag: the stated one, unless the script of the title tells another language."""
    stated = [Candidate(tag, origin) for text, origin in _stated(page) if (tag := tag_of(text))]
    told = told_by_script(title(page).value or "") or ("" if stated else told_by_script(_sample(page)))
    written = [Candidate(told, "script of the text")] if told else []
    fitting = next((one for one in stated if not told or one.value.partition("-")[0] in _fitting(told)), None)
    if fitting:
        return Choice(fitting.value, "the most trusted that fits the script", (*stated, *written))
    return Choice(told or None, "what the script tells" if told else "not stated", (*stated, *written))


def tag_of(text: str | None) -> str | None:
    """The text as a tag in its usual spelling, `zh-Hans-CN`; None if it is none."""
    match = _TAG.match((text or "").strip())
    if match is None:
        return None
    name, script, region = match.groups()
    return "-".join(filter(None, (name.lower(), script and script.title(), region and region.upper())))


def told_by_script(text: str) -> str:
    """zh, ja or ko where that script is used; empty for any other."""
    if sum("ぁ" <= one <= "ヿ" for one in text) >= _FEWEST:
        return "ja"
    if sum("가" <= one <= "힣" for one in text) >= _FEWEST:
        return "ko"
    return "zh" if sum("一" <= one <= "鿿" for one in text) >= _FEWEST else ""


def _sample(page: Page) -> str:
    return "".join(near.text for near in near_headline(page))[:_SAMPLE]


def _fitting(told: str) -> tuple[str, ...]:
    """The languages that may show the script: a Japanese or Korean headline may be all Han."""
    return ("zh", "ja", "ko", "yue") if told == "zh" else (told,)


def _stated(page: Page) -> Iterator[tuple[str | None, str]]:
    said = linked(page).get("inLanguage")
    yield json_ld.text(said.get("alternateName") if isinstance(said, dict) else said), "JSON-LD inLanguage"
    for name in ("lang", "xml:lang"):
        yield page.root.get(name), f"html {name}"
    for name in _METAS:
        yield from ((text, f"meta {name}") for text in page.metas.get(name, [])[:1])

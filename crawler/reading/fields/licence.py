"""Whose the text is, and who may reprint it: a licence that is stated, or a note on the page."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from crawler.reading import json_ld
from crawler.reading.choice import Candidate, Choice
from crawler.reading.facts import line
from crawler.reading.fields.bylines import telling
from crawler.reading.fields.reporters import is_chinese, texts_after_headline
from crawler.reading.fields.walk import is_short
from crawler.reading.metadata import linked, related
from crawler.reading.page import Node, Page, joined, text_of

_METAS = ("dc.rights.license", "dc.rights", "dcterms.license", "license")
_SHORTEST, _LONGEST = 4, 160  # characters of a note
# What a note may begin with; only then are the patterns tried.
_OPENINGS = (
    "本文", "文章", "本篇", "转", "来源", "來源", "稿件", "信息", "内容", "this ", "originally ", "first ", "republished ", "dieser ",
    "source", "quelle",
)  # fmt: skip
_COMMON = re.compile("CC[ -]BY|[Cc]reative [Cc]ommons|知识共享|署名-非商业")
# 本文转载自…, 本文由…授权…; Originally published in …
_REPRINTED = re.compile(
    r"(?:本文|文章|本篇)(?:转载自|转自|来自|来源|首发|原载|经|由.{1,30}(?:授权|许可|转载|发布)|系.{1,30}(?:授权|转载|作品))|"
    r"转载自|转自|this (?:article|story|post) (?:was |is )?(?:originally |first )?(?:published|appeared|republished|licensed)|"
    r"(?:originally|first) (?:published|appeared) (?:in|on|at|by) (?!\w{3,9}\.? \d)|republished (?:from|with)|"
    r"dieser (?:artikel|beitrag|text) (?:ist|erschien)\b.{0,40}(?:zuerst|lizenz)",
    re.IGNORECASE,
)
# 来源：…; Source: …
_SOURCE = re.compile(
    r"(?:(?:文章|稿件|信息|内容)?(?:来源|來源)|source|quelle)\s?[:：]\s?[^\s.:。!?'\"“‘]{2}", re.IGNORECASE
)
_LONGEST_OPENING = 12
_AROUND = " \t\n(（[【*-–—•"
_OF_PICTURE = re.compile(r"photo|foto|bild|image|grafik|图|flickr", re.IGNORECASE)
_PICTURES = frozenset({"figure", "figcaption"})

Note = tuple[str, Node | None]  # a text, and the element it stands in where that may hold more


def licence(page: Page) -> Choice[str | None]:
    found = ((line(text), origin) for text, origin in _found(page))
    candidates = tuple(Candidate(text, origin) for text, origin in found if text)
    if not candidates:
        return Choice(None, "none is stated")
    return Choice(candidates[0].value, "the most trusted", candidates)


def _found(page: Page) -> Iterator[tuple[str | None, str]]:
    yield _of(linked(page).get("license")), "JSON-LD license"
    for node in related(page, "license")[:1]:
        yield joined(page.base_url, node.get("href") or ""), "link license"
    for name in _METAS:
        yield from ((text, f"meta {name}") for text in page.metas.get(name, [])[:1])
    notes = _notes(page)
    common = (note for note in notes if _COMMON.search(note[0]))
    opening = [(text, node) for raw, node in notes if _opens(text := raw.lstrip(_AROUND))]
    reprinted = (note for note in opening if _REPRINTED.match(note[0]))
    yield _first(chain(common, reprinted)), "note on the page"
    yield _first(note for note in opening if _SOURCE.match(note[0])), "source on the page"


def _opens(text: str) -> bool:
    return text[:_LONGEST_OPENING].lower().startswith(_OPENINGS)


def _first(notes: Iterable[Note]) -> str | None:
    """The first note, with what its element holds beside it; none of a picture."""
    for text, node in notes:
        if node is not None and not is_short(node, _LONGEST):
            continue
        whole = text if node is None else text_of(node)
        if len(whole) <= _LONGEST and not _OF_PICTURE.search(whole):
            return whole
    return None


def _of(value: Any) -> str | None:
    return json_ld.text(value.get("url") or value.get("name") if isinstance(value, dict) else value)


def _notes(page: Page) -> list[Note]:
    """The short texts by the headline; of a Chinese article, which names its source below, all that follow."""
    if is_chinese(page):
        return [(text, None) for text in texts_after_headline(page) if _SHORTEST <= len(text) <= _LONGEST]
    short = (near for near in telling(page) if _SHORTEST <= len(near.text) <= 2 * _LONGEST)
    return [(near.text, near.node) for near in short if near.node.tag not in _PICTURES]

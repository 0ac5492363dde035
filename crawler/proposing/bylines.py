"""Pure: where an author's name stands in the middle of a line, as a selector and what is around the name."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from crawler.proposing.places import names_of, small_nodes
from crawler.proposing.scores import person
from crawler.reading.facts import split_names
from crawler.reading.page import Page, text_of

_LONGEST_CONTEXT = 10  # characters kept of what is before and behind the name
_LABELS = re.compile(
    r"(作者|撰文|記者|记者|文字|編輯|编译|文)\s*[:：]\s*(?=\S)|(?<![A-Za-z])(Author|Autor|Von|Text|By)\s*:\s*(?=\S)"
)
_ONE_WORD, _WORDS = r"([^\s,，;；|｜/()（）]{2,30})", r"([^,;|/()\d]{2,60}[^,;|/()\d\s])"
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_MOST_CANDIDATES = 4

Rule = Mapping[str, str]


def in_lines(pages: Sequence[Page], authors: Sequence[str | None]) -> list[Rule]:
    """Rules for names that a feed states and that stand within a line of the page."""
    contexts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    known = 0
    for page, author in zip(pages, authors, strict=True):
        wanted = split_names((person(author),)) if author else ()
        if len(wanted) == 1:
            known += 1
            for selector, around in _around(page, wanted[0]):
                contexts[selector].append(around)
    ranked = sorted((one for one in contexts if len(contexts[one]) == known), key=lambda one: (len(one), one))
    rules = ({"select": one, "match": pattern} for one in ranked if (pattern := _pattern(contexts[one])))
    return list(islice(rules, _MOST_CANDIDATES))


def labelled(pages: Sequence[Page]) -> list[Rule]:
    """Rules for names behind a label such as 作者: that every page has at the same place."""
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for page in pages:
        found = set()
        for node in small_nodes(page):
            match = _LABELS.search(text_of(node))
            if match and not any(
                _LABELS.search(text_of(child)) for child in node if isinstance(child.tag, str)
            ):
                label = match[1] or match[2]
                # A cell of a table bears no name of its own.
                by_label = f'xpath://{node.tag}[text()[contains(., "{label}")]]'
                found |= {(name, label) for name in (*names_of(node), by_label)}
        for one in found:
            counted[one] += 1
    right = sorted(
        (one for one in counted if counted[one] == len(pages)),
        key=lambda one: (one[0].startswith("xpath:"), len(one[0]), one),
    )
    return [
        {"select": selector, "match": rf"{label}\s*[:：]\s*{_WORDS if label.isascii() else _ONE_WORD}"}
        for selector, label in right[:_MOST_CANDIDATES]
    ]


def _around(page: Page, author: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Selectors of the smallest elements with the name in them, and the text before and behind it."""
    for node in small_nodes(page):
        text = text_of(node)
        place = text.find(author)
        if place < 0 or any(author in text_of(child) for child in node if isinstance(child.tag, str)):
            continue
        around = (text[:place], text[place + len(author) :])
        for name in names_of(node):
            yield name, around


def _pattern(around: Sequence[tuple[str, str]]) -> str | None:
    """What is always before and behind the name; None where nothing marks it off."""
    before = _common([one[::-1] for one, _ in around])[:_LONGEST_CONTEXT][::-1]
    behind = _common([one for _, one in around])[:_LONGEST_CONTEXT]
    before = re.sub(r"^.*\d", "", before, flags=re.DOTALL)
    behind = re.sub(r"\d.*$", "", behind, flags=re.DOTALL)
    starts = all(not one for one, _ in around)
    ends = all(not one for _, one in around)
    if not (starts or before.strip()) or not (ends or behind.strip()):
        return None
    head = "^" if starts else _spelled(before)
    tail = "$" if ends else _spelled(behind)
    return f"{head}(.+?){tail}"


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    first, last = min(texts), max(texts)
    size = next((place for place, one in enumerate(first) if one != last[place]), len(first))
    return first[:size]


def _spelled(text: str) -> str:
    parts = [_SPECIAL.sub(r"\\\g<0>", part) for part in text.split()]
    return (
        (r"\s*" if text[:1].isspace() else "")
        + r"\s+".join(parts)
        + (r"\s*" if text[-1:].isspace() or text[-1:] in ":：" else "")
    )

"""Pure: the JSON that a page's scripts hold: where it is, where the article lies in it, and which key is which field."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crawler.proposing.scores import key
from crawler.reading.page import Node, Page
from crawler.reading.states import states
from crawler.recipe import State

_ASSIGNED = re.compile(r"(?<![\w.$])((?:window\.|self\.)?[A-Za-z_$][\w$]{2,60})\s*=\s*(?=[{\[])")
_KNOWN = (("script#__NEXT_DATA__", "plain"), ("script#__NUXT_DATA__", "indexed"))
_SMALLEST, _MOST_SCRIPTS, _MOST_VALUES, _DEEPEST = 300, 60, 40_000, 14
_SHORTEST_TEXT, _DEEPEST_TEXT = 200, 4  # characters; levels below the article's object
_AUTHOR = re.compile(r"author|byline|writer|reporter|nick_?name|user_?name|creator|editor", re.IGNORECASE)
_TIME = re.compile(r"publi|pub_?(?:date|time)|date|time|created|issued", re.IGNORECASE)
_NOT_TIME = re.compile(r"modif|updat|edit|expire|read|duration", re.IGNORECASE)
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A state with the article in it: the keys of its `[[states]]`, and the rules it offers, by field."""

    keys: Mapping[str, object]
    rules: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        return str(self.keys.get("name") or self.keys["script"])


def held(page: Page, title: str | None, author: str | None = None) -> Held | None:
    """The state that holds the article called so, if one does; `author` is who is said to have written it."""
    wanted = key(title or "")
    for keys in _scripts(page.root):
        for value in states(page.root, (State.model_validate(keys),), None):
            path = _path_of(value, wanted) if len(wanted) >= 4 else None
            if path is not None:
                found = _at(value, path)
                at = _spelled(path, page.identifier)
                return Held({**keys, "at": at} if path else keys, _rules(found, key(author or "")))
    return None


def names(page: Page) -> list[str]:
    """What the states on a page are called."""
    return [str(keys.get("name") or keys["script"]) for keys in _scripts(page.root)]


def _scripts(root: Node) -> Iterator[dict[str, object]]:
    """`[[states]]` of the scripts that may hold a page's facts."""
    found: list[dict[str, object]] = []
    for node in islice(root.iter("script"), _MOST_SCRIPTS):
        text = node.text or ""
        if len(text) < _SMALLEST or "ld+json" in (node.get("type") or ""):
            continue
        identifier = node.get("id") or ""
        if "json" in (node.get("type") or "") and _PLAIN_KEY.fullmatch(identifier):
            form = dict(_KNOWN).get(f"script#{identifier}", "plain")
            found.append({"script": f"script#{identifier}", **({"form": form} if form != "plain" else {})})
        else:
            found += [_assigned(match[1]) for match in islice(_ASSIGNED.finditer(text), 5)]
    once = {json.dumps(keys, sort_keys=True): keys for keys in found}
    yield from once.values()


def _assigned(name: str) -> dict[str, object]:
    word = name.rpartition(".")[2]
    return {"script": f'xpath://script[contains(., "{word}")]', "name": name}


def _path_of(value: Any, wanted: str) -> Path | None:
    """The way to the object that has the title, the one with most text where several do."""
    best: tuple[int, Path] | None = None
    waiting: deque[tuple[Any, Path]] = deque([(value, ())])
    for _ in range(_MOST_VALUES):
        if not waiting:
            break
        one, path = waiting.popleft()
        if len(path) > _DEEPEST:
            continue
        if isinstance(one, dict):
            if any(isinstance(text, str) and key(text) == wanted for text in islice(one.values(), 200)):
                size = len(_longest(one))
                best = (size, path) if best is None or size > best[0] else best
            waiting.extend((inner, (*path, name)) for name, inner in islice(one.items(), 500))
        elif isinstance(one, list):
            waiting.extend((inner, (*path, place)) for place, inner in enumerate(one[:500]))
    return best[1] if best else None


def _longest(value: Any) -> str:
    texts = (text for _, text in _texts(value))
    return max(texts, key=len, default="")


def _texts(value: Any, path: Path = (), depth: int = 0) -> Iterator[tuple[Path, str]]:
    """The strings within a value, and how to get there; at most four levels down."""
    if isinstance(value, str):
        yield path, value
    elif depth < _DEEPEST_TEXT:
        for step, inner in islice(_inner(value), 100):
            yield from _texts(inner, (*path, step), depth + 1)


def _inner(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _spelled(path: Path, identifier: str | None = None) -> str:
    """The way as JMESPath; the article's id in a key is `{id}`."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step}]"
            continue
        name = step.replace(identifier, "{id}") if identifier and len(identifier) >= 3 else step
        quoted = name if _PLAIN_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        said += f".{quoted}" if said else quoted
    return said


def _rules(article: Any, author: str) -> dict[str, tuple[str, ...]]:
    """Which keys of the article's object are which fields, the likeliest first."""
    texts = list(islice(_texts(article), 400))
    stated = [path for path, text in texts if author and key(text) == author]
    named = [path for path, text in texts if _is_author(path, text)]
    long = sorted((one for one in texts if len(one[1]) >= _SHORTEST_TEXT), key=lambda one: -len(one[1]))
    rules = {
        "authors": [_spelled(path) for path in (*stated, *named)],
        "published": [_spelled(path) for path in _moments(article)],
        "body": [*(_spelled(path) for path, _ in long), *_blocks(article)],
    }
    found = {
        name: tuple(dict.fromkeys(f"json:{path}" for path in paths if path))[:4]
        for name, paths in rules.items()
    }
    return {name: paths for name, paths in found.items() if paths}


def _is_author(path: Path, text: str) -> bool:
    label = ".".join(step for step in path if isinstance(step, str))
    return bool(_AUTHOR.search(label)) and bool(text.strip()) and "://" not in text and len(text) < 80


def _moments(article: Any) -> Iterator[Path]:
    if not isinstance(article, dict):
        return
    for name, value in article.items():
        is_one = (
            isinstance(value, str | int | float) and not isinstance(value, bool) and str(value)[:1].isdigit()
        )
        if is_one and _TIME.search(name) and not _NOT_TIME.search(name):
            yield (name,)


def _blocks(article: Any) -> list[str]:
    """Lists of blocks whose texts together are the article."""
    if not isinstance(article, dict):
        return []
    found = []
    for name, value in article.items():
        blocks = value if isinstance(value, list) else []
        texts = [block for block in blocks if isinstance(block, dict)]
        if len(texts) < 2:
            continue
        keys = {
            inner
            for block in texts
            for inner, text in block.items()
            if isinstance(text, str) and len(text) > 40
        }
        found += [f"{_spelled((name,))}[].{_spelled((inner,))}" for inner in sorted(keys)]
    return found

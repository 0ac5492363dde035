"""Pure: addresses of articles → the patterns of a recipe that know them, and which ones they must not take."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from crawler.proposing.addresses import NO_ARTICLES, Address, has_no_articles, kind_of
from crawler.proposing.clusters import Cluster, merged

_MOST_PATTERNS, _MOST_EXCLUDED = 8, 40
_LONGEST_PATTERN = 480
_FEW_OF_NUMBERS, _FEW_OF_TEXTS = 3, 2  # words that are listed; more of them stand for any
_SEGMENT = "[^/?]+"
_SHORTEST_ID = 4  # digits, below folders that are numbers
_ID = r"(?P<id>\d+)"
_LATE_NUMBER = re.compile(r".*[-_.](?P<id>\d{4,})")
_YEARS = re.compile(r"(?:19|20)\d\d")
_EARLY_NUMBER = re.compile(r"(?P<id>\d{3,})(?P<mark>[-_.]).+")
_PREFIXED = re.compile(r"(?P<prefix>[A-Za-z]{1,12}[-_]?)(?P<id>\d{3,})")
_HASHED = re.compile(r"(?=(?:[^\W_]*\d)|[a-f]+)[A-Za-z0-9]{6,40}")
_LATE_HASH = re.compile(r".+-(?P<id>(?=[a-z]*\d)[0-9a-z]{6,40})")
_COMMON_PAGES = (
    "about(?:-us)?|advertise|contact(?:-us)?|impressum|imprint|datenschutz|privacy(?:-policy)?|terms(?:-[a-z-]+)?|cookie-policy|"
    "legal|jobs|careers|newsletters?|login|register|search|sitemap|subscribe|team|agb|kontakt"
)


@dataclass(frozen=True, slots=True)
class Addressing:
    """`[article]` of a recipe."""

    patterns: tuple[str, ...]
    canonical: str
    keep: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    stated: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """One pattern's path, without what ends it."""

    core: str
    by_id: str | None  # the canonical path, where the id alone tells the article
    slash: bool  # the site ends it with one
    open: bool  # a slash may follow


def addressing(
    articles: Sequence[Cluster], others: Iterable[Cluster], base: str, *, stated_slash: bool | None = None
) -> Addressing:
    """The patterns for the articles' addresses; `base` is scheme and host of the canonical form.

    `stated_slash`: whether the pages themselves spell their addresses with a slash at the end, where they state it.
    """
    groups = [
        group
        for _, group in sorted(
            merged(articles).items(), key=lambda item: -sum(len(one.seen) for one in item[1])
        )
    ]
    forms = [_form(group, stated_slash) for group in groups[:_MOST_PATTERNS]]
    keys = tuple(dict.fromkeys(key for group in groups for one in group for key in one.keys))
    if len(forms) == 1 and forms[0].by_id is not None:
        patterns: tuple[str, ...] = (f"/{forms[0].core}{_end(forms[0])}",)
        canonical = f"{base}/{forms[0].by_id}" + ("/" if forms[0].slash else "")
    else:
        slashes = {form.slash for form in forms}
        # Some end with a slash, some do not: each keeps its own.
        inner = ["/" if form.slash and len(slashes) > 1 else "" for form in forms]
        patterns = tuple(
            f"/(?P<path>{form.core}{slash}){'' if slash else _end(form)}"
            for form, slash in zip(forms, inner, strict=True)
        )
        canonical = f"{base}/{{path}}" + ("/" if slashes == {True} else "")
    patterns = tuple(dict.fromkeys(one for one in patterns if len(one) <= _LONGEST_PATTERN))
    return Addressing(patterns, canonical, keys, _excluded(patterns, articles, others))


def _form(group: Sequence[Cluster], stated_slash: bool | None) -> _Form:
    addresses = [one.address for cluster in group for one in cluster.seen]
    width = len(group[0].folders)
    is_numbered = group[0].last == "number"
    folders = [_folder([one.folders[place] for one in addresses], is_numbered) for place in range(width)]
    slashed = sum(one.slash for one in addresses) * 2 > len(addresses)
    slash = stated_slash if stated_slash is not None and not group[0].extension else slashed
    if group[0].keys:
        return _query_form(addresses, folders)
    last = _last([one.stem for one in addresses], alone=width == 0)
    extension, spelled = _extensions([one.extension for one in addresses])
    literal = all(kind == "literal" for kind, _ in folders)
    if "(?P<id>" in last and not _is_unique(last, addresses):
        last = re.sub(r"\(\?P<id>(.*?)\)", r"\1", last)
    core = "/".join([*(pattern for _, pattern in folders), last + extension])
    by_id = None
    if literal and _tells_all(last):
        plain = [addresses[0].folders[place] for place in range(width)]
        by_id = (
            "/".join([*plain, _spelled(last) + spelled]).replace("%", "%25")
            if "{" not in "".join(plain)
            else None
        )
    return _Form(core, by_id, slash=slash, open=not spelled)


def _end(form: _Form) -> str:
    return "/?" if form.open else ""


def _extensions(seen: Sequence[str]) -> tuple[str, str]:
    """The pattern of what the last part ends with, and how most addresses spell it."""
    counted = Counter(seen)
    spelled = counted.most_common(1)[0][0]
    some = sorted(one for one in counted if one)
    if not some:
        return "", ""
    either = _either(some)
    return (f"(?:{either})?" if "" in counted else either), spelled


def _literal(text: str) -> str:
    """The text as a pattern that means it; `re.escape` puts a backslash before hyphens too."""
    return re.sub(r"[.^$*+?{}\[\]\\|()]", r"\\\g<0>", text)


def _either(words: Iterable[str]) -> str:
    listed = list(map(_literal, words))
    return listed[0] if len(listed) == 1 else f"(?:{'|'.join(listed)})"


def _query_form(addresses: Sequence[Address], folders: Sequence[tuple[str, str]]) -> _Form:
    """A path and the query that is the identity."""
    stems = {one.stem + one.extension for one in addresses}
    stem = _literal(stems.pop()) if len(stems) == 1 else _SEGMENT
    slash = "/" if all(one.slash and one.stem for one in addresses) else ""
    pairs = []
    for place, (key, _) in enumerate(addresses[0].query):
        values = [one.query[place][1] for one in addresses]
        value = r"\d+" if all(map(str.isdecimal, values)) else "[^&]+"
        is_last = place == len(addresses[0].query) - 1
        pairs.append(f"{_literal(quote(key))}=" + (f"(?P<id>{value})" if is_last else value))
    core = "/".join([*(pattern for _, pattern in folders), stem]) + slash + r"\?" + "&".join(pairs)
    return _Form(core, None, slash=False, open=False)


def _folder(values: Sequence[str], is_numbered: bool) -> tuple[str, str]:
    """What a folder may be, of those that were seen: literal or any, and its pattern."""
    kinds = {kind_of(value) for value in values}
    if kinds == {"year"}:
        return "any", r"\d{4}"
    if kinds <= {"number", "date", "year"}:
        lengths = {len(value) for value in values}
        width = lengths.pop() if len(lengths) == 1 else 0
        if all(map(str.isdecimal, values)):
            return "any", rf"\d{{{width}}}" if kinds == {"date"} and width else r"\d+"
        return "any", r"[\d._-]+"
    words = sorted(set(values))
    if len(words) == 1:
        return "literal", _literal(words[0])
    few = _FEW_OF_NUMBERS if is_numbered else _FEW_OF_TEXTS
    return "any", _either(words) if len(words) <= few else _SEGMENT


def _last(stems: Sequence[str], *, alone: bool) -> str:
    """The pattern of the last part, with the group `id` where all have a number or the like at the same place."""
    if all(stem.isdecimal() for stem in stems):
        return _ID
    late = [_LATE_NUMBER.fullmatch(stem) for stem in stems]
    if all(match and not _YEARS.fullmatch(match["id"]) for match in late):
        return rf"{_SEGMENT}[-_.]{_ID}"
    early = [_EARLY_NUMBER.fullmatch(stem) for stem in stems]
    if all(early):
        return rf"{_ID}[-_.]{_SEGMENT}"
    prefixed = [match["prefix"] if (match := _PREFIXED.fullmatch(stem)) else "" for stem in stems]
    if all(prefixed):
        return _either(sorted(set(prefixed))) + _ID
    if all(map(_HASHED.fullmatch, stems)) and sum(any(map(str.isdecimal, stem)) for stem in stems) * 2 > len(
        stems
    ):
        return r"(?P<id>[A-Za-z0-9]+)"
    hashed = [_LATE_HASH.fullmatch(stem) for stem in stems]
    if len(stems) >= 2 and all(hashed) and len({len(match["id"]) for match in hashed if match}) <= 2:
        return rf"{_SEGMENT}-(?P<id>[0-9a-z]+)"
    # Of a page at the root only a name of several words is an article's: menus lead to `/about` and `/reviews`.
    return r"[^/?]*-[^/?]*" if alone and all("-" in stem.strip("-") for stem in stems) else _SEGMENT


def _is_unique(last: str, addresses: Sequence[Address]) -> bool:
    """Does no other article have the same id? Below numbered folders a short number begins anew in each."""
    ids = [match["id"] for one in addresses if (match := re.fullmatch(last, one.stem))]
    stems = {(one.folders, one.stem) for one in addresses}
    is_numbered = any(kind_of(folder) != "text" for one in addresses for folder in one.folders)
    return len(set(ids)) == len(stems) and not (is_numbered and min(map(len, ids)) < _SHORTEST_ID)


def _tells_all(last: str) -> bool:
    """Is the id, with a fixed prefix at most, the whole of the last part?"""
    return "(?P<id>" in last and _SEGMENT not in last and "(?:" not in last


def _spelled(last: str) -> str:
    """The last part as the canonical form spells it: `a(?P<id>…)` is a{id}."""
    head = last.partition("(?P<id>")[0]
    return re.sub(r"\\(.)", r"\1", head) + "{id}"


def _excluded(
    patterns: Sequence[str], articles: Sequence[Cluster], others: Iterable[Cluster]
) -> tuple[str, ...]:
    """Paths that the patterns would take and that are no articles: sections, tags, people, pages about the site."""
    own = [one.address for cluster in articles for one in cluster.seen]
    mine = Counter(address.folders[0].lower() for address in own if address.folders)
    folders: dict[str, None] = {}
    singles: dict[str, None] = {}
    for one in (one for other in others for one in other.seen):
        address = one.address
        if not any(re.fullmatch(pattern, address.path) for pattern in patterns):
            continue
        if address.folders and has_no_articles(address) and address.folders[0].lower() not in mine:
            folders[address.folders[0]] = None
        elif not address.folders or one.aside:
            singles[address.path.rstrip("/")] = None
    found = [f"/{_either(folders)}/.*"] if folders else []
    found += [f"{_literal(path)}/?" for path in list(singles)[:_MOST_EXCLUDED]]
    return tuple(found + _usual(patterns, own, set(folders)))


def _usual(patterns: Sequence[str], own: Sequence[Address], known: set[str]) -> list[str]:
    """What nearly every site has where its articles lie in any folder, or at the root."""
    found = []
    usual = (
        "tag",
        "tags",
        "topic",
        "topics",
        "category",
        "author",
        "authors",
        "user",
        "users",
        "page",
        "search",
    )
    taken = {address.folders[0].lower() for address in own if address.folders}
    words = [word for word in usual if word not in taken | known and word in NO_ARTICLES]
    if any(re.fullmatch(pattern, f"/{words[0]}/some-name-here-1234") for pattern in patterns):
        found.append(f"/(?:{'|'.join(words)})/.*")
    root = [address.stem for address in own if not address.folders]
    pages = f"/(?:{_COMMON_PAGES})/?"
    is_caught = any(re.fullmatch(pattern, path) for pattern in patterns for path in ("/about-us", "/search"))
    if is_caught and not any(re.fullmatch(pages, f"/{stem}") for stem in root):
        found.append(pages)
    return found

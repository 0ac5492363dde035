"""The versions of an article, and what lies between two of them."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from rich.text import Text as Shown

from archive import (
    Archive,
    ArticleRow,
    Document,
    DocumentError,
    Hunk,
    Text,
    VersionRow,
    classify,
    hunk,
    hunks,
    moved,
    parse,
)
from cli.errors import BadInput
from cli.opening import canonical, read_archive, recipes_of, settings_of
from cli.saying import console, say_json, say_table
from cli.shelf import article_of

_BESIDE = "beside"
_GONE, _CAME = "red strike", "green"


@dataclass(frozen=True, slots=True)
class Version:
    """A text of the article. `change` is what it changed of the one before."""

    number: int
    read_at: str
    change: str
    path: str
    document: Document | None  # None: its file is gone, or can't be read
    is_in_place: bool = False
    flips: int = 0  # how often it came back

    @property
    def text(self) -> Text:
        if self.document is None:
            raise BadInput(f"{self.path} can't be read; `broadsheet history` shows which versions can")
        return Text(self.document.title, self.document.body)

    def as_json(self) -> dict[str, Any]:
        kinds = [word for word in self.change.split() if word != _BESIDE]
        return {
            "version": self.number,
            "read_at": self.read_at,
            "change": kinds,
            "characters": len(self.document.body) if self.document else None,
            "file": self.path,
            "in_place": self.is_in_place,
            "beside": self.change.split()[:1] == [_BESIDE],
            "came_back": self.flips,
        }


def history(url_or_path: str, config: Path | None, *, as_json: bool) -> int:
    """Every version of one article, the oldest first."""
    settings = settings_of(config)
    with read_archive(settings) as archive:
        row = article_of(archive, canonical(url_or_path, recipes_of(settings)))
        versions, page = _versions(archive, row), archive.history.page(row)
    if as_json:
        say_json({**version.as_json(), "url": row.url, "page": page} for version in versions)
        return 0
    folder = PurePosixPath(row.path).parent
    print(f"{row.title}\n{row.url}\n{row.path}\n")
    say_table(
        ("version", "read", "change", "characters", f"file in {folder}"),
        (_cells(version, folder) for version in versions),
    )
    if page:
        print(f"\nThe page is {page}")
    return 0


def diff(
    url_or_path: str, numbers: tuple[int | None, int | None], config: Path | None, *, as_json: bool
) -> int:
    """What one version changed of another; 1 where there is only one."""
    settings = settings_of(config)
    with read_archive(settings) as archive:
        row = article_of(archive, canonical(url_or_path, recipes_of(settings)))
        versions = _versions(archive, row)
    if len(versions) < 2:
        print(f"{row.url} has one version only: nothing is known to have changed", file=sys.stderr)
        return 1
    old, new = _chosen(versions, *numbers)
    found = [hunk(old.text.title, new.text.title), *hunks(old.text.body, new.text.body)]
    if as_json:
        say_json({"part": "body" if place else "title", **one.as_json()} for place, one in enumerate(found))
    else:
        _say(row, (old, new), found)
    return 0


# --- versions ---


def _versions(archive: Archive, row: ArticleRow) -> list[Version]:
    kept = archive.history.of(row)
    in_place = Version(
        len(kept) + 1, row.fetched_at, "", row.path, _parsed(archive.text(row)), is_in_place=True
    )
    if kept:
        in_place = replace(in_place, number=kept[-1].number + 1)
    versions, before = list[Version](), ""
    for one in kept:
        is_beside = one.change.split()[:1] == [_BESIDE]
        change = one.change if is_beside else before
        versions.append(
            Version(one.number, one.fetched_at, change, one.path, _kept(archive, one, row), flips=one.flips)
        )
        before = before if is_beside else one.change
    return _with_present(versions, replace(in_place, change=before))


def _with_present(versions: list[Version], present: Version) -> list[Version]:
    """The text in place is a version of its own, unless it is one that came back."""
    for place, one in enumerate(versions):
        if one.document and present.document and classify(one.text, present.text).is_cosmetic:
            back = replace(one, path=present.path, document=present.document, is_in_place=True)
            return [*versions[:place], back, *versions[place + 1 :]]
    return [*versions, present]


def _kept(archive: Archive, version: VersionRow, row: ArticleRow) -> Document | None:
    content = archive.history.content(version)
    document = _parsed(content) if content is not None else None
    # As it lay in place: that its pictures lie elsewhere from here is no change.
    return document and replace(document, body=moved(document.body, version.path, row.path))


def _parsed(text: str) -> Document | None:
    try:
        return parse(text.encode())
    except DocumentError:
        return None


def _chosen(versions: Sequence[Version], old: int | None, new: int | None) -> tuple[Version, Version]:
    by_number = {version.number: version for version in versions}
    end = new or next(version.number for version in versions if version.is_in_place)
    others = [number for number in by_number if number != end]
    begin = old or max([number for number in others if number < end] or others)
    for number in (begin, end):
        if number not in by_number:
            known = ", ".join(map(str, by_number))
            raise BadInput(f"there is no version {number}; there are {known}")
    return by_number[begin], by_number[end]


# --- what is shown ---


def _cells(version: Version, folder: PurePosixPath) -> tuple[object, ...]:
    document = version.document
    notes = ["in place"] if version.is_in_place else []
    notes += [f"came back {version.flips}×"] if version.flips else []
    words = version.change.split()
    kept_beside = words[:1] == [_BESIDE]
    change = ", ".join(words[1:] if kept_beside else words)
    said = [f"{change} (beside your own)" if kept_beside else change, *notes]
    characters = len(document.body) if document else "missing"
    place = PurePosixPath(version.path)
    shown = place.relative_to(folder) if place.is_relative_to(folder) else place
    return (version.number, _local(version.read_at), "; ".join(filter(None, said)), characters, shown)


def _say(row: ArticleRow, pair: tuple[Version, Version], found: Sequence[Hunk]) -> None:
    old, new = pair
    change = str(classify(old.text, new.text)) or "nothing that counts"
    print(row.url)
    print(f"version {old.number} ({_local(old.read_at)}) → {new.number} ({_local(new.read_at)}): {change}")
    screen = console()
    has_colours = screen.is_terminal and screen.color_system is not None and not screen.no_color
    for shown in _shown(found, marks=not has_colours):
        print()
        if has_colours:
            screen.print(shown, soft_wrap=True)
        else:
            print(shown.plain)


def _shown(found: Sequence[Hunk], *, marks: bool) -> Iterator[Shown]:
    """Each paragraph that changed; of those between only how many they are."""
    same = 0
    for place, one in enumerate(found):
        if one.op == "same" and place:
            same += 1
            continue
        if same:
            yield Shown(_unchanged(same), style="dim")
        same = 0
        yield _of_hunk(one, marks=marks)
    if same:
        yield Shown(_unchanged(same), style="dim")


def _of_hunk(one: Hunk, *, marks: bool) -> Shown:
    shown = Shown()
    for before, after in one.words or ((one.before, one.after),):
        if before == after:
            shown.append(before)
            continue
        for text, style, pair in ((before, _GONE, ("[-", "-]")), (after, _CAME, ("{+", "+}"))):
            if text:
                shown.append(f"{pair[0]}{text}{pair[1]}" if marks else text, style=style)
    return shown


def _unchanged(count: int) -> str:
    return f"… {count} paragraph{'' if count == 1 else 's'} unchanged"


def _local(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"

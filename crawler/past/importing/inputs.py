"""What a person names for an import, as items: a WARC file, JSON lines, a post, a saved page, or a folder of these."""

import hashlib
import os
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path

from crawler.past.importing import warc
from crawler.past.importing.item import DATED, LARGEST_BYTES, Broken, Item, Place, Site
from crawler.past.importing.stated import plain_yaml

_WARC = (".warc", ".warc.gz")
_ROWS = (".jsonl", ".ndjson")
_POSTS = (".md", ".markdown")
_PAGES = (".html", ".htm", ".xhtml")
_OF_ARCHIVES = ("ledger", "snapshots", "assets")  # beside the articles of an archive of ours
_HEAD_BYTES = 64 * 1024
_LARGEST_BESIDE = 100_000
# Jekyll's `permalink` words: https://jekyllrb.com/docs/permalinks/#built-in-formats
_STYLES = {
    "date": DATED,
    "pretty": "/:year/:month/:day/:title/",
    "none": "/:title.html",
}


class InputError(Exception):
    """An input that can't be used: one line that names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file or folder that is imported. Equal `key`s are the same content, as far as a look can tell."""

    path: Path
    key: str
    size: int  # bytes of a file, files of a folder
    site: Site | None = None

    @property
    def is_folder(self) -> bool:
        return self.path.is_dir()


def input_of(path: Path, base_url: str | None = None) -> Input:
    """The input at a path. Raises InputError where there is none that can be read."""
    try:
        if path.is_dir():
            return _folder(path, base_url)
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise InputError(f"{path}: no file or folder; name a WARC file, JSON lines or a folder")
        with path.open("rb") as file:
            head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror}; name a WARC file, JSON lines or a folder that is there"
        ) from error
    if _kind(path) is None:
        known = ", ".join((*_WARC, *_ROWS, *_POSTS, *_PAGES))
        raise InputError(f"{path}: not known what this is by its name; known are {known} and folders")
    key = f"{facts.st_size} {facts.st_mtime_ns} {head}"
    return Input(path, _digest([key]), facts.st_size, _site(path.parent, base_url))


def items(source: Input, after: Place | None) -> Iterator[Item | Broken | Place]:
    """What the input holds after a Place, in an order that is the same each time; a Place for what is no item.

    Raises InputError where it can no longer be read.
    """
    if source.is_folder:
        yield from _items_of_folder(source, after)
        return
    try:
        yield from _items_of_file(source.path, source.path.name, source.site, after)
    except OSError as error:
        raise InputError(
            f"{source.path}: {error.strerror}; run the import again, it goes on from here"
        ) from error


def _kind(path: Path) -> str | None:
    name = path.name.lower()
    kinds = {"warc": _WARC, "rows": _ROWS, "post": _POSTS, "page": _PAGES}
    return next((kind for kind, endings in kinds.items() if name.endswith(endings)), None)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:32]


# --- folders ---


def _folder(path: Path, base_url: str | None) -> Input:
    digest, count = hashlib.sha256(), 0
    for file in _files(path):
        facts = file.stat()
        digest.update(
            f"{file.relative_to(path)}\0{facts.st_size} {facts.st_mtime_ns}\n".encode("utf-8", "replace")
        )
        count += 1
    return Input(path, digest.hexdigest()[:32], count, _site(path, base_url))


def _files(root: Path) -> Iterator[Path]:
    """Every file of a known kind, hidden ones aside; links that lead elsewhere are not followed."""
    home, of_archive = root.resolve(), _OF_ARCHIVES if (root / ".broadsheet").is_dir() else ()
    for folder, names, files in os.walk(root):
        top = Path(folder) == root
        names[:] = sorted(one for one in names if one[0] != "." and not (top and one in of_archive))
        for name in sorted(files):
            file = Path(folder, name)
            if name.startswith(".") or _kind(file) is None:
                continue
            if file.is_file() and (not file.is_symlink() or file.resolve().is_relative_to(home)):
                yield file


def _items_of_folder(source: Input, after: Place | None) -> Iterator[Item | Broken | Place]:
    """A Place is the file's number and, within a WARC file or JSON lines, the number of the item."""
    for number, file in enumerate(_files(source.path)):
        if after is not None and number < after.start:
            continue
        done = after.further if after is not None and number == after.start else -1
        name = file.relative_to(source.path).as_posix()
        try:
            yield from _placed(_items_of_file(file, name, source.site, None), number, done)
        except OSError as error:
            yield Broken(name, Place(number), error.strerror or str(error))


def _placed(
    found: Iterator[Item | Broken | Place], number: int, done: int
) -> Iterator[Item | Broken | Place]:
    """What one of many files holds, after the item that is done with, by its Place in the folder."""
    for count, one in enumerate(found):
        place = Place(number, count)
        if count > done:
            yield place if isinstance(one, Place) else replace(one, place=place)


# --- files ---


def _items_of_file(
    path: Path, name: str, site: Site | None, after: Place | None
) -> Iterator[Item | Broken | Place]:
    kind, saved_at = _kind(path), datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    with path.open("rb") as file:
        if kind == "warc":
            yield from warc.pages(file, name, saved_at, after)
        elif kind == "rows":
            yield from _rows(path, name, saved_at, after)
        elif after is None:
            yield _whole(path, name, saved_at, site)


def _rows(path: Path, name: str, saved_at: datetime, after: Place | None) -> Iterator[Item | Broken]:
    with path.open("rb") as file:
        file.seek(after.start if after else 0)
        if after is not None:
            _rest_of_line(file)
        while True:
            place = Place(file.tell())
            line = file.readline(LARGEST_BYTES + 1)
            if not line:
                return
            told = f"{name} at {place.start:,}"
            if len(line) > LARGEST_BYTES:
                _rest_of_line(file)
                yield Broken(told, place, f"a line of more than {LARGEST_BYTES // 1024**2} MiB")
            elif line.strip():
                yield Item(kind="row", name=told, place=place, content=line, fetched_at=saved_at)


def _rest_of_line(file: BufferedReader) -> None:
    while (piece := file.readline(LARGEST_BYTES)) and not piece.endswith(b"\n"):
        pass


def _whole(path: Path, name: str, saved_at: datetime, site: Site | None) -> Item | Broken:
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        return Broken(name, Place(0), f"larger than {LARGEST_BYTES // 1024**2} MiB; no article is")
    # Jekyll takes posts in HTML, too: a page has no front matter.
    is_post = _kind(path) == "post" or content.startswith(b"---\n")
    return Item(
        kind="post" if is_post else "page",
        name=name,
        place=Place(0),
        content=content,
        fetched_at=saved_at,
        path=name,
        beside=None if is_post else _beside(path),
        site=site,
    )


def _beside(path: Path) -> bytes | None:
    for name in (f"{path.stem}.meta.json", f"{path.name}.json", "meta.json"):
        file = path.with_name(name)
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST_BESIDE:
            return file.read_bytes()
    return None


# --- where a collection was published ---


def _site(folder: Path, base_url: str | None) -> Site | None:
    """What `--base` says, else the settings of Jekyll or Hugo in the folder or the one above."""
    found = next((site for place in (folder, folder.parent) if (site := _configured(place))), None)
    if base_url is not None:
        return Site(base_url, found.permalink if found else DATED)
    return found


def _configured(folder: Path) -> Site | None:
    for name, url_key in (("_config.yml", "url"), ("hugo.toml", "baseURL"), ("config.toml", "baseURL")):
        try:
            text = (folder / name).read_bytes()[:_LARGEST_BESIDE].decode("utf-8", "replace")
            stated = tomllib.loads(text) if name.endswith(".toml") else plain_yaml(text)
        except (OSError, ValueError, RecursionError):
            continue
        url = stated.get(url_key) if stated else None
        if stated and isinstance(url, str) and url.startswith(("http://", "https://")):
            style = str(stated.get("permalink") or ("date" if url_key == "url" else "/:section/:slug/"))
            return Site(url.rstrip("/") + str(stated.get("baseurl") or ""), _STYLES.get(style, style))
    return None

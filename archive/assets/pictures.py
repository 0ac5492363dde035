"""Pure: the pictures a Markdown body shows, what kind a picture is, and links to local files in place of remote ones."""

import re
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from posixpath import dirname, join, normpath, relpath

from archive.files import ASSETS

_FENCE = re.compile(r"^[ >]{0,40}(?:[-*+]|\d{1,9}[.)])?[ ]{0,40}(`{3,})", re.MULTILINE)
_TICKS = re.compile(r"(?<!\\)`+")
_PICTURE = re.compile(r"(?<!\\)(!\[(?:\\.|[^\[\]\\]){0,2000}\]\()((?:\\&|[^\s()<>\\\"`]){1,4000})(\))")

# https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern; SVG is none of them, as it may hold scripts.
_STARTS = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_BRANDS = (b"avif", b"avis")


def kind_of(content: bytes) -> str | None:
    """The ending of a picture's file, by what it holds, whatever its server calls it; None for anything else."""
    for start, ending in _STARTS:
        if content.startswith(start):
            return ending
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    size = int.from_bytes(content[:4], "big")
    if content[4:8] == b"ftyp" and 12 <= size <= 256 and any(brand in content[8:size] for brand in _BRANDS):
        return "avif"
    return None


def pictures_in(body: str) -> tuple[str, ...]:
    """The remote pictures of a body, in order, each once; what stands in code is none."""
    found = (_address(match[2]) for match in _pictures(body))
    return tuple(dict.fromkeys(url for url in found if url.startswith(("http://", "https://"))))


def localised(body: str, paths: Mapping[str, str], file: str) -> str:
    """The body with pictures shown from their local files: URL → path, like `file` relative to the archive.

    What is local already, or not in `paths`, stays. Doing it twice changes nothing.
    """
    pieces, end = [], 0
    for match in _pictures(body):
        path = paths.get(_address(match[2]))
        if path is not None:
            pieces += [body[end : match.start(2)], relpath(path, dirname(file))]
            end = match.end(2)
    return "".join([*pieces, body[end:]])


def moved(body: str, file: str, place: str) -> str:
    """The body as it shows the same stored pictures from `place` that it shows from `file`, both relative to the archive."""
    pieces, end = [], 0
    for match in _pictures(body):
        path = normpath(join(dirname(file), match[2]))
        if path.startswith(f"{ASSETS}/"):
            pieces += [body[end : match.start(2)], relpath(path, dirname(place))]
            end = match.end(2)
    return "".join([*pieces, body[end:]])


def _address(target: str) -> str:
    return target.replace("\\&", "&")


def _pictures(body: str) -> Iterator[re.Match[str]]:
    is_code = _code(body)
    return (match for match in _PICTURE.finditer(body) if not is_code(match.start()))


def _code(body: str) -> Callable[[int], bool]:
    """Whether a place lies in code. Each mark is looked at once, however many are never closed."""
    marks = [(match.start(), match.end()) for match in _TICKS.finditer(body)]
    fences = {match.start(1) for match in _FENCE.finditer(body)}
    ends: dict[int, list[int]] = {}
    for start, end in reversed(marks):
        ends.setdefault(end - start, []).append(start)
    starts, closes, closed = list[int](), list[int](), 0
    for start, end in marks:
        later = ends[end - start]
        while later and later[-1] <= start:
            later.pop()
        if start < closed:
            continue
        close = later[-1] if later else len(body) if start in fences else None
        if close is not None:
            starts.append(start)
            closes.append(close)
            closed = close + 1

    def is_code(place: int) -> bool:
        before = bisect(starts, place) - 1
        return before >= 0 and place < closes[before]

    return is_code

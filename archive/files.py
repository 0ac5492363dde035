"""Where an article's file lies, and how it gets there whole."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

HOUSEHOLD = ".broadsheet"  # lock and pending write; never articles
LEDGER = "ledger"
SNAPSHOTS = "snapshots"
ASSETS = "assets"
LONGEST_SLUG_BYTES = 80

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_FORBIDDEN = re.compile(r'[\x00-\x20\x7f-\xa0<>:"/\\|?*\s]+')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?\Z", re.IGNORECASE
)
_PAGE_SUFFIX = re.compile(r"\.(?:x?html?|shtml|php|aspx?|jsp)\Z", re.IGNORECASE)


def portable(name: str) -> str:
    """The name as every file system takes it: NFC, no reserved characters, names or endings."""
    name = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()))
    name = name.strip("-").rstrip(".").lstrip(".")
    # Windows reads no further than the first dot, so the mark goes in front.
    return f"_{name}" if _RESERVED.match(name) else name


def article_path(
    source: str, day: str, identifier: str | None, url: str, is_taken: Callable[[str], bool]
) -> str:
    """`source/yyyy/yyyy-mm-dd-slug.md`, POSIX and relative to the archive.

    Of several names the first that `is_taken` denies is chosen.
    """
    slug, needs_hash = _slug(identifier, url)
    folder = PurePosixPath(_top(source), day[:4])
    digest = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()
    names = [] if needs_hash else [slug]
    names.append("-".join(filter(None, (slug, digest[:8]))))
    paths = (str(folder / f"{day}-{name}.md") for name in names)
    return next((path for path in paths if not is_taken(path)), str(folder / f"{day}-{digest}.md"))


def _top(source: str) -> str:
    name = portable(source)[:LONGEST_SLUG_BYTES] or "unknown"
    return f"{name}_" if name.casefold() in (LEDGER, SNAPSHOTS, ASSETS) else name


def path_key(path: str) -> str:
    """Equal for paths that a case-insensitive or normalising file system takes for one."""
    return unicodedata.normalize("NFC", path).casefold()


def _slug(identifier: str | None, url: str) -> tuple[str, bool]:
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    raw = identifier or (_PAGE_SUFFIX.sub("", unquote(segments[-1])) if segments else "")
    whole = portable(raw)
    cut = whole.encode()[:LONGEST_SLUG_BYTES].decode("utf-8", "ignore").rstrip(".-")
    return cut, cut != whole or not cut


def sha256(content: bytes) -> str:
    """The content's SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


class Files:
    """The Markdown files below one archive folder; paths are POSIX and relative to it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, path: str, content: bytes) -> None:
        """Puts the file in place whole or not at all: temp file, fsync, rename."""
        write_whole(self._root / path, content)

    def write_all(self, contents: Mapping[str, bytes]) -> None:
        """The same of several: each is whole, and all are in place when this returns."""
        for path, content in contents.items():
            put_whole(self._root / path, [content])
        for folder in {(self._root / path).parent for path in contents}:
            sync_folder(folder)

    def sweep(self, path: str) -> None:
        """Removes what a killed write of this path may have left."""
        sweep(self._root / path)

    def remove(self, path: str) -> None:
        (self._root / path).unlink(missing_ok=True)

    def read(self, path: str) -> bytes | None:
        """The file's bytes, or None where there is none."""
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def digest(self, path: str) -> str | None:
        """The file's SHA-256 in hex, or None where there is none."""
        content = self.read(path)
        return None if content is None else sha256(content)

    def exists(self, path: str) -> bool:
        return os.path.lexists(self._root / path)

    def articles(self) -> Iterator[str]:
        """Every Markdown file in the archive, hidden folders and the ledger left out, in path order."""
        for folder, names, files in os.walk(self._root):
            top = Path(folder) == self._root
            names[:] = sorted(n for n in names if not n.startswith(".") and not (top and n == LEDGER))
            for name in sorted(files):
                if name.endswith(".md") and not name.startswith("."):
                    yield (Path(folder) / name).relative_to(self._root).as_posix()


def write_whole(target: Path, content: bytes) -> None:
    """Writes a file so that a reader, or a power cut, sees the old or the new, never a part."""
    write_pieces(target, [content])


def write_pieces(target: Path, pieces: Iterable[bytes]) -> None:
    """The same of what comes piece by piece."""
    put_whole(target, pieces)
    sync_folder(target.parent)


def put_whole(target: Path, pieces: Iterable[bytes]) -> None:
    """The same, but for the folder: until that is synced, a power cut may bring back the old file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(target)
    try:
        with temporary.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        with suppress(OSError):  # what can't be unlinked is swept by the next writer
            temporary.unlink(missing_ok=True)
        # The file a person knows, not the one that was to become it.
        raise OSError(error.errno, error.strerror, str(target)) from error


def append(file: Path, content: bytes, size: int) -> None:
    """Adds to a file of this size, durable when this returns; what could not be written whole is taken back."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("ab", buffering=0) as stream:
            _add(stream, content, size)
    except OSError as error:
        with suppress(OSError):
            if size == 0 and file.stat().st_size == 0:
                file.unlink()
        raise OSError(error.errno, error.strerror, str(file)) from error
    if size == 0:
        sync_folder(file.parent)
        sync_folder(file.parent.parent)


def _add(stream: FileIO, content: bytes, size: int) -> None:
    left = memoryview(content)
    try:
        while left:  # a disk that is nearly full takes a part, and says no more than how much
            left = left[stream.write(left) :]
        os.fsync(stream.fileno())
    except OSError:
        with suppress(OSError):  # a torn end is cut by the next writer
            stream.truncate(size)
        raise


def sweep(target: Path) -> None:
    """Removes what a killed `write_whole` of this file may have left."""
    _temporary(target).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes a folder's own entries durable: a rename is not, until its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary(target: Path) -> Path:
    # Short and hidden: a name near the file system's limit must not grow past it.
    return target.with_name(f".{sha256(target.name.encode())[:16]}.tmp")

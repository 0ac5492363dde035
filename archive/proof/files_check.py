"""Each file against what the ledger says of it, and each that no line names."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from archive.errors import DocumentError
from archive.files import Files
from archive.markdown import parse
from archive.proof.findings import Finding, Kept, Kind, Role, judge
from archive.proof.lying import Lying
from archive.urls.keys import url_key

_THREADS = 4
_OWN_FOLDER = re.compile(r"[^/]+/[0-9]{4}/[^/]+\Z")  # source/yyyy: nobody but the archive puts files there
_ADOPT = "`broadsheet reindex` takes it in as an article of yours; delete it if it is none"
_TAKE_NOTE = "`broadsheet reindex` takes note of it"
_AWAY = "delete it, or keep it outside the archive's own folders"


class FilesCheck:
    """Looks at files; what it finds is in `findings` and, for recorded ones, in `broken`.

    `suspects` are the paths of all that were not as recorded, the moved too.
    """

    def __init__(self, root: Path, kept: list[Kept], lying: Lying) -> None:
        self.findings: list[Finding] = []
        self.broken: list[Kept] = []
        self.suspects: set[str] = set()
        self._files = Files(root)
        self._kept = kept
        self._lying = lying
        self._by_key = {one.url_key: one for one in kept if one.role is Role.ARTICLE}

    def number(self, suspects: frozenset[str] | None) -> int:
        """How many recorded files there are to look at."""
        return len(self._kept) if suspects is None else sum(one.path in suspects for one in self._kept)

    def run(self, suspects: frozenset[str] | None) -> Iterator[int]:
        """Looks at all recorded files, or at the suspects among them, then at the others; yields how many are done."""
        recorded = [one for one in self._kept if suspects is None or one.path in suspects]
        with ThreadPoolExecutor(_THREADS) as pool:
            for done, (kept, finding) in enumerate(pool.map(self._judged, recorded), 1):
                if finding is not None:
                    self.findings.append(finding)
                    self.broken.append(kept)
                    self.suspects.add(kept.path)
                yield done
        self._strays()

    def _judged(self, kept: Kept) -> tuple[Kept, Finding | None]:
        return kept, judge(kept, self._files.read(kept.path))

    def _strays(self) -> None:
        known = {one.path for one in self._kept}
        for path in self._lying.articles:
            if path not in known:
                self._stray(path, self._files.read(path) or b"")
        for path in (*self._lying.versions, *self._lying.pictures):
            if path not in known:
                self.findings.append(Finding(Kind.STRAY, path, "no ledger line names it", _AWAY))

    def _stray(self, path: str, content: bytes) -> None:
        """An article of a person's, a moved one, a copy, or a person's own notes, which are nobody's business."""
        key = key_of(content)
        held = self._by_key.get(key or "")
        if key is not None and held is None:
            self.findings.append(Finding(Kind.STRAY, path, "an article that no ledger line names", _ADOPT))
        elif held is not None and self._is_missing(held):
            self.broken.remove(held)
            self.findings = [one for one in self.findings if one.path != held.path]
            self.findings.append(Finding(Kind.MOVED, path, f"it lay at {held.path}", _TAKE_NOTE))
        elif _OWN_FOLDER.match(path):
            what = f"a copy of {held.path}" if held else "no article, and no ledger line names it"
            self.findings.append(Finding(Kind.STRAY, path, what, _AWAY))

    def _is_missing(self, held: Kept) -> bool:
        return held in self.broken and not self._files.exists(held.path)


def key_of(content: bytes) -> str | None:
    """The URL key of an article's file; None where it is no article."""
    try:
        return url_key(parse(content).url)
    except DocumentError:
        return None

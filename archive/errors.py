"""What can go wrong in the archive; each error is one line that says what to do."""

from pathlib import Path


class ArchiveError(Exception):
    """The archive cannot go on as asked."""


class DocumentError(ArchiveError):
    """A file that should be a front-matter document is none."""

    def __init__(self, reason: str, path: Path | None = None) -> None:
        self.reason = reason
        self.path = path
        super().__init__(f"{path}: {reason}" if path else reason)


class LedgerError(ArchiveError):
    """A ledger line that cannot be read or does not follow from the line before."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.path = path
        self.line = line
        super().__init__(f"{path}, line {line}: {reason}; run `broadsheet reindex`")

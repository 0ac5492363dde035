"""What can go wrong in the archive; each error is one line that says what to do."""

import errno
from pathlib import Path

# What to do, by what the system says.
_OF_THE_DISK = {
    errno.ENOSPC: "make room on its disk and try again",
    errno.EDQUOT: "make room within your quota and try again",
    errno.EIO: "its disk fails; save what is on it, then run `broadsheet verify`",
}
_OF_RIGHTS = {
    errno.EROFS: "mount its disk for writing and try again",
    errno.EACCES: "let this user read and write there and try again",
    errno.EPERM: "let this user read and write there and try again",
}


class ArchiveError(Exception):
    """The archive cannot go on as asked."""


class DiskError(ArchiveError):
    """The file system would not: one line names the file and what to do. What was acknowledged is as it was."""

    def __init__(self, error: OSError, root: Path, remedy: str | None = None) -> None:
        what = error.filename if error.filename is not None else root
        number = error.errno or 0
        advice = _OF_THE_DISK.get(number) or remedy or _OF_RIGHTS.get(number, "mend it and try again")
        super().__init__(f"{what}: {error.strerror or error}; the archive is as it was: {advice}")


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
        super().__init__(f"{path}, line {line}: {reason}; run `broadsheet repair`")

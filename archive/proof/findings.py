"""Pure: what is wrong with a thing that is not as it was recorded, and what to do about it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from archive.errors import DocumentError
from archive.files import sha256
from archive.markdown import parse

Progress = Callable[[int, int], None]  # is told how much of how much is done
_NEVER_TYPED = ("\0", "\ufffd")


class Kind(StrEnum):
    """What kinds of things can be wrong."""

    CHANGED = "changed"  # a file that still reads as an article: by hand, or damaged
    DAMAGED = "damaged"  # a file that does not read any more, or that no person edits
    MISSING = "missing"
    MOVED = "moved"
    STRAY = "stray"  # a file that no ledger line names
    LEDGER = "ledger"
    ROW = "row"
    CATALOG = "catalog"
    SNAPSHOT = "snapshot"
    UNFINISHED = "unfinished"  # what a killed process left


class Role(StrEnum):
    """What a recorded file is."""

    ARTICLE = "article"
    VERSION = "version"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: where, what, and what to do. Paths are relative to the archive."""

    kind: Kind
    path: str
    what: str
    do: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that the ledger names, as it was recorded."""

    role: Role
    path: str
    sha256: str
    url_key: str
    url: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was looked at, and what of it is not as it was recorded."""

    findings: tuple[Finding, ...]
    articles: int
    versions: int
    pictures: int
    snapshots: int
    lines: int
    rows: int

    @property
    def ok(self) -> bool:
        return not self.findings


TAKE_AS_EDIT = "if you edited it, `broadsheet reindex` takes it as it is; if not, `broadsheet repair --restore` puts the recorded text back"
REPAIR = "`broadsheet repair` puts it back if its text is found anywhere"
MEND_ROWS = "`broadsheet repair` makes the rows anew from the ledger"
MEND_LEDGER = "`broadsheet repair` puts the damaged ledger aside and chains what is left anew"


def judge(kept: Kept, content: bytes | None) -> Finding | None:
    """The finding about a recorded file; None where it is byte for byte as it was recorded."""
    if content is None:
        do = REPAIR
        if kept.role is Role.ARTICLE:
            do += "; if you deleted it, `broadsheet reindex` records that"
        return Finding(Kind.MISSING, kept.path, f"the {kept.role} of {kept.url} is not there", do)
    if sha256(content) == kept.sha256:
        return None
    if kept.role is Role.ARTICLE and reads_as_edited(content):
        what = f"is not as it was recorded, and still reads as an article ({kept.url}): edited by hand, or damaged"
        return Finding(Kind.CHANGED, kept.path, what, TAKE_AS_EDIT)
    return Finding(
        Kind.DAMAGED, kept.path, f"the {kept.role} of {kept.url} is damaged: {_how(content)}", REPAIR
    )


def reads_as_edited(content: bytes) -> bool:
    """Is this what an editor may have left: an article in UTF-8 without what no keyboard types?"""
    try:
        parse(content)
    except DocumentError:
        return False
    return not any(mark in content.decode("utf-8-sig", "replace") for mark in _NEVER_TYPED)


def _how(content: bytes) -> str:
    if not content:
        return "it is empty"
    try:
        content.decode("utf-8")
        parse(content)
    except UnicodeDecodeError as error:
        return f"byte {error.start} is no UTF-8"
    except DocumentError as error:
        return error.reason
    return "its bytes are not those that were recorded"


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Kind → number, in the order of the kinds."""
    listed = [finding.kind for finding in findings]
    return {kind.value: listed.count(kind) for kind in Kind if kind in listed}

"""Broadsheet's archive: the public face. Other rooms import from here and nowhere deeper."""

from archive.archive import Archive
from archive.article import Article
from archive.assets.assets import Assets, Picture
from archive.assets.pictures import kind_of, localised, moved, pictures_in
from archive.coverage import Coverage, Day, Gap, Missed, SourceCoverage, Tally
from archive.dedup import Verdict
from archive.document import FURTHER_KEYS, document_of
from archive.errors import ArchiveError, DocumentError, LedgerError
from archive.files import portable
from archive.intake import Receipt
from archive.markdown import Document, clean_body, one_line, parse, render
from archive.memory.alarms import Alarms
from archive.memory.days import Days
from archive.memory.domains import DomainRow, Domains, RobotsRow
from archive.memory.holders import DAEMON, Holder, LeaseRow, source_lease, steady
from archive.memory.leases import RENEW, TERM, Held, Lease, Leases
from archive.memory.marks import Marks
from archive.memory.norms import Norms
from archive.memory.orders import Order, Orders
from archive.memory.polls import Polls
from archive.memory.rereads import Rereads
from archive.memory.runs import Runs
from archive.proof.findings import Finding, Proof
from archive.proof.mirror import Copy, backup
from archive.proof.repairing import RepairAct, Repaired, RepairWish, repair
from archive.proof.verifying import verify
from archive.recall import Estimate, Pair, estimate
from archive.reindex import ReindexReport
from archive.rows import (
    LATE,
    AlarmRow,
    ArticleRow,
    Due,
    OpenUrl,
    PollRow,
    RereadRow,
    RunRow,
    UrlRow,
    VersionRow,
)
from archive.snapshots.exchange import Exchange, Stored
from archive.snapshots.index import SnapshotRow
from archive.snapshots.snapshots import Snapshots
from archive.snapshots.unpacking import unpacked
from archive.urls.keys import untracked, url_key
from archive.urls.spelling import looks_like_an_article
from archive.versions.corrections import Correction, Corrections, FieldChange, StoredPage
from archive.versions.history import History
from archive.versions.revisions import Change, Text, classify
from archive.versions.side_by_side import Hunk, hunk, hunks
from archive.writing.events import Found
from archive.writing.ground import Premises, premises
from archive.writing.positions import Positions

__all__ = [
    "DAEMON",
    "FURTHER_KEYS",
    "LATE",
    "RENEW",
    "TERM",
    "AlarmRow",
    "Alarms",
    "Archive",
    "ArchiveError",
    "Article",
    "ArticleRow",
    "Assets",
    "Change",
    "Copy",
    "Correction",
    "Corrections",
    "Coverage",
    "Day",
    "Days",
    "Document",
    "DocumentError",
    "DomainRow",
    "Domains",
    "Due",
    "Estimate",
    "Exchange",
    "FieldChange",
    "Finding",
    "Found",
    "Gap",
    "Held",
    "History",
    "Holder",
    "Hunk",
    "Lease",
    "LeaseRow",
    "Leases",
    "LedgerError",
    "Marks",
    "Missed",
    "Norms",
    "OpenUrl",
    "Order",
    "Orders",
    "Pair",
    "Picture",
    "PollRow",
    "Polls",
    "Positions",
    "Premises",
    "Proof",
    "Receipt",
    "ReindexReport",
    "RepairAct",
    "RepairWish",
    "Repaired",
    "RereadRow",
    "Rereads",
    "RobotsRow",
    "RunRow",
    "Runs",
    "SnapshotRow",
    "Snapshots",
    "SourceCoverage",
    "Stored",
    "StoredPage",
    "Tally",
    "Text",
    "UrlRow",
    "Verdict",
    "VersionRow",
    "backup",
    "classify",
    "clean_body",
    "document_of",
    "estimate",
    "hunk",
    "hunks",
    "kind_of",
    "localised",
    "looks_like_an_article",
    "moved",
    "one_line",
    "parse",
    "pictures_in",
    "portable",
    "premises",
    "render",
    "repair",
    "source_lease",
    "steady",
    "unpacked",
    "untracked",
    "url_key",
    "verify",
]

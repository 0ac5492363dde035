"""Broadsheet's archive: the public face. Other rooms import from here and nowhere deeper."""

from archive.alarms import Alarms
from archive.archive import Archive
from archive.article import Article
from archive.assets import Assets, Picture
from archive.corrections import Correction, Corrections, FieldChange, StoredPage
from archive.coverage import Coverage, Day, Gap, Missed, SourceCoverage, Tally
from archive.days import Days
from archive.dedup import Verdict
from archive.document import FURTHER_KEYS, document_of
from archive.domains import DomainRow, Domains, RobotsRow
from archive.errors import ArchiveError, DocumentError, LedgerError
from archive.events import Found
from archive.exchange import Exchange, Stored
from archive.files import portable
from archive.ground import Premises, premises
from archive.history import History
from archive.holders import DAEMON, Holder, LeaseRow, source_lease, steady
from archive.intake import Receipt
from archive.leases import RENEW, TERM, Held, Lease, Leases
from archive.markdown import Document, clean_body, one_line, parse, render
from archive.marks import Marks
from archive.mirror import Copy, backup
from archive.norms import Norms
from archive.orders import Order, Orders
from archive.pictures import kind_of, localised, moved, pictures_in
from archive.polls import Polls
from archive.positions import Positions
from archive.proof.findings import Finding, Proof
from archive.proof.repairing import RepairAct, Repaired, RepairWish, repair
from archive.proof.verifying import verify
from archive.recall import Estimate, Pair, estimate
from archive.reindex import ReindexReport
from archive.rereads import Rereads
from archive.revisions import Change, Text, classify
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
from archive.runs import Runs
from archive.side_by_side import Hunk, hunk, hunks
from archive.snapshot_index import SnapshotRow
from archive.snapshots import Snapshots
from archive.unpacking import unpacked
from archive.url_keys import untracked, url_key
from archive.url_spelling import looks_like_an_article

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

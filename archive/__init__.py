"""Broadsheet's archive: the public face. Other rooms import from here and nowhere deeper."""

from archive.archive import Archive, Receipt
from archive.article import Article
from archive.dedup import Verdict
from archive.document import FURTHER_KEYS, document_of
from archive.domains import DomainRow, Domains, RobotsRow
from archive.errors import ArchiveError, DocumentError, LedgerError
from archive.events import Found
from archive.files import portable
from archive.markdown import Document, clean_body, one_line, parse, render
from archive.polls import Polls
from archive.reindex import ReindexReport
from archive.rows import ArticleRow, Due, PollRow, RunRow, UrlRow
from archive.runs import Runs
from archive.url_keys import untracked, url_key

__all__ = [
    "FURTHER_KEYS",
    "Archive",
    "ArchiveError",
    "Article",
    "ArticleRow",
    "Document",
    "DocumentError",
    "DomainRow",
    "Domains",
    "Due",
    "Found",
    "LedgerError",
    "PollRow",
    "Polls",
    "Receipt",
    "ReindexReport",
    "RobotsRow",
    "RunRow",
    "Runs",
    "UrlRow",
    "Verdict",
    "clean_body",
    "document_of",
    "one_line",
    "parse",
    "portable",
    "render",
    "untracked",
    "url_key",
]

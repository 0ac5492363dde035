"""PURE: bytes and a URL in, an article or a named refusal out. No Scrapy, clock, disk or network."""

from crawler.reading.checks.known import NO_BODY
from crawler.reading.fetched import Fetched, Refusal
from crawler.reading.pages import next_page, page_number
from crawler.reading.reader import read, read_entry
from crawler.reading.version import READER, reader_version

__all__ = [
    "NO_BODY",
    "READER",
    "Fetched",
    "Refusal",
    "next_page",
    "page_number",
    "read",
    "read_entry",
    "reader_version",
]

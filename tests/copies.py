"""Copies that somebody kept: WARC files as crawlers other than ours write them."""

import gzip as gzipped
from collections.abc import Iterable
from pathlib import Path

from tests.site import HOST, article_page

HTML = (("Content-Type", "text/html; charset=utf-8"),)
WARC_DATE = "2026-11-21T03:00:00Z"


def page_url(number: int) -> str:
    return f"{HOST}/article/{number}.html"


def response(
    url: str, body: bytes, *, status: str = "200 OK", headers: Iterable[tuple[str, str]] = HTML
) -> bytes:
    """A record of one answer (WARC 1.0)."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return record("response", url, "\r\n".join(lines).encode() + body)


def record(kind: str, url: str, block: bytes) -> bytes:
    head = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", f"WARC-Date: {WARC_DATE}"]
    head += [f"Content-Length: {len(block)}", "", ""]
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


def joined(records: Iterable[bytes], *, gzip: bool = True) -> bytes:
    """A file's content; each record is a gzip member of its own."""
    return b"".join(gzipped.compress(one) if gzip else one for one in records)


def warc(path: Path, numbers: Iterable[int], *, gzip: bool = True, noise: bool = True) -> Path:
    """A WARC file of articles of the site; with `noise` among what else a crawl meets."""
    records = [record("warcinfo", path.name, b"software: tests\r\n")] if noise else []
    for number in numbers:
        records.append(response(page_url(number), article_page(number)))
        if noise:
            png = (("Content-Type", "image/png"),)
            records.append(record("request", page_url(number), b"GET / HTTP/1.1\r\n\r\n"))
            records.append(response(f"{HOST}/img/{number}.png", b"\x89PNG", headers=png))
            records.append(response(f"{HOST}/gone/{number}", b"gone", status="404 Not Found"))
    path.write_bytes(joined(records, gzip=gzip))
    return path

"""What reading a large sitemap costs: 50 MB of XML, gzipped, in a process of its own.

    python bench/sitemap.py [--megabytes 50] [--urls 50000] [--no-news]

The sitemap is made on the spot. "added" is the process's peak while reading less what it held just before, the
gzipped reply included; the links that come of it count as added.
"""

import argparse
import gzip
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.discovery.link import Reply
from crawler.discovery.links import find, first_ask
from crawler.source import Source, Step

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOST = "https://news.example"
STEP = Step(kind="sitemap", url=f"{HOST}/sitemap.xml.gz")
SOURCE = Source.model_validate(
    {
        "name": "news",
        "home": f"{HOST}/",
        "hosts": ["news.example"],
        "article": {
            "patterns": r"/(?P<day>\d{4}/\d\d/\d\d)/(?P<id>[\w-]+)/?",
            "canonical": HOST + "/{day}/{id}",
        },
    }
)


def entry(number: int, length: int, *, news: bool) -> str:
    """One page of the sitemap, so many characters long by its images."""
    moment = NOW - timedelta(minutes=number)
    head = (
        f"<url><loc>{HOST}/{moment:%Y/%m/%d}/what-happened-today-{number:06}</loc>"
        f"<lastmod>{moment:%Y-%m-%dT%H:%M:%S}+08:00</lastmod>"
    )
    if news:
        head += (
            f"<news:news><news:publication_date>{moment:%Y-%m-%dT%H:%M:%S}+08:00</news:publication_date>"
            f"<news:title>What happened today, and why it is number {number}</news:title></news:news>"
        )
    image = f"<image:image><image:loc>{HOST}/images/{number:06}-wide.jpg</image:loc></image:image>"
    return head + image * max(0, round((length - len(head) - 6) / len(image))) + "</url>\n"


def write(file: Path, urls: int, length: int, *, news: bool) -> int:
    """Writes the sitemap gzipped; gives its unpacked size."""
    spaces = "sitemap='http://www.google.com/schemas/sitemap"
    head = (
        "<?xml version='1.0' encoding='UTF-8'?>\n<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        + " ".join(f"xmlns:{name}={spaces[8:]}-{name}/1.1'" for name in ("news", "image"))
        + ">\n"
    )
    size = len(head)
    with gzip.open(file, "wt", 4, encoding="utf-8") as out:
        out.write(head)
        for number in range(urls):
            text = entry(number, length, news=news)
            size += len(text)
            out.write(text)
        out.write("</urlset>\n")
    return size


def held_bytes() -> int:
    """What the process holds now."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return peak_bytes()


def peak_bytes() -> int:
    """The most that the process ever held."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would tell the parent's, where that was more
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def read(file: Path) -> None:
    """Reads the sitemap and prints links, bytes added and seconds."""
    small = Reply(f"<urlset>{entry(0, 0, news=True)}</urlset>".encode(), STEP.url, None, NOW)
    find(small, first_ask(STEP), STEP, SOURCE)  # so that what is loaded once is there
    reply = Reply(file.read_bytes(), STEP.url, "application/x-gzip", NOW)
    before, begin = held_bytes(), time.perf_counter()
    found = find(reply, first_ask(STEP), STEP, SOURCE)
    print(len(found.links), peak_bytes() - before, time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=float, default=50.0)
    parser.add_argument("--urls", type=int, default=50_000)
    parser.add_argument("--news", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sitemap.xml.gz"
        size = write(file, options.urls, int(options.megabytes * 1e6 / options.urls), news=options.news)
        packed = file.stat().st_size
        said = subprocess.run(
            [sys.executable, __file__, "--read", file], check=True, capture_output=True, text=True
        ).stdout.split()
    links, added, seconds = int(said[0]), int(said[1]), float(said[2])
    print(f"{size / 1e6:.1f} MB of XML, {packed / 1e6:.1f} MB gzipped: {links:,} links")
    print(f"added {added / 1e6:.1f} MB at the peak, took {seconds:.2f} s")


if __name__ == "__main__":
    main()

"""The verb `demo`: the main job, offline, on a played site."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive import Archive
from cli.crawling import crawl_jobs, exit_status, say_reports
from cli.player import Page, Player
from cli.shelf import say_articles
from crawler.config import Settings
from crawler.job import Job
from crawler.source import load_sources

_SITE = "huxiu"
_SHIPPED = Path(__file__).parent / "demo_pages"
_IN_CHECKOUT = Path(__file__).parent.parent / "fixtures" / _SITE
# What a person's shell may hold and what would lead the demo astray.
_LEFT_OUT = {
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "all_proxy",
    "no_proxy",
    "ssl_cert_file",
    "ssl_cert_dir",
}


def run(folder: Path) -> int:
    """Crawls the played site into `folder` and shows what it kept."""
    settings = Settings(archive=folder.absolute(), delay=0.0)
    source = load_sources()[_SITE]
    print(f"Playing {source.home} on this machine and crawling it: nothing goes out.\n")
    with Player(bundled_pages()) as player, led_to(player):
        root, reports = crawl_jobs([Job(source)], settings)
    say_reports(reports)
    if not any(report.archived for report in reports):
        print("\nEvery article is known: nothing was fetched again.")
    _show(root)
    return exit_status(reports)


def bundled_pages() -> dict[str, Page]:
    """What the demo plays, by URL."""
    folder = _SHIPPED if _SHIPPED.is_dir() else _IN_CHECKOUT
    replies = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    return {
        url: Page(
            body=(folder / reply["case"] / reply["file"]).read_bytes(),
            status=reply["status"],
            headers={"Content-Type": reply["content_type"]},
        )
        for url, reply in replies.items()
    }


def _show(root: Path) -> None:
    with Archive.read(root) as archive:
        rows = archive.articles()
        print(f"\n{len(rows)} articles in {root}\n")
        say_articles(rows)
        shown = next((row for row in rows if row.read_from == "page"), None)
        if shown:
            print(f"\n{root / shown.path}\n")
            print(archive.text(shown), end="")


@contextmanager
def led_to(player: Player) -> Iterator[None]:
    """The environment in which a crawl meets the player and nobody else."""
    before = dict(os.environ)
    for name in before:
        if name.lower() in _LEFT_OUT or name.startswith("BROADSHEET_"):
            del os.environ[name]
    os.environ.update(
        http_proxy=player.proxy_url, https_proxy=player.proxy_url, SSL_CERT_FILE=str(player.ca_file)
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

"""The verb `demo`: the main job, offline, on a played site."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from archive import Archive
from cli.crawling import crawl_jobs
from cli.opening import named
from cli.player import Page, Player
from cli.saying import console
from cli.shelf import say_articles
from crawler.config import Settings
from crawler.crawl import Job
from crawler.source import load_sources

SOURCE = "huxiu"
# What a person's shell may hold and what would lead the demo astray.
_PROXIES = {"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"}


def run(folder: Path) -> int:
    """Crawls the played site into `folder` and shows what it kept."""
    settings = Settings(archive=folder.absolute(), delay=0.0, contact="demo")
    source = named(SOURCE, load_sources())
    with Player(bundled_pages()) as player, environment(player):
        print(f"Playing {source.home} on this machine and crawling it. Nothing leaves it.\n")
        status = crawl_jobs([Job(source, (), None, "crawl")], settings)
    with Archive.read(settings.archive) as archive:
        rows = archive.articles()
        print()
        say_articles(rows)
        if rows:
            print(f"\n{archive.root / rows[0].path}\n")
            print(archive.text(rows[0]), end="")
    return status


def bundled_pages() -> dict[str, Page]:
    """What the demo plays, by URL."""
    folder = _folder()
    ...

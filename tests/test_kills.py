"""kill -9 of real crawls and real daemons on one archive: every article is kept once, and no file is torn."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive import Archive, parse, render
from tests.builders import archive_tables, drop_database, files
from tests.forked import python
from tests.site import RECIPE, Site
from tests.terminal import BROADSHEET, ROOT, run_apart

KILLS = int(os.environ.get("KILLS", "10"))  # bench/kills.py sets more
MORE_ARTICLES = 6  # appear before each round


def environment(site: Site) -> dict[str, str]:
    return {"http_proxy": site.address, "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}


@contextmanager
def started(folder: Path, site: Site, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (folder / "log").open("ab") as log:
        process = python(*BROADSHEET, *arguments, cwd=folder, env=environment(site), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def wait_at_most(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def until_asked(site: Site) -> None:
    """Waits until the first of the processes is at work."""
    deadline = time.monotonic() + 30
    while not site.asked and time.monotonic() < deadline:
        time.sleep(0.01)
    site.forget()


def set_up(folder: Path) -> Path:
    (folder / "recipes").mkdir()
    (folder / "recipes" / "tech.toml").write_text(RECIPE)
    (folder / "broadsheet.toml").write_text(
        'archive = "kept"\nrecipes = "recipes"\nsources = ["tech"]\ninterval = "1s"\ndelay = 0\n'
    )
    return folder / "kept"


def test_crawls_and_daemons_killed_at_random_moments_keep_every_article_once(tmp_path: Path) -> None:
    root, chance = set_up(tmp_path), random.Random()
    seen: dict[str, str] = {}
    with Site() as site:
        kills = articles = 0
        while kills < KILLS or (len(seen) < 2 and kills < 20 * KILLS):
            articles += MORE_ARTICLES
            site.publish(*range(articles))
            with (
                started(tmp_path, site, "daemon") as daemon,
                started(tmp_path, site, "crawl", "tech") as crawl,
            ):
                until_asked(site)
                for process in chance.sample((daemon, crawl), 2):
                    wait_at_most(process, chance.uniform(0.0, 0.4))
                    kills += process.poll() is None
                    process.send_signal(signal.SIGKILL)
            texts = files(root) if root.exists() else {}
            assert {path: texts.get(path) for path in seen} == seen  # what was kept stays
            for text in texts.values():
                assert render(parse(text.encode())) == text.encode()
            seen = texts
        assert len(seen) > 1, (tmp_path / "log").read_text()
        last = run_apart("crawl", "tech", cwd=tmp_path, environ=environment(site))
        assert last.status == 0, last
        site.forget()
        assert run_apart("crawl", "tech", cwd=tmp_path, environ=environment(site)).status == 0
        assert [url for url in site.asked if "/article/" in url] == []
    published = {f"http://news.example/article/{number}" for number in range(articles)}
    with Archive.read(root) as archive:
        assert sorted(row.url for row in archive.articles()) == sorted(published)
        assert sorted(row.path for row in archive.articles()) == sorted(files(root))
        # What a ledger line names was durable before it.
        assert [
            row.url for row in archive.articles() if archive.snapshots.get(row.snapshot or "") is None
        ] == []
    leftovers = [
        path for path in root.rglob("*") if path.name.endswith(".tmp") or path.name == "pending.json"
    ]
    assert leftovers == []
    before = archive_tables(root, None)
    drop_database(root, None)
    assert Archive.rebuild(root).ok
    assert archive_tables(root, None) == before

"""The verb `init`: a broadsheet.toml with every setting explained."""

import json
import sys
from pathlib import Path

import typer

from archive import FURTHER_KEYS
from cli.errors import BadInput
from crawler.config import FILE_NAME, read_settings

TEMPLATE = """\
# Settings of Broadsheet. A line that begins with # says what holds anyway.
# BROADSHEET_ARCHIVE, BROADSHEET_DATABASE_URL, BROADSHEET_SOURCES (recipes), BROADSHEET_SOURCE_NAMES (sources),
# BROADSHEET_INTERVAL, BROADSHEET_TELL, BROADSHEET_WEBHOOK, BROADSHEET_WEBHOOK_SECRET, BROADSHEET_METRICS and
# BROADSHEET_LOG in the environment win over this file. Folders are relative to it.

# How the owner of a site reaches you: a mail address or a page. The user agent names it.
{contact}

# Where articles are kept.
archive = {archive}

# What `broadsheet daemon` crawls, and `broadsheet crawl` without a name. `broadsheet sources` lists what there is.
sources = {sources}

# How often each source is asked, on the mean: "1s", "20m", "2h". Nothing set: as its recipe has it. A "learned" schedule
# spends as many requests, but at the hours at which the source publishes; a "fixed" one keeps to the interval. A wait
# differs from either by up to the share `jitter` of it.
# interval = "20m"
# schedule = "learned"
# jitter = 0.1

# Seconds between two requests to one domain, unless its robots.txt asks for more; sources crawled at once.
# delay = 1.0
# crawls_at_once = 2

# After so many crawls the daemon's process is made anew, and nothing is lost by it. 0: never.
# recycle_after = 2000

# The most requests that one crawl sends, and that all of them send to one domain in a day (UTC); robots.txt aside.
# What is left over is asked for by a later crawl.
# requests_per_crawl = 500
# requests_per_day = 5000

# A catalog in PostgreSQL instead of SQLite inside the archive (needs the extra `postgres`).
# database_url = "postgresql+psycopg://user@localhost/broadsheet"

# A folder of further recipes (TOML); a recipe of a shipped one's name takes its place key by key.
# recipes = "sources"

# A folder of `<host>.txt` files in the format of ftr-site-config: rules for pages of sites without a recipe.
# site_config = "ftr-site-config"

# Paragraphs only: no headings, lists, tables or images.
# plain = false

# The pictures of articles are kept, too, each once, in `assets/` of the archive; a recipe may say so of its site alone.
# assets = false

# Each article's page is kept as it was received, too: WARC files in `snapshots/` of the archive.
# snapshots = true

# How old an article is when it is read again for the last time, to see whether its publisher changed it; false: never.
# reread = "90d"

# Keys to write after url, name, time and title: {keys}.
# front_matter = ["tags", "language"]

# Private networks that a crawl may reach. All are shut otherwise.
# allow_networks = ["10.0.0.0/8"]

# The Chromium for pages that fill themselves by script (needs the extra `render`); the one on PATH otherwise.
# browser = "/usr/bin/chromium"

# Who is told when a source goes silent, blocks us or changes, and when that is over: addresses as Apprise writes them
# (mail, Slack, Feishu, DingTalk, ntfy …; needs the extra `tell`), and a URL that gets the same as JSON, signed with the
# secret if there is one. `broadsheet tell --test` tries them. They hold passwords: let nobody else read this file, or
# use BROADSHEET_TELL (blanks between addresses), BROADSHEET_WEBHOOK and BROADSHEET_WEBHOOK_SECRET.
# tell = ["mailto://user:password@example.org", "feishu://token"]
# webhook = "https://example.org/hook"
# webhook_secret = "at least 16 characters"

# When a summary of the day is told, too; by the machine's clock, if no time zone is set.
# daily_summary = "08:00"
# time_zone = "Asia/Shanghai"

# Where the daemon serves /metrics (Prometheus) and /healthz. Nowhere, if not set.
# metrics = "127.0.0.1:9464"

# How the daemon writes its log: "plain", "colour" or "json", one object a line.
# log = "plain"

# A source's own interval. A table comes last.
# [intervals]
# huxiu = "10m"
"""


def init(contact: str | None, archive: str, sources: tuple[str, ...], config: Path | None) -> int:
    """Writes the file, once; what is there already is left alone."""
    file = Path.cwd() / (config or FILE_NAME)
    if file.exists():
        raise _is_taken(file)
    if contact is None and sys.stdin.isatty():
        contact = typer.prompt(
            "Mail address or page where a site's owner reaches you (may be empty)", default=""
        )
    chosen = sources or ("huxiu",)
    text = TEMPLATE.format(
        contact=f"contact = {_quoted(contact)}" if contact else '# contact = "me@example.org"',
        archive=_quoted(archive),
        sources=f"[{', '.join(map(_quoted, chosen))}]",
        keys=", ".join(FURTHER_KEYS),
    )
    read_settings(text, file)
    _write(file, text)
    print(f"Settings: {file}")
    print(f"Next: broadsheet crawl {' '.join(chosen)}")
    return 0


def _quoted(text: str) -> str:
    # A JSON string is a TOML one.
    return json.dumps(text, ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError as error:
        raise _is_taken(file) from error
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}; choose a folder you can write to") from error


def _is_taken(file: Path) -> BadInput:
    return BadInput(f"{file} is there already; edit it, or remove it first")

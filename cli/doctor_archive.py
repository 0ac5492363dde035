"""What the doctor sees of the archive: disk, rights, database, and how crawling goes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from archive import AlarmRow, Archive, Premises
from cli.examined import NOTE, OK, WRONG, Examined
from cli.sparkline import ago, lasting, until

_LEAST_BYTES, _FEW_BYTES = 200 * 2**20, 2 * 2**30
_LEAST_FILES, _FEW_FILES = 1_000, 50_000
_LATE = timedelta(hours=1)
_CLOCK_OFF = 300.0  # seconds
_FRESH = timedelta(days=2)
_MOST_ALARMS = 20
# Alarms of what goes on all the same.
_MILD = ("moved", "way", "overflow", "validator lies", "flood")


def ground(root: Path, stands_on: Premises) -> Iterator[Examined]:
    """The disk, and the rights."""
    free, files = stands_on.free_bytes, stands_on.free_files
    room = f"{_size(free)} free" + ("" if files is None else f", room for {files:,} files")
    many = _FEW_FILES if files is None else files
    if free < _LEAST_BYTES or many < _LEAST_FILES:
        yield Examined(
            "disk",
            WRONG,
            f"{room} at {root}",
            "make room, or move the archive (`archive` in broadsheet.toml)",
        )
    elif free < _FEW_BYTES or many < _FEW_FILES:
        yield Examined("disk", NOTE, f"{room} at {root}", "make room before it is full")
    else:
        yield Examined("disk", OK, room)
    if stands_on.shut:
        yield Examined(
            "rights", WRONG, f"{stands_on.shut[0]} can't be written to", "let this user read and write there"
        )
    else:
        yield Examined("rights", OK, f"{root} can be written to")
    if stands_on.is_at_work:
        found = "one is under way, or its process was killed"
        yield Examined("writes", NOTE, found, "none: whoever writes next finishes it")


def database(archive: Archive, schema: str) -> Examined:
    """It answers, and its schema is ours: it would not be open otherwise."""
    held = sum(states.get("archived", 0) for states in archive.counts().values())
    return Examined("database", OK, f"answers; schema {schema}, {held:,} articles")


def daemon(archive: Archive, now: datetime) -> Examined:
    """Does anybody crawl?"""
    holder = archive.leases.holder("daemon", now)
    if holder is not None:
        return Examined("daemon", OK, str(holder))
    return Examined(
        "daemon", NOTE, "none is running", "`broadsheet daemon`, or `broadsheet run-due` from cron"
    )


def schedule(archive: Archive, now: datetime) -> Examined:
    """Is anything long overdue?"""
    paused = archive.orders.paused()
    due = {name: row for name, row in archive.runs.due().items() if name not in paused}
    if not due:
        return Examined("schedule", OK, "nothing is due")
    late = sorted((row.next_at, name) for name, row in due.items() if now - row.next_at > _LATE)
    if late:
        found = f"{len(late)} of {len(due)} sources are late, {late[0][1]} most: {ago(late[0][0], now)}"
        remedy = "start the daemon; if it runs, set crawls_at_once higher"
        return Examined("schedule", NOTE, found, remedy)
    at, name = min((row.next_at, name) for name, row in due.items())
    return Examined("schedule", OK, f"{len(due)} sources; next is {name}, {until(at, now)}")


def clock(archive: Archive, now: datetime) -> Examined:
    """Does our clock agree with those of the sites that were asked last?"""
    offsets = []
    for run in archive.runs.latest():
        if datetime.fromisoformat(run.started_at) > now + timedelta(minutes=5):
            remedy = "set it, and have it kept right (NTP)"
            return Examined(
                "clock",
                WRONG,
                f"it is {now:%Y-%m-%d %H:%M} UTC here, and {run.source} was crawled after that",
                remedy,
            )
        ahead = run.report.get("vitals", {}).get("ahead")
        if isinstance(ahead, int | float) and now - datetime.fromisoformat(run.started_at) < _FRESH:
            offsets.append(float(ahead))
    if not offsets:
        return Examined("clock", OK, "no site was asked lately to compare with")
    off = median(offsets)
    if abs(off) > _CLOCK_OFF and len(offsets) > 1:
        how = "behind" if off > 0 else "ahead of"
        found = f"it was {lasting(abs(off))} {how} those of {len(offsets)} sites"
        return Examined("clock", WRONG, found, "set it, and have it kept right (NTP)")
    return Examined("clock", OK, f"as those of {len(offsets)} sites, by {abs(off):.0f} s")


def last_runs(archive: Archive) -> Examined:
    """How the last crawl of each source ended."""
    latest = archive.runs.latest()
    bad = [run for run in latest if run.state in ("failed", "abandoned")]
    if not bad:
        return Examined("last crawls", OK, f"of {len(latest)} sources")
    first = bad[0]
    why = first.report.get("problem") or next(iter(first.report.get("troubles", {}).values()), first.state)
    found = f"{len(bad)} of {len(latest)} did not go well; {first.source}: {why}"
    return Examined(
        "last crawls", NOTE, found, f"`broadsheet status {first.source}`, `broadsheet check {first.source}`"
    )


def alarms(archive: Archive) -> Iterator[Examined]:
    """Those that are open, a line each."""
    rows = archive.alarms.open()
    if not rows:
        yield Examined("alarms", OK, "none")
    for row in rows[:_MOST_ALARMS]:
        yield Examined("alarm", NOTE if row.kind in _MILD else WRONG, _in_words(row), _remedy(row))
    if len(rows) > _MOST_ALARMS:
        yield Examined(
            "alarms", WRONG, f"{len(rows) - _MOST_ALARMS} more", "`broadsheet status` shows them all"
        )


def _in_words(row: AlarmRow) -> str:
    return f"{row.source or 'all sources'}: {row.cause} (since {row.since.astimezone():%Y-%m-%d %H:%M})"


def _remedy(row: AlarmRow) -> str:
    """What a person can do about it."""
    name = row.source
    return {
        "field": f"`broadsheet check {name}` shows what is found; then correct its recipe",
        "walled": "nothing, if the site now asks for money; else `broadsheet explain` of a page",
        "blocked": f"set `contact`, or ask {name} less often ([intervals] in broadsheet.toml)",
        "moved": "put the new address into the recipe",
        "silence": f"look at the site; `broadsheet check {name}` tries its ways",
        "flood": f"`broadsheet list --source {name}` shows what came",
        "certificate": "nothing, if it is the site's; a proxy's authority is named by SSL_CERT_FILE",
        "broken": f"`broadsheet crawl {name}` shows it; it may be worth a report",
        "overflow": f"a shorter interval for {name} ([intervals] in broadsheet.toml)",
        "way": f"`broadsheet check {name}`; take it out of the recipe if it is gone for good",
    }.get(row.kind, "")


def _size(count: int) -> str:
    return f"{count / 2**30:,.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"

"""The verbs verify, repair and backup: what was found, what was done about it, and what is copied."""

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from archive import Article, Copy, Finding, RepairWish, StoredPage
from archive import backup as made_copy
from archive import repair as repaired
from archive import verify as proven
from cli.opening import recipes_of, settings_of
from cli.saying import progress, say_json, say_table
from crawler.config import Settings
from crawler.past.reparsing import Manner, StoredReader

_MOST_TOLD = 200  # of a kind, in a table


def verify(config: Path | None, *, as_json: bool) -> int:
    """Says what is not as it was recorded; 1 where anything is."""
    settings = settings_of(config)
    with progress("Verifying") as advance:
        proof = proven(settings.archive, settings.database_url, advance)
    looked_at = {
        "articles": proof.articles,
        "versions": proof.versions,
        "pictures": proof.pictures,
        "snapshots": proof.snapshots,
        "ledger lines": proof.lines,
        "rows": proof.rows,
    }
    if as_json:
        say_json(finding.as_json() for finding in proof.findings)
        say_json(
            [{"kind": "summary", "ok": proof.ok, "findings": len(proof.findings), "looked_at": looked_at}]
        )
        return 0 if proof.ok else 1
    _say_findings(proof.findings)
    said = ", ".join(f"{count} {what}" for what, count in looked_at.items())
    print(f"{'Sound' if proof.ok else f'{len(proof.findings)} findings'}: looked at {said}")
    print(f"Archive: {settings.archive}")
    return 0 if proof.ok else 1


def repair(config: Path | None, *, restore: bool, dry_run: bool, as_json: bool) -> int:
    """Puts right what can be, and says what is left; 1 where anything is."""
    settings = settings_of(config)
    wish = RepairWish(
        reader=_reader(settings), restore=restore, dry_run=dry_run, front_matter=settings.front_matter
    )
    with progress("Looking at everything") as advance:
        done = repaired(settings.archive, settings.database_url, wish, datetime.now(UTC), advance)
    if as_json:
        say_json({**act.as_json(), "done": not dry_run} for act in done.acts)
        say_json({**finding.as_json(), "left": True} for finding in done.left)
        return 1 if done.left else 0
    if done.acts:
        say_table(("kind", "what", "how"), ((act.kind.value, act.path, act.what) for act in done.acts))
        print()
    _say_findings(done.left)
    if not done.acts and not done.left:
        print("There is nothing to repair.")
    elif done.left:
        print(f"Left to you: {len(done.left)}")
    print(f"Archive: {settings.archive}")
    return 1 if done.left else 0


def backup(folder: Path, config: Path | None, *, as_json: bool) -> int:
    """Makes the folder a copy of the archive."""
    settings = settings_of(config)
    with progress("Copying") as advance:
        copy = made_copy(settings.archive, settings.database_url, folder, datetime.now(UTC), advance)
    for path in copy.kept:
        print(
            f"{path}: the archive has lost it, the copy keeps it; `broadsheet verify` says more",
            file=sys.stderr,
        )
    if as_json:
        say_json([_as_json(copy)])
        return 1 if copy.kept else 0
    print(f"{copy.files} files in {copy.path}: {copy.copied} copied, {copy.removed} removed")
    if not copy.has_catalog:
        print(
            "The catalog is in PostgreSQL and left out: back it up there, or let `broadsheet reindex` build it anew"
        )
    return 1 if copy.kept else 0


def _as_json(copy: Copy) -> Mapping[str, object]:
    return {
        "path": str(copy.path),
        "files": copy.files,
        "copied": copy.copied,
        "removed": copy.removed,
        "kept": list(copy.kept),
        "has_catalog": copy.has_catalog,
    }


def _say_findings(findings: Iterable[Finding]) -> None:
    told = {finding.kind: 0 for finding in findings}
    rows = []
    for finding in findings:
        told[finding.kind] += 1
        if told[finding.kind] <= _MOST_TOLD:
            rows.append((finding.kind.value, finding.path, finding.what, finding.do))
    if rows:
        say_table(("kind", "where", "what", "what to do"), sorted(rows))
        print()
    for kind, count in told.items():
        if count > _MOST_TOLD:
            print(f"and {count - _MOST_TOLD} more that are {kind.value}; --json tells each", file=sys.stderr)


def _reader(settings: Settings) -> Callable[[StoredPage], Article | None]:
    manner = Manner(recipes_of(settings), settings.site_config, settings.plain)
    read = StoredReader(settings.archive, settings.database_url, manner)

    def article(page: StoredPage) -> Article | None:
        result = read(page).result
        return result if isinstance(result, Article) else None

    return article

"""A copy that was opened, and is brought up to date after something was forgotten."""

from pathlib import Path

from archive import Archive, backup, verify
from tests.builders import NOW, article


def test_a_copy_that_was_opened_knows_nothing_of_what_is_forgotten_since(
    tmp_path: Path, database_url: str | None
) -> None:
    root, target = tmp_path / "archive", tmp_path / "copy"
    with Archive.open(root, database_url) as archive:
        archive.add_many([article(1), article(2, body="另一篇。" * 90)])
        backup(root, database_url, target, NOW)
        Archive.open(target).close()
        archive.forget(article(1).url, NOW)
    backup(root, database_url, target, NOW)
    proof = verify(target)
    assert proof.ok, proof.findings
    catalog = target / "catalog.sqlite3"
    assert not catalog.exists() or "第1篇".encode() not in catalog.read_bytes()

"""Pictures kept beside articles: each content once, shown by the file, gone with the last article that shows it."""

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, Picture, kind_of, localised, moved, parse, pictures_in, verify
from tests.builders import NOW, archive_tables, article, drop_database, files
from tests.test_recovery import Killed, kill_at

LATER = NOW + timedelta(hours=1)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
ONE, TWO = "https://img.example/1.png", "https://img.example/2.gif?w=1&h=2"
BODY = f"{article(1).body}\n\n![图一]({ONE})\n\n![]({TWO})\n\n![图一]({ONE})"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(root: Path, database_url: str | None) -> Iterator[Archive]:
    with Archive.open(root, database_url) as archive:
        yield archive


def stored(root: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in root.glob("assets/*/*"))


def body(root: Path) -> str:
    (text,) = files(root).values()
    return parse(text.encode()).body


# --- pure ---


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "png"),
        (GIF, "gif"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "jpg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf", "avif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", None),
        (b"<html>404</html>", None),
        (b"", None),
    ],
)
def test_a_pictures_kind_is_told_by_what_it_holds(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


def test_the_pictures_of_a_text_are_found_once_each() -> None:
    text = BODY.replace("&h", r"\&h")
    assert pictures_in(text) == (ONE, TWO)


@pytest.mark.parametrize(
    "text",
    [
        f"`![x]({ONE})`",
        f"```\n![x]({ONE})\n```",
        f"> ````markdown\n> ```\n> ![x]({ONE})\n> ```\n> ````",
        rf"\![x]({ONE})",
        f"[x]({ONE})",
        "![x](../../assets/aa/aa.png)",
        f"```\n![x]({ONE})",
    ],
)
def test_what_is_no_picture_stays(text: str) -> None:
    assert pictures_in(text) == ()
    assert localised(text, {ONE: "assets/aa/aa.png"}, "huxiu/2026/a.md") == text


def test_a_picture_in_a_link_or_after_code_is_one() -> None:
    text = f"`code` [![x]({ONE})](https://a.example/) and `` `more ``"
    expected = "`code` [![x](../../assets/aa/aa.png)](https://a.example/) and `` `more ``"
    assert localised(text, {ONE: "assets/aa/aa.png"}, "huxiu/2026/a.md") == expected
    assert localised(expected, {ONE: "assets/aa/aa.png"}, "huxiu/2026/a.md") == expected


@pytest.mark.parametrize("text", ["![" * 50_000, "`" * 100_001, "` `` " * 50_000, "![a](" * 50_000])
def test_no_text_takes_long(text: str) -> None:
    assert pictures_in(text) == ()


# --- kept ---


def test_the_file_shows_pictures_from_the_archive(archive: Archive, root: Path) -> None:
    archive.add(article(1, body=BODY))
    assert archive.assets.keep(article(1).url, [Picture(ONE, PNG), Picture(TWO, GIF)], NOW) == 2
    paths = archive.assets.paths(article(1).url)
    (file,) = files(root)
    assert stored(root) == sorted([PNG, GIF])
    assert body(root).count(f"![图一](../../{paths[ONE]})") == 2
    assert ((root / file).parent / "../.." / paths[TWO]).read_bytes() == GIF
    assert archive.assets.wanted(article(1).url) == ()


def test_a_missing_picture_leaves_the_remote_link(archive: Archive, root: Path) -> None:
    archive.add(article(1, body=BODY))
    archive.assets.keep(article(1).url, [Picture(ONE, PNG), Picture(TWO, b"<html>404</html>")], NOW)
    assert f"![]({TWO})" in body(root).replace("\\&", "&")
    assert archive.assets.wanted(article(1).url) == (TWO,)


def test_twice_changes_nothing(archive: Archive, root: Path) -> None:
    archive.add(article(1, body=BODY))
    archive.assets.keep(article(1).url, [Picture(ONE, PNG)], NOW)
    before, lines = files(root), next(iter(root.glob("ledger/*/*"))).read_bytes()
    assert archive.assets.keep(article(1).url, [Picture(ONE, PNG)], NOW) == 0
    assert archive.add(article(1, body=BODY)).verdict == "known"
    assert files(root) == before
    assert next(iter(root.glob("ledger/*/*"))).read_bytes() == lines


def test_a_persons_edit_is_left_alone(archive: Archive, root: Path) -> None:
    archive.add(article(1, body=BODY))
    (file,) = files(root)
    (root / file).write_text(files(root)[file] + "mine\n\n", encoding="utf-8")
    assert archive.assets.wanted(article(1).url) == ()
    assert archive.assets.keep(article(1).url, [Picture(ONE, PNG)], NOW) == 0
    assert stored(root) == []


def test_a_revision_shows_the_pictures_that_are_kept(archive: Archive, root: Path) -> None:
    archive.add(article(1, body=BODY))
    archive.assets.keep(article(1).url, [Picture(ONE, PNG)], NOW)
    paths = archive.assets.paths(article(1).url)
    receipt = archive.add(article(1, body=f"{BODY}\n\n后来补充了很长的一段，说明此事的经过与结果。"))
    assert receipt.verdict == "revised"
    text = (root / str(receipt.path)).read_text(encoding="utf-8")
    assert f"../../{paths[ONE]}" in text
    assert "后来补充" in text


def test_two_articles_share_a_picture_until_both_are_forgotten(archive: Archive, root: Path) -> None:
    for number in (1, 2):
        archive.add(article(number, body=f"{article(number).body}\n\n![]({ONE})"))
        archive.assets.keep(article(number).url, [Picture(ONE, PNG)], NOW)
    assert stored(root) == [PNG]
    archive.forget(article(1).url, NOW)
    assert stored(root) == [PNG]
    archive.forget(article(2).url, NOW)
    assert stored(root) == []


def test_without_the_database_all_is_found_again(root: Path, database_url: str | None) -> None:
    with Archive.open(root, database_url) as archive:
        archive.add(article(1, body=BODY))
        archive.assets.keep(article(1).url, [Picture(ONE, PNG), Picture(TWO, GIF)], NOW)
    before = archive_tables(root, database_url)
    drop_database(root, database_url)
    report = Archive.rebuild(root, database_url)
    assert (report.ok, report.edited) == (True, 0)
    assert archive_tables(root, database_url) == before


def test_any_step_may_be_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moment, is_done = 1, False
    while not is_done:
        root = tmp_path / str(moment)
        with Archive.open(root) as archive:
            archive.add(article(1, body=BODY))
            remote = files(root)
            with monkeypatch.context() as patch:
                calls = kill_at(patch, moment)
                try:
                    archive.assets.keep(article(1).url, [Picture(ONE, PNG), Picture(TWO, GIF)], NOW)
                    is_done = calls() < moment
                except Killed:
                    pass
        with Archive.open(root) as again:
            assert list(root.rglob("*.tmp")) == []
            assert (files(root) == remote) == (stored(root) == [])
            again.assets.keep(article(1).url, [Picture(ONE, PNG), Picture(TWO, GIF)], NOW)
            assert stored(root) == sorted([PNG, GIF])
            assert again.assets.wanted(article(1).url) == ()
        before = archive_tables(root, None)
        drop_database(root, None)
        report = Archive.rebuild(root)
        assert (report.ok, report.edited) == (True, 0)
        assert archive_tables(root, None) == before
        moment += 1
    assert moment > 5


def test_a_version_shows_the_pictures_from_where_it_lies(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        archive.add(article(1, body=BODY))
        archive.assets.keep(article(1).url, [Picture(ONE, PNG), Picture(TWO, GIF)], NOW)
        place = (
            tmp_path
            / archive.add(article(1, body=f"{BODY}\n\n公司随后否认了这一说法。", fetched_at=LATER)).path
        )
        (version,) = place.parent.glob(".versions/*")
        for file in (place, version):
            shown = re.findall(r"\]\((.*?)\)", file.read_text())
            assert [(file.parent / link).is_file() for link in shown] == [True] * 3
    assert verify(tmp_path).ok


@pytest.mark.parametrize("moment", range(1, 11))
def test_a_killed_revision_with_pictures_is_whole_or_never_was(
    tmp_path: Path, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(tmp_path) as archive:
        archive.add(article(1, body=BODY))
        archive.assets.keep(article(1).url, [Picture(ONE, PNG)], NOW)
        with monkeypatch.context() as patch, suppress(Killed):
            kill_at(patch, moment)
            archive.add(article(1, body=f"{BODY}\n\n公司随后否认了这一说法。", fetched_at=LATER))
    with Archive.open(tmp_path) as again:
        (row,) = again.articles()
        is_new = "否认" in (tmp_path / row.path).read_text()
        assert len(again.history.of(row)) == is_new
    assert verify(tmp_path).ok


def test_a_stored_picture_is_found_from_another_place() -> None:
    body = f"![a](../../assets/aa/aa.png) ![b]({ONE}) ![c](../mine.png) ![d](../../../assets/aa/aa.png)"
    there = moved(body, "huxiu/2026/a.md", "huxiu/2026/.versions/a.1.md")
    assert there == body.replace("![a](../../", "![a](../../../", 1)
    assert moved(there, "huxiu/2026/.versions/a.1.md", "huxiu/2026/a.md") == body.replace(
        "![d](../../../assets", "![d](../../assets"
    )

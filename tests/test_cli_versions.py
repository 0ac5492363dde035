"""The verbs history and diff."""

from datetime import timedelta
from pathlib import Path

import pytest

from archive import Archive, Picture
from tests.builders import LONG, NOW, article
from tests.terminal import Terminal
from tests.test_assets import PNG

URL = article(1).url
FILE = "huxiu/2026/2026-11-23-1.md"
A = f"{LONG}\n\n股价当天上涨了3%。\n\nThe company paid $85 million for it."
B = A.replace("$85 million", "$90 million")
C = f"{B}\n\n公司随后发表声明，否认了这一说法。"


def revise(root: Path, *bodies: str) -> None:
    with Archive.open(root) as archive:
        for hours, body in enumerate(bodies):
            archive.add(article(1, body=body, fetched_at=NOW + timedelta(hours=hours)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive-data"


def test_history_lists_each_version_with_what_it_changed(broadsheet: Terminal, root: Path) -> None:
    revise(root, A, B, C)
    rows = broadsheet("history", URL, "--json").rows
    assert [(row["version"], row["change"], row["in_place"], row["file"]) for row in rows] == [
        (1, [], False, "huxiu/2026/.versions/2026-11-23-1.1.md"),
        (2, ["numbers"], False, "huxiu/2026/.versions/2026-11-23-1.2.md"),
        (3, ["added"], True, FILE),
    ]
    assert [row["characters"] for row in rows] == [len(A), len(B), len(C)]
    assert [row["read_at"][:13] for row in rows] == ["2026-11-24T03", "2026-11-24T04", "2026-11-24T05"]
    text = broadsheet("history", FILE).text
    assert all(said in text for said in ("第1篇", URL, "numbers", "added; in place", FILE))


def test_a_text_that_came_back_is_listed_once(broadsheet: Terminal, root: Path) -> None:
    revise(root, A, B, A)
    rows = broadsheet("history", URL, "--json").rows
    assert [(row["version"], row["in_place"], row["came_back"]) for row in rows] == [
        (1, True, 1),
        (2, False, 0),
    ]
    assert rows[0]["file"] == FILE


def test_what_is_kept_beside_a_persons_own_says_so(broadsheet: Terminal, root: Path) -> None:
    revise(root, A)
    (root / FILE).write_text((root / FILE).read_text() + "my note\n")
    revise(root, C)
    first, second = broadsheet("history", URL, "--json").rows
    assert (first["beside"], first["in_place"], second["beside"], second["in_place"]) == (
        True,
        False,
        False,
        True,
    )
    assert "beside your own" in broadsheet("history", URL).text


def test_history_says_since_when_a_page_is_gone(broadsheet: Terminal, root: Path) -> None:
    revise(root, A)
    with Archive.open(root) as archive:
        archive.history.note(URL, "gone", "it answers 404", NOW)
    assert "The page is gone since 2026-11-24: it answers 404" in broadsheet("history", URL).text
    assert broadsheet("history", URL, "--json").rows[0]["page"].startswith("gone since 2026-11-24")


def test_a_version_whose_file_is_missing_is_listed_as_such(broadsheet: Terminal, root: Path) -> None:
    revise(root, A, B)
    (root / "huxiu/2026/.versions/2026-11-23-1.1.md").unlink()
    assert "missing" in broadsheet("history", URL).text
    assert "2026-11-23-1.1.md can't be read" in broadsheet("diff", URL).complaint


def test_diff_marks_words_and_paragraphs(broadsheet: Terminal, root: Path) -> None:
    revise(root, A, B, C)
    ran = broadsheet("diff", URL)
    assert ran.status == 0
    assert "→ 3" in ran.text
    assert "{+公司随后发表声明，否认了这一说法。+}" in ran.text
    assert "… 3 paragraphs unchanged" in ran.text
    ran = broadsheet("diff", URL, "--from", "1", "--to", "2")
    assert "The company paid $[-85-]{+90+} million for it." in ran.text
    assert "\x1b" not in ran.text


def test_diff_goes_either_way(broadsheet: Terminal, root: Path) -> None:
    revise(root, A, C)
    assert (
        "[-公司随后发表声明，否认了这一说法。-]" in broadsheet("diff", URL, "--from", "2", "--to", "1").text
    )


def test_a_terminal_shows_colours_in_place_of_marks(broadsheet: Terminal, root: Path) -> None:
    revise(root, A, B)
    text = broadsheet("diff", URL, FORCE_COLOR="1", COLUMNS="80").text
    assert "\x1b[" in text
    assert "[-" not in text
    plain = broadsheet("diff", URL, FORCE_COLOR="1", NO_COLOR="1", COLUMNS="80").text
    assert "[-85-]" in plain


def test_diff_shows_a_new_headline(broadsheet: Terminal, root: Path) -> None:
    with Archive.open(root) as archive:
        archive.add(article(1))
        archive.add(article(1, title="第1篇的新标题"))
    assert "第1篇{+的新标题+}" in broadsheet("diff", URL).text


def test_diff_as_json_has_an_object_a_paragraph(broadsheet: Terminal, root: Path) -> None:
    revise(root, A, B)
    rows = broadsheet("diff", URL, "--json").rows
    assert [(row["part"], row["op"]) for row in rows] == [
        ("title", "same"),
        ("body", "same"),
        ("body", "same"),
        ("body", "changed"),
    ]
    assert ["85", "90"] in rows[-1]["words"]


def test_one_version_has_no_difference(broadsheet: Terminal, root: Path) -> None:
    revise(root, A)
    ran = broadsheet("diff", URL)
    assert (ran.status, ran.out) == (1, b"")
    assert "one version only" in ran.err


@pytest.mark.parametrize("numbers", [("--from", "7"), ("--to", "9")])
def test_a_version_there_is_none_of_is_named(
    broadsheet: Terminal, root: Path, numbers: tuple[str, str]
) -> None:
    revise(root, A, B)
    assert f"there is no version {numbers[1]}; there are 1, 2" in broadsheet("diff", URL, *numbers).complaint


@pytest.mark.parametrize("verb", ["history", "diff"])
def test_an_article_nobody_knows_is_named(broadsheet: Terminal, root: Path, verb: str) -> None:
    revise(root, A)
    assert (
        "no article https://www.huxiu.com/article/9"
        in broadsheet(verb, "https://www.huxiu.com/article/9").complaint
    )


def test_where_a_version_has_its_pictures_is_no_difference(broadsheet: Terminal, root: Path) -> None:
    picture = Picture("https://img.example/1.png", PNG)
    with Archive.open(root) as archive:
        archive.add(article(1, body=f"{A}\n\n![x]({picture.url})"))
        archive.assets.keep(URL, [picture], NOW)
        archive.add(article(1, body=f"{B}\n\n![x]({picture.url})", fetched_at=NOW + timedelta(hours=1)))
    rows = broadsheet("diff", URL, "--json").rows
    assert [row["op"] for row in rows] == ["same", "same", "same", "changed", "same"]

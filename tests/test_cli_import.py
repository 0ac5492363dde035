"""import: WARC files, saved pages, posts and JSON lines come in by the archive's door, and a kill loses nothing."""

import json
import os
import random
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import Archive, parse, render
from tests.builders import article, files
from tests.copies import page_url, response, warc
from tests.forked import python
from tests.site import HOST, RECIPE, WAF, article_page, text_of
from tests.terminal import BROADSHEET, PROGRAM, ROOT, Ran, run_apart
from tests.test_recovery import leftovers, sound

_MANY = 100  # more than are read ahead of the first that is told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tech.toml").write_text(RECIPE)
    (tmp_path / "broadsheet.toml").write_text('archive = "kept"\nrecipes = "recipes"\n')
    return tmp_path


def imported(folder: Path, *arguments: str) -> Ran:
    return run_apart("import", *arguments, cwd=folder)


def counts(ran: Ran) -> dict[str, int]:
    """What the last input came to, of --json."""
    found: dict[str, int] = ran.rows[-1]["counts"]
    return found


def kept(folder: Path) -> list[str]:
    with Archive.read(folder / "kept") as archive:
        return sorted(row.url for row in archive.articles())


def test_a_warc_file_becomes_articles_and_twice_changes_nothing(folder: Path) -> None:
    warc(folder / "a.warc.gz", range(6))
    ran = imported(folder, "a.warc.gz")
    assert (ran.status, ran.err) == (0, "")
    assert ran.text.split()[:2] == ["input", "new"]
    assert f"Archive: {folder / 'kept'}" in ran.text
    assert kept(folder) == [f"{HOST}/article/{number}" for number in range(6)]
    before = files(folder / "kept")
    assert before["tech/2026/2026-11-20-1.md"].startswith(
        f"---\nlayout: post\nurl: {HOST}/article/1\nname: 小明\n"
    )
    again = imported(folder, "a.warc.gz", "--json")
    assert (again.status, counts(again), files(folder / "kept")) == (0, {"known": 6}, before)
    sound(folder / "kept", None)


def test_every_record_is_told_with_what_became_of_it(folder: Path) -> None:
    records = [
        response(page_url(1), article_page(1)),
        response(page_url(2), article_page(2, text=text_of(1))),
        response(page_url(3), WAF),
        response(f"{HOST}/about", article_page(4)),
        response(page_url(5), article_page(5, more="<a class='next' href='/article/5/2.html'>2</a>")),
    ]
    (folder / "a.warc").write_bytes(b"".join(records))
    ran = imported(folder, "a.warc", "--json")
    told = [(row["state"], row["reason"]) for row in ran.rows if row["kind"] == "record"]
    assert [state for state, _ in told] == ["new", "duplicate", "blocked", "not_an_article", "failed"]
    assert told[2][1] == "the site's check page"
    assert "further page" in told[4][1]
    assert ran.status == 1
    assert len(kept(folder)) == 1


def test_the_same_text_elsewhere_is_a_duplicate(folder: Path) -> None:
    page = article_page(1)
    records = [response(page_url(1), page), response("https://blog.example/2026/11/copy-of-it", page)]
    (folder / "a.warc").write_bytes(b"".join(records))
    assert counts(imported(folder, "a.warc", "--json")) == {"new": 1, "duplicate": 1}


def test_one_source_only(folder: Path) -> None:
    records = [response(page_url(1), article_page(1)), response("https://blog.example/one", article_page(2))]
    (folder / "a.warc").write_bytes(b"".join(records))
    imported(folder, "a.warc", "--source", "tech")
    assert kept(folder) == [f"{HOST}/article/1"]
    imported(folder, "a.warc", "--source", "blog.example")
    assert kept(folder) == [f"{HOST}/article/1", "https://blog.example/one"]
    assert "unknown source tecch; did you mean" in imported(folder, "a.warc", "--source", "tecch").complaint


def test_days_of_publication_only(folder: Path) -> None:
    warc(folder / "a.warc", range(3), gzip=False)
    assert counts(imported(folder, "a.warc", "--until", "2026-11-19", "--json")) == {"left out": 3}
    assert counts(imported(folder, "a.warc", "--since", "2026-11-20", "--json")) == {"new": 3}
    assert (
        "--since x: no day; write it like 2014-05-12" in imported(folder, "a.warc", "--since", "x").complaint
    )


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    warc(folder / "a.warc", range(3), gzip=False)
    assert counts(imported(folder, "a.warc", "--dry-run", "--json")) == {"new": 3}
    assert not (folder / "kept").exists()
    imported(folder, "a.warc", "--until", "2026-11-20")
    warc(folder / "a.warc", range(5), gzip=False)
    assert counts(imported(folder, "a.warc", "--dry-run", "--json")) == {"known": 3, "new": 2}
    assert len(kept(folder)) == 3


def test_a_copy_that_is_older_than_what_is_held_changes_nothing(folder: Path) -> None:
    held = article(1, url=f"{HOST}/article/1", source="tech", body="今天的文字。" * 60)
    with Archive.open(folder / "kept") as archive:
        archive.add(held)
    before = files(folder / "kept")
    warc(folder / "a.warc", range(1, 2), gzip=False)
    assert counts(imported(folder, "a.warc", "--json")) == {"known": 1}
    assert files(folder / "kept") == before


def test_saved_pages_tell_their_address_in_many_ways(folder: Path) -> None:
    saved = folder / "saved"
    for number in range(1, 7):
        (saved / str(number)).mkdir(parents=True)
    url = "https://blog.example/2026/11/{}"
    (saved / "1" / "page.html").write_bytes(article_page(1))
    (saved / "1" / "meta.json").write_text(
        json.dumps({"url": url.format(1), "fetched_at": "2026-11-21T03:00:00Z"})
    )
    comment = f"<!-- saved from url=(0030){url.format(2)} -->\n".encode()
    (saved / "2" / "page.html").write_bytes(comment + article_page(2))
    link = f"<link href='{url.format(3)}' rel='canonical'>".encode()
    (saved / "3" / "page.html").write_bytes(article_page(3).replace(b"<title>", link + b"<title>"))
    og = f'<meta property="og:url" content="{url.format(4)}">'.encode()
    (saved / "4" / "page.htm").write_bytes(article_page(4).replace(b"<title>", og + b"<title>"))
    (saved / "5" / "https%3A%2F%2Fblog.example%2F2026%2F11%2F5.html").write_bytes(article_page(5))
    (saved / "6" / "blog.example" / "2026").mkdir(parents=True)
    (saved / "6" / "blog.example" / "2026" / "6.html").write_bytes(article_page(6))
    (saved / "nowhere.html").write_bytes(article_page(7))
    ran = imported(folder, "saved", "--json")
    told = {row["name"]: row for row in ran.rows if row["kind"] == "record"}
    assert counts(ran) == {"new": 6, "failed": 1}
    assert ran.status == 1
    assert "nothing says where it was saved from" in told["nowhere.html"]["reason"]
    assert kept(folder) == [
        *(url.format(number) for number in range(1, 5)),
        "https://blog.example/2026/11/5.html",
        "https://blog.example/2026/6.html",
    ]
    with Archive.read(folder / "kept") as archive:
        row = archive.article(url.format(1))
    assert row is not None
    assert row.fetched_at == "2026-11-21T03:00:00+00:00"


def test_a_file_s_own_time_is_when_it_was_fetched_where_nothing_says_it(folder: Path) -> None:
    page = folder / "page.html"
    page.write_bytes(
        article_page(1).replace(b"<title>", f"<link rel=canonical href='{page_url(1)}'><title>".encode())
    )
    os.utime(page, (1_700_000_000, 1_700_000_000))
    assert imported(folder, "page.html").status == 0
    with Archive.read(folder / "kept") as archive:
        (row,) = archive.articles()
    assert datetime.fromisoformat(row.fetched_at) == datetime.fromtimestamp(1_700_000_000, UTC)


def test_links_out_of_the_folder_pipes_and_giants_are_left_alone(folder: Path) -> None:
    saved = folder / "saved"
    saved.mkdir()
    (folder / "secret.html").write_bytes(article_page(1))
    (saved / "out.html").symlink_to(folder / "secret.html")
    (saved / "round").symlink_to(saved)
    os.mkfifo(saved / "pipe.html")
    with (saved / "giant.html").open("wb") as giant:
        giant.truncate(20_000_000)
    ran = imported(folder, "saved", "--json")
    assert counts(ran) == {"broken": 1}
    assert "larger than 10 MiB" in ran.text


def test_posts_of_jekyll_and_hugo_become_articles(folder: Path) -> None:
    posts = folder / "blog" / "_posts"
    posts.mkdir(parents=True)
    (folder / "blog" / "_config.yml").write_text(
        "url: https://blog.example\nbaseurl: /notes\npermalink: pretty\n"
    )
    body = (
        "第一段，说的是一件事情。\n\n{% include ad.html %}\n\n## 小标题\n\n第二段。\n"
        + "甲说的是这一件事情，讲得很长。" * 20
    )
    (posts / "2014-05-12-first-post.md").write_text(
        f"---\ntitle: 第一篇\ndate: 2014-05-12 10:59:00 +0800\nauthor: 小晚\ntags: [甲, 乙]\n---\n{body}"
    )
    (posts / "2014-05-13-second.md").write_text(
        f"---\ntitle: 第二篇\npermalink: /other/place/\nauthors:\n  - 小明\n  - name: 小红\n---\n{'乙写的文章完全不同，说天气和海。' * 20}\n"
    )
    (posts / "2014-05-14-third.md").write_text(
        f'+++\ntitle = "第三篇"\ndate = 2014-05-14T08:00:00+08:00\nurl = "https://else.example/3"\n+++\n{"丙谈论机器与纸张，别人没有谈过。" * 20}\n'
    )
    (posts / "2014-05-15-draft.md").write_text(f"---\ntitle: x\ndraft: true\n---\n{text_of(4)}\n")
    (posts / "README.md").write_text("# no post\n")
    ran = imported(folder, "blog/_posts", "--json")
    assert counts(ran) == {"new": 3, "not_an_article": 1, "failed": 1}
    urls = [
        "https://blog.example/notes/2014/05/12/first-post/",
        "https://blog.example/notes/other/place/",
        "https://else.example/3",
    ]
    assert kept(folder) == urls
    with Archive.read(folder / "kept") as archive:
        rows = [archive.article(url) for url in urls]
        text = archive.text(rows[0]) if rows[0] else ""
    assert [row and (row.title, row.authors, row.time) for row in rows] == [
        ("第一篇", ("小晚",), "2014-05-12 10:59"),
        ("第二篇", ("小明", "小红"), "2014-05-13 00:00"),
        ("第三篇", (), "2014-05-14 08:00"),
    ]
    assert rows[0] is not None
    assert rows[0].tags == ("甲", "乙")
    assert "{%" not in text
    assert "## 小标题" in text


def test_posts_without_an_address_are_told_how_to_give_them_one(folder: Path) -> None:
    (folder / "2014-05-12-one.md").write_text(f"---\ntitle: 一\n---\n{text_of(1)}\n")
    ran = imported(folder, "2014-05-12-one.md")
    assert ran.status == 1
    assert "--base names the site's" in ran.err
    assert imported(folder, "2014-05-12-one.md", "--base", "https://blog.example").status == 0
    assert kept(folder) == ["https://blog.example/2014/05/12/one.html"]


def test_files_of_an_archive_of_ours_come_to_the_same_bytes(folder: Path) -> None:
    warc(folder / "a.warc", range(3), gzip=False)
    imported(folder, "a.warc")
    (folder / "kept").rename(folder / "old")
    assert imported(folder, "old").status == 0
    assert files(folder / "kept") == {
        path: text for path, text in files(folder / "old").items() if "snapshots" not in path
    }


def test_json_lines_of_many_shapes_become_articles(folder: Path) -> None:
    rows = [
        {
            "url": page_url(1),
            "title": "一",
            "body": text_of(1),
            "authors": ["小明"],
            "published_at": "2026-11-20T10:00:00+08:00",
        },
        {
            "url": page_url(2),
            "title": "二",
            "text": f"{text_of(2)}\n* 不是列表 <b>",
            "date_publish": "2026-11-20 11:00:00",
        },
        {
            "url": page_url(3),
            "title": "三",
            "html": f"<p>{text_of(3)}</p><p><b>粗</b></p>",
            "author": "小红、小绿",
        },
        {"url": page_url(4), "html": article_page(4).decode()},
        {"url": page_url(5), "title": "五"},
        {"title": "六", "body": "x"},
        {"url": f"{HOST}/about", "title": "七", "body": text_of(7)},
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "a.jsonl").write_text("\n".join([*lines, "no json", "", "[" * 100_000]) + "\n")
    ran = imported(folder, "a.jsonl", "--json")
    assert counts(ran) == {"new": 4, "failed": 4, "not_an_article": 1}
    texts = files(folder / "kept")
    assert "time: 2026-11-20 10:00" in texts["tech/2026/2026-11-20-1.md"]
    assert "\\* 不是列表 \\<b>" in texts["tech/2026/2026-11-20-2.md"]
    assert any("**粗**" in text and "name: 小红、小绿" in text for text in texts.values())
    for text in texts.values():
        assert render(parse(text.encode())) == text.encode()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.warc.gz",), "nowhere.warc.gz: No such file or directory; name a WARC file"),
        (("a.txt",), "a.txt: not known what this is by its name; known are .warc"),
        (("broadsheet.toml",), "broadsheet.toml: not known what this is"),
        (("a.jsonl", "--base", "blog"), "blog: no web address"),
        ((), "FILE|FOLDER"),
    ],
)
def test_wrong_input_is_one_line_and_nothing_is_made(
    folder: Path, arguments: tuple[str, ...], says: str
) -> None:
    (folder / "a.txt").write_text("x")
    (folder / "a.jsonl").write_text("")
    assert says in imported(folder, *arguments).complaint
    assert not (folder / "kept").exists()


def started(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    return python(
        *(*BROADSHEET, *arguments),
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def started_anew(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """The same, with readers that are its own children."""
    return subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def until(condition: "object", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.02)


def test_killed_in_the_middle_it_goes_on_and_loses_nothing(folder: Path) -> None:
    root, chance, number = folder / "kept", random.Random(1), 60
    warc(folder / "a.warc.gz", range(number))
    acknowledged: set[str] = set()
    for turn in range(4):
        process = started(folder, "import", "a.warc.gz", "--json")
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        told = [json.loads(line) for line in (first + rest).splitlines() if line.endswith(b"}")]
        acknowledged |= {row["path"] for row in told if row["kind"] == "record"}
        assert acknowledged <= set(files(root)), turn
    last = imported(folder, "a.warc.gz", "--json")
    assert last.status == 0
    assert len(kept(folder)) == number
    assert leftovers(root) == []
    if len(acknowledged) < number:
        assert last.rows[-1]["goes_on"] is True
    assert list((root / ".broadsheet" / "positions").iterdir()) == []
    sound(root, None)


def test_a_reader_that_dies_is_told_and_the_rest_is_read(folder: Path) -> None:
    warc(folder / "a.warc.gz", range(_MANY), noise=False)
    process = started_anew(folder, "import", "a.warc.gz", "--json")
    assert process.stdout is not None
    first = process.stdout.readline()
    readers = _children(process.pid)
    os.kill(readers[0], signal.SIGKILL)
    rest, _ = process.communicate()
    rows = [json.loads(line) for line in (first + rest).splitlines()]
    dead = [row for row in rows if "the process that read it died (SIGKILL)" in (row.get("reason") or "")]
    assert len(dead) <= 1
    assert rows[-1]["counts"]["new"] == _MANY - len(dead)
    assert process.returncode == len(dead)


def test_nobody_outlives_an_import_that_was_killed(folder: Path) -> None:
    warc(folder / "a.warc.gz", range(_MANY), noise=False)
    process = started_anew(folder, "import", "a.warc.gz", "--json")
    assert process.stdout is not None
    process.stdout.readline()
    readers = _children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    until(lambda: not any(Path(f"/proc/{one}/cmdline").exists() and _runs(one) for one in readers), 20)
    assert [one for one in readers if _runs(one)] == []


def _children(pid: int) -> list[int]:
    """The processes that read, but for what Python itself starts beside them."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = Path(f"/proc/{pid}/task").iterdir()
    found += [child for thread in threads for child in (thread / "children").read_text().split()]
    is_reader = lambda one: b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()  # noqa: E731
    return sorted({int(one) for one in found if is_reader(one)})


def _runs(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False

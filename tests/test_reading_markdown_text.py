"""HTML → Markdown → HTML: every reader sees the page's own text, and only the page's own marks."""

import html
import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crawler.reading.markdown import to_markdown

BASE = "https://site.example/a/"
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(alphabet="*_#[]()<>!\\`~|&+-=.:1 a中“。￥", max_size=24)
WORDS = st.sampled_from([
    "&lt;", "&copy;", "&#65;", "<b>", "</p>", "<!--", "<?", "<http://a.b>", "a@b.c", "http://a.b/c_d", "[x](y)", "[x]: /y",
    "![", "](", "**", "***", "~~", "~~~", "```", "``", "1. ", "10) ", "- ", "+ ", "* ", "# ", "> ", "---", "===", "|-|",
    "| a |", ":--", "\\", "\\*", "&amp;amp;", "_a_", "*a*", "a*b*c", "中文", "“引”", "。", "word", " ", "[ ] ", "[^1]: ",
])  # fmt: skip
TEXT = st.one_of(NASTY, st.lists(WORDS, max_size=6).map("".join))


def rendered(markdown: str) -> ElementTree.Element:
    """What a reader makes of the Markdown, as a tree."""
    return ElementTree.fromstring(f"<body>{READER.render(markdown)}</body>")


def words_of(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def folded(text: str) -> str:
    return " ".join(text.split())


def letters(text: str) -> str:
    return "".join(text.split())


def tags_of(element: ElementTree.Element) -> list[str]:
    return [each.tag for each in element.iter()][1:]


@settings(max_examples=187, deadline=None)
@given(TEXT)
@example("1. a")
@example("A*B 和 C*D")
@example("a\\")
def test_a_paragraphs_text_is_read_as_it_stands(text: str) -> None:
    body = rendered(to_markdown(f"<p>{html.escape(text)}</p>", BASE))

    assert words_of(body) == folded(text)
    assert tags_of(body) == (["p"] if folded(text) else [])


@settings(max_examples=187, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=4))
def test_lines_parted_by_breaks_are_read_as_they_stand(lines: list[str]) -> None:
    body = rendered(to_markdown(f"<p>{'<br>'.join(map(html.escape, lines))}</p>", BASE))

    assert words_of(body) == folded(" ".join(lines))
    assert set(tags_of(body)) <= {"p", "br"}


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=3), st.sampled_from(["ul", "ol", 'ol start="7"']))
@example(["--"], "ul")  # with its marker a rule
def test_a_lists_text_is_read_as_it_stands(items: list[str], kind: str) -> None:
    body = rendered(
        to_markdown(f"<{kind}>{''.join(f'<li>{html.escape(item)}' for item in items)}</{kind}>", BASE)
    )
    filled = [folded(item) for item in items if folded(item)]

    assert [words_of(item) for item in body.iter("li")] == filled
    assert tags_of(body) == ([kind[:2], *["li"] * len(filled)] if filled else [])


@settings(max_examples=100, deadline=None)
@given(TEXT, st.integers(1, 6))
@example("#", 2)
@example("a ##", 3)
def test_a_headings_text_is_read_as_it_stands(text: str, level: int) -> None:
    body = rendered(to_markdown(f"<h{level}>{html.escape(text)}</h{level}>", BASE))

    assert words_of(body) == folded(text)
    assert tags_of(body) == ([f"h{level}"] if folded(text) else [])


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXT, min_size=4, max_size=4))
def test_a_tables_cells_are_read_as_they_stand(cells: list[str]) -> None:
    cells = [f"x{cell}" for cell in cells]
    one, two, three, four = map(html.escape, cells)
    table = f"<table><tr><th>{one}<th>{two}<tr><td>{three}<td>{four}</table>"
    body = rendered(to_markdown(table, BASE))

    assert [words_of(cell) for cell in body.iter() if cell.tag in ("td", "th")] == [
        folded(cell) for cell in cells
    ]
    assert set(tags_of(body)) == {"table", "thead", "tbody", "tr", "th", "td"}


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_a_links_text_and_what_is_beside_it_are_read_as_they_stand(
    before: str, text: str, after: str
) -> None:
    before, text, after = (html.escape(each) for each in (before, f"x{text}", after))
    body = rendered(to_markdown(f'<p>{before}<a href="/t">{text}</a>{after}</p>', BASE))

    assert words_of(body) == folded(html.unescape(before + text + after))
    assert [(words_of(link), link.get("href")) for link in body.iter("a")] == [
        (folded(html.unescape(text)), "https://site.example/t")
    ]
    assert tags_of(body) == ["p", "a"]


@settings(max_examples=100, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_a_pictures_text_and_what_is_beside_it_are_read_as_they_stand(
    before: str, alt: str, after: str
) -> None:
    before, alt, after = (html.escape(each) for each in (before, alt, after))
    body = rendered(to_markdown(f'<p>x{before}<img src="/t.png" alt="{alt}">{after}x</p>', BASE))

    assert words_of(body) == folded(html.unescape(f"x{before} {after}x")) or words_of(body) == folded(
        html.unescape(f"x{before}{after}x")
    )
    assert [picture.get("alt") for picture in body.iter("img")] == [folded(html.unescape(alt))]
    assert tags_of(body) == ["p", "img"]


@settings(max_examples=100, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_code_and_what_is_beside_it_are_read_as_they_stand(before: str, code: str, after: str) -> None:
    before, code, after = (html.escape(each) for each in (before, f"{code}x", after))
    body = rendered(to_markdown(f"<p>{before}<code>{code}</code>{after}</p>", BASE))

    assert words_of(body) == folded(html.unescape(before + code + after))
    assert [folded(words_of(each)) for each in body.iter("code")] == [folded(html.unescape(code))]
    assert tags_of(body) == ["p", "code"]


MARKED = st.lists(
    st.tuples(TEXT, st.sets(st.sampled_from(["b", "i", "s", "a", "code"]), max_size=3)), max_size=5
)


@settings(max_examples=375, deadline=None)
@given(MARKED)
def test_text_is_read_as_it_stands_whatever_marks_it(parts: list[tuple[str, set[str]]]) -> None:
    page = "".join(_marked(html.escape(text), sorted(marks)) for text, marks in parts)
    body = rendered(to_markdown(f"<p>x{page}</p>", BASE))

    assert words_of(body) == folded("x" + "".join(text for text, _ in parts))
    assert set(tags_of(body)) <= {"p", "strong", "em", "s", "a", "code"}


def _marked(text: str, marks: list[str]) -> str:
    for mark in marks:
        text = f'<{mark} href="/t">{text}</{mark}>'
    return text


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TEXT, st.sets(st.sampled_from(["b", "i", "s"]), max_size=3)), max_size=5))
def test_no_text_is_marked_that_the_page_does_not_mark(parts: list[tuple[str, set[str]]]) -> None:
    page = "".join(_marked(html.escape(text), sorted(marks)) for text, marks in parts)
    body = rendered(to_markdown(f"<p>x{page}</p>", BASE))
    for mark, tag in (("b", "strong"), ("i", "em"), ("s", "s")):
        meant = re.sub(r"\s", "", "".join(text for text, marks in parts if mark in marks))
        read = re.sub(r"\s", "", "".join(words_of(each) for each in body.iter(tag)))
        assert _is_part(read, meant)


def _is_part(short: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in short)


LETTERS = st.text(alphabet="ab中文，“”。(￥ ", min_size=1, max_size=6).filter(
    lambda text: text.strip("，“”。(￥ ") != ""
)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(LETTERS, st.sampled_from([(), ("b",), ("i",), ("s",), ("b", "i")])), max_size=5))
def test_marked_letters_stay_marked(parts: list[tuple[str, tuple[str, ...]]]) -> None:
    """Punctuation at the edge may lose its mark, and a mark that touches another of its kind; no other letter."""
    page = "。 ".join(_marked(html.escape(text), list(marks)) for text, marks in parts)
    body = rendered(to_markdown(f"<p>{page}</p>", BASE))
    for mark, tag in (("b", "strong"), ("i", "em"), ("s", "s")):
        meant = "".join(re.sub(r"\W", "", text) for text, marks in parts if mark in marks)
        assert re.sub(r"\W", "", "".join(words_of(each) for each in body.iter(tag))) == meant


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="`~ a\n-#>中<&", max_size=40))
def test_code_blocks_are_read_as_they_stand(text: str) -> None:
    body = rendered(to_markdown(f"<ul><li>a<pre>\n{html.escape(text)}</pre></ul>", BASE))
    code = "".join("".join(each.itertext()) for each in body.iter("code"))

    assert [line.rstrip() for line in code.strip("\n").split("\n")] == [
        line.rstrip() for line in re.sub(r"\A(?:[^\S\n]*\n)+|\s+\Z", "", text).split("\n")
    ]


HTML = st.lists(
    st.one_of(
        TEXT.map(html.escape),
        st.sampled_from(
            [
                "p",
                "div",
                "b",
                "i",
                "a",
                "ul",
                "ol",
                "li",
                "blockquote",
                "table",
                "tr",
                "td",
                "th",
                "pre",
                "code",
                "h2",
                "figure",
                "figcaption",
                "br",
                "img",
                "hr",
                "span",
                "s",
                "dl",
                "dt",
                "dd",
                "noscript",
                "form",
                "sup",
                "details",
                "summary",
                "caption",
                "picture",
                "source",
                "video",
                "input",
                "math",
                "svg",
                "thead",
                "tbody",
                "script",
                "style",
                "q",
            ]
        ).flatmap(
            lambda name: st.sampled_from(
                [f"<{name}>", f"</{name}>", f'<{name} href="/a(b) c" src="x.png" alt="*">']
            )
        ),
    ),
    max_size=30,
).map("".join)


@settings(max_examples=312, deadline=None)
@given(HTML)
def test_any_page_gives_clean_markdown(page: str) -> None:
    markdown = to_markdown(page, BASE)

    assert not re.search(r"[ \t]$", markdown, re.MULTILINE)
    assert markdown == markdown.strip("\n")
    assert "\n\n\n" not in re.sub(r"```.*?```", "x", markdown, flags=re.DOTALL)
    assert letters(words_of(rendered(markdown))) == letters(to_markdown(page, BASE, plain=True))


@settings(max_examples=125, deadline=None)
@given(HTML)
def test_what_was_read_once_reads_the_same_again(page: str) -> None:
    once = READER.render(to_markdown(page, BASE))

    assert to_markdown(once, BASE) == to_markdown(READER.render(to_markdown(once, BASE)), BASE)


@settings(deadline=None)
@given(st.text())
def test_nothing_makes_it_fail(page: str) -> None:
    to_markdown(page, page)
    to_markdown(
        f"<p {page}>{page}<a href='{page}'>x</a><img src='{page}' srcset='{page}'><table><td {page}>", BASE
    )


@settings(max_examples=125, deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_plain_text_is_the_pages_text(texts: list[str]) -> None:
    page = "".join(f"<p><b>{html.escape(text)}</b></p>" for text in texts)

    assert to_markdown(page, BASE, plain=True) == "\n\n".join(filter(None, map(folded, texts)))


@pytest.mark.parametrize("prose", [
    "2.业务方向的逆袭", "涨了10%，C#和F#", "A*B的乘法", "snake_case_name", "a < b，c > d", "R&D 和 AT&T", "1.5~2倍", "[1] 注释",
    "http://a.example/b_c?d=e&f=g", "C:\\Users\\me", "5 * 3 = 15", "价格：￥10（约$1.5）", "email@a.example", "~/.ssh", "#标签",
    "-5℃", "+86", "他说：“好！”", "foo(bar)[0]", "!重要", "a|b", "`", "I'm #1", "--help", "==", "**", "100% &c; a_b", "x < y",
    "(1) 一", "1、二", "第1.2节", "a\\b", "f(x) = x^2", "@user", "$PATH", "<3", "a<b", "{}[] ()", "1.5 GB", "Q&A：问", "——",
])  # fmt: skip
def test_prose_is_not_escaped(prose: str) -> None:
    assert to_markdown(f"<p>{html.escape(prose)}</p>", BASE) == prose

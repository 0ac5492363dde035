"""Document ⇄ bytes: exact inverses, and plain text to every YAML reader."""

import re
from typing import Any

import frontmatter
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from archive import Document, DocumentError, clean_body, one_line, parse, render

NASTY = [
    "a: b", "a:", ":a", "'quoted'", '"quoted"', "it's", 'say "hi"', "@name", "# no comment", "a # b", "#tag",
    "- item", "-", "--", "---", "* star", "1. first", "2.业务", "? key", "! tag", "!tag", "& anchor", "&a", "*a",
    "| pipe", "> fold", "% percent", "`tick`", "[list]", "{map}", "{a: b}", "a, b", "yes", "No", "on", "OFF", "y", "N",
    "true", "False", "null", "~", "2014", "0", "007", "0x1F", "0o17", "0b1", "1_000", "1,000", "3.14", "1e3", "12e03",
    ".5", "1.", ".inf", "-.INF", ".nan", "NaN", "+1", "-1", "12:30", "12:30:45", "2014-05-12", "2014-05-12 10:59",
    "2014-05-12T10:59:00Z", "=", "<<", "🎉 emoji 👨‍👩‍👧", "𠮷野家", "逆袭微信？QQ需要怎么做", "「引号」", "“引号”", "C:\\path",
    "tab\there", "line\nbreak", "u\u2028sep\u2029", "nel\u0085x", "\ufeffbom", "zero\u200bwidth", "nul\x00bell\x07",
    "\ud800 lone", "…", "…—？！", "con", "NUL", "a" * 300, "长" * 300, " leading", "trailing ", "a  b", "\u00a0nbsp\u00a0",
    "\u3000full\u3000", "{{ x }}", "<b>bold</b>", "&amp;", "\\n", "\\", "a\\", "%TAG", "a:b", "http://x/y#z", "x: [1",
]  # fmt: skip


def document(**values: Any) -> Document:
    defaults = {
        "url": "https://a.example/1",
        "name": "n",
        "time": "2014-05-12 10:59",
        "title": "t",
        "body": "b",
    }
    return Document(**(defaults | values))


text = st.one_of(
    st.sampled_from(NASTY), st.text(), st.text(alphabet="-:#'\"@*1.eyno \n\t\r~[]{}|>&!%,?中🎉\u2028\x85\x00")
)
documents = st.builds(
    Document, url=text.filter(one_line), name=text, time=text, title=text, body=text, layout=text
)


@given(documents)
def test_parse_undoes_render(made: Document) -> None:
    assert parse(render(made)) == made


@given(documents)
def test_render_undoes_parse_on_every_file_we_write(made: Document) -> None:
    assert render(parse(render(made))) == render(made)


@given(documents)
def test_a_file_ends_in_two_newlines_and_holds_no_carriage_return(made: Document) -> None:
    written = render(made)
    assert b"\r" not in written
    if made.body:
        assert written.endswith(b"\n\n")
        assert not written.endswith(b"\n\n\n")


def _stock(content: str) -> dict[str, Any]:
    return dict(frontmatter.loads(content).metadata)


def _yaml_11(content: str) -> dict[str, Any]:
    return dict(yaml.safe_load(_block(content)))


def _yaml_12(content: str) -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load(_block(content)))


def _block(content: str) -> str:
    found = re.match(r"---\n(.*?\n)---\n", content, re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("reader", [_stock, _yaml_11, _yaml_12])
@pytest.mark.parametrize("value", NASTY)
def test_every_reader_reads_the_same_strings(reader: Any, value: str) -> None:
    made = document(name=value, title=value)
    read = reader(render(made).decode())
    assert read == {
        "layout": "post",
        "url": made.url,
        "name": made.name,
        "time": "2014-05-12 10:59",
        "title": made.title,
    }


@given(st.text())
def test_yaml_readers_agree_on_any_title(value: str) -> None:
    made = document(title=value)
    content = render(made).decode()
    assert _yaml_11(content)["title"] == _yaml_12(content)["title"] == made.title


def test_the_time_stays_text_for_a_string_reader_and_plain_for_the_eye() -> None:
    assert b"\ntime: 2014-05-12 10:59\n" in render(document())
    assert parse(render(document())).time == "2014-05-12 10:59"


def test_a_file_of_the_format_is_read_and_written_back_as_it_is() -> None:
    content = (
        "---\nlayout: post\nurl: https://www.huxiu.com/article/9\nname: 小丁\n"
        "time: 2014-05-12 10:59\ntitle: 入场？先想好要做什么\n---\n第一段。\n\n2.业务\n\n---\n\n第三段。\n\n"
    ).encode()
    assert render(parse(content)) == content
    assert parse(content).body.endswith("---\n\n第三段。")


@pytest.mark.parametrize(
    "title", ["2014", "yes", "逆袭微信？QQ需要怎么做", "C# 与 10%", "长" * 300, "🎉 新品"]
)
def test_values_are_on_one_line_and_never_escaped(title: str) -> None:
    line = next(
        line for line in render(document(title=title)).decode().splitlines() if line.startswith("title: ")
    )
    assert line.removeprefix("title: ").strip("'") == title


@pytest.mark.parametrize("editor", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n")])
def test_what_an_editor_leaves_is_read(editor: Any) -> None:
    made = document(body="one\n\ntwo")
    assert parse(editor(render(made))) == made


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no front matter",
        b"---\nurl: [\n---\n",
        b"---\ntitle: x\n---\n",
        b"\xff\xfe",
        b"---\n- a\n---\n",
    ],
)
def test_what_is_no_document_is_named(content: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(content)
    assert "\n" not in str(caught.value)


def test_further_keys_come_back() -> None:
    made = document(further=(("tags", "一, 二"), ("licence", "yes")))
    assert parse(render(made)).further == made.further


def test_one_line_folds_gaps_and_drops_what_cannot_be_written() -> None:
    assert one_line(" a\u2028b\x00\tc\ud800 ") == "a b c"


def test_clean_body_keeps_the_text_and_drops_controls() -> None:
    assert clean_body("\n \n　a\r\nb\x07\x0bc \n\n") == "　a\nb\nc"

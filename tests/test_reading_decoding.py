import codecs

import pytest

from crawler.reading.decoding import decode

TEXT = "朱镕基与〇和囧，一篇讲字的文章，在这里有很多的字，是我们的。"


def page(text: str = TEXT, charset: str | None = None, padding: int = 0) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    return f"<html><head><!--{'x' * padding}-->{meta}</head><body><p>{text}</p></body></html>"


def test_gb2312_means_gb18030() -> None:
    assert TEXT in decode(page(charset="gb2312").encode("gb18030"))


def test_the_http_charset_counts_where_the_page_says_nothing() -> None:
    assert TEXT in decode(page().encode("gb18030"), "text/html; charset=GBK")


@pytest.mark.parametrize("padding", [1_100, 5_000, 40_000])
def test_a_charset_stated_late_in_the_page_is_found(padding: int) -> None:
    text = "縁側の下～①番" * 3  # not decodable as the usual guess
    assert text in decode(page(text, "shift_jis", padding).encode("cp932"))


def test_utf_8_under_a_meta_that_says_gb2312_is_utf_8() -> None:
    assert TEXT in decode(page(charset="gb2312").encode(), "text/html; charset=gb2312")


def test_one_broken_byte_in_a_long_page_is_one_broken_character() -> None:
    body = page(TEXT * 50, "gb2312").encode().replace("字".encode(), b"\xe5\xad\xff", 1)
    text = decode(body)
    assert text.count(TEXT) == 49
    assert 1 <= text.count("\ufffd") <= 2


def test_one_broken_byte_under_a_true_gb2312_stays_gb18030() -> None:
    body = page(TEXT * 50, "gb2312").encode("gb18030").replace("囧".encode("gb18030"), b"\xff", 1)
    assert decode(body).count(TEXT) >= 48


@pytest.mark.parametrize(
    ("encoding", "charset", "text"),
    [
        ("big5hkscs", "big5", "繁體中文的頁面，裡面有一個恒生與着字"),
        ("cp932", "Shift_JIS", "日本語の記事～①です"),
        ("euc_jp", "EUC-JP", "日本語の記事です"),
        ("cp949", "euc-kr", "한국어 기사는 이렇다 똠"),
        ("cp1252", "iso-8859-1", "Die „Zeitung“ – 5 €"),
        ("iso2022_jp", "iso-2022-jp", "日本語の記事"),
    ],
)
def test_legacy_encodings_are_read_as_browsers_do(encoding: str, charset: str, text: str) -> None:
    assert text in decode(page(text, charset).encode(encoding))


def test_a_single_byte_euro_in_gbk_is_a_euro() -> None:
    assert "5€" in decode(page("价格是5EURO", "gbk").encode("gbk").replace(b"EURO", b"\x80"))


@pytest.mark.parametrize("bom", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_what_is_declared(bom: str) -> None:
    body = page(charset="gb2312").encode(bom)
    assert body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    assert decode(body, "text/html; charset=gb2312").startswith("<html>")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", TEXT * 3),
        ("big5hkscs", "這是一個沒有說編碼的頁面，在這裡我們的文字是這樣的" * 3),
        ("cp932", "これは文字コードを言わないページです。日本語の文が続いていた" * 3),
        ("euc_jp", "これは文字コードを言わないページです。日本語の文が続いていた" * 3),
        ("cp1252", "Überall „Anführung“ und schöne Grüße"),
    ],
)
def test_an_undeclared_encoding_is_guessed_by_everyday_characters(encoding: str, text: str) -> None:
    assert text in decode(page(text).encode(encoding))


def test_a_meta_that_says_utf_16_in_a_readable_page_is_wrong() -> None:
    assert TEXT in decode(page(charset="utf-16").encode())


def test_an_unknown_charset_is_passed_over() -> None:
    assert TEXT in decode(page(charset="x-nope").encode("gb18030"), "text/html; charset=klingon")


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff\xfe", b"\x80" * 100])
def test_no_bytes_are_too_strange(body: bytes) -> None:
    assert isinstance(decode(body), str)


def test_nul_is_left_out() -> None:
    assert decode(b"a\x00b") == "ab"

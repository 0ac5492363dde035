import codecs
import time
import timeit

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


LONG = {
    "gb18030": "这是一篇讲编码的文章，里面有很多的字，每一个字都要读对，一个也不能少",
    "big5hkscs": "這是一篇講編碼的文章，裡面有很多的字，每一個字都要讀對，一個也不能少",
    "cp932": "これは文字コードの話をする記事で、長い文が続いていて、一文字も落とせない",
    "euc_jp": "これは文字コードの話をする記事で、長い文が続いていて、一文字も落とせない",
    "cp949": "이것은 문자 인코딩에 대한 긴 기사이고 한 글자도 잃어서는 안 된다는 이야기를 하는 글이다",
}


@pytest.mark.parametrize("place", [40, 41, 60, 61])
@pytest.mark.parametrize("encoding", LONG)
def test_one_broken_byte_costs_one_character_in_any_encoding(encoding: str, place: int) -> None:
    text = LONG[encoding] * 60
    lead = len(page(charset=encoding).partition(TEXT)[0]) + place
    body = bytearray(page(text, encoding).encode(encoding))
    body[lead] = 0xFF
    read = decode(bytes(body))
    assert 1 <= read.count("\ufffd") <= 2
    assert read.count(LONG[encoding]) >= 58


def test_a_byte_lost_to_a_question_mark_costs_one_character() -> None:
    text = "".join(f"<p>{LONG['gb18030']}</p>" for _ in range(20))
    body = (
        page(text, "gbk")
        .encode("gb18030")
        .replace("编".encode("gb18030"), b"?" + "编".encode("gb18030")[1:], 1)
    )
    assert decode(body).count("码的文章，里面有很多的字，每一个字都要读对") == 20


def test_a_page_of_broken_bytes_is_read_in_bounded_time() -> None:
    begun = time.process_time()
    decode(b"\xd6\xff" * 300_000, "text/html; charset=gbk")
    decode(b"\xff\xd6" * 300_000, "text/html; charset=shift_jis")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb_2312-80", "x-gbk", "cp936", "gb18030", "chinese"])
def test_every_label_of_the_gb_family_means_gb18030(label: str) -> None:
    text = "镕喆㙍𠮷" + LONG["gb18030"]
    assert text in decode(page(text, label).encode("gb18030"))
    assert text in decode(page(text).encode("gb18030"), f"text/html; charset={label}")


def test_hz_is_not_of_the_gb_family() -> None:
    assert "有一个字" in decode(page("有一个字", "hz-gb-2312").encode("hz"))


def test_a_tilde_and_a_brace_are_no_escape_where_nothing_says_so() -> None:
    assert "a ~{b} c" in decode(page("a ~{b} c").encode())


def test_japanese_by_escapes_is_known_unsaid() -> None:
    assert LONG["cp932"] in decode(page(LONG["cp932"]).encode("iso2022_jp"))


@pytest.mark.parametrize("text", ["①②㈱髙㎜の記事が続いていた", "番号は①です"])
def test_vendors_characters_in_euc_jp_are_read(text: str) -> None:
    rows = {"①": b"\xad\xa1", "②": b"\xad\xa2", "㈱": b"\xad\xea", "髙": b"\xfc\xe2", "㎜": b"\xad\xd0"}
    encoded = b"".join(rows.get(one) or one.encode("euc_jp") for one in text)
    assert text in decode(page("@", "euc-jp").encode().replace(b"@", encoded))


@pytest.mark.parametrize("false", ["gb2312", "shift_jis", "iso-8859-1", "big5", "windows-1251", "utf-16"])
def test_utf_8_is_known_under_any_false_declaration(false: str) -> None:
    for text in (TEXT, LONG["cp932"], "Grüße – „schön“", "it’s"):
        assert text in decode(page(text, false).encode())
        assert text in decode(page(text).encode(), f"text/html; charset={false}")


@pytest.mark.parametrize("encoding", LONG)
@pytest.mark.parametrize("header", ["iso-8859-1", "utf-8", "windows-1252"])
def test_a_true_meta_is_believed_under_a_false_header(encoding: str, header: str) -> None:
    body = page(LONG[encoding] * 3, encoding.replace("hkscs", "").replace("cp932", "shift_jis")).encode(
        encoding
    )
    assert LONG[encoding] in decode(body, f"text/html; charset={header}")


@pytest.mark.parametrize("encoding", LONG)
def test_a_true_header_is_believed_over_a_false_meta(encoding: str) -> None:
    body = page(LONG[encoding] * 3, "windows-1252").encode(encoding)
    assert LONG[encoding] in decode(body, f"text/html; charset={encoding}")


@pytest.mark.parametrize(
    ("encoding", "label"), [("cp1251", "windows-1251"), ("koi8_r", "KOI8-R"), ("cp1253", "windows-1253")]
)
def test_other_alphabets_are_read_as_declared(encoding: str, label: str) -> None:
    text = (
        "Η γλώσσα μας είναι όμορφη" if encoding == "cp1253" else "Это статья о кодировках, и в ней много букв"
    )
    assert text in decode(page(text, label).encode(encoding))
    assert text in decode(page(text).encode(encoding), f"text/html; charset={label}")


def test_windows_1252_under_a_false_utf_8_is_read() -> None:
    text = "It’s a “quoted” café – really"
    assert text in decode(page(text, "utf-8").encode("cp1252"), "text/html; charset=utf-8")


def test_an_xml_declaration_counts() -> None:
    body = '<?xml version="1.0" encoding="Big5"?>' + page(LONG["big5hkscs"])
    assert LONG["big5hkscs"] in decode(body.encode("big5hkscs"))


def test_a_charset_stated_in_a_body_is_found() -> None:
    late = '<meta http-equiv="content-type" content="text/html; charset=euc-kr">'
    body = f"<html><body><p>{LONG['cp949']}</p>{'x ' * 60_000}{late}</body></html>"
    assert LONG["cp949"] in decode(body.encode("cp949"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(encoding: str) -> None:
    assert TEXT in decode(page().encode(encoding))


def test_nul_within_a_character_is_left_out() -> None:
    body = page(LONG["gb18030"], "gbk").encode("gb18030")
    cut = body.index("编".encode("gb18030")) + 1
    assert LONG["gb18030"] in decode(body[:cut] + b"\0" + body[cut:])


def test_a_long_page_of_utf_8_is_decoded_at_once() -> None:
    body = page("some text with a few “quoted” words, " * 7_000).encode()
    assert len(body) > 250_000
    best = min(timeit.repeat(lambda: decode(body), number=4, repeat=5)) / 4
    assert best < 0.01  # seconds; about 0.0003 on a quiet machine

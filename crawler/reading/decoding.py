"""Bytes of a page to text, whatever was declared of them."""

import re

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    to_unicode,
)

# A page may state its charset late; browsers look at 1024 bytes, w3lib at 4096.
_PRESCAN_BYTES = 65_536
_LATE_META = re.compile(rb"<meta\b[^<>]{0,300}charset", re.IGNORECASE)
# Their bytes are valid UTF-8 as they stand, so only the declaration can tell.
_ASCII_ESCAPED = ("iso2022", "hz", "utf-16", "utf-32")
# One broken byte in a long page does not make it another encoding.
_GOOD_FOR_ONE_BROKEN = 20
_GUESSES = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
_EVERYDAY = frozenset("的一是不了在有人我他这這个個们們日年大中国國ーのはをにたしいでとが이다는을가에의")


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page: byte order mark, then UTF-8 if it is that, then what was declared, then a guess.

    Bytes that fit nowhere become U+FFFD; NUL is left out. gb2312 means gb18030 and
    iso-8859-1 means windows-1252, as in browsers.
    """
    return _decoded(body, content_type).replace("\0", "")


def _decoded(body: bytes, content_type: str | None) -> str:
    encoding, mark = read_bom(body)
    if encoding and mark:
        return to_unicode(body[len(mark) :], encoding)
    declared = http_content_type_encoding(content_type) or _declared_in(body)
    # UTF-8 under a meta that says gb2312 is common; the reverse fails to decode.
    if not (declared or "").startswith(_ASCII_ESCAPED):
        text = body.decode("utf-8", "replace")
        if _is_sound(text):
            return text
    return to_unicode(body, declared or _guessed(body))


def _declared_in(body: bytes) -> str | None:
    declared = html_body_declared_encoding(body)
    if declared is None and (late := _LATE_META.search(body[:_PRESCAN_BYTES])):
        declared = html_body_declared_encoding(body[late.start() : late.start() + 1024])
    # A meta can only be read where the page is ASCII-shaped, so it can't be right about UTF-16.
    return None if declared and declared.startswith(("utf-16", "utf-32")) else declared


def _is_sound(text: str) -> bool:
    broken = text.count("\ufffd")
    if not broken:
        return True
    return sum(not character.isascii() for character in text) > broken * (_GOOD_FOR_ONE_BROKEN + 1)


def _guessed(body: bytes) -> str:
    """The encoding under which most everyday characters appear; windows-1252 if none does."""
    sample = body[:_PRESCAN_BYTES]

    def everyday(encoding: str) -> int:
        text = sample.decode(encoding, "replace")
        return sum(character in _EVERYDAY for character in text) - 2 * text.count("\ufffd")

    best = max(_GUESSES, key=everyday)
    return best if everyday(best) > 0 else "cp1252"

"""Bytes of a page to text, whatever was declared of them."""

import re
from collections.abc import Iterable

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from crawler.reading.mending import MULTIBYTE, mended, ordinary, replaced

# w3lib looks at 4,096 bytes only; pages with long heads state their charset later.
_LATE_META = re.compile(rb"<meta\b[^<>]{0,300}charset", re.IGNORECASE)
_MOST_METAS = 20
# Labels that Python's codecs don't know, by what browsers read.
_LABELS = re.compile(rb"(?i)\b(?:x-gbk|gb18030-2000|x-x-big5|cn-big5|x-euc-jp|x-euc-kr|unicode-1-1-utf-8)\b")
_MEANT = {
    b"x-gbk": b"gbk",
    b"gb18030-2000": b"gb18030",
    b"x-x-big5": b"big5",
    b"cn-big5": b"big5",
    b"x-euc-jp": b"euc-jp",
    b"x-euc-kr": b"euc-kr",
    b"unicode-1-1-utf-8": b"utf-8",
}
_WIDE = ("utf-16", "utf-32")  # nothing can be declared inside such bytes that an ASCII reader would see
_SAMPLE_BYTES = 262_144
_SAMPLE_CHARACTERS = 1_500
_RUN = re.compile(rb"[\x30-\x39\x40-\xff]+")
# Sequences of bytes that are right as UTF-8 for each that is not: other encodings reach 0.3 by chance.
_RIGHT_FOR_ONE_BROKEN = 4
_GUESSES = (*MULTIBYTE, "cp1252", "cp1251", "koi8_r")
_EVERYDAY = frozenset("的一是不了在有人我他这這个個们們日年大中国國ーのはをにたしいでとが이다는을가에의")
_ALONE = re.compile(r"(?<![^\x00-\x7f])[^\x00-\x7f](?![^\x00-\x7f])")
# A Latin letter beside an ASCII one, a letter of another alphabet beside its like, a mark.
_IN_PLACE = re.compile(
    r"(?<=[A-Za-z])[\xc0-\u024f]|[\xc0-\u024f](?=[A-Za-z])"
    r"|(?<=[\u0370-\u06ff])[\u0370-\u06ff]|[\u0370-\u06ff](?=[\u0370-\u06ff])"
    r"|(?<![^\x00-\x7f])[‘’“”„«»–—…•·€£©®™°§\xa0](?![^\x00-\x7f])"
)
_NO_TEXT = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")
_WEIGHT_OF_EVERYDAY, _COST_OF_BROKEN, _WORTH_OF_A_CAPITAL = 2.0, 5.0, 0.3
# What being declared is worth beside a likelihood of 0 to 1: a declaration that fits somehow is true.
_DECLARED, _DECLARED_OF_FEW, _ORDER = 0.4, 0.9, 0.05
_TEXT = 0.9  # so likely, what is declared is true
_FEW = 12  # characters beyond ASCII: too few to be sure of


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page: by its byte order mark, as UTF-8 if it is that, by what was declared, by a guess.

    Where header and meta disagree, and where what they say is unlikely of these bytes, the likeliest wins.
    Bytes that fit nowhere become U+FFFD; NUL is left out. Any label of the GB family means gb18030 and
    iso-8859-1 means windows-1252, as in browsers.
    """
    encoding, mark = _marked(body)
    body = body[mark:]
    if encoding:
        return body.decode(encoding, "replace").replace("\0", "")
    if b"\0" in body:
        body = body.replace(b"\0", b"")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return mended(body, _legacy(body, content_type))
    # Encodings of escapes are ASCII, and so UTF-8, as they stand. One byte is found ten times faster than two.
    escaped = _escaped(body, content_type) if b"\x1b" in body or b"~" in body else None
    return body.decode(escaped, "replace") if escaped else text


def encoding_of(body: bytes, content_type: str | None = None) -> str:
    """The codec by which `decode` reads the bytes, less the byte order mark."""
    encoding, mark = _marked(body)
    if encoding:
        return encoding
    try:
        body[mark:].decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(body[mark:].replace(b"\0", b""), content_type)
    return _escaped(body, content_type) or "utf-8"


def _marked(body: bytes) -> tuple[str | None, int]:
    """UTF-16 or UTF-32, if it is that, and how long the byte order mark is, if there is one.

    A mark of UTF-8 decides nothing: pages are put together of parts, and it may be of one of them.
    """
    encoding, mark = read_bom(body)
    wide = encoding if encoding and encoding.startswith(_WIDE) else None
    return (wide, len(mark)) if mark else (_without_mark(body), 0)


def _escaped(body: bytes, content_type: str | None) -> str | None:
    """The encoding of escapes that the page declares, or shows."""
    # One byte is found ten times faster than two.
    if not (b"\x1b" in body and b"\x1b$" in body) and not (b"~" in body and b"~{" in body):
        return None
    declared = (one for one in _declared(body, content_type) if one.startswith(("iso2022", "hz")))
    shown = body.isascii() and (b"\x1b$B" in body or b"\x1b$@" in body)
    return next(declared, "iso2022_jp" if shown else None)


def _without_mark(body: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of a page's head is NUL."""
    head = body[:512]
    if head.count(0) * 4 < len(head) or len(head) < 4:
        return None
    at_odd, at_even = head[1::2].count(0), head[::2].count(0)
    if max(at_odd, at_even) * 4 < len(head) or min(at_odd, at_even) * 8 > len(head):
        return None
    return "utf-16-le" if at_odd > at_even else "utf-16-be"


def _legacy(body: bytes, content_type: str | None) -> str:
    """The encoding of bytes that are not UTF-8 throughout; it may be UTF-8 with a few broken ones."""
    sample = _runs(body)
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    right = sum(not character.isascii() for character in text) - broken
    if right >= _RIGHT_FOR_ONE_BROKEN * broken:
        return "utf-8"
    return _likeliest(sample, _declared(body, content_type))


def _declared(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Encodings that the header and the page name, the header's first."""
    header = http_content_type_encoding(_plain_labels((content_type or "").encode()).decode())
    found = dict.fromkeys(one for one in (header, *_stated_in(body)) if one)
    return tuple(one for one in found if not one.startswith(_WIDE))


def _stated_in(body: bytes) -> Iterable[str | None]:
    yield html_body_declared_encoding(_plain_labels(body[:4_096]))
    for number, match in enumerate(_LATE_META.finditer(body)):
        if number == _MOST_METAS:
            return
        yield html_body_declared_encoding(_plain_labels(body[match.start() : match.start() + 1_024]))


def _plain_labels(text: bytes) -> bytes:
    return _LABELS.sub(lambda label: _MEANT[label[0].lower()], text)


def _runs(body: bytes) -> bytes:
    """The words that hold more than ASCII, from the page's beginning on."""
    runs, size = [], 0
    for match in _RUN.finditer(body, 0, _SAMPLE_BYTES):
        if not match[0].isascii():
            runs.append(match[0][:_SAMPLE_CHARACTERS])
            size += len(runs[-1])
        if size > 2 * _SAMPLE_CHARACTERS:
            break
    return b" ".join(runs)


def _likeliest(sample: bytes, declared: tuple[str, ...]) -> str:
    """The encoding under which the sample reads best; what was declared has a start, the first the greatest."""
    few = sum(byte > 0x7F for byte in sample) < 2 * _FEW
    if declared and not few and declared[0] != "utf-8" and _likelihood(sample, declared[0]) >= _TEXT:
        return declared[0]
    start = {
        one: (_DECLARED_OF_FEW if few else _DECLARED) - _ORDER * place
        for place, one in enumerate(declared[:3])
        if one != "utf-8"  # it was tried
    }
    return max(
        dict.fromkeys((*start, *_GUESSES)), key=lambda one: _likelihood(sample, one) + start.get(one, 0.0)
    )


def _likelihood(sample: bytes, encoding: str) -> float:
    """How much like text the sample reads: about 1 where it does, 0 and less where it does not."""
    text = replaced(sample, encoding)
    if 0 < text.count("\ufffd") * _FEW < len(text):
        text = mended(sample, encoding)  # one broken byte puts all that follows out of step
    beyond = [character for character in text if not character.isascii()]
    if not beyond:
        return 0.0
    broken = len(_NO_TEXT.findall(text))
    usual = _usual_in_words(text, encoding) if encoding in MULTIBYTE else _usual_in_alphabets(text)
    return (usual - _COST_OF_BROKEN * broken) / len(beyond)


def _usual_in_words(text: str, encoding: str) -> float:
    """The ordinary characters less those that stand alone among ASCII, the everyday ones several times."""
    usual = sum(character in ordinary(encoding) for character in text)
    everyday = sum(character in _EVERYDAY for character in text)
    return usual + _WEIGHT_OF_EVERYDAY * everyday - len(_ALONE.findall(text))


def _usual_in_alphabets(text: str) -> float:
    """The characters beyond ASCII that stand as letters and marks stand in text of an alphabet."""
    found = [match[0] for match in _IN_PLACE.finditer(text)]
    capitals = sum(one.isupper() for one in found)
    return len(found) - (1 - _WORTH_OF_A_CAPITAL) * capitals

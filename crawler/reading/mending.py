"""Bytes of one character encoding to text, where a few of them are broken: what is lost is one character each."""

import codecs
import re
from functools import lru_cache

# Lead bytes (first, last) of the characters that most text is made of: the first level of each standard, kana,
# hangul, punctuation. Text read out of step, or under another encoding, holds few of them.
_ORDINARY = {
    "gb18030": ((0xA1, 0xA1), (0xA3, 0xA3), (0xB0, 0xD7)),
    "big5hkscs": ((0xA1, 0xA1), (0xA4, 0xC6)),
    "cp932": ((0x81, 0x83), (0x88, 0x97)),
    "euc_jp": ((0xA1, 0xA1), (0xA3, 0xA5), (0xB0, 0xCF)),
    "cp949": ((0xA1, 0xA1), (0xA3, 0xA3), (0xB0, 0xC8)),
}
MULTIBYTE = tuple(_ORDINARY)
_LONGEST_CHARACTER = {"gb18030": 4, "euc_jp": 3}  # bytes; 2 elsewhere
# No character of these encodings holds such a byte past its first, so text is in step again behind one.
_BOUNDARIES = bytes([*range(0x30), *range(0x3A, 0x40)])
_BOUNDARY = re.compile(b"[" + re.escape(_BOUNDARIES) + b"]")
_NEVER_IN_CP932 = re.compile(rb"[\xfd-\xff]")  # Python reads them as private characters
_LONGEST_PIECE = 1_000  # bytes read anew around a broken one
_UNSURE_BYTES = 16
_MOST_PIECES = 100
# What a byte left out, a broken character of two bytes and a character out of the ordinary cost.
_SKIPPED, _SKIPPED_PAIR, _RARE = 1.5, 2.2, 1.0
_GONE = "\ufffd"
_SEVERAL_GONE = re.compile(f"{_GONE}{{2,}}")


def _vendors_characters(error: UnicodeError) -> tuple[str, int]:
    """What browsers read and Python does not: the euro as 0x80 in gbk, NEC's and IBM's rows (①, ㈱, 髙) in EUC-JP."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if pair[:1] == b"\x80" and error.encoding == "gb18030":
        return "\u20ac", error.start + 1
    if error.encoding == "euc_jp" and len(pair) == 2 and min(pair) >= 0xA1 and max(pair) <= 0xFE:
        character = _as_shift_jis(pair[0] - 0xA1, pair[1] - 0xA1).decode("cp932", "ignore")
        if len(character) == 1:
            return character, error.start + 2
    raise error


def _vendors_characters_or_gone(error: UnicodeError) -> tuple[str, int]:
    try:
        return _vendors_characters(error)
    except UnicodeDecodeError as broken:
        return _GONE, broken.end


codecs.register_error("broadsheet.vendors", _vendors_characters)
codecs.register_error("broadsheet.replaced", _vendors_characters_or_gone)


def replaced(body: bytes, encoding: str) -> str:
    """The text, quickly: what can't be read is U+FFFD, and what follows it may be out of step."""
    return body.decode(encoding, "broadsheet.replaced")


def mended(body: bytes, encoding: str) -> str:
    """The text; each broken place is one U+FFFD, and what stands around it is read in step."""
    if encoding not in _ORDINARY:
        return _SEVERAL_GONE.sub(_GONE, body.decode(encoding, "replace"))
    parts: list[str] = []
    place = 0
    for _ in range(_MOST_PIECES):
        text, broken = _up_to_the_broken(body, place, encoding)
        if broken is None:
            return "".join([*parts, text])
        begin, end = _piece_around(body, place, broken)
        piece, used = _in_step(body[begin:end], encoding, whole=end == len(body) or body[end] in _BOUNDARIES)
        parts += [replaced(body[place:begin], encoding), piece]
        place = begin + used
    return "".join([*parts, replaced(body[place:], encoding)])


@lru_cache(maxsize=len(_ORDINARY))
def ordinary(encoding: str) -> frozenset[str]:
    """The characters that most text of a multi-byte encoding is made of."""
    leads = [lead for first, last in _ORDINARY[encoding] for lead in range(first, last + 1)]
    pairs = (
        bytes((lead, trail)).decode(encoding, "replace") for lead in leads for trail in range(0x40, 0xFF)
    )
    return frozenset(pair for pair in pairs if len(pair) == 1 and pair != _GONE)


def _up_to_the_broken(body: bytes, place: int, encoding: str) -> tuple[str, int | None]:
    """The rest's text and None, or where the first byte stands that is broken."""
    never = _NEVER_IN_CP932.search(body, place) if encoding == "cp932" else None
    end = never.start() if never else len(body)
    try:
        return _sound(body[place:end], encoding), never and end
    except UnicodeDecodeError as error:
        return "", place + error.start


def _sound(piece: bytes, encoding: str) -> str:
    return piece.decode(encoding, "broadsheet.vendors")


def _piece_around(body: bytes, place: int, broken: int) -> tuple[int, int]:
    """From the boundary before the broken byte, where text is surely in step, to the one behind it."""
    begins = [match.end() for match in _BOUNDARY.finditer(body, max(place, broken - _LONGEST_PIECE), broken)]
    after = _BOUNDARY.search(body, broken + 1, broken + _LONGEST_PIECE)
    begin = begins[-1] if begins else place if broken - place < _LONGEST_PIECE else broken
    return begin, after.start() if after else min(len(body), broken + _LONGEST_PIECE)


def _in_step(piece: bytes, encoding: str, *, whole: bool) -> tuple[str, int]:
    """The likeliest reading of a piece with a broken byte, and how much of the piece it reads.

    Likely is what leaves out few bytes and gives few odd characters. A piece that is not whole may be cut
    inside a character: its last bytes are left for the next.
    """
    steps = _likeliest_steps(piece, encoding)
    end = len(piece) if whole else max(1, len(piece) - _UNSURE_BYTES)
    text, start = [], 0
    while start < end:
        length, character = steps[start]
        text.append(character)
        start += length
    return _SEVERAL_GONE.sub(_GONE, "".join(text)), start


def _likeliest_steps(piece: bytes, encoding: str) -> list[tuple[int, str]]:
    """For each place how many bytes the likeliest reading takes there, and the character they are."""
    usual, longest = ordinary(encoding), _LONGEST_CHARACTER.get(encoding, 2)
    costs = [0.0] * (len(piece) + 1)  # the least cost of reading on from each place
    steps: list[tuple[int, str]] = [(1, _GONE)] * len(piece)
    for start in range(len(piece) - 1, -1, -1):
        costs[start] = costs[start + 1] + _SKIPPED
        if start + 2 <= len(piece) and (pair := costs[start + 2] + _SKIPPED_PAIR) < costs[start]:
            costs[start], steps[start] = pair, (2, _GONE)
        for length in range(1, min(longest, len(piece) - start) + 1):
            character = _character(piece[start : start + length], encoding)
            if character is None:
                continue
            cost = costs[start + length] + (0.0 if character.isascii() or character in usual else _RARE)
            if cost < costs[start]:
                costs[start], steps[start] = cost, (length, character)
    return steps


@lru_cache(maxsize=8_192)
def _character(some: bytes, encoding: str) -> str | None:
    """The one character these bytes are."""
    try:
        text = _sound(some, encoding)
    except UnicodeDecodeError:
        return None
    return text if len(text) == 1 and not "\uf8f0" <= text <= "\uf8f3" else None


def _as_shift_jis(row: int, cell: int) -> bytes:
    """The Shift_JIS spelling of a JIS row and cell, both counted from 0."""
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + (0x9F if row % 2 else 0x40 if cell < 63 else 0x41)
    return bytes((lead, trail))

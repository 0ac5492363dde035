"""Pure: is it a slip of the pen that was mended, or does the text say something else now?"""

from itertools import pairwise

from archive.versions.diffing import Tokens


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ZH_NUMERALS = frozenset("零〇一二两兩三四五六七八九十百千万萬亿億半")
_ZH_UNITS = frozenset("年月日号號时時分秒元个個")
_NUMBER_WORDS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion"
    " half dozen first second third fourth fifth mio mrd millions billions"
    " null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig hundert tausend"
    " million millionen milliarde milliarden billion billionen erste zweite dritte"
    " january february march april june july august september october november december"
    " januar februar märz mai juni juli oktober dezember"
    " monday tuesday wednesday thursday friday saturday sunday"
    " montag dienstag mittwoch donnerstag freitag samstag sonntag"
)
_ZH_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_ZH_POWERS = {"十": 10, "百": 100, "千": 1_000}
_ZH_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_WORD_VALUES = {
    word: number
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for number, word in enumerate(words.split())
}
_NEGATIONS = _words(
    "not no never none nor neither without cannot nicht kein keine keinen keiner nie niemals ohne"
) | frozenset("不没沒未无無非别勿")
_LITTLE_WORDS = _words(
    "a an the of to in on at is are was were be and or as by for it its that has have had with"
    " der die das dem den des ein eine einen und zu zum zur im in am an von mit ist war es auf"
)
_ARTICLES = frozenset(("a", "an"))
_OPPOSITES = frozenset(
    frozenset(pair.split("/"))
    for pair in _words(
        "涨/跌 升/降 增/减 买/卖 有/无 是/否 上/下 胜/负 盈/亏 多/少 大/小 高/低 男/女 进/出 快/慢 左/右 先/后 前/后 东/西 南/北 内/外 收/支 生/死"
        " 真/假 好/坏 开/关 新/旧 长/短 正/负 早/晚 increase/decrease increased/decreased increases/decreases rise/fall win/lose"
        " gain/loss above/below before/after more/less higher/lower male/female profit/loss true/false up/down in/out on/off"
        " import/export imports/exports includes/excludes legal/illegal able/unable möglich/unmöglich mehr/weniger vor/nach"
    )
)


def is_number(token: str) -> bool:
    """A figure, or a word that stands for one; a date's words too."""
    return token[0].isdigit() or token in _ZH_NUMERALS or token in _ZH_UNITS or token.lower() in _NUMBER_WORDS


def value(some: Tokens) -> int | None:
    """The number that a figure, a word or Chinese signs stand for; None for anything else."""
    text = "".join(some).lower()
    if text.isdecimal():
        return int(text[:30])
    if text in _WORD_VALUES:
        return _WORD_VALUES[text]
    if text and all(sign in _ZH_DIGITS for sign in text):  # 二〇二八
        return int("".join(str(_ZH_DIGITS[sign]) for sign in text[:30]))
    total = section = digit = 0
    for sign in text:
        if sign in _ZH_DIGITS:
            digit = _ZH_DIGITS[sign]
        elif sign in _ZH_POWERS:
            section, digit = section + (digit or 1) * _ZH_POWERS[sign], 0
        elif sign in _ZH_MYRIADS:
            total, section, digit = (total + section + digit) * _ZH_MYRIADS[sign], 0, 0
        else:
            return None
    return total + section + digit if text else None


def negations(some: Tokens) -> int:
    """How many of the words deny."""
    return sum(token.lower() in _NEGATIONS or token.lower().endswith("n't") for token in some)


def is_slip(before: Tokens, after: Tokens) -> bool:
    """Is the one the other, misspelt? Both without marks; neither where only a mark changed."""
    old, new = "".join(before).casefold(), "".join(after).casefold()
    if old == new or frozenset((old, new)) == _ARTICLES:
        return True
    if negations(before) != negations(after) or frozenset((old, new)) in _OPPOSITES:
        return False
    if not before or not after:
        return _is_little(before or after)
    if _is_cjk(before) and _is_cjk(after):
        return _is_miswritten(old, new)
    if len(before) == len(after):
        return all(_is_close(one, two) for one, two in zip(before, after, strict=True))
    return min(len(old), len(new)) >= 4 and _distance(old, new) <= 2


def _is_little(some: Tokens) -> bool:
    """A word too many or missing that says nothing by itself."""
    return len(some) == 1 and (_is_cjk(some) or some[0].lower() in _LITTLE_WORDS)


def _is_miswritten(old: str, new: str) -> bool:
    """Single characters in place of others, each between such as stayed."""
    if len(old) != len(new):
        return abs(len(old) - len(new)) == 1 and _distance(old, new) == 1
    differing = [place for place in range(len(old)) if old[place] != new[place]]
    if any(frozenset((old[place], new[place])) in _OPPOSITES for place in differing):
        return False
    swapped = (
        len(differing) == 2
        and old[differing[0]] == new[differing[1]]
        and old[differing[1]] == new[differing[0]]
    )
    return swapped or all(two - one > 1 for one, two in pairwise(differing))


def _is_close(one: str, two: str) -> bool:
    if one.casefold() == two.casefold():
        return True
    if frozenset((one.lower(), two.lower())) in _OPPOSITES or (one.isupper() and two.isupper()):
        return False
    longest = max(len(one), len(two))
    if longest < 3:
        return False
    return _distance(one.casefold(), two.casefold()) <= (1 if longest < 5 else 2)


def _distance(one: str, two: str) -> int:
    """Letters to put in, take out, exchange or swap with their neighbour; 3 stands for more than 2."""
    if abs(len(one) - len(two)) > 2 or max(len(one), len(two)) > 60:
        return 3
    above, before = list[int](), list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(two, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and b == one[i - 2]:
                best = min(best, above[j - 2] + 1)
            row.append(best)
        above, before = before, row
    return min(before[-1], 3)


def _is_cjk(some: Tokens) -> bool:
    return all(one > "\u3040" for one in some)

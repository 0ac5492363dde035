"""Invented words: any text → another of the same length and script, the same word always the same way."""

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from hashlib import blake2b
from struct import Struct

from crawler.reading.fields.people import FAMILIES

# Common characters that simplified, traditional and Japanese sets share. None of a date, a number
# or of "deleted", "verify" and the like, so that an invented text never looks like a notice.
_HAN = (
    "山川江河湖海林森竹木花草果米豆瓜茶石玉金水火土田牛羊馬犬魚鳥虎兎龍子女男王士兵民工商友父母兄弟姉妹夫妻"
    "手足耳目口心身首血皮骨肉衣食住行走坐立臥看聞思想夢愛喜怒哀甘苦酸辛香色白黑赤青黃紅紫灰光明星空雲雨雪風"
    "雷霜露冰泉波浪沙洲岸島橋路巷村市城門戶家室院宮寺亭台樓房窗床桌椅刀弓矢車舟船帆衣布巾帽冠帶杯皿瓶缶針"
    "糸綿毛羽角尾根枝芽葉花實種油鹽糖粉餅酒湯春夏秋冬東西南北內外左右高低深淺長短大小多少遠近新古老幼強弱輕"
    "重快慢美好善良和平安寧清澄溫柔直曲方圓角尖丸球盤板柱梁瓦磚鐵銅銀錫鉛珠貝玄妙奇巧工夫才能智勇仁義禮信"
    "朋客主君臣僧尼農漁牧獵歌舞音曲琴笛鼓畫筆紙墨硯書詩文字句章印刻雕織染縫洗掃拭抱持投拾取送迎待招呼吸飲"
    "余佳依侯俊修倉倫健傘元充光克兔典冷凍凡利努勤化卓協卷厚叢吉名向吳周味命咸品哲唐善嘉固坂坡垂坪培基堂堅"
)
_HIRAGANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ"
_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_HANGUL = (
    "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후기니디리미비시이지치"
)
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшэюя"
_LETTERS = {"HIRAGANA": _HIRAGANA, "KATAKANA": _KATAKANA, "HANGUL": _HANGUL, "CYRILLIC": _CYRILLIC}
_PLAINER = {"gb18030": "gbk", "big5hkscs": "big5", "cp932": "shift_jis", "cp949": "euc_kr"}
_SIXTEEN = Struct("<16I")
_CONSONANTS, _VOWELS = "bdfglmnprstvz", "aeiou"

_MONTH = (
    r"(?:jan(?:uar)?y?|feb(?:ruar)?y?|mar(?:ch)?|märz|apr(?:il)?|may|mai|jun[ei]?|jul[yi]?|aug(?:ust)?|sept?(?:ember)?"
    r"|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b\.?"
)
_CLOCK = (
    r"\d{1,2}\s?[:：时時點点]\s?\d{2}(?:\s?[:：分]\s?\d{2}(?:\.\d+)?秒?|分)?"
    r"(?:\s?[ap]\.?m\.?)?(?:\s?(?:Z|[+-]\d{2}:?\d{2}|GMT|UTC|[ECMP][DS]T)\b)?"
)
_DAY = r"\d{4}\s?[-/.年]\s?\d{1,2}(?:\s?[-/.月]\s?\d{1,2}\s?[日号]?)?"
_WHEN_FROM_DIGIT = (
    rf"{_DAY}(?:(?:T|[\s　]{{0,20}}){_CLOCK})?",
    r"\d{1,2}\s?月\s?\d{1,2}\s?日?",
    _CLOCK,
    rf"\d{{1,2}}(?:st|nd|rd|th|\.)?\s{_MONTH},?\s\d{{4}}(?:,?(?:\sat)?\s{_CLOCK})?",
    r"\d{1,4}\s?(?:秒钟?|分钟?|小时|小時|時間|天|日|周|个月|年)前",
    r"\d{1,3}\s(?:second|minute|min|hour|day|week|month|year)s?\sago\b",
    r"(?:19|20)\d\d(?!\d)",
    r"\d{1,2}[-/]\d{1,2}(?!\d)",
)
_WHEN_FROM_LETTER = (
    rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b,?(?:\s\d{{4}}(?:,?(?:\sat)?\s{_CLOCK})?)?",
    r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?=,?\s\d)",
)
_ADDRESS = r"(?:https?:)?//[^\s\"'<>（），。]+|\bwww\.[\w./-]+"
# What a page says about itself, and recipes look for: who wrote it, where it goes on, that it is no article.
SAID = (
    "虎嗅网|虎嗅注|虎嗅|作者|编者|来源|來源|稿源|责任编辑|责编|频道|公众号|本文由|本文来自|授权|原文链接|转载|发表|发布|备注"
    "|刚刚|昨天|前天|今天|昨日|上一页|下一页|下页|上页|次へ|前へ|文章|内容|页面|网页|稿件|不存在|找不到|删除|下架|下线|失效|撤稿"
    "|访问|验证|频繁|登录|订阅|会员|付费|正在进行安全检测|正在进行安全检查|系统检测|环境异常"
)
SAID_IN_LATIN = "access verification|not found|forbidden|captcha|sign in|log in|subscribe|by|page|next|previous|source|image credits?|author|editor"
_HAN_RANGE = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々"
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
FOREIGN = re.compile(rf"[^\W\d_{_LATIN}]+")
_FEW = re.compile(r"\s*\d{1,2}\s*")


class Words:
    """The words of one page. `text` is the page's, `encoding` what its bytes can hold, `kept` phrases that stay.

    Pages with one `seed` have the same words.
    """

    def __init__(
        self, text: str, url: str, encoding: str, kept: tuple[str, ...] = (), seed: bytes = b""
    ) -> None:
        self._word = _word(kept)
        self._seed = blake2b(seed or text.encode("utf-8", "surrogateescape"), digest_size=16).digest()
        self._ids = frozenset(re.findall(r"\d+", url))
        han = _encodable(_HAN, encoding) or "〇"
        self._han = han
        # A word that begins like a Chinese name is read as one, and no other is.
        self._families = "".join(letter for letter in han if letter in FAMILIES) or han
        self._no_families = "".join(letter for letter in han if letter not in FAMILIES) or han
        self._letters = {script: _encodable(letters, encoding) for script, letters in _LETTERS.items()}
        self._own = _by_script(text)
        self._invented = lru_cache(maxsize=200_000)(self._invent)

    def text(self, text: str) -> str:
        """The text with every word replaced; addresses, dates and what pages say of themselves stay."""
        return text if _FEW.fullmatch(text) else self._word.sub(self._replaced, text)

    def foreign(self, text: str) -> str:
        """The text with only its words in other scripts than Latin replaced: for code."""
        return FOREIGN.sub(lambda match: self.text(match[0]), text)

    def _replaced(self, match: re.Match[str]) -> str:
        kind, word = match.lastgroup or "kept", match[0]
        if kind == "kept" or (kind == "digits" and word in self._ids):
            return word
        return self._invented(kind, word)

    def _invent(self, kind: str, word: str) -> str:
        # The same word is the same with any capitals; the first letter only, as ß and ŉ grow.
        key = "".join(letter.lower()[0] for letter in word) if kind == "latin" else word
        letters = [
            _another(old, self._alphabet(kind, word, place), die)
            for place, (old, die) in enumerate(zip(key, self._dice(kind, key), strict=False))
        ]
        if kind != "latin":
            return "".join(letters)
        return "".join(new.upper() if old.isupper() else new for old, new in zip(word, letters, strict=True))

    def _alphabet(self, kind: str, word: str, place: int) -> str:
        letter = word[place]
        if kind == "han" and place == 0:
            return self._families if letter in FAMILIES else self._no_families
        if kind == "han":
            return self._han
        if kind == "digits":
            return "123456789" if place == 0 and letter != "0" else "0123456789"
        if kind == "latin":
            return (_CONSONANTS, _VOWELS)[(place + len(word)) % 2]
        script = _script(letter)
        known = self._letters.get(script) or self._own.get((script, letter.isupper()), "")
        return known.upper() if letter.isupper() else known

    def _dice(self, kind: str, word: str) -> list[int]:
        """At least one number a character, from the page and the whole word."""
        roll = blake2b(f"{kind}:{word}".encode("utf-8", "surrogateescape"), key=self._seed).digest()
        dice = [*_SIXTEEN.unpack(roll)]
        while len(dice) < len(word):
            roll = blake2b(roll).digest()
            dice += _SIXTEEN.unpack(roll)
        return dice


@lru_cache(maxsize=64)
def _word(kept: tuple[str, ...]) -> re.Pattern[str]:
    """What is kept of a text, and the words by script that are replaced in it."""
    phrases = "".join(rf"{_literal(phrase)}|" for phrase in kept)
    # The look-aheads spare most words the long list of what might be kept.
    return re.compile(
        rf"(?P<kept>(?=[/hw])(?:{_ADDRESS})|(?=\d)(?<!\d)(?i:{'|'.join(_WHEN_FROM_DIGIT)})|{phrases}{SAID}"
        rf"|(?=[A-Za-z])\b(?i:{'|'.join(_WHEN_FROM_LETTER)}|(?:{SAID_IN_LATIN})\b))"
        rf"|(?P<latin>[{_LATIN}]+)|(?P<digits>\d+)|(?P<han>(?:(?!{phrases}{SAID})[{_HAN_RANGE}])+)|(?P<other>[^\W\d_]+)"
    )


def _literal(phrase: str) -> str:
    pattern = re.escape(phrase).replace(r"\ ", r"\s+")
    # One character says what it says where it stands alone: "— 完 —".
    return rf"(?<!\w){pattern}(?!\w)" if len(phrase) == 1 else pattern


def _another(old: str, alphabet: str, die: int) -> str:
    if not alphabet:
        return old
    new = alphabet[die % len(alphabet)]
    return alphabet[(die + 1) % len(alphabet)] if new == old else new


def _encodable(letters: str, encoding: str) -> str:
    # What every reader of the family decodes: the page may call itself by the smaller name.
    encoding = _PLAINER.get(encoding, encoding)
    return letters.encode(encoding, "ignore").decode(encoding)


@lru_cache(maxsize=10_000)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def _by_script(text: str) -> dict[tuple[str, bool], str]:
    """The page's own letters, for scripts of which none are kept here: they can be encoded for sure."""
    found = defaultdict[tuple[str, bool], str](str)
    for letter in sorted(set(text)):
        if letter.isalpha():
            found[_script(letter), letter.isupper()] += letter
    return found

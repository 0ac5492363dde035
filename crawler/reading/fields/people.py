"""Names of people in what a page says of its authors: labels, roles and the site's own name are cut away."""

import re
from collections.abc import Iterable
from itertools import islice

from crawler.reading.facts import line
from crawler.reading.fields.sites import key, names_site
from crawler.reading.page import Page

PERSON, OTHER, OWN, NOBODY = 3, 2, 1, 0  # how far a text is a person's name; OWN is the site's or a desk's

_LONGEST_TEXT = 300
_LONGEST_NAME = 60
_MOST_TEXTS, _MOST_NAMES = 30, 12
# The commonest hundred and fifty family names, which write about 95 % of Chinese names.
FAMILIES = frozenset(
    "王李张劉刘陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁蔡蒋蔣余于杜"
    "叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付傅方邹鄒熊白孟秦邱侯江尹薛闫阎段雷龙龍黎史陶贺賀毛郝顾"
    "顧龚龔邵万萬覃武钱錢戴严嚴莫孔向常汤湯康易乔喬赖賴文施洪辛柯庞龐殷裴翟华兰申关樊俞詹耿鲁左季包倪葛尚祝岳安童舒项代路邢凌"
    "单骆齐梅庄"
)
_HAN = re.compile(r"[一-鿿]{2,4}")
_LABEL = re.compile(
    r"^\W*(?:(?:(?:article|story|report|reporting|written|posted|published|words|text|created|submitted|more) )?by\b|"
    r"(?:erstellt|artikel|beitrag|ein beitrag|geschrieben|verfasst|interview|plus|publié|écrit|escrito|publicado) "
    r"(?:von|par|por)\b|"
    r"(?:von|par|por|authors?|autor(?:in|en)?|auteur|text|view all posts by|about|über)\b(?=[\s:])|"
    r"[^\s:：|/／（(]{0,8}?(?:作者|著者|撰文|撰稿人?|执笔|執筆|采写|采访|文字|筆者|通讯员|記者|记者)(?!们|会|从|在)|"
    r"文\s*(?=[/／|｜:：])|文/图)[\s:：/／|｜.]*",
    re.IGNORECASE,
)
# Those who edited, checked or drew, and what a page says in place of a name.
_NOT_AUTHORS = re.compile(
    r"^\W*(?:geprüft|责任编辑|责编|編集|编辑|校对|审核|来源|编译|图[/／|｜]|摄影|photo|foto|bild|image|illustration|graphic|edited|"
    r"reviewed|fact|translat|produ[ck]|read more|see |show |share|follow|view |about us|comment|sign|log ?in|subscri)",
    re.IGNORECASE,
)
# A name ends where a time, a place, an address or a count begins.
_END = re.compile(
    r"\s*(?:[(（\[@<>*#]|(?<!\w)\d|https?:|www\.|\b(?:updated|published|posted|last|view|see|follow|reporting|contributed|e-?mail|"
    r"am|on|in|aus|at|for|für|from|veröffentlicht|aktualisiert|stand|is|ist|has|was|who)\b(?!\.)).*",
    re.IGNORECASE | re.DOTALL,
)
_SEVERAL = re.compile(
    r"\s*[,;|•·&、，；/／\n]\s*|\s+[-–—]+\s+|\s+(?:and|und|et|y|with|mit)\s+|(?<=[一-鿿])\s*[与和]\s*(?=[一-鿿])", re.I
)  # fmt: skip
_CREDENTIALS = re.compile(
    r"(?:m\.?d|ph\.?d|m\.?sc?|b\.?a|m\.?a|jr|sr|rn|esq|dr|prof|mba|ii|iii)\.?", re.IGNORECASE
)
_DESK = re.compile(
    r"\b(?:staff|admin\w*|team|webteam|redaktion\w*|redacci[oó]n|redazione|rédaction|editor(?:s|ial)?|newsroom|newsdesk|desk|webmaster|"
    r"publisher|guest|unknown|anonymous|press release|pressemitteilung)\b|编辑部|本站|小编|网友|佚名",
    re.IGNORECASE,
)
# Words of offices, papers and buttons: what holds one is not the name of a person.
_BODY = re.compile(
    r"\b(?:the|news|media|press|times|post|journal|daily|magazin|magazine|channel|network|report|reporter|writer|correspondent|"
    r"columnist|contributor|officer|head|chief|director|manager|president|professor|senior|freelance|analyst|producer|"
    r"associated|reuters|dpa|afp|apa|agentur|agency|university|institute?|stiftung|verlag|gmbh|inc|llc|ltd|group|company|"
    r"association|online|\w{0,20}redakteur\w{0,3}|journalist\w{0,3}|volontär\w{0,3}|autor(?:in)?|author|of|co-founder|founder|ceo|"
    r"cto|photograph\w{1,3}|special|blog|e\.v|tv|radio|kolumnist\w{0,3}|\w{1,20}leiter(?:in)?|historian|technolog(?:y|ies)|"
    r"links?|url|copy|watch|live|back|read|reading|share|menu|more|here|click)\b|\.(?:com|de|net|org|at|ch|jp|cn|co)\b",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"(?:facebook|twitter|linkedin|instagram|pinterest|whatsapp|e-?mail|mail|rss|xing|more posts|contactar|contact|home|profile|null|none|"
    r"undefined|vom|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|"
    r"评论数?|留言|收藏|分享|点赞|浏览量?|阅读量?|举报|打印|コメント|"
    r"(?:\W*\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|"
    r"december)\b)+|\W*)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S{1,60}(?:@|\[at\]|\(at\))\S+")
_ARTICLES = frozenset(["the", "das", "die", "der", "le", "la", "les", "el", "los", "il"])
_PARTICLES = frozenset(
    ("von", "van", "de", "der", "den", "del", "della", "da", "das", "dos", "di", "do", "du", "la", "le", "el", "al", "bin",
     "ibn", "y", "e", "zu", "zum", "ten", "ter", "af", "av", "'t")
)  # fmt: skip
_EDGES = ' .:：·*-–—,《》【】"“”'
_WORD = re.compile(r"(?:[^\W\d_]|[.’'´`-])+")


def people(page: Page, texts: Iterable[str], *, strict: bool = False) -> tuple[str, ...]:
    """The names in bylines, each once; who is no person only where no person is named (`strict`) or by himself."""
    found: dict[str, tuple[str, int]] = {}
    for text in islice(texts, _MOST_TEXTS):
        for name, kind in _in_text(page, text):
            found.setdefault(key(name), (name, kind))
    best = max((kind for _, kind in found.values()), default=NOBODY)
    least = OTHER if best == PERSON and not strict else best
    names = {own: name for own, (name, kind) in found.items() if kind >= least > NOBODY}
    # "Jane Doe" and "More by Jane Doe".
    whole = [name for own, name in names.items() if not any(one in own and one != own for one in names)]
    return tuple(whole[:_MOST_NAMES])


def is_chinese_name(text: str) -> bool:
    """Two or three characters that begin with a common family name."""
    return text[:1] in FAMILIES and _HAN.fullmatch(text) is not None and len(text) < 4


def kind_of(page: Page, name: str) -> int:
    """PERSON, OTHER, OWN or NOBODY."""
    if _JUNK.fullmatch(name) or len(name) > _LONGEST_NAME or _NOT_AUTHORS.search(name):
        return NOBODY
    if names_site(page, name) or _DESK.search(name):
        return OWN
    if name[0] in FAMILIES:
        return PERSON if _HAN.fullmatch(name) else OTHER
    words = name.split()
    if not 2 <= len(words) <= 5 or words[0].lower() in _ARTICLES or _BODY.search(name):
        return OTHER
    named = all(_WORD.fullmatch(word) and (not word[0].islower() or word in _PARTICLES) for word in words)
    return PERSON if named and not words[-1][0].islower() and not _HAN.search(name) else OTHER


def _in_text(page: Page, text: str) -> list[tuple[str, int]]:
    """The names in one byline and their kinds: the persons, else the rest."""
    parts = [part for part in _parts(text) if not _CREDENTIALS.fullmatch(part)]
    kinds = [(part, kind_of(page, part)) for part in parts]
    best = max((kind for _, kind in kinds), default=NOBODY)
    if best == PERSON:
        return [one for one in kinds if one[1] == PERSON]
    return kinds[:1] if best else []


def _parts(text: str) -> list[str]:
    rest = _ADDRESS.sub("", line(text[:_LONGEST_TEXT].replace("\xad", "")) or "")
    for _ in range(3):
        rest = _LABEL.sub("", rest, count=1).strip()
    if _NOT_AUTHORS.search(rest):
        return []
    return [name for piece in _SEVERAL.split(rest) for name in _cut(_LABEL.sub("", piece, count=1))]


def _cut(piece: str) -> list[str]:
    """The name a piece of a byline begins with; Chinese names may stand side by side."""
    name = "" if _NOT_AUTHORS.search(piece) else _END.sub("", piece, count=1).strip(_EDGES)
    words = name.split()
    if len(words) > 1 and all(_HAN.fullmatch(word) and word[0] in FAMILIES for word in words):
        return words
    return [name] if name else []

"""What the words in classes, ids and short texts give away: groups of words, one bit each."""

import re
from collections.abc import Sequence
from functools import lru_cache

_LONGEST_NAMES = 200  # characters of class and id looked at
_LONGEST_START = 120  # characters of a block's text looked at
_MOST_WORDS = 24

# Each group is one bit and one column of the model: who changes them trains it anew (bench/train_text.py).
# A word belongs to a group that it begins with one of; `=` asks for the whole word.
_NAMES = {
    "body": "body content contents text richtext prose articlebody storybody entrycontent bodytext zhengwen neirong maincontent",
    "article": "article story entry post posts news artikel beitrag blog articlecontent storycontent postcontent wenzhang",
    "main": "main primary page single center",
    "comment": "comment disqus respond reply discuss kommentar pinglun review forum message thread bbcode",
    "related": "relat recommend recirc more also similar popular trend mostread most readnext next outbrain taboola suggest"
    " hot rank xiangguan tuijian further recent latest featured",
    "side": "side aside rail right widget secondary complement sidebar",
    "nav": "nav menu breadcrumb crumb toolbar =tab =tabs pagination pager header masthead top topbar logo",
    "foot": "foot copyright legal disclaim colophon bottom footnote",
    "share": "shar social follow facebook twitter weibo weixin wechat qrcode whatsapp like vote digg linkedin",
    "ad": "=ad =ads =adv advert sponsor promo banner commercial affiliate shop product buy anzeige werbung guanggao dfp gpt",
    "newsletter": "newsletter subscri sign signup optin paywall cta donat member register =abo piano offer",
    "author": "author byline writer contributor bio profile autor editor zuozhe reporter avatar user",
    "meta": "meta info source date time publish stamp datum laiyuan details",
    "caption": "caption credit figcap legend bildunter imgdesc cutline",
    "picture": "image img photo pic figure gallery slide carousel video player media thumb audio podcast",
    "title": "title headline =h1 heading hed kicker overline dachzeile",
    "lead": "lead intro standfirst summary excerpt dek abstract subtitle subhead description deck vorspann zhaiyao strapline =sub",
    "tags": "tag topic categor label rubrik keyword channel section",
    "teaser": "teaser card item list feed grid tile collection stream stories headlines archive block row",
    "modal": "cookie consent gdpr onetrust privacy didomi truste cmp =ot modal popup overlay dialog lightbox alert notice tooltip login signin",
    "hidden": "hidden hide invisible sr screen visually print noscript collaps hiden",
    "quote": "quote pull tweet embed instagram zitat infobox factbox fact inset highlight callout box note",
    "table": "table spec score rating stats result price deal",
    "para": "paragraph para =p absatz par textblock copy component",
}
_TEXTS = {
    "copyright": "copyright rights reserved rechte vorbehalten dpa © republish redistribut",
    "follow": "follow facebook twitter instagram linkedin whatsapp telegram pinterest youtube tweet @",
    "subscribe": "subscri newsletter sign signup register login inbox email e-mail abonn anmelden registrier subscribers join",
    "more": "more related recommended trending popular mehr weiter weiterlesen also next latest lesen auch further read watch see",
    "comments": "comment kommentar reply replies responses disqus",
    "cookie": "cookie privacy consent terms datenschutz impressum javascript browser adblock policy",
    "ad": "advertis anzeige werbung sponsored promoted publicit reklam",
    "credit": "photo image picture credit foto bild quelle source getty afp reuters shutterstock courtesy screenshot imago photograph photos",
    "byline": "by von por posted published updated author written edited editing reporting reporter editor veröffentlicht aktualisiert",
    "month": "=jan january =feb february =mar march =apr april =may =jun june =jul july =aug august =sep =sept september =oct october"
    " =nov november =dec december januar februar märz mai juni juli oktober dezember monday tuesday wednesday thursday friday"
    " saturday sunday ago =pm =am =est =edt =gmt =utc uhr",
    "share": "share print tweet copy teilen drucken merken bookmark save",
    "contact": "contact phone tel call kontakt mail tip tips reach",
    "person": "writer reporter journalist correspondent columnist freelance author contributor redakteur autor senior staff",
    "tags": "tag topic filed keyword categor themen schlagw tagged",
    "skip": "skip toggle close menu home search next previous prev continue loading top play pause mute expand back click",
    "we": "we you your us our please here help support donate sie uns",
    "buy": "buy price deal $ shop amazon sale off affiliate commission order € £",
}
_HAN = {
    "byline": "作者|记者|記者|责任编辑|责编|編輯|编辑|文/|文／|文丨|文｜|撰文|来源|來源|翻译|编译|校对|文:|文：",
    "more": "相关|相關|推荐|推薦|更多|延伸阅读|阅读原文|上一篇|下一篇|猜你喜欢|热门|熱門|関連|続きを読む|おすすめ|最新|排行|精选",
    "follow": "公众号|公眾號|微信|微博|关注|關注|扫码|扫描|二维码|客户端|下载|APP|フォロー|シェア",
    "copyright": "版权|版權|转载|轉載|授权|声明|免责|仅代表|立场|侵权|無断|著作権|不代表|原创",
    "credit": "图源|图片|资料图|配图|摄|图/|图／|供图|視覺|视觉中国|写真|画像",
    "comments": "评论|評論|留言|跟帖|回复|网友|コメント|点赞|举报|分享|收藏|打赏|打印",
    "subscribe": "登录|登錄|注册|订阅|会员|投稿|联系|电话|邮箱|热线|会員|登録|ログイン",
    "skip": "返回|首页|首頁|搜索|关闭|导航|菜单|字号|阅读量|阅读|浏览|点击|标签|关键词|タグ",
}
NAMES = tuple(_NAMES)
TEXTS = tuple(_TEXTS)
HAN = tuple(_HAN)


def bits_of(groups: Sequence[str], *names: str) -> int:
    """The bits of these groups: of `NAMES`, `TEXTS`, `HAN`, or elements by the same rule."""
    return sum(1 << groups.index(name) for name in names)


_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_TEXT_WORD = re.compile(r"[^\W\d_]+(?:-mail)?|[@#©$€£]")
_HAN_WORDS = tuple((1 << place, re.compile(words)) for place, words in enumerate(_HAN.values()))


def _table(groups: dict[str, str]) -> tuple[dict[str, int], dict[str, int], int]:
    """Whole words and beginnings, each with its bits, and the shortest beginning's length."""
    whole: dict[str, int] = {}
    starts: dict[str, int] = {}
    for place, words in enumerate(groups.values()):
        for word in words.split():
            table, key = (whole, word[1:]) if word.startswith("=") else (starts, word)
            table[key] = table.get(key, 0) | 1 << place
    return whole, starts, min(map(len, starts))


_NAME_TABLE = _table(_NAMES)
_TEXT_TABLE = _table(_TEXTS)


def _bits(word: str, table: tuple[dict[str, int], dict[str, int], int]) -> int:
    whole, starts, shortest = table
    bits = whole.get(word, 0)
    for end in range(shortest, min(len(word), 15) + 1):
        bits |= starts.get(word[:end], 0)
    return bits


@lru_cache(maxsize=16_384)
def _name_word(word: str) -> int:
    return _bits(word, _NAME_TABLE)


@lru_cache(maxsize=32_768)
def _text_word(word: str) -> int:
    # A short beginning says little of a long word: "by" is no "byte".
    whole, starts, _ = _TEXT_TABLE
    if len(word) < 5:
        return whole.get(word, 0) | starts.get(word, 0)
    return (
        whole.get(word, 0)
        | starts.get(word, 0)
        | starts.get(word[:-1], 0)
        | starts.get(word[:-2], 0)
        | starts.get(word[:6], 0)
        | starts.get(word[:7], 0)
    )


@lru_cache(maxsize=16_384)
def name_bits(names: str) -> int:
    """The groups that an element's class and id belong to."""
    bits = 0
    for word in _NAME_WORD.findall(names[:_LONGEST_NAMES])[:_MOST_WORDS]:
        bits |= _name_word(word.lower())
    return bits


def text_bits(text: str) -> int:
    """The groups that the words at the beginning of a text belong to."""
    bits = 0
    for word in _TEXT_WORD.findall(text[:_LONGEST_START].lower())[:_MOST_WORDS]:
        bits |= _text_word(word)
    return bits


def han_bits(text: str) -> int:
    """The same for Chinese and Japanese, where words are not parted."""
    if text.isascii():
        return 0
    start = text[:_LONGEST_START]
    return sum(bit for bit, words in _HAN_WORDS if words.search(start))

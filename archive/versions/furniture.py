"""Pure: the lines of an article's text as a reader sees them, without what a page shows around any text.

Counters, relative times, advertisements and related links change by themselves: they are no part of what was written.
"""

import re
import unicodedata
from collections.abc import Sequence

from archive.versions.diffing import tokens

_SHORT = 30  # tokens of a line that may be furniture
_BYLINE = 6  # tokens of a short line that may stand beside its counters
_LONGEST = 5_000  # characters of a line that is looked into

_IMAGE = re.compile(r"!\[[^\]\n]*\]\((?:[^()\n]|\([^()\n]*\))*\)")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_BARE_LINK = re.compile(r"<?https?://[^\s<>]+>?")
_BLOCK_MARK = re.compile(r"^(?:\s*(?:#{1,6}|[-+*]|>|\d{1,3}\\?[.)]|:?-{3,}:?)(?=\s|$))+|^\s*[-*_]{3,}\s*$")
_MARK = re.compile(r"\*|`|~~|\\(?=[^\w\s])|\\$|(?<!\w)_|_(?!\w)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_SPELLINGS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞‹›", '"'),
        **dict.fromkeys("‘’‚‛`´", "'"),
        **dict.fromkeys("–—―‒−‐‑─", "-"),
        **dict.fromkeys("•・‧∙", "·"),
        "。": ".",
        "、": ",",
        "～": "~",
    }
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_N = r"\d[\d.,]{0,14}\s?(?:[km]|tsd\.?|mio\.?|万|萬|亿|億)?\+?"
_MONTH = (  # the longer before the shorter: the first that matches is taken
    "(?:january|february|march|april|june|july|august|september|october|november|december|januar|februar|märz|juni|juli"
    "|oktober|dezember|sept|jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)"
)
_DAY = (
    r"(?:\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|\d{1,2}月\d{1,2}日|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4}"
    rf"|\d{{1,2}}\.? {_MONTH}\.?(?: \d{{4}})?|{_MONTH}\.? \d{{1,2}}(?:, \d{{4}})?)"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:[ap]\.?m\.?|uhr|[a-z]{2,4}))?"
_COUNTED_ZH = (
    "阅读|浏览|评论|點讚|点赞|收藏|分享|转发|推荐|喜欢|赞|热度|观看|播放|回复|跟贴|在看|关注|人气|点击|字数"
)
_COUNTED_EN = "comments?|views?|reads?|likes?|shares?|repl(?:y|ies)|reactions?|claps?|upvotes?|followers?|bookmarks?|tweets?|retweets?|pins?"
_COUNTED_DE = "kommentare?|aufrufe?|reaktionen|leser|mal gelesen|gefällt mir|beiträge"
_COUNTER = re.compile(
    rf"\(\d{{1,3}} min(?:utes?|\.)?\)|[\u2600-\u27bf\U0001f300-\U0001faff]\s?{_N}|"
    rf"(?:总|全部|共)?(?:{_COUNTED_ZH})(?:量|数|次数|人数)?\s?[:(]?\s?{_N}\s?[次人条個个]?\)?"
    rf"|(?<![\d.,:]){_N}\s?[次人条個个字]?\s?(?:{_COUNTED_ZH})(?:量|数)?(?![\w])"
    rf"|(?<![\w.,:]){_N}\s?(?:{_COUNTED_EN}|{_COUNTED_DE}|min(?:ute)?s?\.? (?:read|lesezeit))(?!\w)"
    rf"|\b(?:{_COUNTED_EN}|{_COUNTED_DE}|lesezeit)\s?[:(]?\s?{_N}(?: min(?:uten|utes)?\.?)?\)?(?!\w)",
    re.IGNORECASE,
)
_SOON = (
    r"(?<!\d)\d{1,3}\s?(?:秒钟?|分钟?|小时|个小时|個小時|分鐘)(?:之)?前|刚刚(?=\s|$|·|发布|更新)"
    r"|\b(?:\d{1,3}|an?|one|few)\s?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|[smh])\.? ago\b|\bjust now\b"
    r"|\bvor (?:\d{1,3}|einer|einem|wenigen) (?:sekunden?|sek\.?|minuten?|min\.?|stunden?|std\.?)(?!\w)"
)
_LONG = (
    rf"(?<!\d)\d{{1,3}}\s?(?:天|日|周|个月|月|年)(?:之)?前|(?:今天|昨天|前天)\s?{_CLOCK}"
    r"|\b(?:\d{1,3}|an?|one)\s?(?:days?|weeks?|months?|years?|[dwy])\.? ago\b|\b(?:yesterday|today) at [\d:]+"
    r"|\bvor (?:\d{1,3}|einem|einer) (?:tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)(?!\w)"
)
_WHEN = rf"(?:{_DAY}(?:,? (?:at |um )?{_CLOCK})?|{_CLOCK}|{_SOON}|{_LONG})"
_SOON_AGO = re.compile(_SOON, re.IGNORECASE)
_LONG_AGO = re.compile(_LONG, re.IGNORECASE)
_STAMP = re.compile(
    r"(?:本文)?(?:最后|最近)?(?:更新|发布|编辑|发表|修改|刊发)(?:时间|日期|于|在)?\s?:?\s?"
    + _WHEN
    + r"(?:发布|更新)?"
    r"|\b(?:last |zuletzt )?(?:updated?|published|posted|modified|edited|stand|aktualisiert|veröffentlicht)"
    rf"(?: on| at| am)?\s?:?\s?{_WHEN}",
    re.IGNORECASE,
)
_DATE = re.compile(_WHEN, re.IGNORECASE)
_AD = re.compile(
    r"[\[(<]?(?:广告|推广|赞助(?:商|内容)?|(?-i:ADS?)|advertisement|advertorial|sponsored(?: content| post)?|promoted"
    r"|anzeige|werbung|gesponsert)[\])>]?\s?(?:[:|·-].*)?",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"(?:扫码|扫描|长按|识别).{0,10}(?:二维码|关注|下载)|关注.{0,14}(?:公众号|微信号|视频号)|下载.{0,8}(?:app|客户端)"
    r"|立即(?:购买|抢购|下单|订阅)|限时(?:优惠|特惠|折扣|抢购)|优惠券|领券|券后|直达链接|点此购买|打赏|赞赏支持|点个在看|点击.{0,4}阅读原文"
    r"|\bsubscribe to (?:our|the|my)\b|\bsign up (?:for|to) (?:our|the)\b|\bfollow us on\b|\bdownload (?:our|the) app\b"
    r"|\b(?:buy|shop|order) now\b|\blimited[- ]time offer\b|\buse (?:promo )?code \w+|\bget \d+\s?% off\b"
    r"|\bmay earn (?:a|an affiliate) commission\b|\bjetzt (?:kaufen|abonnieren|bestellen|sichern)\b|\bzum angebot\b"
    r"|\bnewsletter (?:abonnieren|bestellen|anmelden)\b|\bunsere?n? newsletter\b",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"(?:相关(?:阅读|文章|新闻|推荐|链接|报道|资讯)|推荐阅读|延伸阅读|(?:阅读|查看)?更多(?:阅读|文章|精彩|内容|资讯)?|热门(?:文章|推荐|阅读)|猜你喜欢"
    r"|你可能(?:还|也)?(?:会)?(?:喜欢|感兴趣)[^:]{0,6}|related(?: (?:articles?|stories|links|posts|reading|coverage|topics))?"
    r"|read (?:more|next|also)|see also|more (?:from|on|stories|like)\b[^:]{0,40}|(?:you )?(?:may|might) also like[^:]{0,10}"
    r"|recommended(?: (?:for you|reading|stories))?|most (?:read|popular)|further reading|mehr zum thema"
    r"|(?:lesen|siehe) (?:sie )?auch|auch interessant|das könnte (?:sie|dich) (?:auch )?interessieren"
    r"|weiterführende links|ähnliche artikel|passend dazu)\s?(:.*)?",
    re.IGNORECASE,
)
# Who edited it, and where it may be shared.
_DESK = re.compile(
    r"[(\[【]?(?:(?:责任编辑|值班编辑|见习编辑|文字编辑|责编|编辑|编审|校对|审校|审核|排版|监制)\s?[:|/]\s?[^\s:()]{1,12}\s?)+[)\]】]?"
    r"|(?:share|tweet|pin|email|print)(?: (?:this|the))?(?: (?:article|story|post|page))?(?: (?:on|via|with|to) .{1,80})?"
    r"|(?:一键)?分享(?:到|至|本文|此文|给)[^.!?]{0,20}|(?:artikel |beitrag )?(?:teilen|drucken)(?: (?:auf|via|mit) .{1,80})?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<=\d)\s?(?:percent|per cent|prozent)(?!\w)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"""(?<!\bmin)(?<!\bMin)[.!?;:…]["')\]]*$""")


def fold(text: str) -> str:
    """The text without its mark-up, in one spelling of marks and widths; case and words stay."""
    text = _BLOCK_MARK.sub("", _BARE_LINK.sub("", _without_links(text)))
    text = _MARK.sub("", _INVISIBLE.sub("", text).replace("|", " "))
    text = unicodedata.normalize("NFKC", text.translate(_SPELLINGS)).translate(_SPELLINGS)
    text = re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", "…", " ".join(text.split())))
    return _PERCENT.sub("%", _THOUSANDS.sub("", text))


def lines(body: str) -> list[str]:
    """The lines of a Markdown body that were written by its author, folded.

    Where little else is there, as in an article that is a list of links, all lines are.
    """
    raw = [line for line in body.split("\n") if line.strip()]
    every = [folded for line in raw if (folded := fold(line))]
    own = _without_furniture(raw)
    return own if 2 * sum(map(len, own)) >= sum(map(len, every)) else every


def is_open_line(line: str) -> bool:
    """Is it short, and no sentence: a heading, an item, a title that leads elsewhere?"""
    return len(line) <= 20 * _SHORT and not _SENTENCE_END.search(line) and len(tokens(line)) <= _SHORT


def _without_furniture(raw: Sequence[str]) -> list[str]:
    kept: list[str] = []
    skips_items = skips_one = False
    for line in raw:
        folded = fold(line)
        is_open = is_open_line(folded)
        skips_items = skips_items and (is_open or _is_link_alone(line))
        related = _RELATED.fullmatch(folded) if is_open or len(folded) <= 200 else None
        if related:
            skips_items = not (related[1] or "").strip(": ")
        is_advertised = skips_one and is_open and len(tokens(folded)) <= _SHORT // 2
        skips_one = _is_bare_label(folded)
        if (
            related
            or skips_items
            or is_advertised
            or skips_one
            or _is_link_alone(line)
            or _is_promotion(folded)
            or (is_open and _DESK.fullmatch(folded))
        ):
            continue
        own = _without_counters(folded, is_open, is_heading=line.lstrip().startswith("#"))
        if own:
            kept.append(own)
    return _with_sorted_tail(kept)


def _with_sorted_tail(kept: list[str]) -> list[str]:
    """Trailing titles in an order of our own: a list of links without its links says the same in any order."""
    start = len(kept)
    while start > 0 and is_open_line(kept[start - 1]):
        start -= 1
    return kept[:start] + sorted(kept[start:]) if len(kept) - start > 1 else kept


def _without_counters(line: str, is_open: bool, *, is_heading: bool) -> str:
    """The line without what counts or tells how long ago; nothing where nothing else is in it."""
    if len(line) > _LONGEST:
        return line
    base = _SOON_AGO.sub(" ", line) if not is_open and len(tokens(line)) > _SHORT // 2 else None
    if base is not None:
        return " ".join(base.split())
    if _DATE.fullmatch(line):
        return ""
    bare = _LONG_AGO.sub(" ", _SOON_AGO.sub(" ", _STAMP.sub(" ", line)))
    bare = _COUNTER.sub(" ", bare) if is_open else bare
    if bare == line:
        return line
    rest = sum(token.isalnum() for token in tokens(_DATE.sub(" ", bare)))
    if rest <= (0 if is_heading else _BYLINE):
        return " ".join(bare.split()).strip(" ·,/-.") if rest else ""
    return " ".join(_SOON_AGO.sub(" ", line).split())


def _is_bare_label(line: str) -> bool:
    return len(line) <= 24 and _AD.fullmatch(line) is not None and not re.search(r"[:|·-]", line)


def _is_promotion(line: str) -> bool:
    if len(line) > 300 or len(tokens(line)) > 2 * _SHORT:
        return False
    return bool(_AD.fullmatch(line) or _PROMOTION.search(line))


def _is_link_alone(line: str) -> bool:
    """Is nothing but links in it? A caption or a mark beside them does not count."""
    if "](" not in line and "://" not in line:
        return False
    rest = _BLOCK_MARK.sub("", _BARE_LINK.sub("", _LINK.sub("", _IMAGE.sub("", line))))
    return _LINK.search(_IMAGE.sub("", line)) is not None and not any(map(str.isalnum, rest))


def _without_links(line: str) -> str:
    return _LINK.sub(r"\1", _IMAGE.sub("", line))

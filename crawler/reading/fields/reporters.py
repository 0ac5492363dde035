"""Who wrote a Chinese article, as its text says: 作者：…, 新华社记者 …, （李楠）."""

import re
from itertools import pairwise

from crawler.reading.fields.people import is_chinese_name
from crawler.reading.fields.title import headline, title
from crawler.reading.fields.walk import after
from crawler.reading.page import Page

_MOST = 2_500  # elements after the headline that are looked at
_NEAR = 40  # texts after the headline among which a paper or an account is named
_LONGEST_LINE, _LONGEST_LABEL, _LONGEST_ACCOUNT = 60, 8, 16
_OPENING_CHARACTERS, _CLOSING_CHARACTERS = 90, 40
_MOST_NAMES = 6
_LABELS = "作者|记者|記者|通讯员|撰文|撰稿|执笔|采写|文字|文/图"
_NAMES = r"((?:[一-鿿]{2,4}[\s、，,&/／和与]{0,3}){1,4}?)"
# A line that says nothing else: 作者：李在山, 澎湃新闻记者 贺梨萍.
_LINE = re.compile(
    rf"^\W{{0,4}}[^\s：:]{{0,14}}?(?:{_LABELS}|文(?=[\s:：/／|｜]))([\s:：/／|｜]{{0,4}})([^\d：:。！？]{{1,40}}?)\W{{0,4}}$"
)
# The opening of a report: 新华社巴黎12月9日电（记者唐霁）, and its end: （文/图 刘玺东 易赛楠）.
_OPENING = re.compile(
    rf"^.{{0,30}}?[（(【].{{0,16}}?(?:{_LABELS})[\s:：/]{{0,3}}{_NAMES}(?:[）)】]|\s?(?:摄影|整合|报道|编辑|通讯员))"
)
_CLOSING = re.compile(rf"[（(](?:文/图|文|作者|.{{0,8}}?记者)?[\s:：/]{{0,3}}{_NAMES}[)）]\W{{0,4}}$")
_LABEL = re.compile(rf"^\W{{0,4}}(?:{_LABELS}|文)\W{{0,4}}$")
_OF_PAPER = re.compile(r"^([一-鿿]{2,4})[/／][一-鿿]{3,12}$")  # 石佳/中国青年报
_DATE = re.compile(r"^\W{0,3}(?:发布时间\W{0,3})?(?:20\d\d\s?[-/.年]|\d\d-\d\d)")
_NO_ACCOUNT = re.compile(r"[\d:：]|来源")
_BETWEEN = re.compile(r"[\s、，,&/／]+|(?<=[一-鿿]{2})[和与](?=[一-鿿]{2})")


def is_chinese(page: Page) -> bool:
    """Is the page's title Chinese?"""
    text = title(page).value or ""
    return sum("一" <= one <= "鿿" for one in text) > 3 and not any("ぁ" <= one <= "ヿ" for one in text)


def reporters(page: Page) -> list[str]:
    """The names that the text gives for its authors, where it gives them most plainly."""
    found = [
        one for place, text in enumerate(texts_after_headline(page)) if (one := _named(page, place, text))
    ]
    surest = min((sureness for sureness, _ in found), default=0)
    names = [name for sureness, text in found if sureness == surest for name in _BETWEEN.split(text)]
    return [name for name in names if name][:_MOST_NAMES]


def account(page: Page) -> list[str]:
    """The name beside the date below the headline: the account that posted the article."""
    for one, following in pairwise(texts_after_headline(page)[:_NEAR]):
        if _DATE.search(following) and len(one) <= _LONGEST_ACCOUNT and not _NO_ACCOUNT.search(one):
            return [one]
    return []


def _named(page: Page, place: int, text: str) -> tuple[int, str] | None:
    """The names in a text, and how sure they are: 0 is surest."""
    short = len(text) <= _LONGEST_LINE
    if len(text) <= _LONGEST_LABEL and _LABEL.search(text):
        following = "".join(texts_after_headline(page)[place + 1 : place + 2])
        return (0, following) if len(following) <= _LONGEST_ACCOUNT else None
    if short and (match := _LINE.search(text)) and (match[1] or _are_names(match[2])):
        return 1, match[2]
    if short and place < _NEAR and (match := _OF_PAPER.search(text)) and is_chinese_name(match[1]):
        return 1, match[1]
    for sureness, pattern, part in (
        (2, _OPENING, text[:_OPENING_CHARACTERS]),
        (3, _CLOSING, text[-_CLOSING_CHARACTERS:]),
    ):
        if (match := pattern.search(part)) and _are_names(match[1]):
            return sureness, match[1]
    return None


def _are_names(text: str) -> bool:
    return all(is_chinese_name(one) for one in _BETWEEN.split(text.strip()) if one)


def texts_after_headline(page: Page) -> list[str]:
    """The texts that follow the headline, each on one line."""
    return page.once("texts after the headline", lambda: _all_texts(page))


def _all_texts(page: Page) -> list[str]:
    heading = headline(page)
    start = page.root if heading is None else heading.node
    return [line for _, text in after(start, _MOST) if (line := " ".join(text.split()))]

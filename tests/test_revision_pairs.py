"""Pairs of texts as two pages have them, Chinese and English: what each change is called, and what is none."""

import pytest

from archive.versions.revisions import Text, classify, is_worse

ZH = [
    "欧洲航天局周四宣布，其新一代气象卫星已经进入预定轨道，将从明年春天开始向成员国提供数据。",
    "项目负责人安娜·科尔表示，卫星上的红外探测仪能够每隔三十分钟扫描一次整个半球，精度是前代产品的四倍。",
    "该项目耗资约42亿欧元，共有17个国家的260多家企业参与，历时整整十二年。",
    "不过，也有专家指出，地面站的建设进度明显落后，南部的两座接收站要到2028年才能投入使用。",
    "“数据再好，没有人接收也是白费。”里斯本大学气象学教授若昂·席尔瓦说。",
    "欧洲航天局没有回应有关预算超支的提问，只是强调所有合同均按照公开程序签订。",
]
EN = [
    "The port of Rotterdam will switch its entire fleet of pilot boats to hydrogen by the end of 2031, its operator said on Thursday.",
    "The first of the new vessels, built by a yard in Gdansk, is due to enter service next spring and can run for 14 hours without refuelling.",
    "Critics say the plan ignores the lack of green hydrogen: at present only 3 percent of what the port consumes is made without fossil gas.",
    '"We would rather be early than perfect," said Els van Dam, who leads the programme. She expects costs to fall by a third within five years.',
    "The union that represents the pilots has asked for a longer trial. It fears that refuelling takes too much time in heavy weather.",
    "A decision on the southern terminal has been postponed until the regulator has published its safety review.",
]
TITLES = ("欧洲新一代气象卫星进入轨道", "Rotterdam to run its pilot boats on hydrogen")
T, TE = TITLES

Paragraphs = list[str]


def rep(paragraphs: Paragraphs, *pairs: tuple[str, str]) -> Paragraphs:
    """The paragraphs with words in the place of others."""
    for old, new in pairs:
        assert any(old in one for one in paragraphs), old
        paragraphs = [one.replace(old, new) for one in paragraphs]
    return paragraphs


PAIRS: list[tuple[str, Text, Text, str]] = []


def z(name: str, after: Paragraphs, kinds: str, **changes: str | Paragraphs) -> None:
    _pair(name, T, ZH, after, kinds, changes)


def e(name: str, after: Paragraphs, kinds: str, **changes: str | Paragraphs) -> None:
    _pair(name, TE, EN, after, kinds, changes)


def _pair(
    name: str,
    title: str,
    own: Paragraphs,
    after: Paragraphs,
    kinds: str,
    changes: dict[str, str | Paragraphs],
) -> None:
    before = changes.get("before", own)
    old = Text(str(changes.get("t0", title)), "\n\n".join(before))
    PAIRS.append((name, old, Text(str(changes.get("t", title)), "\n\n".join(after)), kinds))


# typo
z("zh typo one char", rep(ZH, ("预定轨道", "予定轨道")), "typo")
z("zh de", rep(ZH, ("建设进度明显落后", "建设的进度明显落后")), "typo")
z("zh wrong char", rep(ZH, ("精度是前代产品的四倍", "精度是前代产品得四倍")), "typo")
z("zh doubled", rep(ZH, ("也有专家指出", "也有有专家指出")), "typo")
z("zh name spelled", rep(ZH, ("若昂·席尔瓦", "若奥·席尔瓦")), "typo")
z("zh two typos", rep(ZH, ("红外探测仪", "红外探侧仪"), ("签订", "签定")), "typo")
e("en typo", rep(EN, ("service next spring", "sevice next spring")), "typo")
e("en typo2", rep(EN, ("has been postponed", "has been postponned"), ("programme", "programe")), "typo")
e("en missing word", rep(EN, ("by the end of 2031", "by end of 2031")), "typo")
e("en a->an", rep(EN, ("built by a yard", "built by an yard")), "typo")
e("en spelling us", rep(EN, ("programme", "program")), "typo")
e("en its it's", rep(EN, ("its operator", "it's operator")), "typo")
# numbers
z("zh number", rep(ZH, ("42亿", "47亿")), "numbers")
z("zh number cn", rep(ZH, ("四倍", "五倍")), "numbers")
z("zh two numbers", rep(ZH, ("17个国家", "19个国家"), ("2028年", "2029年")), "numbers")
z("zh cn numeral", rep(ZH, ("每隔三十分钟", "每隔十五分钟")), "numbers")
z("zh unit", rep(ZH, ("42亿欧元", "4.2亿欧元")), "numbers")
z("zh numeral style", rep(ZH, ("三十分钟", "30分钟")), "typo")
e("en number", rep(EN, ("14 hours", "11 hours")), "numbers")
e("en percent", rep(EN, ("3 percent", "3.5 percent")), "numbers")
e("en year", rep(EN, ("2031", "2033")), "numbers")
e("en word number", rep(EN, ("within five years", "within eight years")), "numbers")
e("en thousands", rep(EN, ("14 hours", "1,400 hours")), "numbers")
e("en % style", rep(EN, ("3 percent", "3%")), "")
e("en number+typo", rep(EN, ("14 hours", "16 hours"), ("postponed", "posponed")), "typo numbers")
# headline
z("zh headline", ZH, "headline", t="耗资42亿欧元，欧洲新气象卫星升空")
e("en headline", EN, "headline", t="Dutch port bets on hydrogen boats")
z("zh headline suffix", ZH, "", t=T + " | 科技日报")
e("en headline suffix", EN, "", t=TE + " | The Wharf")
e("en headline dash suffix", EN, "", t=TE + " - The Wharf")
z("zh headline width", ZH, "", t=T.replace("，", ","))
e("en headline in capitals", EN, "headline", t=TE.upper())
e(
    "en headline quote marks",
    EN,
    "",
    t="Rotterdam to run its ‘pilot boats’ on hydrogen",
    t0="Rotterdam to run its 'pilot boats' on hydrogen",
)
e("headline+number", rep(EN, ("14 hours", "15 hours")), "numbers headline", t="Rotterdam boats go hydrogen")
# added
z("zh added para end", [*ZH, "更新：欧洲航天局周五晚间发表声明，称南部接收站将提前一年完工。"], "added")
z("zh added sentence", rep(ZH, ("历时整整十二年。", "历时整整十二年。最初的预算只有29亿欧元。")), "added")
z("zh added middle", [*ZH[:2], "这颗卫星重达三点六吨，由法国图卢兹的工厂组装完成。", *ZH[2:]], "added")
z(
    "zh added clause",
    rep(ZH, ("没有回应有关预算超支的提问", "没有回应有关预算超支以及高管离职传闻的多次提问")),
    "added",
)
e(
    "en added para",
    [*EN, "Update, 6 p.m.: The port has since said that the trial will be extended by six months."],
    "added",
)
e(
    "en added sentence",
    rep(EN, ("five years.", "five years. Subsidies from Brussels cover about a quarter of the price.")),
    "added",
)
e(
    "en correction note",
    ["Correction: an earlier version of this article misstated the name of the yard.", *EN],
    "added",
)
e("en added word not", rep(EN, ("will switch", "will not switch")), "rewritten")
e("en adj", rep(EN, ("a longer trial", "a much longer trial")), "added")
# removed
z("zh removed para", ZH[:4] + ZH[5:], "removed")
z("zh removed last", ZH[:5], "removed")
z("zh removed sent", rep(ZH, ("，共有17个国家的260多家企业参与", "")), "removed")
e("en removed para", EN[:3] + EN[4:], "removed")
e("en removed sentence", rep(EN, (" She expects costs to fall by a third within five years.", "")), "removed")
# rewritten
z(
    "zh sentence rewritten",
    rep(ZH, (ZH[3], "然而业内人士普遍担忧，配套设施迟迟没有建好，葡萄牙与希腊的基地恐怕还得再等好几年。")),
    "rewritten",
)
z("zh negated", rep(ZH, ("没有回应", "已经回应")), "rewritten")
e(
    "en sentence rewritten",
    rep(
        EN,
        (
            EN[4],
            "Skippers are less enthusiastic; many would like to see how the boats behave in a winter storm before they agree.",
        ),
    ),
    "rewritten",
)
e("en moved", [EN[0], EN[2], EN[1], *EN[3:]], "rewritten")
z("zh word swapped", rep(ZH, ("明显落后", "基本正常")), "rewritten")
# cosmetic
z("zh width", [p.replace("，", ",").replace("。", ".") for p in ZH], "")
z("zh quotes", rep(ZH, ("“", "「"), ("”", "」")), "")
z("zh spaces", [p.replace("42", "42 ").replace("17个", " 17 个") for p in ZH], "")
z("zh paragraphs joined", [ZH[0] + ZH[1], *ZH[2:]], "")
z("zh bold", ["**" + ZH[0] + "**", *ZH[1:]], "")
z("zh link", rep(ZH, ("里斯本大学", "[里斯本大学](https://x.example/a?b=1)")), "")
z("zh counter", [*ZH, "阅读 12,345 · 评论 67"], "", before=[*ZH, "阅读 9,811 · 评论 51"])
z("zh counter came", [*ZH, "阅读 12,345"], "")
z("zh relative", ["3小时前", *ZH], "", before=["25分钟前", *ZH])
z("zh relative to abs", ["2026-11-24 18:00", *ZH], "", before=["刚刚", *ZH])
z("zh ad", [*ZH, "广告"], "")
z("zh ad long", [*ZH, "【广告】限时优惠，扫码下载客户端立减50元"], "")
z(
    "zh related",
    [*ZH, "相关阅读：", "- [月球基地的第一座温室](https://x/1)", "- [火星车失联七天](https://x/2)"],
    "",
    before=[*ZH, "相关阅读：", "- [海底光缆中断](https://x/3)"],
)
z("zh copyright", [*ZH, "责任编辑：李明"], "", before=[*ZH, "责任编辑：王芳"])
z(
    "zh image",
    [ZH[0], "![图](https://cdn.example/a.jpg?x=1)", *ZH[1:]],
    "",
    before=[ZH[0], "![图](https://cdn2.example/b.jpg)", *ZH[1:]],
)
e("en curly", [p.replace('"', "”").replace("'", "’") for p in EN], "")
e("en list md", ["- " + EN[0], *EN[1:]], "")
e("en nbsp", [p.replace(" ", "\u00a0", 3) for p in EN], "")
e("en dashes", rep(EN, ("hydrogen: at", "hydrogen — at")), "typo")
e("en comments", [*EN, "128 comments", "5 min read"], "", before=[*EN, "97 comments", "5 min read"])
e("en ago", ["Posted 3 hours ago", *EN], "", before=["Posted 20 minutes ago", *EN])
e("en ad", [*EN[:2], "Advertisement", *EN[2:]], "")
e("en newsletter", [*EN, "Sign up for our newsletter to get the best stories every morning."], "")
e("en share", [*EN, "Share this article on X, Facebook or LinkedIn"], "")
e(
    "en updated stamp",
    ["Last updated: 24 November 2026, 18:03", *EN],
    "",
    before=["Last updated: 24 November 2026, 15:40", *EN],
)
e(
    "en related",
    [*EN, "Read more: [A harbour without smoke](https://x/1)"],
    "",
    before=[*EN, "Read more: [Why ferries hum](https://x/2)"],
)
e("en heading level", ["## Background", *EN], "", before=["### Background", *EN])
e("en emphasised split", [EN[0].replace(". ", ".\n"), *EN[1:]], "")


@pytest.mark.parametrize(
    ("before", "after", "kinds"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS]
)
def test_what_changed_is_called_by_its_name(before: Text, after: Text, kinds: str) -> None:
    assert str(classify(before, after)) == kinds
    assert not is_worse(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [pair[1:3] for pair in PAIRS if not pair[3]],
    ids=[pair[0] for pair in PAIRS if not pair[3]],
)
def test_what_is_no_change_is_none_the_other_way_round(before: Text, after: Text) -> None:
    assert classify(after, before).is_cosmetic

"""What a publisher changed between two texts of one article, by pairs; and what is no change."""

import time
from collections.abc import Callable

import pytest

from archive.versions.revisions import Text, classify, is_worse

ZH = (
    "星环科技周三在杭州发布了新一代推理芯片，官方称其功耗比上一代降低了30%。",
    "公司创始人林远在发布会上说：“我们花了四年时间，只为做好一件事。”",
    "据介绍，这款芯片采用5纳米工艺，单价为1.2万元，首批客户包括三家云服务商。",
    "分析人士认为，国内推理芯片的竞争将在明年进一步加剧，价格也会随之下降。",
    "截至发稿，星环科技尚未公布量产的具体时间，也没有回应关于融资的传闻。",
)
EN = (
    "Northwind Robotics said on Tuesday that its warehouse robots will ship to 14 countries next year.",
    "The company, which was founded in 2019, has raised $85 million from investors in Europe and Asia.",
    'Chief executive Mara Lindt told reporters: "We are not in a hurry, but our customers certainly are."',
    "Analysts doubt that the supply of batteries will keep pace with the orders that have been announced.",
    "A spokesperson declined to comment on reports of a second factory near the harbour of Antwerp.",
)
DE = (
    "Der Netzbetreiber Nordlicht hat am Montag ein neues Tarifmodell für Glasfaseranschlüsse vorgestellt.",
    "Kunden zahlen demnach 39,90 Euro im Monat und können den Vertrag jederzeit kündigen.",
    "Verbraucherschützer begrüßen das Angebot, warnen aber vor versteckten Kosten bei der Installation.",
    "Das Unternehmen will bis Ende 2027 rund 400.000 Haushalte in ländlichen Regionen anschließen.",
)

Edit = Callable[[list[str]], list[str]]


def text(paragraphs: tuple[str, ...] | list[str], title: str = "标题：新芯片 launch") -> Text:
    return Text(title, "\n\n".join(paragraphs))


def swap(old: str, new: str) -> Edit:
    def edit(paragraphs: list[str]) -> list[str]:
        assert any(old in one for one in paragraphs), old
        return [one.replace(old, new) for one in paragraphs]

    return edit


def plus(*more: str, at: int | None = None) -> Edit:
    return lambda paragraphs: [*paragraphs[:at], *more, *(paragraphs[at:] if at is not None else [])]


def minus(number: int) -> Edit:
    return lambda paragraphs: [one for place, one in enumerate(paragraphs) if place != number]


def tail(*more: str) -> tuple[Edit, Edit]:
    """Two edits: the same further paragraphs, in this order and turned round."""
    return plus(*more), plus(*reversed(more))


NONE = ""
PAIRS: list[tuple[str, tuple[str, ...], Edit, str]] = [
    # --- typo ---
    ("zh: one wrong character", ZH, swap("采用5纳米", "采由5纳米"), "typo"),
    ("zh: two characters swapped", ZH, swap("首批客户", "首批户客"), "typo"),
    ("zh: a missing character", ZH, swap("我们花了四年时间", "我们花四年时间"), "typo"),
    ("zh: a doubled mark", ZH, swap("也没有回应", "，也没有回应"), "typo"),
    ("en: a misspelt word", EN, swap("warehouse", "warehosue"), "typo"),
    ("en: a word twice", EN, swap("that the supply", "that the the supply"), "typo"),
    ("en: a name's case", EN, swap("Northwind Robotics", "NorthWind Robotics"), "typo"),
    ("en: one word for two", EN, swap("spokesperson", "spokes person"), "typo"),
    ("en: a comma", EN, swap("in a hurry, but", "in a hurry but"), "typo"),
    ("de: umlaut", DE, swap("begrüßen", "begrüssen"), "typo"),
    ("de: a letter too few", DE, swap("versteckten", "verstekten"), "typo"),
    # --- numbers ---
    ("zh: percent", ZH, swap("30%", "35%"), "numbers"),
    ("zh: a decimal point", ZH, swap("1.2万元", "12万元"), "numbers"),
    ("zh: numerals", ZH, swap("三家云服务商", "五家云服务商"), "numbers"),
    ("en: an amount", EN, swap("$85 million", "$85 billion"), "numbers"),
    ("en: two figures", EN, lambda p: swap("2019", "2018")(swap("14 countries", "12 countries")(p)), "numbers"),
    ("en: a weekday", EN, swap("on Tuesday", "on Wednesday"), "numbers"),
    ("de: a price", DE, swap("39,90", "34,90"), "numbers"),
    ("de: thousands", DE, swap("400.000", "450.000"), "numbers"),
    # --- added ---
    ("zh: a paragraph at the end", ZH, plus("更新：星环科技随后确认，量产将于明年第二季度开始。"), "added"),
    ("en: a paragraph between", EN, plus("The robots are assembled in a former shipyard in Gdansk.", at=2), "added"),
    ("en: a sentence in a paragraph", EN, swap("next year.", "next year. Prices start at the level of a small car."), "added"),
    ("en: a clause", EN, swap("near the harbour of Antwerp", "near the harbour of Antwerp, which local papers had described in detail"), "added"),
    ("de: a correction's note", DE, plus("Korrektur: In einer früheren Fassung fehlte der Hinweis auf die Installation."), "added"),
    # --- removed ---
    ("zh: a paragraph", ZH, minus(3), "removed"),
    ("en: the first paragraph", EN, minus(0), "removed"),
    ("de: a sentence", DE, swap("Kunden zahlen demnach 39,90 Euro im Monat und können den Vertrag jederzeit kündigen.", ""), "removed"),
    ("en: a clause", EN, swap(", which was founded in 2019,", ""), "removed"),
    # --- rewritten ---
    ("zh: the opposite", ZH, swap("价格也会随之下降", "价格也会随之上涨"), "rewritten"),
    ("zh: denied", ZH, swap("将在明年进一步加剧", "不会在明年进一步加剧"), "rewritten"),
    ("en: denied", EN, swap("will ship", "will not ship"), "rewritten"),
    ("en: another word", EN, swap("Analysts doubt", "Officials believe"), "rewritten"),
    ("en: the opposite of a like word", EN, swap("Analysts doubt", "Analysts doubt the increase and"), "added"),
    ("en: a sentence reworded", EN, swap(EN[3], "Whether enough cells can be had for all of these machines is an open question, experts warn."), "rewritten"),
    ("de: a sentence reworded", DE, swap(DE[2], "Lob kommt von der Verbraucherzentrale, die zugleich auf mögliche Zusatzgebühren hinweist."), "rewritten"),
    ("zh: all of it", ZH, lambda _p: ["一家新公司今天宣布破产。", "它的三百名员工将在月底前离开，办公楼已经出售给邻近的一所大学，设备随后拍卖。"], "rewritten"),
    ("en: paragraphs in another order", EN, lambda p: [p[0], p[2], p[3], p[1], p[4]], "rewritten"),
    # --- several ---
    ("en: a figure and a paragraph", EN, lambda p: plus("The robots weigh less than their drivers.")(swap("14 countries", "15 countries")(p)), "numbers added"),
    ("zh: a slip mended and a paragraph gone", ZH, lambda p: minus(4)(swap("杭州", "航州")(p)), "typo removed"),
    ("en: a figure among other words", EN, swap("ship to 14 countries", "reach 20 countries"), "numbers rewritten"),
    ("zh: a word in each sentence and one more", ZH, lambda p: plus("后来又补充了一句话。")([one.replace("芯片", "产品") for one in p]), "added rewritten"),
    ("zh: one sentence of two", ZH, lambda p: [one.replace("，官方", "。官方") for one in p], "typo"),
    # --- nothing: around the text ---
    ("zh: a counter", (*ZH, "阅读 1234"), swap("阅读 1234", "阅读 5678"), NONE),
    ("zh: several counters", (*ZH, "评论 12 · 收藏 3 · 点赞 45"), swap("评论 12 · 收藏 3 · 点赞 45", "评论 120 · 收藏 31 · 点赞 1.2万"), NONE),
    ("en: comments", (*EN, "12 comments"), swap("12 comments", "1,043 comments"), NONE),
    ("de: Kommentare", (*DE, "Kommentare (7)"), swap("(7)", "(81)"), NONE),
    ("de: Lesezeit", (*DE, "Lesezeit: 3 Min."), swap("3 Min.", "4 Min."), NONE),
    ("en: listen", ("Listen to this article (5 min)", *EN), swap("(5 min)", "(6 min)"), NONE),
    ("zh: a relative time", ("小明 · 3小时前", *ZH), swap("3小时前", "2天前"), NONE),
    ("zh: a relative time in a sentence", ("3小时前，星环科技发布了新一代推理芯片，这是该公司今年的第二款产品，引起了业内的广泛关注。", *ZH), swap("3小时前", "5小时前"), NONE),
    ("en: published so long ago", ("Published 3 hours ago", *EN), swap("3 hours ago", "1 day ago"), NONE),
    ("en: updated at", ("Last updated on 2026-11-20 10:00", *EN), swap("10:00", "11:30"), NONE),
    ("de: vor Stunden", ("Stand: vor 2 Stunden", *DE), swap("vor 2 Stunden", "vor 3 Stunden"), NONE),
    ("zh: a relative time becomes a date", ("发布于3小时前", *ZH), swap("发布于3小时前", "发布于 2026-11-20 10:00"), NONE),
    ("en: an advertisement comes", EN, plus("Advertisement", at=2), NONE),
    ("en: another offer", (*EN, "Get 20% off a year of backups — buy now"), swap("20%", "35%"), NONE),
    ("zh: an advertisement", (*ZH, "广告：双十一限时优惠，立即购买"), swap("双十一", "年终"), NONE),
    ("zh: follow us", ZH, plus("扫码关注星环观察公众号，获取更多资讯"), NONE),
    ("de: Anzeige", DE, plus("Anzeige", at=1), NONE),
    ("de: newsletter", DE, plus("Jetzt unseren Newsletter abonnieren!"), NONE),
    ("en: related links reordered", (*EN, "Related stories", "[One](https://a.example/1)", "[Two](https://a.example/2)"), lambda p: [*p[:-2], p[-1], p[-2]], NONE),
    ("zh: related titles, plain, in another order", (*ZH, "芯片大战再起", "云厂商的算盘", "林远其人"), lambda p: [*p[:-3], p[-1], p[-3], p[-2]], NONE),
    ("zh: other related links", (*ZH, "相关阅读", "- [芯片大战再起](https://a.example/1)"), swap("芯片大战再起", "云厂商的算盘"), NONE),
    ("en: read more", EN, plus("Read more: Why robots need shorter arms", at=3), NONE),
    # --- nothing: how it is written ---
    ("zh: widths", ZH, lambda p: [one.replace("，", ",").replace("。", ".").replace("：", ":") for one in p], NONE),
    ("zh: full-width figures", ZH, swap("30%", "３０％"), NONE),
    ("zh: space between scripts", ZH, swap("采用5纳米", "采用 5 纳米"), NONE),
    ("en: quotation marks", EN, swap('"We are', "“We are"), NONE),
    ("en: dashes", (*EN, "Prices - and patience - are finite."), swap(" - ", " — "), NONE),
    ("en: bold", EN, swap("Northwind Robotics", "**Northwind Robotics**"), NONE),
    ("en: a link's target", ("See [the filing](https://a.example/x?utm=1) of the company.", *EN), swap("x?utm=1", "y"), NONE),
    ("en: a link on a word", EN, swap("investors", "[investors](https://a.example/i)"), NONE),
    ("en: a picture's address", ("![robots](https://cdn.example/a.jpg?w=600)", *EN), swap("a.jpg?w=600", "b.webp?w=1200"), NONE),
    ("en: a picture comes", EN, plus("![](https://cdn.example/c.jpg)", at=1), NONE),
    ("en: white space", EN, swap("on Tuesday", "on  Tuesday\u00a0"), NONE),
    ("zh: paragraphs split", ZH, lambda p: [half for one in p for half in one.replace("，", "，\n\n", 1).split("\n\n")], NONE),
    ("en: paragraphs joined", EN, lambda p: [" ".join(p[:2]), *p[2:]], NONE),
    ("en: a heading's mark", ("## What comes next", *EN), swap("## What", "### What"), NONE),
    ("en: a list", ("- first point of many", "- second point of many", *EN), swap("- ", "* "), NONE),
    ("en: thousands", (*EN, "It has 1,200 employees in all."), swap("1,200", "1200"), NONE),
    ("zh: invisible characters", ZH, swap("星环科技周三", "星环\u200b科技周三"), NONE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "edit", "kinds"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS]
)
def test_what_changed(base: tuple[str, ...], edit: Edit, kinds: str) -> None:
    assert str(classify(text(base), text(edit(list(base))))) == kinds


@pytest.mark.parametrize(
    ("base", "edit", "kinds"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS]
)
def test_the_way_back_is_the_opposite(base: tuple[str, ...], edit: Edit, kinds: str) -> None:
    opposite = kinds.replace("added", "+").replace("removed", "added").replace("+", "removed")
    back = str(classify(text(edit(list(base))), text(base)))
    assert set(back.split()) == set(opposite.split())


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("星环发布新芯片", "星环发布第二代芯片", "headline"),
        ("Robots ship to 14 countries", "Robots ship to 12 countries", "headline"),
        ("Northwind robots", "NORTHWIND robots", "headline"),
        ("星环发布新芯片", "星环发布新芯片_虎嗅网", ""),
        ("Robots for “all”", 'Robots for "all"', ""),
        ("星环：新芯片！", "星环:新芯片!", ""),
        ("Robots for all", "Robots for all | Example News", ""),
    ],
)
def test_headlines(before: str, after: str, kinds: str) -> None:
    assert str(classify(text(EN, before), text(EN, after))) == kinds


def test_a_headline_changes_beside_the_text() -> None:
    change = classify(text(ZH, "旧题"), text(swap("30%", "35%")(list(ZH)), "新的题目"))
    assert str(change) == "numbers headline"


@pytest.mark.parametrize(
    "counted",
    [
        "The regulator received 12 comments from the industry.",
        "Tesla sold 12 shares to its former chairman and to the fund that he had founded in spring.",
    ],
)
def test_a_count_in_a_sentence_is_a_number(counted: str) -> None:
    assert str(classify(text((*EN, counted)), text((*EN, counted.replace("12", "13"))))) == "numbers"


def test_an_article_that_is_a_list_of_links_is_its_links() -> None:
    links = [
        f"- [{title}](https://a.example/{n})" for n, title in enumerate(("Robots arrive", "Chips cheaper"))
    ]
    changed = links[1].replace("Chips cheaper", "Banks close early")
    assert not classify(text(links), text([links[0], changed])).is_cosmetic


# --- worse ---


@pytest.mark.parametrize(
    "after",
    [
        ZH[0],
        ZH[0][:20] + "……",
        "登录后阅读全文",
        "该内容已被作者删除",
        "",
        ZH[0] + "\n\n订阅后阅读全文",
    ],
)
def test_what_is_left_of_a_text_behind_a_wall_is_worse(after: str) -> None:
    assert is_worse(text(ZH * 3), Text("标题", after))


def test_half_a_text_before_a_wall_is_worse() -> None:
    assert is_worse(text(EN), text((*EN[:3], "Subscribe to continue reading this article.")))


@pytest.mark.parametrize(
    "after",
    [ZH[:3], ZH[2:], tuple(swap("30%", "35%")(list(ZH))), (*ZH, "更多内容稍后公布，欢迎关注。")],
)
def test_a_text_that_was_merely_edited_is_not_worse(after: tuple[str, ...]) -> None:
    assert not is_worse(text(ZH), text(after))


# --- bounds ---


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n\n".join(f"第{n}段的内容，讲的是编号{n}的事情。" for n in range(20_000)), "\n\n".join(f"另{n}篇，说的是{n}号东西。" for n in range(20_000))),
        ("a b " * 100_000, "b a " * 100_000),
        ("字" * 300_000, "词" * 300_000),
        ("1" * 300_000, "2" * 300_000),
        ("\n".join(["1" * 4_990] * 100), "\n".join(["2" * 4_990] * 100)),
        ("same line\n\n" * 20_000, "other line\n\n" * 20_000),
        ("x. " * 100_000, "y. x. " * 50_000),
        ("[](" * 100_000, "[" * 300_000),
        ("- " * 100_000, "> # " * 100_000),
    ],
    ids=["all new", "words", "characters", "digits", "lines of digits", "one line", "sentences", "links", "marks"],
)  # fmt: skip
def test_a_comparison_takes_no_longer_than_it_may(before: str, after: str) -> None:
    began = time.process_time()
    classify(Text("a", before), Text("a", after))
    assert time.process_time() - began < 8.0


def test_one_change_in_a_long_text_is_found() -> None:
    long = [f"第{n}段的内容，讲的是编号为{n}的那件事情，以及它的前因后果。" for n in range(4_000)]
    changed = [*long[:1_000], *swap("前因后果", "来龙去脉")(long[1_000:1_001]), *long[1_001:]]
    assert str(classify(text(long), text(changed))) == "rewritten"

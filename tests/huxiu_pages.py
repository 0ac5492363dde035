"""Builders of pages in huxiu's mark-up of five eras, for tests of the reader: short, with every trap."""

import json
from datetime import UTC, datetime
from typing import Any

from archive import Article
from crawler.reading import Fetched, Refusal, read
from crawler.source import Source, load_sources

FETCHED_AT = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
TITLE = "一把尺子的下半场：它量过的和没量过的"
AUTHOR = "温如许"
FIRST = "尺子厂的老厂长说，他这一辈子量过三万多件东西，唯独没有量过自己的耐心，因为那一把尺子不够长。"
SECOND = "2.业务怎么走：百分之10%的订单来自C#程序员，剩下的来自裁缝，两边从来没有见过面，也没有打算见面。"
LAST = "最后他把尺子挂回墙上，墙是歪的，尺子是直的，客人看了都说是尺子挂歪了，他也不解释，只是笑了一笑。"
LICENCE = "本文由温如许授权虎嗅网发表，并经虎嗅网编辑。转载此文章须经作者同意。"
# Whatever of this shows up in an article has leaked.
NOISE = (
    "评论人甲",
    "推荐作者乙",
    "相关文章丙",
    "热门文章丁",
    "扫码",
    "虎嗅App",
    "编辑戊",
    "摘要己",
    "猜你想问庚",
)


def fetched(html: str | bytes, url: str, **changes: Any) -> Fetched:
    body = html if isinstance(html, bytes) else html.encode()
    values: dict[str, Any] = {
        "status": 200,
        "content_type": "text/html; charset=utf-8",
        "fetched_at": FETCHED_AT,
    }
    return Fetched(url=url, body=body, **(values | changes))


def document(body: str, title: str, head: str = "") -> str:
    links = "".join(f'<li><a href="/channel/{number}.html">频道{number}</a></li>' for number in range(20))
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><header><ul>{links}</ul></header>{body}<footer><ul>{links}</ul>Copyright 2012-2026</footer></body></html>"
    )


def era_a(**changes: str) -> str:
    parts = {
        "title": f'<h1 class="ph xs5">{TITLE}  </h1>',
        "time": '<span class="author-name">2013-4-2 6:05</span>',
        "author": f'<div class="box-style one-author"><h2>作者：<span class="author"><a href="space/uid/1">{AUTHOR}</a></span></h2>'
        '<div class="author-article"><h3>作者其他文章</h3><ul><li><a href="article/11016/1.html">相关文章丙</a></li></ul></div>'
        '<div class="other-author"><a href="space/uid/2">推荐作者乙</a></div></div>',
        "lead": '<span class="span-img"><img src="data/attachment/lead.jpg" alt=""></span>',
        "text": f"{FIRST}<div><br></div><div></div><div><div>{SECOND}</div></div><div><br></div>"
        f'<div><span style="line-height:1.8">{LAST}</span></div>',
        "licence": '<div style="font-size:12px;text-indent:0"><br><br>本文由<a href="space/uid/1">温如许</a>授权'
        '<a href="/">虎嗅网</a>发表，并经虎嗅网编辑。转载此文章须经作者同意。</div>',
        "head": '<base href="http://www.huxiu.com/"><meta name="author" content="Discuz! Team and Comsenz UI Team">',
        "pages": "",
    } | changes
    return document(
        '<div class="w-920 blog-idx"><div class="w-long z"><div class="neirong"><div class="h view-h">'
        f'{parts["title"]}<div class="other"><div class="z">{parts["time"]}'
        '<span class="author-name"><a href="#c">评论(<span class="rep-num">12</span>)</a></span>'
        '<span class="new-tag"><a href="/tags/329">尺子</a><a href="/tags/330">工厂</a></span></div></div></div>'
        f'<div class="d"><table class="vwtb"><tr><td id="article_content">{parts["lead"]}{parts["text"]}{parts["licence"]}'
        f'</td></tr></table></div>{parts["pages"]}<div class="neir_weixin">扫码</div>'
        '<div class="neirong-pl"><div id="comment"><dl><dt><a href="space/uid/9">评论人甲</a> 2013-5-1 10:00</dt></dl></div></div>'
        f'</div></div><div class="w-short2 y">{parts["author"]}</div></div>',
        f"{TITLE}-观点-@虎嗅网",
        parts["head"],
    )


def era_b(**changes: str) -> str:
    parts = {
        "title": f"<h1>{TITLE}</h1>",
        "author": f'<span class="recommenders"><a class="hx-card" href="/member/1.html">{AUTHOR}</a></span>',
        "time": '<time id="pubtime_baidu">2014-05-12 10:59</time>',
        "lead": '<span class="span-img"><img src="//img.huxiu.com/lead.jpg?imageView2/1/w/800"></span>',
        "text": f"<p>{FIRST}</p><div><p>{SECOND}</p></div><p>{LAST}</p>",
        "licence": '<div class="neirong-shouquan"><span>文章为作者独立观点，不代表虎嗅网立场</span><br>'
        f"<span>{LICENCE}</span></div>",
        "pages": "",
        "wrap": '<div id="neirong_box" class="neirong-box"><table><tbody><tr><td>|</td></tr></tbody></table></div>',
    } | changes
    opening, _, closing = parts["wrap"].partition("|")
    return document(
        '<div class="center-ctr-wrap" aid="33546"><div class="center-ctr-box"><div class="clearfix neirong">'
        f'{parts["title"]}<div class="subtitle-h1"></div><div class="neirong-other">{parts["author"]}{parts["time"]}'
        '<a class="pinglun-num"><em class="pl-num">12</em></a><span class="tags-box"><a href="/tags/1">尺子</a></span></div>'
        f"{opening}{parts['lead']}{parts['text']}{parts['licence']}{closing}"
        f'<div class="clearfix pages"><div class="pull-right pgs">{parts["pages"]}</div></div>'
        '<div class="neirong-btm"><div class="hx-erweima">扫码</div></div></div></div></div>'
        '<div class="related-list"><h3>您可能感兴趣的文章</h3><ul><li><a href="/article/33000.html">相关文章丙</a></li></ul></div>'
        '<div id="pinglun"><a class="hx-card" href="/member/8.html">评论人甲</a><time>2小时前</time></div>'
        '<div class="side-container-hx"><a class="hx-card">推荐作者乙</a><h3>热门文章丁</h3></div>',
        f"{TITLE}-虎嗅网",
    )


def section_c(aid: str = "197460", **changes: str) -> str:
    parts = {
        "title": TITLE,
        "author": f'<span class="author-name"><a href="/member/1.html">{AUTHOR}</a></span>',
        "time": '<span class="article-time pull-left">2017-05-30 16:30</span>',
        "text": f"<p>{FIRST}</p><p>{SECOND}</p><p><br></p><p>{LAST}</p>",
        "opening": f'<div class="article-section" data-aid="{aid}"><div class="container" id="article{aid}">',
    } | changes
    return (
        f'{parts["opening"]}<div class="wrap-left"><div class="article-wrap"><h1 class="t-h1">\n  {parts["title"]}  </h1>'
        f'<div class="article-author"><div class="author-face"></div>{parts["author"]}<div class="column-link-box">{parts["time"]}'
        '<span class="article-share">收藏87</span><span class="article-pl">评论16</span></div></div>'
        '<div class="article-manage-bar">编辑戊</div>'
        '<div class="article-img-box"><img src="https://img.huxiucdn.com/lead.jpg?imageView2/1/w/800/h/450"></div>'
        f'<div id="article_content{aid}" class="article-content-wrap">{parts["text"]}'
        f'<div class="neirong-shouquan"><span>*文章为作者独立观点</span> <span>{LICENCE}</span></div>'
        '<div class="neirong-shouquan-public"><span>还不去下载 虎嗅App</span></div></div>'
        '<div class="Qr-code"><span class="num">4</span>扫码</div>'
        '<div class="tag-box"><ul><a href="/tags/1"><li>尺子</li></a></ul></div>'
        '<div class="pl-wrap"><div class="author-info"><span class="author-name"><a>评论人甲</a></span><span class="time">6天前</span>'
        '</div></div></div><div class="related-article-wrap">相关文章丙</div></div>'
        '<div class="wrap-right"><div class="box-author-info"><span class="author-name"><a>推荐作者乙</a></span></div>'
        '<div class="hot-article">热门文章丁</div></div></div></div>'
    )


def era_c(*sections: str) -> str:
    inner = "".join(sections) or section_c()
    return document(f'<div class="article-section-wrap">{inner}</div>', f"{TITLE}-虎嗅网")


CONTENT = (
    f'<p label="正文" data-check-id="1">{FIRST}</p><p label="正文"><br></p><p class="text-big-title">小标题</p><p>{SECOND}</p>'
    '<p class="img-center-box"><img class="lazyImg" src="data:image/gif;base64,R0lGODlhAQ=="'
    ' _src="https://img.huxiucdn.com/in.jpg?imageView2/2/w/1000" data-w="1000" data-h="600"></p>'
    f"<p>{LAST}</p>"
)
_LICENCE_BLOCK = f'<div class="neirong-shouquan"><span>{LICENCE}</span></div>'


def details(**changes: Any) -> dict[str, Any]:
    return {
        "aid": "428437", "title": TITLE, "content": CONTENT, "preface": "<p>量过三万件东西。</p>", "dateline": "1620000000",
        "user_info": {"uid": "1", "username": AUTHOR}, "pic_path": "https://img.huxiucdn.com/lead.jpg?imageView2/1/w/800",
        "tags_info": [{"name": "尺子"}], "relation_info": {"channel": [{"name": "制造"}]}, "video_info": None,
    } | changes  # fmt: skip


def vue_state(article: Any) -> str:
    text = json.dumps(
        {"user": {"username": "评论人甲"}, "articleDetail": {"articleDetail": article}}, ensure_ascii=False
    )
    escaped = text.replace("</", "\\u003C\\u002F").replace("<", "\\u003C")
    return f"<script>window.__INITIAL_STATE__={escaped};(function(){{var s;(s=document.currentScript).remove()}}());</script>"


def html_of_era_d(
    content: str = CONTENT + _LICENCE_BLOCK, author: str = AUTHOR, time: str = "2021-05-03 08:00"
) -> str:
    return (
        f'<h1 class="article__title">{TITLE}</h1><div class="author-info"><span class="author-info__username">{author}</span>'
        f'</div><span class="article__time">{time}</span>'
        '<div class="top-img"><img class="lazyImg" src="data:image/gif;base64,R0" _src="https://img.huxiucdn.com/lead.jpg?imageView2/1"></div>'
        f'<div class="article__content">{content}</div><div class="vote__bar">扫码</div>'
        '<div class="article__related-article-wrap"><span class="author-info__username">推荐作者乙</span>相关文章丙</div>'
        '<div class="article__comment"><span class="author-info__username">评论人甲</span><span class="article__time">6天前</span></div>'
    )


def era_d(html: str | None = None, state: str | None = None) -> str:
    inner = html_of_era_d() if html is None else html
    script = vue_state(details()) if state is None else state
    return document(f'<div id="app">{inner}</div>{script}', f"{TITLE}-虎嗅网")


def indexed(value: Any) -> list[Any]:
    """A value as Nuxt's array of indexes, objects wrapped as it wraps them."""
    array: list[Any] = []

    def place(one: Any) -> int:
        array.append(None)
        here = len(array) - 1
        if isinstance(one, dict):
            array[here] = ["ShallowReactive", here + 1]
            array.append(None)
            array[here + 1] = {key: place(inner) for key, inner in one.items()}
        elif isinstance(one, list):
            array[here] = [place(inner) for inner in one]
        else:
            array[here] = one
        return here

    place(value)
    return array


def nuxt_state(article: Any, aid: str = "4890703") -> str:
    root = {
        "data": {"navList": {"list": []}, f"articleDetail-{aid}": {"articleDetail": article}},
        "state": {},
    }
    text = json.dumps(indexed(root), ensure_ascii=False).replace("</", "\\u003C/")
    return f'<script type="application/json" id="__NUXT_DATA__" data-ssr="true">{text}</script>'


METAS_E = (
    '<meta property="og:url" content="https://www.huxiu.com/article/4890703.html">'
    f'<meta content="{TITLE}-虎嗅网" property="og:title">'
    '<meta property="og:image" content="https://img.huxiucdn.com/lead.jpg?imageView2/1/w/800">'
    '<meta property="article:published_time" content="2026-09-12T10:41:00+08:00">'
    f'<meta name="author" content="{AUTHOR}">'
)


def html_of_era_e(content: str = CONTENT) -> str:
    return (
        f'<h1 class="article__title">{TITLE}</h1><div class="article__author-info-box"><div class="article-author-info">'
        f'<span class="author-info__username">{AUTHOR}</span></div></div><span class="article__time">2026-09-12 10:41</span>'
        '<span class="article-type-channel">频道：制造</span>'
        f'<div id="ai-summary">摘要己</div><div class="article__content">{content}</div>'
        f'<a class="article__tag">#尺子</a><div class="article__reprinted-explain">{LICENCE}</div>'
        '<div class="article__xiuxiu-question-wrap">猜你想问庚</div><div class="article__reward-wrap">扫码</div>'
        '<div class="article__user-info-wrap"><span class="last-editor-username">编辑戊</span></div>'
        '<div class="article__related-article-wrap">相关文章丙</div>'
        '<div class="article__comment"><span class="author-info__username">评论人甲</span></div>'
        '<div class="hot-article">热门文章丁<span class="article__time">1天前</span></div><div class="article-detail-bottom">扫码</div>'
    )


def era_e(html: str | None = None, state: str | None = None, head: str = METAS_E) -> str:
    inner = html_of_era_e() if html is None else html
    article = details(aid="4890703", dateline=1789180860)
    return document(
        f'<div id="__nuxt">{inner}</div>{nuxt_state(article) if state is None else state}',
        f"{TITLE}-虎嗅网",
        head,
    )


URLS = {
    "a": "http://www.huxiu.com/article/13380/1.html",
    "b": "https://www.huxiu.com/article/33546",
    "c": "https://www.huxiu.com/article/197460.html",
    "d": "https://www.huxiu.com/article/428437.html",
    "e": "https://www.huxiu.com/article/4890703.html?f=rss",
}
SOURCE: Source = load_sources()["huxiu"]

WHOLE = {
    "a": era_a(),
    "b": era_b(),
    "c": era_c(),
    "d": era_d(),
    "d-html-only": era_d(state=""),
    "d-state-only": era_d(html=""),
    "e": era_e(),
    "e-html-only": era_e(state=""),
    "e-state-only": era_e(html=""),
    "e-state-only-without-metas": era_e(html="", head=""),
}
TIMES = {"a": "2013-04-02T06:05:00+08:00", "b": "2014-05-12T10:59:00+08:00", "c": "2017-05-30T16:30:00+08:00",
         "d": "2021-05-03T08:00:00+08:00", "e": "2026-09-12T10:41:00+08:00"}  # fmt: skip


def reading(html: str | bytes, era: str, **changes: Any) -> Article | Refusal:
    return read(fetched(html, URLS[era[0]], **changes), SOURCE)


def article(html: str | bytes, era: str, **changes: Any) -> Article:
    result = reading(html, era, **changes)
    assert isinstance(result, Article), f"{result.state}: {result.reason}"
    return result


def refusal(html: str | bytes, era: str = "e", **changes: Any) -> Refusal:
    result = reading(html, era, **changes)
    assert isinstance(result, Refusal), result.body
    return result


def words(text: str) -> str:
    return "".join(text.split())

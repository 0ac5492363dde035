"""Whole invented sites for `broadsheet add`: home page, robots.txt, feeds, sitemaps, lists and articles, as pages to play."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from hashlib import sha256

from tests.site import Reply

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
XML = {"Content-Type": "application/xml; charset=utf-8"}
_WHO = (
    "The committee",
    "A small crew",
    "Her neighbour",
    "The old mayor",
    "Nobody in town",
    "The second shift",
    "An engineer",
    "The museum",
)
_DID = (
    "measured",
    "repaired",
    "painted",
    "counted",
    "sold",
    "forgot",
    "borrowed",
    "described",
    "weighed",
    "hid",
)
_WHAT = (
    "the copper pipes",
    "a row of lamps",
    "every boat",
    "the winter stores",
    "two clocks",
    "the long fence",
    "a map of the coast",
    "the harvest",
)
_WHEN = (
    "before noon",
    "in the rain",
    "without a word",
    "for the third time",
    "by candlelight",
    "as agreed",
    "on the way home",
    "against all advice",
)
_ZH_WHO = ("委员会", "一位老工程师", "邻居们", "第二班工人", "博物馆", "前任市长", "几个学生", "仓库管理员")
_ZH_DID = ("测量了", "修好了", "清点了", "卖掉了", "借走了", "描述了", "称量了", "藏起了")
_ZH_WHAT = ("铜管", "一排路灯", "所有的船", "过冬的粮食", "两座钟", "那道长篱笆", "海岸地图", "今年的收成")
_ZH_WHEN = (
    "在中午之前",
    "冒着大雨",
    "一言不发",
    "已经是第三次",
    "借着烛光",
    "按照约定",
    "在回家的路上",
    "不顾众人劝告",
)


@dataclass(frozen=True)
class Told:
    """An article as the site means it."""

    url: str
    title: str
    author: str
    at: datetime
    text: str


@dataclass
class Played:
    """A site: its pages by URL, its articles, and where its home page is."""

    home: str
    pages: dict[str, bytes | Reply]
    articles: list[Told]
    notes: dict[str, str] = field(default_factory=dict)


def english(number: int) -> str:
    """A text of ten sentences that no other number has."""
    return f"Item {number} of the ledger begins here. " + "".join(
        f"{_WHO[a % 8]} {_DID[b % 10]} {_WHAT[c % 8]} {_WHEN[d % 8]}, and {_WHO[d % 8].lower()} {_DID[c % 10]} {_WHAT[b % 8]}. "
        for a, b, c, d in _dice(number, 10)
    )


def chinese(number: int) -> str:
    """A text of ten sentences that no other number has."""
    return f"第{number}号记录从这里开始。" + "".join(
        f"{_ZH_WHO[a % 8]}{_ZH_WHEN[b % 8]}{_ZH_DID[c % 8]}{_ZH_WHAT[d % 8]}，{_ZH_WHO[c % 8]}后来{_ZH_DID[a % 8]}{_ZH_WHAT[b % 8]}。"
        for a, b, c, d in _dice(number, 10)
    )


def _dice(number: int, rolls: int) -> Iterator[bytes]:
    """Four numbers a roll, the same for the same number in every run."""
    for roll in range(rolls):
        yield sha256(f"{number}:{roll}".encode()).digest()[:4]


_WORDS = ("harbour", "engine", "garden", "signal", "copper", "winter", "paper", "bridge", "lantern", "meadow")
_VERBS = ("opens", "returns", "slows down", "gets a second chance", "meets its makers")


def headline(number: int) -> str:
    return f"The {_WORDS[number % 10]} {_VERBS[number % 5]} after {number} long days"


def slug(text: str) -> str:
    return "-".join("".join(one for one in word if one.isalnum()) for word in text.lower().split())


def paragraphs(text: str) -> str:
    return "".join(f"<p>{one.strip()}.</p>" for one in text.split(". ") if one.strip(" ."))


def rss(title: str, home: str, items: Iterable[str], *, language: str = "en-US", extra: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{title}</title><link>{home}</link><language>{language}</language>{extra}{''.join(items)}</channel></rss>"
    ).encode()


def urlset(urls: Iterable[tuple[str, datetime]]) -> bytes:
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{at.isoformat()}</lastmod></url>" for url, at in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def index(parts: Iterable[tuple[str, datetime]]) -> bytes:
    rows = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>{at.isoformat()}</lastmod></sitemap>" for url, at in parts
    )
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'.encode()


def wordpress(count: int = 50) -> Played:
    """A blog: full feed of ten, an index of sitemaps with pages, tags and authors, dated slugs."""
    host = "http://blog-of-engines.example"
    articles = []
    for number in range(count):
        at = START - timedelta(hours=7 * number)
        title = headline(number)
        articles.append(
            Told(
                f"{host}/{at:%Y/%m/%d}/{slug(title)}/",
                title,
                ("Ada Moor", "Ben Field", "Cleo Marsh")[number % 3],
                at,
                english(number),
            )
        )
    menu = (
        f'<nav><a href="{host}/">Home</a><a href="{host}/category/engines/">Engines</a><a href="{host}/category/gardens/">Gardens</a>'
        f'<a href="{host}/about/">About</a><a href="{host}/privacy-policy/">Privacy Policy</a></nav>'
    )
    foot = f'<footer><a href="{host}/contact/">Contact</a><a href="{host}/feed/">RSS</a></footer>'
    pages: dict[str, bytes | Reply] = {}

    def page(title: str, main: str, head: str = "") -> bytes:
        return (
            f'<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><title>{title}</title>{head}'
            f'<link rel="alternate" type="application/rss+xml" title="Engines &raquo; Comments Feed" href="{host}/comments/feed/">'
            f'<link rel="alternate" type="application/rss+xml" title="Engines &raquo; Feed" href="{host}/feed/">'
            f'<link rel="https://api.w.org/" href="{host}/wp-json/"><meta property="og:site_name" content="Blog of Engines">'
            f"</head><body>{menu}<main>{main}</main>{foot}</body></html>"
        ).encode()

    for one in articles:
        related = "".join(
            f'<li><a href="{other.url}">{other.title}</a></li>' for other in articles[:3] if other is not one
        )
        pages[one.url] = page(
            f"{one.title} &#8211; Blog of Engines",
            f'<article><h1 class="entry-title">{one.title}</h1><p class="meta">By <a href="{host}/author/{slug(one.author)}/" rel="author">{one.author}</a>'
            f' <time datetime="{one.at.isoformat()}">{one.at:%B %d, %Y}</time></p><div class="entry-content">{paragraphs(one.text)}</div>'
            f'<p>Tags: <a href="{host}/tag/{_WORDS[0]}/">{_WORDS[0]}</a></p></article><aside><h3>Related</h3><ul>{related}</ul></aside>',
            f'<link rel="canonical" href="{one.url}"><meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="{one.at.isoformat()}"><meta property="og:title" content="{one.title}">',
        )

    def item(one: Told) -> str:
        return (
            f"<item><title>{one.title}</title><link>{one.url}</link><pubDate>{format_datetime(one.at)}</pubDate><dc:creator>{one.author}</dc:creator>"
            f"<description>Item of the ledger […]</description><content:encoded><![CDATA[{paragraphs(one.text)}]]></content:encoded></item>"
        )

    cards = "".join(
        f'<article><h2><a href="{one.url}">{one.title}</a></h2><p>{one.text[:90]}… <a href="{one.url}">Read more</a></p></article>'
        for one in articles[:10]
    )
    pages[f"{host}/"] = page(
        "Blog of Engines", cards + f'<a class="next page-numbers" href="{host}/page/2/">Next</a>'
    )
    pages[f"{host}/feed/"] = Reply(
        rss("Blog of Engines", host, map(item, articles[:10])),
        headers={"Content-Type": "application/rss+xml"},
    )
    comments = [
        f"<item><title>Re: {one.title}</title><link>{one.url}#comment-{n}</link></item>"
        for n, one in enumerate(articles[:3])
    ]
    pages[f"{host}/comments/feed/"] = Reply(rss("Comments", host, comments), headers=XML)
    pages[f"{host}/robots.txt"] = (
        f"User-agent: *\nDisallow: /wp-admin/\n\nSitemap: {host}/sitemap_index.xml\n".encode()
    )
    pages[f"{host}/sitemap_index.xml"] = Reply(
        index(
            [
                (f"{host}/{name}-sitemap.xml", START)
                for name in ("page", "category", "post", "post_tag", "author")
            ]
        ),
        headers=XML,
    )
    pages[f"{host}/post-sitemap.xml"] = Reply(urlset((one.url, one.at) for one in articles), headers=XML)
    about = [f"{host}/about/", f"{host}/privacy-policy/", f"{host}/contact/"]
    pages[f"{host}/page-sitemap.xml"] = Reply(urlset((url, START) for url in about), headers=XML)
    pages[f"{host}/category-sitemap.xml"] = Reply(urlset([(f"{host}/category/engines/", START)]), headers=XML)
    pages[f"{host}/post_tag-sitemap.xml"] = Reply(
        urlset([(f"{host}/tag/harbour/", START), (f"{host}/tag/steam-and-smoke/", START)]), headers=XML
    )
    pages[f"{host}/author-sitemap.xml"] = Reply(urlset([(f"{host}/author/ada-moor/", START)]), headers=XML)
    for url in about:
        pages[url] = page("About – Blog of Engines", f"<h1>About us</h1>{paragraphs(english(900))}")
    for url in (
        f"{host}/category/engines/",
        f"{host}/tag/harbour/",
        f"{host}/tag/steam-and-smoke/",
        f"{host}/author/ada-moor/",
        f"{host}/page/2/",
    ):
        pages[url] = page("Archive", cards)
    return Played(f"{host}/", pages, articles)


def portal(count: int = 50) -> Played:
    """A Chinese portal in GBK: no feed, no sitemap, numbered articles, a list of forty and a second page of it."""
    host = "http://www.xinwen-example.cn"
    articles = [
        Told(
            f"{host}/article/{80000 + number}.html",
            f"某地第{number}座发电站投入运行引发关注",
            ("王小明", "李晓红", "赵一")[number % 3],
            START - timedelta(minutes=83 * number),
            chinese(number),
        )
        for number in range(count)
    ]

    def page(title: str, main: str) -> Reply:
        text = (
            f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{title}_某某资讯网</title></head><body>'
            f'<div class="nav"><a href="/">首页</a><a href="/list/1.html">手机</a><a href="/list/2.html">电脑</a><a href="/tag/5.html">芯片</a></div>'
            f'<div class="main">{main}</div><div class="footer"><a href="/about.html">关于我们</a><a href="/contact.html">联系方式</a></div></body></html>'
        )
        return Reply(text.encode("gbk"), headers={"Content-Type": "text/html"})

    pages: dict[str, bytes | Reply] = {}
    for one in articles:
        local = one.at + timedelta(hours=8)
        body = "".join(f"<p>　　{part}。</p>" for part in one.text.split("。") if part)
        pages[one.url] = page(
            one.title,
            f'<h1>{one.title}</h1><div class="info"><span>{local:%Y-%m-%d %H:%M}</span> 来源：某某资讯网 作者：{one.author}</div>'
            f'<div id="content">{body}</div><div class="hot"><h3>热门</h3><ul><li><a href="/article/80001.html">{articles[1].title}</a></li></ul></div>',
        )
    rows = [
        f'<li><a href="{one.url.removeprefix(host)}">{one.title}</a><span>{one.at:%m-%d}</span></li>'
        for one in articles
    ]
    half = max(1, count * 4 // 5)
    pages[f"{host}/"] = page("首页", f"<ul>{''.join(rows[:half])}</ul><a href='/index_2.html'>下一页</a>")
    pages[f"{host}/index_2.html"] = page("第二页", f"<ul>{''.join(rows[half:])}</ul>")
    for name in ("list/1", "list/2", "tag/5"):
        pages[f"{host}/{name}.html"] = page("列表", f"<ul>{''.join(rows[:10])}</ul>")
    return Played(f"{host}/", pages, articles)


def by_query(count: int = 50) -> Played:
    """A site whose articles differ by their query: `story?sid=`; RSS 1.0 of fifty; times in Chinese words, no zone."""
    host = "http://www.short-news.example"
    articles = [
        Told(
            f"{host}/story?sid={84000 + number}",
            f"第{number}号开源项目发布新版本",
            "编辑部的猫",
            START - timedelta(minutes=47 * number),
            chinese(number),
        )
        for number in range(count)
    ]

    def page(title: str, main: str) -> bytes:
        return (
            f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>短讯 | {title}</title></head><body><div class='menu'><a href='/'>首页</a>"
            f"<a href='/search?tid=1'>人工智能</a><a href='/search?tid=2'>开源</a></div>{main}<div class='foot'><a href='/page/contact'>联系我们</a></div></body></html>"
        ).encode()

    pages: dict[str, bytes | Reply] = {}
    for one in articles:
        local = one.at + timedelta(hours=8)
        pages[one.url] = page(
            one.title,
            f"<div class='block_m'><div class='ct_tittle'><h2>{one.title}</h2></div><div class='talk_time'>{one.author} 发表于{local:%Y年%m月%d日 %H时%M分}</div>"
            f"<div class='p_mainnew'>{one.text}<br><br>{chinese(7)}</div></div>",
        )
        pages[one.url + "&from=rss"] = pages[one.url]
    items = "".join(
        f"<item rdf:about='{one.url}'><title>{one.title}</title><link>{one.url}&amp;from=rss</link><dc:creator>{one.author}</dc:creator>"
        f"<dc:date>{one.at.isoformat()}</dc:date><description>{one.text[:60]}</description></item>"
        for one in articles
    )
    feed = (
        "<?xml version='1.0' encoding='utf-8'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' "
        f"xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='{host}/'><title>短讯</title><link>{host}/</link></channel>{items}</rdf:RDF>"
    ).encode()
    pages[f"{host}/index.rss"] = Reply(feed, headers=XML)
    rows = "".join(
        f"<h2><a href='{one.url.removeprefix(host)}'>{one.title}</a></h2><p>{one.text[:40]}</p>"
        for one in articles[:15]
    )
    pages[f"{host}/"] = page("首页", rows).replace(
        b"</head>", b"<link rel='alternate' type='application/rss+xml' href='/index.rss'></head>"
    )
    return Played(f"{host}/", pages, articles)


def next_js(count: int = 50) -> Played:
    """An app: slugs with a hash, the text in `__NEXT_DATA__` alone, a gzipped index in robots.txt, a list of a dozen."""
    host = "http://thefold.example"
    articles = []
    for number in range(count):
        title = headline(number)
        mark = f"{(number * 2654435761 + 977) % 2**32:08x}"
        section = ("news", "ideas", "reviews")[number % 3]
        articles.append(
            Told(
                f"{host}/{section}/{slug(title)}-{mark}",
                title,
                ("Dora Quill", "Emil Strand")[number % 2],
                START - timedelta(hours=5 * number),
                english(number),
            )
        )

    def page(title: str, main: str, state: object, head: str = "") -> bytes:
        data = json.dumps({"props": {"pageProps": state}, "page": "/"}).replace("</", "<\\/")
        return (
            f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title} | The Fold</title>{head}<meta property="og:site_name" content="The Fold">'
            f'</head><body><div id="__next"><nav><a href="/">The Fold</a><a href="/news">News</a><a href="/ideas">Ideas</a><a href="/about">About</a></nav>{main}</div>'
            f'<script id="__NEXT_DATA__" type="application/json">{data}</script></body></html>'
        ).encode()

    pages: dict[str, bytes | Reply] = {}
    for one in articles:
        state = {
            "story": {
                "headline": one.title,
                "byline": {"name": one.author},
                "publishedAt": one.at.isoformat().replace("+00:00", "Z"),
                "body": [
                    {"type": "paragraph", "html": f"{part.strip()}."}
                    for part in one.text.split(". ")
                    if part.strip(" .")
                ],
            }
        }
        pages[one.url] = page(
            one.title,
            f"<main><h1>{one.title}</h1><p>Loading…</p></main>",
            state,
            f'<link rel="canonical" href="{one.url}">',
        )
    cards = "".join(
        f'<a href="{one.url.removeprefix(host)}"><h3>{one.title}</h3></a>' for one in articles[:12]
    )
    pages[f"{host}/"] = page("Home", f"<main>{cards}</main>", {})
    for name in ("news", "ideas", "about"):
        pages[f"{host}/{name}"] = page(name.title(), f"<main>{cards}</main>", {})
    parts = [
        (f"{host}/sitemaps/stories-{number}.xml.gz", START - timedelta(days=30 * number))
        for number in range(2)
    ]
    half = count // 2
    for (url, _), ones in zip(parts, (articles[:half], articles[half:]), strict=True):
        pages[url] = Reply(
            gzip.compress(urlset((one.url, one.at) for one in ones)),
            headers={"Content-Type": "application/gzip"},
        )
    pages[f"{host}/sitemaps/index.xml.gz"] = Reply(
        gzip.compress(index(parts)), headers={"Content-Type": "application/gzip"}
    )
    pages[f"{host}/robots.txt"] = (
        f"Sitemap: {host}/sitemaps/index.xml.gz\nUser-agent: *\nDisallow: /private\n".encode()
    )
    return Played(f"{host}/", pages, articles)


def magazine(count: int = 50) -> Played:
    """Slugs at the root, an Atom feed nobody links to, classes made by a machine; the pages call themselves https."""
    host, own = "http://www.magazine-of-tides.example", "https://www.magazine-of-tides.example"
    articles = [
        Told(
            f"{host}/{slug(headline(n))}",
            headline(n),
            ("Ada Moor", "Ben Field", "Cleo Marsh")[n % 3],
            START - timedelta(hours=9 * n),
            english(n),
        )
        for n in range(count)
    ]
    menu = '<div class="menu"><a href="/">Tides</a><a href="/science">Science</a><a href="/culture">Culture</a></div>'
    foot = '<footer><a href="/about">About</a><a href="/privacy-policy">Privacy policy</a><a href="/terms-of-use">Terms of use</a></footer>'

    def page(title: str, main: str, head: str = "") -> bytes:
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} · Tides</title>{head}</head>'
            f"<body><header>{menu}</header><main>{main}</main>{foot}</body></html>"
        ).encode()

    pages: dict[str, bytes | Reply] = {}
    more = "".join(f'<a href="{one.url.removeprefix(host)}">{one.title}</a>' for one in articles[:4])
    for one in articles:
        pages[one.url] = page(
            one.title,
            f'<article><div class="kicker_a8f3"><a href="/topics/engines">Engines</a></div><h1 class="Title_root__x8Fa3">{one.title}</h1>'
            f'<div class="Byline_wrap__k29Xa">Words by <b class="Byline_name__Zk31x">{one.author}</b></div><div class="date">{one.at:%d %B %Y, %H:%M} UTC</div>'
            f'<section>{paragraphs(one.text)}</section></article><div class="more"><h4>More from Tides</h4>{more}</div>',
            f'<link rel="canonical" href="{one.url.replace(host, own)}">',
        )
        pages[f"{one.url}?utm_source=rss&utm_medium=feed"] = pages[one.url]
    entries = "".join(
        f'<entry><title>{one.title}</title><link href="{one.url}?utm_source=rss&amp;utm_medium=feed"/><id>tag:{number}</id>'
        f"<published>{one.at.isoformat()}</published><author><name>{one.author}</name></author><summary>{one.text[:80]}</summary></entry>"
        for number, one in enumerate(articles[: count // 2])
    )
    atom = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Tides</title>{entries}</feed>'
    pages[f"{host}/feed.xml"] = Reply(atom.encode(), headers=XML)
    cards = "".join(
        f'<div class="card"><a href="{one.url.removeprefix(host)}"><h3>{one.title}</h3></a><a href="/authors/{slug(one.author)}">{one.author}</a></div>'
        for one in articles[:12]
    )
    pages[f"{host}/"] = page("Home", cards)
    others = [
        f"{host}/{path}"
        for path in (
            "about",
            "privacy-policy",
            "terms-of-use",
            "science",
            "topics/sea-and-shore",
            "authors/ada-moor",
        )
    ]
    pages |= {url: page("Page", f"<h1>{url}</h1>{paragraphs(english(99))}") for url in others}
    pages[f"{host}/robots.txt"] = (
        f"User-agent: *\nDisallow: /search\nSitemap: {host}/sitemap.xml.gz\n".encode()
    )
    half = count // 2
    gz = {"Content-Type": "application/x-gzip"}
    pages[f"{host}/sitemap.xml.gz"] = Reply(
        gzip.compress(index((f"{host}/sm/{n}.xml.gz", START) for n in range(2))), headers=gz
    )
    listed = [*((url, START) for url in others), *((one.url, one.at) for one in articles[:half])]
    pages[f"{host}/sm/0.xml.gz"] = Reply(gzip.compress(urlset(listed)), headers=gz)
    pages[f"{host}/sm/1.xml.gz"] = Reply(
        gzip.compress(urlset((one.url, one.at) for one in articles[half:])), headers=gz
    )
    stated = [Told(one.url.replace(host, own), one.title, one.author, one.at, one.text) for one in articles]
    return Played(f"{host}/", pages, stated)


def nuxt(count: int = 50) -> Played:
    """An app in Chinese whose texts lie in `__NUXT_DATA__`, below a key with the article's number; a full feed of few."""
    host = "http://www.tiger-sniff.example"
    articles = [
        Told(
            f"{host}/article/{4890700 + n}.html",
            f"某公司第{n}次转型靠什么活下来",
            ("小明明", "小红红")[n % 2],
            START - timedelta(minutes=57 * n),
            chinese(n),
        )
        for n in range(count)
    ]

    def page(title: str, main: str, state: object = None) -> bytes:
        data = (
            f'<script id="__NUXT_DATA__" type="application/json">{json.dumps(state, ensure_ascii=False)}</script>'
            if state
            else ""
        )
        return f"<html lang='zh'><head><meta charset='utf-8'><title>{title}-某嗅网</title></head><body><div id='__nuxt'>{main}</div>{data}</body></html>".encode()

    pages: dict[str, bytes | Reply] = {}
    for number, one in enumerate(articles):
        text = "".join(f"<p>{part}。</p>" for part in one.text.split("。") if part)
        state = [
            ["ShallowReactive", 1], {"data": 2}, ["ShallowReactive", 3], {f"articleDetail-{4890700 + number}": 4}, {"articleDetail": 5},
            {"title": 6, "dateline": 7, "user_info": 8, "content": 10}, one.title, int(one.at.timestamp()), {"username": 9}, one.author, text,
        ]  # fmt: skip
        pages[one.url] = page(
            one.title, f"<h1 class='article__title'>{one.title}</h1><div>加载中</div>", state
        )
        pages[f"{one.url}?f=rss"] = pages[one.url]
    items = [
        f"<item><title>{one.title}</title><link>{one.url}?f=rss</link><pubDate>{format_datetime(one.at.astimezone(timezone(timedelta(hours=8))))}</pubDate>"
        f"<author>{one.author}</author><description>&lt;p&gt;{one.text}&lt;/p&gt;</description></item>"
        for one in articles[: count // 2]
    ]
    pages[f"{host}/rss/0.xml"] = Reply(rss("某嗅网", host, items, language="zh-cn"), headers=XML)
    cards = "".join(
        f"<div class='card'><a href='/article/{4890700 + n}.html'><img src='x.jpg'></a><a href='/article/{4890700 + n}.html'>{one.title}</a>"
        f"<a href='/member/{n}.html'>{one.author}</a><a href='/channel/1.html'>前沿</a></div>"
        for n, one in enumerate(articles)
    )
    pages[f"{host}/"] = page("首页", f"<a href='/rss/0.xml'>RSS</a>{cards}")
    return Played(f"{host}/", pages, articles)


def board(count: int = 50) -> Played:
    """An old board in GBK, laid out in tables without a class; articles differ by `id`, and `cat` does not matter."""
    host = "http://news.old-board.example.com"
    articles = [
        Told(
            f"{host}/news/view.php?id={3000 + n}",
            f"某市第{n}条地铁线路开始试运行",
            ("王小明", "李晓红")[n % 2],
            START - timedelta(hours=2 * n),
            chinese(n),
        )
        for n in range(count)
    ]

    def page(title: str, main: str) -> Reply:
        text = (
            f"<html><head><meta charset='gb2312'><title>{title}</title></head><body><table><tr><td><a href='/'>首页</a> <a href='/news/list.php?cat=1'>科技</a>"
            f"<a href='/news/list.php?cat=2'>社会</a></td></tr></table>{main}</body></html>"
        )
        return Reply(text.encode("gbk"), headers={"Content-Type": "text/html"})

    pages: dict[str, bytes | Reply] = {}
    for number, one in enumerate(articles):
        local = one.at + timedelta(hours=8)
        pages[one.url] = page(
            one.title,
            f"<table><tr><td><h2>{one.title}</h2></td></tr><tr><td>发布时间：{local:%Y-%m-%d %H:%M:%S}　作者：{one.author}　点击：{number}</td></tr>"
            f"<tr><td id='zoom'>{one.text.replace('。', '。<br>　　')}</td></tr></table>",
        )
        pages[f"{host}/news/view.php?cat={number % 2 + 1}&id={3000 + number}"] = pages[one.url]
    rows = "".join(
        f"<a href='/news/view.php?cat={n % 2 + 1}&amp;id={3000 + n}'>{one.title}</a><br>"
        for n, one in enumerate(articles)
    )
    pages[f"{host}/"] = page("某某论坛新闻", rows)
    return Played(f"{host}/", pages, articles)


def river(count: int = 50) -> Played:
    """A short feed nobody links to, a home page of five, and all of it on “All news”, ten a page; no sitemap."""
    host = "http://www.quiet-river.example"
    articles = []
    for number in range(count):
        title, at = headline(number), START - timedelta(hours=5 * number)
        articles.append(
            Told(
                f"{host}/{at:%Y/%m}/{slug(title)}.html",
                title,
                ("Ada Moor", "Ben Field")[number % 2],
                at,
                english(number),
            )
        )

    def page(title: str, main: str, head: str = "") -> bytes:
        menu = "<nav><a href='/'>Home</a><a href='/news'>All news</a><a href='/about.html'>About</a></nav>"
        return f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title} - Quiet River</title>{head}</head><body>{menu}{main}</body></html>".encode()

    pages: dict[str, bytes | Reply] = {
        one.url: page(
            one.title,
            f"<article><h1>{one.title}</h1><p>{one.author}, <time datetime='{one.at.isoformat()}'>{one.at:%d %b}</time></p>{paragraphs(one.text)}</article>",
            f"<meta name='author' content='{one.author}'>",
        )
        for one in articles
    }
    rows = [f"<h3><a href='{one.url}'>{one.title}</a></h3>" for one in articles]
    pages[f"{host}/"] = page("Home", "".join(rows[:5]))
    for first in range(0, count, 10):
        number = first // 10 + 1
        more = f"<a class='next' href='/news?page={number + 1}'>Next</a>" if first + 10 < count else ""
        pages[f"{host}/news" + (f"?page={number}" if first else "")] = page(
            "News", "".join(rows[first : first + 10]) + more
        )
    items = [
        f"<item><title>{one.title}</title><link>{one.url}</link><pubDate>{format_datetime(one.at)}</pubDate></item>"
        for one in articles[:8]
    ]
    pages[f"{host}/rss.xml"] = Reply(rss("Quiet River", host, items), headers=XML)
    return Played(f"{host}/", pages, articles)

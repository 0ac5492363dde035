"""Lists as real sites give them, with invented items: a recipe's step can say how each is asked for and read."""

import json
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from crawler.discovery.link import Ask
from crawler.discovery.links import first_ask
from crawler.source import Source, Step
from tests.finding import finding

EPOCH, NEW = 1795147200, "2026-11-20T12:00:00+08:00"  # the same moment


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A site's list: how a recipe asks for it, what comes, and what that says."""

    site: str
    article: str  # an article's address, with {id}
    step: dict[str, object]
    body: str
    ids: tuple[str, ...] = ("7",)
    title: str | None = "七"
    author: str | None = None
    published: str | None = NEW
    asked: Ask | None = None  # the first request, where it is more than the step's address
    further: Ask | None = None
    kind: str = "application/json"
    pattern: str = r"(?P<id>[\w-]+)"
    html: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return self.site

    @property
    def source(self) -> Source:
        parts = self.article.split("/", 3)
        path = "/" + parts[3].replace(".", r"\.").replace("?", r"\?").replace("{id}", self.pattern)
        article = {"patterns": path, "canonical": self.article, "keep": ["id", "sid"]}
        return Source.model_validate(
            {
                "name": self.site,
                "home": "/".join(parts[:3]) + "/",
                "zone": "Asia/Shanghai",
                "hosts": [parts[2]],
                "article": article,
            }
        )


def state(name: str, value: object) -> str:
    return f"<!doctype html><html><body><div id=app></div><script>window.{name}={json.dumps(value)}</script></body></html>"


LISTS = [
    List(
        site="36kr-information",
        article="https://www.36kr.com/p/{id}",
        step={
            "kind": "api",
            "url": "https://www.36kr.com/information/web_news/",
            "state": {"script": "script", "name": "window.initialState"},
            "items": "information.informationList.itemList[?itemType != `0`]",
            "link": "join('', ['https://www.36kr.com/p/', to_string(itemId)])",
            "title": "templateMaterial.widgetTitle",
            "author": "templateMaterial.authorName || templateMaterial.author",
            "published": "templateMaterial.publishTime",
        },
        body=state(
            "initialState",
            {
                "information": {
                    "informationList": {
                        "itemList": [
                            {"itemType": 0, "itemId": 1, "templateMaterial": {"widgetTitle": "广告"}},
                            {
                                "itemType": 10,
                                "itemId": 7,
                                "templateMaterial": {
                                    "widgetTitle": "七",
                                    "author": "小明",
                                    "publishTime": EPOCH * 1000,
                                },
                            },
                        ]
                    }
                }
            },
        ),
        author="小明",
        kind="text/html",
    ),
    List(
        site="36kr-hot",
        article="https://www.36kr.com/p/{id}",
        step={
            "kind": "api",
            "url": "https://gateway.36kr.com/api/mis/nav/home/nav/rank/hot",
            "method": "POST",
            "json_body": '{"partner_id": "wap", "param": {"siteId": 1, "platformId": 2}}',
            "items": "data.hotRankList",
            "link": "join('', ['https://www.36kr.com/p/', to_string(itemId)])",
            "title": "templateMaterial.widgetTitle",
            "published": "publishTime",
        },
        body=json.dumps(
            {
                "data": {
                    "hotRankList": [
                        {"itemId": 7, "publishTime": EPOCH * 1000, "templateMaterial": {"widgetTitle": "七"}}
                    ]
                }
            }
        ),
        asked=Ask(
            "https://gateway.36kr.com/api/mis/nav/home/nav/rank/hot",
            json_body='{"partner_id": "wap", "param": {"siteId": 1, "platformId": 2}}',
        ),
    ),
    List(
        site="huxiu",
        article="https://www.huxiu.com/article/{id}",
        step={
            "kind": "api",
            "url": "https://api-ms-article.huxiu.com/v1/channel/pcArticleList",
            "method": "POST",
            "form": {"platform": "www", "last_id": "{cursor}"},
            "ok": "success",
            "items": "data.datalist",
            "link": "url || join('', ['https://www.huxiu.com/article/', to_string(aid)])",
            "title": "title",
            "author": "user_info.username",
            "published": "dateline",
            "cursor": "data.last_id",
            "pages": 3,
        },
        body=json.dumps(
            {
                "success": True,
                "data": {
                    "last_id": 489,
                    "datalist": [
                        {
                            "aid": 7,
                            "url": None,
                            "title": "七",
                            "dateline": EPOCH,
                            "user_info": {"username": "小明"},
                        }
                    ],
                },
            }
        ),
        author="小明",
        asked=Ask(
            "https://api-ms-article.huxiu.com/v1/channel/pcArticleList",
            form=(("platform", "www"), ("last_id", "")),
        ),
        further=Ask(
            "https://api-ms-article.huxiu.com/v1/channel/pcArticleList",
            form=(("platform", "www"), ("last_id", "489")),
            page=2,
        ),
    ),
    List(
        site="huxiu-moments",
        article="https://www.huxiu.com/moment/{id}.html",
        step={
            "kind": "api",
            "url": "https://moment-api.huxiu.com/web-v3/moment/feed?platform=www",
            "items": "data.moment_list.datalist[?object_type == `8`]",
            "link": "join('', ['https://www.huxiu.com/moment/', to_string(object_id), '.html'])",
            "author": "user_info.username",
            "published": "publish_time",
            "text": "content",
            "full": True,
        },
        body=json.dumps(
            {
                "data": {
                    "moment_list": {
                        "datalist": [
                            {
                                "object_id": 7,
                                "object_type": 8,
                                "content": "一<br>二",
                                "publish_time": EPOCH,
                                "user_info": {"username": "小明"},
                            }
                        ]
                    }
                }
            }
        ),
        title=None,
        author="小明",
        html="一<br>二",
    ),
    List(
        site="huxiu-briefs",
        article="https://www.huxiu.com/brief/{id}.html",
        step={
            "kind": "api",
            "url": "https://api-ms-club.huxiu.com/v1/briefColumn/briefList",
            "method": "POST",
            "form": {"platform": "www", "brief_column_id": "1", "last_id": "{cursor}"},
            "cursor": "data.last_id",
            "items": "data.datalist",
            "link": "url",
            "title": "title",
            "published": "format_publish_time",
        },
        body=json.dumps(
            {
                "data": {
                    "datalist": [
                        {
                            "url": "https://www.huxiu.com/brief/7.html",
                            "title": "七",
                            "format_publish_time": "48分钟前",
                        }
                    ]
                }
            }
        ),
        published="2026-11-24T10:12:00+08:00",
        asked=Ask(
            "https://api-ms-club.huxiu.com/v1/briefColumn/briefList",
            form=(("platform", "www"), ("brief_column_id", "1"), ("last_id", "")),
        ),
    ),
    List(
        site="infoq-cn",
        article="https://www.infoq.cn/article/{id}",
        step={
            "kind": "api",
            "url": "https://www.infoq.cn/public/v1/article/getList",
            "method": "POST",
            "json_body": '{"type": 1, "size": 30, "score": {cursor}}',
            "first": "0",
            "headers": {"Referer": "https://www.infoq.cn/"},
            "items": "data",
            "link": "join('', ['https://www.infoq.cn/article/', uuid])",
            "title": "article_title",
            "author": "join('、', author[].nickname || [no_author])",
            "published": "publish_time",
            "cursor": "data[-1].score",
            "pages": 2,
        },
        body=json.dumps(
            {
                "data": [
                    {
                        "uuid": "aB3dE5gH7jK9",
                        "article_title": "七",
                        "author": [{"nickname": "小明"}, {"nickname": "小红"}],
                        "publish_time": EPOCH * 1000,
                        "score": 1795147200123,
                    }
                ]
            }
        ),
        ids=("aB3dE5gH7jK9",),
        author="小明、小红",
        asked=Ask(
            "https://www.infoq.cn/public/v1/article/getList", json_body='{"type": 1, "size": 30, "score": 0}'
        ),
        further=Ask(
            "https://www.infoq.cn/public/v1/article/getList",
            json_body='{"type": 1, "size": 30, "score": 1795147200123}',
            page=2,
        ),
    ),
    List(
        site="geekpark",
        article="https://www.geekpark.net/news/{id}",
        step={
            "kind": "api",
            "url": "https://mainssl.geekpark.net/api/v2?page={page}",
            "items": "homepage_posts[].post",
            "link": "join('', ['https://www.geekpark.net/news/', to_string(id)])",
            "title": "title",
            "author": "authors[0].realname || authors[0].nickname",
            "published": "published_timestamp",
            "pages": 2,
        },
        body=json.dumps(
            {
                "homepage_posts": [
                    {
                        "post": {
                            "id": 7,
                            "title": "七",
                            "authors": [{"realname": "", "nickname": "小明"}],
                            "published_timestamp": EPOCH,
                        }
                    }
                ]
            }
        ),
        author="小明",
        asked=Ask("https://mainssl.geekpark.net/api/v2?page=1"),
        further=Ask("https://mainssl.geekpark.net/api/v2?page=2", page=2),
    ),
    List(
        site="geekpark-column",
        article="https://www.geekpark.net/news/{id}",
        step={
            "kind": "api",
            "url": "https://mainssl.geekpark.net/api/v1/columns/304",
            "items": "column.posts",
            "link": "join('', ['https://www.geekpark.net/news/', to_string(id)])",
            "title": "title",
            "published": "published_timestamp",
        },
        body=json.dumps({"column": {"posts": [{"id": 7, "title": "七", "published_timestamp": EPOCH}]}}),
    ),
    List(
        site="wallstreetcn",
        article="https://wallstreetcn.com/articles/{id}",
        step={
            "kind": "api",
            "url": "https://api-one.wallstcn.com/apiv1/content/information-flow?channel=tmt-channel&limit=25&cursor={cursor}",
            "ok": "code == `20000`",
            "message": "message",
            "items": "data.items[?resource_type == 'article'].resource",
            "link": "uri",
            "title": "title",
            "published": "display_time",
            "cursor": "data.next_cursor",
            "pages": 2,
        },
        body=json.dumps(
            {
                "code": 20000,
                "data": {
                    "next_cursor": "a=",
                    "items": [
                        {"resource_type": "ad", "resource": {"uri": "https://wallstreetcn.com/articles/1"}},
                        {
                            "resource_type": "article",
                            "resource": {
                                "uri": "https://wallstreetcn.com/articles/7",
                                "title": "七",
                                "display_time": EPOCH,
                            },
                        },
                    ],
                },
            }
        ),
        asked=Ask(
            "https://api-one.wallstcn.com/apiv1/content/information-flow?channel=tmt-channel&limit=25&cursor="
        ),
    ),
    List(
        site="sspai",
        article="https://sspai.com/post/{id}",
        step={
            "kind": "api",
            "url": "https://sspai.com/api/v1/article/index/page/get?limit=10&offset={offset}&created_at=0",
            "per": 10,
            "ok": "error == `0`",
            "items": "data[?slug == '']",
            "link": "join('', ['https://sspai.com/post/', to_string(id)])",
            "title": "title",
            "author": "author.nickname",
            "published": "released_time",
            "pages": 2,
        },
        body=json.dumps(
            {
                "error": 0,
                "data": [
                    {
                        "id": 7,
                        "slug": "",
                        "title": "七",
                        "author": {"nickname": "小明"},
                        "released_time": EPOCH,
                    },
                    {"id": 8, "slug": "member", "title": "八"},
                ],
            }
        ),
        author="小明",
        asked=Ask("https://sspai.com/api/v1/article/index/page/get?limit=10&offset=0&created_at=0"),
        further=Ask(
            "https://sspai.com/api/v1/article/index/page/get?limit=10&offset=10&created_at=0", page=2
        ),
    ),
    List(
        site="ifanr",
        article="https://www.ifanr.com/{id}",
        step={
            "kind": "api",
            "url": "https://sso.ifanr.com/api/v5/wp/web-feed/?limit=20&offset={offset}",
            "per": 20,
            "items": "objects",
            "link": "post_url",
            "title": "post_title",
            "author": "created_by.name",
            "published": "created_at",
        },
        body=json.dumps(
            {
                "objects": [
                    {
                        "post_url": "https://www.ifanr.com/7",
                        "post_title": "七",
                        "created_by": {"name": "小明"},
                        "created_at": EPOCH,
                    }
                ]
            }
        ),
        author="小明",
        asked=Ask("https://sso.ifanr.com/api/v5/wp/web-feed/?limit=20&offset=0"),
    ),
    List(
        site="tmtpost",
        article="https://www.tmtpost.com/{id}.html",
        step={
            "kind": "api",
            "url": "https://api.tmtpost.com/v1/lists/new?limit=20",
            "headers": {"app-version": "web1.0"},
            "items": "data",
            "link": "share_link",
            "title": "title",
            "published": "time_published",
        },
        body=json.dumps(
            {
                "data": [
                    {
                        "share_link": "https://www.tmtpost.com/7.html",
                        "title": "七",
                        "time_published": str(EPOCH),
                    }
                ]
            }
        ),
    ),
    List(
        site="jiqizhixin",
        article="https://www.jiqizhixin.com/articles/{id}",
        step={
            "kind": "api",
            "url": "https://www.jiqizhixin.com/api/article_library/articles.json?sort=time&page={page}&per=20",
            "ok": "success",
            "items": "articles",
            "link": "join('', ['https://www.jiqizhixin.com/articles/', slug])",
            "title": "title",
            "author": "author",
            "published": "publishedAt",
            "cursor": "hasNextPage",
            "pages": 2,
        },
        body=json.dumps(
            {
                "success": True,
                "hasNextPage": True,
                "articles": [
                    {
                        "slug": "2026-11-20-7",
                        "title": "七",
                        "author": "小明",
                        "publishedAt": "2026/11/20 12:00",
                    }
                ],
            }
        ),
        ids=("2026-11-20-7",),
        author="小明",
        asked=Ask("https://www.jiqizhixin.com/api/article_library/articles.json?sort=time&page=1&per=20"),
        further=Ask(
            "https://www.jiqizhixin.com/api/article_library/articles.json?sort=time&page=2&per=20", page=2
        ),
    ),
    List(
        site="latepost",
        article="https://www.latepost.com/news/dj_detail?id={id}",
        step={
            "kind": "api",
            "url": "https://www.latepost.com/site/index",
            "method": "POST",
            "form": {"page": "{page}", "limit": "20"},
            "items": "data",
            "link": "detail_url",
            "title": "title",
            "published": "release_time",
            "pages": 2,
        },
        body=json.dumps(
            {"data": [{"title": "七", "detail_url": "/news/dj_detail?id=7", "release_time": "11月20日"}]}
        ),
        published="2026-11-20T00:00:00+08:00",
        asked=Ask("https://www.latepost.com/site/index", form=(("page", "1"), ("limit", "20"))),
        further=Ask("https://www.latepost.com/site/index", form=(("page", "2"), ("limit", "20")), page=2),
    ),
    List(
        site="guokr",
        article="https://www.guokr.com/article/{id}/",
        step={
            "kind": "api",
            "url": "https://www.guokr.com/beta/proxy/science_api/articles?limit=30",
            "items": "@",
            "link": "join('', ['https://www.guokr.com/article/', to_string(id), '/'])",
            "title": "title",
            "author": "author.nickname",
            "published": "date_published",
        },
        body=json.dumps([{"id": 7, "title": "七", "author": {"nickname": "小明"}, "date_published": NEW}]),
        author="小明",
    ),
    List(
        site="sina",
        article="https://tech.sina.com.cn/it/2026-11-20/doc-i{id}.shtml",
        step={
            "kind": "api",
            "url": "https://feed.mix.sina.com.cn/api/roll/get?pageid=153&lid=2516&num=20&page={page}",
            "ok": "result.status.code == `0`",
            "items": "result.data",
            "link": "url",
            "title": "title",
            "author": "media_name",
            "published": "ctime",
        },
        body="try{feedCallback("
        + json.dumps(
            {
                "result": {
                    "status": {"code": 0},
                    "data": [
                        {
                            "url": "https://tech.sina.com.cn/it/2026-11-20/doc-iabc7.shtml",
                            "title": "七",
                            "media_name": "小明",
                            "ctime": str(EPOCH),
                        }
                    ],
                }
            }
        )
        + ");}catch(e){};",
        ids=("abc7",),
        author="小明",
        asked=Ask("https://feed.mix.sina.com.cn/api/roll/get?pageid=153&lid=2516&num=20&page=1"),
    ),
    List(
        site="netease",
        article="https://www.163.com/tech/article/{id}.html",
        step={
            "kind": "api",
            "url": "https://c.m.163.com/nc/article/list/T1/{offset}-20.html",
            "per": 20,
            "items": "*[] | [?docid]",
            "link": "join('', ['https://www.163.com/tech/article/', docid, '.html'])",
            "title": "title",
            "author": "source",
            "published": "ptime",
            "pages": 2,
        },
        body=json.dumps(
            {
                "T1": [
                    {
                        "docid": "ABCDEFGH00097U7R",
                        "title": "七",
                        "source": "小明",
                        "ptime": "2026-11-20 12:00:00",
                    }
                ]
            }
        ),
        ids=("ABCDEFGH00097U7R",),
        author="小明",
        asked=Ask("https://c.m.163.com/nc/article/list/T1/0-20.html"),
        further=Ask("https://c.m.163.com/nc/article/list/T1/20-20.html", page=2),
    ),
    List(
        site="wordpress",
        article="https://www.landiannews.com/archives/{id}.html",
        step={
            "kind": "api",
            "url": "https://www.landiannews.com/wp-json/wp/v2/posts?_embed&page={page}",
            "items": "@",
            "link": "link",
            "title": "title.rendered",
            "author": "_embedded.author[0].name",
            "published": "join('', [date_gmt, 'Z'])",
            "text": "content.rendered",
            "full": True,
        },
        body=json.dumps(
            [
                {
                    "link": "https://www.landiannews.com/archives/7.html",
                    "title": {"rendered": "七 &#8211; 八"},
                    "date_gmt": "2026-11-20T04:00:00",
                    "content": {"rendered": "<p>文</p>"},
                    "_embedded": {"author": [{"name": "小明"}]},
                }
            ]
        ),
        title="七 – 八",
        author="小明",
        html="<p>文</p>",
        asked=Ask("https://www.landiannews.com/wp-json/wp/v2/posts?_embed&page=1"),
    ),
    List(
        site="pingwest",
        article="https://www.pingwest.com/w/{id}",
        step={
            "kind": "listing",
            "url": "https://www.pingwest.com/api/state/list?page={page}",
            "headers": {"Referer": "https://www.pingwest.com/"},
            "inside": "data.list",
            "items": "section.item",
            "link": "xpath:(.//a/@href)[last()]",
            "title": ".news-info .title",
            "published": "xpath:@data-t",
            "text": ".news-info .text",
            "full": True,
            "pages": 2,
        },
        body=json.dumps(
            {
                "data": {
                    "list": f"<section class='item' data-t='{EPOCH}'><a href='//www.pingwest.com/tag/1'>签</a>"
                    "<div class='news-info'><p class='title'>七</p><p class='text'>文</p>"
                    "<a href='//www.pingwest.com/w/7'>全文</a></div></section>"
                }
            }
        ),
        html='<p class="text">文</p>',
        asked=Ask("https://www.pingwest.com/api/state/list?page=1"),
        further=Ask("https://www.pingwest.com/api/state/list?page=2", page=2),
    ),
    List(
        site="leiphone",
        article="https://www.leiphone.com/category/ai/{id}.html",
        step={
            "kind": "listing",
            "url": "https://www.leiphone.com/category/ai/page/1",
            "items": ".lph-pageList ul li",
            "link": "div.img > a",
            "title": "img.lazy::attr(title)",
            "next": "div.lph-page > a.next",
            "pages": 2,
        },
        body="<div class='lph-pageList'><ul><li><div class='img'><a href='https://www.leiphone.com/category/ai/aBcDeFgHiJkLmNoP.html'>"
        "<img class='lazy' title='七' data-original='a.jpg'></a></div></li></ul></div>"
        "<div class='lph-page'><a class='next' href='/category/ai/page/2'>下一页</a></div>",
        ids=("aBcDeFgHiJkLmNoP",),
        published=None,
        kind="text/html",
        further=Ask("https://www.leiphone.com/category/ai/page/2", page=2),
    ),
    List(
        site="oschina",
        article="https://www.oschina.net/news/{id}",
        step={
            "kind": "listing",
            "url": "https://www.oschina.net/news/widgets/_news_index_all_list?p={page}&type=ajax",
            "headers": {"X-Requested-With": "XMLHttpRequest", "Referer": "https://www.oschina.net/news"},
            "items": ".items .news-item:not(.ad-wrap)",
            "link": "h3 a",
            "title": "h3 a::attr(title)",
            "published": ".extra > .list > .item:nth-child(2)",
        },
        body="<div class='items'><div class='news-item ad-wrap'><h3><a href='/news/1' title='广告'>广</a></h3></div>"
        "<div class='news-item'><h3><a href='/news/7' title='七'>七…</a></h3><div class='extra'><div class='list'>"
        "<div class='item'>小明</div><div class='item'>昨天 10:21</div></div></div></div></div>",
        published="2026-11-23T10:21:00+08:00",
        kind="text/html",
        asked=Ask("https://www.oschina.net/news/widgets/_news_index_all_list?p=1&type=ajax"),
    ),
    List(
        site="ithome",
        article="https://www.ithome.com/0/957/{id}.htm",
        step={
            "kind": "listing",
            "url": "https://www.ithome.com/list/",
            "items": "#list > div.fl > ul > li",
            "link": "a.t",
            "title": "a.t",
            "published": "i",
        },
        body="<div id='list'><div class='fl'><ul><li><a class='t' href='https://www.ithome.com/0/957/505.htm'>七</a>"
        "<i>09:30</i></li><li><a class='t' href='https://lapin.ithome.com/1.htm'>神券</a><i>09:31</i></li></ul></div></div>",
        ids=("505",),
        published="2026-11-24T09:30:00+08:00",
        kind="text/html",
    ),
    List(
        site="cnbeta",
        article="https://www.cnbeta.com.tw/articles/tech/{id}.htm",
        step={
            "kind": "listing",
            "url": "https://www.cnbeta.com.tw/",
            "items": ".items-area > div > dl > dt > a",
            "link": "xpath:@href",
            "title": "xpath:.",
        },
        body="<div class='items-area'><div><dl><dt><a href='//www.cnbeta.com.tw/articles/tech/7.htm'>七</a></dt></dl></div></div>",
        published=None,
        kind="text/html",
    ),
    List(
        site="solidot",
        article="https://www.solidot.org/story?sid={id}",
        step={
            "kind": "listing",
            "url": "https://www.solidot.org/",
            "items": "div.block_m div.bg_htit > h2 > a",
            "link": "xpath:@href",
            "title": "xpath:.",
        },
        body="<div class='block_m'><div class='bg_htit'><h2><a href='/story?sid=7'>七</a></h2></div></div>",
        published=None,
        kind="text/html",
    ),
    List(
        site="hackernews",
        article="https://news.ycombinator.com/item?id={id}",
        step={
            "kind": "api",
            "url": "https://hacker-news.firebaseio.com/v0/topstories.json",
            "items": "@",
            "link": "join('', ['https://news.ycombinator.com/item?id=', to_string(@)])",
        },
        body="[7,9]",
        ids=("7", "9"),
        title=None,
        published=None,
    ),
    List(
        site="hackernews-page",
        article="https://news.ycombinator.com/item?id={id}",
        step={
            "kind": "listing",
            "url": "https://news.ycombinator.com/",
            "items": "tr.athing",
            "link": "xpath:concat('item?id=', @id)",
            "title": ".titleline a",
            "next": "a.morelink",
            "pages": 2,
        },
        body="<table><tr class='athing' id='7'><td><span class='titleline'><a href='https://other.example/'>七</a></span></td></tr></table>"
        "<a class='morelink' href='?p=2'>More</a>",
        published=None,
        kind="text/html",
        further=Ask("https://news.ycombinator.com/?p=2", page=2),
    ),
    List(
        site="wired-tag",
        article="https://www.wired.com/story/{id}/",
        step={
            "kind": "api",
            "url": "https://www.wired.com/tag/artificial-intelligence/",
            "state": {"script": "script", "name": "window.__PRELOADED_STATE__"},
            "items": "transformed.tag.items",
            "link": "url",
            "title": "dangerousHed",
            "published": "pubDate",
        },
        body=state(
            "__PRELOADED_STATE__",
            {
                "transformed": {
                    "tag": {"items": [{"url": "/story/7/", "dangerousHed": "<em>七</em>", "pubDate": NEW}]}
                }
            },
        ),
        kind="text/html",
    ),
    List(
        site="36kr-feed",
        article="https://www.36kr.com/p/{id}",
        step={"kind": "feed", "url": "https://www.36kr.com/feed-article", "full": True},
        body="<rss version='2.0'><channel><item><title><![CDATA[七]]></title><link><![CDATA[https://www.36kr.com/p/7?f=rss]]></link>"
        "<pubDate>2026-11-20 12:00:00  +0800</pubDate><description><![CDATA[<p>文</p>]]></description></item></channel></rss>",
        html="<p>文</p>",
        kind="application/xml",
    ),
    List(
        site="theregister",
        article="https://www.theregister.com/2026/11/20/{id}/",
        step={
            "kind": "feed",
            "url": "https://www.theregister.com/headlines.atom",
            "unwrap": r"//go\.theregister\.com/feed/(.+)",
        },
        body="<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>七</title><updated>2026-11-20T04:00:00Z</updated>"
        "<link rel='alternate' href='https://go.theregister.com/feed/www.theregister.com/2026/11/20/seven/'/></entry></feed>",
        ids=("seven",),
        kind="application/atom+xml",
    ),
]


@pytest.mark.parametrize("site", LISTS, ids=str)
def test_the_list_is_asked_for_as_the_site_wants_it(site: List) -> None:
    step = Step.model_validate(site.step)
    assert first_ask(step) == (site.asked or Ask(step.url))


@pytest.mark.parametrize("site", LISTS, ids=str)
def test_the_list_is_read(site: List) -> None:
    links = finding(
        site.body, Step.model_validate(site.step), source=site.source, content_type=site.kind
    ).links
    assert [site.source.identify(link.url).identifier for link in links] == list(site.ids)  # type: ignore[union-attr]
    published = datetime.fromisoformat(site.published) if site.published else None
    first = links[0]
    assert (first.title, first.author, first.published_at, first.html) == (
        site.title,
        site.author,
        published,
        site.html,
    )


@pytest.mark.parametrize("site", [site for site in LISTS if site.further], ids=str)
def test_the_next_page_is_asked_for_as_the_site_wants_it(site: List) -> None:
    step = Step.model_validate(site.step)
    assert finding(site.body, step, source=site.source, content_type=site.kind).further == site.further


def test_of_an_index_only_the_sitemaps_that_the_recipe_names_are_opened() -> None:
    body = "".join(
        f"<sitemap><loc>https://techcrunch.com/{name}.xml</loc></sitemap>"
        for name in ("page-sitemap", "post-sitemap1", "post-sitemap2")
    )
    step = Step(kind="sitemap", url="https://techcrunch.com/sitemap_index.xml", parts="/post-sitemap")
    source = List(site="tc", article="https://techcrunch.com/{id}/", step={}, body="").source
    parts = finding(f"<sitemapindex>{body}</sitemapindex>", step, source=source).parts
    assert [part.url.rpartition("/")[2] for part in parts] == ["post-sitemap1.xml", "post-sitemap2.xml"]

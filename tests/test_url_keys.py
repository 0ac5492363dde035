"""The key that all spellings of a page's URL share: what is the same, and what must stay apart."""

from random import Random
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive import one_line, untracked, url_key

WEIXIN = "https://mp.weixin.qq.com/s?__biz=MzA3MzI4MjgzMw==&mid=2650987654&idx=1&sn=6d3cdc5fb1b6235e"

SAME = [
    # --- how a URL may be written ---
    ("http://www.huxiu.com/article/1", "https://www.huxiu.com/article/1", "scheme"),
    ("//example.org/a/1", "https://example.org/a/1", "no scheme, as in a page's links"),
    ("example.org/a/1", "https://example.org/a/1", "no scheme, as a person types it"),
    ("HTTPS://Example.ORG/a/1", "https://example.org/a/1", "case of scheme and host"),
    ("https://www.example.org/a/1", "https://example.org/a/1", "www"),
    ("https://www.example.co.uk/a/1", "https://example.co.uk/a/1", "www before a long suffix"),
    ("https://example.org:443/a/1", "https://example.org/a/1", "default port"),
    ("http://example.org:80/a/1", "https://example.org/a/1", "default port of http"),
    ("https://example.org:/a/1", "https://example.org/a/1", "empty port"),
    ("https://example.org./a/1", "https://example.org/a/1", "dot of the root"),
    ("https://reader:secret@example.org/a/1", "https://example.org/a/1", "who logs in"),
    (" https://example.org/a/1\n", "https://example.org/a/1", "space around"),
    ("https:\\\\example.org\\a\\1", "https://example.org/a/1", "backslashes, which browsers take for slashes"),
    ("https://example.org", "https://example.org/", "empty path"),
    ("https://xn--fsqu00a.xn--fiqs8s/1", "https://例子.中国/1", "Punycode"),
    ("https://xn--mnchen-3ya.example/1", "https://MÜNCHEN.example/1", "Punycode and case"),
    ("https://例子。中国/1", "https://例子.中国/1", "a Chinese full stop"),
    ("https://ｅｘａｍｐｌｅ.org/1", "https://example.org/1", "wide letters in a host"),
    ("http://[2001:DB8:0:0::1]:80/a", "http://[2001:db8::1]/a", "an address literal"),
    # --- path ---
    ("https://example.org/a/%7euser", "https://example.org/a/~user", "an escape that need not be"),
    ("https://example.org/%e4%b8%ad", "https://example.org/%E4%B8%AD", "case of an escape"),
    ("https://example.org/中文/1", "https://example.org/%E4%B8%AD%E6%96%87/1", "UTF-8 escaped or not"),
    ("https://example.org/a b", "https://example.org/a%20b", "a blank"),
    ("https://winfuture.de/news%2C123456.html", "https://winfuture.de/news,123456.html", "a comma"),
    ("https://example.org/100%", "https://example.org/100%25", "a percent sign alone"),
    ("https://example.org/a/./b/../1", "https://example.org/a/1", "dot segments"),
    ("https://example.org/../a/1", "https://example.org/a/1", "above the root"),
    ("https://example.org/a/%2e%2E/1", "https://example.org/1", "escaped dot segments"),
    ("https://example.org//a///1", "https://example.org/a/1", "doubled slashes"),
    ("https://techcrunch.com/2026/11/20/a-start-up/", "https://techcrunch.com/2026/11/20/a-start-up", "final slash"),
    ("https://example.org/2026/a/index.html", "https://example.org/2026/a/", "index page"),
    ("https://example.org/index.php?id=3", "https://example.org/?id=3", "index page with a query"),
    ("https://example.org/a.jsp;jsessionid=1A2B", "https://example.org/a.jsp", "session in the path"),
    # --- AMP ---
    ("https://techcrunch.com/2026/11/20/start-up/amp/", "https://techcrunch.com/2026/11/20/start-up/", "/amp/"),
    ("https://example.org/some-long-title/amp", "https://example.org/some-long-title", "/amp after words"),
    ("https://example.org/新闻/amp", "https://example.org/新闻", "/amp after Chinese"),
    ("https://example.org/a/1?amp", "https://example.org/a/1", "?amp"),
    ("https://example.org/a/1?amp=1", "https://example.org/a/1", "?amp=1"),
    ("https://example.org/a/1?outputType=amp", "https://example.org/a/1", "outputType=amp"),
    ("https://amp.theguardian.com/technology/2026/nov/20/a-chip", "https://www.theguardian.com/technology/2026/nov/20/a-chip", "amp host"),
    ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/2026/a-b-c/amp/?amp_js_v=0.1", "https://www.example.org/2026/a-b-c/", "AMP cache"),
    ("https://example-org.cdn.ampproject.org/v/s/example.org/a?id=3&usqp=mq331AQ", "https://example.org/a?id=3", "AMP viewer"),
    ("https://cdn.ampproject.org/c/example.org/a", "http://example.org/a", "AMP cache of http"),
    ("https://www.google.com/amp/s/www.example.org/2026/a-b-c/amp", "https://example.org/2026/a-b-c", "Google's AMP viewer"),
    ("https://www.google.co.jp/amp/s/example.org/a", "https://example.org/a", "in Japan"),
    # --- fragment ---
    ("https://example.org/a/1#comments", "https://example.org/a/1", "a place on the page"),
    ("https://example.org/a/1#:~:text=word", "https://example.org/a/1", "words to mark"),
    ("https://example.org/a/1#", "https://example.org/a/1", "an empty fragment"),
    ("https://example.org/#/", "https://example.org/", "a script's front page"),
    ("https://example.org/#!/news/1/", "https://example.org/#!/news/1", "final slash of a script's page"),
    ("https://mp.weixin.qq.com/s/AbCdEf-1_2#rd", "https://mp.weixin.qq.com/s/AbCdEf-1_2", "Weixin's mark"),
    # --- query ---
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2", "order"),
    ("https://example.org/a?", "https://example.org/a", "empty query"),
    ("https://example.org/a?&id=1&&", "https://example.org/a?id=1", "empty pairs"),
    ("https://example.org/forum?1234=", "https://example.org/forum?1234", "a key without a value"),
    ("https://example.org/a?q=x+y", "https://example.org/a?q=x%20y", "a blank in a form"),
    ("https://example.org/a?t[]=1", "https://example.org/a?t%5B%5D=1", "brackets"),
    ("https://example.org/a?u=https%3A%2F%2Fb.example%2F1", "https://example.org/a?u=https://b.example/1", "slashes"),
    ("https://example.org/a?x=1&amp;id=2", "https://example.org/a?x=1&id=2", "escaped for HTML once too often"),
    # --- tracking ---
    ("https://example.org/a?utm_source=rss&utm_medium=x", "https://example.org/a", "campaign"),
    ("https://example.org/a?UTM_Source=rss", "https://example.org/a", "campaign in capitals"),
    ("https://example.org/a?id=3&fbclid=IwAR0x&gclid=x", "https://example.org/a?id=3", "click ids"),
    ("https://techcrunch.com/2026/11/20/a/?guccounter=1&guce_referrer=aHR0&guce_referrer_sig=AQ", "https://techcrunch.com/2026/11/20/a/", "consent"),
    ("https://www.wired.com/story/a-b/?mbid=social_facebook", "https://www.wired.com/story/a-b/", "Condé Nast"),
    ("https://www.sohu.com/a/812345678_114760?spm=smpc.news.1&scm=10001.581", "https://www.sohu.com/a/812345678_114760", "spm, scm"),
    ("https://example.cn/a/1?from=timeline&isappinstalled=0", "https://example.cn/a/1", "Weixin's circle of friends"),
    ("https://example.cn/a/1?from=singlemessage", "https://example.cn/a/1", "a Weixin message"),
    ("https://example.cn/a/1?from=groupmessage&nsukey=Ab%2B1", "https://example.cn/a/1", "a Weixin group"),
    ("https://juejin.cn/post/7412345678901234567?share_token=4f3e2d1c-0000", "https://juejin.cn/post/7412345678901234567", "share token"),
    ("https://www.bilibili.com/read/cv1234567?share_source=weixin&share_medium=android&vd_source=ab12", "https://www.bilibili.com/read/cv1234567", "Bilibili"),
    ("https://example.cn/a/1?hmsr=toutiao.io&hmpl=&hmcu=&hmkw=&hmci=", "https://example.cn/a/1", "Baidu's statistics"),
    ("https://example.cn/a/1?bd_vid=1234&sharer_shareinfo=ab&weibo_id=5", "https://example.cn/a/1", "Baidu, Weixin, Weibo"),
    ("https://new.qq.com/rain/a/20261120A01ABC00?tdsourcetag=s_pcqq_aiomsg&pgv_ref=aio", "https://new.qq.com/rain/a/20261120A01ABC00", "Tencent"),
    ("https://example.org/a?f=rss", "https://example.org/a", "from the feed"),
    ("https://example.org/a?source=rss&partner=rss", "https://example.org/a", "from the feed, said otherwise"),
    ("https://example.org/2026/a/?share=twitter", "https://example.org/2026/a/", "WordPress's button"),
    ("https://example.org/2026/a/?replytocom=77", "https://example.org/2026/a/", "an answer to a comment"),
    ("https://www.heise.de/news/Ein-Titel-9876543.html?wt_mc=rss.red.ho.ho.atom.beitrag", "https://www.heise.de/news/Ein-Titel-9876543.html", "heise's feed"),
    # --- sites ---
    ("https://www.huxiu.com/article/33546.html?f=member_article", "https://www.huxiu.com/article/33546", "huxiu's own f"),
    ("https://m.huxiu.com/article/33546.html?type=text", "https://www.huxiu.com/article/33546", "huxiu's page for phones"),
    ("http://www.huxiu.com/article/13380/1.html", "https://www.huxiu.com/article/13380", "huxiu's first page"),
    ("https://m.36kr.com/p/3992972828097536", "https://www.36kr.com/p/3992972828097536", "36kr's host for phones"),
    ("https://36kr.com/p/207879.html", "https://www.36kr.com/p/207879", "36kr in 2013"),
    ("https://m.ithome.com/html/957505.htm", "https://www.ithome.com/0/957/505.htm", "ithome in one piece"),
    ("https://m.ithome.com/html/1005046.htm", "https://www.ithome.com/1/005/046.htm", "ithome past a million"),
    ("https://science.solidot.org/story?sid=81234", "https://www.solidot.org/story?sid=81234", "solidot's topics"),
    ("https://www.solidot.org/story?sid=81234&from=rss", "https://www.solidot.org/story?sid=81234", "solidot's feed"),
    ("https://hot.cnbeta.com/articles/movie/1234567.htm", "https://www.cnbeta.com.tw/articles/tech/1234567.htm", "cnBeta's hosts"),
    ("https://m.leiphone.com/news/202611/Ab1Cd2Ef3Gh4Ij5K.html", "https://www.leiphone.com/category/ai/Ab1Cd2Ef3Gh4Ij5K.html", "leiphone"),
    ("https://m.tmtpost.com/7654321.html", "https://www.tmtpost.com/7654321.html", "tmtpost"),
    ("https://m.guokr.com/article/441234/", "https://www.guokr.com/article/441234", "guokr"),
    ("https://www.oschina.net/news/312345/some-words", "https://www.oschina.net/news/312345", "oschina with words"),
    ("https://3g.163.com/dy/article/JABCDEFG0511ABCD.html?spss=adap_pc", "https://www.163.com/tech/article/JABCDEFG0511ABCD.html", "NetEase"),
    ("https://lwn.net/SubscriberLink/998877/0123456789abcdef/", "https://lwn.net/Articles/998877/", "LWN's link for a friend"),
    ("https://lwn.net/Articles/998877/?format=printable", "https://lwn.net/Articles/998877/", "LWN for a printer"),
    ("https://tech.slashdot.org/story/26/11/20/0123456/some-title?utm_source=rss1.0", "https://slashdot.org/story/26/11/20/0123456", "slashdot"),
    ("https://www.theverge.com/2016/9/7/12837230/a-phone", "https://www.theverge.com/12837230/a-better-title", "the Verge's number"),
    ("https://go.theregister.com/feed/www.theregister.com/2026/11/20/a_chip/", "https://www.theregister.com/2026/11/20/a_chip/", "the Register's feed"),
    ("https://www.theregister.co.uk/2016/11/20/a_chip/print.html", "https://www.theregister.com/2016/11/20/a_chip/", "the Register in print"),
    ("https://heise.de/-9876543", "https://www.heise.de/news/Ein-Titel-9876543.html", "heise's short form"),
    ("https://www.itmedia.co.jp/news/spv/2611/20/news101.html", "https://www.itmedia.co.jp/news/articles/2611/20/news101.html", "ITmedia for phones"),
    ("http://mp.weixin.qq.com/s?__biz=MzA3MzI4MjgzMw%3D%3D&mid=2650987654&idx=1&sn=6d3cdc5fb1b6235e&chksm=bc73&scene=21#wechat_redirect", WEIXIN, "Weixin's four"),
    (WEIXIN.replace("&", "&amp;") + "&mpshare=1&scene=24&srcid=0401k", WEIXIN, "Weixin shared"),
    ("https://bbs.example.cn/forum.php?mod=viewthread&tid=77&extra=page%3D1&mobile=2", "https://bbs.example.cn/forum.php?tid=77", "Discuz"),
    ("https://news.google.com/rss/articles/CBMiXyz_1?oc=5&hl=en-US&gl=US&ceid=US:en", "https://news.google.com/articles/CBMiXyz_1", "Google News"),
    ("https://www.google.com/url?rct=j&sa=t&url=https://example.org/a?id%3D3&ct=ga&usg=AOv", "https://example.org/a?id=3", "Google's alert"),
    ("https://link.zhihu.com/?target=https%3A//example.org/a%3Fid%3D3%26b%3D%25E4%25B8", "https://example.org/a?b=%E4%B8&id=3", "a site's way out"),
    ("https://youtu.be/abcdefghijk?t=42", "https://m.youtube.com/watch?v=abcdefghijk&feature=share", "a film"),
]  # fmt: skip

APART = [
    ("https://www.huxiu.com/article/1", "https://www.huxiu.com/article/12", "another number"),
    ("https://example.org/a/1", "https://example.org/A/1", "case of a path"),
    ("https://example.org/a/1", "https://m.example.org/a/1", "a host for phones that no rule knows"),
    ("https://example.org/a/1", "https://blog.example.org/a/1", "another host"),
    ("https://example.org/a/1", "https://example.org:8080/a/1", "another port"),
    ("https://strasse.example/1", "https://straße.example/1", "ß is no ss"),
    ("https://www.com/1", "https://com/1", "www is the name"),
    ("https://example.org/a/1", "ftp://example.org/a/1", "another scheme"),
    ("https://example.org/1", "https://example.org/1.html", "another page for all we know"),
    ("https://example.org/a%2Fb", "https://example.org/a/b", "an escaped slash is part of a name"),
    ("https://example.org/a%3Fb", "https://example.org/a?b", "an escaped question mark"),
    ("https://example.org/%25E4", "https://example.org/%E4", "escaped twice"),
    ("https://example.org/%D6%D0", "https://example.org/%E4%B8%AD", "GBK is no UTF-8"),
    ("https://example.org/%D6%D0", "https://example.org/%B9%FA", "two words in GBK"),
    ("https://example.org/a?q=c%2B%2B", "https://example.org/a?q=c++", "a plus is a blank in a query"),
    ("https://example.org/a?a%3Db=c", "https://example.org/a?a=b%3Dc", "an escaped equals sign in a key"),
    ("https://example.org/a?x=1%26y=2", "https://example.org/a?x=1&y=2", "an escaped ampersand"),
    ("https://example.org/a?id=1", "https://example.org/a?id=2", "a number in the query"),
    ("https://example.org/a?id=1", "https://example.org/a", "the query is the identity"),
    ("https://example.org/?p=12", "https://example.org/?p=13", "WordPress without permalinks"),
    ("https://example.org/forum?1234", "https://example.org/forum?5678", "a key without a value"),
    ("https://example.org/forum?1234", "https://example.org/forum", "and none"),
    ("https://example.org/a?page=2", "https://example.org/a", "a later page"),
    ("https://example.org/a/index2.html", "https://example.org/a/", "no index page"),
    ("https://example.org/index.html/b", "https://example.org/b", "not at the end"),
    ("https://example.org/tag/amp", "https://example.org/tag/", "articles on AMP"),
    ("https://github.com/someone/amp", "https://github.com/someone", "a project called amp"),
    ("https://example.org/some-long-title/amps", "https://example.org/some-long-title", "a word"),
    ("https://amp.dev/about", "https://dev/about", "amp is the name"),
    ("https://amp.example.org/docs", "https://example.org/docs", "a product called amp"),
    ("https://example.org/a?amp=7", "https://example.org/a", "seven ampere"),
    ("https://www.google.com/amp/about", "https://about/", "no page is wrapped"),
    ("https://example.org/#!/news/1", "https://example.org/#!/news/2", "a script's pages"),
    ("https://example.org/#/news/1", "https://example.org/", "a script's page and its front page"),
    ("https://example.org/a?from=beijing&to=shanghai", "https://example.org/a?from=shanghai&to=beijing", "from is a city"),
    ("https://example.org/a?from=2026-01-01", "https://example.org/a", "from is a day"),
    ("https://example.org/a?f=12", "https://example.org/a?f=13", "f is a forum"),
    ("https://example.org/a?source=wikipedia", "https://example.org/a", "source is a question"),
    ("https://example.org/repo?ref=v1.2", "https://example.org/repo?ref=v1.3", "ref is a version"),
    ("https://example.org/s?s=one", "https://example.org/s?s=two", "s is a search"),
    ("https://example.org/a?scene=1", "https://example.org/a?scene=2", "scene is Weixin's there alone"),
    ("https://example.org/a?share=shares", "https://example.org/a", "share is no button"),
    ("https://example.org/a?mbid=1", "https://example.org/a?mbid=2", "mbid is tracking on some sites alone"),
    ("https://example.org/a?type=text", "https://example.org/a", "type is huxiu's"),
    # --- sites ---
    ("http://www.huxiu.com/article/13380/2.html", "http://www.huxiu.com/article/13380/1.html", "huxiu's second page"),
    ("https://www.huxiu.com/article/33546", "https://www.huxiu.com/moment/33546.html", "huxiu's other kinds"),
    ("https://www.36kr.com/p/123", "https://www.36kr.com/newsflashes/123", "36kr's other kinds"),
    ("https://eu.36kr.com/en/p/3992972828097536", "https://36kr.com/p/3992972828097536", "a translation"),
    ("https://www.ithome.com/0/957/505.htm", "https://www.ithome.com/0/957/506.htm", "ithome's next"),
    ("https://m.ithome.com/html/100505.htm", "https://www.ithome.com/1/005/046.htm", "ithome's groups"),
    ("https://www.solidot.org/story?sid=81234", "https://www.solidot.org/story?sid=81235", "solidot's identity"),
    ("https://www.cnbeta.com.tw/articles/tech/1.htm", "https://www.cnbeta.com.tw/topics/1.htm", "cnBeta's topics"),
    ("https://www.latepost.com/news/dj_detail?id=1", "https://www.latepost.com/news/dj_detail?id=2", "LatePost's identity"),
    ("https://www.tmtpost.com/7.html", "https://www.tmtpost.com/nictation/7.html", "tmtpost's flashes"),
    ("https://lwn.net/Articles/998877/", "https://lwn.net/Articles/998877/rss", "an article's comments as a feed"),
    ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=2", "Hacker News"),
    ("https://www.phoronix.com/scan.php?page=news_item&px=A-Title", "https://www.phoronix.com/scan.php?page=news_item&px=B-Title", "phoronix"),
    ("https://www.phoronix.com/review/a-card/2", "https://www.phoronix.com/review/a-card", "phoronix's second page"),
    ("https://www.theverge.com/tech/898815/a-phone", "https://www.theverge.com/users/898815/someone", "a reader of the Verge"),
    ("https://www.heise.de/news/Ein-Titel-9876543.html?seite=2", "https://www.heise.de/news/Ein-Titel-9876543.html", "heise's second page"),
    ("https://www.heise.de/forum/Kommentare-9876543.html", "https://www.heise.de/news/Ein-Titel-9876543.html", "heise's forum"),
    ("https://www.golem.de/news/ein-titel-2611-201234-2.html", "https://www.golem.de/news/ein-titel-2611-201234.html", "Golem's second page"),
    ("https://www.itmedia.co.jp/news/articles/2611/20/news101_2.html", "https://www.itmedia.co.jp/news/articles/2611/20/news101.html", "ITmedia's second page"),
    ("https://arstechnica.com/gadgets/2026/11/a-review/2/", "https://arstechnica.com/gadgets/2026/11/a-review/", "Ars's second page"),
    ("https://www.theregister.com/2016/11/20/a_chip/page2.html", "https://www.theregister.com/2016/11/20/a_chip/", "the Register's second page"),
    (WEIXIN, WEIXIN.replace("idx=1", "idx=2"), "Weixin's second article of a day"),
    (WEIXIN, "https://mp.weixin.qq.com/s/AbCdEf-1_2", "Weixin's two kinds of URL"),
    ("https://mp.weixin.qq.com/s/AbCdEf", "https://mp.weixin.qq.com/s/abcdef", "Weixin's tokens"),
    ("https://mp.weixin.qq.com/s?src=11&timestamp=1&signature=a", "https://mp.weixin.qq.com/s?src=11&timestamp=2&signature=b", "Weixin from a search"),
    ("https://bbs.example.cn/forum.php?tid=77&page=2", "https://bbs.example.cn/forum.php?tid=77", "a thread's second page"),
    ("https://bbs.example.cn/forum.php?mod=forumdisplay&fid=2", "https://bbs.example.cn/forum.php?mod=forumdisplay&fid=3", "Discuz's forums"),
    ("https://news.google.com/articles/CBMiXyz_1", "https://news.google.com/articles/CBMiXyz_2", "Google News"),
    ("https://www.google.com/url?url=/search", "https://www.google.com/url?url=/maps", "leads to no other page"),
    ("https://www.youtube.com/watch?v=abcdefghijk", "https://www.youtube.com/watch?v=abcdefghijl", "films"),
    ("mailto:a@example.org", "mailto:b@example.org", "no web addresses"),
    ("https://a.example:99999/1", "https://a.example/1", "no port"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [pair[:2] for pair in SAME], ids=[pair[2] for pair in SAME])
def test_spellings_of_one_page_share_a_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(("one", "other"), [pair[:2] for pair in APART], ids=[pair[2] for pair in APART])
def test_other_pages_have_other_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("url", sorted({url for pair in SAME + APART for url in pair[:2]}))
def test_a_keys_key_is_itself(url: str) -> None:
    assert url_key(url_key(url)) == url_key(url)


def test_the_table_is_large_on_both_sides() -> None:
    assert len(SAME) >= 80
    assert len(APART) >= 60


# --- any text ---

ALPHABET = "ahtps:/.?#&=%+@[]!;~-_019wm中é ßA\\\n\x00\ud800"
TEXTS = st.one_of(st.text(), st.text(ALPHABET), st.text(ALPHABET).map("https://a.example/".__add__))
WORDS = st.text("abcxyz0129-_.~中文éß", min_size=1, max_size=12)
HOSTS = st.sampled_from(["a.example", "news.example.co.uk", "例子.中国", "m.example.cn"])
PAIRS = st.lists(
    st.tuples(st.sampled_from(["id", "p", "sid", "q", "from"]), st.text("ab 中/&=+%#", max_size=6)),
    max_size=4,
)


@given(TEXTS)
@example("https://www.www.a.example/")
@example("https://amp.amp.www.a.example/some-long-words")
@example("https://a.example/a-b-c/amp/index.html/amp")
@example("https://cdn.ampproject.org/c/s/cdn.ampproject.org/c/s/a.example/1")
@example("https://a.example/;jsess;jsessionid=1ionid=2")
@example("https://a.example/" + "x" * 2000)
@example("https://a.example/?q=" + "中" * 2000)
@example("https://a.example/" + "%" * 20_000)
@example("javascript:alert(1)")
@example("http://[::1")
@example("http://a.example:port/")
@example("http://%FF.example/")
def test_any_text_has_one_key_which_is_bounded_and_its_own_key(text: str) -> None:
    key = url_key(text)
    assert len(key) <= 1000
    assert key.isascii()
    assert key.isprintable()
    assert url_key(key) == key == url_key(text)


@given(HOSTS, st.lists(WORDS, max_size=4), PAIRS, st.randoms())
def test_a_page_has_one_key_however_it_is_spelled(
    host: str, words: list[str], pairs: list[tuple[str, str]], chance: Random
) -> None:
    def spelled(text: str) -> str:
        return quote(text, safe="").lower() if chance.random() < 0.5 else quote(text, safe="")

    query = [f"{quote(name)}={spelled(value)}" for name, value in pairs]
    plain = f"https://{host}/{'/'.join(map(quote, words))}?{'&'.join(query)}"
    noise = [*query, "utm_source=x", "spm=1.2", "from=timeline"]
    chance.shuffle(noise)
    slash = chance.choice(["/", "//"])
    odd = (
        f"HTTP://{'www.' if chance.random() < 0.5 else ''}{host.upper()}:80/{slash.join(map(spelled, words))}"
    )
    assert url_key(f"{odd}/?{'&'.join(noise)}#top") == url_key(plain)


def test_a_long_address_keeps_its_identity() -> None:
    for length in (990, 1000, 5000, 20_000):
        long = "https://a.example/" + "x" * length
        assert url_key(long + "1") != url_key(long + "2")


# --- the URL less what tracks ---


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.example.org/A/?b=2&utm_source=x&a=%e4#top", "https://www.example.org/A/?b=2&a=%e4"),
        ("https://example.org/a/?from=timeline", "https://example.org/a/"),
        ("https://example.org/a/?from=beijing", "https://example.org/a/?from=beijing"),
        ("https://example.org/#!/news/1", "https://example.org/#!/news/1"),
        (WEIXIN + "&chksm=bc73&scene=21#rd", WEIXIN),
        ("https://www.huxiu.com/article/1.html?f=index", "https://www.huxiu.com/article/1.html"),
        (
            "https://bbs.example.cn/forum.php?mod=viewthread&tid=7&extra=page%3D1",
            "https://bbs.example.cn/forum.php?mod=viewthread&tid=7",
        ),
        ("no address?utm_source=1", "no address?utm_source=1"),
    ],
)
def test_a_url_less_tracking_is_spelled_as_before(url: str, kept: str) -> None:
    assert untracked(url) == kept


@given(TEXTS.map(lambda text: "".join(one_line(text).split())))
def test_a_url_less_tracking_has_the_same_key(text: str) -> None:
    assert url_key(untracked(text)) == url_key(text)

"""Pages of sites without a recipe that are no article, each known for what it is, and those that only look like it."""

import pytest

from archive import Article
from crawler.reading import Refusal, read
from crawler.source import source_for
from tests.huxiu_pages import fetched

URL = "https://news.example.org/2026/09/a-story"
EN = (
    "The harbour office said on Tuesday that the new cranes had moved their first load without a person on the quay.",
    "Four of them stand at the eastern basin, and each one is told what to do by a program that weighs wind and tide.",
    "Nobody lost a post over it, the office said, because the drivers now sit in a room with a view of the same quay.",
    "A second row of cranes is to follow in the spring, once the rails have been laid and the cables have been tested.",
)
ZH = (
    "港务局周二表示，新的起重机已经在没有人的码头上完成了第一次装卸，整个过程用了不到四十分钟，比过去快了一倍。",
    "四台起重机立在东港池，由一套会权衡风力和潮水的程序指挥，司机们则坐进了能看到同一个码头的控制室里工作。",
    "港务局说没有人因此失去岗位，第二排起重机将在明年春天到位，届时轨道和电缆都会铺设并测试完毕，再正式启用。",
)
DE = (
    "Das Hafenamt teilte am Dienstag mit, die neuen Kräne hätten ihre erste Ladung ohne einen Menschen am Kai bewegt.",
    "Vier davon stehen am östlichen Becken, und jeder wird von einem Programm gelenkt, das Wind und Flut abwägt.",
    "Niemand habe deshalb seine Stelle verloren, weil die Fahrer nun in einem Raum mit Blick auf denselben Kai sitzen.",
)
JA = (
    "港湾局は火曜日、新しいクレーンが岸壁に人のいない状態で最初の荷役を終えたと発表した。所要時間は以前の半分だった。",
    "東側の岸壁に立つ四基のクレーンは、風と潮を見ながら動くプログラムに従い、運転士は同じ岸壁が見える部屋に移った。",
)
NAV = "".join(
    f'<li><a href="/{name.lower()}/">{name}</a></li>'
    for name in ("World", "Ports", "Rail", "Energy", "About")
)
SAYS = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-09-01T08:00:00Z">'
NOT_FREE = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Cranes", "isAccessibleForFree": false}</script>'


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(main: str, title: str = "Cranes without crew", head: str = "", chrome: bool = True) -> str:
    top = f'<header><a href="/">The Quay</a><nav><ul>{NAV}</ul></nav></header>' if chrome else ""
    foot = "<footer><p>© 2026 The Quay</p><a href='/imprint'>Imprint</a></footer>" if chrome else ""
    return f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{top}{main}{foot}</body></html>"


def story(text: str, title: str = "Cranes without crew", head: str = "", after: str = "") -> str:
    return page(f"<main><article><h1>{title}</h1>{text}</article>{after}</main>", f"{title} | The Quay", head)


def cards(number: int, text: str = "") -> str:
    return "".join(
        f'<div class="card"><h3><a href="/2026/09/{n}">A headline about harbours that is number {n}</a></h3>{text and f"<p>{text} No {n}.</p>"}</div>'
        for n in range(number)
    )


BLOCKED = {
    "cloudflare": page('<div class="main-wrapper"><h1>news.example.org</h1><h2>Checking if the site connection is secure</h2></div><script>window._cf_chl_opt={}</script>', "Just a moment...", chrome=False),
    "cloudflare-blocked": page('<div id="cf-error-details"><h1>Sorry, you have been blocked</h1><h2>You are unable to access example.org</h2><p>This website is using a security service to protect itself from online attacks. The action you just performed triggered the security solution.</p></div>', "Attention Required! | Cloudflare", chrome=False),
    "cloudflare-1015": page("<h1>Error 1015</h1><h2>You are being rate limited</h2><div id='cf-error-details'></div>", "Access denied | news.example.org used Cloudflare to restrict access", chrome=False),
    "akamai": page('<h1>Access Denied</h1><p>You don\'t have permission to access "http://news.example.org/" on this server.</p><p>Reference #18.5e0 https://errors.edgesuite.net/18.5e0</p>', "Access Denied", chrome=False),
    "datadome": page('<p>Please enable JS and disable any ad blocker</p><script src="https://ct.captcha-delivery.com/c.js"></script>', "example.org", chrome=False),
    "perimeterx": page('<div id="px-captcha"></div><h1>Access to this page has been denied</h1><p>because we believe you are using automation tools to browse the website.</p>', "Access to this page has been denied.", chrome=False),
    "perimeterx-hold": page("<h1>Before we continue...</h1><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>", "news.example.org", chrome=False),
    "imperva": page('<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe><p>Request unsuccessful. Incapsula incident ID: 1-2-3</p>', "", chrome=False),
    "distil": page("<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser made us think you were a bot. There are a few reasons this might happen: you're moving through this website with super-human speed.</p>", "Pardon Our Interruption", chrome=False),
    "bloomberg-like": page("<h2>We've detected unusual activity from your computer network</h2><p>To continue, please click the box below to let us know you're not a robot.</p>", "The Quay - Are you a robot?", chrome=False),
    "search-sorry": page("<p>Our systems have detected unusual traffic from your computer network. Please try your request again later.</p>", "https://news.example.org/", chrome=False),
    "aws": page('<h1>Human Verification</h1><script>window.awsWafCookieDomainList=[]</script><div id="captcha-container"></div>', "Human Verification", chrome=False),
    "rate": page("<h1>Too Many Requests</h1><p>Slow down, please.</p>", "429", chrome=False),
    "aliyun": page('<div id="nocaptcha"></div><p>请按住滑块，拖动到最右边</p><script>var x="aliyun_waf"</script>', "滑动验证页面", chrome=False),
    "often": page("<div class='tip'><p>您的访问过于频繁，请稍后再试</p></div>", "提示", chrome=False),
    "odd": page("<p>系统检测到您的网络环境存在异常，为了您的账号安全，请完成下方验证后继续访问</p>", "安全验证", chrome=False),
    "code": page("<form><p>请输入验证码</p><input name='code'></form>", "访问验证", chrome=False),
    "wechat": page("<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a>", "", chrome=False),
    "jp": page("<h1>アクセスが制限されています</h1><p>不審なアクセスを検知しました。</p>", "エラー", chrome=False),
    "jp-robot": page("<p>続行するには、ロボットではないことを確認してください。</p>", "確認", chrome=False),
    "de": page("<h1>Sicherheitsüberprüfung</h1><p>Wir haben ungewöhnlichen Datenverkehr aus Ihrem Netz festgestellt.</p>", "Moment", chrome=False),
    "in-the-sites-frame": page("<main><h1>Verify you are human</h1><p>Complete the security check to go on to the page.</p></main>", "Security check | The Quay"),
}  # fmt: skip
WALLED = {
    "teaser": story(paragraphs(EN[0], EN[1][:60] + "…") + "<div class='paywall'><h2>Subscribe to continue reading</h2><p>Get unlimited access for 1 € a month.</p></div>", head=SAYS + NOT_FREE),
    "metered": story(paragraphs(EN[0]), head=SAYS + NOT_FREE, after="<div class='wall'><p>You have reached your limit of free articles.</p></div>"),
    "members": story(paragraphs(EN[0]) + "<p>This story is available exclusively to members.</p><p>Log in to read the full story</p>", head=SAYS),
    "unlock": story(paragraphs(EN[0][:70] + "...") + "<p>To continue reading, create a free account.</p>", head=SAYS),
    "zh-login": story(paragraphs(ZH[0]) + "<div class='login-tip'>登录后查看全文</div>", "起重机", SAYS),
    "zh-rest": story(paragraphs(ZH[0]) + "<div>剩余 70% 内容，订阅会员后继续阅读全文</div>", "起重机", SAYS),
    "zh-paid": story(paragraphs(ZH[0][:30]) + "<p>本文为付费内容，购买后阅读全文</p>", "起重机"),
    "de-plus": story(paragraphs(DE[0]) + "<div><h3>Jetzt weiterlesen mit Quay+</h3><p>Sie haben bereits ein Abo? Hier anmelden</p></div>", "Kräne", SAYS + NOT_FREE),
    "de-exclusive": story(paragraphs(DE[0]) + "<p>Dieser Artikel ist exklusiv für Abonnenten.</p>", "Kräne", SAYS),
    "ja-members": story(paragraphs(JA[0]) + "<p>この記事は会員限定です。残り 1,204文字</p>", "クレーン", SAYS),
    "ja-more": story(paragraphs(JA[0]) + "<p>続きを読むにはログインまたは会員登録が必要です</p>", "クレーン"),
    "login": page("<form><h1>Log in</h1><p>Welcome back.</p><input name='mail'><input type='password' name='word'><button>Log in</button></form>", "Log in | The Quay"),
    "zh-signin": page("<div><h2>用户登录</h2><input type='text'><input type='password'><a>忘记密码</a></div>", "登录"),
    "consent-en": page("<div><h1>Before you continue to The Quay</h1><p>We use cookies and data to deliver services, measure audiences and show personalised content.</p><p>With your consent, we and our 842 partners store information on a device.</p><button>Reject all</button><button>Accept all</button></div>", "Before you continue", chrome=False),
    "consent-de": page("<main><h1>Zustimmung</h1><p>Mit Werbung weiterlesen: Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Details zur Einwilligung in der Datenschutzerklärung.</p><p>Wir und unsere Partner speichern und/oder greifen auf Informationen auf einem Gerät zu.</p><button>Akzeptieren und weiter</button><button>Zustimmen</button></main>", "Die Kaizeitung", chrome=False),
    "consent-ja": page("<div><p>当サイトではCookieを利用しています。個人情報の取り扱いについてはプライバシーポリシーをご覧ください。Cookieの使用に同意してください。</p><button>同意する</button></div>", "岸壁新聞", chrome=False),
}  # fmt: skip
GONE = {
    "en": page("<main><h1>Page not found</h1><p>The page you are looking for could not be found. Try the search.</p></main>", "Page not found | The Quay"),
    "en-404": page("<main><h1>404</h1><p>Oops.</p></main>", "The Quay"),
    "en-removed": page("<main><p>Sorry, this article is no longer available.</p></main>", "The Quay"),
    "with-teasers": page(f"<main><h1>Sorry, we couldn't find that page</h1><h2>Read these instead</h2>{cards(12)}</main>", "404 - The Quay"),
    "zh": page("<div class='error'><p>抱歉，您访问的页面不存在或已被删除</p><a href='/'>返回首页</a></div>", "提示信息"),
    "zh-title": page(f"<main><p>您要查看的内容去旅行了</p>{cards(8)}</main>", "页面不存在 - 码头报"),
    "tw": page("<main><h1>找不到網頁</h1><p>這個頁面不見了。</p></main>", "碼頭報"),
    "ja": page("<main><h1>お探しのページは見つかりませんでした</h1><p>掲載期間が終了した可能性があります。</p></main>", "岸壁新聞"),
    "de": page("<main><h1>Seite nicht gefunden</h1><p>Die gewünschte Seite existiert nicht mehr.</p></main>", "Fehler 404 – Kaizeitung"),
}  # fmt: skip
NO_ARTICLE = {
    "tag": page(f"<main><h1>Tag: cranes</h1>{cards(12, 'A few words about it, as a list has them.')}</main>", "Tag: cranes | The Quay", '<meta property="og:type" content="website">'),
    "links": page(f"<main><ul>{''.join(f'<li><a href=/{n}>A headline that is long enough to be one, number {n}</a></li>' for n in range(40))}</ul></main>", "News"),
    "search": page(f"<main><h1>Search results for quay</h1>{cards(10, 'Found in the text somewhere.')}</main>", "Search"),
    "zh-list": page("<main>" + "".join(f"<h3><a href='/a/{n}'>码头新闻的第{n}条标题，讲的是起重机</a></h3><p>这里是摘要，很短的一段话，第{n}条。</p>" for n in range(12)) + "</main>", "最新文章", '<meta property="og:type" content="website">'),
    "video": page('<main><h1>Watch: the cranes at work</h1><video src="/v.mp4"></video><p>Two minutes on the quay.</p></main>', "Watch: the cranes", '<meta property="og:type" content="video.other">'),
    "video-ld": page('<main><h1>The cranes</h1><iframe src="https://player.example.org/1"></iframe></main>', "The cranes", '<script type="application/ld+json">{"@type": "VideoObject", "name": "The cranes"}</script>'),
    "zh-video": page('<div class="video-js"><video></video></div><h1>码头一分钟</h1>', "码头一分钟"),
    "nothing": page("<div id='app'></div><script>boot()</script>", "The Quay"),
}  # fmt: skip
KINDS = {"blocked": BLOCKED, "walled": WALLED, "gone": GONE, "not_an_article": NO_ARTICLE}
REFUSED = [
    pytest.param(kind, html, id=f"{kind}:{name}")
    for kind, pages in KINDS.items()
    for name, html in pages.items()
]


@pytest.mark.parametrize(("state", "html"), REFUSED)
def test_a_page_that_is_no_article_is_refused_for_what_it_is(state: str, html: str) -> None:
    result = read(fetched(html, URL), source_for(URL, {}))
    assert isinstance(result, Refusal), result.body
    assert result.state == state, result
    assert result.reason
    assert "\n" not in result.reason + result.evidence
    assert len(result.evidence) <= 200


def test_a_refusal_says_what_was_seen() -> None:
    result = read(fetched(GONE["en"], URL), source_for(URL, {}))
    assert isinstance(result, Refusal)
    assert result.evidence == "Page not found"


CAPTCHAS = "A captcha asks: are you a robot? Verify you are human, it says, or your access to this page has been denied."
WALLS = "Subscribe to continue reading, says the paywall, and whoever is not a subscriber reads on elsewhere."
MISSING = "404, page not found: the page you are looking for does not exist, says the server, and that is all it says."
READ = {
    "captchas": story(paragraphs(CAPTCHAS, *EN * 2), "Are you a robot? How captchas lost their point"),
    "captchas-short": story(paragraphs(CAPTCHAS, *EN), "The end of the captcha", SAYS),
    "zh-captchas": story(paragraphs("滑动验证、人机验证、访问过于频繁，这些提示背后是同一家公司。", *ZH * 2), "滑动验证是怎样判断你的"),
    "paywalls": story(paragraphs(WALLS, *EN * 2), "How paywalls learned to count"),
    "zh-paywalls": story(paragraphs("登录后查看全文、剩余 70% 内容，付费墙的这些话读者都见过。", *ZH), "付费墙的生意", SAYS),
    "missing-pages": story(paragraphs(MISSING, *EN * 3), "404 Not Found: a history of the missing page"),
    "zh-missing": story(paragraphs("页面不存在、文章已被删除，这样的提示越来越多。", *ZH * 2), "那些打不开的链接去了哪里"),
    "flash": story(paragraphs(EN[0], EN[1])),
    "flash-short": story(paragraphs("The quay was shut on Monday after a ferry struck a pier. Nobody was hurt.", "It opened again at noon.")),
    "zh-flash": story(paragraphs("港务局：东港池周二恢复通航，两台起重机同时启用，预计每天可以多装卸三百个集装箱，码头不再夜间作业。"), "东港池恢复通航"),
    "newsletter": story(paragraphs(*EN) + "<aside><p>Subscribe to continue reading our newsletter</p><input type='email'></aside>"),
    "newsletter-short": story(paragraphs(*EN[:3]) + "<p>Sign up for the newsletter to read more from us every week.</p>", head=SAYS),
    "banner": page(f"<div class='cookies'><h2>We value your privacy</h2><p>We and our 120 partners store information on a device, with your consent, for personalised ads.</p><button>Accept all</button></div><main><article><h1>Cranes</h1>{paragraphs(*EN)}</article></main>", "Cranes"),
    "de-banner": page(f"<div id='cmp'><p>Wir und unsere Partner verwenden Cookies. Ihre Zustimmung ist freiwillig.</p><button>Alle akzeptieren</button></div><article><h1>Kräne</h1>{paragraphs(*DE)}</article>", "Kräne"),
    "comments": story(paragraphs(*EN), after="<section id='comments'><h2>Comments</h2><p>Log in to join the discussion</p><input type='password'></section>"),
    "zh-comments": story(paragraphs(*ZH), "起重机", after="<div>登录后参与评论</div><input type='password'>"),
    "live": story("".join(f"<section><h3>{n}:15</h3>{paragraphs(EN[n % 4])}</section>" for n in range(8)), "Live: the cranes start"),
    "gallery": story("".join(f"<figure><img src='/{n}.jpg'><figcaption>{EN[n % 4]}</figcaption></figure>" for n in range(6)) + paragraphs(*EN[:2]), "The cranes in pictures", SAYS),
    "round-up": story("".join(f"<h3><a href='https://other.example/{n}'>What others wrote about port {n}</a></h3>{paragraphs(EN[n % 4], EN[(n + 1) % 4])}" for n in range(8)), "The week in ports", SAYS),
    "with-video": story("<video src='/v.mp4'></video>" + paragraphs(*EN[:2]), "The cranes at work", SAYS),
    "not-free-but-whole": story(paragraphs(*EN * 5), head=SAYS + NOT_FREE, after="<div class='offer'><p>Subscribe to continue reading</p></div>"),
    "already-a-subscriber": page(f"<header><p>Already a subscriber? Log in</p></header><article><h1>Cranes</h1>{paragraphs(*EN)}</article>", "Cranes", SAYS),
    "about-consent": story(paragraphs("Consent banners ask us to accept cookies, and few of us read what the partners do.", *EN * 2), "Why nobody reads the cookie banner"),
    "links-at-the-end": story(paragraphs(*EN), after=f"<aside><h2>Read on</h2>{cards(12)}</aside>"),
    "in-a-tags-folder": story(paragraphs(*EN)),
    "de-deleted": story(paragraphs("Der Artikel wurde gelöscht, teilte die Redaktion mit.", *DE * 2), "Warum eine Zeitung ihr Archiv löscht"),
}  # fmt: skip


@pytest.mark.parametrize("html", [pytest.param(html, id=name) for name, html in READ.items()])
def test_an_article_that_only_looks_like_one_of_them_is_read(html: str) -> None:
    result = read(fetched(html, URL), source_for(URL, {}))
    assert isinstance(result, Article), f"{result.state}: {result.reason} ({result.evidence})"
    assert len(result.body.encode()) > 90


def test_a_tags_folder_in_the_address_is_no_proof_of_a_list() -> None:
    address = "https://news.example.org/topics/ports/cranes-without-crew"
    assert isinstance(read(fetched(READ["in-a-tags-folder"], address), source_for(address, {})), Article)


def test_there_are_enough_of_each() -> None:
    assert (len(REFUSED) >= 40, len(READ) >= 20) == (True, True)


def test_a_page_led_to_the_front_page_is_gone() -> None:
    home = page(f"<main>{cards(20)}</main>", "The Quay")
    result = read(fetched(home, "https://news.example.org/", requested=URL), source_for(URL, {}))
    assert isinstance(result, Refusal)
    assert (result.state, URL in result.evidence) == ("gone", True)


WELCOME = "<h1>The Quay in pictures</h1>" + paragraphs(*EN[:2], *EN) + "<p><a href='/imprint'>Imprint</a></p>"


def at_the_front(html: str, requested: str | None = None) -> Article | Refusal:
    url = "https://news.example.org/"
    return read(fetched(html, url, requested=requested), source_for(url, {}))


def test_a_front_page_that_is_little_but_a_text_of_its_own_is_read() -> None:
    assert isinstance(at_the_front(page(WELCOME, "The Quay in pictures")), Article)


@pytest.mark.parametrize(
    ("main", "requested"),
    [
        pytest.param(WELCOME + cards(1), None, id="a-teaser"),
        pytest.param(WELCOME + f"<nav><ul>{NAV * 20}</ul></nav>" * 3, None, id="much-around-it"),
        pytest.param("<h1>The Quay</h1>" + paragraphs(EN[0]), None, id="hardly-any-text"),
        pytest.param(WELCOME, URL, id="another-page-was-asked-for"),
    ],
)
def test_a_front_page_with_less_text_or_more_beside_it_is_none(main: str, requested: str | None) -> None:
    result = at_the_front(page(main, "The Quay"), requested)
    assert isinstance(result, Refusal), result.body

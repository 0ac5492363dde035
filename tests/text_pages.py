"""Invented pages for the tests of the text finder: pieces, and whole ones."""

from crawler.reading.page import parse_html
from crawler.reading.text import Context
from crawler.reading.text.blocks import Block, Blocks

NOTHING_SAID = Context(None, None, None)
LONG = "The lift stood still for eleven days, and on the twelfth somebody oiled the wheel above it. " * 2


def blocks_of(body: str) -> list[Block]:
    return Blocks(parse_html(f"<html><body>{body}</body></html>")).blocks


def texts(body: str) -> list[str]:
    return [block.text for block in blocks_of(body)]


class Story:
    """An invented article in one language; `words` are what a site in it says around one."""

    def __init__(
        self, language: str, title: str, paragraphs: tuple[str, ...], words: tuple[str, ...]
    ) -> None:
        self.language = language
        self.title = title
        self.paragraphs = paragraphs
        (
            self.home,
            self.related,
            self.comments,
            self.reply,
            self.cookies,
            self.agree,
            self.letter,
            self.more,
        ) = words

    @property
    def text(self) -> str:
        return "".join(f"<p>{one}</p>" for one in self.paragraphs)

    def teasers(self, count: int = 6) -> str:
        """Links to other articles, each with a line of text."""
        return "".join(
            f'<li class="teaser"><a href="/{number}"><h3>{self.more} {number}</h3><p>{self.more}: {number * 37}</p></a></li>'
            for number in range(1, count + 1)
        )


ENGLISH = Story(
    "en",
    "The lift that learned to wait",
    (
        "For eleven years the lift in the old print works arrived too early, opened its doors on an empty landing and left again.",
        "In March the caretaker, a patient woman called Odile Marrable, connected it to a barometer that she had found in the attic.",
        "Nobody can say why it worked. The pressure in the stairwell falls a little when someone opens the front door, she explains.",
        "“It was never the motor,” she says. “The lift only wanted to know that somebody was coming.”",
        "The council has since asked her to look at two bridges and a set of traffic lights, none of which has a barometer yet.",
        "She expects to be finished by the autumn, provided that the weather holds and that no one moves the barometer.",
    ),
    (
        "Home", "Related stories", "Comments", "Reply", "We use cookies to improve your experience", "Accept all",
        "Sign up for our newsletter", "Read more about number",
    ),
)  # fmt: skip
GERMAN = Story(
    "de",
    "Der Aufzug, der warten lernte",
    (
        "Elf Jahre lang kam der Aufzug in der alten Druckerei zu früh, öffnete seine Türen vor einem leeren Flur und fuhr wieder ab.",
        "Im März schloss die Hausmeisterin Odile Marrable ein Barometer an, das sie auf dem Dachboden gefunden hatte.",
        "Warum es hilft, weiß niemand genau. Der Luftdruck im Treppenhaus sinkt ein wenig, wenn jemand die Haustür öffnet, sagt sie.",
        "„Am Motor lag es nie“, sagt sie. „Der Aufzug wollte nur wissen, dass jemand kommt.“",
        "Inzwischen hat die Stadt sie gebeten, sich zwei Brücken und eine Ampel anzusehen, die noch kein Barometer haben.",
        "Bis zum Herbst will sie fertig sein, wenn das Wetter hält und niemand das Barometer verstellt.",
    ),
    (
        "Startseite", "Mehr zum Thema", "Kommentare", "Antworten", "Wir verwenden Cookies, um Ihr Erlebnis zu verbessern",
        "Alle akzeptieren", "Jetzt Newsletter abonnieren", "Lesen Sie auch Nummer",
    ),
)  # fmt: skip
CHINESE = Story(
    "zh-CN",
    "学会等待的电梯",
    (
        "十一年来，老印刷厂的电梯总是来得太早，它对着空无一人的走廊打开门，又独自离开，谁也说不清这是为什么。",
        "今年三月，看门人马兰把一只在阁楼里找到的气压计接到了电梯上，从那以后它再也没有提前到过任何一层楼。",
        "没有人知道其中的道理。她解释说，有人推开大门的时候，楼梯间里的气压会略微下降，电梯就知道该出发了。",
        "“问题从来不在马达上。”她说，“电梯只是想知道，究竟有没有人要来。”",
        "市政府后来又请她去看两座桥和一组红绿灯，不过它们至今都还没有装上气压计，也没有人催促过这件事情。",
        "她打算在秋天之前全部完工，只要天气不变坏，也没有人去碰那只挂在墙上的旧气压计。",
    ),
    ("首页", "相关推荐", "网友评论", "回复", "本站使用Cookie以改善您的体验", "全部接受", "订阅我们的新闻简报", "推荐阅读第"),
)  # fmt: skip
JAPANESE = Story(
    "ja",
    "待つことを覚えたエレベーター",
    (
        "古い印刷工場のエレベーターは、十一年のあいだ早く着きすぎては、誰もいない廊下に扉を開き、また一人で去っていった。",
        "今年の三月、管理人の丸目おりえさんは、屋根裏で見つけた気圧計をエレベーターにつないでみることにした。",
        "なぜうまくいくのかは誰にも分からない。玄関が開くと階段室の気圧がわずかに下がるからではないか、と彼女は説明する。",
        "「モーターのせいではなかったんです。誰かが来ると知りたかっただけなんですよ」と丸目さんは話す。",
        "その後、市役所は二本の橋と一組の信号機も見てほしいと頼んだが、そのどちらにもまだ気圧計は付いていない。",
        "天気が崩れず、誰も気圧計を動かさなければ、秋までには仕事をすべて終えるつもりだという。",
    ),
    (
        "ホーム", "関連記事", "コメント", "返信", "当サイトではクッキーを使用しています", "すべて同意する", "メールマガジンに登録する",
        "続きを読む 第",
    ),
)  # fmt: skip
STORIES = (ENGLISH, GERMAN, CHINESE, JAPANESE)


def page(story: Story, body: str) -> str:
    """A whole page with the usual head, menu and foot around a body."""
    menu = "".join(f'<li><a href="/s{number}">{story.home} {number}</a></li>' for number in range(8))
    return (
        f'<!doctype html><html lang="{story.language}"><head><title>{story.title} | Kestrel</title><script>var a = 1;</script></head>'
        f'<body><header class="site-header"><a href="/">Kestrel</a><nav><ul class="menu">{menu}</ul></nav></header>{body}'
        f'<footer class="footer"><ul>{menu}</ul><p>© 2026 Kestrel</p></footer></body></html>'
    )


def blog(story: Story) -> str:
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="entry-content">{story.text}</div></article></main>',
    )


def bare_breaks(story: Story) -> str:
    """As pages of 2013 were: text in one element, parted by line breaks."""
    text = "<br><br>\n".join(story.paragraphs)
    return page(
        story,
        f'<div id="wrap"><div id="left"><h1>{story.title}</h1><div id="content">{text}</div></div>'
        f'<div id="right"><h3>{story.related}</h3><ul>{story.teasers()}</ul></div></div>',
    )


def bare_divs(story: Story) -> str:
    text = "".join(f"<div>{one}</div>" for one in story.paragraphs)
    return page(story, f'<div class="wrap"><h1>{story.title}</h1><div class="text">{text}</div></div>')


def with_teasers(story: Story) -> str:
    return page(
        story,
        f'<main><article class="post"><h1>{story.title}</h1><div class="post-body">{story.text}</div></article>'
        f'<section class="related"><h2>{story.related}</h2><ul>{story.teasers(9)}</ul></section></main>',
    )


def with_comments(story: Story) -> str:
    comments = (
        "".join(
            f'<li class="comment"><div class="comment-author"><b>{name}</b> <a href="#">2026-09-1{number}</a></div>'
            f'<div class="comment-body"><p>{text}</p></div><a class="reply" href="#">{story.reply}</a></li>'
            for number, (name, text) in enumerate(
                zip(("Wren_77", "old.miller", "Pip"), story.paragraphs[::-1], strict=False)
            )
        )
        .replace("barometer", "thing")
        .replace("Barometer", "Ding")
        .replace("气压计", "东西")
        .replace("気圧計", "もの")
    )
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="entry-content">{story.text}</div></article>'
        f'<section id="comments" class="comments"><h2>3 {story.comments}</h2><ol>{comments}</ol></section></main>',
    )


def with_cookie_dialog(story: Story) -> str:
    dialog = (
        f'<div id="cookie-banner" class="cookie-consent" role="dialog"><h2>Cookies</h2><p>{story.cookies}. {story.cookies}.</p>'
        f'<button>{story.agree}</button><a href="/privacy">{story.agree}</a></div>'
    )
    return page(story, f"{dialog}<main><article><h1>{story.title}</h1>{story.text}</article></main>")


def with_newsletter(story: Story) -> str:
    box = (
        f'<aside class="newsletter-signup"><h3>{story.letter}</h3><p>{story.letter}!</p><form><label>Email</label><input>'
        f"<button>{story.agree}</button></form></aside>"
    )
    text = [f"<p>{one}</p>" for one in story.paragraphs]
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="article-body">{"".join(text[:3])}{box}{"".join(text[3:])}</div></article></main>',
    )


def two_articles(story: Story) -> str:
    """The page's own, and the next, as pages that scroll without end have."""
    other = next(one for one in STORIES[::-1] if one is not story)
    return page(
        story,
        "<main>"
        + "".join(
            f'<article class="article"><h1>{one.title}</h1><div class="article-content">{one.text}</div></article>'
            f'<section class="related"><ul>{one.teasers(12)}</ul></section>'
            for one in (story, other)
        )
        + "</main>",
    )


def portal(story: Story) -> str:
    """A portal of the kind of 2012: tables, lists of ranks on every side, an editor below the text."""
    ranks = "".join(
        f'<li><em>{number}</em><a href="/{number}">{story.more}{number}</a></li>' for number in range(1, 11)
    )
    editor = "责任编辑：李海" if story is CHINESE else f"Kestrel/{story.home}"
    return page(
        story,
        f'<div class="area clearfix"><div class="left"><h1 id="artibodyTitle">{story.title}</h1>'
        f'<div class="artInfo"><span>2012-09-13 08:12</span> <span>Kestrel</span></div><div id="artibody">{story.text}</div>'
        f'<p class="editor">{editor}</p><div class="share"><a href="#">QQ</a><a href="#">{story.reply}</a></div></div>'
        f'<div class="right"><div class="rank"><h2>{story.related}</h2><ol>{ranks}</ol></div>'
        f'<div class="rank"><h2>{story.more}</h2><ol>{ranks}</ol></div></div></div>',
    )


def with_long_comments(story: Story) -> str:
    """A talk longer than what it is about."""
    other = next(one for one in STORIES if one is not story and one.language in ("en", "de"))
    comments = "".join(
        f'<div class="comment"><span class="comment-author">user{number}</span><p>{other.paragraphs[number % 6]}</p>'
        f'<p>{other.paragraphs[(number + 1) % 6]}</p><a href="#">{story.reply}</a></div>'
        for number in range(20)
    )
    return page(
        story,
        f'<main><article><h1>{story.title}</h1><div class="entry-content">{story.text}</div></article>'
        f'<section id="comments"><h2>20 {story.comments}</h2>{comments}</section></main>',
    )


def with_link_inside(story: Story) -> str:
    """A box with another article's headline between two paragraphs."""
    box = f'<div class="related-inline"><span>{story.related}</span> <a href="/5"><img src="/5.jpg"> {story.more} 5</a></div>'
    text = [f"<p>{one}</p>" for one in story.paragraphs]
    return page(
        story,
        f'<div id="page"><div class="story"><h1>{story.title}</h1><div class="story-text">{"".join(text[:4])}{box}{"".join(text[4:])}</div></div></div>',
    )


LAYOUTS = (
    blog, bare_breaks, bare_divs, with_teasers, with_comments, with_cookie_dialog, with_newsletter, two_articles, portal,
    with_long_comments, with_link_inside,
)  # fmt: skip

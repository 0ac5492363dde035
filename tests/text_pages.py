"""Invented articles for the tests of the text finder, and the page around one."""

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


def other_than(story: Story) -> Story:
    """Another article, in a language in which as much takes as many characters."""
    return {"en": GERMAN, "de": ENGLISH, "zh-CN": JAPANESE, "ja": CHINESE}[story.language]

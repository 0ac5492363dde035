"""What a page costs by its size, on invented pages that grow in one way each."""

import gc
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from readers import OURS, Reader, take
from rich import box
from rich.console import Console
from rich.table import Table

KIB = 1024
MIB = 1024 * KIB
SIZES = (64 * KIB, 256 * KIB, 1 * MIB, 4 * MIB, 10 * MIB)
PEERS_LARGEST = 1 * MIB
LONGEST_SECONDS = 3.0  # once a page took longer, that reader gets no larger one of its shape
ARTICLE_BYTES = 8 * KIB
URL = "https://page.invalid/2026/11/24/1234-harbour-lamp"
_WORDS = (
    "a the of to in and that it its is for on with as by from at was has will than more new other still "
    "harbour lamp engine signal copper valley screen battery market driver kernel office winter garden "
    "maker council report price update tested sells moved builds claims shows found early quiet narrow "
    "bright second several common public local patient reader window bridge paper laptop phone chip"
)
WORDS = _WORDS.split()

Grow = Callable[[random.Random, int], str]


@dataclass(frozen=True, slots=True)
class Point:
    """What one page cost one reader; `body` is how many characters of text it found."""

    shape: str
    reader: str
    kib: int
    ms: float
    ms_per_mib: float
    body: int
    error: str | None


def sentence(words: random.Random) -> str:
    return " ".join(words.choices(WORDS, k=words.randint(7, 22))).capitalize() + "."


def paragraph(words: random.Random) -> str:
    return " ".join(sentence(words) for _ in range(words.randint(2, 6)))


def filled(one: Callable[[], str], size: int) -> str:
    """As many of what `one` gives as make `size` characters."""
    parts, length = [], 0
    while length < size:
        parts.append(one())
        length += len(parts[-1])
    return "".join(parts)


def article(words: random.Random, size: int = ARTICLE_BYTES) -> str:
    return filled(lambda: f"<p>{paragraph(words)}</p>\n", size)


def links(words: random.Random) -> str:
    items = (
        f'<li><a href="/topic/{words.randint(1, 9999)}">{words.choice(WORDS)}</a></li>' for _ in range(20)
    )
    return f'<ul class="menu">{"".join(items)}</ul>\n'


def teaser(words: random.Random) -> str:
    number = words.randint(1, 999_999)
    return (
        f'<div class="card"><a href="/2026/11/{number}"><img src="/pictures/{number}.jpg" alt=""></a>'
        f'<h3><a href="/2026/11/{number}">{sentence(words)}</a></h3><span class="by">By Ada Example</span>'
        f'<time datetime="2026-11-20T08:00:00Z">20 November 2026</time><p>{sentence(words)}</p></div>\n'
    )


def comment(words: random.Random) -> str:
    return (
        f'<li class="comment"><b class="author">reader{words.randint(1, 9999)}</b> <time>21.11.2026 10:15</time>'
        f"<div><p>{paragraph(words)}</p></div></li>\n"
    )


def page(head: str, before: str, text: str, after: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A new lamp for the harbour - Example'
        '</title><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-11-24T08:00:00Z">'
        f"{head}</head><body><header>{before}</header><main><article><h1>A new lamp for the harbour</h1>"
        f'<p class="byline">By Ada Example</p>{text}</article></main>{after}<footer>Example</footer></body></html>'
    )


def surroundings(words: random.Random, size: int) -> str:
    """A fifth menus, two fifths teasers, two fifths comments around one article."""
    menus = filled(lambda: links(words), size // 5)
    teasers = filled(lambda: teaser(words), 2 * size // 5)
    comments = filled(lambda: comment(words), 2 * size // 5)
    return page(
        "", f"<nav>{menus}</nav>", article(words), f"<aside>{teasers}</aside><ol id=comments>{comments}</ol>"
    )


def long_article(words: random.Random, size: int) -> str:
    return page("", links(words), article(words, size), teaser(words))


def one_text(words: random.Random, size: int) -> str:
    return page("", links(words), f"<p>{filled(lambda: paragraph(words) + ' ', size)}</p>", teaser(words))


def line_breaks(words: random.Random, size: int) -> str:
    return page("", links(words), filled(lambda: f"{sentence(words)}<br><br>\n", size), teaser(words))


def marked_up(words: random.Random, size: int) -> str:
    def few() -> str:
        one, two, three = words.choices(WORDS, k=3)
        return f'{one} <b>{two}</b> <a href="/topic/{words.randint(1, 999)}">{three}</a> '

    return page("", links(words), f"<p>{filled(few, size)}</p>", teaser(words))


def nesting(words: random.Random, size: int) -> str:
    """Every paragraph a level deeper than the one before."""
    deep = filled(lambda: f"<div><span><p>{sentence(words)}</p>", size)
    return page("", links(words), article(words), deep)


def unclosed(words: random.Random, size: int) -> str:
    return page(
        "", links(words), article(words), filled(lambda: f"<b><i><a href=x>{words.choice(WORDS)}", size)
    )


def attribute(words: random.Random, size: int) -> str:
    state = escape(filled(lambda: sentence(words) + " ", size))
    return page("", f'<div data-state="{state}"></div>', article(words), teaser(words))


def attributes(words: random.Random, size: int) -> str:
    """Quadratic in libxml2, which looks for each among those before it."""
    many = filled(lambda: f"data-{words.randint(1, 10**9)}=1 ", size)
    return page("", f"<div {many}></div>", article(words), teaser(words))


def script(words: random.Random, size: int) -> str:
    code = filled(lambda: f'window.say("{sentence(words)}", {{"at": {words.random()}}});\n', size)
    return page(f"<script>{code}</script>", links(words), article(words), teaser(words))


def linked_data(words: random.Random, size: int) -> str:
    offers = filled(lambda: f'{{"@type": "Offer", "name": "{sentence(words)}", "price": 1}},\n', size)
    data = f'{{"@type": "NewsArticle", "headline": "A new lamp for the harbour", "offers": [{offers}{{}}]}}'
    block = f'<script type="application/ld+json">{data}</script>'
    return page(block, links(words), article(words), teaser(words))


SHAPES: dict[str, Grow] = {
    "more around it": surroundings,
    "a longer article": long_article,
    "one paragraph": one_text,
    "line breaks": line_breaks,
    "links and bold": marked_up,
    "deeper and deeper": nesting,
    "tags never closed": unclosed,
    "one huge attribute": attribute,
    "attributes of a tag": attributes,
    "one huge script": script,
    "huge JSON-LD": linked_data,
}


def curve(readers: Sequence[Reader], largest: int) -> Iterator[Point]:
    """Each reader's cost of each shape at each size up to `largest` bytes; the peers' only up to 1 MiB."""
    warm = surroundings(random.Random(7), 64 * KIB).encode()  # noqa: S311
    for reader in (*readers, *readers, *readers):
        take(reader, warm, URL)
    gc.collect()
    gc.freeze()
    for shape, grow in SHAPES.items():
        slow: set[str] = set()
        for size in (one for one in SIZES if one <= largest):
            html = grow(random.Random(size), size).encode()  # noqa: S311
            for reader in (one for one in readers if one.name not in slow and _reads(one, size)):
                point = measure(reader, shape, html)
                slow |= {reader.name} if point.ms > 1000 * LONGEST_SECONDS else set()
                yield point


def _reads(reader: Reader, size: int) -> bool:
    return reader.name == OURS or size <= PEERS_LARGEST


def measure(reader: Reader, shape: str, html: bytes) -> Point:
    """The best of three; of one where it takes seconds."""
    readings = [take(reader, html, URL)]
    while len(readings) < 3 and readings[0].cpu_ms < 2000:
        readings.append(take(reader, html, URL))
    best = min(readings, key=lambda one: one.cpu_ms)
    body = len(best.answer.get("body") or "")
    rate = best.cpu_ms * MIB / len(html)
    return Point(shape, reader.name, len(html) // KIB, best.cpu_ms, rate, body, best.error)


def show_curve(points: Sequence[Point], console: Console) -> None:
    """For people: a flat last column is a cost that grows as the page does."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, collapse_padding=True)
    table.add_column("what grows", no_wrap=True)
    table.add_column("reader", no_wrap=True)
    for head in ("KiB", "text found", "ms", "ms/MiB"):
        table.add_column(head, justify="right", no_wrap=True)
    last = None
    for one in sorted(points, key=lambda one: (list(SHAPES).index(one.shape), one.reader != OURS, one.kib)):
        if last not in (None, one.shape):
            table.add_section()
        figures = (f"{one.kib:,}", one.error or f"{one.body:,}", f"{one.ms:,.1f}", f"{one.ms_per_mib:,.1f}")
        table.add_row("" if one.shape == last else one.shape, one.reader, *figures)
        last = one.shape
    console.print(table)

"""Pure: which of the ways to find articles a recipe takes, in what order, and which it always takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.proposing.draft import DraftStep
from crawler.proposing.replies import POSTS_STEP, Way
from crawler.proposing.scores import Reading, Sample, is_full, plain
from crawler.proposing.scout import Sight
from crawler.reading import Refusal
from crawler.source import Source

_LONG_TEXT = 600  # characters of a feed's item that are no mere introduction
_MOST_PAGES = 10
_MANY = 2_000  # addresses of a sitemap that is not asked for every hour
_MOST_MORE = 3  # further feeds


@dataclass(frozen=True, slots=True)
class Found:
    """A way, how many of its links are articles, and how many of those no earlier way has."""

    way: Way
    articles: int
    new: int = 0
    urls: frozenset[str] = frozenset()


def tally(sight: Sight, source: Source) -> tuple[Found, ...]:
    """Each way with its articles, the ways in the order of trust."""
    order = ("feed", "sitemap", "api", "listing")
    ways = sorted(sight.ways, key=lambda way: (order.index(way.kind), not way.is_news))
    known: set[str] = set()
    found = []
    for way in ways:
        urls = _articles((link.url for link in way.links), source)
        found.append(Found(way, len(urls), len(urls - known), frozenset(urls)))
        known |= urls
    return tuple(found)


def is_enough(found: Iterable[Found]) -> bool:
    return any(one.articles for one in found)


def discovery(
    found: Sequence[Found], samples: Sequence[Sample], reading: Reading
) -> tuple[tuple[DraftStep, ...], tuple[str, ...]]:
    """The steps, and what is weak about them."""
    feeds = sorted(
        (one for one in found if one.way.kind == "feed" and one.articles), key=lambda one: -one.articles
    )
    sitemaps = [one for one in found if one.way.kind == "sitemap" and one.articles]
    posts = [one for one in found if one.way.kind == "api" and one.new]
    lists = [one for one in found if one.way.kind == "listing" and one.articles]
    steps: list[DraftStep] = []
    weak: list[str] = []
    if feeds:
        steps += _feed_steps(feeds, samples, reading)
    else:
        weak.append(
            "no feed was found: what is new is told by "
            + ("its sitemap" if sitemaps else "its list of articles")
            + " alone"
        )
    steps += [_sitemap_step(one) for one in sitemaps]
    steps += [_posts_step(one) for one in posts]
    is_all = bool(posts) or any(not one.way.is_news for one in sitemaps)
    steps += _list_steps(lists, bool(feeds), is_all)
    if not feeds and not sitemaps and not posts and len(lists) == 1 and not lists[0].way.next_selector:
        weak.append(
            "one page is all that names its articles: whatever leaves it between two crawls is missed"
        )
    return tuple(steps), tuple(weak)


def _feed_steps(feeds: Sequence[Found], samples: Sequence[Sample], reading: Reading) -> list[DraftStep]:
    full = _is_full(samples, reading)
    main, *others = feeds
    known = set(main.urls)
    keys: dict[str, object] = {"kind": "feed", "url": main.way.url}
    why = f"{main.articles} articles in the feed"
    if full:
        keys["full"] = True
        why += "; its texts are as long as the pages’"
    steps = [DraftStep(keys, f"{why}{'; ' + main.way.note if main.way.note else ''}.")]
    for one in others:
        new = len(one.urls - known)
        known |= one.urls
        if new and len(steps) <= _MOST_MORE:
            more: dict[str, object] = {
                "kind": "feed",
                "url": one.way.url,
                "always": True,
                **({"full": True} if full else {}),
            }
            steps.append(
                DraftStep(more, f"A further feed: {new} of its {one.articles} articles are not in the first.")
            )
    return steps


def _is_full(samples: Sequence[Sample], reading: Reading) -> bool:
    """Are the feed's texts whole articles? Where no page could be had, long texts are taken for that."""
    compared = is_full(samples, reading.results)
    if compared is not None:
        return compared
    blocked = [one for one in reading.results if isinstance(one, Refusal) and one.state == "blocked"]
    texts = [plain(sample.statement.text) for sample in samples if sample.statement.text]
    is_blocked = len(blocked) == len(reading.results) and bool(blocked)
    return is_blocked and bool(texts) and sorted(map(len, texts))[len(texts) // 2] >= _LONG_TEXT


def _sitemap_step(one: Found) -> DraftStep:
    way = one.way
    kind = "news sitemap" if way.is_news else f"index of {way.parts} sitemaps" if way.is_index else "sitemap"
    is_small = way.is_news or (way.parts <= 3 and len(way.links) < _MANY)
    keys: dict[str, object] = {
        "kind": "sitemap",
        "url": way.url,
        "always": True,
        "every": "1h" if is_small else "6h",
    }
    if way.is_news:
        keys = {"kind": "sitemap", "url": way.url, "name": "news sitemap", "always": True, "every": "1h"}
    opened = " in the parts that were opened" if way.is_index else ""
    return DraftStep(
        keys,
        f"A {kind}: {one.articles} articles{opened}, {one.new} of them not in the ways before. Always asked, so that nothing is missed.".replace(
            "A index", "An index"
        ),
    )


def _posts_step(one: Found) -> DraftStep:
    keys: dict[str, object] = {"kind": "api", "url": one.way.url, "always": True, "every": "1h", **POSTS_STEP}
    return DraftStep(
        keys, f"WordPress’s own list of posts: {one.articles} articles, {one.new} of them in no way before."
    )


def _list_steps(lists: Sequence[Found], has_feed: bool, has_all: bool) -> list[DraftStep]:
    """Pages that list articles: always asked where they know more, or are all there is; else where nothing else answers."""
    steps = []
    kept = [
        one
        for place, one in enumerate(lists)
        if place == 0 or one.new or (one.way.next_selector and not has_all)
    ]
    for place, one in enumerate(kept):
        keys: dict[str, object] = {"kind": "listing", "url": one.way.url}
        is_first_of_all = not has_feed and place == 0
        goes_on = bool(one.way.next_selector) and not has_all
        if not is_first_of_all and (one.new or goes_on or place):
            keys |= {"always": True, "every": "1h"}
        keys |= {"items": "a[href]", "link": "xpath:@href"}
        if one.way.next_selector:
            keys |= {"next": one.way.next_selector, "pages": _MOST_PAGES}
        news = f", {one.new} of them in no way before" if keys.get("always") else ""
        fallback = "" if keys.get("always") or is_first_of_all else " Asked where the feed does not answer."
        steps.append(DraftStep(keys, f"The page links to {one.articles} articles{news}.{fallback}"))
    return steps


def _articles(urls: Iterable[str], source: Source) -> set[str]:
    return {identity.url for url in urls if (identity := source.identify(url)) and identity.page == 1}

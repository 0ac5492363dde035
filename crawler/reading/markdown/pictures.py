"""Which picture an `<img>` really shows: lazy loading, srcset, placeholders, pixels, emoji."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from bs4 import Tag

from crawler.reading.markdown.blocks import Piece
from crawler.reading.markdown.runs import folded
from crawler.reading.markdown.tags import attribute, style
from crawler.reading.markdown.urls import picture_address

# Where lazy loaders keep the real address, seen at: huxiu (_src), Discuz (zoomfile, file), Sina (real_src),
# Tencent (data-backsrc), Zhihu (data-actualsrc), ITHome, cnBeta (data-original), heise, Taobao and common scripts.
_LAZY = (
    "_src",
    "data-src",
    "data-original",
    "data-original-mos",
    "data-lazy-src",
    "data-lazyload",
    "data-lazyload-src",
    "data-runner-src",
    "data-actualsrc",
    "data-real-src",
    "data-croporisrc",
    "data-backsrc",
    "data-ks-lazyload",
    "data-echo",
    "zoomfile",
    "file",
    "real_src",
    "original",
    "lazy-src",
    "lazysrc",
)
_MOST_SOURCES = 40
_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
# Names of files that stand for a picture until it is loaded. Whole names: a phone is called Pixel, a wolf is grey.
_SPACER = re.compile(
    r"/(?:spacer|space|blank|none|pixel|transparent|trans|placeholder|loading|lazy(?:load)?|gr[ae]y|clear|empty|1x1|s)"
    r"(?:[._-](?:\d+x\d+|gif|img|image|icon|bg|white|black|pixel|placeholder))?\.(?:gif|png|svg)$",
    re.IGNORECASE,
)
_EMOJI_CLASS = re.compile(
    r"(?<![\w-])(?:wp-smiley|(?:tw)?emoji|emoticon|smiley|smilie)(?![\w-])", re.IGNORECASE
)
_EMOJI_FOLDER = re.compile(
    r"/(?:(?:tw)?emojis?|emoticons?|smile(?:y|ys|ies)|smilies|biaoqing)/", re.IGNORECASE
)
_TINY = re.compile(r"\s*[01](?:px)?\s*")
_TINY_STYLE = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*1px\s*(?:!|;|$)")
_DESCRIPTOR = re.compile(r"([\d.]{1,20})([wx])$")
_GLUED = re.compile(r"(\s[\d.]{1,20}[wx]),")
# Queries with which a CDN scales a picture: Qiniu (huxiu, 2026), Aliyun OSS, Vox and WordPress. Without, the original.
_QINIU = re.compile(r"(?:imageView2?|imageMogr2|imageslim|watermark)(?:[/|]|$)")
_OSS = frozenset({"x-oss-process", "x-image-process", "x-bce-process"})
_SCALING = frozenset(
    {"quality", "strip", "w", "h", "width", "height", "crop", "fit", "resize", "ssl", "auto"}
)


def picture(tag: Tag, base_url: str) -> Piece | None:
    """The `<img>` as a piece: a picture, an emoji as its text, None for what only counts readers."""
    alt = folded(attribute(tag, "alt"))
    if _EMOJI_CLASS.search(attribute(tag, "class")) or _EMOJI_FOLDER.search(attribute(tag, "src")):
        return Piece(alt) if alt else None
    url = None if _is_pixel(tag) else source(tag, base_url)
    return Piece(alt, kind="picture", url=url) if url else None


def source(tag: Tag, base_url: str) -> str | None:
    """The best address an `<img>` names, absolute; None where it names only placeholders."""
    for candidate in _candidates(tag):
        url = picture_address(candidate, base_url)
        if url is not None and not _SPACER.search(urlsplit(url).path):
            return _unscaled(url)
    return None


def _candidates(tag: Tag) -> Iterator[str]:
    yield from _best(*(attribute(tag, name) for name in _SETS))
    yield from filter(None, (attribute(tag, name) for name in _LAZY))
    yield from _best(*(attribute(each, name) for each in _sources(tag) for name in _SETS))
    yield attribute(tag, "src")


def _sources(tag: Tag) -> list[Tag]:
    """The `<source>`s of the picture, in the page's order; the parser takes each for the box of what follows it."""
    found = []
    for parent in islice(tag.parents, _MOST_SOURCES):
        found += [parent] if parent.name == "source" else []
        if parent.name == "picture":
            siblings = (
                each for each in islice(tag.previous_siblings, _MOST_SOURCES) if isinstance(each, Tag)
            )
            return [*found[::-1], *reversed([each for each in siblings if each.name == "source"])]
        if parent.name != "source":
            break
    return []


def _best(*srcsets: str) -> list[str]:
    """The addresses of the sets, widest or densest first, else in their own order."""
    sized = [pair for srcset in srcsets for pair in _parsed(srcset)]
    return [url for url, _ in sorted(sized, key=lambda pair: -pair[1])]


def _parsed(srcset: str) -> Iterator[tuple[str, float]]:
    words = _GLUED.sub(r"\1 , ", srcset).split()
    for word, following in zip(words, [*words[1:], ""], strict=False):
        descriptor = _DESCRIPTOR.match(following.rstrip(","))
        is_address = not _DESCRIPTOR.match(word.rstrip(",")) and word.strip(",")
        if is_address:
            yield word.strip(","), _size(descriptor)


def _size(descriptor: re.Match[str] | None) -> float:
    """Widths and densities on one scale: 1x counts as 1,000 wide."""
    if descriptor is None or descriptor[1].count(".") > 1 or descriptor[1] == ".":
        return 1.0
    return float(descriptor[1]) * (1000 if descriptor[2] == "x" else 1)


def _is_pixel(tag: Tag) -> bool:
    sizes = (attribute(tag, "width"), attribute(tag, "height"))
    return any(_TINY.fullmatch(size) for size in sizes) or bool(_TINY_STYLE.search(style(tag)))


def _unscaled(url: str) -> str:
    parts = urlsplit(url)
    keys = {key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
    is_scaling = "quality" in keys and keys <= _SCALING
    if _QINIU.match(parts.query) or (keys and keys <= _OSS) or is_scaling:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return url

"""HTML of an article's body → Markdown."""

from crawler.reading.markdown.clean import parsed
from crawler.reading.markdown.walk import blocks_of
from crawler.reading.markdown.write import markdown
from crawler.reading.markdown.write import plain as as_plain

__all__ = ["to_markdown"]


def to_markdown(fragment: str, base_url: str, *, plain: bool = False) -> str:
    """The fragment as CommonMark and GFM without any HTML, or with `plain` as paragraphs of bare text.

    Addresses are made absolute against `base_url`. Takes any text, however broken, in time linear in its length.
    """
    blocks = blocks_of(parsed(fragment), base_url, plain=plain)
    return as_plain(blocks) if plain else markdown(blocks)

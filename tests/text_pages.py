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

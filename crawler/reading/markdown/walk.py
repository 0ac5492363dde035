"""The fragment's tree → blocks, in one walk without recursion, however deep the page nests."""

from collections.abc import Callable
from functools import partial

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from crawler.reading.markdown import code, pictures, runs, tables
from crawler.reading.markdown.assembly import Assembly, Frame, Leave
from crawler.reading.markdown.blocks import BREAK, STRONG, Block, Item, List, Quote, Rule
from crawler.reading.markdown.clean import Survey, survey
from crawler.reading.markdown.tags import attribute, classes, is_block, marks_of, number
from crawler.reading.markdown.urls import link_target, picture_address

_PERMALINKS = frozenset({"#", "¶", "§", "🔗"})
_LAST_CAPTIONS = 5  # among which a caption that stands twice in the page is looked for
_HIGHEST_NUMBER = 999_000_000  # a list's number has nine digits at most


def blocks_of(soup: BeautifulSoup, base_url: str, *, plain: bool = False) -> list[Block]:
    """What a reader of the fragment reads, block after block; `plain` leaves out where links lead."""
    return _Walk(base_url, survey(soup), plain=plain).over(soup)


class _Walk:
    """Enters every tag that is read, and leaves it when all within it is done."""

    def __init__(self, base_url: str, known: Survey, *, plain: bool) -> None:
        self._base_url = base_url
        self._is_plain = plain
        self._known = known
        self._body = Assembly()
        self._enter: dict[str, Callable[[Tag], Leave | None]] = {
            "a": self._link,
            "audio": self._film,
            "blockquote": self._quote,
            "br": self._break,
            "caption": self._caption,
            "div": self._division,
            "dt": self._term,
            "figcaption": self._caption,
            "figure": self._figure,
            "hr": self._rule,
            "img": self._picture,
            "input": self._box,
            "li": self._item,
            "math": self._formula,
            "pre": self._listing,
            "q": self._quotation,
            "summary": self._term,
            "table": self._table,
            "thead": self._table_head,
            "tr": self._row,
            "video": self._film,
        }
        self._enter |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._heading)
        self._enter |= dict.fromkeys(("ul", "ol", "menu", "dir"), self._list)
        self._enter |= dict.fromkeys(("td", "th"), self._cell)
        self._enter |= dict.fromkeys(("code", "kbd", "samp", "tt"), self._code)

    def over(self, soup: BeautifulSoup) -> list[Block]:
        todo: list[PageElement | Leave] = [soup]
        while todo:
            node = todo.pop()
            if isinstance(node, Tag):
                leave = self._entered(node)
                if leave is not None:
                    todo += [leave, *reversed(node.contents)]
            elif isinstance(node, NavigableString):
                if not isinstance(node, PreformattedString):  # a comment
                    self._body.add_text(str(node))
            elif callable(node):
                node()
        return _without_last_rule(self._body.close().blocks)

    def _entered(self, tag: Tag) -> Leave | None:
        """What to do after all within the tag; None where nothing more of it is to be read."""
        is_read = id(tag) not in self._known.unread
        return self._enter.get(tag.name, self._plain)(tag) if is_read else None

    def _plain(self, tag: Tag) -> Leave:
        """A box or a stretch of text like any other."""
        unmark = self._body.mark(marks_of(tag))
        if not is_block(tag):
            return unmark
        self._body.end_block()
        return partial(self._leave_block, unmark)

    def _division(self, tag: Tag) -> Leave | None:
        return self._listing(tag) if "syntaxhighlighter" in classes(tag) else self._plain(tag)

    def _leave_block(self, unmark: Leave) -> None:
        self._body.end_block()
        unmark()

    def _heading(self, tag: Tag) -> Leave:
        return self._body.head(int(tag.name[1]))

    def _term(self, tag: Tag) -> Leave:
        """What a list of definitions or a fold-out is headed with."""
        self._body.end_block()
        return partial(self._leave_block, self._body.mark(frozenset({STRONG})))

    def _link(self, tag: Tag) -> Leave | None:
        if attribute(tag, "href").startswith("#") and _is_permalink(tag):
            return None
        href = attribute(tag, "href")
        return self._body.lead_to(href if self._is_plain else link_target(href, self._base_url))

    def _break(self, tag: Tag) -> Leave:
        self._body.add(BREAK)
        return _nothing

    def _rule(self, tag: Tag) -> None:
        """Only between blocks of a page or a quote, and never two."""
        self._body.end_block()
        frame = self._body.frame
        if frame.kind in ("body", "quote") and frame.blocks and frame.blocks[-1] != Rule():
            frame.blocks.append(Rule())

    def _picture(self, tag: Tag) -> None:
        piece = pictures.picture(tag, self._base_url)
        if piece is not None and piece.kind == "picture":
            self._body.add(piece)
        elif piece is not None:
            self._body.add_text(piece.text)

    def _film(self, tag: Tag) -> None:
        """A film or a sound is its bare address."""
        sources = [tag, *tag.find_all("source", limit=5)]
        urls = (
            picture_address(attribute(each, name), self._base_url)
            for each in sources
            for name in ("src", "data-src")
        )
        url = next(filter(None, urls), None)
        if url is not None:
            self._body.end_block()
            unlink = self._body.lead_to(url)
            self._body.add_text(url)
            unlink()
            self._body.end_block()

    def _quotation(self, tag: Tag) -> Leave:
        self._body.add_text("“")
        return partial(self._body.add_text, "”")

    def _formula(self, tag: Tag) -> Leave | None:
        """As its author wrote it, where the page says so, else its text."""
        written = tag.find("annotation") if id(tag) in self._known.with_source else None
        if written is None:
            return _nothing
        self._body.add_text(written.get_text())
        return None

    def _code(self, tag: Tag) -> Leave | None:
        if id(tag) in self._known.with_prose or id(tag) in self._known.with_listing:
            return _nothing
        if tag.find(["br", "div", "li", "tr"]) is not None:
            return self._listing(tag)
        text = tag.get_text()
        self._body.add_text(text[: len(text) - len(text.lstrip())])
        if text.strip():
            self._body.add_text(runs.folded(text), "code")
            self._body.add_text(text[len(text.rstrip()) :])
        return None

    def _listing(self, tag: Tag) -> Leave | None:
        if id(tag) in self._known.with_prose:
            return self._plain(tag)
        listing = code.listing(tag)
        if listing is not None:
            self._body.put([listing])
        return None

    def _quote(self, tag: Tag) -> Leave:
        if self._body.is_deep:
            return self._plain(tag)
        self._body.open(Frame("quote"))
        return self._leave_quote

    def _leave_quote(self) -> None:
        blocks = _without_last_rule(self._body.close().blocks)
        if blocks:
            self._body.put([Quote(tuple(blocks))])

    def _list(self, tag: Tag) -> Leave:
        if self._body.is_deep:
            return self._plain(tag)
        start = number(tag, "start", least=0, most=_HIGHEST_NUMBER) if tag.name == "ol" else None
        self._body.open(Frame("list"))
        return partial(self._leave_list, 1 if tag.name == "ol" and start is None else start)

    def _leave_list(self, start: int | None) -> None:
        self._gather_strays()
        items = [Item(tuple(item.blocks), item.checked) for item in self._body.close().items]
        if items:
            self._body.put([List(tuple(items), start)])

    def _item(self, tag: Tag) -> Leave:
        if self._body.frame.kind != "list" or self._body.is_deep:
            return self._plain(tag)
        self._gather_strays()
        self._body.open(Frame("item"))
        return partial(self._leave_item, self._body.mark(marks_of(tag)))

    def _leave_item(self, unmark: Leave) -> None:
        item = self._body.close()
        unmark()
        if item.blocks:
            self._body.frame.items.append(item)

    def _gather_strays(self) -> None:
        """What stands between a list's items, often a list, belongs to the item before."""
        self._body.end_block()
        frame = self._body.frame
        strays, frame.blocks = frame.blocks, []
        if strays and frame.items:
            frame.items[-1].blocks += strays
        elif strays:
            frame.items.append(Frame("item", strays))

    def _box(self, tag: Tag) -> None:
        if attribute(tag, "type").lower() == "checkbox" and self._body.begins_item:
            self._body.frame.checked = tag.has_attr("checked")

    def _figure(self, tag: Tag) -> Leave:
        if self._body.is_deep:
            return self._plain(tag)
        self._body.open(Frame("figure"))
        return self._leave_figure

    def _leave_figure(self) -> None:
        figure = self._body.close()
        self._body.put(figure.blocks + figure.captions)

    def _caption(self, tag: Tag) -> Leave:
        owner = self._body.nearest("table" if tag.name == "caption" else "figure")
        if owner is None or self._body.is_deep:
            return self._plain(tag)
        self._body.open(Frame("caption"))
        return partial(self._leave_caption, owner)

    def _leave_caption(self, owner: Frame) -> None:
        blocks = self._body.close().blocks
        owner.captions += [block for block in blocks if block not in owner.captions[-_LAST_CAPTIONS:]]

    def _table(self, tag: Tag) -> Leave:
        if self._body.is_deep:
            return self._plain(tag)
        self._body.open(Frame("table"))
        return self._leave_table

    def _leave_table(self) -> None:
        table = self._body.close()
        self._body.put([*table.captions, *table.blocks, *tables.laid_out(table.rows)])

    def _table_head(self, tag: Tag) -> Leave:
        self._body.end_block()
        frame = self._body.frame
        frame.in_head = frame.kind == "table"
        return partial(setattr, frame, "in_head", False)

    def _row(self, tag: Tag) -> Leave:
        if self._body.frame.kind == "table":
            self._body.frame.rows.append([])
        return self._plain(tag)

    def _cell(self, tag: Tag) -> Leave:
        if self._body.frame.kind != "table" or self._body.is_deep:
            return self._plain(tag)
        frame = self._body.frame
        is_header = tag.name == "th" or frame.in_head
        self._body.open(Frame("cell"))
        return partial(self._leave_cell, tag, is_header)

    def _leave_cell(self, tag: Tag, is_header: bool) -> None:
        blocks = tuple(self._body.close().blocks)
        columns = number(tag, "colspan", least=1, most=tables.WIDEST) or 1
        rows = number(tag, "rowspan", least=1, most=tables.TALLEST_SPAN) or 1
        table = self._body.frame
        table.rows = table.rows or [[]]
        table.rows[-1].append(tables.Cell(blocks, is_header, columns, rows))


def _is_permalink(tag: Tag) -> bool:
    """Is it the sign beside a heading by which one copies its address?"""
    text = tag.contents[0] if len(tag.contents) == 1 else None
    return isinstance(text, NavigableString) and str(text).strip() in _PERMALINKS


def _without_last_rule(blocks: list[Block]) -> list[Block]:
    return blocks[:-1] if blocks and blocks[-1] == Rule() else blocks


def _nothing() -> None:
    """Leaves a tag that did not change anything."""

"""The rows of an HTML table, with the column heads that hold for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from kb.models import Block
from pipelines.parse.tidy import fold, has_words, plain

TextOf = Callable[[etree._Element], str]
WIDEST = 100
MOST_HEAD_ROWS = 4
LONGEST_NAME = 10
PAGE_PARTS = ("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "article", "aside", "nav", "form")
FEW_ROWS = 3
PROSE = 20
ARTICLE = 300
"""Words in a cell."""

SENTENCES = re.compile(r"[^\W\d_]{3}[.!?][”\"')\]\d]*(?:\s|$)")
YEAR = re.compile(r"(?:19|20)\d\d(?:[/–-]\d{2,4})?")


def is_data_table(table: etree._Element) -> bool:
    """Whether a table holds data: more than one column, no table inside, not for layout."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return False
    rows = [cells for row in table.iter("tr") if (cells := cells_of(row))]
    if not any(len(cells) > 1 for cells in rows):
        return False
    is_marked = any(table.find(f".//{tag}") is not None for tag in ("caption", "thead", "th"))
    return is_marked or not sets_out_a_page(rows)


def sets_out_a_page(rows: list[list[etree._Element]]) -> bool:
    """Whether a table only puts pieces of a page beside each other.

    Its cells have headings or quotations of their own, or one of its few rows holds an article,
    or there is one row, with prose, and so nothing to compare it with.
    """
    cells = [cell for row in rows for cell in row]
    if any(cell.find(f".//{tag}") is not None for cell in cells for tag in PAGE_PARTS):
        return True
    texts = [fold(plain(cell)) for cell in cells]
    if len(rows) == 1:
        return any(len(text.split()) >= PROSE and SENTENCES.search(text) for text in texts)
    return len(rows) <= FEW_ROWS and any(len(text.split()) > ARTICLE for text in texts)


def is_box(table: etree._Element) -> bool:
    """Whether a table is the frame round a text that is not a whole article."""
    cells = table.findall(".//td")
    return len(cells) == 1 and len(fold(plain(cells[0])).split()) <= ARTICLE


def cells_of(row: etree._Element) -> list[etree._Element]:
    """The cells of a row."""
    return [cell for cell in row if cell.tag in ("td", "th")]


def table_rows(table: etree._Element, text_of: TextOf) -> Iterator[Block]:
    """The table's caption if it has one, then its rows; header rows are only heads of others."""
    caption = table.find("caption")
    if caption is not None and has_words(text := text_of(caption)):
        yield Block(kind="caption", text=text)
    rows = list(table.iter("tr"))
    heads = head_rows(rows)
    head = joined(column_heads(heads, text_of))
    for row in heads:
        if has_words(text := joined([text_of(cell) for cell in cells_of(row)])):
            yield Block(kind="table_row", text=text)
    for texts in filled(rows[len(heads) :], text_of):
        if has_words(text := joined(texts)):
            yield Block(kind="table_row", text=text, head=head)


def filled(rows: list[etree._Element], text_of: TextOf) -> Iterator[list[str]]:
    """The texts of each row's cells, those that reach down from rows above among them."""
    reaching: dict[int, tuple[str, int]] = {}
    for number, row in enumerate(rows):
        texts: list[str] = []
        column = 0
        for cell in [*cells_of(row), None]:
            while column in reaching:
                text, last = reaching[column]
                texts.append(text)
                if last == number:
                    del reaching[column]
                column += 1
            if cell is None:
                break
            text = text_of(cell)
            texts.append(text)
            last = number + span(cell, "rowspan", len(rows) - number) - 1
            if last > number:
                reaching[column] = (text, last)
            column += span(cell, "colspan", WIDEST)
        yield texts


def head_rows(rows: list[etree._Element]) -> list[etree._Element]:
    """The rows at the top that name the columns: in <thead>, all <th>, or else a first row of
    short names, as Word's tables and many web pages have it."""
    heads: list[etree._Element] = []
    for row in rows[:MOST_HEAD_ROWS]:
        parent = row.getparent()
        in_head = parent is not None and parent.tag == "thead"
        cells = cells_of(row)
        if not in_head and not (cells and all(cell.tag == "th" for cell in cells)):
            break
        heads.append(row)
    heads = heads or [row for row in rows[:1] if has_names_only(row)]
    return heads if len(heads) < len(rows) else []


def has_names_only(row: etree._Element) -> bool:
    """Whether the cells of a row, but perhaps the first, all hold a few words and no figure."""
    names = [fold(plain(cell)) for cell in cells_of(row)]
    return len(names) > 1 and all(map(is_name, names[1:] if not names[0] else names))


def is_name(text: str) -> bool:
    """Whether a cell's text can be the name of a column: short, with a letter or as a year."""
    if not 0 < len(text.split()) <= LONGEST_NAME or text.endswith("."):
        return False
    return any(c.isalpha() for c in text) or bool(YEAR.fullmatch(text))


def column_heads(rows: list[etree._Element], text_of: TextOf) -> list[str]:
    """One head per column: what stands over it in all header rows, top down, said once."""
    grid: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in cells_of(row):
            while (number, column) in grid:
                column += 1
            text = text_of(cell)
            for down in range(span(cell, "rowspan", len(rows) - number)):
                for across in range(span(cell, "colspan", max(WIDEST - column, 1))):
                    grid[number + down, column + across] = text if down == 0 else ""
            column += span(cell, "colspan", WIDEST)
    width = 1 + max((column for _, column in grid), default=-1)
    return [
        fold(" ".join(grid.get((number, column), "") for number in range(len(rows))))
        for column in range(width)
    ]


def span(cell: etree._Element, name: str, most: int) -> int:
    """How many columns or rows a cell covers."""
    value = cell.get(name, "1").strip()
    return max(1, min(int(value) if value.isdecimal() and len(value) < 5 else 1, most))


def joined(cells: list[str]) -> str:
    """A row in its printed order, without empty cells at its end."""
    return fold(" | ".join(cells)).strip("| ")

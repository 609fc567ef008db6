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
YEAR = re.compile(r"(?:19|20)\d\d(?:[/–-]\d{2,4})?")


def is_data_table(table: etree._Element) -> bool:
    """Whether a table holds data: more than one column, no table inside, not for layout."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return False
    return any(len(cells_of(row)) > 1 for row in table.iter("tr"))


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
    for row in rows:
        text = joined([text_of(cell) for cell in cells_of(row)])
        if has_words(text):
            yield Block(kind="table_row", text=text, head="" if row in heads else head)


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

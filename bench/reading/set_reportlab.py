"""Masters set by an own small typesetter on reportlab's canvas.

It has what the others do not give: the order of the content stream, words as text objects of
their own without spaces between them, and columns that a box or a quotation interrupts anywhere.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from designs import Design, Typeset, furniture, running_foot, running_head
from masters import Aside, Entry, Heading, Item, Master, Paragraph, Table, plain
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from set_reportlab_lines import (
    BLACK,
    BLUE,
    BOLD,
    GREY,
    MARGIN,
    SERIF,
    SLANTED,
    Style,
    Word,
    lines_of,
    words_of,
)
from set_reportlab_press import Press, Sheet


def paragraph(press: Press, block: Paragraph, *, after_head: bool) -> None:
    """Set a paragraph, a pull quote between two of its lines."""
    design = press.design
    words = [w for s in block.sentences for w in words_of(s, plain(s))]
    style = Style(
        size=design.size,
        first=0 if after_head or not design.indent else 12,
        justify=design.justify,
        hyphenate=design.hyphenate,
    )
    if not block.pull:
        press.text(words, style)
    else:
        lines = lines_of(words, press.column_width, style)
        count = sum(map(len, lines[: len(lines) // 2]))
        broken = sum(line[-1].text.endswith("-") for line in lines[: len(lines) // 2] if line)
        split = count - broken
        press.text(words[:split], style)
        press.framed([(block.pull, Style(SLANTED, 14, BLUE))], kind="aside", box="none")
        press.text(words[split:], replace(style, first=0))
    press.y -= 0 if design.indent else design.size * 0.7


def heading(press: Press, block: Heading, sections: list[int]) -> None:
    """Set a heading; it may stand at the foot of a column, as it does in many a report."""
    design = press.design
    sections[block.level - 1] += 1
    sections[block.level :] = [0] * (3 - block.level)
    sizes = {"bold": (10.0, 10.0, 10.0), "caps": (13.0, 11.0, 10.0), "small": (12.0, 10.5, 9.0)}
    size = sizes.get(design.heads, (15.0, 12.5, 11.0))[block.level - 1]
    # bold headings of one size have levels for their numbers alone
    is_numbered = design.heads in ("numbered", "bold")
    number = ".".join(map(str, sections[: block.level])) + " " if is_numbered else ""
    text = number + (block.text.upper() if design.heads == "caps" else block.text)
    press.room(size * 3)
    press.y -= size * 0.8 if press.y < press.top else 0
    colour = BLUE if design.heads == "coloured" else BLACK
    press.text(words_of(text), Style(BOLD, size, colour), kind="heading")
    press.y -= size * 0.35


def item(press: Press, block: Item) -> None:
    """Set a list item with a hanging indent."""
    design = press.design
    mark = f"{block.number}." if block.number else "•–◦"[min(block.depth, 2) - 1]
    style = Style(
        size=design.size,
        left=16.0 * block.depth,
        mark=mark,
        hyphenate=design.hyphenate,
        justify=design.justify,
    )
    press.text(words_of(block.text, block.text), style)
    press.y -= 2


def aside(press: Press, block: Aside) -> None:
    """Set a box."""
    size = press.design.size - 0.5
    parts = [(block.title, Style(BOLD, size)), (" ".join(block.sentences), Style(size=size))]
    press.framed(parts, kind="aside", box=press.design.box)


def table(press: Press, block: Table) -> None:
    """Set a table row by row, its head again at the head of each column it goes on in."""
    size = press.design.size - 1
    press.y -= 8
    press.room(90)
    press.text(words_of(block.caption), Style(SLANTED, size), kind="table")
    press.y -= 5
    shares = shares_of(press, block, size)
    row(press, block.head, shares, Style(BOLD, size), 0)
    for number, cells in enumerate(block.rows, 1):
        sheet, column = len(press.sheets), press.column
        height = max(len(cell_lines(press, c, s, size)) for c, s in zip(cells, shares, strict=True))
        press.room(height * size * 1.25 + 8)
        if (sheet, column) != (len(press.sheets), press.column):
            row(press, block.head, shares, Style(BOLD, size), 0)
        row(press, cells, shares, Style(size=size), number)
    press.y -= 12


def shares_of(press: Press, block: Table, size: float) -> list[float]:
    """What share of the width each column gets: its longest word at least, more for long cells."""
    columns = list(zip(block.head, *block.rows, strict=True))
    least = [
        8 + max(stringWidth(word, BOLD, size) for cell in column for word in cell.split())
        for column in columns
    ]
    wanted = [max(stringWidth(cell, BOLD, size) for cell in column) for column in columns]
    spare = (press.column_width - sum(least)) / sum(wanted)
    return [
        (low + spare * want) / press.column_width for low, want in zip(least, wanted, strict=True)
    ]


def cell_lines(press: Press, cell: str, share: float, size: float) -> list[list[Word]]:
    """The lines of a cell."""
    return lines_of(words_of(cell), share * press.column_width - 8, Style(size=size))


def row(
    press: Press, cells: tuple[str, ...], shares: list[float], style: Style, number: int
) -> None:
    """Set a table row with its rules or its tint."""
    sets = [
        lines_of(words_of(cell), share * press.column_width - 8, style)
        for cell, share in zip(cells, shares, strict=True)
    ]
    height = max(map(len, sets)) * style.leading + 6
    kind, top, left = press.design.table, press.y, press.x
    calls: list[Any] = []
    for lines, share in zip(sets, shares, strict=True):
        width = share * press.column_width
        if kind == "ruled":
            calls.append(("frame", "frame", left, top - height, width, height))
        press.y = top - 2
        for line in lines:
            press.y -= style.leading
            moved = press.line(line, style, 0, True, False)
            calls += [(call[0] + left - press.x + 4, *call[1:]) for call in moved]
        left += width
    if kind == "horizontal":
        calls.insert(0, ("frame", "rules", press.x, top - height, press.column_width, height))
    if kind == "zebra" and number % 2:
        calls.insert(0, ("frame", "tint", press.x, top - height, press.column_width, height))
    press.draw("table", calls)
    press.y = top - height


def set_all(press: Press) -> None:
    """Set title, authors and every block."""
    master, design = press.master, press.design
    press.measure = press.width - 2 * MARGIN
    press.text(words_of(master.title), Style(BOLD, 22), kind="heading")
    press.y -= 8
    press.text(words_of(", ".join(master.authors)), Style(size=11), kind="heading")
    press.y -= 24
    press.measure, press.top = press.column_width, press.y
    sections = [0, 0, 0]
    after_head = True
    for block in master.blocks:
        if isinstance(block, Paragraph):
            paragraph(press, block, after_head=after_head)
        elif isinstance(block, Heading):
            heading(press, block, sections)
        elif isinstance(block, Item):
            item(press, block)
        elif isinstance(block, Aside):
            aside(press, block)
        elif isinstance(block, Table):
            table(press, block)
        else:
            entry(press, block, design)
        after_head = isinstance(block, Heading)


def entry(press: Press, block: Entry, design: Design) -> None:
    """Set a reference with a hanging indent."""
    number = f"{block.number}. " if block.number else ""
    style = Style(size=design.size - 0.5, left=14, first=-14, hyphenate=design.hyphenate)
    press.text(words_of(number + block.text), style)
    press.y -= 3


def ordered(sheet: Sheet, design: Design, page: int) -> list[list[Any]]:
    """The drawing calls of a page in the order in which the design's stream has them."""
    groups = list(sheet.groups)
    if design.order == "shuffled":
        random.Random(page).shuffle(groups)
    elif design.order == "columns":
        groups.sort(key=lambda group: -group[0])
    elif design.order == "first":
        groups.sort(key=lambda group: group[1] != "aside")
    elif design.order == "last":
        groups.sort(key=lambda group: group[1] in ("aside", "heading"))
    frames = [[c for c in calls if c[0] == "frame"] for _, _, calls in groups]
    texts = [[c for c in calls if c[0] != "frame"] for _, _, calls in groups]
    return [*frames, *texts]


def frame(canvas: Canvas, box: str, x: float, y: float, width: float, height: float) -> None:
    """Draw a box's frame, fill or rules."""
    canvas.setFillColorRGB(*GREY)
    canvas.setLineWidth(0.6)
    if box in ("fill", "tint"):
        canvas.rect(x, y, width, height, stroke=int(box == "fill"), fill=1)
    elif box == "frame":
        canvas.rect(x, y, width, height, stroke=1, fill=0)
    elif box == "rules":
        canvas.line(x, y, x + width, y)
        canvas.line(x, y + height, x + width, y + height)


def printed(press: Press) -> bytes:
    """The PDF of all pages."""
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=(press.width, press.height), invariant=1)
    canvas.setTitle(press.master.title)
    for page, sheet in enumerate(press.sheets, 1):
        for calls in [*ordered(sheet, press.design, page), list(furniture_calls(press, page))]:
            for call in calls:
                if call[0] == "frame":
                    frame(canvas, *call[1:])
                    continue
                x, y, text, font, size, colour = call
                canvas.setFillColorRGB(*colour)
                canvas.setFont(font, size)
                canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def furniture_calls(press: Press, page: int) -> Iterator[tuple[Any, ...]]:
    """The running head, outside on odd and even pages, and the foot."""
    head, foot = running_head(press.master.title, page), running_foot(press.design, page)
    right = press.width - MARGIN - stringWidth(head, SERIF, 8)
    if head:
        yield right if page % 2 else MARGIN, press.height - 40, head, SERIF, 8, BLACK
    yield press.width / 2, 34, foot, SERIF, 8, BLACK


def typeset(master: Master, design: Design) -> Typeset:
    """The master in this design; the pages are those on which it was set."""
    press = Press(master, design)
    set_all(press)
    return Typeset(printed(press), press.pages, furniture(design, master.title, len(press.sheets)))

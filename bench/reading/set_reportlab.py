"""Masters set by an own small typesetter on reportlab's canvas.

It has what the others do not give: the order of the content stream, words as text objects of
their own without spaces between them, and columns that a box or a quotation interrupts anywhere.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyphen
from designs import Design, Typeset, furniture, running_foot, running_head
from masters import MARK, Aside, Entry, Heading, Item, Master, Paragraph, Table, plain
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

SERIF, BOLD, SLANTED = "Times-Roman", "Times-Bold", "Times-Italic"
BLUE, BLACK, GREY = (0.04, 0.35, 0.47), (0, 0, 0), (0.92, 0.92, 0.92)
Colour = tuple[float, float, float]
HYPHENS = pyphen.Pyphen(lang="en_GB", left=3, right=3)
MARGIN = 60.0


@dataclass(frozen=True)
class Style:
    """How a block's lines look: fonts, and indents from the column's edge in points."""

    font: str = SERIF
    size: float = 10
    colour: Colour = BLACK
    first: float = 0
    left: float = 0
    justify: bool = False
    hyphenate: bool = False
    mark: str = ""

    @property
    def leading(self) -> float:
        """The distance of base lines."""
        return self.size * 1.25


@dataclass(frozen=True)
class Word:
    """A printed word; `mark` is the raised number behind it, `tail` what follows that."""

    text: str
    unit: str = ""
    mark: str = ""
    tail: str = ""


@dataclass
class Sheet:
    """What is drawn on a page: groups of drawing calls, one a block, with their column."""

    groups: list[tuple[int, str, list[Any]]] = field(default_factory=list)


def words_of(text: str, unit: str = "") -> list[Word]:
    """The words of a text, the first of which opens the unit."""
    words = []
    for number, token in enumerate(text.split(" ")):
        pieces = MARK.split(token)
        mark, tail = (pieces[1], pieces[2]) if len(pieces) > 1 else ("", "")
        words.append(Word(pieces[0], unit if number == 0 else "", mark, tail))
    return words


def width_of(word: Word, style: Style) -> float:
    """How wide a word is with its mark."""
    own = stringWidth(word.text + word.tail, style.font, style.size)
    return float(own + stringWidth(word.mark, style.font, style.size * 0.65))


def cut(word: Word, room: float, style: Style) -> tuple[Word, Word] | None:
    """A word in two, the first of which fits in the room with its hyphen; None if none does."""
    if not style.hyphenate or word.mark:
        return None
    stem = word.text.rstrip(".,;:!?”)]")
    ends = [k + 1 for k, c in enumerate(stem[:-1]) if c == "-" and k]
    if not ends and stem.isalpha() and stem.islower():
        ends = list(HYPHENS.positions(stem))
    for end in reversed(ends):
        head = word.text[:end] if word.text[end - 1] == "-" else word.text[:end] + "-"
        if stringWidth(head, style.font, style.size) <= room:
            return Word(head, word.unit), Word(word.text[end:])
    return None


def lines_of(words: list[Word], width: float, style: Style) -> list[list[Word]]:
    """The words in lines no wider than the column."""
    space = stringWidth(" ", style.font, style.size)
    lines: list[list[Word]] = [[]]
    room = width - style.left - style.first
    queue = list(words)
    while queue:
        word = queue.pop(0)
        need = width_of(word, style) + (space if lines[-1] else 0)
        if need <= room or not lines[-1]:
            lines[-1].append(word)
            room -= need
            continue
        halves = cut(word, room - space, style)
        if halves:
            lines[-1].append(halves[0])
        queue.insert(0, halves[1] if halves else word)  # a word too wide gets its own line
        lines.append([])
        room = width - style.left
    return lines


class Press:
    """Sets blocks into the columns of pages, one after another."""

    def __init__(self, master: Master, design: Design) -> None:
        self.master, self.design = master, design
        self.width, self.height = (842.0, 595.0) if design.landscape else (595.0, 842.0)
        gaps = design.gutter * (design.columns - 1)
        self.column_width = (self.width - 2 * MARGIN - gaps) / design.columns
        self.measure = self.column_width  # how wide lines are; other than the column in a box
        self.sheets = [Sheet()]
        self.column = 0
        self.top = self.y = self.height - MARGIN - 10
        self.foots = [MARGIN + 6] * design.columns  # where each column's notes begin
        self.pages: dict[str, int] = {}
        self.group = 0

    @property
    def x(self) -> float:
        """The left edge of the column."""
        return MARGIN + self.column * (self.column_width + self.design.gutter)

    def next_column(self) -> None:
        """Go on at the head of the next column or page."""
        self.column += 1
        if self.column == self.design.columns:
            self.sheets.append(Sheet())
            self.column, self.top = 0, self.height - MARGIN - 10
            self.foots = [MARGIN + 6] * self.design.columns
        self.y = self.top

    def room(self, needed: float) -> None:
        """See that there is room for so much height in the column."""
        if self.y - needed < self.foots[self.column] and self.y < self.top:
            self.next_column()

    def draw(self, kind: str, calls: list[Any]) -> None:
        """Add drawing calls to the page under one head."""
        self.sheets[-1].groups.append((self.column, kind, calls))

    def text(self, words: list[Word], style: Style, *, kind: str = "body") -> None:
        """Set words in lines."""
        lines = lines_of(words, self.measure, style)
        for number, line in enumerate(lines):
            self.notes_of(line)
            self.room(style.leading)
            self.y -= style.leading
            for word in line:
                if word.unit:
                    self.pages.setdefault(word.unit, len(self.sheets))
            first = style.first if number == 0 else 0
            is_last = number == len(lines) - 1
            self.draw(kind, self.line(line, style, first, is_last, number == 0))

    def line(
        self, line: list[Word], style: Style, first: float, is_last: bool, is_first: bool
    ) -> list[Any]:
        """The drawing calls of a line: each word stands by itself, and no space is printed."""
        space = stringWidth(" ", style.font, style.size)
        x = self.x + style.left + first
        used = sum(width_of(word, style) for word in line)
        if style.justify and not is_last and len(line) > 1:
            space = (self.measure - style.left - first - used) / (len(line) - 1)
        calls: list[Any] = []
        if is_first and style.mark:
            calls.append((x - 11, self.y, style.mark, style.font, style.size, style.colour))
        for word in line:
            calls.append((x, self.y, word.text, style.font, style.size, style.colour))
            x += stringWidth(word.text, style.font, style.size)
            if word.mark:
                small = style.size * 0.65
                calls.append((x, self.y + style.size * 0.35, word.mark, style.font, small, BLACK))
                x += stringWidth(word.mark, style.font, small)
            if word.tail:
                calls.append((x, self.y, word.tail, style.font, style.size, style.colour))
                x += stringWidth(word.tail, style.font, style.size)
            x += space
        return calls

    def notes_of(self, line: list[Word]) -> None:
        """Set the notes that a line calls at the foot of its column; notes stand in order."""
        for word in line:
            note = self.master.notes.get(int(word.mark)) if word.mark else None
            if note is None:
                continue
            style = Style(size=7.5, left=9)
            lines = lines_of(words_of(note), self.column_width, style)
            height = style.leading * len(lines) + 6
            if self.y - height - 2 * self.design.size * 1.25 < self.foots[self.column]:
                self.next_column()
            self.foot_note(word.mark, lines, style, height)

    def foot_note(self, mark: str, lines: list[list[Word]], style: Style, height: float) -> None:
        """Set a note above the margin; one that is there already moves up."""
        floor = MARGIN + 6
        lift = height - 6 if self.foots[self.column] > floor else height
        for column, kind, calls in self.sheets[-1].groups:
            if column == self.column and kind == "note":
                calls[:] = [(x, y + height - 6, *rest) for x, y, *rest in calls]
        kept, self.y = self.y, floor + height - 6
        for number, line in enumerate(lines):
            self.y -= style.leading
            calls = self.line(line, style, 0, True, False)
            if number == 0:
                calls.insert(0, (self.x, self.y, mark, SERIF, 6.0, BLACK))
            self.draw("note", calls)
        self.y = kept
        self.foots[self.column] += lift

    def framed(self, parts: list[tuple[str, Style]], *, kind: str, box: str) -> None:
        """Set texts in a frame that is not broken."""
        inner = self.column_width - 16
        sets = [(lines_of(words_of(text), inner, style), style) for text, style in parts]
        height = 16 + sum(len(lines) * style.leading for lines, style in sets)
        self.room(height + 16)
        self.y -= 10
        bottom = self.y - height
        calls: list[Any] = [("frame", box, self.x, bottom, self.column_width, height)]
        self.y -= 8
        self.measure = inner
        for lines, style in sets:
            for line in lines:
                self.y -= style.leading
                moved = self.line(line, style, 0, True, False)
                calls += [(call[0] + 8, *call[1:]) for call in moved]
        self.measure = self.column_width
        self.draw(kind, calls)
        self.y = bottom - 12


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
        press.text(words[split:], Style(**{**style.__dict__, "first": 0}))
    press.y -= 0 if design.indent else design.size * 0.7


def heading(press: Press, block: Heading, sections: list[int]) -> None:
    """Set a heading; it may stand at the foot of a column, as it does in many a report."""
    design = press.design
    sections[block.level - 1] += 1
    sections[block.level :] = [0] * (3 - block.level)
    sizes = {"bold": (10.0, 10.0, 10.0), "caps": (13.0, 11.0, 10.0), "small": (12.0, 10.5, 9.0)}
    size = sizes.get(design.heads, (15.0, 12.5, 11.0))[block.level - 1]
    number = ".".join(map(str, sections[: block.level])) + " " if design.heads == "numbered" else ""
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

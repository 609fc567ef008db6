"""A press that fills columns and pages with lines, boxes and footnotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from designs import Design
from masters import Master
from reportlab.pdfbase.pdfmetrics import stringWidth
from set_reportlab_lines import BLACK, MARGIN, SERIF, Style, Word, lines_of, width_of, words_of


@dataclass
class Sheet:
    """What is drawn on a page: groups of drawing calls with their column and what they are of."""

    groups: list[tuple[int, str, list[Any]]] = field(default_factory=list)


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

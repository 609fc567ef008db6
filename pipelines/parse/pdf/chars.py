"""The characters of a PDF page, each with its place, size, weight and base line."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from kb.errors import UnreadableFile
from kb.models import Box
from pipelines.parse.pdf.faces import Face, drawn, face

MOST_CHARACTERS = 200_000
_BREAKS = (10, 13)
_HYPHENS = (2, 0xAD, 0xFFFE)
_COMMON = range(32, 127)
_RAISED = 0.2
"""How far above the base line a character's foot stands, in its size, if it is set higher."""


class Character(NamedTuple):
    """One character; `x0` is infinite for a space or a line's end that PDFium made up.

    `base` is the y on which it stands: its line's base line, or higher or lower if it is a raised
    or a lowered sign.
    """

    at: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    bold: bool
    size: float
    base: float
    ink: bool = True
    """Whether it prints anything."""
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """From PDF user space to a page that is read after so many quarter turns, and back.

    The origin of what is read is at its top left, y downwards. `area` is left, bottom, right, top.
    """

    quarter: int
    area: Box

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.area
        if self.quarter == 0:
            return x - left, top - y
        if self.quarter == 1:
            return y - bottom, x - left
        if self.quarter == 2:
            return right - x, y - bottom
        return top - y, right - x

    def back(self, x: float, y: float) -> tuple[float, float]:
        """The point of user space that is read at x, y."""
        left, bottom, right, top = self.area
        if self.quarter == 0:
            return x + left, top - y
        if self.quarter == 1:
            return y + left, x + bottom
        if self.quarter == 2:
            return right - x, y + bottom
        return right - y, top - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of user space as read."""
        if self.quarter == 0:
            edge, head = self.area[0], self.area[3]
            return left - edge, head - top, right - edge, head - bottom
        (ax, ay), (bx, by) = self(left, bottom), self(right, top)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as read."""
        left, bottom, right, top = self.area
        size = (right - left, top - bottom)
        return size if self.quarter % 2 == 0 else (size[1], size[0])

    def shown(self, box: Box, display: Turn) -> Box:
        """A box of this reading, where `display` has it."""
        (ax, ay), (bx, by) = self.back(*box[:2]), self.back(*box[2:])
        return display.box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def characters_of(page: Any, number: int) -> list[tuple[Turn, list[Character]]]:
    """The characters of a page in content order, by the way they run: most common first."""
    textpage = page.get_textpage()
    try:
        raw = textpage.raw
        count = max(0, pdfium.FPDFText_CountChars(raw))
        if count > MOST_CHARACTERS:
            raise UnreadableFile(
                f"has {count:,} characters on page {number}, more than print can; remove that page"
            )
        area = page.get_cropbox()
        found = [
            (turn, list(_characters(raw, count, turn)))
            for turn in (Turn(quarter, area) for quarter in _quarters_of(raw, count))
        ]
        return [(turn, _on_page(characters, turn)) for turn, characters in found]
    finally:
        textpage.close()


def _on_page(characters: list[Character], turn: Turn) -> list[Character]:
    """Those that stand on the page, not beyond its edges where printers leave their notes."""
    width, height = turn.size
    if not (width > 0 and height > 0):
        return characters
    return [
        c
        for c in characters
        if not c.ink or (c.x1 > 0 and c.x0 < width and c.y1 > 0 and c.y0 < height)
    ]


def _quarters_of(raw: Any, count: int) -> list[int]:
    """The directions of the text in quarter turns: that of most, then any other of much."""
    step = max(1, count // 400)
    angles = (pdfium.FPDFText_GetCharAngle(raw, i) for i in range(0, count, step))
    turns = Counter(_quarters(angle) for angle in angles if angle >= 0)
    turns.pop(None, None)
    most = [turn for turn, n in turns.most_common() if turn is not None and n > 0.1 * turns.total()]
    return most or [0]


def _quarters(angle: float) -> int | None:
    """Whole quarter turns, or None for text that runs aslant."""
    turns = angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.13 else None


def _characters(raw: Any, count: int, turn: Turn) -> Iterator[Character]:
    """The characters that run with the page's text, in content order.

    What PDFium tells of a character's type is asked for once a word, and where its box changes.
    """
    rect, nowhere = pdfium.FS_RECTF(), (math.inf,) * 4
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    type_, size, drop, upright, fresh, foot = face("", 0, 0), 0.0, 0.0, True, True, math.inf
    after_figure = False
    for i in range(count):
        code = unicode_of(raw, i)
        if code in _BREAKS or (code == 32 and pdfium.FPDFText_IsGenerated(raw, i) == 1):
            yield Character(i, " " if code == 32 else "\n", *nowhere, False, 0.0, 0.0, False)
            fresh = True
            continue
        if not code or not box_of(raw, i, rect):
            continue
        x0, y0, x1, y1 = turn.box(rect.left, rect.bottom, rect.right, rect.top)
        if fresh or abs(y1 - foot) > 0.2:
            upright = _quarters(pdfium.FPDFText_GetCharAngle(raw, i)) == turn.quarter
            type_, size = _face(raw, i), _em(raw, i) or y1 - y0
            drop, foot = y1 - _origin(raw, i, turn), y1
        text = chr(code) if code in _COMMON else _sign(code)
        text = drawn(text) if type_.symbols else text
        fresh = code == 32 or text.isspace()
        if not upright:
            continue
        base = y1 - drop
        if text.isdigit() or (after_figure and text.isalpha()):
            lowest = _foot(raw, i, turn)
            base = lowest if lowest < base - _RAISED * size else base
        after_figure = text.isdigit() or (after_figure and base < y1 - drop)
        ink = not fresh
        yield Character(i, text, x0, y0, x1, y1, type_.bold, size, base, ink, type_.italic)


def _sign(code: int) -> str:
    if code in _HYPHENS:
        return "\x02"
    return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"


_X, _Y = ctypes.c_double(), ctypes.c_double()
_EDGES = [ctypes.c_double() for _ in range(4)]


def _origin(raw: Any, i: int, turn: Turn) -> float:
    """The y of the line on which the character was set."""
    pdfium.FPDFText_GetCharOrigin(raw, i, _X, _Y)
    return turn(_X.value, _Y.value)[1]


def _foot(raw: Any, i: int, turn: Turn) -> float:
    """The y of the character's lowest ink; infinite if unknown.

    Fonts have raised figures of their own, which stand on the line by all other measures.
    """
    if not pdfium.FPDFText_GetCharBox(raw, i, *_EDGES):
        return math.inf
    left, right, bottom, top = (edge.value for edge in _EDGES)
    return turn.box(left, bottom, right, top)[3]


_MATRIX = pdfium.FS_MATRIX()


def _em(raw: Any, i: int) -> float:
    """The size of the type in points, whatever the font's own measures; 0 if unknown."""
    if not pdfium.FPDFText_GetMatrix(raw, i, _MATRIX):
        return 0.0
    size: float = pdfium.FPDFText_GetFontSize(raw, i) * math.hypot(_MATRIX.c, _MATRIX.d)
    return size if 0.5 < size < 500 else 0.0


_FONT_NAME = ctypes.create_string_buffer(128)
_FLAGS = ctypes.c_int()


def _face(raw: Any, i: int) -> Face:
    weight = pdfium.FPDFText_GetFontWeight(raw, i)
    pdfium.FPDFText_GetFontInfo(raw, i, _FONT_NAME, 128, _FLAGS)
    return face(_FONT_NAME.value.decode("latin-1"), weight, _FLAGS.value)

"""The characters of a PDF page, those of a word together: place, size, weight and base line."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from kb.errors import UnreadableFile
from kb.models import Box
from pipelines.parse.pdf.faces import drawn, face
from pipelines.parse.pdf.signs import HYPHEN, SKIPPED, Signs, quarters_of, text_of
from pipelines.parse.pdf.turn import Turn

__all__ = ["MOST_CHARACTERS", "Character", "Turn", "characters_of"]

MOST_CHARACTERS = 200_000
_RAISED = 0.2
"""How far above the base line a character's foot stands, in its size, if it is set higher."""
_WIDE = 8.0
"""Points; narrower gaps part no lines, so that a space in them need not be measured."""
_LEVEL = 0.2
"""Points by which the feet of characters in one type may differ."""
_SAMPLE = 120
"""Characters that tell the way in which a page's text runs."""
_LIGATURE = 3
_NOWHERE = (math.inf,) * 4
_RUN = re.compile(rf"[^\s\d¹²³⁰⁴-⁹{SKIPPED}{HYPHEN}]{{2,}}|[^{SKIPPED}]")


class Character(NamedTuple):
    """One character, or those of a word that are set in one; figures stand alone.

    `x0` is infinite for a space or a line's end that PDFium made up. `base` is the y on which it
    stands: its line's base line, or higher or lower if it is a raised or a lowered sign.
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

    @property
    def end(self) -> int:
        """Where the next one is in the content."""
        return self.at + len(self.text)


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
        area, text = page.get_cropbox(), text_of(raw, count)
        turns = [Turn(quarter, area) for quarter in _quarters_of(raw, count)]
        return [(turn, _on_page(_characters(Signs(raw, turn), text), turn)) for turn in turns]
    finally:
        textpage.close()


def _on_page(characters: Iterator[Character], turn: Turn) -> list[Character]:
    """Those that stand on the page, not beyond its edges where printers leave their notes."""
    width, height = turn.size
    found = _printed_once(list(characters))
    if not (width > 0 and height > 0):
        return found
    return [
        c for c in found if not c.ink or (c.x1 > 0 and c.x0 < width and c.y1 > 0 and c.y0 < height)
    ]


def _printed_once(characters: list[Character]) -> list[Character]:
    """The characters without those printed again within a point, which makes them look bold."""
    inked = sorted(
        (c for c in characters if c.ink), key=lambda c: (c.text, round(c.y0 / 4), c.x0, c.at)
    )
    again = {max(a.at, b.at) for a, b in pairwise(inked) if _is_same(a, b)}
    return [c for c in characters if c.at not in again] if again else characters


def _is_same(a: Character, b: Character) -> bool:
    """Whether one is printed upon the other; the letters of a ligature share their place."""
    near = min(1.0, 0.15 * a.size)
    again = a.text == b.text and abs(b.x0 - a.x0) < near and abs(b.y0 - a.y0) < near
    return again and abs(b.at - a.at) > _LIGATURE


def _quarters_of(raw: Any, count: int) -> list[int]:
    """The directions of the text in quarter turns: that of most, then any other of much."""
    step = max(1, count // _SAMPLE)
    turns = Counter(quarters_of(raw, i) for i in range(0, count, step))
    turns.pop(None, None)
    most = [turn for turn, n in turns.most_common() if turn is not None and n > 0.1 * turns.total()]
    return most or [0]


def _characters(signs: Signs, text: str) -> Iterator[Character]:
    """The characters that run with the page's text, in content order."""
    pen, end = _Pen(signs), -math.inf
    spaces: list[int] = []
    for found in _RUN.finditer(text):
        at, run = found.start(), found[0]
        if run.isspace():
            pen.lift()
            if run in "\r\n":
                yield Character(at, "\n", *_NOWHERE, False, 0.0, 0.0, False)
            else:
                spaces.append(at)
            continue
        done = pen.run(at, run) if len(run) > 1 else pen.one(at, run)
        if spaces and done:
            wide = done[0].x0 - end > _WIDE
            yield from (pen.space(i, text[i], measured=wide) for i in spaces)
            spaces = []
        yield from done
        end = done[-1].x1 if done else end


class _Pen:
    """The type in which characters are set, asked of PDFium only where it may have changed."""

    def __init__(self, signs: Signs) -> None:
        self.signs = signs
        self.object: int | None = None
        self.face, self.size, self.drop, self.foot = face("", 0, 0), 0.0, 0.0, math.inf
        self.upright, self.fresh, self.figure = True, True, False

    def lift(self) -> None:
        """Go on to another word, which may be set in another type."""
        self.fresh, self.figure = True, False

    def one(self, i: int, text: str) -> list[Character]:
        """One character; the foot of a figure, or of a letter after one, tells if it is raised."""
        box = self.signs.box(i)
        if not box:
            return []
        if self.fresh or abs(box[3] - self.foot) > _LEVEL:
            self._look(i, box, self.signs.object_at(i))
        if not self.upright:
            return []
        text = drawn(text) if self.face.symbols else text
        base = line = box[3] - self.drop
        if text.isdigit() or (self.figure and text.isalpha()):
            lowest = self.signs.foot(i)
            base = lowest if lowest < line - _RAISED * self.size else line
        self.figure = text.isdigit() or (self.figure and base < line)
        return [self._character(i, text, box, base)]

    def run(self, i: int, text: str) -> list[Character]:
        """A run of characters as one if it is set in one type, level and onwards; else each."""
        last = i + len(text) - 1
        box, end, written = self.signs.box(i), self.signs.box(last), self.signs.object_at(i)
        if self.figure or not (box and end and written == self.signs.object_at(last)):
            return self._each(i, text)
        level = abs(box[3] - end[3]) < _LEVEL and abs(box[1] - end[1]) < _LEVEL
        if not level or end[2] < box[2]:
            return self._each(i, text)
        self._look(i, box, written)
        if not self.upright:
            return []
        text = "".join(map(drawn, text)) if self.face.symbols else text
        return [self._character(i, text, (*box[:2], end[2], box[3]), box[3] - self.drop)]

    def _character(self, i: int, text: str, box: Box, base: float) -> Character:
        look = self.face
        return Character(i, text, *box, look.bold, self.size, base, italic=look.italic)

    def space(self, i: int, text: str, *, measured: bool) -> Character:
        """A space; its place tells nothing unless what follows is far off."""
        box = None if not measured or self.signs.is_made_up(i) else self.signs.box(i)
        text = " " if not box else text
        return Character(i, text, *(box or _NOWHERE), False, 0.0, 0.0, False)

    def _each(self, i: int, text: str) -> list[Character]:
        return [found for at, sign in enumerate(text, i) for found in self.one(at, sign)]

    def _look(self, i: int, box: Box, written: int | None) -> None:
        """See what character `i` is set in, unless it is what the last one was written with."""
        self.fresh = False
        if written == self.object and abs(box[3] - self.foot) < _LEVEL:
            return
        self.object, self.foot = written, box[3]
        self.upright = self.signs.is_upright(i)
        self.face = self.signs.face(i)
        self.size = self.signs.em(i) or box[3] - box[1]
        self.drop = box[3] - self.signs.base(i)

"""Words and how they break into lines, with hyphens as a typesetter puts them."""

from __future__ import annotations

from dataclasses import dataclass

import pyphen
from masters import MARK
from reportlab.pdfbase.pdfmetrics import stringWidth

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

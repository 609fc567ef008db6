"""Pieces into printed lines: spaces and raised signs told by their places."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from pipelines.parse.flow import folded
from pipelines.parse.pdf.chars import Character
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.margins import without_line_numbers
from pipelines.parse.pdf.pieces import Piece, joined, pieces_of
from pipelines.parse.pdf.turn import Turn
from pipelines.parse.tidy import BEFORE, SUPERSCRIPT, raised

_LIFT = 0.15
"""How far above the base line a raised sign stands at least, in the size of the type."""
_SPACED_WORD = 4
"""Letters; where letters are set apart, a word of so many shows that they belong together."""


def lines_of(
    characters: Iterable[Character], number: int, turn: Turn, display: Turn
) -> list[PrintedLine]:
    """The printed lines of a page in content order; `display` is how the page is shown."""
    pieces = without_line_numbers(list(pieces_of(characters)))
    lines = [_printed(piece, number) for piece in joined(pieces)]
    if turn.quarter == display.quarter:
        return lines
    return [replace(line, shown=turn.shown(line.box, display)) for line in lines]


def _printed(piece: Piece, number: int) -> PrintedLine:
    inked = [c for c in piece.characters if c.ink]
    text, gaps = _text(piece)
    if _is_spaced(text):
        text, gaps = _closed_up(inked), ()
    much = 0.8 * sum(len(c.text) for c in inked)
    return PrintedLine(
        page=number,
        text=text,
        x0=piece.x0,
        y0=piece.y0,
        x1=piece.x1,
        y1=piece.y1,
        size=piece.size,
        bold=sum(len(c.text) for c in inked if c.bold) > much,
        start=min(c.at for c in inked),
        end=max(c.end for c in inked),
        gaps=gaps,
        italic=sum(len(c.text) for c in inked if c.italic) > much,
    )


def _text(piece: Piece) -> tuple[str, tuple[tuple[int, float, float], ...]]:
    """A line's words, and where a space between them is wider than half the type's size."""
    parts: list[list[Character]] = [[]]
    gaps: list[tuple[float, float]] = []
    last: Character | None = None
    for character in piece.characters:
        if character.ink:
            wide = last and character.x0 - last.x1 > 0.5 * character.size
            if last and wide and character.text != "\x02":
                gaps.append((last.x1, character.x0))
                parts.append([])
            last = character
        parts[-1].append(character)
    main = [
        base
        for c in piece.characters
        if c.ink and abs(c.size - piece.size) < 0.1
        for base in [c.base] * len(c.text)
    ]
    ground = median(main) if main else math.inf
    text, offsets = "", []
    for part in parts:
        words = folded(_with_marks(part, ground - _LIFT * piece.size, piece.size, text))
        text = f"{text} {words}" if text else words
        offsets.append(len(text) + 1)
    return text, tuple((at, *gap) for at, gap in zip(offsets, gaps, strict=False))


def _with_marks(part: Sequence[Character], line: float, size: float, before: str) -> str:
    """The text of a part; what stands above `line` and is small is written as a raised sign."""
    text = ""
    runs = [
        (is_mark, "".join(c.text for c in run))
        for is_mark, run in groupby(part, lambda c: _is_raised(c, line, size))
    ]
    for at, (is_mark, run) in enumerate(runs):
        following = runs[at + 1][1] if at + 1 < len(runs) else ""
        whole = is_mark and len(runs) == 1
        if is_mark and not whole and not following.startswith(("/", "⁄")):
            run = _as_mark(folded(run), (before + text)[-BEFORE:], following)
        text += run
    return text


def _as_mark(run: str, before: str, following: str) -> str:
    """A raised sign as plain text; what is below zero is a power, what opens a word a mass."""
    below_zero = run[:1] in "-–−" and run[1:].isdigit() and before[-1:].isalnum()
    mass = run.isdigit() and before[-1:].isspace() and following[:1].isupper()
    if below_zero or mass:
        return run.translate(SUPERSCRIPT)
    return raised(run, before, linked=False)


def _is_raised(character: Character, line: float, size: float) -> bool:
    return character.base < line and character.ink and character.size < 1.02 * size


def _is_spaced(text: str) -> bool:
    """Whether nearly all words are of one letter."""
    words = text.split()
    letters = sum(len(word) == 1 and word.isalpha() for word in words)
    return letters >= _SPACED_WORD and letters > 0.7 * len(words)


def _closed_up(inked: Sequence[Character]) -> str:
    """Letters that are set apart as words: these stand further apart than the letters do."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(inked)]
    usual = median(gaps)
    wide = max(1.5 * usual, usual + 0.15 * inked[0].size)
    parts = [b.text if gap < wide else f" {b.text}" for gap, b in zip(gaps, inked[1:], strict=True)]
    closed = folded(inked[0].text + "".join(parts))
    long = any(len(word) >= _SPACED_WORD for word in closed.split())
    return closed if long else folded(" ".join(c.text for c in inked))

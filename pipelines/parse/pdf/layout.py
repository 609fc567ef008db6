"""One page as its lines stand on it, and the notes at its foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.lines import PrintedLine

_NOTE = re.compile(r"^(?:\d{1,3}|[*†‡§¶]{1,2}|[a-z](?=\s[A-Z]))[.)]?\s*(?=[A-Z“‘\"'(]|http|www)")


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One page: its size in points, its lines in content order, and the frames on it."""

    number: int
    width: float
    height: float
    lines: tuple[PrintedLine, ...]
    frames: tuple[Frame, ...] = ()


def footnotes(
    lines: Sequence[PrintedLine], size: float, height: float, references: int
) -> list[PrintedLine]:
    """The small print at the foot of each column, from the first line that opens with a mark.

    From the line with the index `references` on entries of a list are printed, which may be
    small and numbered too; there only what stands well below them is a note.
    """
    found: list[PrintedLine] = []
    listed = {line.start for line in lines[references:]}
    for column in sorted({line.column for line in lines}):
        run: list[PrintedLine] = []
        for line in reversed([line for line in lines if line.column == column]):
            if line.size >= 0.93 * size or line.y0 < 0.35 * height:
                break
            run.insert(0, line)
        if run and run[0].start in listed:
            run = _below_gap(run)
        while run and not is_note_start(run[0]):
            run.pop(0)
        found += run
    return found


def _below_gap(run: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines below the widest gap, if it is much wider than the others and a number is amiss."""
    gaps = [b.y0 - a.y0 for a, b in pairwise(run)]
    at = max(range(len(gaps)), key=gaps.__getitem__, default=-1)
    if at < 0 or gaps[at] < 1.7 * median(gaps):
        return []
    return list(run[at + 1 :])


def is_note_start(line: PrintedLine) -> bool:
    """Whether a line opens a footnote: with a number or sign, then words."""
    return bool(_NOTE.match(line.text))

"""The rows at a page's edges, where running heads and feet stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine

_ZONE, _LEAST_ZONE = 0.15, 50.0
"""Where running heads stand, above and below: a share of the page's height, or some points."""
_DEEPEST = 4
"""Rows that a running head or foot may have."""
_HELD = 3
"""So many rows from the edge inwards in one frame are of a table, a chart or a box."""
_WHOLE_PAGE = 0.9
"""What frames so much of a page's height is no more than its border or ground."""
_APART = 1.6
"""A row is apart whose distance from the next is so many times that of the text's lines."""


@dataclass(frozen=True, slots=True)
class Row:
    """Lines on one base line at a page's edge; `depth` counts rows from the edge."""

    page: int
    side: str
    depth: int
    lines: tuple[PrintedLine, ...]
    off: float
    """The distance from the next row, in distances of the text's lines."""
    held: bool
    """Whether a frame holds it and the next rows, as those of a table."""

    @property
    def apart(self) -> bool:
        """Whether more than a line's usual distance parts it from the next row."""
        return self.off > _APART

    @property
    def y(self) -> float:
        """Half-way between its top and foot."""
        return self.lines[0].middle

    @property
    def text(self) -> str:
        """Its lines' text from left to right."""
        return " ".join(line.text for line in self.lines)


def edge_rows(at: int, page: PageLayout, gap: float) -> Iterator[Row]:
    """The rows near the top and the foot of a page, from the edge inwards."""
    rows = on_base_lines(page.lines)
    frames = [x for x in page.frames if x.box[3] - x.box[1] < _WHOLE_PAGE * page.height]
    zone = min(max(_ZONE * page.height, _LEAST_ZONE), 0.25 * page.height)
    for side, ordered in (("top", rows), ("foot", rows[::-1])):
        for depth, row in enumerate(ordered[:_DEEPEST]):
            inside = row[0].y1 < zone if side == "top" else row[0].y0 > page.height - zone
            if not inside:
                break
            inner = ordered[depth + 1] if depth + 1 < len(ordered) else None
            off = abs(inner[0].y1 - row[0].y1) / gap if inner else math.inf
            inwards = ordered[depth : depth + _HELD]
            held = len(inwards) == _HELD and any(_holds(frame, inwards) for frame in frames)
            yield Row(at, side, depth, tuple(row), off, held)


def _holds(frame: Frame, rows: Iterable[Sequence[PrintedLine]]) -> bool:
    """Whether some line of each row stands in a frame."""
    return all(any(frame.holds(x.x0, x.middle) for x in row) for row in rows)


def on_base_lines(lines: Iterable[PrintedLine]) -> list[list[PrintedLine]]:
    """Lines that share a base line, from left to right, those from top to foot."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if rows and line.middle - rows[-1][0].middle < 0.4 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]

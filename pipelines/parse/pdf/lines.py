"""Printed lines: where each stands, and what is usual among many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TypeVar

from kb.models import Box, Kind

Other = TypeVar("Other")
"""What may stand among lines, such as a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """A line as printed, or a piece of one if a gap splits it; `size` is its height in points.

    `start` and `end` count characters in the page's content stream; `column` counts from 0 and
    is -1 for a line that crosses columns.
    """

    page: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    start: int
    end: int
    column: int = -1
    gaps: tuple[tuple[int, float, float], ...] = ()
    """Wide spaces, which may part the cells of a table: offset in `text`, x of both edges."""
    italic: bool = False
    shown: Box | None = None
    """Where the page as shown has the line, if that is not where it is read."""
    listed: Kind | None = None
    """What it is of in a list of works or notes; `opens` says that an entry begins with it."""
    opens: bool = False

    @property
    def middle(self) -> float:
        """Half-way between top and foot."""
        return (self.y0 + self.y1) / 2

    @property
    def box(self) -> Box:
        """The line's rectangle on the page, rounded to a hundredth of a point."""
        x0, y0, x1, y1 = self.shown or (self.x0, self.y0, self.x1, self.y1)
        return (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def body_size(lines: Iterable[PrintedLine]) -> float:
    """The height in which most characters are printed."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def usual_gap(lines: Sequence[PrintedLine], size: float) -> float:
    """The usual distance from line to line of the body's text, in points."""
    pairs = pairwise(lines)
    gaps = [
        b.y0 - a.y0
        for a, b in pairs
        if a.column == b.column and a.page == b.page and abs(a.size - size) < 0.6
    ]
    gaps = [gap for gap in gaps if 0.7 * size < gap < 3 * size]
    return median(gaps) if gaps else 1.2 * size


def marks_joined(
    items: Iterable[PrintedLine | Other],
    is_mark: Callable[[PrintedLine, PrintedLine | None], bool],
    opens: Callable[[PrintedLine, PrintedLine], bool],
) -> Iterator[PrintedLine | Other]:
    """The items; a mark that stands alone is joined to the line after it that it `opens`.

    `is_mark` is asked of a line and of the line just before it, if there is one.
    """
    mark: PrintedLine | None = None
    last: PrintedLine | None = None
    for item in items:
        line = item if isinstance(item, PrintedLine) else None
        if mark and line and opens(mark, line):
            yield replace(line, text=f"{mark.text} {line.text}", x0=mark.x0, gaps=())
            mark, last = None, line
            continue
        if mark:
            yield mark
        mark, last = (line if line and is_mark(line, last) else None), line
        if not mark:
            yield item
    if mark:
        yield mark

"""Printed lines: where each stands, pieces of one made whole, and what is usual among many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from kb.models import Box


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

    @property
    def middle(self) -> float:
        """Half-way between top and foot."""
        return (self.y0 + self.y1) / 2

    @property
    def box(self) -> Box:
        """The line's rectangle, rounded to a hundredth of a point."""
        return (round(self.x0, 2), round(self.y0, 2), round(self.x1, 2), round(self.y1, 2))


def joined(pieces: list[PrintedLine]) -> list[PrintedLine]:
    """Pieces on one baseline with hardly a gap made one line again; in content order."""
    pieces = sorted(_chained(pieces), key=lambda p: (round(p.middle / 3), p.x0))
    done: list[PrintedLine] = []
    for piece in pieces:
        for k in range(len(done) - 1, max(-1, len(done) - 7), -1):
            if _is_neighbour(done[k], piece):
                done[k] = _glued(done[k], piece)
                break
        else:
            done.append(piece)
    return sorted(done, key=lambda p: p.start)


def _chained(pieces: Iterable[PrintedLine]) -> list[PrintedLine]:
    """Pieces that touch and follow in the content, such as raised signs, made one."""
    chain: list[PrintedLine] = []
    for piece in pieces:
        if chain and _touches(chain[-1], piece):
            chain[-1] = _glued(chain[-1], piece)
        else:
            chain.append(piece)
    return chain


def _touches(left: PrintedLine, right: PrintedLine) -> bool:
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    level = overlap > 0.6 * min(left.y1 - left.y0, right.y1 - right.y0)
    return level and -1 <= right.x0 - left.x1 < 0.3 * min(left.size, right.size)


_LONE_MARK = re.compile(r"^(?:[(\[]?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)\]]?|[^\w\s\"'“‘(\[$£€%])$")


def _is_neighbour(left: PrintedLine, right: PrintedLine) -> bool:
    small = min(left.size, right.size)
    gap = right.x0 - left.x1
    follows = 0 <= right.start - left.end <= 3
    near = 1.3 * small if follows else 0.4 * small
    if follows and _LONE_MARK.match(left.text):
        near = 4 * right.size
    return abs(left.middle - right.middle) < 0.5 * max(small, 3) and -3 <= gap < near


def _glued(left: PrintedLine, right: PrintedLine) -> PrintedLine:
    wide = right if right.x1 - right.x0 > left.x1 - left.x0 else left
    space = "" if right.x0 - left.x1 < 0.15 * right.size else " "
    at = len(left.text + space)
    own = ((at, left.x1, right.x0),) if right.x0 - left.x1 > 0.5 * right.size else ()
    return replace(
        wide,
        text=left.text + space + right.text,
        x0=min(left.x0, right.x0),
        y0=min(left.y0, right.y0),
        x1=max(left.x1, right.x1),
        y1=max(left.y1, right.y1),
        start=min(left.start, right.start),
        end=max(left.end, right.end),
        gaps=(*left.gaps, *own, *(_moved(gap, at) for gap in right.gaps)),
    )


def _moved(gap: tuple[int, float, float], by: int) -> tuple[int, float, float]:
    return (gap[0] + by, gap[1], gap[2])


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

"""Columns of spaces that several lines leave free: what parts the cells of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.parse.flow import folded, marker

_GAP = re.compile(r"(?<![.!?:;]) {2}(?! )| {3,}")
"""Two spaces are none behind a stop: a typewriter's sentence ends so."""
_MOST_BLANKS = 1
"""Blank lines between the rows of one table."""
_WIDEST = 2000
"""Columns of a line of a table; what is longer is prose, and would be slow to look through."""


@dataclass(frozen=True, slots=True)
class Grid:
    """lines[start:end] and the (first, end) of each gutter between their columns."""

    start: int
    end: int
    gutters: tuple[tuple[int, int], ...]

    def cells(self, line: str) -> tuple[str, ...]:
        """What a line has in each column."""
        line = untabbed(line)
        edges = [0, *(end for _, end in self.gutters), None]
        return tuple(folded(line[a:b]) for a, b in pairwise(edges))


def grown(lines: Sequence[str], at: int, *, is_rule: Callable[[str], bool]) -> Grid | None:
    """The lines from `at` on that share their gutters, if the first has one at all."""
    if len(lines[at]) > _WIDEST:
        return None
    open_ = _Columns.of(lines[at])
    if not open_.gutters:
        return None
    end = at + 1
    for i in range(at + 1, len(lines)):
        line = lines[i]
        if len(line) > _WIDEST:
            break
        if not line.strip() and not any(x.strip() for x in lines[i + 1 : i + 1 + _MOST_BLANKS]):
            break
        if not line.strip() or is_rule(line):
            end = i + 1 if line.strip() else end
            continue
        narrowed = open_.with_line(line)
        cells = len([cell for cell in narrowed.grid().cells(line) if cell])
        if len(narrowed.gutters) < len(open_.gutters) or (cells < 2 and i > end):
            break
        open_, end = narrowed, i + 1
    return open_.grid(at, end)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that all lines so far leave free, as bits, and between which words stand."""

    free: int
    first: int
    last: int
    gutters: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, line: str) -> _Columns:
        return cls(~0, 1 << 30, 0, ()).with_line(line)

    def with_line(self, line: str) -> _Columns:
        """The columns that are still free with one more line."""
        line = untabbed(line.rstrip())
        first = min(self.first, len(line) - len(line.lstrip()))
        last = max(self.last, len(line))
        free = self.free & _free(line)
        return _Columns(free, first, last, tuple(_gutters(free, first, last)))

    def grid(self, start: int = 0, end: int = 0) -> Grid:
        return Grid(start, end, self.gutters)


def untabbed(line: str) -> str:
    """The line with the tabs of its margin as columns and those between words as spaces."""
    bare = line.lstrip()
    return line[: len(line) - len(bare)].expandtabs(4) + bare.replace("\t", " ")


def _free(line: str) -> int:
    """The columns without a word, as bits; a single space, or a bullet's, is not free."""
    bare = line.lstrip()
    margin = len(line) - len(bare)
    found = marker(bare)
    free = ~((1 << len(line)) - 1) | ((1 << margin) - 1)
    for gap in _GAP.finditer(line, margin + (found.length if found else 0)):
        free |= ((1 << len(gap[0])) - 1) << gap.start()
    return free


def _gutters(free: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The runs of two free columns or more between the first and the last word."""
    start = None
    for column in range(first, last):
        if free >> column & 1:
            start = column if start is None else start
            continue
        if start is not None and column - start > 1:
            yield start, column
        start = None

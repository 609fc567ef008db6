"""Pages of a plain text that keep their columns side by side, read one column after another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from pipelines.parse.text.gutters import untabbed

_GAP = re.compile(r"(?<=\S)\s{2,}(?=\S)")
_RUN = re.compile(r"\S+(?:\s\S+)*")
_FEWEST_LINES = 10
"""Lines with words on both sides of a gutter, at the least."""
_MOST_ACROSS = 0.25
"""Of all lines, those that run across a gutter: titles, wide tables."""
_WIDEST_RATIO = 1.7
"""Of the widest column to the narrowest: columns of a page are alike, those of a table are not."""
_FEWEST_WORDS = 3
"""In the median line of a column; fewer are a table's."""
_NEAR = 4
"""How far from the gutter a line's own gap may end, in columns."""
_FULL = 0.6
"""How much of a column the median line fills, at the least."""


def in_order(lines: Sequence[str]) -> list[str]:
    """The lines of one page, column by column where it has columns; as they are if it has none."""
    lines = [untabbed(line.rstrip()) for line in lines]
    gutters = _gutters(lines)
    if not gutters or not _are_columns(lines, gutters):
        return list(lines)
    done: list[str] = []
    for band in _bands(lines, gutters):
        done += band
    return done


def _gutters(lines: Sequence[str]) -> list[int]:
    """Where columns begin that many lines begin to the right of a gap, and few run across."""
    full = [line for line in lines if line.strip()]
    apart: Counter[int] = Counter()
    across: Counter[int] = Counter()
    for line in full:
        for gap in _GAP.finditer(line):
            apart.update(range(gap.start(), gap.end()))
        across.update(column for run in _RUN.finditer(line) for column in range(*run.span()))
    most = _MOST_ACROSS * len(full)
    often = sorted(c for c, n in apart.items() if n >= _FEWEST_LINES and across[c] <= most)
    runs = [[column] for column in often[:1]]
    for before, column in pairwise(often):
        if column - before > 1:
            runs.append([])
        runs[-1].append(column)
    return [max(run, key=lambda column: (apart[column], column)) + 1 for run in runs]


def _are_columns(lines: Sequence[str], gutters: Sequence[int]) -> bool:
    """Whether the columns are alike, and filled with words, as those of a table are not."""
    rows = [cells for line in lines if (cells := _cut(line, gutters)) and sum(map(bool, cells)) > 1]
    columns = [[cell for cell in cells if cell] for cells in zip(*rows, strict=True)]
    if len(rows) < _FEWEST_LINES or not all(columns):
        return False
    widths = [max(map(len, cells)) for cells in columns]
    words = min(median(len(cell.split()) for cell in cells) for cells in columns)
    filled = min(
        median(map(len, cells)) / width for cells, width in zip(columns, widths, strict=True)
    )
    alike = max(widths) <= _WIDEST_RATIO * min(widths)
    return alike and words >= _FEWEST_WORDS and filled >= _FULL


def _cut(line: str, gutters: Sequence[int]) -> list[str] | None:
    """The line's words in each column, with their indent; None if words run across a gutter."""
    edges = [0]
    for gutter in gutters:
        gaps = [g.end() for g in _GAP.finditer(line) if g.start() - _NEAR <= gutter]
        near = [end for end in gaps if abs(end - gutter) <= _NEAR or end > gutter]
        if near:
            edges.append(min(near, key=lambda end: abs(end - gutter)))
        elif len(line) <= gutter + _NEAR and not line[gutter:].strip():
            edges.append(len(line))
        elif not line[:gutter].strip():
            edges.append(gutter)
        else:
            return None
    return [line[a:b].rstrip() for a, b in pairwise([*edges, len(line)])]


def _bands(lines: Sequence[str], gutters: Sequence[int]) -> Iterator[list[str]]:
    """Lines between those that run across, column after column, and these themselves."""
    band: list[list[str]] = []
    for line in lines:
        cells = _cut(line, gutters)
        if cells is not None:
            band.append(cells)
            continue
        yield _read(band)
        band = []
        yield [line]
    yield _read(band)


def _read(band: Sequence[Sequence[str]]) -> list[str]:
    """The columns of a band one after another, an empty line between."""
    done: list[str] = []
    for column in zip(*band, strict=True):
        while column and not column[-1]:
            column = column[:-1]
        done += [*column, ""] if column else []
    return done

"""Where the columns of pages begin and end, by their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mode

from pipelines.parse.pdf.lines import PrintedLine

_FEW_LINES = 12
"""On a page with fewer, where its lines end does not tell how wide its column is."""


def same_place(a: PrintedLine, b: PrintedLine) -> bool:
    return a.page == b.page and (a.column == b.column or -1 in (a.column, b.column)) and b.y1 > a.y0


def column_edges(
    lines: Iterable[PrintedLine],
) -> dict[tuple[int, int], tuple[float, float]]:
    """For each page and column: where most lines begin, and where nine in ten have ended.

    A page with little text has its right edge from others whose columns begin where its own do.
    """
    columns: dict[tuple[int, int], list[PrintedLine]] = {}
    alike: dict[tuple[int, int], list[float]] = {}
    for line in lines:
        columns.setdefault((line.page, line.column), []).append(line)
    lefts = {key: float(mode(round(line.x0) for line in found)) for key, found in columns.items()}
    for (page, column), found in columns.items():
        key = (column, round(lefts[page, column] / 4))
        alike.setdefault(key, []).extend(line.x1 for line in found)
    usual = {key: _reach(ends) for key, ends in alike.items()}
    return {
        (page, column): (
            lefts[page, column],
            max(_reach([x.x1 for x in found]), usual[column, round(lefts[page, column] / 4)])
            if len(found) < _FEW_LINES
            else _reach([x.x1 for x in found]),
        )
        for (page, column), found in columns.items()
    }


def _reach(ends: Sequence[float]) -> float:
    return sorted(ends)[int(0.9 * (len(ends) - 1))]

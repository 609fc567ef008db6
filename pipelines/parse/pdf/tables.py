"""The lines inside a frame as table rows, where rules or aligned gaps leave no doubt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pipelines.parse.flow import Draft, Row, marker, weave
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.lines import PrintedLine

Cells = list[list[PrintedLine]]
"""A row's lines, by column."""


def table_rows(frame: Frame, lines: Sequence[PrintedLine]) -> list[Draft]:
    """The rows of the table that `frame` holds; none where it is uncertain that it is one."""
    inside = sorted(lines, key=lambda line: (round(line.middle), line.x0))
    is_grid = len(frame.xs) > 2 and len(frame.ys) > 2
    filled = _without_gaps(
        _ruled(frame, inside) if is_grid else _aligned(inside, has_head=_is_booktabs(frame, inside))
    )
    if len(filled) < 2 or sum(sum(map(bool, row)) > 1 for row in filled) < 0.5 * len(filled):
        return []
    return _drafts(filled)


def _without_gaps(rows: Sequence[Cells]) -> list[Cells]:
    """The rows and columns that hold something."""
    columns = [k for k in range(len(rows[0]) if rows else 0) if any(row[k] for row in rows)]
    return [[row[k] for k in columns] for row in rows if any(row)]


def _ruled(frame: Frame, lines: Sequence[PrintedLine]) -> list[Cells]:
    """Rows and cells by the rules between them."""
    rows: list[Cells] = [[[] for _ in frame.xs[1:]] for _ in frame.ys[1:]]
    for line in (part for whole in lines for part in _parts(whole)):
        row = min(max(bisect_right(frame.ys, line.middle) - 1, 0), len(rows) - 1)
        column = bisect_right(frame.xs, line.x0 + min(4.0, (line.x1 - line.x0) / 2)) - 1
        rows[row][min(max(column, 0), len(frame.xs) - 2)].append(line)
    return rows


def _is_booktabs(frame: Frame, lines: Sequence[PrintedLine]) -> bool:
    """Whether a table's head stands between the first two of three rules or more."""
    if frame.closed or len(frame.ys) < 3:
        return False
    head = [line for line in lines if line.middle < frame.ys[1]]
    return bool(head) and len(head) < 0.5 * len(lines)


def _aligned(lines: Sequence[PrintedLine], *, has_head: bool) -> list[Cells]:
    """Rows by base line and cells by common gaps; no rows if the cells read like running text."""
    bands = _bands([part for line in lines for part in _parts(line)])
    several = [band for band in bands if len(band) > 1]
    if not has_head and not _reads_like_table(bands, several):
        return []
    edges = _column_edges(several) if several else []
    if not edges or (has_head and len(bands[0]) < 2):
        return []
    solid = _solid_gap(bands)
    rows: list[Cells] = []
    for last, band in zip([None, *bands], bands, strict=False):
        cells: Cells = [[] for _ in range(len(edges) + 1)]
        for line in band:
            cells[bisect_right(edges, (line.x0 + line.x1) / 2)].append(line)
        close = last is not None and band[0].middle - last[0].middle < solid
        if rows and _continues(cells, close):
            rows[-1] = [old + new for old, new in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return rows


def _reads_like_table(bands: Sequence[object], several: Sequence[Sequence[PrintedLine]]) -> bool:
    """Whether most rows have several cells, and these are short."""
    if len(several) < max(2, 0.6 * len(bands)):
        return False
    return median(len(line.text.split()) for band in several for line in band) <= 4


def _continues(cells: Cells, close: bool) -> bool:
    """Whether a line of cells only goes on with the row above it."""
    filled = [cell[0].text for cell in cells if cell]
    if close:
        return len(filled) < len(cells) or any(text[0].islower() for text in filled)
    return not cells[0] and len(filled) < len(cells) - 1


def _solid_gap(bands: Sequence[Sequence[PrintedLine]]) -> float:
    """Lines closer than this belong to one row; 0 where all distances are alike."""
    gaps = sorted(b[0].middle - a[0].middle for a, b in pairwise(bands))
    jumps = [(b / a, (a + b) / 2) for a, b in pairwise(gaps) if a > 0]
    ratio, middle = max(jumps, default=(1.0, 0.0))
    often = sum(gap > middle for gap in gaps) > 2  # not only below the head
    return middle if ratio > (1.12 if often else 1.2) else 0.0


def _parts(line: PrintedLine) -> list[PrintedLine]:
    """A line cut at its wide spaces, but not behind the mark of a list's item."""
    parts: list[PrintedLine] = []
    start, x0 = 0, line.x0
    mark = marker(line.text)
    for at, left, right in line.gaps:
        if mark and at <= mark.length:
            continue
        parts.append(replace(line, text=line.text[start : at - 1], x0=x0, x1=left, gaps=()))
        start, x0 = at, right
    parts.append(replace(line, text=line.text[start:], x0=x0, gaps=()))
    return [part for part in parts if part.text]


def _bands(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Lines that share a base line."""
    bands: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if bands and abs(bands[-1][0].middle - line.middle) < 0.4 * line.size:
            bands[-1].append(line)
        else:
            bands.append([line])
    return [sorted(band, key=lambda line: line.x0) for band in bands]


def _column_edges(bands: Sequence[Sequence[PrintedLine]]) -> list[float]:
    """The middles of the gaps that no piece of any row crosses."""
    spans = sorted((line.x0, line.x1) for band in bands for line in band)
    edges, reach = [], spans[0][1]
    for x0, x1 in spans[1:]:
        if x0 > reach + 3:
            edges.append((reach + x0) / 2)
        reach = max(reach, x1)
    return edges


def _drafts(rows: Sequence[Cells]) -> list[Draft]:
    drafts = [Draft(kind="table_row", rows=_joined(row)) for row in rows]
    if not _is_head(rows):
        return drafts
    head = weave(drafts[0].rows, {})[0]
    return [drafts[0], *(replace(draft, head=head) for draft in drafts[1:])]


def _joined(cells: Cells) -> tuple[Row, ...]:
    """A row's lines, a bar before the first of each cell but the first cell."""
    rows: list[Row] = []
    bars = ""
    for lines in cells:
        for line in lines:
            rows.append(Row(text=bars + line.text, page=line.page, box=line.box))
            bars = ""
        bars += "| "
    return tuple(rows)


def _is_head(rows: Sequence[Cells]) -> bool:
    """Whether the first row names the columns: bold alone, or words above figures."""
    first, rest = [cell for cell in rows[0] if cell], rows[1:]
    if len(first) < 2 or len(rest) < 2:
        return False
    bold = all(line.bold for cell in first for line in cell)
    if bold and not all(line.bold for row in rest for cell in row for line in cell):
        return True
    words = not any(map(str.isdigit, "".join(line.text for cell in first for line in cell)))
    last = ["".join(line.text for line in row[-1]) for row in rest]
    return words and sum(any(map(str.isdigit, text)) for text in last) > 0.6 * len(last)

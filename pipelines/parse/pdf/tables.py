"""The lines inside a frame as table rows, where rules, grounds or aligned gaps leave no doubt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pipelines.parse.flow import Draft, Row, ends_sentence, marker
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.heads import Cells, with_head
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.rows import on_base_lines

"""A row's lines, by column."""
_LARGE_LABEL, _LONGEST_LABEL = 14.0, 10
"""The words in a drawing are smaller, in points, and fewer on a line."""
_MOST_WORDS = 4
"""In the usual cell of a table that no rule shows."""
_MOST_LINES = 8
"""In a cell, if larger type stands among them."""


def table_rows(frame: Frame, lines: Sequence[PrintedLine]) -> list[Draft]:
    """The rows of the table that `frame` holds; none where it is uncertain that it is one."""
    if frame.drawn:
        return labels(lines)
    pieces = [part for line in lines for part in parts(line)]
    is_grid = len(frame.xs) > 2 and len(frame.ys) > 2
    edges = list(frame.xs[1:-1]) if is_grid else _column_edges(pieces)
    if not edges:
        return []
    rows = _filled(_rows(frame, pieces, edges))
    if len(rows) < 2 or sum(_several(row) for row in rows) < 0.5 * len(rows):
        return []
    if any(_has_headings(cell) for row in rows for cell in row):
        return []
    if not is_grid and not _is_table(frame, pieces, rows):
        return []
    if len(frame.xs) == 2 and any(_crosses(row, edges) for row in (rows[0], rows[-1])):
        return []
    if frame.beyond and not _has_outer_rows(frame.beyond, rows):
        return []
    return with_head(rows, ruled=_is_booktabs(frame, pieces), ground=frame.head)


def loose_rows(lines: Sequence[PrintedLine]) -> list[Draft]:
    """The rows of a table that gaps alone make; none unless its cells are short and many."""
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    y0, y1 = min(line.y0 for line in lines), max(line.y1 for line in lines)
    frame = Frame((x0, y0, x1, y1), (x0, x1), (y0, y1), False)
    return table_rows(frame, lines)


def _has_outer_rows(beyond: tuple[float, float], rows: Sequence[Cells]) -> bool:
    """Whether whole rows stand above and below the last rules: one, or a bold head and one."""
    middles = [[x.middle for cell in row for x in cell] for row in rows]
    above = [row for row, ys in zip(rows, middles, strict=True) if max(ys) < beyond[0]]
    below = [row for row, ys in zip(rows, middles, strict=True) if min(ys) > beyond[1]]
    outer = above + below
    if any(is_caption(line.text) for row in outer for cell in row for line in cell):
        return False
    headed = len(above) == 2 and _is_bold(above[0]) and not _is_bold(above[1])
    few = len(above) <= 1 + headed and len(below) <= 1
    return bool(outer) and few and all(all(row) for row in outer)


def labels(lines: Sequence[PrintedLine]) -> list[Draft]:
    """The words in a drawing, kept together behind its caption; none if they read like prose."""
    words = [len(line.text.split()) for line in lines]
    plain = all(line.size < _LARGE_LABEL and not marker(line.text) for line in lines)
    if not plain or max(words) > _LONGEST_LABEL or any(is_caption(line.text) for line in lines):
        return []
    if _is_prose(lines):
        return []
    rows = tuple(Row(text=line.text, page=line.page, box=line.box) for line in lines)
    return [Draft(kind="caption", rows=rows)]


def _is_prose(lines: Sequence[PrintedLine]) -> bool:
    """Whether two sentences end, or one that runs on from line to line as most lines do."""
    ends = [line for line in lines if ends_sentence(line.text)]
    low = sum(line.text[0].islower() for line in lines)
    runs_on = 2 * low >= len(lines) and any(line.text[0].islower() for line in ends)
    return runs_on or sum(len(line.text.split()) > _MOST_WORDS for line in ends) > 1


def _has_headings(cell: Sequence[PrintedLine]) -> bool:
    """Whether larger type stands below other of many lines, as in columns but in no cell."""
    if len(cell) <= _MOST_LINES:
        return False
    usual = median(line.size for line in cell)
    large = [line.size > 1.15 * usual and any(map(str.isalpha, line.text)) for line in cell]
    return any(after and not before for before, after in pairwise(large))


def _several(row: Cells) -> bool:
    return sum(map(bool, row)) > 1


def _crosses(row: Cells, edges: Sequence[float]) -> bool:
    """Whether a row is a line of text that runs over columns."""
    lines = [line for cell in row for line in cell]
    return not _several(row) and any(x.x0 < edge < x.x1 for x in lines for edge in edges)


def _filled(rows: Sequence[Cells]) -> list[Cells]:
    """The rows and columns that hold something."""
    columns = [k for k in range(len(rows[0]) if rows else 0) if any(row[k] for row in rows)]
    return [[row[k] for k in columns] for row in rows if any(row)]


def _is_table(frame: Frame, pieces: Sequence[PrintedLine], rows: Sequence[Cells]) -> bool:
    """Whether what has no upright rules is a table: by its rules, or for its many short cells."""
    if _is_booktabs(frame, pieces) and sum(map(bool, rows[0])) > 1:
        return True
    several = [row for row in rows if _several(row)]
    if len(frame.ys) > 3 and len(several) > 2 and len(several) >= 0.7 * len(rows):
        return True
    words = [sum(len(line.text.split()) for line in cell) for row in several for cell in row]
    headed = _is_bold(rows[0]) and not any(map(_is_bold, rows[1:]))
    if headed and all(rows[0]) and len(several) >= 0.6 * len(rows) > 1:
        return True
    short = median(words) <= _MOST_WORDS and len(several) >= max(2, 0.6 * len(rows))
    return short and (len(several) > 2 or len(frame.ys) > 2)


def _is_bold(row: Cells) -> bool:
    return all(line.bold for cell in row for line in cell)


def _is_booktabs(frame: Frame, pieces: Sequence[PrintedLine]) -> bool:
    """Whether a table's head stands between the first two of three rules or more."""
    if frame.framed or len(frame.ys) < 3:
        return False
    head = [line for line in pieces if line.middle < frame.ys[1]]
    return bool(head) and len(head) < 0.5 * len(pieces)


def _rows(frame: Frame, pieces: Sequence[PrintedLine], edges: Sequence[float]) -> list[Cells]:
    """Rows by the rules between them, and by the distances of lines where rules part no rows."""
    bands: list[list[PrintedLine]] = [[] for _ in frame.ys[1:]]
    for piece in pieces:
        band = bisect_right(frame.ys, piece.middle) - 1
        bands[min(max(band, 0), len(bands) - 1)].append(piece)
    bands = [band for band in bands if band]
    cells = [_by_column(band, edges) for band in bands]
    if len(frame.xs) > 2 or len(bands) > 3:
        return [row for band in cells for row in (_split(band, 0.0) if _is_level(band) else [band])]
    solid = 0.0 if all(map(_is_level, cells)) else _solid_gap(cells)
    return [row for band in cells for row in _split(band, solid)]


def _by_column(pieces: Sequence[PrintedLine], edges: Sequence[float]) -> Cells:
    """Pieces in their columns, each from top to bottom."""
    cells: Cells = [[] for _ in range(len(edges) + 1)]
    lefts = [min((p.x0 for p in pieces if p.x0 > edge), default=edge) for edge in edges]
    alone = {band[0].start for band in on_base_lines(pieces) if len(band) == 1}
    cut = [x for p in pieces for x in (_cut(p, lefts) if p.bold and p.start not in alone else [p])]
    for piece in sorted(cut, key=lambda p: (round(p.middle), p.x0)):
        inset = min(4.0, (piece.x1 - piece.x0) / 2)
        cells[bisect_right(edges, piece.x0 + inset)].append(piece)
    return cells


def _cut(piece: PrintedLine, lefts: Sequence[float]) -> list[PrintedLine]:
    """A piece parted where a word of it begins, by its letters' usual width, with a column."""
    for left in lefts:
        at = round((left - piece.x0) / (piece.x1 - piece.x0) * len(piece.text))
        for k in (at, at - 1, at + 1):
            before, after = piece.text[:k], piece.text[k:]
            glued = before[-1:].islower() and after[:1].isupper()
            if piece.x0 + 3 < left < piece.x1 - 3 and (before[-1:] == " " or glued):
                rest = replace(piece, text=after, x0=left)
                return [replace(piece, text=before.rstrip(), x1=left - 3), *_cut(rest, lefts)]
    return [piece]


def _split(cells: Cells, solid: float) -> list[Cells]:
    """The rows of a band: lines of a column closer than `solid` are one cell, cells that stand
    side by side one row; where all distances are alike a row opens with its first cell.
    """
    runs = sorted(
        ((k, run) for k, column in enumerate(cells) for run in _runs(column, solid)),
        key=lambda pair: pair[1][0].middle,
    )
    rows: list[Cells] = []
    foot = float("-inf")
    for column, run in runs:
        if not rows or run[0].middle > foot - 1:
            rows.append([[] for _ in cells])
        rows[-1][column] += run
        foot = max(foot, run[-1].y1) if run[0].middle <= foot - 1 else run[-1].y1
    return rows if solid else _merged(rows)


def _runs(column: Sequence[PrintedLine], solid: float) -> list[list[PrintedLine]]:
    runs: list[list[PrintedLine]] = []
    for piece in column:
        if runs and piece.middle - runs[-1][-1].middle < max(solid, 0.4 * piece.size):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _merged(rows: Sequence[Cells]) -> list[Cells]:
    """Rows of one line each, those that only go on with the row above it joined to that."""
    merged: list[Cells] = []
    for row in rows:
        few = len(row) == 2 or sum(map(bool, row)) < len(row) - 1
        if merged and not row[0] and few:
            merged[-1] = [old + new for old, new in zip(merged[-1], row, strict=True)]
        else:
            merged.append(row)
    return merged


def _solid_gap(bands: Sequence[Cells]) -> float:
    """Lines of a column closer than this are of one cell; 0 where all distances are alike."""
    columns = [column for cells in bands for column in cells]
    pairs = [(a, b) for column in columns for a, b in pairwise(column)]
    gaps = sorted(b.middle - a.middle for a, b in pairs if b.middle - a.middle > 0.4 * a.size)
    size = median(line.size for column in columns for line in column)
    jumps = ((a + b) / 2 for a, b in pairwise(gaps) if b > 1.08 * a and a < 1.6 * size)
    return next(jumps, 0.0)


def _is_level(cells: Cells) -> bool:
    """Whether nearly every line has a first cell and another, and none seems to go on."""
    levels = _split_levels(cells)
    several = sum(bool(level[0]) and _several(level) for level in levels)
    goes_on = sum(b.text[0].islower() for column in cells for _, b in pairwise(column))
    return several > 0.75 * len(levels) and goes_on < 0.2 * len(levels)


def _split_levels(cells: Cells) -> list[Cells]:
    """The lines of a band, each with its pieces by column."""
    columns = {id(piece): k for k, column in enumerate(cells) for piece in column}
    levels: list[Cells] = []
    for line in on_base_lines([piece for column in cells for piece in column]):
        levels.append([[] for _ in cells])
        for piece in line:
            levels[-1][columns[id(piece)]].append(piece)
    return levels


def parts(line: PrintedLine) -> list[PrintedLine]:
    """A printed line cut at its wide spaces, but not behind the mark of a list's item."""
    if not line.gaps:
        return [line] if line.text else []
    parts: list[PrintedLine] = []
    start, x0 = 0, line.x0
    mark = marker(line.text)
    for at, left, right in line.gaps:
        if mark and at <= mark.length:
            continue
        parts.append(replace(line, text=line.text[start:at].rstrip(), x0=x0, x1=left, gaps=()))
        start, x0 = at, right
    parts.append(replace(line, text=line.text[start:], x0=x0, gaps=()))
    return [part for part in parts if part.text]


def _column_edges(pieces: Sequence[PrintedLine]) -> list[float]:
    """The middles of the gaps that hardly any piece crosses, in bands of more pieces than one."""
    several = [band for band in on_base_lines(pieces) if len(band) > 1]
    if not several:
        return []
    most = max(map(len, several))
    full = [band for band in several if len(band) == most]
    chosen = full if len(full) > 2 else several
    spans = sorted((line.x0, line.x1) for band in chosen for line in band)
    edges, reach = [], spans[0][1]
    for x0, x1 in spans[1:]:
        if x0 > reach + 3:
            edges.append((reach + x0) / 2)
        reach = max(reach, x1)
    return edges

"""Rows of cells as drafts of table rows, with the heads of their columns beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.parse.flow import Draft, Row, weave
from pipelines.parse.pdf.lines import PrintedLine

Cells = list[list[PrintedLine]]
MOST_HEAD_ROWS = 3


def with_head(rows: Sequence[Cells], *, ruled: bool, ground: float) -> list[Draft]:
    """A draft for each row; below the head's rows they carry the heads of the columns.

    `ruled` says that a rule parts the first row from the others; `ground` is the foot of a
    ground of its own that the head is printed on, 0 if there is none. A title in the first row
    is no head.
    """
    drafts = [Draft(kind="table_row", rows=_joined(row)) for row in rows]
    if len(rows) > 2 and sum(map(bool, rows[0])) == 1 and sum(map(bool, rows[1])) > 1:
        return [drafts[0], *with_head(rows[1:], ruled=ruled, ground=ground)]
    count = _head_rows(rows, ruled=ruled, ground=ground)
    if not count:
        return drafts
    head = _named(rows[:count])
    return [*drafts[:count], *(replace(draft, head=head) for draft in drafts[count:])]


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


def _head_rows(rows: Sequence[Cells], *, ruled: bool, ground: float) -> int:
    """How many rows name the columns: those on a ground of theirs, or the first and its second."""
    on_ground = sum(all(x.middle < ground for cell in row for x in cell) for row in rows)
    if 0 < on_ground < len(rows) and on_ground <= MOST_HEAD_ROWS:
        return on_ground
    if not ruled and not _is_head(rows):
        return 0
    filled = [sum(map(bool, row)) for row in rows]
    is_open = filled[0] < len(rows[0]) and len(rows) > 3
    return 2 if is_open and _completes(rows[0], rows[1]) else 1


def _completes(first: Cells, second: Cells) -> bool:
    """Whether a second row of heads names what stands below the first one's wide cells."""
    below = [cell for over, cell in zip(first, second, strict=True) if cell and not over]
    text = "".join(line.text for cell in second for line in cell)
    return bool(below) and not second[0] and not any(map(str.isdigit, text))


def _is_head(rows: Sequence[Cells]) -> bool:
    """Whether the first row names the columns: bold alone, or words above figures."""
    first, rest = [cell for cell in rows[0] if cell], rows[1:]
    if len(first) < 2 or not rest:
        return False
    bold = all(line.bold for cell in first for line in cell)
    if bold and not all(line.bold for row in rest for cell in row for line in cell):
        return True
    words = not any(map(str.isdigit, "".join(line.text for cell in first for line in cell)))
    last = ["".join(line.text for line in row[-1]) for row in rest]
    figures = sum(any(map(str.isdigit, text)) for text in last)
    return len(rest) > 1 and words and figures > 0.6 * len(last)


def _named(heads: Sequence[Cells]) -> str:
    """The heads of the columns as one row; a cell above several columns is said for each."""
    texts: list[str] = []
    for k in range(len(heads[0])):
        parts = [_words(row[k]) for row in heads]
        for level, row in enumerate(heads[:-1]):
            if not row[k] and any(below[k] for below in heads[level + 1 :]):
                parts[level] = _words(_over(row, k, heads[-1]))
        texts.append(" ".join(filter(None, parts)))
    return " ".join(" | ".join(texts).split()).rstrip(" |")


def _over(row: Cells, k: int, below: Cells) -> list[PrintedLine]:
    """The cell of `row` whose middle is nearest to that of column `k` of the row below it."""
    middle = _middle(below[k])
    wide = [cell for j, cell in enumerate(row) if cell and below[j]]
    return min(wide, key=lambda cell: abs(_middle(cell) - middle), default=[])


def _middle(cell: Sequence[PrintedLine]) -> float:
    if not cell:
        return float("inf")
    return (min(line.x0 for line in cell) + max(line.x1 for line in cell)) / 2


def _words(cell: Sequence[PrintedLine]) -> str:
    rows = [Row(text=line.text) for line in cell]
    return weave(rows, {})[0]

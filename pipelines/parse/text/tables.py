"""Tables in plain text: cells between bars, between tabs, or in columns parted by spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipelines.parse.flow import Row, folded, marker, weave
from pipelines.parse.text.gutters import Grid, grown

_RULE = re.compile(r"[\s|+:]*[-=_─━═]{3}[-=_─━═\s|+:]*")
_BORDER = re.compile(r"(?=.*[-=]{2})\s*[+|:][-=+|:\s]*")
_FEWEST_ROWS = 3
_MOST_WORDS = 40
"""Words of a cell parted by tabs or bars; what is longer is a paragraph."""
_LONGEST_NAME = 6
"""Words of a column's head."""

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that lines[start:end] print; the first `heads` of them name the columns."""

    start: int
    end: int
    rows: tuple[Cells, ...]
    heads: int = 0

    def texts(self) -> Iterator[tuple[str, str]]:
        """Each row as "a | b", with the heads of its columns in the same form, or ""."""
        named = zip(*self.rows[: self.heads], strict=True)
        head = _joined([folded(" ".join(filter(None, names))) for names in named])
        for at, row in enumerate(self.rows):
            yield _joined(row), head if at >= self.heads else ""


def tables_of(lines: Sequence[str]) -> dict[int, Table]:
    """The tables of a text by the index of their first line."""
    found: dict[int, Table] = {}
    barred, tabbed = _barred_from(lines), _tabbed_from(lines)
    at = 0
    while at < len(lines):
        table: Table | None = None
        if at in barred:
            table = _barred(lines, at, barred[at])
        elif at in tabbed:
            table = _tabbed(lines, at, tabbed[at])
        elif "  " in lines[at].strip():
            table = _aligned(lines, at)
        if table:
            found[table.start] = table
        at = table.end if table else at + 1
    return found


def _joined(cells: Sequence[str]) -> str:
    return " | ".join(cells).strip()


def _barred_from(lines: Sequence[str]) -> dict[int, int]:
    """The end of each table between bars by the lines from which on its rows are of one width."""
    found: dict[int, int] = {}
    end, widths, rows = len(lines), set[int](), 0
    for at in reversed(range(len(lines))):
        line = lines[at]
        is_border = _BORDER.fullmatch(line) is not None
        if not is_border and "|" not in line:
            end, widths, rows = at, set(), 0
            continue
        if not is_border:
            rows += 1
            widths.add(len(_barred_cells(line)))
        if rows > 1 and len(widths) == 1:
            found[at] = end
    return found


def _barred_cells(line: str) -> Cells:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _barred(lines: Sequence[str], at: int, end: int) -> Table:
    """Rows of one width between bars; where borders stand between them, a row may have lines."""
    groups: list[list[Cells]] = [[]]
    for line in lines[at:end]:
        if _BORDER.fullmatch(line):
            groups.append([])
        else:
            groups[-1].append(_barred_cells(line))
    groups = [group for group in groups if group]
    if len(groups) > 2:
        rows = [_merged(group) for group in groups]
    else:
        rows = [row for group in groups for row in group]
    heads = len(groups[0]) if len(groups) == 2 else int(len(groups) > 2)
    return Table(at, end, tuple(rows), heads or _named(rows))


def _tabbed_from(lines: Sequence[str]) -> dict[int, int]:
    """The end of each table parted by tabs by the lines from which on it can be read as one.

    It has three lines or more with as many tabs in each, which do not stand for the spaces.
    """
    found: dict[int, int] = {}
    for count, run in groupby(range(len(lines)), lambda at: lines[at].strip().count("\t")):
        at_once = list(run) if count else []
        filled, spaced = 0, False
        for rows, at in enumerate(reversed(at_once), start=1):
            cells = _tabbed_cells(lines[at])
            if marker(cells[0] + " x") or any(len(cell.split()) > _MOST_WORDS for cell in cells):
                break
            filled += sum(map(bool, cells))
            spaced = spaced or any(" " in cell or cell[:1].isdigit() for cell in cells)
            if rows >= _FEWEST_ROWS and spaced and filled >= 2 * rows:
                found[at] = at_once[-1] + 1
    return found


def _tabbed_cells(line: str) -> Cells:
    return tuple(map(folded, line.strip().split("\t")))


def _tabbed(lines: Sequence[str], at: int, end: int) -> Table:
    rows = tuple(map(_tabbed_cells, lines[at:end]))
    return Table(at, end, rows, _named(rows))


def _aligned(lines: Sequence[str], at: int) -> Table | None:
    """Lines whose words leave the same columns of spaces free."""
    grid = grown(lines, at, is_rule=lambda line: _RULE.fullmatch(line) is not None)
    if grid is None:
        return None
    groups = [group for group in _groups(lines, grid) if group]
    full = [row for group in groups for row in group if sum(map(bool, row)) > 1]
    ruled = any(map(_RULE.fullmatch, lines[grid.start : grid.end]))
    if len(full) < (2 if ruled else _FEWEST_ROWS):
        return None
    is_first_ruled = ruled and _is_ruled_off(lines, grid)
    tall = sum(len(group) > 1 for group in groups[1:]) * 2 >= len(groups[1:])
    if len(groups) > _FEWEST_ROWS and tall:
        rows = [_merged(group) for group in groups]
    else:
        rows = [row for group in groups for row in _rows(group, whole=group is groups[0] and ruled)]
    heads = 1 if is_first_ruled and len(rows) > 1 else _named(rows)
    return Table(grid.start, grid.end, tuple(rows), heads)


def _groups(lines: Sequence[str], grid: Grid) -> Iterator[list[Cells]]:
    """The lines as cells, in groups between blank lines and rules."""
    group: list[Cells] = []
    for line in lines[grid.start : grid.end]:
        if line.strip() and not _RULE.fullmatch(line):
            group.append(grid.cells(line))
            continue
        yield group
        group = []
    yield group


def _is_ruled_off(lines: Sequence[str], grid: Grid) -> bool:
    """Whether a rule stands below the first group of lines."""
    body = lines[grid.start : grid.end]
    first = next(k for k, line in enumerate(body) if not _RULE.fullmatch(line))
    after = next((line for line in body[first:] if _RULE.fullmatch(line) or not line.strip()), "")
    return _RULE.fullmatch(after) is not None


def _rows(group: Sequence[Cells], *, whole: bool) -> Iterator[Cells]:
    """A group's rows: a line without a first cell, alone or in small letters goes on with one."""
    row: list[Cells] = []
    for cells in group:
        goes_on = not cells[0] or sum(map(bool, cells)) < 2 or cells[0][0].islower()
        if row and not (whole or goes_on):
            yield _merged(row)
            row = []
        row.append(cells)
    if row:
        yield _merged(row)


def _merged(lines: Sequence[Cells]) -> Cells:
    """The cells of one row from the lines it is printed on."""
    columns = zip(*lines, strict=True)
    return tuple(weave([Row(text=cell) for cell in cells if cell], {})[0] for cells in columns)


def _named(rows: Sequence[Cells]) -> int:
    """1 if the first row names the columns: a few words in each, capitals or above figures."""
    names = rows[0] if rows[0][0] else rows[0][1:]
    if len(rows) < 2 or not all(0 < len(name.split()) <= _LONGEST_NAME for name in names):
        return 0
    if any(name[-1] in ".:;," for name in names) or not all(map(has_letter, names)):
        return 0
    figures = any(cell[:1].isdigit() for row in rows[1:] for cell in row)
    return int(figures or all(name[0].isupper() for name in names))


def has_letter(text: str) -> bool:
    """Whether a cell holds more than figures."""
    return any(map(str.isalpha, text))

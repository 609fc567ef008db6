"""The order in which a page's lines are read: as they were written, mended where that jumps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from pipelines.parse.flow import ends_sentence
from pipelines.parse.pdf.columns import bands, gutters, is_beside, placed
from pipelines.parse.pdf.lines import PrintedLine, body_size

_MOST_LINES = 2_000
"""On a page of more, which no person reads, only columns are told."""


def in_order(
    lines: Sequence[PrintedLine], width: float, starts: Sequence[float] = ()
) -> list[PrintedLine]:
    """Lines with their columns, as read: in content order, unless geometry speaks against it.

    `starts` are the places where columns begin on other pages, as of `column_starts`.
    """
    initials = _initials(lines)
    apart = {initial.start for initial in initials.values()}
    ordered: list[PrintedLine] = []
    for line in _ordered([x for x in lines if x.start not in apart], width, starts):
        if line.start in initials:
            ordered.append(replace(initials[line.start], column=line.column))
        ordered.append(line)
    return ordered


def _initials(lines: Sequence[PrintedLine]) -> dict[int, PrintedLine]:
    """Large first letters, which may be written before all else, by the line that each opens."""
    large = 1.8 * body_size(lines)
    found: dict[int, PrintedLine] = {}
    for cap in (x for x in lines if x.size > large and len(x.text) < 3 and x.text.isupper()):
        beside = [
            line
            for line in lines
            if cap.y0 < line.middle < cap.y1 and 0 <= line.x0 - cap.x1 + 3 < line.size
        ]
        if beside:
            found[min(beside, key=lambda line: line.y0).start] = cap
    return found


def _ordered(
    lines: Sequence[PrintedLine], width: float, starts: Sequence[float]
) -> list[PrintedLine]:
    found = placed(lines, gutters(lines, width, starts))
    if not any(line.column > 0 for line in found):
        return _pulled(found, {})
    stretches = bands(found)
    band = {id(line): k for k, stretch in enumerate(stretches) for line in stretch}
    if _jumps(found, band):
        return [line for stretch in stretches for line in _by_columns(stretch)]
    return _pulled(found, band)


def _jumps(lines: Sequence[PrintedLine], band: Mapping[int, int]) -> bool:
    """Whether the body's lines were written in another order than down the columns."""
    size = body_size(lines)
    body = [line for line in lines if abs(line.size - size) < 0.6 and not line.bold]
    places = [(band[id(line)], max(line.column, 0), line.middle + 0.5 * line.size) for line in body]
    return any(
        b[:2] < a[:2] or (b[:2] == a[:2] and b[2] < a[2] - line.size)
        for (a, b), line in zip(pairwise(places), body, strict=False)
    )


def _by_columns(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """A stretch column by column; what crosses columns beside their text comes after it."""
    crossing = [line for line in lines if line.column < 0 and is_beside(line, lines)]
    aside = set(map(id, crossing))
    rest = sorted((x for x in lines if id(x) not in aside), key=lambda x: max(x.column, 0))
    columns = [_downwards(part) for _, part in groupby(rest, key=lambda x: max(x.column, 0))]
    return [line for part in [*columns, _downwards(crossing)] for line in part]


def _downwards(lines: Iterable[PrintedLine]) -> list[PrintedLine]:
    """From top to foot, and from left to right on one base line."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if rows and line.middle - rows[-1][0].middle < 0.4 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]


def _pulled(lines: Sequence[PrintedLine], band: Mapping[int, int]) -> list[PrintedLine]:
    """Content order, but what was written late is put back before what it stands above.

    Of two stretches in the wrong order the shorter one is out of place: a pull quote that was
    written before its column goes down to its place.
    """
    if len(lines) > _MOST_LINES:
        return list(lines)
    shuffled = sum(_is_above(b, a) for a, b in pairwise(lines)) > 0.1 * len(lines)
    ordered: list[PrintedLine] = []
    moved: set[int] = set()
    left = list(lines)
    while left:
        line = left[0]
        above = _above(line, left[1:])
        taken = set(map(id, above))
        first = [k for k, x in enumerate(left) if id(x) in taken or _is_left(x, line, band)]
        if not shuffled and first and len(first) > first[0] and id(line) not in moved:
            moved.add(id(line))
            left.insert(first[-1], left.pop(0))
            continue
        if above and (shuffled or not ordered or not _runs_on(ordered[-1], line)):
            ordered += [x for stretch in bands(above) for x in _by_columns(stretch)]
            left = [x for x in left if id(x) not in taken]
        ordered.append(left.pop(0))
    return ordered


def _above(line: PrintedLine, others: Iterable[PrintedLine]) -> list[PrintedLine]:
    foot = line.y0 + 0.3 * line.size
    return [x for x in others if x.y1 < foot and _is_above(x, line)]


def _is_above(line: PrintedLine, other: PrintedLine) -> bool:
    overlap = min(line.x1, other.x1) - max(line.x0, other.x0)
    return overlap > 3 and line.y1 < other.y0 + 0.3 * min(line.size, other.size)


def _is_left(line: PrintedLine, other: PrintedLine, band: Mapping[int, int]) -> bool:
    """Whether a line stands in a column that is read before that of another."""
    return 0 <= line.column < other.column and band[id(line)] == band[id(other)]


def _runs_on(last: PrintedLine, line: PrintedLine) -> bool:
    """Whether a sentence goes on from one line to the next, which nothing late may tear."""
    return not ends_sentence(last.text) and line.text[:1].islower()

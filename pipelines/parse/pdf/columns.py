"""The columns of a page: where lines stand side by side again and again, and begin at one place."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from statistics import median, mode

from pipelines.parse.pdf.lines import PrintedLine

_MOST_WIDE = 10_000
"""Points; no page is wider."""
_LEAST_WIDE = 0.12
"""The share of a page's width that a column of running text takes at least."""
_ENOUGH = 4
"""Lines beside others that begin at one place make a column on their own."""
_FILLED = 0.5
"""The share of their column that lines of running text fill mostly; cells of tables do not."""

_PADDING = 12.0
"""Points between the edge of a column and the words in a table that fills it."""
_OFTEN = 8
"""Lines with a gap at one place show a gutter that was written over."""

Pair = tuple[PrintedLine, PrintedLine]
"""A line and the next one to its right."""


def column_starts(pages: Iterable[tuple[float, Sequence[PrintedLine]]]) -> dict[int, list[float]]:
    """For each width of page: where columns behind the first begin on any page, in points."""
    starts: dict[int, list[float]] = defaultdict(list)
    for width, lines in pages:
        starts[round(width)] += gutters(lines, width)
    return starts


def gutters(lines: Sequence[PrintedLine], width: float, known: Sequence[float] = ()) -> list[float]:
    """Where the columns behind the first begin, from left to right.

    A column that is nearly empty, as on a last page, counts if it begins at a `known` place.
    """
    if not 0 < width < _MOST_WIDE:
        return []
    groups = _by_start(_pairs(lines))
    found = _starts(groups, lines, width, known)
    if not found:
        return _alone_starts(lines, width, known)
    return _starts(groups, lines, width, [*known, *_evenly(found, lines, width)])


def _alone_starts(
    lines: Sequence[PrintedLine], width: float, known: Sequence[float]
) -> list[float]:
    """The known places where lines begin with nothing beside them, as next to a long table."""
    found: list[float] = []
    for place in sorted(known):
        begun = sum(abs(line.x0 - place) < 3 for line in lines)
        apart = not found or place - found[-1] >= _LEAST_WIDE * width
        if apart and begun >= _ENOUGH and _is_empty(place, lines):
            found.append(place)
    return found


def _starts(
    groups: Sequence[Sequence[Pair]],
    lines: Sequence[PrintedLine],
    width: float,
    known: Iterable[float],
) -> list[float]:
    found: list[float] = []
    best = max((len(group) for group in groups), default=0)
    for group in groups:
        start = min(right.x0 for _, right in group)
        if found and start - found[-1] < _LEAST_WIDE * width:
            continue
        is_known = any(abs(start - place) < 3 for place in known)
        enough = len(group) >= max(_ENOUGH, 0.15 * best) and _is_text(group, lines, width)
        padded = [place for place in known if 3 <= start - place < _PADDING]
        if is_known or enough:
            found.append(start)
        elif len(group) >= _ENOUGH and padded and _is_empty(padded[-1], lines):
            found.append(padded[-1])
    return found


def _is_empty(place: float, lines: Sequence[PrintedLine]) -> bool:
    """Whether hardly a line of the page crosses a place where columns begin on others."""
    return sum(x.x0 < place - 4 and x.x1 > place + 1 for x in lines) <= 0.02 * len(lines)


def _evenly(starts: Sequence[float], lines: Sequence[PrintedLine], width: float) -> Iterator[float]:
    """Where more columns of the same width would begin, if the page has room for them."""
    before = [round(line.x0) for line in lines if line.x0 < starts[0] - 3] if starts else []
    if before:
        left, right = mode(before), width - min(before) + 5
        step = starts[0] - left
        yield from (
            left + k * step for k in range(2, int(width / step)) if left + (k + 0.9) * step < right
        )


def _pairs(lines: Sequence[PrintedLine]) -> Iterator[Pair]:
    """Each line that has another to its left, with that other."""
    rows: dict[int, list[PrintedLine]] = defaultdict(list)
    for line in lines:
        rows[int(line.middle // 8)].append(line)
    for line in lines:
        at = int(line.middle // 8)
        near = [x for k in (at - 1, at, at + 1) for x in rows.get(k, ()) if _is_left(x, line)]
        if near:
            yield max(near, key=lambda x: x.x1), line


def _is_left(left: PrintedLine, right: PrintedLine) -> bool:
    """Whether a line stands beside another, a gap before it."""
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    level = overlap > 0.4 * min(left.y1 - left.y0, right.y1 - right.y0)
    return level and right.x0 - left.x1 > 0.5 * min(left.size, right.size)


def _by_start(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Pairs whose right lines begin at one place, from left to right."""
    groups: list[list[Pair]] = []
    for pair in sorted(pairs, key=lambda pair: pair[1].x0):
        if groups and pair[1].x0 - groups[-1][0][1].x0 < 3:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


def _is_text(group: Sequence[Pair], lines: Sequence[PrintedLine], width: float) -> bool:
    """Whether the lines on both sides are long enough for running text, and fill their columns."""
    for side in zip(*group, strict=True):
        widths = sorted(line.x1 - line.x0 for line in side)
        usual, full = widths[len(widths) // 2], widths[int(0.9 * (len(widths) - 1))]
        if usual < _LEAST_WIDE * width or usual < _FILLED * full:
            return False
    start = min(right.x0 for _, right in group)
    top = min(left.y0 for left, _ in group)
    foot = max(right.y1 for _, right in group)
    crossing = sum(x.x0 < start - 4 and x.x1 > start + 4 and top < x.middle < foot for x in lines)
    return crossing < 3 * len(group)


def parted(lines: Sequence[PrintedLine], width: float) -> list[PrintedLine]:
    """The lines, those of neighbouring columns that were written as one cut at the gutter."""
    ends = sorted(right for line in lines for _, _, right in line.gaps)
    often = max(_OFTEN, 0.3 * len(lines))
    starts = [x for k, x in enumerate(ends) if bisect_right(ends, x + 2) - k >= often]
    return [part for line in lines for part in cut_at(line, starts, _LEAST_WIDE * width)]


def cut_at(line: PrintedLine, starts: Sequence[float], least: float) -> Iterator[PrintedLine]:
    """A line's parts, cut where a wide space ends at one of the places where columns start."""
    for at, left, right in line.gaps:
        near = any(-1 <= right - start <= 3 for start in starts)
        if near and left - line.x0 > least:
            first = replace(line, text=line.text[: at - 1], x1=left, end=line.start + at, gaps=())
            rest = tuple((k - at, a, b) for k, a, b in line.gaps if k > at)
            second = replace(line, text=line.text[at:], x0=right, start=line.start + at, gaps=rest)
            yield first
            yield from cut_at(second, starts, least)
            return
    yield line


def placed(lines: Sequence[PrintedLine], starts: Sequence[float]) -> list[PrintedLine]:
    """The lines with their columns; -1 for what crosses columns, or goes on with such a line."""
    if not starts:
        return _closed([replace(line, column=0) for line in lines])
    parts = [part for line in lines for part in cut_at(line, starts, 20.0)]
    found = _closed([replace(line, column=_column(line, starts)) for line in parts])
    alone = {line.start for line in _alone(found)}
    return [replace(x, column=-1) if x.start in alone else x for x in found]


def _closed(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines; where columns are justified, those whose words stand wide apart made whole."""
    edges = dict(_justified(lines))
    found: list[PrintedLine] = []
    first = 0
    for line in lines:
        if not found or not _follows(found[-1], line):
            first = len(found)
        found.append(line)
        left, right = edges.get(line.column, (math.inf, -math.inf))
        if first < len(found) - 1 and abs(line.x1 - right) < 2 and found[first].x0 < left + 40:
            found[first:] = [reduce(_glued, found[first:])]
    return found


def _justified(lines: Iterable[PrintedLine]) -> Iterator[tuple[int, tuple[float, float]]]:
    """The columns whose lines mostly end at one place, and where these begin and end."""
    columns: dict[int, list[PrintedLine]] = defaultdict(list)
    for line in lines:
        columns[line.column].append(line)
    for column, found in columns.items():
        right = mode(round(line.x1) for line in found)
        if column >= 0 and sum(abs(line.x1 - right) < 2 for line in found) > max(
            5, 0.4 * len(found)
        ):
            yield column, (min(line.x0 for line in found), right)


def _follows(left: PrintedLine, right: PrintedLine) -> bool:
    near = 0 < right.x0 - left.x1 < 2.2 * left.size and 0 <= right.start - left.end <= 3
    return near and left.column == right.column and abs(left.middle - right.middle) < 2


def _glued(left: PrintedLine, right: PrintedLine) -> PrintedLine:
    at = len(left.text) + 1
    gaps = ((at, left.x1, right.x0), *((k + at, a, b) for k, a, b in right.gaps))
    return replace(
        left,
        text=f"{left.text} {right.text}",
        y0=min(left.y0, right.y0),
        x1=right.x1,
        y1=max(left.y1, right.y1),
        end=right.end,
        gaps=(*left.gaps, *gaps),
    )


def _column(line: PrintedLine, starts: Sequence[float]) -> int:
    edges = [float("-inf"), *(start - 3 for start in starts), float("inf")]
    spans = [
        k
        for k, (left, right) in enumerate(pairwise(edges))
        if line.x0 < right - 1 and line.x1 > left + 1
    ]
    return spans[0] if len(spans) == 1 else -1


def _alone(lines: Sequence[PrintedLine]) -> Iterator[PrintedLine]:
    """Short lines of a paragraph across the page: nothing beside them, and a crossing line near."""
    for band in bands(lines):
        crossing = [line for line in band if line.column < 0]
        if not crossing:
            continue
        pitch = median(line.y1 - line.y0 for line in crossing)
        for line in band:
            if line.column == 0 and any(_is_near(line, other, pitch) for other in crossing):
                yield line


def _is_near(line: PrintedLine, other: PrintedLine, pitch: float) -> bool:
    gap = max(line.y0 - other.y1, other.y0 - line.y1)
    return gap < 1.2 * pitch and abs(line.x0 - other.x0) < 30 and abs(line.size - other.size) < 0.6


def bands(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """The lines from top to foot: stretches in columns, and stretches across them, in turn."""
    found: list[list[PrintedLine]] = []
    ordered = sorted(lines, key=lambda line: line.middle)
    side = {id(line) for line in ordered if line.column > 0}
    was_wide: bool | None = None
    for stretch in _stretches(ordered):
        wide = not any(id(line) in side for line in stretch)
        if wide is was_wide:
            found[-1] += stretch
        else:
            found.append(stretch)
        was_wide = wide
    return found


def _stretches(ordered: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """The lines between one that crosses the columns with nothing beside it and the next such."""
    cuts = {id(line) for line in ordered if line.column < 0 and not is_beside(line, ordered)}
    found: list[list[PrintedLine]] = []
    was_cut = False
    for line in ordered:
        is_cut = id(line) in cuts
        if not found or is_cut or was_cut:
            found.append([line])
        else:
            found[-1].append(line)
        was_cut = is_cut
    return found


def is_beside(line: PrintedLine, others: Iterable[PrintedLine]) -> bool:
    """Whether anything stands beside a line, so that it is no heading across the columns."""
    return any(_is_left(line, x) or _is_left(x, line) for x in others)

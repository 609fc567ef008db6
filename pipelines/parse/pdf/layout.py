"""Where the lines of a PDF page belong: columns and their order, running heads, footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from statistics import median, mode

from pipelines.parse.flow import marker
from pipelines.parse.furniture import is_contents_line, is_page_number, running_key
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.lines import PrintedLine, body_size

_NOTE = re.compile(r"^(?:\d{1,3}|[*†‡§¶]{1,2}|[a-z](?=\s[A-Z]))[.)]?\s*(?=[A-Z“‘\"'(]|http|www)")
_EDGE, _LEAST_EDGE = 0.11, 50.0
"""Where running heads stand, above and below: a share of the page's height, or some points."""


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One page: its size in points, its lines in content order, and the frames on it."""

    number: int
    width: float
    height: float
    lines: tuple[PrintedLine, ...]
    frames: tuple[Frame, ...] = ()


def without_furniture(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """The pages without running heads and feet, page numbers and lines of contents."""
    counts = Counter(key for page in pages for key in {_key(line) for line in _edge_lines(page)})
    often = 2 if len(pages) <= 6 else max(3, 0.15 * len(pages))
    running = {key for key, count in counts.items() if count >= often}
    title = _key_of_title(pages[0]) if pages else ""
    later = {key for key in counts if len(key) > 8 and key in title} | _in_one_place(pages)
    return [
        replace(page, lines=tuple(_kept(page, running | later if number else running)))
        for number, page in enumerate(pages)
    ]


def _in_one_place(pages: Sequence[PageLayout]) -> set[str]:
    """What stands outermost at the same height on two pages or more, no larger than the text."""
    size = body_size(line for page in pages for line in page.lines)
    places = Counter(
        (_key(line), round(line.y0))
        for page in pages
        for line in _outermost(_edge_lines(page))
        if line.size < 1.03 * size and not line.bold
    )
    return {key for (key, _), count in places.items() if count > 1}


def _outermost(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    if not lines:
        return []
    top, foot = min(lines, key=lambda line: line.y0), max(lines, key=lambda line: line.y1)
    return [top] if top is foot else [top, foot]


def _key_of_title(page: PageLayout) -> str:
    """What the first page prints largest; later pages often repeat it above the text."""
    size = max((line.size for line in page.lines), default=0.0)
    if size < 1.1 * body_size(page.lines):
        return ""
    return " ".join(_key(line) for line in page.lines if line.size > 0.97 * size)


def _kept(page: PageLayout, running: set[str]) -> Iterable[PrintedLine]:
    edge = {line.start for line in _edge_lines(page)}
    for line in page.lines:
        at_edge = line.start in edge and (_key(line) in running or is_page_number(line.text))
        if not at_edge and not is_contents_line(line.text, number_apart=True):
            yield line


def _key(line: PrintedLine) -> str:
    return running_key(line.text)


def _edge_lines(page: PageLayout) -> list[PrintedLine]:
    edge = min(max(_EDGE * page.height, _LEAST_EDGE), 0.25 * page.height)
    return [line for line in page.lines if line.y1 < edge or line.y0 > page.height - edge]


def column_starts(pages: Sequence[PageLayout]) -> dict[int, set[int]]:
    """For each width of page: where columns behind the first begin on any page, in points."""
    starts: dict[int, set[int]] = {}
    for page in pages:
        for left, right in pairwise([*gutters(page.lines, page.width), page.width]):
            begun = [round(line.x0) for line in page.lines if left < line.x0 < right]
            starts.setdefault(round(page.width), set()).update({mode(begun)} if begun else ())
    return starts


def gutters(lines: Sequence[PrintedLine], width: float, starts: Iterable[int] = ()) -> list[float]:
    """The middles of the gaps between columns of running text, from left to right.

    A column that is nearly empty, as on a last page, counts if it begins at one of `starts`.
    """
    known = _gaps_before(lines, width, starts)
    if not 0 < width < 10_000 or (len(lines) < 6 and not known):
        return []
    crossed, left, right = _profiles(lines, int(width) + 2)
    most, some, few = 0.18 * len(lines), 0.2 * len(lines), 0.12 * len(lines)
    found: list[float] = []
    run: list[int] = []
    for x in range(20, int(width) - 18):
        full = right[x] >= few or x in known
        if crossed[x] <= most and left[x] >= some and full:
            run.append(x)
            continue
        if len(run) > 2 and _is_wide(lines, found[-1] if found else 0.0, run[0], width):
            found.append((run[0] + run[-1]) / 2)
        run = []
    return found


def _gaps_before(lines: Sequence[PrintedLine], width: float, starts: Iterable[int]) -> set[int]:
    """Each x shortly left of a start at which lines do begin."""
    begun = {start for start in starts if any(abs(line.x0 - start) < 2 for line in lines)}
    return {x for start in begun for x in range(int(start - 0.06 * width), start - 1)}


def _profiles(lines: Sequence[PrintedLine], width: int) -> tuple[list[int], list[int], list[int]]:
    """For each x: how many lines cross it, end left of it, and begin right of it."""
    crossings, ends, starts = [0] * (width + 1), [0] * (width + 1), [0] * (width + 1)
    for line in lines:
        x0 = min(max(int(line.x0), 0), width - 1)
        x1 = min(max(int(line.x1) + 1, x0 + 1), width)
        crossings[min(x0 + 2, width)] += 1
        crossings[max(x1 - 1, min(x0 + 2, width))] -= 1
        ends[x1] += 1
        starts[x0] += 1
    begun = list(accumulate(starts))
    return list(accumulate(crossings)), list(accumulate(ends)), [len(lines) - n for n in begun]


def _is_wide(lines: Sequence[PrintedLine], left: float, right: float, width: float) -> bool:
    """Whether the lines of a would-be column are wider than cells of a table."""
    widths = [line.x1 - line.x0 for line in lines if line.x0 >= left - 5 and line.x1 <= right + 2]
    return bool(widths) and median(widths) > 0.14 * width


def in_order(
    lines: Sequence[PrintedLine], width: float, starts: Iterable[int] = ()
) -> list[PrintedLine]:
    """Lines with their columns, as read: in content order, unless geometry speaks against it.

    `starts` are the places where columns begin on other pages, as of `column_starts`.
    """
    edges = gutters(lines, width, starts)
    placed = [replace(line, column=_column(line, edges)) for line in lines]
    if _switches(placed) > 3 * (len(edges) + 1) + 2 * sum(line.column < 0 for line in placed):
        return _by_bands(placed, len(edges) + 1)
    return _repaired(placed)


def _column(line: PrintedLine, edges: Sequence[float]) -> int:
    bounds = [float("-inf"), *edges, float("inf")]
    columns = [
        k
        for k, (left, right) in enumerate(pairwise(bounds))
        if line.x0 < right - 1 and line.x1 > left + 1
    ]
    return columns[0] if len(columns) == 1 else -1


def _switches(lines: Sequence[PrintedLine]) -> int:
    return sum(a.column != b.column for a, b in pairwise(lines))


def _by_bands(lines: Sequence[PrintedLine], columns: int) -> list[PrintedLine]:
    """Column by column, from one line across the page to the next."""
    ordered: list[PrintedLine] = []
    band: list[PrintedLine] = []
    for line in [*sorted(lines, key=lambda line: line.middle), None]:
        if line is not None and line.column >= 0:
            band.append(line)
            continue
        for k in range(columns):
            ordered += _downwards(other for other in band if other.column == k)
        band = []
        ordered += [line] if line is not None else []
    return ordered


def _downwards(lines: Iterable[PrintedLine]) -> list[PrintedLine]:
    return sorted(lines, key=lambda line: (round(line.middle / 2), line.x0))


def _repaired(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Content order, but what was written late is put back above what it stands above."""
    ordered: list[PrintedLine] = []
    for run in _runs(lines):
        at = _place(ordered, run)
        ordered[at:at] = run
    return ordered


def _runs(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Stretches that go down one column."""
    runs: list[list[PrintedLine]] = []
    for line in lines:
        last = runs[-1][-1] if runs else None
        if last and last.column == line.column and line.middle > last.middle - 0.5 * line.size:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _place(ordered: Sequence[PrintedLine], run: Sequence[PrintedLine]) -> int:
    """Where a run goes: the end, or before the first line of its column that lies below it.

    Beside the lines there it is of a column that was not seen, unless it is a heading in print.
    """
    if run[0].column < 0:
        above_all = all(run[-1].y1 <= line.y0 + 1 for line in ordered)
        return 0 if above_all else len(ordered)
    for at, line in enumerate(ordered):
        if line.column == run[0].column and line.y0 >= run[-1].y1 - 1:
            fits = _is_beneath(run, ordered[max(at - 1, 0) : at + 1]) or _heads_item(run, line)
            return at if fits else len(ordered)
    return len(ordered)


def _is_beneath(run: Sequence[PrintedLine], lines: Sequence[PrintedLine]) -> bool:
    """Whether a line of `run` and one of `lines` share an x, so that one is above the other."""
    return any(a.x0 < b.x1 and b.x0 < a.x1 for a in run for b in lines)


def _heads_item(run: Sequence[PrintedLine], line: PrintedLine) -> bool:
    """Whether a run is all bold and `line` is an item's first, so that it tears nothing there."""
    return marker(line.text) is not None and not line.bold and all(x.bold for x in run)


def footnotes(
    lines: Sequence[PrintedLine], size: float, height: float, references: int
) -> list[PrintedLine]:
    """The small print at the foot of each column, from the first line that opens with a mark.

    From the line with the index `references` on entries of a list are printed, which may be
    small and numbered too; there only what stands well below them is a note.
    """
    found: list[PrintedLine] = []
    listed = {line.start for line in lines[references:]}
    for column in sorted({line.column for line in lines}):
        run: list[PrintedLine] = []
        for line in reversed([line for line in lines if line.column == column]):
            if line.size >= 0.93 * size or line.y0 < 0.35 * height:
                break
            run.insert(0, line)
        if run and run[0].start in listed:
            run = _below_gap(run)
        while run and not is_note_start(run[0]):
            run.pop(0)
        found += run
    return found


def _below_gap(run: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines below the widest gap, if it is much wider than the others and a number is amiss."""
    gaps = [b.y0 - a.y0 for a, b in pairwise(run)]
    at = max(range(len(gaps)), key=gaps.__getitem__, default=-1)
    if at < 0 or gaps[at] < 1.7 * median(gaps):
        return []
    return list(run[at + 1 :])


def is_note_start(line: PrintedLine) -> bool:
    """Whether a line opens a footnote: with a number or sign, then words."""
    return bool(_NOTE.match(line.text))

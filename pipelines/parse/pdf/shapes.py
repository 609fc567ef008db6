"""The straight lines, rectangles and drawings on a PDF page that can be seen."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from kb.models import Box
from pipelines.parse.pdf.chars import Turn

MOST_OBJECTS = 20_000
THIN = 3.0
TOUCH = 3.0
MOST_CELLS = 200
"""How many cells the grid that finds neighbours has along a side."""
_WHITE = 250


class Shape(NamedTuple):
    """A path's bounds; `ground` is its colour if it is filled; `straight` if it frames or parts."""

    box: Box
    ground: int | None
    straight: bool

    @property
    def is_flat(self) -> bool:
        """Whether it is a line from left to right."""
        return self.box[3] - self.box[1] <= THIN < self.box[2] - self.box[0]

    @property
    def is_upright(self) -> bool:
        """Whether it is a line from top to foot."""
        return self.box[2] - self.box[0] <= THIN < self.box[3] - self.box[1]

    @property
    def is_full(self) -> bool:
        """Whether it has room inside."""
        return min(self.box[2] - self.box[0], self.box[3] - self.box[1]) > THIN


def shapes_of(page: Any, turn: Turn, width: float, height: float) -> list[Shape]:
    """The paths of a page that can be seen, but for what covers it whole."""
    found: list[Shape] = []
    raw = page.raw
    for i in range(min(pdfium.FPDFPage_CountObjects(raw), MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(raw, i)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_PATH:
            found += _shape(item, turn)
    return [shape for shape in found if not _is_page(shape.box, width, height)]


def _is_page(box: Box, width: float, height: float) -> bool:
    return box[2] - box[0] > 0.95 * width and box[3] - box[1] > 0.9 * height


def _shape(item: Any, turn: Turn) -> Iterator[Shape]:
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *edges):
        return
    left, bottom, right, top = (edge.value for edge in edges)
    (x0, y0), (x1, y1) = turn(left, top), turn(right, bottom)
    seen, ground = _paint(item)
    if seen:
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if _is_border(item):
            yield from _sides(_clipped(item, box, turn))
        else:
            yield Shape(box, ground, _is_rule(box) and _is_straight(item))


def _sides(box: Box) -> Iterator[Shape]:
    """A border's lines around what is left of it; one side alone is a single line."""
    x0, y0, x1, y1 = box
    if min(x1 - x0, y1 - y0) <= THIN:
        yield Shape(box, None, _is_rule(box))
    else:
        yield Shape(box, None, straight=True)


def _is_border(item: Any) -> bool:
    """Whether a path is a rectangle within another one, its line's width inside it."""
    points = _corners(item)
    if len(points) not in (8, 10) or len({_kind(item, 0), _kind(item, len(points) // 2)}) != 1:
        return False
    half = len(points) // 2
    outer, inner = (_extent(points[:half]), _extent(points[half:]))
    straight = all(
        len({v[k] for v in part}) == 2 for part in (points[:half], points[half:]) for k in (0, 1)
    )
    return straight and all(abs(a - b) <= 2 * THIN for a, b in zip(outer, inner, strict=True))


def _corners(item: Any) -> list[tuple[float, float]]:
    """The points of a short path without curves; none of any other."""
    count = pdfium.FPDFPath_CountSegments(item)
    if not 8 <= count <= 10:
        return []
    x, y = ctypes.c_float(), ctypes.c_float()
    points = []
    for i in range(count):
        if _kind(item, i) == pdfium.FPDF_SEGMENT_BEZIERTO:
            return []
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(item, i), x, y)
        points.append((round(x.value, 2), round(y.value, 2)))
    return points


def _kind(item: Any, at: int) -> int:
    return int(pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(item, at)))


def _extent(points: Iterable[tuple[float, float]]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _clipped(item: Any, box: Box, turn: Turn) -> Box:
    """What a path's clips leave of its bounds, as where each side of a border is clipped out."""
    x0, y0, x1, y1 = box
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
        points = []
        for i in range(max(pdfium.FPDFClipPath_CountPathSegments(clip, path), 0)):
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, i)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            points.append(turn(x.value, y.value))
        if points:
            left, top, right, foot = _extent(points)
            x0, y0, x1, y1 = max(x0, left), max(y0, top), min(x1, right), min(y1, foot)
    return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else box


def _is_rule(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return (width > 8 or height > 8) and (min(width, height) <= THIN or min(width, height) > 8)


def _is_straight(item: Any) -> bool:
    """Whether a path is a line along an axis or a rectangle, perhaps with round corners."""
    count = pdfium.FPDFPath_CountSegments(item)
    if not 2 <= count <= 20:
        return False
    segments = [pdfium.FPDFPath_GetPathSegment(item, i) for i in range(count)]
    kinds = [pdfium.FPDFPathSegment_GetType(segment) for segment in segments]
    if pdfium.FPDF_SEGMENT_BEZIERTO in kinds:
        return kinds.count(pdfium.FPDF_SEGMENT_LINETO) >= 3
    x, y = ctypes.c_float(), ctypes.c_float()
    xs, ys = set(), set()
    for segment in segments:
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        xs.add(round(x.value, 2))
        ys.add(round(y.value, 2))
    return len(xs) <= 2 and len(ys) <= 2


def _paint(item: Any) -> tuple[bool, int | None]:
    """Whether a path is stroked, or filled with more than white; and its colour if filled."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    if not mode.value:
        return bool(stroke.value), None
    parts = [ctypes.c_uint() for _ in range(4)]
    known = pdfium.FPDFPageObj_GetFillColor(item, *parts)
    red, green, blue, alpha = (part.value for part in parts)
    if known and (min(red, green, blue) > _WHITE or alpha < 8):
        return bool(stroke.value), None
    return True, (red << 16) + (green << 8) + blue


def touching(shapes: Iterable[Shape], slack: float = TOUCH) -> Iterator[list[Shape]]:
    """Groups of shapes that touch one another, in the order of the first from the top of each."""
    ordered = sorted(shapes, key=lambda shape: shape.box[1])
    longest = (max(x1 - x0, y1 - y0) for (x0, y0, x1, y1), *_ in ordered)
    size = max(slack, sum(longest) / max(len(ordered), 1))
    cells: dict[tuple[int, int], set[int]] = {}
    for i, shape in enumerate(ordered):
        for cell in _cells(shape.box, size):
            cells.setdefault(cell, set()).add(i)
    alone = set(range(len(ordered)))

    def near(box: Box) -> Iterator[int]:
        """Take those that touch a box from the shapes that are alone yet."""
        x0, y0, x1, y1 = box
        for cell in _cells((x0 - slack, y0 - slack, x1 + slack, y1 + slack), size):
            if members := cells.get(cell):
                members &= alone
                met = [i for i in members if _meet(box, ordered[i].box, slack)]
                alone.difference_update(met)
                yield from met

    for first in range(len(ordered)):
        if first in alone:
            alone.remove(first)
            group, ahead = [], [first]
            while ahead:
                group.append(ordered[ahead.pop()])
                ahead += near(group[-1].box)
            yield group


def _cells(box: Box, size: float) -> Iterator[tuple[int, int]]:
    """The cells of a grid in which a box lies; the outermost have no end."""
    x0, y0, x1, y1 = (int(min(max(0.0, edge / size), MOST_CELLS)) for edge in box)
    return product(range(x0, x1 + 1), range(y0, y1 + 1))


def _meet(a: Box, b: Box, slack: float) -> bool:
    across = a[0] <= b[2] + slack and b[0] <= a[2] + slack
    return across and a[1] <= b[3] + slack and b[1] <= a[3] + slack


def bounds(shapes: Iterable[Shape]) -> Box:
    """The rectangle around shapes."""
    boxes = [shape.box for shape in shapes]
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )

"""Rules and rectangles on a PDF page, and what they enclose: tables and boxes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium

from kb.models import Box
from pipelines.parse.pdf.chars import Turn

MOST_OBJECTS = 20_000
MOST_RULES = 1_500
MOST_OPEN_RULES = 12
_THIN = 3.0
_TOUCH = 3.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A region held by rules: the x of its columns' edges and the y of its rows' edges."""

    box: Box
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    closed: bool
    """Whether it has sides or a ground, not only rules above and below."""

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        x0, y0, x1, y1 = self.box
        return x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1


def frames_of(page: Any, turn: Turn, width: float, height: float) -> list[Frame]:
    """The frames of a page, small ones first; nothing for a page that is all drawing.

    What single rules may hold follows the whole between them: a rule at the head of the page has
    nothing to do with the table below it, though both are as wide as the text.
    """
    rules = [box for box in _rules(page, turn) if not _is_page(box, width, height)]
    if len(rules) > MOST_RULES:
        return []
    groups = list(_touching(rules))
    framed = [frame for group in groups if (frame := _framed(group))]
    loose = [group[0] for group in groups if len(group) == 1 and _is_flat(group[0])]
    frames = [*framed, *_between(loose)]
    frames.sort(key=lambda f: (f.box[2] - f.box[0]) * (f.box[3] - f.box[1]))
    return [part for frame in frames for part in (frame, *_parts(frame))]


def _parts(frame: Frame) -> Iterator[Frame]:
    """The regions between some of a frame's rules, the longest first; each has three or more."""
    count = len(frame.ys)
    if frame.closed or not 3 < count <= MOST_OPEN_RULES:
        return
    x0, _, x1, _ = frame.box
    for length in range(count - 1, 2, -1):
        for first in range(count - length + 1):
            ys = frame.ys[first : first + length]
            yield replace(frame, box=(x0, ys[0], x1, ys[-1]), ys=ys)


def _is_page(box: Box, width: float, height: float) -> bool:
    return box[2] - box[0] > 0.95 * width and box[3] - box[1] > 0.9 * height


def _is_flat(box: Box) -> bool:
    return box[3] - box[1] <= _THIN < box[2] - box[0]


def _is_upright(box: Box) -> bool:
    return box[2] - box[0] <= _THIN < box[3] - box[1]


def _rules(page: Any, turn: Turn) -> Iterator[Box]:
    """The bounds of straight lines and of rectangles that can be seen."""
    raw = page.raw
    edges = [ctypes.c_float() for _ in range(4)]
    for i in range(min(pdfium.FPDFPage_CountObjects(raw), MOST_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(raw, i)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if not _is_straight(item) or not pdfium.FPDFPageObj_GetBounds(item, *edges):
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        (x0, y0), (x1, y1) = turn(left, top), turn(right, bottom)
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        if _is_rule(box) and _is_seen(item):
            yield box


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


def _is_rule(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return (width > 8 or height > 8) and (min(width, height) <= _THIN or min(width, height) > 8)


def _is_seen(item: Any) -> bool:
    """Whether a path is stroked, or filled with more than white."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    if stroke.value:
        return True
    parts = [ctypes.c_uint() for _ in range(4)]
    known = pdfium.FPDFPageObj_GetFillColor(item, *parts)
    red, green, blue, alpha = (part.value for part in parts)
    return bool(mode.value) and not (known and (min(red, green, blue) > 250 or alpha < 8))


def _touching(boxes: Iterable[Box]) -> Iterator[list[Box]]:
    """Groups of boxes that touch one another, by a sweep down the page."""
    groups: list[list[Box]] = []
    done: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b[1]):
        near: list[list[Box]] = []
        far: list[list[Box]] = []
        for group in groups:
            (near if any(_meet(box, other) for other in group) else far).append(group)
        groups = []
        for group in far:
            (groups if max(b[3] for b in group) + _TOUCH >= box[1] else done).append(group)
        groups.append([box, *(other for group in near for other in group)])
    yield from done
    yield from groups


def _meet(a: Box, b: Box) -> bool:
    return (
        a[0] <= b[2] + _TOUCH
        and b[0] <= a[2] + _TOUCH
        and a[1] <= b[3] + _TOUCH
        and b[1] <= a[3] + _TOUCH
    )


def _framed(group: Sequence[Box]) -> Frame | None:
    """The frame that touching rules make, if it is large enough to hold text."""
    x0, y0 = min(b[0] for b in group), min(b[1] for b in group)
    x1, y1 = max(b[2] for b in group), max(b[3] for b in group)
    if x1 - x0 < 40 or y1 - y0 < 10:
        return None
    full = [b for b in group if not _is_flat(b) and not _is_upright(b)]
    xs = [(b[0] + b[2]) / 2 for b in group if _is_upright(b)]
    ys = [(b[1] + b[3]) / 2 for b in group if _is_flat(b)]
    closed = bool(full) or len(xs) > 1
    # grounds of cells are inset or split by line; they tell only where there are no rules
    if len(xs) < 3 and len(ys) < 3:
        xs += [edge for b in full for edge in (b[0], b[2])]
        ys += [edge for b in full for edge in (b[1], b[3])]
    xs, ys = [x0, x1, *xs], [y0, y1, *ys]
    return Frame((x0, y0, x1, y1), _clustered(xs), _clustered(ys), closed)


def _between(loose: Sequence[Box]) -> Iterator[Frame]:
    """Regions between single rules of the same extent, as in tables without uprights."""
    groups: dict[tuple[int, int], list[Box]] = {}
    for box in sorted(loose, key=lambda b: b[1]):
        if box[2] - box[0] > 100:
            groups.setdefault((round(box[0] / 4), round(box[2] / 4)), []).append(box)
    for group in groups.values():
        if len(group) > 1:
            first, last = group[0], group[-1]
            ys = _clustered((b[1] + b[3]) / 2 for b in group)
            yield Frame((first[0], first[1], first[2], last[3]), (first[0], first[2]), ys, False)


def _clustered(values: Iterable[float]) -> tuple[float, ...]:
    """The values in order, those closer than a few points taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 2 * _TOUCH:
            found.append(value)
    return tuple(found)

"""What the rules and rectangles on a PDF page enclose: tables, boxes and drawings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kb.models import Box
from pipelines.parse.pdf.shapes import TOUCH, Shape, bounds, touching

MOST_RULES = 1_500
MOST_OPEN_RULES = 12
_LABEL = 14.0
"""Points from a drawing within which its labels stand."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A region held by rules: the x of its columns' edges and the y of its rows' edges."""

    box: Box
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    framed: bool
    """Whether it has sides or a ground, not only rules above and below."""
    closed: bool = False
    """Whether it may be a box around text."""
    head: float = 0.0
    """The foot of a ground that its head alone stands on, 0 if there is none."""
    drawn: bool = False
    """Whether it is a drawing, such as a chart, whose words are labels."""
    beyond: tuple[float, float] | None = None
    """Head and foot of its rules, if it only holds when rows of a table stand beyond them."""

    @property
    def is_pair(self) -> bool:
        """Whether it is nothing but a rule above and one below."""
        return not self.framed and not self.drawn and len(self.ys) == 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        x0, y0, x1, y1 = self.box
        return x0 - 1 <= x <= x1 + 1 and y0 - 1 <= y <= y1 + 1


def frames_of(shapes: Sequence[Shape]) -> list[Frame]:
    """The frames of a page: those that may be tables, small ones first, drawings, boxes.

    What single rules may hold follows the whole between them: a rule at the head of the page has
    nothing to do with the table below it, though both are as wide as the text.
    """
    straight = [shape for shape in shapes if shape.straight]
    if len(straight) > MOST_RULES:
        return list(_drawings(shapes))
    groups = list(touching(straight))
    frames = [frame for group in groups if (frame := _framed(group))]
    grounds = list(_stacked([g for g in groups if any(s.is_full for s in g) or _is_rule(g)]))
    frames += _stacked([group for group in groups if _is_rule(group)])
    frames.sort(key=_area)
    stacks = [part for frame in grounds for part in _with_outer_rows(frame)]
    tables = [part for frame in frames for part in (frame, *_parts(frame))]
    boxes = [replace(f, closed=True) for g in groups if not _is_strip(g) and (f := _framed(g))]
    boxes = sorted((frame for frame in boxes if frame.framed), key=_area)
    pairs = [pair for frame in frames if not frame.framed for pair in _pairs(frame)]
    return [*stacks, *tables, *_drawings(shapes), *boxes, *pairs]


def level_rules(shapes: Iterable[Shape]) -> tuple[Box, ...]:
    """The boxes of the level rules, those drawn cell by cell in a row as one."""
    found: list[Box] = []
    flat = [shape.box for shape in shapes if shape.is_flat and shape.straight]
    for box in sorted(flat, key=lambda box: (round(box[1]), box[0])):
        if found and abs(found[-1][1] - box[1]) < 1 and -TOUCH < found[-1][2] - box[0] < 2 * TOUCH:
            last = found.pop()
            box = (last[0], min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        found.append(box)
    return tuple(found)


def _is_rule(group: Sequence[Shape]) -> bool:
    return len(group) == 1 and group[0].is_flat


def _is_strip(group: Sequence[Shape]) -> bool:
    """Whether grounds stand side by side, as those of the cells in one row do."""
    full = [s.box for s in group if s.is_full]
    level = all(abs(b[1] - full[0][1]) < 1 and abs(b[3] - full[0][3]) < 1 for b in full)
    beside = all(b[0] > a[2] - TOUCH for a, b in pairwise(sorted(full)))
    return len(full) > 1 and len(full) == len(group) and level and beside


def _area(frame: Frame) -> float:
    x0, y0, x1, y1 = frame.box
    return (x1 - x0) * (y1 - y0)


def _parts(frame: Frame) -> Iterator[Frame]:
    """The regions between some of a frame's rules, the longest first; each has three or more."""
    count = len(frame.ys)
    if frame.framed or not 3 < count <= MOST_OPEN_RULES:
        return
    x0, _, x1, _ = frame.box
    for length in range(count - 1, 2, -1):
        for first in range(count - length + 1):
            ys = frame.ys[first : first + length]
            yield replace(frame, box=(x0, ys[0], x1, ys[-1]), ys=ys)


def _pairs(frame: Frame) -> Iterator[Frame]:
    """The regions between one rule and the next, which may hold a box."""
    x0, _, x1, _ = frame.box
    if len(frame.ys) > 2:
        for y0, y1 in pairwise(frame.ys):
            yield replace(frame, box=(x0, y0, x1, y1), ys=(y0, y1))


def _framed(group: Sequence[Shape]) -> Frame | None:
    """The frame that touching rules make, if it is large enough to hold text."""
    x0, y0, x1, y1 = box = bounds(group)
    if x1 - x0 < 40 or y1 - y0 < 10:
        return None
    full = [s.box for s in group if s.is_full]
    xs = [(s.box[0] + s.box[2]) / 2 for s in group if s.is_upright]
    ys = [(s.box[1] + s.box[3]) / 2 for s in group if s.is_flat]
    closed = bool(full) or len(xs) > 1
    # grounds of cells are inset or split by line; they tell only where there are no rules
    if len(xs) < 3 and len(ys) < 3:
        xs += [edge for b in full for edge in (b[0], b[2])]
        ys += [edge for b in full for edge in (b[1], b[3])]
    xs, ys = [x0, x1, *xs], [y0, y1, *ys]
    return Frame(box, _clustered(xs), _clustered(ys), closed, head=_head(group, box))


def _head(group: Sequence[Shape], box: Box) -> float:
    """The foot of the grounds at the top, if nothing below has their colour."""
    grounds = [s for s in group if s.ground is not None and s.is_full]
    top = [s for s in grounds if s.box[1] < box[1] + 2 * TOUCH]
    foot = max((s.box[3] for s in top), default=0.0)
    colours = {s.ground for s in top}
    below = {s.ground for s in grounds if s.box[1] > foot - TOUCH}
    wide = sum(s.box[2] - s.box[0] for s in top) > 0.8 * (box[2] - box[0])
    return foot if wide and foot < box[3] - 8 and not colours & below else 0.0


def _stacked(groups: Sequence[Sequence[Shape]]) -> Iterator[Frame]:
    """Regions that single rules or grounds of one extent hold, as in tables without uprights."""
    stacks: dict[tuple[int, int], list[Sequence[Shape]]] = {}
    for group in sorted(groups, key=lambda g: bounds(g)[1]):
        x0, _, x1, _ = bounds(group)
        if x1 - x0 > 100:
            stacks.setdefault((round(x0 / 4), round(x1 / 4)), []).append(group)
    for stack in stacks.values():
        shapes = [shape for group in stack for shape in group]
        if len(stack) > 1:
            x0, _, x1, _ = box = bounds(shapes)
            rules = [(s.box[1] + s.box[3]) / 2 for s in shapes if s.is_flat]
            grounds = [edge for s in shapes if s.is_full for edge in (s.box[1], s.box[3])]
            ys = _clustered([box[1], box[3], *rules, *grounds])
            yield Frame(box, (x0, x1), ys, bool(grounds), head=_head(shapes, box))


def _with_outer_rows(frame: Frame) -> Iterator[Frame]:
    """A stack, first with rows above and below it, for every other row of a table may be bare."""
    x0, y0, x1, y1 = frame.box
    depths = [b - a for a, b in pairwise(frame.ys)]
    deep, flat = max(depths), min(depths)
    if len(frame.ys) > 3 and deep < 0.5 * (y1 - y0):
        tops = ((y0 - 2 * flat, y0 - flat), (y0 - 2 * deep,), (y0 - deep,), (y0 - flat,), ())
        feet = ((y1 + deep,), (y1 + flat,), ())
        for above, below in [(above, below) for above in tops for below in feet][:-1]:
            ys = tuple(sorted({*above, *frame.ys, *below}))
            top, foot = ys[0], ys[-1]
            yield replace(frame, box=(x0, top, x1, foot), ys=ys, beyond=(y0, y1))
    yield frame


def _drawings(shapes: Sequence[Shape]) -> Iterator[Frame]:
    """Charts and the like, first with the strip around each in which its labels stand."""
    for group in touching(shapes, 4 * TOUCH):
        x0, y0, x1, y1 = box = bounds(group)
        if _is_drawn(group) and x1 - x0 > 40 and y1 - y0 > 30:
            wide = (x0 - 2 * _LABEL, y0 - 4, x1 + 2 * _LABEL, y1 + _LABEL)
            for region in (wide, box):
                yield Frame(region, (x0, x1), (y0, y1), False, drawn=True)


def _is_drawn(group: Sequence[Shape]) -> bool:
    """Whether there are slanted or curved lines, or bars: of one foot, or one left, not as long."""
    full = [s.box for s in group if s.is_full and s.straight]
    risen = _differ((round(b[3]), round(b[1])) for b in full)
    grown = _differ((round(b[0]), round(b[2])) for b in full)
    return len(group) > 3 and (risen or grown or not all(s.straight for s in group))


def _differ(pairs: Iterable[tuple[int, int]]) -> bool:
    ends: dict[int, set[int]] = {}
    for near, far in pairs:
        ends.setdefault(near, set()).add(far)
    return any(len(found) > 1 for found in ends.values())


def _clustered(values: Iterable[float]) -> tuple[float, ...]:
    """The values in order, those closer than a few points taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 2 * TOUCH:
            found.append(value)
    return tuple(found)

"""Which of the shapes on a page touch one another, however many there are."""

from __future__ import annotations

import time

from kb.models import Box
from pipelines.parse.pdf.shapes import MOST_OBJECTS, Shape, touching


def groups(*boxes: Box, slack: float = 3.0) -> list[list[int]]:
    """The numbers of the boxes that make a group."""
    shapes = [Shape(box, number, straight=True) for number, box in enumerate(boxes)]
    return [
        sorted(shape.ground for shape in group if shape.ground is not None)
        for group in touching(shapes, slack)
    ]


def test_shapes_touch_within_a_slack_and_one_through_another() -> None:
    row = [(10.0 * x, 0.0, 10.0 * x + 8, 8.0) for x in range(4)]
    assert groups(*row) == [[0, 1, 2, 3]]
    assert groups(*row, slack=1.0) == [[0], [1], [2], [3]]
    foot = (0.0, 9.0, 40.0, 9.0)
    assert groups(*row, foot, slack=1.0) == [[0, 1, 2, 3, 4]]


def test_groups_come_from_the_top_down() -> None:
    low, high, left = (0.0, 90.0, 50.0, 95.0), (0.0, 10.0, 50.0, 15.0), (0.0, 14.0, 1.0, 40.0)
    assert groups(low, high, left) == [[1, 2], [0]]


def test_shapes_far_off_the_page_touch_like_others() -> None:
    around, within = (-1e9, -1e9, 1e9, 1e9), (5.0, 5.0, 6.0, 6.0)
    off, beside, apart = (-9e3, 0.0, -8e3, 1.0), (-8e3, 2.0, -7e3, 3.0), (-5e3, 0.0, -4e3, 1.0)
    assert groups(around, within) == [[0, 1]]
    assert groups(off, beside, apart) == [[0, 1], [2]]


def test_a_page_full_of_strokes_takes_no_time() -> None:
    for step, reach in ((4.0, 0.5), (0.01, 0.5), (0.01, 400.0)):
        places = [(i % 140 * step, i // 140 * step) for i in range(MOST_OBJECTS)]
        strokes = [(x, y, x + reach, y + reach) for x, y in places]
        start = time.perf_counter()
        assert [len(group) for group in groups(*strokes, slack=12.0)] == [MOST_OBJECTS]
        assert time.perf_counter() - start < 3

"""Lines of a table of contents, whose numbers may stand apart from the dots that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pipelines.parse.furniture import is_contents_line, is_page_number, leaders
from pipelines.parse.pdf.lines import PrintedLine

_SURE_DOTS, _MORE_THAN_A_PAUSE = 8, 5
"""Dots that lead to a number whether or not one is found, and those that do so line by line."""
_IN_A_ROW = 3


def contents_lines(lines: Sequence[PrintedLine]) -> set[int]:
    """The identities of those of a page's lines that lead to the numbers of other pages."""
    dots = {id(line): leaders(line.text) for line in lines}
    found = {id(x) for x in lines if is_contents_line(x.text) or dots[id(x)] >= _SURE_DOTS}
    for dotted, group in groupby(lines, lambda line: dots[id(line)] >= _MORE_THAN_A_PAUSE):
        run = [id(line) for line in group]
        if dotted and len(run) >= _IN_A_ROW:
            found.update(run)
    led = (line for line in lines if dots[id(line)] >= _MORE_THAN_A_PAUSE - 1)
    return found | {id(line) for line in led if _has_number_beside(line, lines)}


def _has_number_beside(line: PrintedLine, lines: Sequence[PrintedLine]) -> bool:
    """Whether the next thing on the same height, to the right, is a page's number."""
    beside = [
        other
        for other in lines
        if other.x0 >= line.x1 - 1
        and abs(other.middle - line.middle) < 0.5 * min(line.size, other.size)
    ]
    return bool(beside) and is_page_number(min(beside, key=lambda other: other.x0).text)

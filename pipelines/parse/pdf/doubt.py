"""Where the order in which a page was written and the order of its places disagree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine

CELL = 3
"""Words; what stands side by side and is no longer may be a table."""


def doubtful(layouts: Sequence[PageLayout]) -> float | None:
    """The share of a page's lines that do not come below or right of the line before them.

    Heads and feet are left out: they are written at any time.
    """
    pairs = [pair for layout in layouts for pair in pairwise(layout.body)]
    return round(sum(map(disagrees, *zip(*pairs, strict=True))) / len(pairs), 3) if pairs else None


def disagrees(last: PrintedLine, line: PrintedLine) -> bool:
    """Whether a line goes back up without going right, or runs on over a gap between columns."""
    if abs(line.middle - last.middle) < 0.5 * line.size:
        return line.x0 < last.x0 or is_beside(last, line)
    return line.middle < last.middle and line.x0 < last.x1 - line.size


def is_beside(last: PrintedLine, line: PrintedLine) -> bool:
    """Whether two lines of running text stand side by side with a gap between."""
    apart = line.x0 - last.x1 > line.size
    return apart and min(len(last.text.split()), len(line.text.split())) > CELL

"""Which frames are boxes around text, and which go on with a box that a column breaks off."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.parse.flow import marks
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.lines import PrintedLine, body_size

__all__ = ["is_box", "is_box_title"]


def is_box(frame: Frame, lines: Sequence[PrintedLine], size: float) -> bool:
    """Whether a frame sets text apart: by sides or a ground, or by rules and another type.

    `size` is that of the body's type.
    """
    if frame.closed:
        return len(lines) > 1
    if frame.framed or frame.drawn or len(frame.ys) != 2:
        return False
    top = min(lines, key=lambda line: line.y0)
    other = len(lines) > 1 and abs(body_size(lines) - size) > 0.04 * size
    return is_box_title(top.text) or other


def is_box_title(text: str) -> bool:
    """Whether a line names a box, as "Box 2" does."""
    return is_caption(text) and text.split()[0].casefold() in marks()["box_names"]

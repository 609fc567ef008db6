"""Which frames are boxes around text, and which go on with a box that a column breaks off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.parse.flow import ends_sentence, marks
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.lines import PrintedLine, body_size

__all__ = ["Part", "is_box", "is_box_title", "is_rest"]
_GUTTER = 40.0
"""Points; columns stand no further apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lines in a frame on one page, and the other lines of that page but for its notes."""

    frame: Frame
    lines: tuple[PrintedLine, ...]
    around: tuple[PrintedLine, ...]


def is_box(frame: Frame, lines: Sequence[PrintedLine], size: float) -> bool:
    """Whether a frame sets text apart: by sides or a ground, or by rules and another type.

    `size` is that of the body's type.
    """
    if frame.closed:
        return len(lines) > 1
    if not frame.is_pair:
        return False
    top = min(lines, key=lambda line: line.y0)
    other = len(lines) > 1 and abs(body_size(lines) - size) > 0.04 * size
    return is_box_title(top.text) or other


def is_box_title(text: str) -> bool:
    """Whether a line names a box, as "Box 2" does."""
    return is_caption(text) and text.split()[0].casefold() in marks()["box_names"]


def is_rest(rest: Part, box: Part, size: float) -> bool:
    """Whether a frame at a column's head goes on with a box that stands at the foot of the last.

    Only the first has a title, or its sentence is left open; `size` is that of the body's type.
    """
    alike = (
        abs(_width(rest.frame) - _width(box.frame)) < 2 and rest.frame.framed == box.frame.framed
    )
    if not alike or not _is_next(rest, box) or _is_titled(rest.lines):
        return False
    if any(line.y0 >= box.frame.box[3] - 3 for line in _over(box.around, box.frame)):
        return False
    above = [x for x in _over(rest.around, rest.frame) if x.y1 <= rest.frame.box[1] + 3]
    if rest.lines[0].page == box.lines[0].page:
        crossing = set(_over(above, box.frame))
        above = [line for line in above if line not in crossing]
    # a quotation may be set at the head of any column
    quoted = above and above[0].text[0] in "“‘\"'" and all(x.size > 1.06 * size for x in above)
    if above and not quoted:
        return False
    return _is_titled(box.lines) or not ends_sentence(box.lines[-1].text)


def _width(frame: Frame) -> float:
    return frame.box[2] - frame.box[0]


def _is_next(rest: Part, box: Part) -> bool:
    """Whether nothing is read between two places: the last column of a page, the first of one."""
    apart = rest.frame.box[0] - box.frame.box[2]
    pages = rest.lines[0].page - box.lines[0].page
    if pages == 0:
        return 0 < apart < _GUTTER
    right = any(line.x0 > box.frame.box[2] for line in box.around)
    left = any(line.x1 < rest.frame.box[0] for line in rest.around)
    return pages == 1 and not right and not left


def _over(lines: Iterable[PrintedLine], frame: Frame) -> Iterator[PrintedLine]:
    """The lines that stand above, below or within a frame."""
    x0, _, x1, _ = frame.box
    return (line for line in lines if line.x0 < x1 and line.x1 > x0)


def _is_titled(lines: Sequence[PrintedLine]) -> bool:
    """Whether a title in bold or larger type stands first, or a name such as "Box 2"."""
    top = min(lines, key=lambda line: line.y0)
    rest = [line for line in lines if line is not top]
    bold = top.bold and not all(line.bold for line in rest)
    large = bool(rest) and top.size > 1.06 * body_size(rest)
    return bold or large or is_box_title(top.text)

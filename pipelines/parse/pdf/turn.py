"""From PDF user space to a page as it is read, which may be turned, and back."""

from __future__ import annotations

from dataclasses import dataclass

from kb.models import Box


@dataclass(frozen=True, slots=True)
class Turn:
    """From PDF user space to a page that is read after so many quarter turns, and back.

    The origin of what is read is at its top left, y downwards. `area` is left, bottom, right, top.
    """

    quarter: int
    area: Box

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.area
        if self.quarter == 0:
            return x - left, top - y
        if self.quarter == 1:
            return y - bottom, x - left
        if self.quarter == 2:
            return right - x, y - bottom
        return top - y, right - x

    def back(self, x: float, y: float) -> tuple[float, float]:
        """The point of user space that is read at x, y."""
        left, bottom, right, top = self.area
        if self.quarter == 0:
            return x + left, top - y
        if self.quarter == 1:
            return y + left, x + bottom
        if self.quarter == 2:
            return right - x, y + bottom
        return right - y, top - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A box of user space as read."""
        if self.quarter == 0:
            edge, head = self.area[0], self.area[3]
            return left - edge, head - top, right - edge, head - bottom
        (ax, ay), (bx, by) = self(left, bottom), self(right, top)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as read."""
        left, bottom, right, top = self.area
        size = (right - left, top - bottom)
        return size if self.quarter % 2 == 0 else (size[1], size[0])

    def shown(self, box: Box, display: Turn) -> Box:
        """A box of this reading, where `display` has it."""
        (ax, ay), (bx, by) = self.back(*box[:2]), self.back(*box[2:])
        return display.box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

"""One page as its lines stand on it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.models import Box
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.lines import PrintedLine

EDGE = 0.11
"""The share of a page's height that running heads and feet take, above and below."""


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One page: its size in points, its lines in content order, its frames and level rules."""

    number: int
    width: float
    height: float
    lines: tuple[PrintedLine, ...]
    frames: tuple[Frame, ...] = ()
    rules: tuple[Box, ...] = ()

    @property
    def body(self) -> list[PrintedLine]:
        """The lines between the places of running heads and feet, as they were written."""
        top, foot = EDGE * self.height, (1 - EDGE) * self.height
        return [line for line in self.lines if top < line.middle < foot]

"""One page as its lines stand on it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.models import Box
from pipelines.parse.pdf.frames import Frame
from pipelines.parse.pdf.lines import PrintedLine


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One page: its size in points, its lines in content order, its frames and level rules."""

    number: int
    width: float
    height: float
    lines: tuple[PrintedLine, ...]
    frames: tuple[Frame, ...] = ()
    rules: tuple[Box, ...] = ()

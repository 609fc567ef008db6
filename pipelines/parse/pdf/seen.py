"""What Tesseract saw on a page, as printed lines: set upright, levelled, and of even size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, median

from kb.models import Box
from pipelines.parse.flow import folded
from pipelines.parse.pdf.hocr import SeenLine, SeenWord
from pipelines.parse.pdf.lines import PrintedLine

SURE, DOUBTED = 60.0, 30.0
"""Confidence, from 0 to 100: of a page that is upright, and of a line that may be a picture's."""

FEW_WORDS = 15
LEVEL = 0.001
"""A slope that moves nothing by more than a point."""

STEP, SAME = 1.25, 0.03
"""Sizes are guessed from the ink: only steps of so much are told apart, and so little is none."""


def is_sure(lines: Iterable[SeenLine]) -> bool:
    """Whether lines are many and sure enough to be those of a page that stands upright."""
    words = [word for line in lines for word in line.words]
    return len(words) >= FEW_WORDS and median(w.confidence for w in words) > SURE


def printed(
    lines: Sequence[SeenLine],
    number: int,
    size: tuple[float, float],
    *,
    scale: float,
    quarters: int = 0,
) -> Iterator[PrintedLine]:
    """The lines in points, in pieces where gaps are wide; `size` is that of the upright page.

    `scale` says how many pixels are a point, `quarters` how far the page was turned clockwise.
    """
    seen = [line for line in (in_points(line, scale) for line in lines) if line.words]
    slope = usual_slope(seen)
    start = 0
    for line in seen:
        for words in parted(line.words, line.size):
            text, gaps = spaced(words, line.size)
            x0, y0, x1, y1 = levelled(words, line, slope, size)
            yield PrintedLine(
                page=number, text=text, x0=x0, y0=y0, x1=x1, y1=y1, size=line.size,
                bold=False, start=start, end=start + len(text), gaps=gaps,
                shown=shown(words, size, quarters) if slope or quarters else None,
            )  # fmt: skip
            start += len(text) + 1


def evened(lines: Sequence[PrintedLine], usual: float) -> Iterator[PrintedLine]:
    """Lines whose sizes are whole steps from the `usual`; one after its like shares its step."""
    last, step = 0.0, 0
    for line in lines:
        size = max(line.size, 1.0)
        if abs(size - last) > SAME * size:
            step = round(math.log(size / usual, STEP))
        last = size
        yield replace(line, size=round(usual * STEP**step, 1))


def in_points(line: SeenLine, scale: float) -> SeenLine:
    """The line measured in points, without strokes between its words; no words if it is none."""
    sure = fmean(word.confidence for word in line.words) >= DOUBTED
    words = tuple(
        replace(word, text=folded(word.text), box=scaled(word.box, scale))
        for word in line.words
        if sure and (word.confidence >= DOUBTED or sum(map(str.isalnum, word.text)) > 1)
    )
    has_letters = any(c.isalnum() for word in words for c in word.text)
    return replace(
        line,
        words=words if has_letters else (),
        base=line.base / scale,
        size=line.size / scale,
        descenders=line.descenders / scale,
    )


def scaled(box: Box, scale: float) -> Box:
    """A box of pixels in points."""
    x0, y0, x1, y1 = box
    return (x0 / scale, y0 / scale, x1 / scale, y1 / scale)


def usual_slope(lines: Sequence[SeenLine]) -> float:
    """By how much the page's lines run down for each point to the right; 0 if hardly."""
    slopes = [line.slope for line in lines if len(line.words) > 3]
    slope = median(slopes) if slopes else 0.0
    return slope if abs(slope) > LEVEL else 0.0


def usual_size(lines: Iterable[PrintedLine]) -> float:
    """The size in which most is printed."""
    sizes = [line.size for line in lines for _ in line.text.split()]
    return max(median(sizes), 1.0) if sizes else 10.0


def parted(words: Sequence[SeenWord], size: float) -> Iterator[list[SeenWord]]:
    """The words of a line in runs without a gap as wide as between columns."""
    run = [words[0]]
    for word in words[1:]:
        if word.box[0] - run[-1].box[2] > max(1.2 * size, 8):
            yield run
            run = []
        run.append(word)
    yield run


def spaced(
    words: Sequence[SeenWord], size: float
) -> tuple[str, tuple[tuple[int, float, float], ...]]:
    """The words as text, and where a space between them is wider than half their size."""
    gaps = []
    at = 0
    for word, following in pairwise(words):
        at += len(word.text) + 1
        if following.box[0] - word.box[2] > 0.5 * size:
            gaps.append((at, word.box[2], following.box[0]))
    return " ".join(word.text for word in words), tuple(gaps)


def levelled(
    words: Sequence[SeenWord], line: SeenLine, slope: float, size: tuple[float, float]
) -> Box:
    """Where a run of words would stand if the page were not askew, as high as its type."""
    x0, x1 = words[0].box[0], words[-1].box[2]
    middle = (x0 + x1) / 2
    base = line.base + line.slope * middle - slope * (middle - size[0] / 2)
    shift = slope * (line.base + line.slope * middle - size[1] / 2)
    above = line.size - line.descenders
    return (x0 + shift, base - above, x1 + shift, base + line.descenders)


def shown(words: Sequence[SeenWord], size: tuple[float, float], quarters: int) -> Box:
    """The box of a run of words on the page as it is shown, perhaps turned or askew."""
    x0, y0 = min(w.box[0] for w in words), min(w.box[1] for w in words)
    x1, y1 = max(w.box[2] for w in words), max(w.box[3] for w in words)
    width, height = size
    for _ in range(quarters):
        x0, y0, x1, y1 = y0, width - x1, y1, width - x0
        width, height = height, width
    return (round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))

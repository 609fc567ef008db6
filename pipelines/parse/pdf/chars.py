"""The characters of a PDF page as printed lines, each with its place, size and weight."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from kb.errors import UnreadableFile
from pipelines.parse.flow import folded
from pipelines.parse.pdf.lines import PrintedLine, joined

MOST_CHARACTERS = 200_000
_BREAKS = (10, 13)
_BOLD_WEIGHT = 600

Turn = Callable[[float, float], tuple[float, float]]
"""From PDF user space to the page as it is read: origin top left, y downwards."""


class Character(NamedTuple):
    """One character; `x0` is infinite for a space or a line's end that PDFium made up."""

    at: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    bold: bool
    size: float


def lines_of(page: Any, number: int) -> tuple[list[PrintedLine], Turn, int]:
    """The printed lines of a page, how it is turned, and its number of quarter turns."""
    textpage = page.get_textpage()
    try:
        raw = textpage.raw
        count = max(0, pdfium.FPDFText_CountChars(raw))
        if count > MOST_CHARACTERS:
            raise UnreadableFile(
                f"has {count:,} characters on page {number}, more than print can; remove that page"
            )
        quarter = _quarter(raw, count)
        turn = _turn(page, quarter)
        pieces = list(_pieces(_characters(raw, count, quarter, turn), number))
    finally:
        textpage.close()
    return joined(pieces), turn, quarter


def _quarter(raw: Any, count: int) -> int:
    """The direction of most text in quarter turns; margins often carry text that is turned."""
    step = max(1, count // 200)
    angles = (pdfium.FPDFText_GetCharAngle(raw, i) for i in range(0, count, step))
    turns = Counter(_quarters(angle) for angle in angles if angle >= 0)
    turns.pop(None, None)
    return turns.most_common(1)[0][0] or 0 if turns else 0


def _quarters(angle: float) -> int | None:
    """Whole quarter turns, or None for text that runs aslant."""
    turns = angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.13 else None


def _turn(page: Any, quarter: int) -> Turn:
    left, bottom, right, top = page.get_cropbox()
    turns: dict[int, Turn] = {
        0: lambda x, y: (x - left, top - y),
        1: lambda x, y: (y - bottom, x - left),
        2: lambda x, y: (right - x, y - bottom),
        3: lambda x, y: (top - y, right - x),
    }
    return turns[quarter]


def _characters(raw: Any, count: int, quarter: int, turn: Turn) -> Iterator[Character]:
    """The characters that run with the page's text, in content order."""
    rect = pdfium.FS_RECTF()
    nowhere = (math.inf,) * 4
    bold, size, upright, fresh = False, 0.0, True, True
    for i in range(count):
        code = pdfium.FPDFText_GetUnicode(raw, i)
        if code in _BREAKS:
            yield Character(i, "\n", *nowhere, False, 0.0)
        elif code == 32 and pdfium.FPDFText_IsGenerated(raw, i) == 1:
            yield Character(i, " ", *nowhere, False, 0.0)
        elif code and pdfium.FPDFText_GetLooseCharBox(raw, i, rect):
            if fresh:
                upright = _quarters(pdfium.FPDFText_GetCharAngle(raw, i)) == quarter
                bold, size = _is_bold(raw, i), _em(raw, i)
            if upright:
                x0, y0 = turn(rect.left, rect.top)
                x1, y1 = turn(rect.right, rect.bottom)
                box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
                yield Character(i, _sign(code, raw, i), *box, bold, size or box[3] - box[1])
        fresh = code <= 32 or code == 160


def _sign(code: int, raw: Any, i: int) -> str:
    if code == 0xAD or (code not in (0x2D, 0x2010) and pdfium.FPDFText_IsHyphen(raw, i) == 1):
        return "\x02"
    return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"


_MATRIX = pdfium.FS_MATRIX()


def _em(raw: Any, i: int) -> float:
    """The size of the type in points, whatever the font's own measures; 0 if unknown."""
    if not pdfium.FPDFText_GetMatrix(raw, i, _MATRIX):
        return 0.0
    size: float = pdfium.FPDFText_GetFontSize(raw, i) * math.hypot(_MATRIX.c, _MATRIX.d)
    return size if 0.5 < size < 500 else 0.0


_FONT_NAME = ctypes.create_string_buffer(128)
_FLAGS = ctypes.c_int()


def _is_bold(raw: Any, i: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(raw, i) >= _BOLD_WEIGHT:
        return True
    pdfium.FPDFText_GetFontInfo(raw, i, _FONT_NAME, 128, _FLAGS)
    name = _FONT_NAME.value.lower()
    return any(word in name for word in (b"bold", b"black", b"heavy"))


def _pieces(characters: Iterable[Character], number: int) -> Iterator[PrintedLine]:
    """Runs of characters on one line without a wide gap."""
    run: list[Character] = []
    edges = (0.0, 0.0, 0.0)
    for character in characters:
        if character.x0 == math.inf:
            if character.text == "\n":
                yield from _piece(run, number)
                run = []
            elif run:
                run.append(character)
            continue
        if run and _breaks(edges, character):
            yield from _piece(run, number)
            run = []
        height = character.y1 - character.y0
        if not run or height >= 0.8 * (edges[2] - edges[1]):
            edges = (character.x1, character.y0, character.y1)
        else:
            edges = (character.x1, edges[1], edges[2])
        run.append(character)
    yield from _piece(run, number)


def _breaks(edges: tuple[float, float, float], character: Character) -> bool:
    """Whether a character does not follow on the line that ends at `edges` (x1, y0, y1)."""
    x1, y0, y1 = edges
    # a hyphen's box can be as flat as its stroke
    height, own = y1 - y0, max(character.y1 - character.y0, 0.5 * character.size)
    overlap = min(y1, character.y1) - max(y0, character.y0)
    return (
        character.x0 - x1 > max(1.2 * height, 8)
        or character.x0 < x1 - 2 * own
        or overlap < 0.3 * min(own, height)
    )


def _piece(run: Sequence[Character], number: int) -> Iterator[PrintedLine]:
    inked = [c for c in run if c.x0 != math.inf and not c.text.isspace()]
    if not inked or not folded("".join(c.text for c in inked)):
        return
    text, gaps = _text(run)
    height = Counter(round(c.y1 - c.y0, 1) for c in inked).most_common(1)[0][0]
    main = [c for c in inked if c.y1 - c.y0 >= 0.8 * height]
    yield PrintedLine(
        page=number,
        text=text,
        x0=min(c.x0 for c in inked),
        y0=min(c.y0 for c in main),
        x1=max(c.x1 for c in inked),
        y1=max(c.y1 for c in main),
        size=Counter(round(c.size, 1) for c in inked).most_common(1)[0][0],
        bold=sum(c.bold for c in inked) > 0.8 * len(inked),
        start=run[0].at,
        end=run[-1].at + 1,
        gaps=gaps,
    )


def _text(run: Sequence[Character]) -> tuple[str, tuple[tuple[int, float, float], ...]]:
    """A run's words, and where a space between them is wider than half the type's size."""
    parts: list[list[Character]] = [[]]
    gaps: list[tuple[float, float]] = []
    last: Character | None = None
    for character in run:
        if character.x0 != math.inf and not character.text.isspace():
            wide = last and character.x0 - last.x1 > 0.5 * character.size
            if last and wide and character.text != "\x02":
                gaps.append((last.x1, character.x0))
                parts.append([])
            last = character
        parts[-1].append(character)
    text, offsets = "", []
    for part in parts:
        words = folded("".join(c.text for c in part))
        text = f"{text} {words}" if text else words
        offsets.append(len(text) + 1)
    return text, tuple((at, *gap) for at, gap in zip(offsets, gaps, strict=False))

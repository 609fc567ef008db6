"""What PDFium tells of a page's characters, each asked for by its index in the content."""

from __future__ import annotations

import ctypes
import math
import struct
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from kb.models import Box
from pipelines.parse.pdf.faces import Face, face
from pipelines.parse.pdf.turn import Turn

SKIPPED = "\0"
"""Stands for a character that is none, or the second half of one beyond the first plane."""
HYPHEN = "\x02"
"""Stands for a hyphen that may break a word."""
_HYPHENS = dict.fromkeys([2, 0xAD, 0xFFFE], HYPHEN)

_BOX, _MATRIX = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
_X, _Y = ctypes.c_double(), ctypes.c_double()
_EDGES = [ctypes.c_double() for _ in range(4)]
_FONT_NAME = ctypes.create_string_buffer(128)
_FLAGS = ctypes.c_int()
_corners = struct.Struct("4f").unpack_from
_object_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)
"""A pointer as a plain number, which is three times as fast as an object of ctypes."""


def text_of(raw: Any, count: int) -> str:
    """The page's characters, as many as `count`; SKIPPED and HYPHEN where there is no letter."""
    buffer = ctypes.create_string_buffer(4 * (count + 1))
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    length = pdfium.FPDFText_GetText(raw, 0, count, units) - 1
    text = buffer.raw[: 2 * max(0, length)].decode("utf-16-le", "surrogatepass")
    if len(text) != count or any("\ud800" <= sign < "\ue000" for sign in set(text)):
        text = _paired([pdfium.FPDFText_GetUnicode(raw, i) for i in range(count)])
    return text.translate(_HYPHENS)


def _paired(codes: list[int]) -> str:
    """The characters of the codes, two halves of one as that and SKIPPED."""
    signs = [chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes]
    for at, (high, low) in enumerate(pairwise(codes)):
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            signs[at : at + 2] = chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00), SKIPPED
    return "".join(signs)


def quarters_of(raw: Any, i: int) -> int | None:
    """The quarter turns of the way a character runs; None for one aslant, or made up."""
    angle = pdfium.FPDFText_GetCharAngle(raw, i)
    turns = angle / (math.pi / 2)
    return round(turns) % 4 if angle >= 0 and abs(turns - round(turns)) < 0.13 else None


class Signs:
    """The characters of one page that is read after a turn; points from the page's top left."""

    def __init__(self, raw: Any, turn: Turn) -> None:
        self.raw, self.turn = raw, turn
        self._handle = ctypes.cast(raw, ctypes.c_void_p).value

    def box(self, i: int) -> Box | None:
        """The character's box, as high as its font, whatever its ink."""
        if not pdfium.FPDFText_GetLooseCharBox(self.raw, i, _BOX):
            return None
        left, top, right, bottom = _corners(_BOX)
        return self.turn.box(left, bottom, right, top)

    def object_at(self, i: int) -> int | None:
        """What the character was written with; of one such, all are set in one type."""
        found: int | None = _object_of(self._handle, i)
        return found

    def is_made_up(self, i: int) -> bool:
        """Whether PDFium put the character between two others."""
        return bool(pdfium.FPDFText_IsGenerated(self.raw, i) == 1)

    def is_upright(self, i: int) -> bool:
        """Whether the character runs as the page is read."""
        return quarters_of(self.raw, i) == self.turn.quarter

    def base(self, i: int) -> float:
        """The y of the line on which the character was set."""
        pdfium.FPDFText_GetCharOrigin(self.raw, i, _X, _Y)
        return self.turn(_X.value, _Y.value)[1]

    def foot(self, i: int) -> float:
        """The y of the character's lowest ink; infinite if unknown.

        Fonts have raised figures of their own, which stand on the line by all other measures.
        """
        if not pdfium.FPDFText_GetCharBox(self.raw, i, *_EDGES):
            return math.inf
        left, right, bottom, top = (edge.value for edge in _EDGES)
        return self.turn.box(left, bottom, right, top)[3]

    def em(self, i: int) -> float:
        """The size of the type in points, whatever the font's own measures; 0 if unknown."""
        if not pdfium.FPDFText_GetMatrix(self.raw, i, _MATRIX):
            return 0.0
        size: float = pdfium.FPDFText_GetFontSize(self.raw, i) * math.hypot(_MATRIX.c, _MATRIX.d)
        return size if 0.5 < size < 500 else 0.0

    def face(self, i: int) -> Face:
        """What the character's font says of its look, by weight, name and flags."""
        weight = pdfium.FPDFText_GetFontWeight(self.raw, i)
        pdfium.FPDFText_GetFontInfo(self.raw, i, _FONT_NAME, 128, _FLAGS)
        return face(_FONT_NAME.value.decode("latin-1"), weight, _FLAGS.value)

"""What the name of a font tells of its letters: bold, italic, or signs under other codes."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_BOLD = re.compile(r"bold|black|heavy|demi(?!t)|-medi(?:ital)?$|^(?:cm|ec|sf|la)[a-z]?bx", re.I)
_REGULAR = re.compile(r"regular|[-_](?:regu|roma|roman|book|light|thin)", re.I)
_ITALIC = re.compile(r"ital|obliq|slant|kursiv|-it$", re.I)
_SYMBOLS = re.compile(r"(?:wing|web)dings|dingbat|^msam|font ?awesome", re.I)
_BOLD_WEIGHT = 600
_FLAG_ITALIC = 64
_TICKS, _CROSSES = "\xfc\xfe34", "\xfb\xfd5678"


class Face(NamedTuple):
    """How a font's letters look; `symbols` if they are drawn as signs."""

    bold: bool
    italic: bool
    symbols: bool


@cache
def face(name: str, weight: int, flags: int) -> Face:
    """A font's face by its name, else by the weight and flags that PDFium reckons."""
    bold = bool(_BOLD.search(name)) or (weight >= _BOLD_WEIGHT and not _REGULAR.search(name))
    italic = bool(flags & _FLAG_ITALIC) or bool(_ITALIC.search(name))
    return Face(bold, italic, bool(_SYMBOLS.search(name)))


def drawn(text: str) -> str:
    """The sign that a font of symbols draws for a letter: a tick, a cross, else a bullet."""
    if not text.isalnum() and text not in "\xa7}{~":
        return text
    return "✓" if text in _TICKS else "✗" if text in _CROSSES else "•"

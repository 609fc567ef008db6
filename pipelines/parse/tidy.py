"""Small things that every reader of marked-up text does to its words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from lxml import etree

# Soft hyphens, zero-width spaces, byte-order and direction marks: they print nothing and would
# keep two equal words apart. Joiners (U+200C, U+200D) stay, since some scripts are spelt with them.
INVISIBLE = frozenset(
    "\u00ad\u200b\u200e\u200f\u2060\ufeff"
    + "".join(map(chr, range(0x202A, 0x202F)))
    + "".join(map(chr, range(0x2066, 0x206A)))
)
SUPERSCRIPT = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
NOTE_MARK = re.compile(r"[\d\s,;–−-]+|[*†‡§¶#]+|[a-z]")
WORD_END = re.compile(r"[^\W\d_]{3,}$")
BEFORE = 100
"""Characters before a superscript that tell what it is."""

ENDS_WORD_OR_SENTENCE = re.compile(
    r"(?:[^\W\d_]{4,}|(?<!\d )\b(?:[a-z]{3}|it|us|me|he|we|so|up|on|to|of|by|do|is|be)"
    r"|[.,;:!?)\]\"”’'»])\s*$"
)


@cache
def vocabulary() -> dict[str, Any]:
    """The lists of words.yml, by name."""
    text = files("pipelines.parse").joinpath("words.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def fold(text: str) -> str:
    """The text with every run of white space as one space, none at the ends."""
    return " ".join(text.split())


def plain(element: etree._Element) -> str:
    """All text in an element, as it is in the source."""
    return "".join(str(piece) for piece in element.itertext())


def clean(text: str) -> str:
    """The text in NFC, line ends as spaces, without control, invisible or surrogate characters."""
    kept = (" " if c.isspace() else c for c in text if c not in INVISIBLE)
    printable = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", printable)


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in the text."""
    return any(c.isalnum() for c in text)


def raised(mark: str, before: str, *, linked: bool) -> str:
    """A superscript as plain text: "[1]" for the mark of a note, "²" for a power, "st" as it is.

    `before` is the text it follows; `linked` says that it points to a note or a reference.
    """
    mark = fold(mark)
    if mark.startswith(("[", "(")) or not has_words(mark.strip("*†‡§¶#")):
        return mark
    if not before.strip():
        return f"{mark} "
    if NOTE_MARK.fullmatch(mark) and (linked or is_note(mark, before)):
        return mark if before.endswith(("[", "(")) else f"[{mark}]"
    if any(c.isdigit() for c in mark) and not any(c.isalpha() for c in mark):
        return mark.translate(SUPERSCRIPT)
    return mark


def is_note(mark: str, before: str) -> bool:
    """Whether a superscript is the mark of a note by where it stands: no power follows a word."""
    before = before[-BEFORE:]
    if mark[0].isdigit():
        return bool(ENDS_WORD_OR_SENTENCE.search(before))
    return before[-1].isdigit() or before[-1] in "%.)" or bool(WORD_END.search(before))

"""What the rows that stand outermost on the pages have in common where they stand level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from pipelines.parse.flow import ends_sentence
from pipelines.parse.pdf.notes import is_note_start
from pipelines.parse.pdf.rows import Row

__all__ = [
    "LARGE",
    "LONGEST",
    "Place",
    "Repeats",
    "is_plain",
    "may_change",
    "places_of",
    "repeats_of",
]
LONGEST = 14
"""Words of a running head that changes from page to page."""
LARGE = 1.06
"""The share of the body's size at which type begins to look larger than it."""

Repeats = tuple[Set[int], Set[int]]
"""Pages that print a text, and those of them that print it at one height."""


@dataclass(frozen=True, slots=True)
class Place:
    """One height on all pages: how many rows stand there, how many of them may be heads."""

    rows: int
    alike: int
    labels: Set[str]
    """What the rows say, if most pages name their section there."""


def places_of(rows: Sequence[Row], size: float, pages: int) -> Callable[[str, float], Place]:
    """What tells the place at one side and height from the outermost rows, in pages' order.

    Most pages ask for the same place, which is looked at once.
    """

    @cache
    def place(side: str, y: float) -> Place:
        near = [row for row in rows if row.side == side and abs(row.y - y) < 3]
        level = [row for row in near if abs(row.y - y) < 2]
        alike = sum(may_change(row, size) for row in level)
        return Place(len(level), alike, _labels([row for row in near if row.apart], pages))

    return place


def repeats_of(rows: Mapping[str, Sequence[Row]]) -> Callable[[str, str, float], Repeats]:
    """What tells the pages that print a text at one side, and those that do so at one height."""

    @cache
    def repeats(text: str, side: str, y: float) -> Repeats:
        same = [row for row in rows.get(text, ()) if row.side == side]
        return {row.page for row in same}, {row.page for row in same if abs(row.y - y) < 6}

    return repeats


def _labels(rows: Sequence[Row], pages: int) -> Set[str]:
    """The texts of rows on most pages, if they name sections: most do so on pages in a row.

    Headings may open most pages, too, and some of them come again and again.
    """
    texts = [row.text for row in rows if len(row.text.split()) <= LONGEST]
    around = zip(["", *texts], texts, [*texts[1:], ""], strict=False)
    again = sum(text in (before, after) for before, text, after in around)
    often = len(rows) >= max(4, 0.6 * pages) and again >= 0.5 * len(rows)
    return frozenset(text for text in texts if often and not ends_sentence(text))


def may_change(row: Row, size: float) -> bool:
    """Whether a row looks like a running head that changes with the chapter."""
    return row.apart and is_plain(row, size)


def is_plain(row: Row, size: float) -> bool:
    """Whether a row is brief, and neither a heading nor a sentence nor a note.

    `size` is that of the body's type.
    """
    largest = max(line.size for line in row.lines)
    bold = any(line.bold for line in row.lines) and largest > 0.95 * size
    return (
        not bold
        and largest < LARGE * size
        and len(row.text.split()) <= LONGEST
        and (row.text.isupper() or not ends_sentence(row.text))
        and not (row.side == "foot" and is_note_start(row.lines[0]))
    )

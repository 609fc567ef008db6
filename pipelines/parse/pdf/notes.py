"""Footnotes: which lines at the foot of a page are notes, and where each of them opens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from kb.models import Box
from pipelines.parse.flow import Draft, Row, ends_in_hyphen, ends_sentence
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.lines import PrintedLine, body_size
from pipelines.parse.references import section_kind

_NOTE = re.compile(r"^(?:\d{1,3}|[*†‡§¶]{1,2}|[a-z](?=\s[A-Z]))[.)]?\s*(?=[A-Z“‘\"'(]|http|www)")
_NUMBER = re.compile(r"\[?(\d{1,3})(?:[\].)]|(?=[^\W\d]|[\s“‘\"'(]|$))")
_SIGN = re.compile(r"[*∗⋆★✻†‡§¶‖#?]{1,3}\s*(?=\w|$)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*$")
_SMALL = 0.97
"""The share of the body's size up to which print may be that of notes."""
_SHORT = 0.6
"""The share of a column's width up to which a rule parts nothing but notes."""


def notes(lines: Sequence[PrintedLine]) -> list[Draft]:
    """Footnotes, one for each mark."""
    found: list[list[PrintedLine]] = []
    for line in lines:
        if not found or _opens_note(line, found[-1]):
            found.append([line])
        else:
            found[-1].append(line)
    return [
        Draft(kind="footnote", rows=tuple(Row(text=x.text, page=x.page, box=x.box) for x in group))
        for group in found
    ]


def _opens_note(line: PrintedLine, note: Sequence[PrintedLine]) -> bool:
    """Whether a line opens the next note: by the next number, or by a mark where one may stand."""
    last = note[-1]
    number, following = _number(note[0].text), _number(line.text)
    if number and following:
        flush = line.x0 < note[0].x0 + 6 or line.column != note[0].column
        return 0 < following - number < 3 and (flush or ends_sentence(last.text))
    opens = is_note_start(line) or bool(_SIGN.match(line.text))
    return opens and (ends_sentence(last.text) or line.x0 <= last.x0 + 2)


def _number(text: str) -> int:
    found = _NUMBER.match(text)
    return int(found[1]) if found else 0


def is_note_start(line: PrintedLine) -> bool:
    """Whether a line opens a footnote: with a number or sign, then words."""
    return bool(_NOTE.match(line.text))


def goes_on(line: PrintedLine, last: PrintedLine | None) -> bool:
    """Whether a note's line is the rest of a note that the column or page before breaks off."""
    if not last or ends_sentence(last.text) or _ADDRESS.search(last.text) or is_caption(line.text):
        return False
    torn = ends_in_hyphen(last.text) or last.text[-1] == ","
    return (torn or line.text[0].islower()) and not is_note_start(line)


def below_rules(
    lines: Sequence[PrintedLine], rules: Iterable[Box], size: float
) -> list[PrintedLine]:
    """The lines below a rule that parts the notes from the text, down to the columns' foot.

    A short rule at a column's left edge does, whatever mark the notes bear; under a long one they
    must open with a mark.
    """
    found: dict[int, PrintedLine] = {}
    for x0, y0, x1, y1 in rules:
        for column in sorted({line.column for line in lines}):
            own = [line for line in lines if line.column in (column, -1)]
            text = [line for line in own if line.column == column]
            left, right = min(x.x0 for x in text), max(x.x1 for x in text)
            above = [x for x in own if x.y1 < y1 + 2]
            below = [
                x
                for x in own
                if x.y0 > y0 - 2 and x.x1 > left and x.x0 < right and any(map(str.isalpha, x.text))
            ]
            across = x0 < left + 6 and x1 > right - 6
            short = abs(x0 - left) < 6 and x1 - x0 < _SHORT * (right - left)
            if (across or short) and above and _are_notes(above, below, size, short=short):
                found.update((line.start, line) for line in below)
    return [line for line in lines if line.start in found]


def _are_notes(
    above: Sequence[PrintedLine], below: Sequence[PrintedLine], size: float, *, short: bool
) -> bool:
    if not below or any(section_kind(x.text) for x in below):
        return False
    size = max(size, body_size(above))
    first = min(below, key=lambda x: x.y0)
    marked = is_note_start(first) or bool(_SIGN.match(first.text)) or _number(first.text) > 0
    small = all(x.size <= _SMALL * size for x in below)
    even = all(x.size <= 1.02 * size and not x.bold for x in below)
    return (small and (short or marked)) or (short and marked and even)


def small_print(
    lines: Sequence[PrintedLine], size: float, height: float, last: PrintedLine | None
) -> list[PrintedLine]:
    """The small print at the foot of each column, from the first line that opens with a mark.

    Lines of a list of works, which may be small and numbered too, are no notes unless they stand
    well below the others. `last` is the last line of the notes on the page before.
    """
    found: list[PrintedLine] = []
    for column in sorted({line.column for line in lines}):
        run: list[PrintedLine] = []
        for line in reversed([line for line in lines if line.column == column]):
            if line.size > _SMALL * size or line.y0 < 0.35 * height:
                break
            run.insert(0, line)
        if run and run[0].listed:
            run = _below_gap(run)
        run = [line for k, line in enumerate(run) if not any(x.listed for x in run[k:])]
        while run and not (is_note_start(run[0]) or goes_on(run[0], last)):
            run.pop(0)
        found += run
        last = run[-1] if run else last
    return found


def _below_gap(run: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines below the widest gap, if it is much wider than the others."""
    gaps = [b.y0 - a.y0 for a, b in pairwise(run)]
    at = max(range(len(gaps)), key=gaps.__getitem__, default=-1)
    if at < 0 or gaps[at] < 1.7 * median(gaps):
        return []
    return list(run[at + 1 :])

"""Headings of a plain text: short lines that stand off, and what follows begins anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.parse.flow import ends_sentence, is_title, marker
from pipelines.parse.looks import is_caption
from pipelines.parse.text.rows import TextRow
from pipelines.sentences import load_rules

_LONGEST = 120
"""Characters of a heading."""
_MOST_ROWS = 3
_MASTHEAD = 12
"""Rows at the beginning of a text, of which not all are sentences."""
_CITED = re.compile(r"[^\W\d][.!][”’)]*\d{1,3}(?:[,–-]\d{1,3})*$")
"""A sentence's end, with the numbers of what it cites."""
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def heading_length(rows: Sequence[TextRow], i: int, *, follows_heading: bool) -> int:
    """How many rows from `i` on make a heading; 0 if none."""
    row = rows[i]
    if row.level:
        return 1
    if is_caption(row.text) or _CITED.search(row.text):
        return 0
    if not (row.blank_before or i == 0 or follows_heading):
        return _unparted_length(rows, i)
    fits = [n for n in range(1, 1 + _run(rows, i)) if _is_heading(rows, i, i + n)]
    if fits and rows[i + fits[-1] - 1].blank_after and _is_one_title(rows[i : i + fits[-1]]):
        return fits[-1]
    return fits[0] if fits else 0


def heading_level(text: str) -> int:
    """By its number: "2.1 Methods" is 2; unnumbered ones are 1."""
    found = _NUMBER.match(text)
    return found[0].count(".") + 1 if found and len(found[0]) < 8 else 1


def _unparted_length(rows: Sequence[TextRow], i: int) -> int:
    """The same where no blank line parts it from the sentence before it and the text below."""
    if not ends_sentence(rows[i - 1].text) and i >= _MASTHEAD:
        return 0
    for taken in range(1, _MOST_ROWS + 1):
        last = rows[i + taken - 1]
        if last.blank_after or i + taken >= len(rows):
            return 0
        text = " ".join(row.text for row in rows[i : i + taken])
        after = rows[i + taken]
        if not is_title(text) or len(text) >= _LONGEST or after.text[0].islower():
            continue
        if _opens_sentence(after) and (last.forced or rows[i - 1].forced):
            return taken
        if last.forced:
            return taken if _is_running(after) else 0
    return 0


def _opens_sentence(row: TextRow) -> bool:
    """Whether a row begins with a word that opens sentences, or with a bullet."""
    first = row.text.split()[0].rstrip(",")
    return first in load_rules().starters or _is_bullet(row)


def _is_bullet(row: TextRow) -> bool:
    found = marker(row.text)
    return found is not None and found.number == 0


def _is_running(row: TextRow) -> bool:
    """Whether a row is a full line with which a paragraph begins, or a list's."""
    return (
        row.text.endswith(":") or marker(row.text) is not None or len(row.text) > 0.75 * row.width
    )


def _run(rows: Sequence[TextRow], i: int) -> int:
    """How many rows follow from `i` without a blank line."""
    taken = 1
    while taken < _MOST_ROWS and i + taken < len(rows) and not rows[i + taken].blank_before:
        taken += 1
    return taken


def _is_one_title(rows: Sequence[TextRow]) -> bool:
    """Whether each row was broken because the next word had no room in so narrow a title."""
    width = max(len(row.text) for row in rows)
    return all(len(a.text) + 1 + len(b.text.split()[0]) > width for a, b in pairwise(rows))


def _is_heading(rows: Sequence[TextRow], i: int, end: int) -> bool:
    title = rows[i:end]
    text = " ".join(row.text for row in title)
    after = rows[end] if end < len(rows) else None
    if after is None or not is_title(text) or after.text[0].islower():
        return False
    if any(len(row.text) > 0.85 * row.width for row in title) and not text.isupper():
        return False
    shouts_on = text.isupper() and after.text.isupper() and not after.blank_before
    last = title[-1]
    stands_off = last.blank_after or last.forced or _falls_short(text, after)
    return not shouts_on and stands_off and len(text) < _LONGEST


def _falls_short(text: str, after: TextRow) -> bool:
    """Whether a short line breaks just before a capital that would have had room."""
    room = len(text) + 1 + len(after.text.split()[0]) <= 0.95 * after.width
    return room and len(text.split()) <= 8 and after.width > 40

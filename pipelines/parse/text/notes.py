"""Footnotes that a plain text has in its flow: they open with a number that the text has named."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.parse.flow import ends_sentence
from pipelines.parse.text.rows import TextRow

_OPENING = re.compile(r"(\d{1,2}|[*†‡]) ?(?=[“‘\"'(]?[A-Z]|https?:)")
_REACH = 90
"""Rows above a footnote that can hold its mark: a page's."""
_LONGEST = 12
"""Rows of a footnote."""


def note_length(rows: Sequence[TextRow], i: int) -> int:
    """How many rows the footnote takes that begins at row `i`; 0 if none does."""
    found = _OPENING.match(rows[i].text)
    if not found or i == 0 or not _is_named(found[1], rows[max(0, i - _REACH) : i]):
        return 0
    for taken in range(1, _LONGEST + 1):
        last, following = rows[i + taken - 1], rows[i + taken : i + taken + 1]
        if not ends_sentence(last.text) and not _is_broken_off(last, following):
            continue
        if not following or _is_over(last, following[0]):
            return taken
    return 0


def _is_named(mark: str, rows: Sequence[TextRow]) -> bool:
    """Whether the mark clings to a word or a stop, as a superscript does when it is plain."""
    clings = re.compile(rf"[a-z.,;:)\]”’\"]{re.escape(mark)}(?=[\s.,;:)]|$)")
    return any(clings.search(row.text) for row in rows)


def _is_broken_off(last: TextRow, following: Sequence[TextRow]) -> bool:
    return not following or last.blank_after or following[0].page != last.page


def _is_over(last: TextRow, following: TextRow) -> bool:
    """Whether something else begins behind the last row: another note, or the text again."""
    if last.blank_after or last.forced or following.page != last.page:
        return True
    return following.text[0].islower() or _OPENING.match(following.text) is not None

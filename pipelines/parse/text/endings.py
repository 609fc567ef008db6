"""A list of works cited that has lost its heading, at the end of a plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.parse.flow import Draft
from pipelines.parse.references import entry_number

_FEWEST = 3
_CITED = re.compile(
    r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)|https?://|www\.|\bdoi\b|\bet al\b|\bin press\b", re.I
)


def with_endnotes(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts; numbered items with which the text ends are references if they look so."""
    start = len(drafts)
    while start and drafts[start - 1].kind == "list_item" and _number(drafts[start - 1]):
        start -= 1
        if _number(drafts[start]) == 1:
            break
    entries = drafts[start:]
    numbers = [_number(entry) for entry in entries]
    cited = sum(bool(_CITED.search(_text(entry))) for entry in entries)
    if numbers != list(range(1, len(entries) + 1)) or len(entries) < _FEWEST:
        return list(drafts)
    if cited < 0.6 * len(entries):
        return list(drafts)
    return [*drafts[:start], *(replace(x, kind="reference", level=0) for x in entries)]


def _text(draft: Draft) -> str:
    return " ".join(row.text for row in draft.rows)


def _number(draft: Draft) -> int:
    return entry_number(draft.rows[0].text)

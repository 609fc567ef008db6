"""Lines of small print into footnotes."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.parse.flow import Draft, Row, ends_sentence
from pipelines.parse.pdf.layout import is_note_start
from pipelines.parse.pdf.lines import PrintedLine


def notes(lines: Sequence[PrintedLine]) -> list[Draft]:
    """Footnotes, one for each mark."""
    found: list[list[PrintedLine]] = []
    for line in lines:
        if not found or _opens_note(line, found[-1][-1]):
            found.append([line])
        else:
            found[-1].append(line)
    return [
        Draft(kind="footnote", rows=tuple(Row(text=x.text, page=x.page, box=x.box) for x in group))
        for group in found
    ]


def _opens_note(line: PrintedLine, last: PrintedLine) -> bool:
    return is_note_start(line) and (ends_sentence(last.text) or line.x0 <= last.x0 + 2)

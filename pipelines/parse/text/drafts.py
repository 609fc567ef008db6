"""Lines of a plain text into drafts of blocks, by their lengths, indents and blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.models import Kind
from pipelines.parse.flow import (
    Draft,
    Marker,
    Outline,
    Row,
    ends_in_hyphen,
    ends_sentence,
    marker,
)
from pipelines.parse.looks import is_caption
from pipelines.parse.references import entry_number, is_reference_heading
from pipelines.parse.text.headings import heading_length, heading_level
from pipelines.parse.text.notes import note_length
from pipelines.parse.text.rows import LONG, TextRow, dash_follows

_LONGEST_ASIDE = 40
"""Lines of a quotation that is set in the middle of a sentence."""
_LONGEST_BOX = 14
"""Blocks that can stand between the halves of a sentence."""
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,3})+\.? +[A-Z]")
"""How the paragraphs of policy papers begin: "1.12 The programme"."""
_APART = ("caption", "box", "footnote", "table_row")
_CLOSED = ("heading", "box", "footnote", "table_row")
"""Kinds that have all their lines from the beginning."""


@dataclass(slots=True)
class _Block:
    """A draft that is being written."""

    kind: Kind
    rows: list[Row]
    level: int = 0
    head: str = ""


def drafts_of(rows: Sequence[TextRow]) -> Iterator[Draft]:
    """The blocks of `rows` in order, their lines still apart."""
    return iter(_Reader(rows).read())


class _Reader:
    """Reads rows one by one; keeps the draft that is being written."""

    def __init__(self, rows: Sequence[TextRow]) -> None:
        self._rows = rows
        self._drafts: list[_Block] = []
        self._outline = Outline()
        self._in_references = False
        self._at = -1
        """The index of the draft that is open: the last, unless an aside has cut a sentence."""
        self._edge = 0
        """The indent of the open list item's text, left of which it ends."""

    def read(self) -> list[Draft]:
        """All drafts."""
        i = 0
        while i < len(self._rows):
            i += self._step(i)
        return [
            Draft(kind=x.kind, rows=tuple(x.rows), level=x.level, head=x.head) for x in self._drafts
        ]

    def _step(self, i: int) -> int:
        """Reads what begins at row `i`; how many rows that took."""
        row = self._rows[i]
        if row.head is not None:
            self._add(_Block("table_row", [_plain(row)], head=row.head))
            return 1
        if row.byline:
            return self._start(row)
        if taken := note_length(self._rows, i):
            return self._start_apart("footnote", i, taken)
        found = marker(row.text)
        if self._in_references and not row.level and not self._closes_references(i):
            return self._read_entry(i)
        if found and self._opens_item(found, i):
            return self._start_item(found, row)
        if self._is_resumed(i):
            return self._append(row)
        if aside := self._aside_length(i):
            return self._start_apart("box", i, aside)
        if self._drafts and i and self._goes_on(i):
            return self._append(row)
        if taken := self._heading_length(i):
            return self._start_heading(i, taken)
        return self._start(row)

    def _add(self, draft: _Block) -> None:
        self._drafts.append(draft)
        self._at = len(self._drafts) - 1

    def _start(self, row: TextRow) -> int:
        if not row.text[:1].islower():
            self._outline.leave()
        self._add(_Block("caption" if is_caption(row.text) else "paragraph", [_plain(row)]))
        return 1

    def _append(self, row: TextRow) -> int:
        self._drafts[self._at].rows.append(_plain(row))
        return 1

    def _aside_length(self, i: int) -> int:
        """How many rows a quotation takes that stands in the middle of a sentence; 0 if none."""
        cut = self._cut()
        if cut is None or self._rows[i].text[0] not in '“‘"' or not self._is_set_apart(i):
            return 0
        end = i + 1
        while end < len(self._rows) and not self._rows[end].blank_before:
            end += 1
            if end - i > _LONGEST_ASIDE:
                return 0
        return end - i if self._rows[end - 1].text[-1] in '”’"' else 0

    def _is_set_apart(self, i: int) -> bool:
        """Whether a row stands off from those above: by a blank line, its indent or its width."""
        row, before = self._rows[i], self._rows[i - 1]
        if row.blank_before:
            return True
        above = [x for x in self._rows[max(0, i - 8) : i] if not x.blank_after]
        wider = len(row.text) > 1.1 * max((len(x.text) for x in above), default=len(row.text))
        return row.indent != before.indent or wider

    def _start_apart(self, kind: Kind, i: int, taken: int) -> int:
        self._add(_Block(kind, [_plain(row) for row in self._rows[i : i + taken]]))
        return taken

    def _cut(self) -> int | None:
        """The last paragraph or item, if it stops in mid-sentence and only asides follow it."""
        items = captions = 0
        for back in range(len(self._drafts) - 1, max(-1, len(self._drafts) - _LONGEST_BOX), -1):
            draft = self._drafts[back]
            if draft.kind == "heading":
                return None
            if draft.kind in _APART:
                captions += draft.kind in ("caption", "box")
                continue
            last = draft.rows[-1].text
            if not ends_sentence(last) and not last.endswith((":", ";")):
                return back if captions or not items else None
            if draft.kind != "list_item":
                return None
            items += 1
        return None

    def _is_resumed(self, i: int) -> bool:
        """Whether row `i` goes on with a sentence that something has cut, which is now open."""
        row, before = self._rows[i], self._rows[i - 1]
        anew = row.blank_before or ends_sentence(before.text) or before.head is not None
        behind = bool(self._drafts) and self._drafts[-1].kind == "footnote"
        if not (anew and row.text[0].islower()) and not (behind and not self._heading_length(i)):
            return False
        cut = self._cut()
        if cut is None:
            return False
        self._at = cut
        return True

    def _start_item(self, found: Marker, row: TextRow) -> int:
        level = self._outline.enter(found, row.indent, tolerance=1)
        self._edge = row.indent
        self._add(_Block("list_item", [_plain(row)], level))
        return 1

    def _start_heading(self, i: int, taken: int) -> int:
        rows = self._rows[i : i + taken]
        text = " ".join(row.text for row in rows)
        self._outline.restart()
        self._in_references = is_reference_heading(text)
        level = rows[0].level or heading_level(text)
        self._add(_Block("heading", [_plain(row) for row in rows], level))
        return taken

    def _opens_item(self, found: Marker, i: int) -> bool:
        """Whether the marker is meant as one: not a number or dash that was wrapped to here."""
        row = self._rows[i]
        if found.number == 0:
            return found.style not in "-–—" or self._opens_dashed(found, i)
        if self._heading_length(i) and not self._has_sibling(i):
            return False
        before = self._rows[i - 1]
        fresh = row.blank_before or before.forced or before.text.endswith(":")
        return (fresh or self._drafts[self._at].kind == "list_item") and self._outline.admits(found)

    def _opens_dashed(self, found: Marker, i: int) -> bool:
        """Whether a dash opens an item: one of several, or where a line was meant to begin."""
        row, before = self._rows[i], self._rows[i - 1]
        if row.blank_before or before.forced or before.text.endswith(":"):
            return True
        last = self._drafts[self._at] if self._drafts else None
        if last and last.kind == "list_item" and self._edge == row.indent:
            first = marker(last.rows[0].text)
            return first is not None and first.style == found.style
        return dash_follows(self._rows, i)

    def _has_sibling(self, i: int) -> bool:
        """Whether one of the next few rows is numbered on, so that the list is one indeed."""
        found = marker(self._rows[i].text)
        for row in self._rows[i + 1 : i + 4]:
            other = marker(row.text)
            if found and other and other.style == found.style and other.number == found.number + 1:
                return True
        last = self._drafts[self._at] if self._drafts else None
        return last is not None and last.kind == "list_item"

    def _goes_on(self, i: int) -> bool:
        """Whether row `i` belongs to the draft that is open."""
        row, before, draft = self._rows[i], self._rows[i - 1], self._drafts[self._at]
        apart = draft.kind not in ("paragraph", "list_item") and row.blank_before
        if apart or draft.kind in _CLOSED or is_caption(row.text):
            return False
        if not row.blank_before and self._heading_length(i):
            return False
        if ends_in_hyphen(before.text) and not self._aside_length(i):
            return True
        finished = ends_sentence(before.text)
        if finished and _NUMBERED.match(row.text):
            return False
        if row.blank_before:
            return not (finished or self._aside_length(i)) and self._is_cut(i)
        if draft.kind == "caption" and row.text[0].isupper():
            return len(before.text) >= 0.9 * row.width
        if draft.kind == "list_item" and before.width <= LONG:
            stops = finished and row.indent <= self._edge
            return not (stops and (before.forced or self._is_clause(draft, row)))
        return self._is_wrapped(i, finished)

    def _is_clause(self, draft: _Block, row: TextRow) -> bool:
        """Whether an item is in small letters, and so over with its full stop."""
        found = marker(draft.rows[0].text)
        text = draft.rows[0].text[found.length if found else 0 :]
        return text[:1].islower() and row.text[0].isupper()

    def _is_cut(self, i: int) -> bool:
        """Whether a column or page ended in the middle of the sentence, and left a blank line."""
        row, before = self._rows[i], self._rows[i - 1]
        if (
            before.text.endswith((":", ";"))
            or before.width > LONG
            or row.indent > 1 + before.indent
        ):
            return False
        if row.text[0].islower() or row.text[0] in "(,;":
            return True
        running = (
            self._drafts[self._at].kind == "paragraph" and len(self._drafts[self._at].rows) > 2
        )
        return (running or not before.forced) and not self._heading_length(i)

    def _is_wrapped(self, i: int, finished: bool) -> bool:
        """Whether row `i` is the next line of the same paragraph, with no blank line between."""
        row, before = self._rows[i], self._rows[i - 1]
        if before.width > LONG:
            return row.text[0].islower() and not finished
        if not before.forced:
            indented = row.indent >= before.indent + 2 and finished and row.indent < 12
            return not indented or self._drafts[self._at].kind == "list_item"
        if not finished and len(self._drafts[self._at].rows) > 2 and before.text[-1] not in ":;":
            return True
        if finished or before.text.endswith(":"):
            return row.text[0].islower() and not before.text.endswith(":")
        return row.text[0].islower() or row.text[0].isdigit() or len(before.text) > 0.7 * row.width

    def _heading_length(self, i: int) -> int:
        follows = bool(self._drafts) and self._drafts[self._at].kind == "heading"
        return heading_length(self._rows, i, follows_heading=follows)

    def _closes_references(self, i: int) -> bool:
        row = self._rows[i]
        short = len(row.text.split()) <= 6 and not any(map(str.isdigit, row.text))
        return row.blank_before and short and "," not in row.text and self._heading_length(i) > 0

    def _read_entry(self, i: int) -> int:
        """A reference: a new one after a number, a blank line or a finished short line."""
        row, before = self._rows[i], self._rows[i - 1]
        first = self._drafts[self._at].kind != "reference"
        last = 0 if first else entry_number(self._drafts[self._at].rows[0].text)
        by_number = last > 0
        numbered = 0 < entry_number(row.text) - last < 3 and (by_number or first)
        ended = (row.blank_before or before.forced) and (
            ends_sentence(before.text) or before.width > LONG
        )
        if first or numbered or (ended and not by_number):
            self._add(_Block("reference", [_plain(row)]))
            return 1
        return self._append(row)


def _plain(row: TextRow) -> Row:
    return Row(text=row.text, page=row.page)

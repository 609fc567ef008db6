"""Printed lines in reading order into drafts of blocks."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines.parse.flow import (
    Draft,
    Marker,
    Outline,
    Row,
    ends_sentence,
    marker,
)
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.layout import is_note_start
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.printing import OpenBlock, Print, same_place
from pipelines.parse.references import is_reference_heading

_LONGEST_HEADING = 25
"""Words; what is printed like a heading and longer is a paragraph set apart."""


@dataclass(frozen=True, slots=True)
class Float:
    """What stands beside the text, such as a table, a box or notes: it never cuts a sentence."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class HeadingStyle:
    """What tells one level of heading from another."""

    size: float
    bold: bool


@dataclass(slots=True)
class Composer:
    """Takes lines and floats one by one; `drafts` grows, `headings` holds each heading's style."""

    print: Print
    drafts: list[Draft] = field(default_factory=list)
    headings: dict[int, HeadingStyle] = field(default_factory=dict)
    _next: PrintedLine | None = None
    _is_heading: bool = False
    _open: OpenBlock | None = None
    _waiting: list[Draft] = field(default_factory=list)
    _outline: Outline = field(default_factory=Outline)
    _in_references: bool = False

    def take_all(self, items: Sequence[PrintedLine | Float]) -> None:
        """Takes items in order and closes the last block."""
        for item, following in zip(items, [*items[1:], None], strict=False):
            self._next = following if isinstance(following, PrintedLine) else None
            self._is_heading = isinstance(item, PrintedLine) and self.print.is_heading(
                item, self._next
            )
            self._take(item)
        self.close()

    def _take(self, item: PrintedLine | Float) -> None:
        """Goes on with the open block, or closes it and opens another."""
        if isinstance(item, Float):
            self._waiting += item.drafts
        elif self._open and self._goes_on(self._open, item):
            self._append(self._open, item)
        else:
            self.close()
            self._open = self._opened(item)

    def close(self) -> None:
        """Ends the open block; what waited for its end follows."""
        if self._open:
            self._finish(self._open)
        self.drafts += self._waiting
        self._waiting.clear()
        self._open = None

    def _finish(self, block: OpenBlock) -> None:
        kind = block.kind
        words = sum(len(line.text.split()) for line in block.lines)
        text = " ".join(line.text for line in block.lines)
        if kind == "heading" and (words > _LONGEST_HEADING or text[-1] in ".;,"):
            block = self._demoted(block, text)
            kind = block.kind
        elif kind == "heading" and text[0] in "“‘\"'" and words > 4:
            kind = "box"
        if kind == "heading":
            self.headings[len(self.drafts)] = _heading_style(block.lines[0])
            self._in_references = is_reference_heading(text)
            self._outline.restart()
        elif kind == "paragraph" and not text[:1].islower():
            self._outline.leave()
        rows = tuple(Row(text=x.text, page=x.page, box=x.box) for x in block.lines)
        self.drafts.append(Draft(kind=kind, rows=rows, level=block.level))

    def _demoted(self, block: OpenBlock, text: str) -> OpenBlock:
        """What was printed like a heading but is none: a quotation, a list item, a paragraph."""
        found = marker(text)
        if text[0] in "“‘\"'":
            return OpenBlock("box", block.lines)
        if found and self._opens_item(found, block.lines[0]):
            return self._item(found, block.lines)
        return OpenBlock("paragraph", block.lines)

    def _item(self, found: Marker, lines: list[PrintedLine]) -> OpenBlock:
        first = lines[0]
        indent = first.x0 - self.print.edge(first)[0]
        level = self._outline.enter(found, indent, 0.6 * self.print.style.size)
        return OpenBlock("list_item", lines, level, first.x0 + 0.5 * self.print.style.size)

    def _append(self, block: OpenBlock, line: PrintedLine) -> None:
        if block.kind == "list_item" and len(block.lines) == 1 and same_place(block.lines[0], line):
            block.edge = min(line.x0, block.lines[0].x0 + 4 * self.print.style.size)
        block.lines.append(line)

    def _opened(self, line: PrintedLine) -> OpenBlock:
        if self._is_heading:
            return OpenBlock("heading", [line])
        if self._in_references:
            return OpenBlock("reference", [line])
        if is_caption(line.text):
            return OpenBlock("caption", [line])
        found = marker(line.text)
        if found and self._opens_item(found, line):
            return self._item(found, [line])
        plain = self.print.is_plain_heading(line, self._next)
        return OpenBlock("heading" if plain else "paragraph", [line])

    def _opens_item(self, found: Marker, line: PrintedLine) -> bool:
        if found.number:
            return self._outline.admits(found)
        indented = line.x0 > self.print.edge(line)[0] + 3
        return found.style not in "-–—*+o" or indented or self._last_kind() == "list_item"

    def _last_kind(self) -> str:
        if self._open:
            return self._open.kind
        return self.drafts[-1].kind if self.drafts else ""

    def _goes_on(self, block: OpenBlock, line: PrintedLine) -> bool:
        """Whether `line` belongs to the block that is open."""
        last = block.lines[-1]
        if block.kind == "heading":
            leads_in = self.print.leads_in(line, self._next)
            return not leads_in and self.print.heading_goes_on(last, line)
        if self._is_heading and not self.print.is_bold_run(block, line):
            return False
        if block.kind == "caption":
            return self.print.caption_goes_on(last, line)
        if block.kind == "reference":
            return self.print.reference_goes_on(block, line)
        if is_caption(line.text) and not (same_place(last, line) and not ends_sentence(last.text)):
            return False
        found = marker(line.text)
        if found and self._opens_item(found, line) and self._may_break(block, line, found):
            return False
        if same_place(last, line) and not self._waiting:
            return self.print.runs_on(block, last, line)
        return self.print.crosses(block, last, line)

    def _may_break(self, block: OpenBlock, line: PrintedLine, found: Marker) -> bool:
        """Whether a marker opens an item rather than having been wrapped to a line's start."""
        if not found.number and found.style not in "-–—*+o":
            return True
        if block.kind == "list_item" and abs(line.x0 - block.lines[0].x0) < 3:
            return True
        last = block.lines[-1]
        short = last.x1 < self.print.edge(last)[1] - 2 * self.print.style.size
        wide = line.y0 - last.y0 > 1.2 * self.print.style.gap
        return ends_sentence(last.text) or last.text[-1] in ":;," or short or wide


def _heading_style(line: PrintedLine) -> HeadingStyle:
    return HeadingStyle(round(line.size * 2) / 2, line.bold)


def with_levels(composer: Composer) -> list[Draft]:
    """The composer's drafts, their headings ranked by size and weight, then by their numbers."""
    ranks = _ranks(composer)
    return [
        replace(draft, level=_level(draft, ranks[composer.headings[k]]))
        if k in composer.headings
        else draft
        for k, draft in enumerate(composer.drafts)
    ]


def _ranks(composer: Composer) -> dict[HeadingStyle, int]:
    """A rank from 1 for each style of heading; what only the first page shows is a title's: 1."""
    styles = set(composer.headings.values())
    later = {s for k, s in composer.headings.items() if composer.drafts[k].rows[0].page != 1}
    largest = max((style.size for style in later), default=math.inf)
    titles = {style for style in styles - later if style.size > largest}
    ordered = sorted(styles - titles, key=lambda style: (-style.size, not style.bold))
    ranks = {style: min(n, 6) for n, style in enumerate(ordered, start=1 + bool(titles))}
    return dict.fromkeys(titles, 1) | ranks


def _level(draft: Draft, rank: int) -> int:
    """A heading numbered "2.1.3" is one deeper than its style says for each full stop too many."""
    found = re.match(r"^\d{1,2}((?:\.\d{1,2})+)", draft.rows[0].text)
    return max(rank, found[1].count(".") + 1) if found else rank


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

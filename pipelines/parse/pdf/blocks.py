"""Printed lines in reading order into drafts of blocks."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from pipelines.parse.flow import (
    Draft,
    Marker,
    Outline,
    Row,
    ends_sentence,
    marker,
    weave,
)
from pipelines.parse.looks import is_caption, is_quotation
from pipelines.parse.pdf.apart import Aside, Float, Item, set_apart
from pipelines.parse.pdf.boxes import is_box_title
from pipelines.parse.pdf.headings import HeadingStyle, heading_style
from pipelines.parse.pdf.lines import PrintedLine, body_size, usual_gap
from pipelines.parse.pdf.numbering import (
    NUMBERED,
    SECTIONED,
    is_listed,
    numbered_paragraphs,
    numbers_paragraphs,
)
from pipelines.parse.pdf.printing import OpenBlock, Print, column_edges, same_place
from pipelines.parse.references import section_kind

__all__ = ["Composer", "Float", "boxed"]
_LONGEST_HEADING = 25
"""Words; what is printed like a heading and longer is a paragraph set apart."""


@dataclass(slots=True)
class Composer:
    """Takes lines and floats one by one; `drafts` grows, `headings` holds each heading's style."""

    print: Print
    drafts: list[Draft] = field(default_factory=list)
    headings: dict[int, HeadingStyle] = field(default_factory=dict)
    _next: PrintedLine | None = None
    _is_heading: bool = False
    _is_plain_heading: bool = False
    _is_numbered: bool = False
    _open: OpenBlock | None = None
    _waiting: list[Draft] = field(default_factory=list)
    _outline: Outline = field(default_factory=Outline)
    _numbered: bool = False
    _table: Draft | None = None

    def take_all(self, items: Sequence[PrintedLine | Float]) -> None:
        """Takes items in order and closes the last block."""
        apart = set_apart(items, self.print)
        headings = self._heading_lines(apart)
        plain = self._plain_headings(apart, headings)
        numbered = numbered_paragraphs(apart, headings | plain)
        lines = [x for k, x in enumerate(apart) if isinstance(x, PrintedLine) and k not in headings]
        self._numbered = numbers_paragraphs([line.text for line in lines])
        for k, item in enumerate(apart):
            following = apart[k + 1] if k + 1 < len(apart) else None
            self._next = following if isinstance(following, PrintedLine) else None
            self._is_heading = k in headings
            self._is_plain_heading = k in plain
            self._is_numbered = k in numbered
            self._take(item)
        self.close()

    def _heading_lines(self, items: Sequence[Item]) -> set[int]:
        """Which of `items` are lines of headings: runs that end in no sentence begun in bold."""
        found: set[int] = set()
        run: list[int] = []
        for k, item in enumerate(items):
            following = items[k + 1] if k + 1 < len(items) else None
            after = following if isinstance(following, PrintedLine) else None
            if not isinstance(item, PrintedLine) or not self._may_head(item, after):
                run = []
                continue
            run.append(k)
            if after is None or not self.print.heading_goes_on(item, after):
                if after is None or not self.print.leads_in(item, after):
                    found.update(run)
                run = []
        return found

    def _may_head(self, line: PrintedLine, following: PrintedLine | None) -> bool:
        """Whether a line is printed as a heading, or heads a list of works or notes."""
        if line.listed:
            return False
        heads_list = following is not None and following.opens and section_kind(line.text)
        return bool(heads_list) or self.print.is_heading(line, following)

    def _plain_headings(self, items: Sequence[Item], headings: Set[int]) -> set[int]:
        """Which of `items` stand as headings though they are set like the body."""
        found: set[int] = set()
        for k in range(len(items) - 2, -1, -1):
            line, after = items[k], items[k + 1]
            if k in headings or not isinstance(line, PrintedLine):
                continue
            if not isinstance(after, PrintedLine) or is_listed(items, k):
                continue
            leads = k + 1 in found or k + 1 in headings
            if self.print.is_plain_heading(line, after, leads=leads):
                found.add(k)
        return found

    def _take(self, item: Item) -> None:
        """Goes on with the open block, or closes it and opens another."""
        if isinstance(item, Float):
            self._waiting += self._continued(item.drafts)
        elif isinstance(item, Aside):
            self._waiting += boxed(item.lines, self.print)
        elif self._open and self._goes_on(self._open, item):
            self._append(self._open, item)
        else:
            self.close()
            self._table = None
            self._open = self._opened(item)

    def _continued(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Rows with the heads of the table that they go on with over a column or page."""
        last = self._table
        rows = [draft for draft in drafts if draft.kind == "table_row"]
        if rows:
            self._table = rows[-1]
        if not last or not rows or not last.head:
            return drafts
        if weave(rows[0].rows, {})[0] == last.head:
            drafts = [draft for draft in drafts if draft is not rows[0]]
        elif any(draft.head for draft in rows) or _cells(rows[0]) != _cells(last):
            return drafts
        carried = [
            replace(draft, head=last.head) if draft.kind == "table_row" else draft
            for draft in drafts
        ]
        self._table = carried[-1] if carried else last
        return carried

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
        elif kind == "heading" and is_quotation(text):
            kind = "box"
        if kind == "heading":
            self.headings[len(self.drafts)] = heading_style(block.lines[0])
            self._outline.restart()
        elif kind == "paragraph" and not text[:1].islower():
            self._outline.leave()
        rows = tuple(Row(text=x.text, page=x.page, box=x.box) for x in block.lines)
        if self._numbered and kind == "paragraph":
            rows = (replace(rows[0], text=SECTIONED.sub("", rows[0].text)), *rows[1:])
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
        if line.listed:
            return OpenBlock(line.listed, [line])
        if is_caption(line.text):
            return OpenBlock("caption", [line])
        if self._is_plain_heading:
            return OpenBlock("heading", [line])
        if self._is_numbered:
            return OpenBlock("paragraph", [self._without_number(line)])
        found = marker(line.text)
        if found and self._opens_item(found, line):
            return self._item(found, [line])
        return OpenBlock("paragraph", [line])

    def _without_number(self, line: PrintedLine) -> PrintedLine:
        """The first line of a numbered paragraph, which begins where the next one does."""
        hangs = self._next and same_place(line, self._next) and self._next.x0 > line.x0
        x0 = self._next.x0 if self._next and hangs else line.x0
        return replace(line, text=NUMBERED.sub("", line.text, count=1), x0=x0)

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
        if line.listed or block.lines[0].listed:
            return line.listed == block.kind and not line.opens
        if block.kind == "heading":
            return self._is_heading and self.print.heading_goes_on(last, line)
        if self._is_heading and not self.print.is_bold_run(block, line):
            return False
        if block.kind == "caption":
            return self.print.caption_goes_on(last, line)
        if is_caption(line.text) and not (same_place(last, line) and not ends_sentence(last.text)):
            return False
        numbered = self._is_numbered or (self._numbered and SECTIONED.match(line.text))
        if numbered and _may_end(last.text):
            return False
        if self.print.is_attribution(block, line):
            return True
        found = marker(line.text)
        if found and self._opens_item(found, line) and self._may_break(block, line, found):
            return False
        if self._waiting or not same_place(last, line) or self._is_torn(last, line):
            return self.print.crosses(block, last, line)
        if block.kind == "list_item" and self.print.is_indented(block, line, self._next):
            return False
        return self._is_ragged(block, line) or self.print.runs_on(block, last, line)

    def _is_torn(self, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether a sentence is left open above a wide gap, in which something else stands."""
        wide = line.y0 - last.y0 > 3 * self.print.style.gap
        is_open = not ends_sentence(last.text) and not self.print.had_room(last, line)
        return wide and is_open and line.text[0].islower()

    def _is_ragged(self, block: OpenBlock, line: PrintedLine) -> bool:
        """Whether a line follows one that is short as others of the last 50 are: unjustified."""
        last, style = block.lines[-1], self.print.style
        right = self.print.edge(last)[1] - 0.5 * style.size
        uneven = any(same_place(x, last) and x.x1 < right for x in block.lines[-50:-1])
        alike = block.kind == "paragraph" and abs(line.size - last.size) < 0.6
        near = abs(line.x0 - last.x0) < 1 and line.y0 - last.y0 < 1.1 * style.gap
        return alike and uneven and near and not self.print.had_room(last, line)

    def _may_break(self, block: OpenBlock, line: PrintedLine, found: Marker) -> bool:
        """Whether a marker opens an item rather than having been wrapped to a line's start."""
        if not found.number and found.style not in "-–—*+o":
            return True
        if block.kind == "list_item" and abs(line.x0 - block.lines[0].x0) < 3:
            return True
        last = block.lines[-1]
        if block.kind == "list_item" and not same_place(last, line):
            return True
        size, after = self.print.style.size, self._next
        short = last.x1 < self.print.edge(last)[1] - 2 * size
        wide = line.y0 - last.y0 > 1.2 * self.print.style.gap
        hangs = after and same_place(line, after) and 0.5 * size < after.x0 - line.x0 < 2 * size
        return ends_sentence(last.text) or last.text[-1] in ":;," or short or wide or bool(hangs)


def _cells(row: Draft) -> int:
    return sum(line.text.count("| ") for line in row.rows)


def _may_end(text: str) -> bool:
    return ends_sentence(text) or text[-1] in ":;"


def boxed(lines: Sequence[PrintedLine], prints: Print) -> list[Draft]:
    """Lines composed by themselves: paragraphs, headings and the title are of kind box."""
    size = body_size(lines)
    bold = all(line.bold for line in lines)
    style = replace(prints.style, size=size, gap=usual_gap(lines, size), bold=bold)
    composer = Composer(Print(style, column_edges(lines)))
    composer.take_all(lines)
    return [_in_box(draft) for draft in composer.drafts]


def _in_box(draft: Draft) -> Draft:
    if draft.kind in ("heading", "paragraph") or is_box_title(draft.rows[0].text):
        return replace(draft, kind="box", level=0)
    return draft

"""Printed lines in reading order into drafts of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import mode

from kb.models import Kind
from pipelines.parse.flow import (
    Draft,
    Marker,
    Outline,
    Row,
    ends_in_hyphen,
    ends_sentence,
    is_caption,
    is_reference_heading,
    is_title,
    marker,
)
from pipelines.parse.pdf_chars import PrintedLine

_ENTRY = re.compile(r"^(?:\[(\d{1,3})\]|\(?(\d{1,3})[.)]|(\d{1,3})\s+(?=[A-Z]))")
_LONGEST_HEADING = 25
"""Words; what is printed like a heading and longer is a paragraph set apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a document prints its body: size and line distance in points, and whether bold."""

    size: float
    gap: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Float:
    """What stands beside the text, such as a table, a box or footnotes: it never cuts a sentence."""

    drafts: tuple[Draft, ...]


@dataclass(slots=True)
class _Open:
    """The block that is being written."""

    kind: Kind
    lines: list[PrintedLine]
    level: int = 0
    edge: float = 0.0
    """Left of this a list item has ended."""


@dataclass(frozen=True, slots=True)
class HeadingStyle:
    """What tells one level of heading from another."""

    size: float
    bold: bool


@dataclass(slots=True)
class Composer:
    """Takes lines and floats one by one; `drafts` grows, `headings` holds each heading's style."""

    style: Style
    edges: Mapping[tuple[int, int], tuple[float, float]]
    drafts: list[Draft] = field(default_factory=list)
    headings: dict[int, HeadingStyle] = field(default_factory=dict)
    _open: _Open | None = None
    _waiting: list[Draft] = field(default_factory=list)
    _outline: Outline = field(default_factory=Outline)
    _in_references: bool = False

    def take(self, item: PrintedLine | Float) -> None:
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

    def _finish(self, block: _Open) -> None:
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

    def _demoted(self, block: _Open, text: str) -> _Open:
        """What was printed like a heading but is none: a quotation, a list item, a paragraph."""
        found = marker(text)
        if text[0] in "“‘\"'":
            return _Open("box", block.lines)
        if found and self._opens_item(found, block.lines[0]):
            return self._item(found, block.lines)
        return _Open("paragraph", block.lines)

    def _item(self, found: Marker, lines: list[PrintedLine]) -> _Open:
        first = lines[0]
        indent = first.x0 - self._edge(first)[0]
        level = self._outline.enter(found, indent, 0.6 * self.style.size)
        return _Open("list_item", lines, level, first.x0 + 0.5 * self.style.size)

    def _append(self, block: _Open, line: PrintedLine) -> None:
        if (
            block.kind == "list_item"
            and len(block.lines) == 1
            and _same_place(block.lines[0], line)
        ):
            block.edge = min(line.x0, block.lines[0].x0 + 4 * self.style.size)
        block.lines.append(line)

    def _opened(self, line: PrintedLine) -> _Open:
        if self._is_heading(line):
            return _Open("heading", [line])
        if self._in_references:
            return _Open("reference", [line])
        if is_caption(line.text):
            return _Open("caption", [line])
        found = marker(line.text)
        if found and self._opens_item(found, line):
            return self._item(found, [line])
        return _Open("paragraph", [line])

    def _edge(self, line: PrintedLine) -> tuple[float, float]:
        """Where the line's column begins and ends."""
        return self.edges.get((line.page, line.column), (line.x0, line.x1))

    def _opens_item(self, found: Marker, line: PrintedLine) -> bool:
        if found.number:
            return self._outline.admits(found)
        indented = line.x0 > self._edge(line)[0] + 3
        return found.style not in "-–—*+o" or indented or self._last_kind() == "list_item"

    def _last_kind(self) -> str:
        if self._open:
            return self._open.kind
        return self.drafts[-1].kind if self.drafts else ""

    def _is_heading(self, line: PrintedLine) -> bool:
        """Larger than the body, or bold, and worded like a heading."""
        large = line.size > 1.06 * self.style.size
        bold = line.bold and not self.style.bold and line.size > 0.85 * self.style.size
        if not (large or bold) or not any(map(str.isalpha, line.text)):
            return False
        found = marker(line.text)
        if found and not found.number:
            return False
        return (
            len(line.text.split()) <= 18 and line.text[-1] not in ",;" and not is_caption(line.text)
        )

    def _goes_on(self, block: _Open, line: PrintedLine) -> bool:
        """Whether `line` belongs to the block that is open."""
        last = block.lines[-1]
        if block.kind == "heading":
            return self._heading_goes_on(last, line)
        if self._is_heading(line) and not self._is_bold_run(block, line):
            return False
        if block.kind == "reference":
            return self._reference_goes_on(block, line)
        if is_caption(line.text) and not (_same_place(last, line) and not ends_sentence(last.text)):
            return False
        found = marker(line.text)
        if found and self._opens_item(found, line) and self._may_break(block, line, found):
            return False
        if _same_place(last, line) and not self._waiting:
            return self._runs_on(block, last, line)
        return self._crosses(block, last, line)

    def _heading_goes_on(self, last: PrintedLine, line: PrintedLine) -> bool:
        alike = abs(last.size - line.size) < 0.6 and last.bold == line.bold
        near = _same_place(last, line) and line.y0 - last.y0 < 1.7 * line.size
        numbered = re.match(r"\d+\.\d|\d+\.\s", line.text)
        return alike and near and self._is_heading(line) and not numbered

    def _is_bold_run(self, block: _Open, line: PrintedLine) -> bool:
        """A bold line in the middle of a sentence is emphasis, not a heading."""
        last = block.lines[-1]
        cut = not ends_sentence(last.text) and last.text[-1] != ":"
        same_size = abs(last.size - line.size) < 0.6
        near = _same_place(last, line) and line.y0 - last.y0 < 1.3 * self.style.gap
        full = last.x1 > self._edge(last)[1] - 5 * self.style.size
        return cut and same_size and near and full

    def _may_break(self, block: _Open, line: PrintedLine, found: Marker) -> bool:
        """Whether a marker opens an item rather than having been wrapped to a line's start."""
        if not found.number and found.style not in "-–—*+o":
            return True
        if block.kind == "list_item" and abs(line.x0 - block.lines[0].x0) < 3:
            return True
        last = block.lines[-1]
        short = last.x1 < self._edge(last)[1] - 2 * self.style.size
        wide = line.y0 - last.y0 > 1.2 * self.style.gap
        return ends_sentence(last.text) or last.text[-1] in ":;," or short or wide

    def _runs_on(self, block: _Open, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether the next line of the same column goes on: no wide gap, new size or indent."""
        style, (left, right) = self.style, self._edge(line)
        gap = line.y0 - last.y0
        usual = _own_gap(block.lines) or style.gap
        if gap > 1.3 * max(usual, line.size) or gap < -2 * line.size:
            return False
        if abs(line.size - last.size) > 0.12 * style.size:
            return False
        short = last.x1 < right - 1.5 * style.size
        if block.kind == "list_item":
            ended = ends_sentence(last.text) and last.x1 < right - 0.25 * (right - left)
            hangs = line.x0 >= block.edge - 2
            return (hangs and not ended) or (self._is_full(last) and not ends_sentence(last.text))
        indented = left + 0.5 * style.size < line.x0 < left + 3.5 * style.size
        if indented and line.x0 > last.x0 + 0.5 * style.size and last.x0 < left + 3:
            return False
        return not (short and ends_sentence(last.text))

    def _crosses(self, block: _Open, last: PrintedLine, line: PrintedLine) -> bool:
        """Whether a sentence goes on over the end of a column or page, or over a float."""
        style = self.style
        if abs(line.size - last.size) > 0.12 * style.size or block.kind == "caption":
            return False
        ended = ends_sentence(last.text) or last.text[-1] == ":"
        left, _ = self._edge(line)
        if block.kind == "list_item":
            return not ended or (
                line.x0 > left + style.size and last.x1 > self._edge(last)[1] - style.size
            )
        if not ended:
            return line.text[0].islower() or self._is_full(last) or ends_in_hyphen(last.text)
        indented = line.x0 > left + 0.5 * style.size
        return not indented and self._is_full(last) and _is_justified(block.lines)

    def _is_full(self, line: PrintedLine) -> bool:
        return line.x1 > self._edge(line)[1] - 6 * self.style.size

    def _reference_goes_on(self, block: _Open, line: PrintedLine) -> bool:
        """A new entry opens with the next number, or hangs out, or stands off."""
        last, first = block.lines[-1], block.lines[0]
        number, following = _entry_number(first.text), _entry_number(line.text)
        if number:
            return not 0 < following - number < 3
        if following == 1:
            return False
        if not _same_place(last, line):
            return not ends_sentence(last.text) or line.x0 > self._edge(line)[0] + 3
        hanging = len(block.lines) > 1 and block.lines[1].x0 > first.x0 + 3
        if hanging:
            return line.x0 > first.x0 + 3
        if line.x0 > first.x0 + 3:
            return True
        gap = line.y0 - last.y0
        short = last.x1 < self._edge(last)[1] - 2 * self.style.size
        return gap < 1.25 * (_own_gap(block.lines) or self.style.gap) and not (
            ends_sentence(last.text) and short
        )


def _is_justified(lines: Sequence[PrintedLine]) -> bool:
    """Whether a block of several lines keeps one right edge, so that a full last line tells."""
    return len(lines) > 2 and max(x.x1 for x in lines) - lines[-1].x1 < 2


def _own_gap(lines: Sequence[PrintedLine]) -> float | None:
    """The distance of the last two lines, if they stand in one column."""
    if len(lines) < 2 or not _same_place(lines[-2], lines[-1]):
        return None
    gap = lines[-1].y0 - lines[-2].y0
    return gap if gap > 0.7 * lines[-1].size else None


def _same_place(a: PrintedLine, b: PrintedLine) -> bool:
    return a.page == b.page and (a.column == b.column or -1 in (a.column, b.column)) and b.y1 > a.y0


def _entry_number(text: str) -> int:
    """The number that opens a reference, 0 if none."""
    found = _ENTRY.match(text)
    return int(next(filter(None, found.groups()))) if found else 0


def _heading_style(line: PrintedLine) -> HeadingStyle:
    return HeadingStyle(round(line.size * 2) / 2, line.bold)


def column_edges(
    lines: Iterable[PrintedLine],
) -> dict[tuple[int, int], tuple[float, float]]:
    """For each page and column: where most lines begin, and where nine in ten have ended."""
    columns: dict[tuple[int, int], list[PrintedLine]] = {}
    for line in lines:
        columns.setdefault((line.page, line.column), []).append(line)
    return {
        key: (
            float(mode(round(line.x0) for line in found)),
            sorted(line.x1 for line in found)[int(0.9 * (len(found) - 1))],
        )
        for key, found in columns.items()
    }


def with_levels(composer: Composer) -> list[Draft]:
    """The composer's drafts, their headings ranked by size and weight, then by their numbers."""
    ranks = _ranks(composer.headings.values())
    return [
        replace(draft, level=_level(draft, ranks[composer.headings[k]]))
        if k in composer.headings
        else draft
        for k, draft in enumerate(composer.drafts)
    ]


def _ranks(styles: Iterable[HeadingStyle]) -> dict[HeadingStyle, int]:
    ordered = sorted(set(styles), key=lambda style: (-style.size, not style.bold))
    return {style: min(rank, 6) for rank, style in enumerate(ordered, start=1)}


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
    opens = re.match(
        r"^(?:\d{1,3}|[*†‡§¶]{1,2}|[a-z](?=\s[A-Z]))[.)]?\s*(?=[A-Z“‘\"'(]|http|www)", line.text
    )
    return bool(opens) and (ends_sentence(last.text) or line.x0 <= last.x0 + 2)


def is_heading_like(text: str) -> bool:
    """Whether a document's title may read so."""
    return is_title(text, most_words=30)

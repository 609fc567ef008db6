"""Lines of plain text into drafts of blocks, by their lengths, indents and blank lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import quantiles

from pipelines.parse.flow import (
    Draft,
    Marker,
    Outline,
    Row,
    ends_in_hyphen,
    ends_sentence,
    folded,
    is_caption,
    is_reference_heading,
    is_title,
    marker,
)

_RULE = re.compile(r"^(?:=+|-{3,}|_{3,}|\*{3,}|(?:[*_-] ){2,}[*_-])$")
_UNDERLINE = re.compile(r"^(=+|-+)$")
_PAGE_NUMBER = re.compile(
    r"^(?:[-–—] ?)?(?:page )?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?(?: ?[-–—])?$", re.I
)
_PAGED = re.compile(r"\b(?:p|pp|page)\.? #")
_DOT_LEADERS = re.compile(r"(?:\. ?){4,}\s*[\divxlc]+$|…{2,}\s*[\divxlc]+$")
_ENTRY = re.compile(r"^(?:\[\d{1,3}\]|\(?\d{1,3}[.)]|\d{1,3}\s+(?=[A-Z]))")
_LONG = 160
"""Characters; a file whose lines are longer than this is not hard-wrapped."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line with what surrounds it; `forced` if its break was meant, for the next word had room."""

    text: str
    indent: int
    page: int | None
    blank_before: bool = True
    blank_after: bool = True
    forced: bool = True
    width: int = 80
    level: int = 0


def rows_of(text: str) -> tuple[TextRow, ...]:
    """The lines that say something: without running heads, page numbers and rules."""
    pages = text.replace("\r\n", "\n").replace("\r", "\n").split("\f")
    paged = len(pages) > 1
    lines = [
        (number if paged else None, line)
        for number, page in enumerate(pages, start=1)
        for line in [*page.split("\n"), *([""] if paged and page.endswith("\n") else [])]
    ]
    furniture = _running_heads(lines) | _splicing_heads(lines)
    return _with_breaks(_with_surroundings(lines, furniture))


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", folded(line).casefold())


def _running_heads(lines: Sequence[tuple[int | None, str]]) -> set[int]:
    """Lines at the top or foot of pages that come again on others, and page numbers."""
    edges: list[int] = []
    pages = {page for page, _ in lines}
    if len(pages) < 2:
        return set()
    for page in pages:
        full = [i for i, (p, line) in enumerate(lines) if p == page and line.strip()]
        edges += {*full[:3], *full[-3:]}
    counts = Counter(_key(lines[i][1]) for i in edges)
    often = max(2, len(pages) * 0.15)
    return {i for i in edges if counts[_key(lines[i][1])] >= often or _is_number(lines[i][1])}


def _splicing_heads(lines: Sequence[tuple[int | None, str]]) -> set[int]:
    """Without page breaks: lines that come again, three times or more, and cut a sentence once."""
    full = [i for i, (_, line) in enumerate(lines) if line.strip()]
    counts = Counter(_key(lines[i][1]) for i in full)
    cut = set()
    for before, i, after in zip(full, full[1:], full[2:], strict=False):
        key = _key(lines[i][1])
        open_end = not ends_sentence(folded(lines[before][1])) or counts[_key(lines[before][1])] > 2
        if counts[key] > 2 and open_end and lines[after][1].lstrip()[:1].islower():
            cut.add(key)
    cut |= {key for key, often in counts.items() if often > 2 and _PAGED.search(key)}
    lonely = {i for i in full if _is_number(lines[i][1]) and _is_alone(lines, i)}
    return {i for i in full if _key(lines[i][1]) in cut and len(lines[i][1]) < 120} | lonely


def _is_number(line: str) -> bool:
    return bool(_PAGE_NUMBER.match(line.strip()))


def _is_alone(lines: Sequence[tuple[int | None, str]], i: int) -> bool:
    return not any(line.strip() for _, line in [*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2]])


def _with_surroundings(
    lines: Sequence[tuple[int | None, str]], furniture: set[int]
) -> list[TextRow]:
    rows: list[TextRow] = []
    blank = True
    for i, (page, line) in enumerate(lines):
        text = folded(line)
        if i in furniture or _DOT_LEADERS.search(text):
            continue
        if rows and not blank and _UNDERLINE.match(text) and is_title(rows[-1].text):
            level = 1 if text[0] == "=" else 2
            rows[-1] = replace(rows[-1], level=level, blank_after=True)
            blank = True
        elif not text or _RULE.match(text):
            blank = True
            if rows:
                rows[-1] = replace(rows[-1], blank_after=True)
        else:
            rows.append(TextRow(text, _indent(line), page, blank, False))
            blank = False
    return rows


def _indent(line: str) -> int:
    line = line.expandtabs(4)
    return len(line) - len(line.lstrip())


def _with_breaks(rows: Sequence[TextRow]) -> tuple[TextRow, ...]:
    """Each row with the width of its neighbourhood, and whether its break was meant."""
    done = []
    for i, row in enumerate(rows):
        near = rows[max(0, i - 8) : i + 9]
        width = _width([len(r.text) + r.indent for r in near if not r.blank_after or len(near) < 4])
        after = rows[i + 1].text.split(" ")[0] if i + 1 < len(rows) else ""
        room = len(row.text) + row.indent + 1 + len(after) <= 0.85 * width
        done.append(replace(row, forced=width > _LONG or room or not after, width=width))
    return tuple(done)


def _width(lengths: Sequence[int]) -> int:
    """The length that all but the longest tenth of lines keep to."""
    if len(lengths) < 2:
        return _LONG + 1
    return int(quantiles(lengths, n=10, method="inclusive")[8])


def drafts_of(rows: Sequence[TextRow]) -> Iterator[Draft]:
    """The blocks of `rows` in order, their lines still apart."""
    return iter(_Reader(rows).read())


class _Reader:
    """Reads rows one by one; keeps the draft that is being written."""

    def __init__(self, rows: Sequence[TextRow]) -> None:
        self._rows = rows
        self._drafts: list[Draft] = []
        self._outline = Outline()
        self._in_references = False
        self._edge = 0
        """The indent of the open list item's text, left of which it ends."""

    def read(self) -> list[Draft]:
        """All drafts."""
        i = 0
        while i < len(self._rows):
            i += self._step(i)
        return self._drafts

    def _step(self, i: int) -> int:
        """Reads what begins at row `i`; how many rows that took."""
        row = self._rows[i]
        found = marker(row.text)
        if self._in_references and not row.level and not self._closes_references(i):
            return self._read_entry(i)
        if found and self._opens_item(found, i):
            return self._start_item(found, row)
        if self._drafts and i and self._goes_on(i):
            return self._append(row)
        if taken := self._heading_length(i):
            return self._start_heading(i, taken)
        if row.blank_before and (aside := self._aside_length(i)):
            return self._start_aside(i, aside)
        if row.blank_before and row.text[0].islower() and self._resume(row):
            return 1
        return self._start(row)

    def _start(self, row: TextRow) -> int:
        if not row.text[:1].islower():
            self._outline.leave()
        kind = "caption" if is_caption(row.text) else "paragraph"
        self._drafts.append(Draft(kind=kind, rows=(_plain(row),)))  # type: ignore[arg-type]
        return 1

    def _append(self, row: TextRow) -> int:
        last = self._drafts[-1]
        self._drafts[-1] = replace(last, rows=(*last.rows, _plain(row)))
        return 1

    def _aside_length(self, i: int) -> int:
        """How many rows a quotation takes that stands in the middle of a sentence; 0 if none."""
        if (
            not self._drafts
            or self._drafts[-1].kind != "paragraph"
            or self._rows[i].text[0] not in '“‘"'
        ):
            return 0
        if ends_sentence(self._rows[i - 1].text) or self._rows[i - 1].text.endswith(":"):
            return 0
        end = i + 1
        while end < len(self._rows) and not self._rows[end].blank_before:
            end += 1
        return end - i if self._rows[end - 1].text[-1] in '”’"' else 0

    def _start_aside(self, i: int, taken: int) -> int:
        self._drafts.append(Draft(kind="box", rows=tuple(map(_plain, self._rows[i : i + taken]))))
        return taken

    def _resume(self, row: TextRow) -> bool:
        """Goes on with a sentence that a caption or an aside has cut, if there is one."""
        for back in range(len(self._drafts) - 1, max(-1, len(self._drafts) - 4), -1):
            draft = self._drafts[back]
            if draft.kind in ("paragraph", "list_item"):
                if ends_sentence(draft.rows[-1].text) or draft.rows[-1].text.endswith(":"):
                    return False
                self._drafts[back] = replace(draft, rows=(*draft.rows, _plain(row)))
                return True
            if draft.kind == "heading":
                return False
        return False

    def _start_item(self, found: Marker, row: TextRow) -> int:
        level = self._outline.enter(found, row.indent, tolerance=1)
        self._edge = row.indent
        self._drafts.append(Draft(kind="list_item", rows=(_plain(row),), level=level))
        return 1

    def _start_heading(self, i: int, taken: int) -> int:
        rows = self._rows[i : i + taken]
        text = " ".join(row.text for row in rows)
        self._outline.restart()
        self._in_references = is_reference_heading(text)
        level = rows[0].level or _heading_level(text)
        self._drafts.append(Draft(kind="heading", rows=tuple(map(_plain, rows)), level=level))
        return taken

    def _opens_item(self, found: Marker, i: int) -> bool:
        """Whether the marker is meant as one: not a number or dash that was wrapped to here."""
        row = self._rows[i]
        if found.number == 0:
            wrapped = found.style in "-–—" and not (row.blank_before or self._rows[i - 1].forced)
            return not wrapped
        if self._heading_length(i) and not self._has_sibling(i):
            return False
        fresh = row.blank_before or self._rows[i - 1].forced or self._drafts[-1].kind == "list_item"
        return fresh and self._outline.admits(found)

    def _has_sibling(self, i: int) -> bool:
        """Whether one of the next few rows is numbered on, so that the list is one indeed."""
        found = marker(self._rows[i].text)
        for row in self._rows[i + 1 : i + 4]:
            other = marker(row.text)
            if found and other and other.style == found.style and other.number == found.number + 1:
                return True
        last = self._drafts[-1] if self._drafts else None
        return last is not None and last.kind == "list_item"

    def _goes_on(self, i: int) -> bool:
        """Whether row `i` belongs to the draft that is open."""
        row, before, draft = self._rows[i], self._rows[i - 1], self._drafts[-1]
        if draft.kind == "heading" or is_caption(row.text):
            return False
        if ends_in_hyphen(before.text) and not self._aside_length(i):
            return True
        finished = ends_sentence(before.text)
        if row.blank_before:
            return not (finished or self._aside_length(i)) and self._is_cut(i)
        if draft.kind == "caption" and row.text[0].isupper():
            return len(before.text) >= 0.9 * row.width
        if draft.kind == "list_item" and before.width <= _LONG:
            stops = finished and row.indent <= self._edge
            return not (stops and len(before.text) < 0.6 * row.width)
        return self._is_wrapped(i, finished)

    def _is_cut(self, i: int) -> bool:
        """Whether a column or page ended in the middle of the sentence, and left a blank line."""
        row, before = self._rows[i], self._rows[i - 1]
        if (
            before.text.endswith((":", ";"))
            or before.width > _LONG
            or row.indent > 1 + before.indent
        ):
            return False
        if row.text[0].islower() or row.text[0] in "(,;":
            return True
        running = self._drafts[-1].kind == "paragraph" and len(self._drafts[-1].rows) > 2
        return (running or not before.forced) and not self._heading_length(i)

    def _is_wrapped(self, i: int, finished: bool) -> bool:
        """Whether row `i` is the next line of the same paragraph, with no blank line between."""
        row, before = self._rows[i], self._rows[i - 1]
        if before.width > _LONG:
            return row.text[0].islower() and not finished
        if not before.forced:
            indented = row.indent >= before.indent + 2 and finished and row.indent < 12
            return not indented or self._drafts[-1].kind == "list_item"
        if not finished and len(self._drafts[-1].rows) > 2 and before.text[-1] not in ":;":
            return True
        if finished or before.text.endswith(":"):
            return row.text[0].islower() and not before.text.endswith(":")
        return row.text[0].islower() or row.text[0].isdigit() or len(before.text) > 0.7 * row.width

    def _heading_length(self, i: int) -> int:
        """How many rows from `i` on make a heading; 0 if none."""
        row = self._rows[i]
        if row.level:
            return 1
        opens = row.blank_before or i == 0 or self._drafts[-1].kind == "heading"
        if not opens or is_caption(row.text):
            return 0
        fits = [n for n in range(1, 1 + self._run(i)) if self._is_heading(i, i + n)]
        if fits and self._rows[i + fits[-1] - 1].blank_after and self._is_one_title(i, fits[-1]):
            return fits[-1]
        return fits[0] if fits else 0

    def _is_one_title(self, i: int, taken: int) -> bool:
        """Whether each row was broken because the next word had no room in so narrow a title."""
        rows = self._rows[i : i + taken]
        width = max(len(row.text) for row in rows)
        pairs = zip(rows, rows[1:], strict=False)
        return all(len(a.text) + 1 + len(b.text.split()[0]) > width for a, b in pairs)

    def _run(self, i: int) -> int:
        """How many rows, three at most, follow from `i` without a blank line or a bullet."""
        taken = 1
        while taken < 3 and i + taken < len(self._rows) and not self._rows[i + taken].blank_before:
            taken += 1
        return taken

    def _is_heading(self, i: int, end: int) -> bool:
        rows = self._rows[i:end]
        text = " ".join(row.text for row in rows)
        after = self._rows[end] if end < len(self._rows) else None
        if after is None or not is_title(text) or after.text[0].islower():
            return False
        if any(len(row.text) > 0.85 * row.width for row in rows) and not text.isupper():
            return False
        shouts_on = text.isupper() and after.text.isupper() and not after.blank_before
        last = rows[-1]
        stands_off = last.blank_after or last.forced or _falls_short(text, after)
        return not shouts_on and stands_off and len(text) < 120

    def _closes_references(self, i: int) -> bool:
        row = self._rows[i]
        short = len(row.text.split()) <= 6 and not any(map(str.isdigit, row.text))
        return row.blank_before and short and "," not in row.text and self._heading_length(i) > 0

    def _read_entry(self, i: int) -> int:
        """A reference: a new one after a number, a blank line or a finished line that fell short."""
        row, before = self._rows[i], self._rows[i - 1]
        first = self._drafts[-1].kind != "reference"
        last = 0 if first else _entry_number(self._drafts[-1].rows[0].text)
        by_number = last > 0
        numbered = 0 < _entry_number(row.text) - last < 3 and (by_number or first)
        ended = (row.blank_before or before.forced) and (
            ends_sentence(before.text) or before.width > _LONG
        )
        if first or numbered or (ended and not by_number):
            self._drafts.append(Draft(kind="reference", rows=(_plain(row),)))
            return 1
        return self._append(row)


def _falls_short(text: str, after: TextRow) -> bool:
    """Whether a short line breaks just before a capital that would have had room."""
    room = len(text) + 1 + len(after.text.split()[0]) <= 0.95 * after.width
    return room and len(text.split()) <= 8 and after.width > 40


def _plain(row: TextRow) -> Row:
    return Row(text=row.text, page=row.page)


def _entry_number(text: str) -> int:
    """The number that opens a reference, 0 if none."""
    found = _ENTRY.match(text)
    return int(re.sub(r"\D", "", found[0])) if found else 0


def _heading_level(text: str) -> int:
    """By its number: "2.1 Methods" is 2; unnumbered ones are 1."""
    found = re.match(r"^\d+(?:\.\d+)*", text)
    return found[0].count(".") + 1 if found and len(found[0]) < 8 else 1

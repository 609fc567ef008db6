"""The lines of a plain text: what surrounds each, and whether its break was meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median, quantiles

from pipelines.parse.flow import ends_sentence, folded, is_title
from pipelines.parse.furniture import is_contents_line, is_page_number, running_key
from pipelines.parse.text.tables import tables_of

_RULE = re.compile(r"^(?:=+|-{3,}|_{3,}|\*{3,}|(?:[*_-] ){2,}[*_-])$")
_UNDERLINE = re.compile(r"^(=+|-+)$")
_PAGED = re.compile(r"^(?![(\[]).*?\b(?:p|pp|page)\.? (\d{1,4})\b", re.I)
_BREAKS = re.compile(r"\r\n?|[\x0b\x85\u2028\u2029]")
_BROKEN_WORD = re.compile(r"[\x02\ufffe](?:\r\n?|\n)?")
"""How PDFium writes a hyphen at the end of a line: without the end of the line, often."""
LONG = 160
"""Characters; a file whose lines are longer than this is not hard-wrapped."""
_OFTEN, _LONGEST_HEAD = 3, 120
"""How many times a running head comes at the least, and its characters at the most."""
_SHORTEST_PAGE, _SHORTEST_TEXT = 10, 30
"""Lines between running heads, and characters of a line of running text, at the least."""
_LONGEST_ITEM = 8
"""Lines of an item behind a dash, in looking for the next."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line with what surrounds it; `forced` if its break was meant: the next word had room."""

    text: str
    indent: int
    page: int | None
    blank_before: bool = True
    blank_after: bool = True
    forced: bool = True
    width: int = 80
    level: int = 0
    head: str | None = None
    """Of a table's row, the heads of its columns; None of all other lines."""


def rows_of(text: str) -> tuple[TextRow, ...]:
    """The lines that say something: without running heads, page numbers and rules."""
    pages = _BREAKS.sub("\n", _BROKEN_WORD.sub("-\n", text)).split("\f")
    paged = len(pages) > 1
    lines = [
        (number if paged else None, line)
        for number, page in enumerate(pages, start=1)
        for line in [*page.split("\n"), *([""] if paged and page.endswith("\n") else [])]
    ]
    furniture = _running_heads(lines) | _splicing_heads(lines)
    return _with_breaks(_with_surroundings(lines, furniture))


def _key(line: str) -> str:
    return running_key(folded(line))


def _running_heads(lines: Sequence[tuple[int | None, str]]) -> set[int]:
    """Lines at the top or foot of pages that come again on others, and page numbers."""
    pages: dict[int | None, list[int]] = {page: [] for page, _ in lines}
    if len(pages) < 2:
        return set()
    for i, (page, line) in enumerate(lines):
        if line.strip():
            pages[page].append(i)
    edges = [i for full in pages.values() for i in {*full[:3], *full[-3:]}]
    counts = Counter(_key(lines[i][1]) for i in edges)
    often = max(2, len(pages) * 0.15)
    return {i for i in edges if counts[_key(lines[i][1])] >= often or is_page_number(lines[i][1])}


def _splicing_heads(lines: Sequence[tuple[int | None, str]]) -> set[int]:
    """Without page breaks: lines that come again as running heads do, and page numbers."""
    full = [i for i, (_, line) in enumerate(lines) if line.strip()]
    places: dict[str, list[int]] = {}
    for at, i in enumerate(full):
        places.setdefault(_key(lines[i][1]), []).append(at)
    repeated = [at for at in places.values() if len(at) >= _OFTEN]
    text = _Repeats(lines, full, frozenset(at for same in repeated for at in same))
    heads = {full[at] for same in repeated if text.are_heads(same) for at in text.apart(same)}
    return heads | {
        i
        for i in full
        if is_page_number(lines[i][1]) and (_is_alone(lines, i) or {i - 1, i + 1} & heads)
    }


@dataclass(frozen=True, slots=True)
class _Repeats:
    """All lines, the indices of those that are not blank, and which of these come again."""

    lines: Sequence[tuple[int | None, str]]
    full: Sequence[int]
    repeated: frozenset[int]

    def are_heads(self, same: Sequence[int]) -> bool:
        """Whether one line at all these places is a running head rather than words of the text."""
        if len(self._text(same[0])) >= _LONGEST_HEAD:
            return False
        numbers = [int(found[1]) for at in same if (found := _PAGED.search(self._text(at)))]
        if len(numbers) == len(same) and all(a < b for a, b in pairwise(numbers)):
            return True
        if not any(map(self._cuts, same)):
            return False
        gaps = [b - a for a, b in pairwise(same)]
        usual = median(gaps)
        if 2 * sum(map(self._is_apart, same)) > len(same):
            near = [gap for gap in gaps if 0.5 * usual <= gap <= 2 * usual]
            return usual >= _SHORTEST_PAGE and 3 * len(near) >= 2 * len(gaps)
        near = [gap for gap in gaps if 0.8 * usual <= gap <= 1.25 * usual]
        return usual >= 2 * _SHORTEST_PAGE and len(near) > 2 and 4 * len(near) >= 3 * len(gaps)

    def apart(self, same: Sequence[int]) -> list[int]:
        """Those places where the line makes no sentence with the lines before and after it."""
        return [at for at in same if self._is_apart(at) or not self._text(at)[0].islower()]

    def _text(self, at: int) -> str:
        return folded(self.lines[self.full[at]][1])

    def _is_apart(self, at: int) -> bool:
        """Whether a blank line, a page number or another such line stands before or after."""
        near = [k for k in (at - 1, at + 1) if 0 <= k < len(self.full)]
        return any(
            abs(self.full[k] - self.full[at]) > 1
            or k in self.repeated
            or is_page_number(self._text(k))
            for k in near
        )

    def _cuts(self, at: int) -> bool:
        """Whether a sentence of the text stops before the line and goes on after it."""
        before, after = self._beyond(at, -1), self._beyond(at, 1)
        return len(before) >= _SHORTEST_TEXT and not ends_sentence(before) and after[:1].islower()

    def _beyond(self, at: int, step: int) -> str:
        """The nearest line, four at most away, that does not come again; "" if there is none."""
        for k in range(at + step, at + 5 * step, step):
            if not 0 <= k < len(self.full):
                break
            if k not in self.repeated and not is_page_number(self._text(k)):
                return self._text(k)
        return ""


def _is_alone(lines: Sequence[tuple[int | None, str]], i: int) -> bool:
    return not any(line.strip() for _, line in [*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2]])


def _with_surroundings(
    lines: Sequence[tuple[int | None, str]], furniture: set[int]
) -> list[TextRow]:
    rows: list[TextRow] = []
    blank = True
    tables = tables_of(["" if i in furniture else line for i, (_, line) in enumerate(lines)])
    inside = 0
    for i, (page, line) in enumerate(lines):
        text = folded(line)
        if table := tables.get(i):
            rows += [TextRow(row, 0, page, head=head) for row, head in table.texts()]
            blank, inside = True, table.end
        if i < inside or i in furniture or is_contents_line(text):
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


def dash_follows(rows: Sequence[TextRow], i: int) -> bool:
    """Whether, behind the lines that hang from row `i`, another opens with the same dash."""
    row = rows[i]
    for after in rows[i + 1 : i + 1 + _LONGEST_ITEM]:
        if after.indent <= row.indent:
            level = after.indent == row.indent and not after.blank_before
            return level and after.text[:2] == row.text[:2]
    return False


def _with_breaks(rows: Sequence[TextRow]) -> tuple[TextRow, ...]:
    """Each row with the width of its neighbourhood, and whether its break was meant."""
    done = []
    for i, row in enumerate(rows):
        near = [r for r in rows[max(0, i - 8) : i + 9] if r.head is None]
        width = _width([len(r.text) + r.indent for r in near if not r.blank_after or len(near) < 4])
        after = rows[i + 1].text.split(" ")[0] if i + 1 < len(rows) else ""
        room = len(row.text) + row.indent + 1 + len(after) <= 0.85 * width
        done.append(replace(row, forced=width > LONG or room or not after, width=width))
    return tuple(done)


def _width(lengths: Sequence[int]) -> int:
    """The length that all but the longest tenth of lines keep to."""
    if len(lengths) < 2:
        return LONG + 1
    return int(quantiles(lengths, n=10, method="inclusive")[8])

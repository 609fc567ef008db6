"""The lines of a plain text: what surrounds each, and whether its break was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import quantiles

from pipelines.parse.flow import folded, is_title, marks
from pipelines.parse.furniture import is_contents_line
from pipelines.parse.spelling import mended
from pipelines.parse.text.columns import in_order
from pipelines.parse.text.heads import Line, without_furniture
from pipelines.parse.text.tables import tables_of

_RULE = re.compile(r"^(?:=+|-{3,}|_{3,}|\*{3,}|(?:[*_-] ){2,}[*_-])$")
_UNDERLINE = re.compile(r"^(=+|-+)$")
_BREAKS = re.compile(r"\r\n?|[\x0b\x85\u2028\u2029]")
_QUOTED = re.compile(r"^(?:> ?)+|^ *\| (?!.*\|)")
"""What mails put before lines they quote, and typists before those of a box."""
_NUMBER_ALONE = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]")
_BROKEN_WORD = re.compile(r"[\x02\ufffe](?:\r\n?|\n)?")
"""How PDFium writes a hyphen at the end of a line: without the end of the line, often."""
LONG = 160
"""Characters; a file whose lines are longer than this is not hard-wrapped."""
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
    byline: bool = False
    """Whether it holds the names of the authors, and nothing else."""


def rows_of(text: str) -> tuple[TextRow, ...]:
    """The lines that say something: without running heads, page numbers and rules."""
    pages = _BREAKS.sub("\n", _BROKEN_WORD.sub("-\n", text)).split("\f")
    paged = len(pages) > 1
    lines = [
        (number if paged else None, line)
        for number, page in enumerate(pages, start=1)
        for line in [*page.split("\n"), *([""] if paged and page.endswith("\n") else [])]
    ]
    lines = _with_bullets(without_furniture([(page, _QUOTED.sub("", x)) for page, x in lines]))
    rows = _with_surroundings(_in_order(lines) if paged else lines)
    texts = mended([row.text for row in rows])
    return _with_breaks([replace(row, text=x) for row, x in zip(rows, texts, strict=True)])


def _with_bullets(lines: Sequence[Line]) -> list[Line]:
    """The lines, a bullet or number that stands alone before the words of the next one."""
    done: list[Line] = []
    alone = ""
    for page, line in lines:
        bare = line.strip()
        if _is_bullet(bare) and not alone:
            alone = line.rstrip()
        elif bare or not alone:
            done.append((page, f"{alone} {bare}" if alone else line))
            alone = ""
    return [*done, (None, alone)] if alone else done


def _is_bullet(text: str) -> bool:
    return text in marks()["bullets"] or _NUMBER_ALONE.fullmatch(text) is not None


def _in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines with the columns of each page one after another."""
    pages = groupby(lines, key=lambda line: line[0])
    return [(page, line) for page, group in pages for line in in_order([line for _, line in group])]


def _with_surroundings(lines: Sequence[Line]) -> list[TextRow]:
    rows: list[TextRow] = []
    blank = True
    tables = tables_of([line for _, line in lines])
    inside = 0
    for i, (page, line) in enumerate(lines):
        text = folded(line)
        if table := tables.get(i):
            rows += [TextRow(row, 0, page, head=head) for row, head in table.texts()]
            blank, inside = True, table.end
        if i < inside or is_contents_line(text):
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
    unwrapped = _is_unwrapped(rows)
    for i, row in enumerate(rows):
        near = [r for r in rows[max(0, i - 8) : i + 9] if r.head is None]
        lengths = [len(r.text) + r.indent for r in near if not r.blank_after or len(near) < 4]
        width = LONG + 1 if unwrapped else _width(lengths)
        after = rows[i + 1].text.split(" ")[0] if i + 1 < len(rows) else ""
        room = len(row.text) + row.indent + 1 + len(after) <= 0.85 * width
        done.append(replace(row, forced=width > LONG or room or not after, width=width))
    return tuple(done)


def _is_unwrapped(rows: Sequence[TextRow]) -> bool:
    """Whether most of the text stands in lines that are too long to have been wrapped."""
    lengths = [len(row.text) for row in rows if row.head is None]
    return 2 * sum(length for length in lengths if length > LONG) > sum(lengths)


def _width(lengths: Sequence[int]) -> int:
    """The length that all but the longest tenth of lines keep to."""
    if len(lengths) < 2:
        return LONG + 1
    return int(quantiles(lengths, n=10, method="inclusive")[8])

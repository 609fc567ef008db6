"""The lines of a plain text: what surrounds each, and whether its break was meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import quantiles

from pipelines.parse.flow import ends_sentence, folded, is_title
from pipelines.parse.furniture import is_contents_line, is_page_number, running_key

_RULE = re.compile(r"^(?:=+|-{3,}|_{3,}|\*{3,}|(?:[*_-] ){2,}[*_-])$")
_UNDERLINE = re.compile(r"^(=+|-+)$")
_PAGED = re.compile(r"\b(?:p|pp|page)\.? #")
LONG = 160
"""Characters; a file whose lines are longer than this is not hard-wrapped."""


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
    lonely = {i for i in full if is_page_number(lines[i][1]) and _is_alone(lines, i)}
    return {i for i in full if _key(lines[i][1]) in cut and len(lines[i][1]) < 120} | lonely


def _is_alone(lines: Sequence[tuple[int | None, str]], i: int) -> bool:
    return not any(line.strip() for _, line in [*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2]])


def _with_surroundings(
    lines: Sequence[tuple[int | None, str]], furniture: set[int]
) -> list[TextRow]:
    rows: list[TextRow] = []
    blank = True
    for i, (page, line) in enumerate(lines):
        text = folded(line)
        if i in furniture or is_contents_line(text):
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
        done.append(replace(row, forced=width > LONG or room or not after, width=width))
    return tuple(done)


def _width(lengths: Sequence[int]) -> int:
    """The length that all but the longest tenth of lines keep to."""
    if len(lengths) < 2:
        return LONG + 1
    return int(quantiles(lengths, n=10, method="inclusive")[8])

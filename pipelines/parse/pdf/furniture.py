"""What stands on a page besides its text: running heads and feet, page numbers, watermarks.

Text must never be lost for it: a line goes only if it comes again and again, is a page's number, or
stands apart at the edge as small print does.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipelines.parse.flow import ends_sentence
from pipelines.parse.furniture import (
    is_page_number,
    is_print_stamp,
    names_page,
    page_number,
    running_key,
)
from pipelines.parse.looks import is_caption
from pipelines.parse.pdf.contents import contents_lines
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine, body_size, usual_gap
from pipelines.parse.pdf.masthead import masthead
from pipelines.parse.pdf.places import (
    LARGE,
    LONGEST,
    Place,
    Repeats,
    is_plain,
    may_change,
    places_of,
    repeats_of,
)
from pipelines.parse.pdf.rows import Row, edge_rows

_FAR = 2.0
"""A row that stands so many lines off from the text may be no part of it, on one page alone."""
_HARDLY_APART = 1.2
"""So far off is enough for small print where other pages have their running heads."""
_SMALL, _HUGE = 0.97, 2.0
"""Shares of the body's size below which type looks smaller than it, or above which huge."""
_YEARS = 1000
"""From here on a number on one page alone is a year rather than the page's."""
_WORD = re.compile(r"\w+")
_BEGINS = re.compile(r"[^\w\s©]\W*[^\W\d_]")
"""A sign before the first word, as of a list item or of who is quoted."""
_LONGEST_KEY = 300
"""Characters of a line that are compared with those of other pages."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the document: its body's size, its rows at edges, what comes again."""

    size: float
    title: str
    repeats: Callable[[str, str, float], Repeats]
    """The pages that print one of the `_keys` of a line at one side, and at one height."""
    place: Callable[[str, float], Place]
    """What the outermost rows of the pages have in common at one side and height."""
    numbers: dict[int, set[int]]
    """Of pages, by index, the numbers printed at their edges that keep step with the pages."""
    pages: int


def without_furniture(pages: Sequence[PageLayout]) -> list[PageLayout]:
    """The pages without running heads and feet, page numbers, watermarks and lines of contents."""
    lines = [line for page in pages for line in page.lines]
    size = body_size(lines)
    gap = usual_gap(lines, size)
    rows = [list(edge_rows(at, page, gap)) for at, page in enumerate(pages)]
    known = _known(pages, rows, size)
    gone = _everywhere(pages, size)
    for own in rows:
        gone |= _furniture(own, known)
    gone |= _on_their_line([row for own in rows for row in own], known, gone)
    gone |= {id(line) for page in pages[:1] for line in masthead(page)}
    return [replace(page, lines=tuple(_kept(page, gone))) for page in pages]


def _kept(page: PageLayout, gone: set[int]) -> Iterator[PrintedLine]:
    gone = gone | contents_lines(page.lines)
    return (line for line in page.lines if id(line) not in gone)


def _known(pages: Sequence[PageLayout], rows: Sequence[Sequence[Row]], size: float) -> _Known:
    places: dict[str, list[Row]] = defaultdict(list)
    numbers = _in_step([row for own in rows for row in own])
    for row in (row for own in rows for row in own):
        for key in {key for line in row.lines for key in _keys(line, row.page, numbers)}:
            places[key].append(row)
    return _Known(
        size=size,
        title=_title(pages[0]) if pages else "",
        repeats=repeats_of(places),
        place=places_of([x for own in rows for x in own if x.depth == 0], size, len(pages)),
        numbers=numbers,
        pages=len(pages),
    )


def _title(page: PageLayout) -> str:
    """What the first page prints largest; later pages often repeat it above the text."""
    size = max((line.size for line in page.lines), default=0.0)
    if size < 1.1 * body_size(page.lines):
        return ""
    return " ".join(running_key(line.text) for line in page.lines if line.size > 0.97 * size)


def _in_step(rows: Sequence[Row]) -> dict[int, set[int]]:
    """Numbers at the edges that grow as the pages do; where some stand alone, those only."""
    steps: dict[tuple[str, int], set[tuple[int, int]]] = defaultdict(set)
    for row in rows:
        for number in _numbers(row):
            steps[row.side, number - row.page].add((row.page, number))
    found = {number for group in steps.values() if len(group) > 1 for number in group}
    alone = found & {(row.page, page_number(line.text) or 0) for row in rows for line in row.lines}
    numbers: dict[int, set[int]] = defaultdict(set)
    known = {page for page, _ in alone}
    for page, number in found:
        if (page, number) in alone or page not in known:
            numbers[page].add(number)
    return dict(numbers)


def _keys(line: PrintedLine, page: int, numbers: dict[int, set[int]]) -> Iterator[str]:
    """What a line has in common with itself on other pages: its text, but for a page's number."""
    if is_page_number(line.text):
        return
    text = line.text.casefold()[:_LONGEST_KEY]
    yield text
    for word in set(_WORD.findall(text)):
        number = page_number(word)
        if number is not None and number in numbers.get(page, {number}):
            yield re.sub(rf"\b{word}\b", f"#{number - page}", text)


def _numbers(row: Row) -> set[int]:
    """The numbers of pages that a row may hold: its first or last word, or a line of its own."""
    words = [
        word for line in row.lines for word in (*line.text.split()[:1], *line.text.split()[-1:])
    ]
    whole = [line.text for line in row.lines]
    return {number for text in [*words, *whole] if (number := page_number(text)) is not None}


def _furniture(rows: Sequence[Row], known: _Known) -> set[int]:
    """Of the rows at one page's edges the lines that are no text."""
    gone: set[int] = set()
    for side in ("top", "foot"):
        outermost = True
        for row in (row for row in rows if row.side == side):
            found = set(map(id, _lines_gone(row, known, outermost=outermost)))
            gone |= found
            outermost = outermost and len(found) == len(row.lines)
    return gone


def _on_their_line(rows: Sequence[Row], known: _Known, gone: set[int]) -> set[int]:
    """What looks like a running head or foot where other pages have theirs."""
    heads = [row for row in rows if all(id(line) in gone for line in row.lines)]

    @cache
    def pages_at(side: str, y: float) -> set[int]:
        return {row.page for row in heads if row.side == side and abs(row.y - y) < 3}

    found: set[int] = set()
    for row in (row for row in rows if row.depth == 0 and not row.held):
        small = all(line.size < _SMALL * known.size for line in row.lines)
        apart = row.apart or (small and row.off > _HARDLY_APART)
        if apart and is_plain(row, known.size):
            pages = pages_at(row.side, row.y)
            if len(pages) - (row.page in pages) > 1:
                found |= set(map(id, row.lines))
    return found


def _lines_gone(row: Row, known: _Known, *, outermost: bool) -> list[PrintedLine]:
    looks = (_is_numbered, _is_in_one_place, _is_label, _is_far_off)
    may_look = outermost and not row.held
    if may_look and any(look(row, known) for look in looks):
        return list(row.lines)
    alone = outermost and row.apart and (may_look or len(row.lines) == 1)
    numbers = known.numbers.get(row.page, set()) if alone else set()
    return [
        line
        for line in row.lines
        if _comes_again(line, row, known, outermost=outermost) or page_number(line.text) in numbers
    ]


def _is_numbered(row: Row, known: _Known) -> bool:
    """Whether a row carries the page's number, and no more than a running head beside it."""
    if row.apart and any(is_print_stamp(line.text) for line in row.lines):
        return True
    alone = [line for line in row.lines if is_page_number(line.text)]
    in_step = not known.numbers.get(row.page, set()).isdisjoint(_numbers(row))
    others = [line for line in row.lines if line not in alone]
    if alone and not others:
        return in_step or row.apart
    head = len(row.text.split()) <= LONGEST and not ends_sentence(row.text)
    small = all(line.size < LARGE * known.size for line in others)
    return bool(alone or in_step) and head and small and row.apart


def _is_in_one_place(row: Row, known: _Known) -> bool:
    """Whether rows stand apart in this place on several pages, whatever they say."""
    if not may_change(row, known.size):
        return False
    place = known.place(row.side, row.y)
    small = all(line.size < _SMALL * known.size for line in row.lines)
    several = place.alike > 1 or len(row.lines) > 1
    return (small and several) or 3 <= place.alike > 0.6 * place.rows


def _is_label(row: Row, known: _Known) -> bool:
    """Whether a row stands where most pages name their section, in whatever type."""
    return row.text in known.place(row.side, row.y).labels


def _is_far_off(row: Row, known: _Known) -> bool:
    """Whether a brief row in small print, or with a page's number, keeps off from all text."""
    far = _FAR < row.off < math.inf and is_plain(row, known.size) and not is_caption(row.text)
    small = all(line.size < _SMALL * known.size for line in row.lines)
    is_foot = row.side == "foot" and not _BEGINS.match(row.text) and ":" not in row.text
    numbered = min(_numbers(row), default=_YEARS) < _YEARS
    return far and (names_page(row.text) or (small and (is_foot or numbered)))


def _comes_again(line: PrintedLine, row: Row, known: _Known, *, outermost: bool) -> bool:
    """Whether a line is printed in this place on other pages too, or repeats the title."""
    key = running_key(line.text)
    small = line.size < _SMALL * known.size
    if row.page and len(key) > 8 and key in known.title and line.size < LARGE * known.size:
        return row.apart or small
    keys = _keys(line, row.page, known.numbers)
    found = [known.repeats(key, row.side, row.y) for key in keys]
    pages = set[int]().union(*(own for own, _ in found))
    level = set[int]().union(*(own for _, own in found))
    if line.bold or line.size > LARGE * known.size:  # headings, too, may come again
        return len(level) >= max(2, 0.5 * known.pages)
    if len(level) >= 3 or len(pages) >= max(4, 0.15 * known.pages):
        return True
    return len(level) == 2 and known.pages <= 20 and (row.apart or small) and outermost


def _everywhere(pages: Sequence[PageLayout], size: float) -> set[int]:
    """Watermarks and the like: huge, or beside all text, and in one place on most pages."""
    places: dict[tuple[str, int, int], list[PrintedLine]] = defaultdict(list)
    for page in pages:
        lines = [line for line in page.lines if abs(line.size - size) < 0.6]
        left = min((line.x0 for line in lines if len(line.text) > 30), default=0.0)
        for line in page.lines:
            if line.size > _HUGE * size or line.x1 < left - 3:
                key = running_key(line.text)
                places[key, round(line.x0 / 3), round(line.y0 / 3)].append(line)
    often = max(3, 0.5 * len(pages))
    return {
        id(line)
        for key, found in places.items()
        if key[0] and len(found) >= often
        for line in found
    }

"""What stands apart from the running text without a frame: pull quotes, loose tables, drop caps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.parse.flow import Draft, ends_sentence, words_of
from pipelines.parse.looks import is_caption, is_quotation
from pipelines.parse.pdf.lines import PrintedLine, marks_joined
from pipelines.parse.pdf.printing import Print, breaks_off, same_place
from pipelines.parse.pdf.tables import loose_rows, parts

_LONE = re.compile(
    r"\d{1,2}(?:(?:\.\d{1,3})+\.?|[.)])|\(?(?:[a-z]|\d{1,2}|[ivx]{1,4})[.)]|[^\w\s\"'“‘(\[$£€%]"
)
"""What stands alone in a margin: a number, a letter, a bullet."""
_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+(?=[A-Z])")
_LONGEST_ASIDE = 30
"""Lines; more than these between two halves of a sentence are text of their own."""
_FEWEST_PIECES = 6
_MOST_BEHIND = 5
"""Lines behind a table that keep to its columns, such as a source."""
_NEAR = 5
"""Lines after the first of a table's row in which its second cell begins."""


@dataclass(frozen=True, slots=True)
class Float:
    """What stands beside the text, such as a table, a box or notes: it never cuts a sentence."""

    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """Lines that stand between two halves of a sentence, to be composed by themselves."""

    lines: tuple[PrintedLine, ...]


Item = PrintedLine | Float | Aside


def set_apart(items: Sequence[PrintedLine | Float], prints: Print) -> list[Item]:
    """The items with drop caps in their words, loose tables and asides out of the text."""
    words = words_of(item.text for item in items if isinstance(item, PrintedLine))
    numbered = list(marks_joined(items, _is_lone, _opens))
    capped = list(_with_drop_caps(numbered, prints, words))
    return list(_with_asides(list(_with_tables(capped)), prints))


def _is_lone(line: PrintedLine, last: PrintedLine | None) -> bool:
    """Whether a line is nothing but a number or bullet in the margin."""
    return bool(_LONE.fullmatch(line.text)) and not (last and _level(last, line))


def _opens(mark: PrintedLine, line: PrintedLine) -> bool:
    return _level(mark, line) and 0 < line.x0 - mark.x1 < 4 * line.size


def _with_drop_caps(
    items: Sequence[PrintedLine | Float], prints: Print, words: Mapping[str, int]
) -> Iterator[PrintedLine | Float]:
    """Each large initial joined to its line; the lines beside it begin where it does."""
    cap: PrintedLine | None = None
    is_first = False
    for item in items:
        if isinstance(item, Float):
            yield item
        elif _is_drop_cap(item, prints):
            if cap and is_first:
                yield cap
            cap, is_first = item, True
        elif cap and item.page == cap.page and cap.y0 < item.middle and _is_beside(item, cap):
            text = _capped(cap.text, item.text, words) if is_first else item.text
            yield replace(item, text=text, x0=cap.x0, gaps=() if is_first else item.gaps)
            is_first = False
        else:
            if cap and is_first:
                yield cap
            cap = None
            yield item
    if cap and is_first:
        yield cap


def _is_beside(line: PrintedLine, cap: PrintedLine) -> bool:
    """Whether a line begins right of a drop cap, though perhaps lower than the letter ends."""
    hangs = line.y0 < cap.y1 and line.x0 > cap.x1 - 3
    return hangs or (line.middle < cap.y1 and line.x0 >= cap.x0)


def _is_drop_cap(line: PrintedLine, prints: Print) -> bool:
    letters = line.text.lstrip("“‘\"'")
    return len(letters) == 1 and letters.isupper() and line.size > 1.8 * prints.style.size


def _capped(cap: str, text: str, words: Mapping[str, int]) -> str:
    """An initial and the rest of its line; "A" and "I" may be words of their own."""
    first = text.split()[0].casefold().strip(".,;:")
    letter = cap[-1].casefold()
    alone = letter in "ai" and words.get(first, 0) > 1 and not words.get(letter + first, 0)
    return f"{cap} {text}" if alone else cap + text


def _with_tables(items: Sequence[PrintedLine | Float]) -> Iterator[PrintedLine | Float]:
    """Runs of lines that stand side by side in aligned columns as tables."""
    k = 0
    while k < len(items):
        run = _side_by_side(items, k)
        rows, taken = _longest_table(run)
        if rows:
            yield Float(tuple(rows))
        else:
            yield from items[k : k + taken]
        k += taken


def _longest_table(run: Sequence[PrintedLine]) -> tuple[list[Draft], int]:
    """The rows of a table that a run begins with, and how many items they or none of them take."""
    if len(run) < _FEWEST_PIECES:
        return [], 1
    for count in range(len(run), max(len(run) - _MOST_BEHIND, _FEWEST_PIECES) - 1, -1):
        if rows := loose_rows(run[:count]):
            return rows, count
        if any(_level(run[count - 1], other) for other in run[:count]):
            break
    return [], len(run)


def _side_by_side(items: Sequence[PrintedLine | Float], start: int) -> list[PrintedLine]:
    """The lines from `start` on that keep to the columns which the first line's cells begin."""
    first = items[start]
    if not isinstance(first, PrintedLine):
        return []
    beside = [x for x in _lines(items[start + 1 : start + _NEAR]) if _level(first, x)]
    if not beside and (not first.gaps or _is_numbered_heading(first)):
        return []
    run: list[PrintedLine] = []
    columns: list[tuple[float, float]] = []
    for item in items[start:]:
        if not isinstance(item, PrintedLine) or not _goes_below(run, item):
            break
        if _is_numbered_heading(item):
            break
        spans = [(part.x0, part.x1) for part in parts(item)]
        grown = _spread(columns, spans)
        in_first = len(columns) < 2 and len(run) < _NEAR
        if not (_overlaps(first, item) or in_first) and len(grown) != len(columns):
            break
        run.append(item)
        columns = grown
    return run


def _is_numbered_heading(line: PrintedLine) -> bool:
    """Whether a bold line has no wide space but between a section's number and its name."""
    number = _SECTION.match(line.text)
    places = [at for at, _, _ in line.gaps]
    return number is not None and line.bold and places in ([], [number.end()])


def _overlaps(a: PrintedLine, b: PrintedLine) -> bool:
    return a.y0 < b.y1 and b.y0 < a.y1


def _goes_below(run: Sequence[PrintedLine], item: PrintedLine) -> bool:
    if not run:
        return True
    near = item.y0 - max(line.y0 for line in run) < 4 * item.size
    return near and same_place(run[0], item) and abs(item.size - run[0].size) < 1.5


def _spread(
    columns: Sequence[tuple[float, float]], spans: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """The columns made as wide as `spans` need; those that come to touch are one."""
    spread: list[tuple[float, float]] = []
    for x0, x1 in sorted([*columns, *spans]):
        if spread and x0 < spread[-1][1] + 2:
            spread[-1] = (spread[-1][0], max(spread[-1][1], x1))
        else:
            spread.append((x0, x1))
    return spread


def _lines(items: Sequence[PrintedLine | Float]) -> Iterator[PrintedLine]:
    return (item for item in items if isinstance(item, PrintedLine))


def _level(a: PrintedLine, b: PrintedLine) -> bool:
    apart = a.x0 > b.x1 + 2 or b.x0 > a.x1 + 2
    return a.page == b.page and apart and abs(a.middle - b.middle) < 0.4 * min(a.size, b.size)


def _with_asides(items: Sequence[PrintedLine | Float], prints: Print) -> Iterator[Item]:
    """Lines printed otherwise than the text, between two halves of a sentence, as asides."""
    k = 0
    last: PrintedLine | None = None
    while k < len(items):
        item = items[k]
        if isinstance(item, Float):
            yield item
            k += 1
            continue
        run = _otherwise(items, k, prints) if last else []
        following = next(_lines(items[k + len(run) :]), None) if run else None
        if last and following and _stands_apart(run, last, following, prints):
            yield from _split(run)
            k += len(run)
            continue
        yield item
        last = None if _is_other(item, prints) else item
        k += 1


def _otherwise(items: Sequence[PrintedLine | Float], start: int, prints: Print) -> list[Item]:
    """The run of items from `start` on that are not set like the text."""
    run: list[Item] = []
    caption: PrintedLine | None = None
    for item in items[start : start + _LONGEST_ASIDE]:
        if isinstance(item, PrintedLine):
            goes_on = caption is not None and prints.caption_goes_on(caption, item)
            if not goes_on and not _is_other(item, prints):
                return run
            caption = item if goes_on or is_caption(item.text) else None
        run.append(item)
    return []


def _is_other(line: PrintedLine, prints: Print) -> bool:
    style = prints.style
    larger = abs(line.size - style.size) > 0.06 * style.size
    return larger or (line.bold != style.bold) or is_caption(line.text)


def _stands_apart(
    run: Sequence[Item], last: PrintedLine, following: PrintedLine, prints: Print
) -> bool:
    """Whether the text goes on around a run: it cuts a sentence, or is a quotation in large type.

    A name behind a dash is no text, but says who is quoted.
    """
    lines = [item for item in run if isinstance(item, PrintedLine)]
    text = " ".join(line.text for line in lines)
    quoted = bool(text) and prints.is_large(lines[0]) and is_quotation(text)
    quoted &= len({(line.size, line.bold) for line in lines}) == 1
    return (quoted and following.text[0].isalnum()) or _is_cut(last, following, prints)


def _is_cut(last: PrintedLine, following: PrintedLine, prints: Print) -> bool:
    """Whether a sentence that `last` begins goes on with `following`."""
    goes_on = following.text[0].islower()
    if ends_sentence(last.text) or _is_other(following, prints):
        return False
    if last.text[-1] in ":;" and not goes_on:
        return False
    if goes_on and last.page == following.page and abs(last.x0 - following.x0) < 1:
        return True
    return sum((breaks_off(last.text), goes_on, prints.is_full(last))) > 1


def _split(run: Sequence[Item]) -> Iterator[Item]:
    """The lines of a run as asides between its floats."""
    lines: list[PrintedLine] = []
    for item in run:
        if isinstance(item, PrintedLine):
            lines.append(item)
            continue
        if lines:
            yield Aside(tuple(lines))
        lines = []
        yield item
    if lines:
        yield Aside(tuple(lines))

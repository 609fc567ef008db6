"""The scores that any reading can be given, plain text too; each known unit gives one point."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from designs import Typeset
from masters import Item, Master, Paragraph, Table, body, plain
from texts import fair, fold, in_order, lenient, rising, squashed

BROKEN = re.compile("[-\u00ad\u2010\u0002\ufffe]$")


@dataclass(frozen=True)
class Point:
    """Whether a unit was read as a person reads it; where not, what came instead."""

    score: str
    right: bool
    page: int
    expected: str
    got: str = ""


@dataclass(frozen=True)
class Plain:
    """What a peer gives: its text with line ends, and the rows of tables if it tells them apart."""

    text: str
    rows: tuple[tuple[str, ...], ...] = ()


def shares(points: Sequence[Point]) -> dict[str, float]:
    """The share of points that are right, by score."""
    all_, right = Counter(p.score for p in points), Counter(p.score for p in points if p.right)
    return {score: right[score] / count for score, count in all_.items()}


def score_plain(master: Master, typeset: Typeset, reading: Plain, broken: Breaks) -> list[Point]:
    """All points that a plain text can have."""
    text = lenient(reading.text)
    lines = [lenient(line) for line in reading.text.splitlines()]
    return [
        *order_points(master, typeset, reading.text),
        *whole_points(master, typeset, lambda unit: bool(fair(unit).search(text))),
        *hyphen_points(broken, text, lenient),
        *furniture_points(master, typeset, lines),
        *item_points(master, typeset, lines),
        *row_points(master, typeset, reading, lines),
    ]


def order_points(master: Master, typeset: Typeset, text: str) -> list[Point]:
    """A point for each unit of the body that stands whole in a longest run in the right order."""
    units = list(body(master))
    flat = squashed(text)
    positions = [found.start() if (found := in_order(u).search(flat)) else -1 for u in units]
    run = rising(positions)
    return [
        Point(
            "order", k in run, typeset.pages[plain(unit)], plain(unit), "not in its place, or cut"
        )
        for k, unit in enumerate(units)
    ]


def whole_points(master: Master, typeset: Typeset, is_whole: Callable[[str], bool]) -> list[Point]:
    """A point for each sentence of the body that is in the text with its very words."""
    return [
        Point("whole", is_whole(sentence), typeset.pages[plain(sentence)], plain(sentence))
        for block in master.blocks
        if isinstance(block, Paragraph)
        for sentence in block.sentences
    ]


Breaks = list[tuple[int, str, str]]
"""Page, the word broken at a line's end as it ought to be, and its words in context."""


def breaks(master: Master, page_texts: Sequence[str]) -> Breaks:
    """The words of a typeset document that are broken at the ends of lines."""
    known = " ".join(fold(text) for text in texts_of(master))
    found: Breaks = []
    for number, text in enumerate(page_texts, 1):
        for line, following in pairwise(text.splitlines()):
            first, last = line.split(), following.split()
            if not first or not last or not BROKEN.search(first[-1]):
                continue
            for hyphen in ("", "-"):
                word = first[-1][:-1] + hyphen + last[0]
                context = " ".join([*first[-2:-1], word, *last[1:2]])
                if context in known:
                    found.append((number, word, context))
                    break
    return found


def texts_of(master: Master) -> Iterator[str]:
    """Every text of a master that flows in lines."""
    for block in master.blocks:
        if not isinstance(block, Table):
            yield plain(block.text)
    yield from master.notes.values()


def hyphen_points(broken: Breaks, text: str, tidy: Callable[[str], str]) -> list[Point]:
    """A point for each broken word that stands in the text as it is spelt."""
    return [
        Point("hyphens", tidy(context) in text, page, f"{word} (in “{context}”)")
        for page, word, context in broken
    ]


def furniture_points(master: Master, typeset: Typeset, lines: Sequence[str]) -> list[Point]:
    """A point for each running head and foot that is not a line of its own in the text."""
    seen = Counter(lines)
    seen.subtract([lenient(master.title), lenient(master.title.split(":")[0])])
    points = []
    for page, words in typeset.furniture:
        leaks = seen[lenient(words)] > 0
        seen[lenient(words)] -= leaks
        points.append(Point("furniture", not leaks, page, f"no line “{words}”", words))
    return points


def item_points(master: Master, typeset: Typeset, lines: Sequence[str]) -> list[Point]:
    """A point for each list item that begins and ends where lines do."""
    text = "\n".join(lines)
    points = []
    for block in master.blocks:
        if isinstance(block, Item):
            words = r"\s".join(map(re.escape, lenient(block.text).split()))
            alone = re.search(rf"^[^\w\n]*(?:\d+[.)])?\W*{words}[*_]*$", text, re.M)
            points.append(Point("items", bool(alone), typeset.pages[block.text], block.text))
    return points


def row_points(
    master: Master, typeset: Typeset, reading: Plain, lines: Sequence[str]
) -> list[Point]:
    """A point for each table row with its cells in order, in a line or a row of a table."""
    rows = [lenient(" ".join(row)) for row in reading.rows]
    loose = {lenient(re.sub(r"[|*]+", " ", line)) for line in lines} | set(rows)
    return [
        Point("rows", lenient(" ".join(row)) in loose, page, " | ".join(row))
        for page, table in tables_of(master, typeset)
        for row in table.rows
    ]


def tables_of(master: Master, typeset: Typeset) -> list[tuple[int, Table]]:
    """Each table with the page of the body before it."""
    return [(page, block) for page, block in placed(master, typeset) if isinstance(block, Table)]


def placed(master: Master, typeset: Typeset) -> Iterator[tuple[int, object]]:
    """Each block with its page; that of the body before it where it is not of the body."""
    page = 1
    for block in master.blocks:
        if isinstance(block, Paragraph):
            yield typeset.pages[plain(block.sentences[0])], block
            page = typeset.pages[plain(block.sentences[-1])]
        elif isinstance(block, Item):
            page = typeset.pages[block.text]
            yield page, block
        else:
            yield page, block

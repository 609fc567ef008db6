"""The scores of our own reading: blocks, their kinds and levels, statements and their pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from designs import Typeset
from masters import Aside, Entry, Heading, Item, Master, Paragraph, body, plain
from score import (
    Breaks,
    Point,
    furniture_points,
    hyphen_points,
    order_points,
    placed,
    tables_of,
    whole_points,
)
from texts import exact, fold, lenient, nearest

from kb.models import Document, Passage, Statement

NUMBERED = re.compile(r"^\d+(?:\.\d+)*\.? ")
NUMBER = re.compile(r"^\[?\d+[\].)]?\s+")


@dataclass
class Ours:
    """A document as we read it, its passages and its statements, with ways to look them up."""

    document: Document
    passages: Sequence[Passage]
    statements: Sequence[Statement]
    by_kind: dict[str, list[Passage]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_kind = defaultdict(list)
        for passage in self.passages:
            self.by_kind[passage.kind].append(passage)

    def near(self, expected: str) -> str:
        """The passages most like the text, for a person to see what went wrong."""
        return nearest(plain(expected), ((label(p), p.text) for p in self.passages))

    def near_statement(self, expected: str) -> str:
        """The statements most like the text."""
        return nearest(plain(expected), ((f"p. {s.page}", s.text) for s in self.statements))


def label(passage: Passage) -> str:
    """A passage's kind, level and page in short."""
    page = f" p. {passage.lines[0].page}" if passage.lines else ""
    return f"{passage.kind}{passage.level or ''}{page}"


def score_ours(master: Master, typeset: Typeset, ours: Ours, broken: Breaks) -> list[Point]:
    """All points of our reading of a typeset master."""
    text = fold(ours.document.text)
    lines = [lenient(p.text) for p in ours.passages]
    whole = whole_points(master, typeset, lambda unit: bool(exact(unit).search(text)))
    points = [
        *order_points(master, typeset, ours.document.text),
        *whole,
        *statement_points(master, typeset, ours),
        *paragraph_points(master, typeset, ours),
        *heading_points(master, typeset, ours),
        *item_points(master, typeset, ours),
        *furniture_points(master, typeset, lines),
        *hyphen_points(broken, text, fold),
        *note_points(master, typeset, ours),
        *table_points(master, typeset, ours),
        *aside_points(master, typeset, ours),
        *reference_points(master, ours),
        *fact_points(master, ours),
    ]
    return [with_nearest(point, ours) for point in points]


def with_nearest(point: Point, ours: Ours) -> Point:
    """The point, with the passages most like it where it was missed without a word."""
    if point.right or point.got:
        return point
    got = ours.near(re.sub(r" \(in “.*", "", point.expected))
    if point.score == "hyphens":
        got = ours.near(point.expected.partition("“")[2])
    return Point(point.score, False, point.page, point.expected, got or "nothing like it")


def matches(text: str, expected: str) -> bool:
    """Whether a text is what was expected, apart from marks in brackets."""
    tail = r"(?: ?\[\d+\])?"
    return bool(re.fullmatch(exact(expected).pattern + tail, text))


def statement_points(master: Master, typeset: Typeset, ours: Ours) -> Iterator[Point]:
    """Each unit of the body is one statement, and on the right page."""
    found = defaultdict(list)
    for statement in ours.statements:
        found[bare(statement.text)].append(statement)
    for unit in body(master):
        page, text = typeset.pages[plain(unit)], plain(unit)
        same = found.get(bare(text), [])
        got = "" if same else "statements " + ours.near_statement(text)
        yield Point("statements", bool(same), page, text, got)
        if same:
            pages = [statement.page for statement in same]
            yield Point("pages", page in pages, page, text, f"page {pages}")


def bare(text: str) -> str:
    """A text without marks in brackets, and what they leave of space."""
    return fold(re.sub(r" ?\[\d+\]", "", text))


def paragraph_points(master: Master, typeset: Typeset, ours: Ours) -> Iterator[Point]:
    """Each paragraph is exactly one block of its own."""
    found = {bare(passage.text) for passage in ours.by_kind["paragraph"]}
    for page, block in placed(master, typeset):
        if isinstance(block, Paragraph):
            yield Point("paragraphs", bare(plain(block.text)) in found, page, plain(block.text))


def name(text: str) -> str:
    """A heading's words without number and case."""
    return NUMBERED.sub("", fold(text)).casefold()


def heading_points(master: Master, typeset: Typeset, ours: Ours) -> Iterator[Point]:
    """Headings found, nothing else taken for one, and each under the heading it belongs to."""
    found = [(p.level, name(p.text)) for p in ours.by_kind["heading"]]
    title = [name(master.title)]
    parents = parents_of([each for each in found if each[1] not in title])
    known = [(b.level, name(b.text)) for b in master.blocks if isinstance(b, Heading)]
    wanted = parents_of(known)
    for page, block in placed(master, typeset):
        if isinstance(block, Heading):
            key = name(block.text)
            yield Point("headings", key in parents, page, block.text)
            if key in parents:
                right = parents[key] == wanted[key]
                yield Point(
                    "levels", right, page, f"{block.text} under {wanted[key]}", f"{parents[key]}"
                )
    for passage in ours.by_kind["heading"]:
        right = name(passage.text) in wanted or name(passage.text) in title
        yield Point("no other headings", right, page_of(passage), "no heading", label_and(passage))


def page_of(passage: Passage) -> int:
    """The page a passage begins on, 0 if unknown."""
    return passage.lines[0].page if passage.lines else 0


def label_and(passage: Passage) -> str:
    """A passage's label and its text."""
    return f"{label(passage)}: {passage.text}"


def parents_of(headings: Sequence[tuple[int, str]]) -> dict[str, str]:
    """For each heading the one it stands under, "" for the outermost."""
    above: list[tuple[int, str]] = []
    parents = {}
    for level, text in headings:
        while above and above[-1][0] >= level:
            above.pop()
        parents[text] = above[-1][1] if above else ""
        above.append((level, text))
    return parents


def item_points(master: Master, typeset: Typeset, ours: Ours) -> Iterator[Point]:
    """Each list item is alone, at its depth, under its lead-in."""
    found = {bare(p.text): p for p in ours.by_kind["list_item"]}
    for block in master.blocks:
        if not isinstance(block, Item):
            continue
        page = typeset.pages[block.text]
        passage = found.get(block.text)
        yield Point("items", passage is not None, page, block.text)
        if passage:
            got = f"depth {passage.level}, “{passage.lead_in}”"
            wanted = f"depth {block.depth}, “{block.lead_in}”"
            yield Point("lead-ins", bare(got) == wanted, page, f"{block.text}: {wanted}", got)


def note_points(master: Master, typeset: Typeset, ours: Ours) -> Iterator[Point]:
    """Each footnote is one, and the sentence with its mark is whole."""
    found = {NUMBER.sub("", p.text) for p in ours.by_kind["footnote"]}
    statements = {bare(s.text) for s in ours.statements}
    marked = {
        number: sentence
        for sentence in body(master)
        for number in master.notes
        if f"{{{number}}}" in sentence
    }
    for number, note in master.notes.items():
        page = typeset.pages[plain(marked[number])]
        yield Point("footnotes", note in found, page, note)
        whole = bare(plain(marked[number])) in statements
        yield Point("footnotes", whole, page, plain(marked[number]))


def table_points(master: Master, typeset: Typeset, ours: Ours) -> Iterator[Point]:
    """Each row with its cells and column heads, and each caption."""
    by_text = {p.text: p for p in ours.by_kind["table_row"]}
    captions = {p.text for p in ours.by_kind["caption"]}
    for page, table in tables_of(master, typeset):
        head = " | ".join(table.head)
        yield Point("captions", table.caption in captions, page, table.caption)
        for row in table.rows:
            text = " | ".join(row)
            passage = by_text.get(text)
            yield Point("rows", passage is not None, page, text)
            if passage:
                got = passage.lead_in
                yield Point("column heads", got == head, page, f"{head} ({text})", got or "none")


def aside_points(master: Master, typeset: Typeset, ours: Ours) -> Iterator[Point]:
    """Each box is together and apart from the body, each pull quote a box of its own."""
    runs = [
        fold(" ".join(p.text for p in run))
        for kind, run in ((k, list(g)) for k, g in groupby(ours.passages, key=lambda p: p.kind))
        if kind == "box"
    ]
    for page, block in placed(master, typeset):
        if isinstance(block, Aside):
            right = any(block.text in run for run in runs)
            yield Point("boxes", right, page, block.text)
        elif isinstance(block, Paragraph) and block.pull:
            right = any(block.pull in run for run in runs)
            yield Point("pull quotes", right, page, block.pull)


def reference_points(master: Master, ours: Ours) -> Iterator[Point]:
    """Each reference is one block of that kind."""
    found = {NUMBER.sub("", p.text): p for p in ours.by_kind["reference"]}
    for block in master.blocks:
        if isinstance(block, Entry):
            yield Point("references", block.text in found, ours.document.pages or 0, block.text)


def fact_points(master: Master, ours: Ours) -> Iterator[Point]:
    """Title and authors."""
    title, authors = ours.document.title, ours.document.authors
    yield Point("title", fold(title) == master.title, 1, master.title, title)
    yield Point("authors", authors == master.authors, 1, f"{master.authors}", f"{authors}")

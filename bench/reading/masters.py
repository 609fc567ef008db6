"""The masters: reports whose every word is known, so that a reading can be scored exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from writer import Writer, successor, words

MARK = re.compile(r"\{(\d+)\}")
"""A note's or a reference's number in a text, to be printed raised."""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """The sentences of a paragraph; `pull` is a quotation set into the middle of them."""

    sentences: tuple[str, ...]
    pull: str = ""

    @property
    def text(self) -> str:
        """The paragraph in one string."""
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Item:
    """A list item; `number` is 0 for a bullet, `lead_in` the words that it completes."""

    depth: int
    text: str
    number: int = 0
    lead_in: str = ""


@dataclass(frozen=True)
class Aside:
    """A box or a sidebar with its title."""

    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words of the box, its title first."""
        return " ".join([self.title, *self.sentences])


@dataclass(frozen=True)
class Table:
    """A table with its column heads; the first cell of a row is its head."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Entry:
    """An entry of the list of references; `number` is 0 where they are not numbered."""

    text: str
    number: int = 0


Block = Heading | Paragraph | Item | Aside | Table | Entry


@dataclass(frozen=True)
class Master:
    """A whole report; `notes` are its footnotes by number."""

    name: str
    title: str
    authors: tuple[str, ...]
    blocks: tuple[Block, ...]
    notes: dict[int, str] = field(default_factory=dict)


def plain(text: str) -> str:
    """The text without the marks of notes and references."""
    return MARK.sub("", text)


def body(master: Master) -> Iterator[str]:
    """Each sentence and list item of the running text, in order, with its marks."""
    for block in master.blocks:
        if isinstance(block, Paragraph):
            yield from block.sentences
        elif isinstance(block, Item):
            yield block.text


CITATIONS = ("notes", "numbers", "brackets")
"""Footnotes and author-year; raised numbers of references; numbers in brackets and footnotes."""


class Report:
    """Puts a master together, block by block."""

    def __init__(self, name: str, seed: int, cites: str, sections: int) -> None:
        self.name, self.cites, self.sections = name, cites, sections
        self.writer = Writer(seed)
        self.seed = seed
        self.blocks: list[Block] = []
        self.notes: dict[int, str] = {}
        self.cited = 0
        self.counts = {"box": 0, "table": 0, "list": 0, "pull": 0}
        self.titles = {level: list(words()["headings"][level]) for level in (1, 2, 3)}
        for names in (self.titles[2], self.titles[3]):
            self.writer.chance.shuffle(names)

    def made(self) -> Master:
        """The whole report."""
        facts = words()["titles"][self.seed % len(words()["titles"])]
        for number in range(self.sections):
            self.section(number)
        self.references()
        return Master(
            self.name, facts["title"], tuple(facts["authors"]), tuple(self.blocks), self.notes
        )

    def section(self, number: int) -> None:
        """A first-level section with two subsections and what stands in them."""
        self.heading(1)
        self.paragraph()
        self.paragraph(cite=True)
        self.heading(2)
        self.paragraph(note=True)
        self.list_() if number % 2 else self.box()
        self.paragraph(pull=number % 2 == 0)
        self.heading(3)
        self.paragraph(cite=True)
        self.heading(3)
        self.paragraph()
        self.table() if number % 2 == 0 else self.paragraph(note=True)
        self.heading(2)
        self.paragraph()
        self.list_() if number % 2 == 0 else self.paragraph(pull=number % 3 == 1)
        self.paragraph(cite=True)

    def heading(self, level: int) -> None:
        """The next heading of a level; where they run out, one more with a number of a part."""
        names = self.titles[level]
        text = names.pop(0)
        names.append(successor(text))
        self.blocks.append(Heading(level, text))

    def paragraph(self, *, note: bool = False, cite: bool = False, pull: bool = False) -> None:
        """A paragraph, with what is asked for in its second sentence."""
        sentences = list(self.writer.sentences(4, 7))
        if note and self.cites != "numbers":
            number = len(self.notes) + 1
            self.notes[number] = self.writer.one_of("notes")
            sentences[1] += f"{{{number}}}"
        if cite:
            sentences[2] = self.citing(sentences[2])
        self.blocks.append(Paragraph(tuple(sentences), self.pull() if pull else ""))

    def pull(self) -> str:
        """The next pull quote; "" when all are used."""
        self.counts["pull"] += 1
        quotes = words()["pulls"]
        return quotes[self.counts["pull"] - 1] if self.counts["pull"] <= len(quotes) else ""

    def citing(self, sentence: str) -> str:
        """The sentence with the next reference cited in it."""
        source = words()["references"][self.cited % len(words()["references"])]
        self.cited += 1
        number = (self.cited - 1) % len(words()["references"]) + 1
        if self.cites == "numbers":
            return f"{sentence[:-1]}{{{number}}}."
        if self.cites == "brackets":
            return f"{sentence[:-1]} [{number}]."
        return f"{sentence[:-1]} ({source['short']}, {source['year']})."

    def list_(self) -> None:
        """A lead-in with its list: flat, or nested two or three deep, with bullets or numbers."""
        self.counts["list"] += 1
        lead = self.writer.one_of("lead_ins")
        opening = self.writer.sentences(1, 2)
        self.blocks.append(Paragraph((*opening, lead)))
        kind = self.counts["list"] % 4
        depths = [(1, 1, 1), (1, 2, 2, 1, 2), (1, 1, 1, 1), (1, 2, 3, 3, 2, 1)][kind]
        self.items(lead, depths, numbered=kind in (2, 1))

    def items(self, lead: str, depths: tuple[int, ...], *, numbered: bool) -> None:
        """Items at the given depths; only the outer ones of a numbered list are numbered."""
        above: list[str] = []
        count = 0
        for depth in depths:
            text = self.writer.new(lambda: self.writer.fill("{items} {item_ends}"))
            count += depth == 1
            del above[depth - 1 :]
            lead_in = " ".join([lead, *above])
            number = count if numbered and depth == 1 else 0
            self.blocks.append(Item(depth, text, number, lead_in))
            above.append(text)

    def box(self) -> None:
        """The next box."""
        titles = words()["box_titles"]
        title = titles[self.counts["box"] % len(titles)]
        self.counts["box"] += 1
        title = title.replace("{n}", str(self.counts["box"]))
        self.blocks.append(Aside(title, self.writer.sentences(3, 5)))

    def table(self) -> None:
        """The next table; every second one is long enough to cross a page."""
        self.counts["table"] += 1
        number = self.counts["table"]
        data = words()["tables"][(number + self.seed) % 3] if number % 2 else self.long_table()
        caption = data["caption"].replace("{n}", str(number))
        self.blocks.append(Table(caption, tuple(data["head"]), tuple(map(tuple, data["rows"]))))

    def long_table(self) -> dict[str, Any]:
        """A table of a row a practice."""
        data, chance = words()["long_table"], self.writer.chance
        rows = [
            (
                f"{name} {chance.choice(data['suffix'])}",
                *(str(chance.randint(20, 900)) for _ in range(2)),
                chance.choice(data["ratings"]),
            )
            for name in data["names"]
        ]
        return {"caption": data["caption"], "head": data["head"], "rows": rows}

    def references(self) -> None:
        """The list of references, with its heading."""
        self.blocks.append(Heading(1, "References"))
        for number, source in enumerate(words()["references"], 1):
            text = f"{source['by']} ({source['year']}). {source['title']}. {source['in']}."
            self.blocks.append(Entry(text, 0 if self.cites == "notes" else number))


@cache
def master(name: str) -> Master:
    """The master of this name: "notes", "numbers" or "brackets", or "book-40" of forty sections."""
    kind, _, sections = name.partition("-")
    cites = CITATIONS[0] if kind == "book" else kind
    return Report(
        name, seed=CITATIONS.index(cites) + 1, cites=cites, sections=int(sections or 4)
    ).made()

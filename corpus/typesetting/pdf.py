"""Writes a master as PDF, in one column or two, with footnotes at the foot of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import typst

from typesetting.read import Block, Inline, Master, Reference, Span, address, citation, plain

TEMPLATE = Path(__file__).with_name("report.typ")
IMPRINT = "Evidence knowledge base"


def write_two_columns(master: Master) -> bytes:
    """The note as a report in two columns; the same bytes every time."""
    return _compiled(master, columns=2)


def write_one_column(master: Master) -> bytes:
    """The note as a report in one column; the same bytes every time."""
    return _compiled(master, columns=1)


def _compiled(master: Master, *, columns: int) -> bytes:
    text = _Text(master, columns).document()
    written = datetime.fromisoformat(master.written).replace(tzinfo=UTC)
    source = TEMPLATE.read_text(encoding="utf-8") + text
    pdf = typst.compile(
        source.encode(),
        format="pdf",
        ignore_system_fonts=True,
        timestamp=int(written.timestamp()),
    )
    assert isinstance(pdf, bytes)  # only a document of several images gives a list
    return pdf


class _Text:
    """Typst's own language for one note; remembers which footnotes were set already."""

    def __init__(self, master: Master, columns: int) -> None:
        self.master = master
        self.columns = columns
        self.noted: set[int] = set()

    def document(self) -> str:
        master = self.master
        date = datetime.fromisoformat(master.written)
        about = f"{master.programme}. {master.country}, {master.period}."
        imprint = f"{IMPRINT} · {date:%d %B %Y} · {master.licence.replace('-', ' ', 2)}"
        head = (
            f"\n#show: report.with(title: {_string(master.title)}, "
            f"kind: {_string(master.kind.capitalize())}, about: {_string(about)}, "
            f"imprint: {_string(imprint)}, abreast: {self.columns}, "
            f"date: datetime(year: {date.year}, month: {date.month}, day: {date.day}))\n"
        )
        blocks = [self.block(block) for block in master.blocks]
        entries = "".join(f"[{_reference(reference)}]," for reference in master.references)
        return "\n\n".join([head, *blocks, f"= References\n\n#references({entries})\n"])

    def block(self, block: Block) -> str:
        if block.kind == "heading":
            return "=" * block.level + " " + self.inline(block.inline)
        if block.kind == "list":
            name = "enum" if block.ordered else "list"
            return f"#{name}({self.cells(block.items)})"
        if block.kind == "table":
            return self.table(block)
        if block.kind == "box":
            return "#definition[\n" + "\n\n".join(map(self.block, block.blocks)) + "\n]"
        return self.inline(block.inline)

    def table(self, block: Block) -> str:
        head, *rows = block.rows
        caption = f"caption: [{self.inline(block.caption)}], " if block.caption else ""
        sides = ", ".join("right" if side else "left" for side in block.right)
        widths = ", ".join(f"{share}fr" for share in _shares(block.rows))
        cells = "".join(self.cells(row) for row in rows)
        return (
            f"#figures(columns: ({widths}), align: ({sides}), "
            f"{caption}({self.cells(head)}), {cells})"
        )

    def cells(self, cells: Sequence[Inline]) -> str:
        return "".join(f"[{self.inline(cell)}]," for cell in cells)

    def inline(self, inline: Inline) -> str:
        done, after_note = "", False
        for span in inline:
            if span.note:
                done += "#super[,];" * after_note + self.note(span.note)
            else:
                done += _dressed(span.text, span)
            after_note = span.note > 0
        return done

    def note(self, number: int) -> str:
        if number in self.noted:
            return f"#footnote(<note-{number}>);"
        self.noted.add(number)
        words = self.inline(self.master.notes[number - 1])
        return f"#[#footnote[{words}]<note-{number}>];"


def _dressed(text: str, span: Span) -> str:
    words = _escaped(text)
    words = f"#emph[{words}];" if span.emphasis else words
    return f"#strong[{words}];" if span.strong else words


def _reference(reference: Reference) -> str:
    *before, last = citation(reference)
    tail, printed = last.text.rsplit(" ", 1)
    words = "".join(_dressed(span.text, span) for span in before) + _escaped(tail)
    body = f"[{_escaped(printed)}]" if reference.doi else ""
    return f"{words} #link({_string(address(reference))}){body}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\#*_`$<>@~\[\]/=+\-\"'])", r"\\\1", text)


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shares(rows: Sequence[Sequence[Inline]]) -> list[int]:
    """How much of the width each column deserves: the root of what it holds, so none starves."""
    columns = zip(*rows, strict=True)
    return [max(3, round(sum(len(plain(cell)) for cell in column) ** 0.6)) for column in columns]

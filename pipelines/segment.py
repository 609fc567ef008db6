"""Cut passages into statements, the units of coding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import pairwise

from kb.errors import Unsound
from kb.models import Document, Line, Passage, Statement
from pipelines.listings import listings
from pipelines.run_in import is_run_in
from pipelines.sentences import LETTER, Span, Splitter, load_splitter

__all__ = ["Splitter", "load_splitter", "segment"]

WITHOUT_STATEMENTS = ("heading", "reference")
LONG_PIECE = 60
"""Words from which a list item or table row of several sentences is taken sentence by sentence."""

CELL_END = " | "


def segment(
    document: Document, passages: Sequence[Passage], *, split: Splitter
) -> tuple[Statement, ...]:
    """The statements of a document's passages in order; Unsound if a passage is not in its text."""
    seen: Counter[str] = Counter()
    statements: list[Statement] = []
    listed = listings(passages)
    for passage in passages:
        check_place(document, passage)
        if passage.kind in WITHOUT_STATEMENTS or passage.id in listed:
            continue
        for span in iter_spans(passage, split):
            text = passage.text[slice(*span)]
            key = statement_id(document.id, text, seen[text])
            seen[text] += 1
            statements.append(to_statement(passage, span, id=key, ordinal=len(statements) + 1))
    return tuple(statements)


def statement_id(document_id: str, text: str, earlier: int) -> str:
    """Twelve hexadecimal digits for the statement with `earlier` ones of the same words before it.

    Words, not positions, make the id: people's decisions and links hang on it, and must outlive
    a better parser that moves every offset of the document.
    """
    return sha256(f"{document_id}\x1f{text}\x1f{earlier}".encode()).hexdigest()[:12]


def check_place(document: Document, passage: Passage) -> None:
    """Raise Unsound if the passage is not in the document's text."""
    if document.text[passage.char_start : passage.char_end] != passage.text:
        raise Unsound(f"{document.path}: passage {passage.ordinal} is not where it says it is")


def iter_spans(passage: Passage, split: Splitter) -> Iterator[Span]:
    """(start, end) in the passage's own text of each statement in it."""
    for span in spans_of(passage, split):
        if passage.kind == "table_row" or LETTER.search(passage.text, *span):
            yield span


def spans_of(passage: Passage, split: Splitter) -> list[Span]:
    """The pieces of a passage: its sentences, but a list item that is not long stays whole."""
    if passage.kind == "table_row":
        return spans_of_row(passage.text, split)
    if passage.kind == "list_item" and len(passage.text.split()) < LONG_PIECE:
        return whole(passage.text)
    return with_run_in(passage.text, list(split(passage.text)))


def with_run_in(text: str, spans: list[Span]) -> list[Span]:
    """The sentences, the first with a label that is run in before it: "Staff. They agreed."."""
    if len(spans) < 2:
        return spans
    (start, end), (second, close) = spans[:2]
    if text[end:second].strip() or not is_run_in(text[start:end]):
        return spans
    return [(start, close), *spans[2:]]


def spans_of_row(row: str, split: Splitter) -> list[Span]:
    """A table row whole; but the sentences of each cell if it is long and one has several."""
    if len(row.split()) < LONG_PIECE:
        return whole(row)
    cells: list[list[Span]] = []
    start = 0
    for cell in row.split(CELL_END):
        found = ((start + first, start + end) for first, end in split(cell))
        cells.append([span for span in found if LETTER.search(row, *span)])
        start += len(cell) + len(CELL_END)
    if all(len(spans) < 2 for spans in cells):
        return whole(row)
    return [span for spans in cells for span in spans]


def whole(text: str) -> list[Span]:
    """The one span of a text without the white space around it; none if nothing is left."""
    trimmed = text.strip()
    start = text.find(trimmed)
    return [(start, start + len(trimmed))] if trimmed else []


def to_statement(passage: Passage, span: Span, *, id: str, ordinal: int) -> Statement:
    """The statement at `span` of the passage's text."""
    start, end = span
    lines = lines_of(passage, start, end)
    return Statement(
        id=id,
        document_id=passage.document_id,
        passage_id=passage.id,
        ordinal=ordinal,
        text=passage.text[start:end],
        char_start=passage.char_start + start,
        char_end=passage.char_start + end,
        lead_in=passage.lead_in,
        heading=passage.heading,
        page=lines[0].page if lines else None,
        lines=lines,
    )


def lines_of(passage: Passage, start: int, end: int) -> tuple[Line, ...]:
    """The printed lines that passage.text[start:end] stands on, counted from `start`."""
    ends = [following.char_start for _, following in pairwise(passage.lines)]
    return tuple(
        Line(char_start=max(0, line.char_start - start), page=line.page, box=line.box)
        for line, line_end in zip(passage.lines, [*ends, len(passage.text)], strict=False)
        if line.char_start < end and line_end > start
    )

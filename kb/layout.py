"""A document as laid out: headings, lists and tables of passages, cut at their statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from kb.opening import list_columns

Thing = dict[str, Any]

CELL = " | "
"""What stands between the cells of a table's row in a passage's text."""
DEEPEST = 6

Span = tuple[int, int, str, tuple[str, ...]]
"""Where a statement starts and ends in the document, its id and its codes."""

PASSAGES_SQL = "select * from passages where document_id = ? order by ordinal"
STATEMENTS_SQL = """
select id, passage_id, char_start, char_end from statements where document_id = ? order by ordinal
"""
CODES_SQL = """
select distinct c.statement_id, c.code from claims c join codes k on k.id = c.code
where c.document_id = ? order by k.rowid
"""
CLAIMS_SQL = """
select c.*, s.text as quote, s.page, s.box from claims c join statements s on s.id = c.statement_id
join codes k on k.id = c.code
where c.document_id = ? order by s.ordinal, k.rowid, c.id
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `id` is that of its statement, empty for what stands between two.

    A statement that goes through several cells of a table has several pieces: the `first` one is
    where it begins, the `last` one where it ends.
    """

    text: str
    id: str = ""
    codes: tuple[str, ...] = ()
    first: bool = True
    last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A passage: a table's row has several cells, all else one.

    `page` is given where a new page begins, `language` where it is not the document's.
    """

    cells: tuple[tuple[Piece, ...], ...]
    level: int = 0
    page: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, with the items below it."""

    block: Block
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Blocks of one `kind` that belong together; a list has `items`, a table may have a `head`."""

    kind: str
    blocks: tuple[Block, ...] = ()
    items: tuple[Item, ...] = ()
    head: Block | None = None

    @property
    def columns(self) -> int:
        """Say how many cells the longest row has."""
        rows = (*self.blocks, self.head) if self.head else self.blocks
        return max(len(row.cells) for row in rows)


def read_layout(db: Database, document_id: str) -> list[Part]:
    """Give a document's passages in reading order.

    Headings are at most one level deeper than the one before.
    """
    passages = list(db.query(PASSAGES_SQL, [document_id]))
    statements = find_statements(db, document_id)
    blocks = list(read_blocks(passages, statements))
    return list(levelled(parts(list(zip(passages, blocks, strict=True)))))


def find_statements(db: Database, document_id: str) -> dict[str, list[Span]]:
    """Give start, end, id and codes of the statements of each passage."""
    given: dict[str, tuple[str, ...]] = {}
    for statement_id, code in db.conn.execute(CODES_SQL, [document_id]):
        given[statement_id] = (*given.get(statement_id, ()), code)
    found: dict[str, list[Span]] = {}
    for id, passage_id, start, end in db.conn.execute(STATEMENTS_SQL, [document_id]):
        found.setdefault(passage_id, []).append((start, end, id, given.get(id, ())))
    return found


def read_blocks(
    passages: Iterable[Thing], statements: Mapping[str, Sequence[Span]]
) -> Iterator[Block]:
    """Yield each passage cut into cells and pieces."""
    last_page = None
    for passage in passages:
        pieces = list(cut(passage, statements.get(passage["id"], ())))
        new = passage["page"] if passage["page"] != last_page else None
        last_page = passage["page"] or last_page
        yield Block(
            cells=tuple(cells(pieces)) if passage["kind"] == "table_row" else (tuple(pieces),),
            level=min(passage["level"], DEEPEST),
            page=new,
            language=passage["language"],
        )


def cut(passage: Thing, statements: Iterable[Span]) -> Iterator[Piece]:
    """Yield a passage's text as statements and what stands between them."""
    text, begin, done = passage["text"], passage["char_start"], 0
    for start, end, id, codes in statements:
        if start - begin > done:
            yield Piece(text[done : start - begin])
        yield Piece(text[start - begin : end - begin], id, codes)
        done = end - begin
    if done < len(text):
        yield Piece(text[done:])


def cells(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Yield the cells of a row; a statement may go through several of them."""
    cell: list[Piece] = []
    for piece in pieces:
        texts = piece.text.split(CELL)
        for number, text in enumerate(texts):
            if number:
                yield tuple(cell)
                cell = []
            if piece.id:
                first, last = not number, number == len(texts) - 1
                cell.append(replace(piece, text=text, first=first, last=last))
            elif text:
                cell.append(Piece(text))
    yield tuple(cell)


def parts(blocks: Sequence[tuple[Thing, Block]]) -> Iterator[Part]:
    """Yield what belongs together: lists, tables, runs of footnotes and the like."""
    for kind, group in groupby(blocks, lambda each: str(each[0]["kind"])):
        run = list(group)
        if kind == "list_item":
            yield Part(kind="list", items=nested([block for _, block in run]))
        elif kind == "table_row":
            yield from tables(run)
        elif kind in {"heading", "paragraph", "caption"}:
            yield from (Part(kind=kind, blocks=(block,)) for _, block in run)
        else:
            yield Part(kind=kind, blocks=tuple(block for _, block in run))


def nested(blocks: Sequence[Block]) -> tuple[Item, ...]:
    """Give items with those of deeper levels below them."""
    found: list[Item] = []
    start = 0
    while start < len(blocks):
        end = start + 1
        while end < len(blocks) and blocks[end].level > blocks[start].level:
            end += 1
        found.append(Item(blocks[start], nested(blocks[start + 1 : end])))
        start = end
    return tuple(found)


def tables(rows: Sequence[tuple[Thing, Block]]) -> Iterator[Part]:
    """Yield tables: rows know the text of their head, which is a row itself or on another page."""
    for lead_in, group in groupby(named_heads(rows), lambda each: each[0]):
        run = [(row, block) for _, row, block in group]
        head, body = None, run
        if lead_in and run[0][0]["text"] == lead_in:
            head, body = run[0][1], run[1:]
        elif lead_in:
            head = Block(cells=tuple(cells([Piece(lead_in)])))
        yield Part(kind="table", head=head, blocks=tuple(block for _, block in body))


def named_heads(
    rows: Sequence[tuple[Thing, Block]],
) -> Iterator[tuple[str, Thing, Block]]:
    """Yield each row with the text of its table's head, that of a head being its own."""
    following = [row["lead_in"] for row, _ in rows[1:]]
    for (row, block), after in zip(rows, [*following, ""], strict=True):
        heads = not row["lead_in"] and after == row["text"]
        yield (row["text"] if heads else row["lead_in"]), row, block


def levelled(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts whose headings skip no level, which those who listen would miss."""
    level = 0
    for part in parts:
        if part.kind != "heading":
            yield part
            continue
        level = max(1, min(part.blocks[0].level, level + 1))
        yield replace(part, blocks=(replace(part.blocks[0], level=level),))


def document_claims(db: Database, document_id: str) -> list[Thing]:
    """Give a document's claims in reading order, each with its quote, page and boxes."""
    lists = ["box", *list_columns(db)]
    return [
        row | {name: json.loads(row[name]) for name in lists if row[name]}
        for row in db.query(CLAIMS_SQL, [document_id])
    ]


def marks_by_page(claims: Iterable[Thing]) -> dict[int, list[Thing]]:
    """Give the boxes of coded statements by page, in points from its top left corner.

    Each has the statement's id, its first code, and x, y, width and height.
    """
    found: dict[int, list[Thing]] = {}
    seen: set[str] = set()
    for claim in claims:
        if claim["statement_id"] not in seen:
            seen.add(claim["statement_id"])
            for page, mark in marks(claim["statement_id"], claim["code"], claim["box"] or ()):
                found.setdefault(page, []).append(mark)
    return found


def marks(id: str, code: str, boxes: Iterable[Sequence[float]]) -> Iterator[tuple[int, Thing]]:
    """Yield a statement's boxes, each with its page."""
    for page, x0, y0, x1, y1 in boxes:
        box = {"x": x0, "y": y0, "width": round(x1 - x0, 1), "height": round(y1 - y0, 1)}
        yield int(page), {"id": id, "code": code} | box

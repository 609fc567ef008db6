"""Records to rows: what each column of a table holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import permutations
from typing import Any

from kb.codebook import Attribute, Code, Value
from kb.figures import read_figure
from kb.models import (
    Citation,
    Claim,
    Document,
    Line,
    Mention,
    Page,
    Passage,
    Statement,
    Unread,
    Work,
)
from kb.questions import Asks, Prefer
from kb.vocabulary import Kind

Row = dict[str, Any]

CODE_COLUMNS = ("id", "label", "plural", "question", "definition", "exclusion", "view")


def code_row(code: Code) -> Row:
    """Give the row of one code."""
    return {name: getattr(code, name) for name in CODE_COLUMNS}


def attribute_row(attribute: Attribute) -> Row:
    """Give the row of one attribute; `lookup` is the table of its values."""
    return {
        "id": attribute.name,
        "label": attribute.label,
        "definition": attribute.definition,
        "many": int(attribute.many),
        "figure": int(attribute.figure),
        "lookup": attribute.table,
        "codes": json_text(attribute.codes),
    }


def value_row(attribute: Attribute, value: Value) -> Row:
    """Give the row of one value in its lookup table, with the wider value that it belongs to."""
    row = {name: getattr(value, name) for name in ("id", "label", "definition")}
    return row | ({attribute.under: value.under} if attribute.under else {})


def asks_row(asks: Asks) -> Row:
    """Give the row of words that questions have."""
    return asdict(asks)


def prefer_row(prefer: Prefer) -> Row:
    """Give the row of what comes first among the claims of a code."""
    return asdict(prefer)


def synonym_rows(groups: Iterable[Sequence[str]]) -> list[Row]:
    """Give a row for each pair of words of one meaning, in both directions."""
    pairs = (pair for group in groups for pair in permutations(group, 2))
    return [{"words": words, "means": means, "documents": None} for words, means in pairs]


def kind_row(kind: Kind) -> Row:
    """Give the row of one kind of entities."""
    return {name: getattr(kind, name) for name in ("id", "label", "plural", "definition")}


def entity_row(mention: Mention) -> Row:
    """Give the row of the entity that is mentioned; its id is made of kind and name."""
    id = hashlib.sha256(f"{mention.kind}\x1f{mention.name}".encode()).hexdigest()[:12]
    return {"id": id, "kind": mention.kind, "name": mention.name}


def document_row(document: Document) -> Row:
    """Give a document's row; authors are a JSON array."""
    row = {name: getattr(document, name) for name in Document.__slots__ if name != "sheets"}
    return row | {"authors": json_text(document.authors)}


def page_row(document_id: str, page: Page) -> Row:
    """Give the row that says how well a page could be read."""
    row = asdict(page)
    number = row.pop("number")
    id = f"{document_id}-page{number}"
    return {"id": id, "document_id": document_id, "page": number} | row


def passage_row(passage: Passage) -> Row:
    """Give a passage's row."""
    row = {name: getattr(passage, name) for name in Passage.__slots__ if name != "lines"}
    page = passage.lines[0].page if passage.lines else None
    return row | {"page": page, "box": boxes(passage.lines)}


def statement_row(statement: Statement) -> Row:
    """Give a statement's row."""
    row = {name: getattr(statement, name) for name in Statement.__slots__ if name != "lines"}
    return row | {"box": boxes(statement.lines)}


def citation_row(citation: Citation) -> Row:
    """Give the row of an entry of a document's references; its work is found at the end."""
    row = {name: getattr(citation, name) for name in Citation.__slots__}
    return row | {"authors": json_text(citation.authors), "work_id": None}


def work_row(work: Work) -> Row:
    """Give a work's row; authors are a JSON array."""
    return asdict(work) | {"authors": json_text(work.authors)}


def unread_row(unread: Unread) -> Row:
    """Give the row of an unread file; its id is made of all that it says."""
    row = asdict(unread)
    id = hashlib.sha256("\x1f".join(row.values()).encode()).hexdigest()[:12]
    return {"id": id} | row


def boxes(lines: Iterable[Line]) -> str | None:
    """Give printed lines as a JSON array of [page, x0, y0, x1, y1], None where there are none."""
    placed = [[line.page, *(round(x, 1) for x in line.box)] for line in lines if line.box]
    return json_text(placed) if placed else None


def claim_row(claim: Claim, figures: Collection[str] = ()) -> Row:
    """Give a claim's row; several values are a JSON array, `figures` also a number and a unit."""
    row = {name: getattr(claim, name) for name in Claim.__slots__ if name != "attributes"}
    values = {
        name: json_text(value) if isinstance(value, (list, tuple)) else value
        for name, value in claim.attributes.items()
    }
    return row | values | dict(_figures(claim, figures))


def _figures(claim: Claim, names: Collection[str]) -> Iterator[tuple[str, Any]]:
    for name in names:
        if figure := read_figure(claim.attributes.get(name) or ""):
            yield from ((f"{name}_{part}", value) for part, value in asdict(figure).items())


def json_text(value: Any) -> str:
    """Give a value as JSON in readable Unicode."""
    return json.dumps(value, ensure_ascii=False)

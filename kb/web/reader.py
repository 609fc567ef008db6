"""The page of one statement, and the page of one document with its statements marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, starmap
from typing import Any
from urllib.parse import quote

from sqlite_utils import Database

from kb.browse import Thing, show
from kb.errors import NoSuchId
from kb.models import Hit
from kb.pages import get_unread_pages_of
from kb.search import similar
from kb.unread import unread_text
from kb.web.base import ask
from kb.web.encoding import find_index
from kb.web.labels import AttributeLabel, Base, Label, Labels
from kb.web.respond import json_page, page, redirect, wants_json

ELSEWHERE = 5
"""How many similar statements of other documents a statement's page shows."""

NEIGHBOUR_SQL = """
select id, text, passage_id from statements where document_id = ? and ordinal = ?
"""
CODES_SQL = """
select statement_id, code from claims where document_id = ? group by statement_id, code
"""
COUNTS_SQL = "select code, count(*) from claims where document_id = ? group by code"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage: one statement, or what stands between two (`id` is empty)."""

    text: str
    id: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A passage in pieces; `page` is given where a new page begins."""

    kind: str
    level: int
    pieces: list[Piece] = field(default_factory=list)
    page: int | None = None


async def statement_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show a statement in its context, with its claims; a claim's id leads to its statement."""
    thing = await ask(datasette, base, lambda db: show(db, request.url_vars["id"]))
    if wants_json(request):
        return json_page(thing)
    if thing["table"] == "claims":
        return redirect(datasette, f"/-/kb/statement/{thing['statement_id']}")
    if thing["table"] == "documents":
        return redirect(datasette, f"/-/kb/document/{thing['id']}")
    if thing["table"] != "statements":
        raise NoSuchId(f"{thing['id']} is no statement but one of {thing['table']}")
    facts = await ask(datasette, base, lambda db: statement_facts(db, thing, base.labels))
    return await page(datasette, request, "kb_statement.html", facts, base)


def statement_facts(db: Database, thing: Thing, labels: Labels) -> dict[str, Any]:
    """Give all that the page of a statement shows."""
    return {
        "statement": thing,
        "document": thing["document"],
        "cites": linked(thing["cites"]),
        "before": neighbour(db, thing, -1),
        "after": neighbour(db, thing, 1),
        "claims": [claim_facts(claim, labels) for claim in thing["claims"]],
        "cards": [
            {"hit": hit, "quote": [(hit.quote, False)]} for hit in similar_elsewhere(db, thing)
        ],
    }


def neighbour(db: Database, thing: Thing, step: int) -> Thing | None:
    """Give the statement before or after one, None at the end of a document."""
    key = [thing["document_id"], thing["ordinal"] + step]
    row = next(db.query(NEIGHBOUR_SQL, key), None)
    return row and row | {"same_passage": row["passage_id"] == thing["passage_id"]}


def claim_facts(claim: Thing, labels: Labels) -> Thing:
    """Give a claim with its attributes, as pairs of labels; those without a value left out."""
    attributes = [
        (attribute, value_labels(attribute, claim[name]))
        for name, attribute in labels.attributes.items()
        if claim[name]
    ]
    return claim | {"label": labels.codes[claim["code"]], "attributes": attributes}


def value_labels(attribute: AttributeLabel, value: Any) -> list[Label]:
    """Give an attribute's value or values with their labels; free text stands for itself."""
    values = value if isinstance(value, list) else [value]
    return [attribute.values.get(each, Label(id=each, label=each)) for each in values]


def similar_elsewhere(db: Database, thing: Thing) -> list[Hit]:
    """Give the statements of other documents nearest in meaning; none without vectors."""
    try:
        hits = similar(db, thing["id"], index=find_index(db), number=50)
    except NoSuchId:
        return []
    return [hit for hit in hits if hit.document_id != thing["document_id"]][:ELSEWHERE]


async def document_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show a document's passages in order, coded statements marked."""
    id = request.url_vars["id"]
    thing = await ask(datasette, base, lambda db: show(db, id))
    if thing["table"] != "documents":
        raise NoSuchId(f"No document has the id {id}; the home page lists them")
    if wants_json(request):
        return json_page(thing)
    blocks = await ask(datasette, base, lambda db: list(read_blocks(db, id)))
    unread = await ask(datasette, base, lambda db: get_unread_pages_of(db, id))
    counts = await ask(datasette, base, lambda db: dict(db.conn.execute(COUNTS_SQL, [id])))
    facts = {
        "document": thing,
        "cites": linked(thing["cites"]),
        "groups": list(grouped(blocks)),
        "counts": counts,
        "source": source_link(thing),
        "unread": starmap(unread_text, unread.items()),
    }
    return await page(datasette, request, "kb_document.html", facts, base)


def source_link(document: Thing) -> str:
    """Give where a document can be had; only web addresses, for a link may do anything else."""
    if (document["url"] or "").startswith(("https://", "http://")):
        return str(document["url"])
    return f"https://doi.org/{quote(document['doi'])}" if document["doi"] else ""


def linked(cites: Sequence[Thing]) -> list[Thing]:
    """Give cited works with the address of each, empty where there is none."""
    return [each | {"link": source_link(each)} for each in cites]


def read_blocks(db: Database, document_id: str) -> Iterator[Block]:
    """Yield a document's passages, cut at their statements."""
    codes: dict[str, tuple[str, ...]] = {}
    for statement_id, code in db.conn.execute(CODES_SQL, [document_id]):
        codes[statement_id] = (*codes.get(statement_id, ()), code)
    by = "where document_id = ? order by ordinal"
    statements: dict[str, list[Thing]] = {}
    for row in db.query(f"select * from statements {by}", [document_id]):
        statements.setdefault(row["passage_id"], []).append(row)
    last_page = None
    for passage in db.query(f"select * from passages {by}", [document_id]):
        pieces = list(cut(passage, statements.get(passage["id"], ()), codes))
        new = passage["page"] if passage["page"] != last_page else None
        last_page = passage["page"] or last_page
        yield Block(passage["kind"], passage["level"], pieces, new)


def cut(
    passage: Thing, statements: Sequence[Thing], codes: Mapping[str, tuple[str, ...]]
) -> Iterator[Piece]:
    """Yield a passage's text as statements and what stands between them."""
    done = 0
    for statement in statements:
        start = statement["char_start"] - passage["char_start"]
        if start > done:
            yield Piece(passage["text"][done:start])
        id = statement["id"]
        yield Piece(statement["text"], id, codes.get(id, ()))
        done = statement["char_end"] - passage["char_start"]
    if done < len(passage["text"]):
        yield Piece(passage["text"][done:])


def grouped(blocks: Sequence[Block]) -> Iterator[tuple[str, list[Block]]]:
    """Yield runs of blocks of one kind, so that items make lists and rows make tables."""
    for kind, run in groupby(blocks, lambda block: block.kind):
        yield kind, list(run)

"""The pages of one statement and of one claim: quote, context, attributes, place, and the like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from kb.bibliography import to_plain
from kb.browse import Thing, show
from kb.errors import NoSuchId
from kb.models import Hit
from kb.search import similar
from kb.web.base import ask
from kb.web.cards import cards
from kb.web.citing import address_of, quotation_of
from kb.web.encoding import find_index
from kb.web.labels import Base, Labels, notes, value_labels
from kb.web.reader import linked
from kb.web.respond import json_page, page, redirect, wants_json
from kb.web.sheets import sheets_of

ELSEWHERE = 5
"""How many similar statements of other documents a page shows."""
POOL = 50
"""Among how many of the nearest they are looked for."""

NEIGHBOUR_SQL = "select id, text from statements where document_id = ? and ordinal = ?"

PAGES = {"claims": "claim", "statements": "statement", "documents": "document"}
"""The page of each table's rows."""


async def statement_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show a statement in its context, with its claims."""
    return await thing_view(datasette, request, base, "statements")


async def claim_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show a claim: what it is about, what was noted, and where it stands."""
    return await thing_view(datasette, request, base, "claims")


async def thing_view(datasette: Any, request: Any, base: Base, table: str) -> Any:
    """Show a row of a table; the id of another leads to its own page."""
    thing = await ask(datasette, base, lambda db: show(db, request.url_vars["id"]))
    if wants_json(request):
        return json_page(thing)
    if thing["table"] not in PAGES:
        raise NoSuchId(f"{thing['id']} is no statement but one of {thing['table']}")
    what = PAGES[thing["table"]]
    path = f"/-/kb/{what}/{thing['id']}"
    if thing["table"] != table:
        return redirect(datasette, path)
    statement, claims = taken_apart(thing)
    facts = await ask(datasette, base, lambda db: facts_of(db, statement, claims, base.labels))
    code = claims[0]["code"] if claims else ""
    marked = [{"statement_id": statement["id"], "box": statement["box"], "code": code}]
    pages = {statement["page"], *(box[0] for box in statement["box"] or ())}
    address = address_of(datasette, request, path)
    own = {
        "what": what,
        "thing": thing,
        "address": address,
        "citation": to_plain(statement["document"], quotation_of(statement, address)),
        "sheets": await sheets_of(datasette, base, statement["document_id"], marked, pages),
    }
    return await page(datasette, request, "kb_statement.html", facts | own, base)


def taken_apart(thing: Thing) -> tuple[Thing, list[Thing]]:
    """Give the statement, and the claims to show: its own, or the one that is asked for."""
    if thing["table"] == "statements":
        return thing, thing["claims"]
    return thing["statement"], [
        each for each in thing["statement"]["claims"] if each["id"] == thing["id"]
    ]


def facts_of(
    db: Database, statement: Thing, claims: Sequence[Thing], labels: Labels
) -> dict[str, Any]:
    """Give all that the page of a statement or claim shows, but for its printed page."""
    shown = {claim["id"] for claim in claims}
    return {
        "statement": statement,
        "document": statement["document"],
        "cites": linked(statement["cites"]),
        "before": neighbour(db, statement, -1),
        "after": neighbour(db, statement, 1),
        "claims": [claim_facts(claim, labels) for claim in claims],
        "others": [
            claim | {"notes": notes(claim, labels)}
            for claim in statement["claims"]
            if claim["id"] not in shown
        ],
        "cards": cards(similar_elsewhere(db, statement), labels),
    }


def neighbour(db: Database, statement: Thing, step: int) -> Thing | None:
    """Give the statement before or after one, None at the end of a document."""
    key = [statement["document_id"], statement["ordinal"] + step]
    return next(db.query(NEIGHBOUR_SQL, key), None)


def claim_facts(claim: Thing, labels: Labels) -> Thing:
    """Give a claim with its attributes, as pairs of labels; those without a value left out."""
    attributes = [
        (attribute, value_labels(attribute, claim[name]))
        for name, attribute in labels.attributes.items()
        if claim[name]
    ]
    return claim | {"label": labels.codes[claim["code"]], "attributes": attributes}


def similar_elsewhere(db: Database, statement: Thing) -> list[Hit]:
    """Give the coded statements of other documents nearest in meaning; none without vectors."""
    try:
        hits = similar(db, statement["id"], index=find_index(db), number=POOL)
    except NoSuchId:
        return []
    coded = bool(statement["claims"])
    others = (hit for hit in hits if hit.document_id != statement["document_id"])
    return [hit for hit in others if hit.codes or not coded][:ELSEWHERE]

"""The page of a document: its text as laid out, its claims beside it, its pages as printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, starmap
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from sqlite_utils import Database

from kb.bibliography import to_plain
from kb.browse import Thing, show
from kb.errors import KbError, NoSuchId
from kb.layout import document_claims, read_layout
from kb.pages import get_unread_pages_of
from kb.unread import unread_text
from kb.web.base import ask
from kb.web.labels import Base, Labels, notes
from kb.web.respond import json_page, page, wants_json
from kb.web.sheets import sheets_of
from kb.web.style import script_url


async def document_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show a document's passages in order, coded statements marked, all or those of some codes."""
    id = request.url_vars["id"]
    thing = await ask(datasette, base, lambda db: show(db, id))
    if thing["table"] != "documents":
        raise NoSuchId(f"No document has the id {id}; the home page lists them")
    if wants_json(request):
        return json_page(thing)
    codes = chosen(request.args.getlist("code"), base.labels)
    facts = await ask(datasette, base, lambda db: document_facts(db, thing, base.labels, codes))
    sheets = await sheets_of(datasette, base, id, facts["claims"])
    return await page(datasette, request, "kb_document.html", facts | {"sheets": sheets}, base)


def chosen(given: Sequence[str], labels: Labels) -> tuple[str, ...]:
    """Give the codes that an address asks for; raises KbError for one that there is not."""
    for code in given:
        if code not in labels.codes:
            raise KbError(f"No code {code[:40]!r}; there are: {', '.join(labels.codes)}")
    return tuple(dict.fromkeys(given))


def document_facts(
    db: Database, thing: Thing, labels: Labels, codes: tuple[str, ...]
) -> dict[str, Any]:
    """Give all that the page of a document shows, but for its pages as printed."""
    id = thing["id"]
    claims = document_claims(db, id)
    return {
        "document": thing,
        "cites": linked(thing["cites"]),
        "parts": read_layout(db, id),
        "claims": claims,
        "statements": list(by_statement(claims, labels, codes)),
        "counts": Counter(claim["code"] for claim in claims),
        "chosen": codes or tuple(labels.codes),
        "script": script_url(),
        "source": source_link(thing),
        "unread": starmap(unread_text, get_unread_pages_of(db, id).items()),
        "citation": to_plain(thing),
    }


def by_statement(
    claims: Sequence[Thing], labels: Labels, codes: Collection[str]
) -> Iterator[dict[str, Any]]:
    """Yield coded statements with their claims; those are `on` that have one of the codes."""
    for id, group in groupby(claims, itemgetter("statement_id")):
        own = [claim | {"notes": notes(claim, labels)} for claim in group]
        on = not codes or any(claim["code"] in codes for claim in own)
        yield {"id": id, "quote": own[0]["quote"], "claims": own, "on": on}


def source_link(document: Thing) -> str:
    """Give where a document can be had; only web addresses, for a link may do anything else."""
    if (document["url"] or "").startswith(("https://", "http://")):
        return str(document["url"])
    return f"https://doi.org/{quote(document['doi'])}" if document["doi"] else ""


def linked(cites: Sequence[Thing]) -> list[Thing]:
    """Give cited works with the address of each, empty where there is none."""
    return [each | {"link": source_link(each)} for each in cites]

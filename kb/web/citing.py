"""Citations of documents and claims as downloads, and claims as Web Annotations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from datasette.utils.asgi import Response
from sqlite_utils import Database

from kb.annotation import web_annotation
from kb.bibliography import Quotation, to_bibtex, to_plain, to_ris
from kb.browse import Thing, show
from kb.errors import NoSuchId
from kb.store import get_text
from kb.web.base import ask
from kb.web.labels import Base

FORMATS: dict[str, tuple[Callable[..., str], str]] = {
    "ris": (to_ris, "application/x-research-info-systems"),
    "bib": (to_bibtex, "application/x-bibtex"),
    "txt": (to_plain, "text/plain"),
}
"""What writes each format, and its type."""

ANNOTATION = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


def address_of(datasette: Any, request: Any, path: str) -> str:
    """Give one of our pages' whole address."""
    return str(datasette.absolute_url(request, datasette.urls.path(path)))


def quotation_of(statement: Thing, address: str) -> Quotation:
    """Give what of a statement is cited."""
    return Quotation(text=statement["text"], page=statement["page"], address=address)


async def citation_view(datasette: Any, request: Any, base: Base) -> Any:
    """Cite a claim or statement with its quotation, or a document."""
    id, format = request.url_vars["id"], request.url_vars["format"]
    write, content_type = FORMATS[format]
    document, statement = await ask(datasette, base, lambda db: cited(db, id))
    address = address_of(datasette, request, f"/-/kb/{request.url_vars['what']}/{id}")
    text = write(document, quotation_of(statement, address) if statement else None)
    shown = "inline" if format == "txt" else "attachment"
    headers = {"content-disposition": f'{shown}; filename="{file_name(id)}.{format}"'}
    return Response(text, headers=headers, content_type=f"{content_type}; charset=utf-8")


def file_name(id: str) -> str:
    """Give an id as the name of a file, whatever it is made of."""
    return "".join(each if each.isalnum() and each.isascii() else "-" for each in id)


def cited(db: Database, id: str) -> tuple[Thing, Thing | None]:
    """Give the document, and the statement if it is one or a claim's; raises NoSuchId."""
    thing = show(db, id)
    statement = thing["statement"] if thing["table"] == "claims" else thing
    if thing["table"] == "documents":
        return thing, None
    if thing["table"] not in {"claims", "statements"}:
        raise NoSuchId(f"{id} is no document, statement or claim but one of {thing['table']}")
    document = show(db, statement["document_id"])
    return document, statement


async def annotation_view(datasette: Any, request: Any, base: Base) -> Any:
    """Give a claim as a Web Annotation."""
    id = request.url_vars["id"]
    document = await ask(datasette, base, lambda db: claim_document(db, id))
    address = address_of(datasette, request, f"/-/kb/claim/{id}.jsonld")
    text = address_of(datasette, request, f"/-/kb/document/{document}/text")
    found = await ask(
        datasette, base, lambda db: web_annotation(db, id, address=address, text_address=text)
    )
    body = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    return Response(body, content_type=ANNOTATION)


def claim_document(db: Database, id: str) -> str:
    """Give the id of a claim's document; raises NoSuchId."""
    row = db.conn.execute("select document_id from claims where id = ?", [id]).fetchone()
    if row is None:
        raise NoSuchId(
            f"No claim has the id {id}; kb search and the document's page lead to claims"
        )
    return str(row[0])


async def text_view(datasette: Any, request: Any, base: Base) -> Any:
    """Give a document's text as it was read, into which all positions count."""
    id = request.url_vars["id"]
    text = await ask(datasette, base, lambda db: text_of(db, id))
    return Response(text, content_type="text/plain; charset=utf-8")


def text_of(db: Database, id: str) -> str:
    """Give a document's text; raises NoSuchId."""
    if not db["documents"].count_where("id = ?", [id]):
        raise NoSuchId(f"No document has the id {id}; the home page lists them")
    return get_text(db, id)

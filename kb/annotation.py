"""A claim as a Web Annotation (W3C model): what was noted, and which words of what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from kb import __version__
from kb.bibliography import address_of
from kb.browse import show
from kb.errors import NoSuchId

Thing = dict[str, Any]

AROUND = 40
"""Characters before and after a quotation that tell it from its like."""
PDF_FRAGMENT = "http://tools.ietf.org/rfc/rfc3778"

TEXT_SQL = """
select substr(text, :before_start + 1, :char_start - :before_start) as prefix,
  substr(text, :char_end + 1, :around) as suffix, language, pages, sha256,
  (select max(finished) from builds) as finished
from documents where id = :document_id
"""


def web_annotation(db: Database, claim_id: str, *, address: str, text_address: str) -> Thing:
    """Give a claim as an annotation that lies at `address`; raises NoSuchId.

    Its first target is the document's text as it was read, at `text_address`, in which positions
    count characters (code points). The second is the work itself, where its address is known or
    it has pages.
    """
    claim = show(db, claim_id)
    if claim["table"] != "claims":
        raise NoSuchId(f"{claim_id} is no claim but one of {claim['table']}")
    statement = claim["statement"]
    found = next(db.query(TEXT_SQL, place_of(statement)))
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": address,
        "type": "Annotation",
        "motivation": "classifying",
        "generated": found["finished"],
        "generator": {"type": "Software", "name": f"evidence-knowledge-base {__version__}"},
        "body": bodies(db, claim),
        "target": targets(statement, found, text_address),
    }


def place_of(statement: Mapping[str, Any]) -> Thing:
    """Give what finds the words before and after a statement."""
    return {
        "document_id": statement["document_id"],
        "char_start": statement["char_start"],
        "char_end": statement["char_end"],
        "before_start": max(0, statement["char_start"] - AROUND),
        "around": AROUND,
    }


def bodies(db: Database, claim: Mapping[str, Any]) -> list[Thing]:
    """Give the code, and each value that is noted with it under the label of its attribute."""
    found = [body(label_of(db, "codes", claim["code"]), "classifying")]
    for row in db.query("select id, label, lookup from attributes order by rowid"):
        value = claim[row["id"]]
        for each in value if isinstance(value, list) else [value]:
            if each not in (None, ""):
                label = label_of(db, row["lookup"], each) if row["lookup"] else str(each)
                found.append(body(f"{row['label']}: {label}", "tagging"))
    return found


def label_of(db: Database, table: str, id: str) -> str:
    """Give the label of a value in a lookup table of the codebook."""
    row = db.conn.execute(f"select label from [{table}] where id = ?", [id]).fetchone()
    return str(row[0]) if row else id


def body(value: str, purpose: str) -> Thing:
    """Give one thing that is said of the words."""
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def targets(statement: Mapping[str, Any], found: Mapping[str, Any], text: str) -> list[Thing]:
    """Give the place in the text that was read, and in the work itself."""
    quote = {
        "type": "TextQuoteSelector",
        "exact": statement["text"],
        "prefix": found["prefix"],
        "suffix": found["suffix"],
    }
    position = {
        "type": "TextPositionSelector",
        "start": statement["char_start"],
        "end": statement["char_end"],
    }
    terms = {"language": found["language"]} if found["language"] else {}
    read = {"id": text, "type": "Text", "format": "text/plain"} | terms
    first = {"type": "SpecificResource", "source": read, "selector": [quote, position]}
    return [first, *work_target(statement, found, quote, terms)]


def work_target(
    statement: Mapping[str, Any], found: Mapping[str, Any], quote: Thing, terms: Thing
) -> list[Thing]:
    """Give the place in the work: on its page where it has pages, by its words where not."""
    address = address_of(statement["document"])
    if not address.startswith(("https://", "http://")):
        address = ""
    if not address and not found["pages"]:
        return []
    selector = quote
    kind: Thing = {}
    if found["pages"] and statement["page"]:
        kind = {"format": "application/pdf"}
        selector = {
            "type": "FragmentSelector",
            "conformsTo": PDF_FRAGMENT,
            "value": f"page={statement['page']}",
            "refinedBy": quote,
        }
    id = address or f"urn:sha256:{found['sha256']}"
    source = {"id": id, "type": "Text"} | kind | terms
    return [{"type": "SpecificResource", "source": source, "selector": selector}]

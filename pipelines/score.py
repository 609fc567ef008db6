"""The statements and claims of a knowledge base beside gold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from kb.codebook import Codebook
from kb.copies import find_document
from kb.errors import InvalidGold, KbError, NoSuchId
from kb.models import Claim
from kb.second import find_coder, get_claims
from kb.store import get_codable, get_statements
from pipelines.evaluate.gold import GoldUnit
from pipelines.evaluate.pairs import CodedStatement, Pair, pair_up

CODED_SQL = """
select s.text, (
  select json_group_array(json_object({fields})) from claims c where c.statement_id = s.id
) as claims
from statements s where s.document_id = ? order by s.ordinal
"""


def pairs_in(
    db: Database, gold: Sequence[GoldUnit], codebook: Codebook, *, second: str | None = None
) -> tuple[list[list[Pair]], list[str]]:
    """Pair gold with what a database says, and name the gold's documents that it does not hold.

    Those are left out; for a copy, the document that stands for it is scored. With `second`, what
    that second coder says is scored, over the documents that it has read to the end. Raises
    InvalidGold if there is none, or a name may be several; NoSuchId for want of a coder.
    """
    check_codebook(db, codebook)
    coder = find_coder(db, second) if second else None
    names = dict.fromkeys(unit.document for unit in gold)
    found = {name: statements_of(db, name, codebook, coder) for name in names}
    statements = {name: coded for name, coded in found.items() if coded is not None}
    missing = [name for name in names if name not in statements]
    held = [unit for unit in gold if unit.document in statements]
    if not held and second:
        raise InvalidGold(f"{second} has read no document of the gold to its end: see kb second")
    if not held:
        raise InvalidGold(
            f"No document of the gold is in this knowledge base, such as {missing[0]}; "
            "build it first, or score the coder alone with --texts"
        )
    return pair_up(held, statements), missing


def statements_of(
    db: Database, name: str, codebook: Codebook, coder: str | None
) -> list[CodedStatement] | None:
    """Give a document's statements as they are coded, by a second coder if one is named."""
    id = document_of(db, name)
    if id is None:
        return None
    return said_statements(db, id, coder) if coder else coded_statements(db, id, codebook)


def said_statements(db: Database, document_id: str, coder_id: str) -> list[CodedStatement] | None:
    """Give a document's statements with what a second coder says, if it read them all."""
    said = get_claims(db, coder_id, document_id)
    if any(statement.id not in said for statement in get_codable(db, document_id)):
        return None
    return [
        CodedStatement(text=statement.text, claims=said.get(statement.id, ()))
        for statement in get_statements(db, document_id)
    ]


def check_codebook(db: Database, codebook: Codebook) -> None:
    """Raise KbError unless the database was coded by this codebook."""
    used = db.conn.execute("select codebook from builds order by id desc limit 1").fetchone()
    if used and used[0] != codebook.name:
        raise KbError(f"The claims were coded by the codebook {used[0]}: give it with --codebook")


def document_of(db: Database, name: str) -> str | None:
    """Give the document that gold names, None if it is not there; raises InvalidGold if unsure."""
    try:
        return find_document(db, name)
    except NoSuchId as error:
        raise InvalidGold(f"The gold's {error}") from error


def coded_statements(db: Database, document_id: str, codebook: Codebook) -> list[CodedStatement]:
    """Give a document's statements in reading order, with their claims."""
    names = ["id", "statement_id", "document_id", "code", "confidence", "status"]
    names += [attribute.name for attribute in codebook.attributes]
    fields = ", ".join(f"'{name}', c.{name}" for name in names)
    return [
        CodedStatement(text=text, claims=tuple(to_claim(row, codebook) for row in json.loads(rows)))
        for text, rows in db.conn.execute(CODED_SQL.format(fields=fields), [document_id])
    ]


def to_claim(row: dict[str, Any], codebook: Codebook) -> Claim:
    """Give a claim's record of its row."""
    values = {attribute.name: row.pop(attribute.name) for attribute in codebook.attributes}
    lists = {attribute.name for attribute in codebook.attributes if attribute.many}
    return Claim(
        **row,
        attributes={
            name: json.loads(value) if name in lists else value
            for name, value in values.items()
            if value is not None
        },
    )

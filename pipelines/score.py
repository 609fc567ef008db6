"""The statements and claims of a knowledge base beside gold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from sqlite_utils import Database

from kb.codebook import Codebook
from kb.errors import InvalidGold, KbError
from kb.models import Claim
from pipelines.gold import GoldUnit
from pipelines.pairs import CodedStatement, Pair, pair_up

DOCUMENT_SQL = """
select id from documents where :given in (id, path) or :name = path
  or substr(path, -length(:name) - 1) = '/' || :name order by id
"""

CODED_SQL = """
select s.text, (
  select json_group_array(json_object({fields})) from claims c where c.statement_id = s.id
) as claims
from statements s where s.document_id = ? order by s.ordinal
"""


def pairs_in(
    db: Database, gold: Sequence[GoldUnit], codebook: Codebook
) -> tuple[list[list[Pair]], list[str]]:
    """Pair gold with what a database says, and name the gold's documents that it does not hold.

    Those are left out. Raises InvalidGold if it holds none.
    """
    check_codebook(db, codebook)
    names = dict.fromkeys(unit.document for unit in gold)
    found = {name: find_document(db, name) for name in names}
    missing = [name for name, id in found.items() if id is None]
    held = [unit for unit in gold if found[unit.document]]
    if not held:
        raise InvalidGold(
            f"No document of the gold is in this knowledge base, such as {missing[0]}; "
            "build it first, or score the coder alone with --texts"
        )
    statements = {name: coded_statements(db, id, codebook) for name, id in found.items() if id}
    return pair_up(held, statements), missing


def check_codebook(db: Database, codebook: Codebook) -> None:
    """Raise KbError unless the database was coded by this codebook."""
    used = db.conn.execute("select codebook from builds order by id desc limit 1").fetchone()
    if used and used[0] != codebook.name:
        raise KbError(f"The claims were coded by the codebook {used[0]}: give it with --codebook")


def find_document(db: Database, given: str) -> str | None:
    """Find a document by id, path or file name; None if it is not there."""
    name = PurePath(given).name
    row = db.conn.execute(DOCUMENT_SQL, {"given": given, "name": name}).fetchone()
    return row[0] if row else None


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

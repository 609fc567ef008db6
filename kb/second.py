"""What second coders said: kept beside the claims, which they never touch."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb.errors import DatabaseMissing, NoSuchId
from kb.models import Claim, Statement
from kb.opening import open_any_version
from kb.rows import Row, json_text
from kb.tables import SECOND

PATIENCE = 60.0
"""How many seconds to wait for readers of the database before giving up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCoder:
    """A model with what it is told: the `prompt`, and the JSON `schema` of its answers.

    `prompt_sha256` is made of both, `id` of that and the model.
    """

    id: str
    model: str
    prompt_sha256: str
    prompt: str
    schema: str
    codebook: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model answered to a `text`; `asked` is the time (UTC), `readable` if it is JSON."""

    id: str
    coder_id: str
    text_sha256: str
    text: str
    response_id: str
    asked: str
    answer: str
    readable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondClaim:
    """A code that a second coder gave, and the words of the statement for which it did."""

    id: str
    coder_id: str
    statement_id: str
    document_id: str
    code: str
    quote: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A part of an answer that was not taken, and why."""

    reason: str
    text: str


def open_to_note(path: Path) -> Database:
    """Open a knowledge base to write to what second coders say; raises DatabaseMissing."""
    db = open_any_version(path)
    names = set(db.table_names())
    db.close()
    if not names >= set(SECOND):
        raise DatabaseMissing(f"{path} was made by another version of kb; run kb build again")
    return Database(sqlite3.connect(path, timeout=PATIENCE))


def answer_id(coder_id: str, text_sha256: str) -> str:
    """Give the id of a coder's answer to a text."""
    return hashlib.sha256(f"{coder_id} {text_sha256}".encode()).hexdigest()[:12]


def save_coder(db: Database, coder: SecondCoder) -> None:
    """Note a second coder, if it is new."""
    row = asdict(coder) | {"codes": json_text(coder.codes)}
    with db.atomic():
        db.table("second_coders").insert(row, ignore=True)


def get_answers(db: Database, coder_id: str) -> dict[str, str]:
    """Give the answers of a coder that could be read, by the hash of the text."""
    sql = "select text_sha256, answer from second_answers where coder_id = ? and readable"
    return dict(db.conn.execute(sql, [coder_id]).fetchall())


def get_read(db: Database, coder_id: str) -> dict[str, str]:
    """Give in which answer each statement was coded, by the statement's id."""
    sql = "select statement_id, answer_id from second_statements where coder_id = ?"
    return dict(db.conn.execute(sql, [coder_id]).fetchall())


def save_answer(db: Database, answer: Answer, dropped: Iterable[Dropped]) -> None:
    """Note an answer in place of an earlier one to the same text, and what was not taken of it."""
    with db.atomic():
        db.table("second_answers").insert(asdict(answer), pk="id", replace=True)
        db.conn.execute("delete from second_dropped where answer_id = ?", [answer.id])
        db.table("second_dropped").insert_all(
            {"answer_id": answer.id, "ordinal": number} | asdict(each)
            for number, each in enumerate(dropped, 1)
        )


def save_reading(
    db: Database,
    coder_id: str,
    answer: str,
    statements: Sequence[Statement],
    claims: Iterable[SecondClaim],
) -> None:
    """Note that statements were coded by the answer of this id, with which claims."""
    with db.atomic():
        for table in ("second_claims", "second_statements"):
            db.conn.executemany(
                f"delete from {table} where coder_id = ? and statement_id = ?",
                [(coder_id, statement.id) for statement in statements],
            )
        db.table("second_statements").insert_all(
            {
                "coder_id": coder_id,
                "statement_id": statement.id,
                "document_id": statement.document_id,
                "answer_id": answer,
            }
            for statement in statements
        )
        db.table("second_claims").insert_all(map(second_claim_row, claims))


def second_claim_row(claim: SecondClaim) -> Row:
    """Give a second coder's claim as a row; its attributes are a JSON object."""
    return asdict(claim) | {"attributes": json_text(claim.attributes)}


def forget_lost(db: Database) -> None:
    """Remove what was said of statements that are there no more, of copies, or by other codes.

    Answers stay: what is answered to words and codes that come back is noted anew when a model is
    next asked.
    """
    other_codes = """select k.id from second_coders k, json_each(k.codes) j
                     where j.value not in (select id from codes)"""
    for table in ("second_claims", "second_statements"):
        db.conn.execute(
            f"""delete from {table} where statement_id not in (select id from statements)
                or document_id in (select document_id from copies)
                or coder_id in ({other_codes})"""
        )


def get_agreement(db: Database, coder_id: str) -> list[Row]:
    """Give how often both coders gave each code, in the codebook's order, and Cohen's kappa."""
    sql = """select a.* from agreement a join codes c on c.id = a.code
             where coder_id = ? order by c.rowid"""
    return list(db.query(sql, [coder_id]))


def count_dropped(db: Database, coder_id: str) -> dict[str, int]:
    """Give how much was dropped of the answers that count, by reason."""
    sql = """select reason, count(*) from second_dropped
             where answer_id in (select answer_id from second_statements where coder_id = ?)
             group by reason order by reason"""
    return dict(db.conn.execute(sql, [coder_id]).fetchall())


def find_coder(db: Database, name: str) -> str:
    """Give the id of the second coder of this id or model, the one last asked; raises NoSuchId."""
    sql = """select k.model, k.id from second_coders k
             join second_answers a on a.coder_id = k.id group by k.id order by max(a.asked)"""
    has_tables = set(SECOND) <= set(db.table_names())
    coders = db.conn.execute(sql).fetchall() if has_tables else []
    found: dict[str, str] = {key: id for model, id in coders for key in (id, model)}
    if name not in found:
        models = ", ".join(sorted({model for model, _ in coders})) or "none"
        raise NoSuchId(f"No second coder {name!r} was asked about this base, but: {models}")
    return found[name]


def get_claims(db: Database, coder_id: str, document_id: str) -> dict[str, tuple[Claim, ...]]:
    """Give what a second coder says of a document as claims, by the statement's id.

    A statement without a code has none; one that was not read is left out.
    """
    sql = "select statement_id from second_statements where coder_id = ? and document_id = ?"
    read = [row[0] for row in db.conn.execute(sql, [coder_id, document_id])]
    said: dict[str, list[Claim]] = defaultdict(list)
    sql = """select id, statement_id, document_id, code, attributes from second_claims
             where coder_id = ? and document_id = ? order by id"""
    for row in db.query(sql, [coder_id, document_id]):
        attributes = json.loads(row.pop("attributes"))
        said[row["statement_id"]].append(Claim(**row, attributes=attributes, status="second"))
    return {id: tuple(said[id]) for id in read}

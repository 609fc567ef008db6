"""One SQLite file: records to rows and back, document by document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from kb.figures import NUMBERS, UNIT
from kb.models import (
    Claim,
    Document,
    Mention,
    Passage,
    Statement,
    Unread,
)
from kb.rows import (
    claim_row,
    document_row,
    entity_row,
    json_text,
    page_row,
    passage_row,
    statement_row,
    unread_row,
)
from kb.vectors import Matrix, encode

COLLECTION = "statements"
"""The name of the embeddings' collection, as in `llm similar statements`."""


def figure_columns(db: Database) -> list[str]:
    """Give the columns of claims beside which stand numbers and a unit."""
    # asked of the table itself: what `attributes` says is written only at the end of a build
    names = list(db["claims"].columns_dict)
    parts = (*NUMBERS, UNIT)
    return [name for name in names if {f"{name}_{part}" for part in parts} <= set(names)]


def save_document(
    db: Database, document: Document, passages: Sequence[Passage], statements: Sequence[Statement]
) -> None:
    """Write one document with its passages and statements."""
    db.table("documents").insert(document_row(document))
    db.table("pages").insert_all(page_row(document.id, page) for page in document.sheets)
    db.table("passages").insert_all(map(passage_row, passages))
    db.table("statements").insert_all(map(statement_row, statements))


def save_stages(db: Database, document_id: str, *, file: str, read_by: str) -> None:
    """Note which file of this machine a document was read from, and by which code."""
    db.table("stages").insert(
        {"document_id": document_id, "file": file, "read_by": read_by, "coded_by": ""}
    )


def save_claims(db: Database, document_id: str, claims: Iterable[Claim]) -> None:
    """Replace the claims of a document, one column an attribute."""
    delete_claims(db, document_id)
    figures = figure_columns(db)
    db.table("claims").insert_all(claim_row(claim, figures) for claim in claims)


def save_mentions(db: Database, claims: Iterable[Claim], mentions: Iterable[Mention]) -> None:
    """Note the entities that the statement of some claims names."""
    found = [(entity_row(mention), mention.text) for mention in mentions]
    db.table("entities").insert_all((entity for entity, _ in found), ignore=True)
    db.table("claim_entities").insert_all(
        {"claim_id": claim.id, "entity_id": entity["id"], "text": text}
        for claim in claims
        for entity, text in found
    )


def delete_claims(db: Database, document_id: str) -> None:
    """Remove the claims of a document, and what they name."""
    db.conn.execute(
        "delete from claim_entities "
        "where claim_id in (select id from claims where document_id = ?)",
        [document_id],
    )
    db.conn.execute("delete from claims where document_id = ?", [document_id])


def delete_unnamed(db: Database) -> None:
    """Remove the entities that no claim names any more."""
    db.conn.execute("delete from entities where id not in (select entity_id from claim_entities)")


def set_coded(db: Database, document_id: str, coder: str) -> None:
    """Note by which coder a document was coded."""
    db.conn.execute("update stages set coded_by = ? where document_id = ?", [coder, document_id])


def get_uncoded(db: Database, coder: str) -> list[str]:
    """Give the ids of the documents that this coder has not coded; copies are not coded."""
    sql = """select document_id from stages where coded_by != ?
             and document_id not in (select document_id from copies) order by document_id"""
    return [row[0] for row in db.conn.execute(sql, [coder])]


def forget_other_vectors(db: Database, *, name: str, fingerprint: str) -> None:
    """Drop all vectors if another encoder made them, and note the one that makes the next."""
    row = db.conn.execute("select model, fingerprint from collections").fetchone()
    if row == (name, fingerprint):
        return
    with db.atomic():
        db.conn.execute("delete from embeddings")
        db.table("collections").upsert(
            {"id": 1, "name": COLLECTION, "model": name, "fingerprint": fingerprint}, pk="id"
        )


def get_unembedded(db: Database) -> list[str]:
    """Give the ids of the documents with statements that have no vector."""
    sql = """select distinct document_id from statements
             where id not in (select id from embeddings) order by document_id"""
    return [row[0] for row in db.conn.execute(sql)]


def save_embeddings(
    db: Database,
    statements: Sequence[Statement],
    texts: Sequence[str],
    vectors: Matrix,
    *,
    now: int,
) -> None:
    """Write the vectors of a document's statements as the `llm` tool lays them out.

    `texts` are what was embedded, `now` is in Unix seconds.
    """
    db.table("embeddings").insert_all(
        {
            "collection_id": 1,
            "id": statement.id,
            "embedding": encode(vector),
            "content": text,
            "content_blob": None,
            "content_hash": hashlib.md5(text.encode(), usedforsecurity=False).digest(),
            "metadata": json_text({"document_id": statement.document_id}),
            "updated": now,
        }
        for statement, text, vector in zip(statements, texts, vectors, strict=True)
    )


def save_unread(db: Database, unread: Unread, *, file: str, read_by: str) -> None:
    """Note that a file could not be read, and by which code."""
    row = unread_row(unread)
    delete_unread(db, file)
    db.table("unread").insert(row, ignore=True)
    db.table("unread_stages").insert({"file": file, "unread_id": row["id"], "read_by": read_by})


def delete_unread(db: Database, file: str) -> None:
    """Forget that a file of this machine could not be read."""
    db.conn.execute("delete from unread_stages where file = ?", [file])
    db.conn.execute("delete from unread where id not in (select unread_id from unread_stages)")


def get_unread(db: Database) -> tuple[Unread, ...]:
    """Give all files that could not be read, by name."""
    return tuple(
        Unread(**row) for row in db.query("select path, sha256, reason from unread order by path")
    )


def forget_file(db: Database, file: str) -> int:
    """Remove what was read from a file of this machine; give how many documents that was."""
    delete_unread(db, file)
    sql = "select document_id from stages where file = ?"
    documents = [row[0] for row in db.conn.execute(sql, [file])]
    for document_id in documents:
        delete_document(db, document_id)
    return len(documents)


def delete_document(db: Database, document_id: str) -> None:
    """Remove a document and all that hangs on it."""
    db.conn.execute(
        "delete from embeddings where id in (select id from statements where document_id = ?)",
        [document_id],
    )
    delete_claims(db, document_id)
    delete_citations(db, document_id)
    db.conn.execute("delete from copies where main_id = ?", [document_id])
    for table in (
        *("statements", "passages", "pages", "short_forms", "versions", "sketches", "copies"),
        "stages",
    ):
        db.conn.execute(f"delete from {table} where document_id = ?", [document_id])
    db.conn.execute("delete from documents where id = ?", [document_id])


def delete_citations(db: Database, document_id: str) -> None:
    """Remove what a document cites; its works stay until they are settled anew."""
    db.conn.execute(
        "delete from statement_citations "
        "where citation_id in (select id from citations where document_id = ?)",
        [document_id],
    )
    db.conn.execute("delete from citations where document_id = ?", [document_id])
    db.conn.execute("update works set document_id = null where document_id = ?", [document_id])


def get_title(db: Database, document_id: str) -> str:
    """Give a document's title."""
    sql = "select title from documents where id = ?"
    return str(db.conn.execute(sql, [document_id]).fetchone()[0])


def get_text(db: Database, document_id: str) -> str:
    """Give a document's canonical text."""
    sql = "select text from documents where id = ?"
    return str(db.conn.execute(sql, [document_id]).fetchone()[0])


def get_statements(db: Database, document_id: str) -> Iterator[Statement]:
    """Yield a document's statements in reading order, without their printed lines."""
    sql = "select * from statements where document_id = ? order by ordinal"
    yield from map(to_statement, db.query(sql, [document_id]))


def get_codable(db: Database, document_id: str) -> Iterator[Statement]:
    """Yield the statements that are coded: the document's own text, in its main language.

    Captions, footnotes, references and passages of another language are searched, not coded.
    """
    sql = """select s.* from statements s join passages p on p.id = s.passage_id
             where s.document_id = ? and p.kind not in ('caption', 'footnote', 'reference')
               and p.language is null
             order by s.ordinal"""
    yield from map(to_statement, db.query(sql, [document_id]))


def to_statement(row: dict[str, Any]) -> Statement:
    """Give the statement of a row, without its printed lines."""
    return Statement(**{key: row[key] for key in row if key != "box"})

"""One SQLite file: records to rows and back, document by document."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb import schema
from kb.codebook import Attribute, Code, Codebook
from kb.errors import DatabaseMissing, InvalidCodebook
from kb.models import Claim, Document, Line, Passage, Statement, Unread
from kb.vectors import Matrix, encode

COLLECTION = "statements"
"""The name of the embeddings' collection, as in `llm similar statements`."""

Row = dict[str, Any]


def open_database(path: Path) -> Database:
    """Open a knowledge base for reading; raises DatabaseMissing if there is none."""
    if not path.is_file():
        raise DatabaseMissing(
            f"There is no knowledge base at {path}; make one with: kb build PATH --db {path}"
        )
    db = Database(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))
    if not is_knowledge_base(db):
        raise DatabaseMissing(f"{path} is not a knowledge base; give another file with --db")
    return db


def is_knowledge_base(db: Database) -> bool:
    """Say whether a database holds what ours hold."""
    try:
        return {"documents", "statements", "claims", "builds"} <= set(db.table_names())
    except sqlite3.DatabaseError:
        return False


def create_tables(db: Database, codebook: Codebook) -> None:
    """Create all tables and views, empty; raises InvalidCodebook if SQLite refuses its names."""
    try:
        for script in schema.scripts(codebook):
            db.conn.executescript(script)
    except sqlite3.OperationalError as error:
        raise InvalidCodebook(f"{codebook.path}: a name cannot be used: {error}") from error
    db.table("_sqlite_migrations").insert_all(
        {"id": n, "migration_set": "llm.embeddings", "name": name, "applied_at": ""}
        for n, name in enumerate(schema.LLM_MIGRATIONS, 1)
    )


def table_sql(db: Database, table: str) -> str | None:
    """Give the statement that made a table, None if there is none."""
    row = db.conn.execute("select sql from sqlite_master where name = ?", [table]).fetchone()
    return row[0] if row else None


def same_tables(db: Database, codebook: Codebook) -> bool:
    """Say whether a database has just the tables of this version and codebook."""
    fresh = Database(memory=True)
    create_tables(fresh, codebook)
    sql = "select name, sql from sqlite_master where name not like 'sqlite_%' order by name"
    return db.conn.execute(sql).fetchall() == fresh.conn.execute(sql).fetchall()


CONTENT = (
    "documents", "passages", "statements", "unread", "builds", "stages", "unread_stages",
    "collections", "embeddings",
)  # fmt: skip
"""The tables whose rows go from one build to the next, parents first."""


def copy_content(db: Database, old: Path) -> None:
    """Copy into an empty database what an older one holds, as far as its tables are the same.

    Of a database that another version made nothing is taken: the build reads all files again.
    """
    db.conn.execute("attach ? as old", [f"{old.resolve().as_uri()}?mode=ro"])
    made = dict(db.conn.execute("select name, sql from old.sqlite_master"))
    if all(made.get(table) == table_sql(db, table) for table in CONTENT):
        same_claims = made.get("claims") == table_sql(db, "claims")
        for table in (*CONTENT, "claims") if same_claims else CONTENT:
            db.conn.execute(f"insert into {table} select * from old.{table} order by rowid")
        if not same_claims:
            db.conn.execute("update stages set coded_by = ''")
    db.conn.commit()
    db.conn.execute("detach old")


def fill_lookups(db: Database, codebook: Codebook) -> None:
    """Write the labels and definitions of the codebook into the lookup tables."""
    rows: dict[str, list[Row]] = {
        "codes": [code_row(code) for code in codebook.codes],
        "attributes": [attribute_row(attribute) for attribute in codebook.attributes],
    }
    for attribute in codebook.attributes:
        if attribute.table:
            rows[attribute.table] = [
                {"id": v.id, "label": v.label, "definition": v.definition} for v in attribute.values
            ]
    for table, values in rows.items():
        db.conn.execute(f"delete from {table}")
        db.table(table).insert_all(values)


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
        "lookup": attribute.table,
        "codes": json_text(attribute.codes),
    }


def list_columns(db: Database) -> list[str]:
    """Give the columns of claims that are JSON arrays."""
    return [
        row[0] for row in db.conn.execute("select id from attributes where many order by rowid")
    ]


def save_document(
    db: Database, document: Document, passages: Sequence[Passage], statements: Sequence[Statement]
) -> None:
    """Write one document with its passages and statements."""
    db.table("documents").insert(document_row(document))
    db.table("passages").insert_all(map(passage_row, passages))
    db.table("statements").insert_all(map(statement_row, statements))


def document_row(document: Document) -> Row:
    """Give a document's row; authors are a JSON array."""
    row = {name: getattr(document, name) for name in Document.__slots__}
    return row | {"authors": json_text(document.authors)}


def passage_row(passage: Passage) -> Row:
    """Give a passage's row."""
    row = {name: getattr(passage, name) for name in Passage.__slots__ if name != "lines"}
    page = passage.lines[0].page if passage.lines else None
    return row | {"page": page, "box": boxes(passage.lines)}


def statement_row(statement: Statement) -> Row:
    """Give a statement's row."""
    row = {name: getattr(statement, name) for name in Statement.__slots__ if name != "lines"}
    return row | {"box": boxes(statement.lines)}


def boxes(lines: Iterable[Line]) -> str | None:
    """Give printed lines as a JSON array of [page, x0, y0, x1, y1], None where there are none."""
    placed = [[line.page, *(round(x, 1) for x in line.box)] for line in lines if line.box]
    return json_text(placed) if placed else None


def save_stages(db: Database, document_id: str, *, file: str, read_by: str) -> None:
    """Note which file of this machine a document was read from, and by which code."""
    db.table("stages").insert(
        {"document_id": document_id, "file": file, "read_by": read_by, "coded_by": ""}
    )


def save_claims(db: Database, document_id: str, claims: Iterable[Claim]) -> None:
    """Replace the claims of a document, one column an attribute."""
    db.conn.execute("delete from claims where document_id = ?", [document_id])
    db.table("claims").insert_all(map(claim_row, claims))


def set_coded(db: Database, document_id: str, coder: str) -> None:
    """Note by which coder a document was coded."""
    db.conn.execute("update stages set coded_by = ? where document_id = ?", [coder, document_id])


def get_uncoded(db: Database, coder: str) -> list[str]:
    """Give the ids of the documents that this coder has not coded."""
    sql = "select document_id from stages where coded_by != ? order by document_id"
    return [row[0] for row in db.conn.execute(sql, [coder])]


def claim_row(claim: Claim) -> Row:
    """Give a claim's row; attributes with several values are JSON arrays."""
    row = {name: getattr(claim, name) for name in Claim.__slots__ if name != "attributes"}
    return row | {
        name: json_text(value) if isinstance(value, (list, tuple)) else value
        for name, value in claim.attributes.items()
    }


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
    with db.atomic():
        delete_unread(db, unread.path)
        db.table("unread").insert(asdict(unread))
        db.table("unread_stages").insert({"path": unread.path, "file": file, "read_by": read_by})


def delete_unread(db: Database, path: str) -> None:
    """Forget that a file could not be read."""
    db.conn.execute("delete from unread_stages where path = ?", [path])
    db.conn.execute("delete from unread where path = ?", [path])


def get_unread(db: Database) -> tuple[Unread, ...]:
    """Give all files that could not be read, by name."""
    return tuple(
        Unread(**row) for row in db.query("select path, sha256, reason from unread order by path")
    )


def delete_document(db: Database, document_id: str) -> None:
    """Remove a document and all that hangs on it."""
    db.conn.execute(
        "delete from embeddings where id in (select id from statements where document_id = ?)",
        [document_id],
    )
    for table in ("claims", "statements", "passages", "stages"):
        db.conn.execute(f"delete from {table} where document_id = ?", [document_id])
    db.conn.execute("delete from documents where id = ?", [document_id])


def get_statements(db: Database, document_id: str) -> Iterator[Statement]:
    """Yield a document's statements in reading order, without their printed lines."""
    sql = "select * from statements where document_id = ? order by ordinal"
    for row in db.query(sql, [document_id]):
        yield Statement(**{key: row[key] for key in row if key != "box"})


def json_text(value: Any) -> str:
    """Give a value as JSON in readable Unicode."""
    return json.dumps(value, ensure_ascii=False)

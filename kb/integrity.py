"""What a knowledge base promises, checked; and a digest that two equal ones share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlite_utils import Database

from kb.tables import CHANGES, SECOND

SHARED_TABLES = {
    *("builds", "stages", "unread_stages", "collections", "_sqlite_migrations"),
    *SECOND,
    *CHANGES,
}
"""Tables that say how and when the rest was made, or what no build makes."""

CHECKS = (
    "select 'Statement ' || id || ' has no vector' from statements "
    "where id not in (select id from embeddings)",
    "select 'The vector ' || id || ' has no statement' from embeddings "
    "where id not in (select id from statements)",
    "select 'Vectors of different lengths: ' || group_concat(length) from "
    "(select distinct length(embedding) as length from embeddings) having count(*) > 1",
    "select 'Claim ' || c.id || ' names another document than its statement' from claims c "
    "join statements s on s.id = c.statement_id where s.document_id is not c.document_id",
)
"""Each gives a sentence for each row that breaks a promise."""

LISTS_SQL = "select id, lookup from attributes where many and lookup is not null"

SAMPLE = 2000
"""How many statements are looked up by their own words; publishing checks the whole index."""


def problems(db: Database) -> list[str]:
    """Give a sentence for each broken promise; none for a sound knowledge base."""
    found = list(misplaced(db))
    found += [row[0] for sql in CHECKS for row in db.conn.execute(sql)]
    found += [
        f"Row {rowid} of {table} refers to no row of {parent}"
        for table, rowid, parent, _ in db.conn.execute("pragma foreign_key_check")
    ]
    found += list_problems(db)
    found += full_text_problems(db)
    found += [
        f"SQLite: {row[0]}" for row in db.conn.execute("pragma quick_check") if row[0] != "ok"
    ]
    return found


def misplaced(db: Database) -> Iterator[str]:
    """Yield a sentence for each passage and statement that is not verbatim at its place."""
    for document_id, text in db.conn.execute("select id, text from documents order by id"):
        for table in ("passages", "statements"):
            sql = f"select id, text, char_start, char_end from {table} where document_id = ?"
            for id, quote, start, end in db.conn.execute(sql, [document_id]):
                if text[start:end] != quote:
                    yield f"The quotation of {table} {id} is not at its place in {document_id}"


def list_problems(db: Database) -> Iterator[str]:
    """Yield a sentence for each value in a claim's lists that no lookup table has."""
    for column, table in db.conn.execute(LISTS_SQL).fetchall():
        sql = f"""select c.id, j.value from claims c, json_each(c.{column}) j
                  where j.value not in (select id from {table})"""
        for claim, value in db.conn.execute(sql):
            yield f"Claim {claim} has {value!r} in {column}, which the codebook does not know"


def full_text_problems(db: Database) -> list[str]:
    """Give a sentence for each of a sample of statements that the full-text index misses."""
    indexed = db.conn.execute("select count(*) from statements_fts_docsize").fetchone()[0]
    count = db["statements"].count
    if indexed != count:
        return [f"The full-text index holds {indexed} statements, the table {count}"]
    wrong = []
    sql = "select id, text from statements where rowid % ? = 0 order by id"
    for id, text in db.conn.execute(sql, [count // SAMPLE + 1]).fetchall():
        if not is_indexed(db, id, text):
            wrong.append(f"The full-text index does not find statement {id} by its own words")
    return wrong


def is_indexed(db: Database, statement_id: str, text: str) -> bool:
    """Say whether full-text search finds a statement by its first words."""
    words = [word for word in text.split()[:6] if word.isascii() and word.isalpha()]
    if not words:
        return True
    sql = """select 1 from statements_fts where statements_fts match :match
             and rowid = (select rowid from statements where id = :id)"""
    match = " ".join(f'"{word}"' for word in words)
    return bool(db.conn.execute(sql, {"match": match, "id": statement_id}).fetchone())


def content_tables(db: Database) -> list[str]:
    """Give the names of the tables that hold what was read and coded."""
    return sorted(
        name
        for name in db.table_names()
        if name not in SHARED_TABLES and not name.startswith(("statements_fts", "sqlite_"))
    )


def digest(db: Database) -> str:
    """Give a sha256 over all content: equal for two builds of the same input.

    The times of builds, and the places of files on this machine, do not count.
    """
    sha = hashlib.sha256()
    for table in content_tables(db):
        columns = [name for name in sorted(db[table].columns_dict) if name != "updated"]
        listed = ", ".join(columns)
        sha.update(f"{table}({listed})\n".encode())
        for row in db.conn.execute(f"select {listed} from {table} order by {listed}"):
            sha.update(repr(row).encode())
    return sha.hexdigest()

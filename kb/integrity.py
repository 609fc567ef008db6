"""What a knowledge base promises, checked; and a digest that two equal ones share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlite_utils import Database

SHARED_TABLES = {"builds", "stages", "unread_stages", "collections", "_sqlite_migrations"}
"""Tables that say how and when the rest was made, not what it says."""

VERBATIM_SQL = """
select 'The quotation of {table} ' || x.id || ' is not at its place in document ' || d.id
from {table} x join documents d on d.id = x.document_id
where substr(d.text, x.char_start + 1, x.char_end - x.char_start) is not x.text
"""

CHECKS = (
    VERBATIM_SQL.format(table="statements"),
    VERBATIM_SQL.format(table="passages"),
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


def problems(db: Database) -> list[str]:
    """Give a sentence for each broken promise; none for a sound knowledge base."""
    found = [row[0] for sql in CHECKS for row in db.conn.execute(sql)]
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


def list_problems(db: Database) -> Iterator[str]:
    """Yield a sentence for each value in a claim's lists that no lookup table has."""
    for column, table in db.conn.execute("select id, lookup from attributes where many").fetchall():
        sql = f"""select c.id, j.value from claims c, json_each(c.{column}) j
                  where j.value not in (select id from {table})"""
        for claim, value in db.conn.execute(sql):
            yield f"Claim {claim} has {value!r} in {column}, which the codebook does not know"


def full_text_problems(db: Database) -> list[str]:
    """Give a sentence if the full-text index does not agree with the statements."""
    indexed = db.conn.execute("select count(*) from statements_fts_docsize").fetchone()[0]
    count = db["statements"].count
    wrong = []
    if indexed != count:
        wrong.append(f"The full-text index holds {indexed} statements, the table {count}")
    sql = """select s.id, s.text from statements s order by s.id limit 200"""
    for id, text in db.conn.execute(sql).fetchall():
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
        for row in db.conn.execute(f"select {listed} from {table} order by {order_of(columns)}"):
            sha.update(repr(row).encode())
    return sha.hexdigest()


def order_of(columns: list[str]) -> str:
    """Give the columns that order a table's rows the same way in every build."""
    return "id" if "id" in columns else columns[0] if "path" not in columns else "path"

"""What a knowledge base promises, checked; and a digest that two equal ones share."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from textwrap import shorten

from sqlite_utils import Database

from kb.opening import list_columns
from kb.tables import CHANGES, SECOND

SHARED_TABLES = {
    *("builds", "stages", "unread_stages", "collections", "_sqlite_migrations"),
    *SECOND,
    *CHANGES,
}
"""Tables that say how and when the rest was made, or what no build makes."""

KINDS = {
    "text": ("text",),
    "integer": ("integer",),
    "real": ("real", "integer"),
    "blob": ("blob",),
}
"""What a column of each type may hold besides null."""

CHECKS = (
    "select 'The vector ' || id || ' is no row of 32-bit numbers' from embeddings "
    "where length(embedding) = 0 or length(embedding) % 4",
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

TEXT_LISTS = (
    *(("documents", "authors"), ("works", "authors"), ("citations", "authors")),
    ("attributes", "codes"),
)
"""Columns of JSON arrays of texts, besides those of claims."""

BOXES = ("passages", "statements")
"""Tables whose `box` is a JSON array of arrays: page, x0, y0, x1, y1."""

TEXT_LIST_SQL = """
select id from {table} where {column} is not null and case
  when not json_valid({column}) or json_type({column}) <> 'array' then 1
  else exists (select 1 from json_each({column}) where type <> 'text') end
"""

BOX_SQL = """
select id from {table} where box is not null and case
  when not json_valid(box) or json_type(box) <> 'array' then 1
  else exists (select 1 from json_each(box) where type <> 'array')
    or exists (select 1 from json_tree(box) where case type
      when 'array' then parent is not null and json_array_length(box, fullkey) <> 5
      else type not in ('integer', 'real') end) end
"""

LISTS_SQL = "select id, lookup from attributes where many and lookup is not null"

SAMPLE = 2000
"""How many statements are looked up by their own words; publishing checks the whole index."""


def problems(db: Database) -> list[str]:
    """Give a sentence for each broken promise; none for a sound knowledge base."""
    try:
        # what is not of its kind can be compared with nothing
        return [*misfits(db), *malformed(db)] or broken_promises(db)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [f"SQLite cannot read it: {shorten(str(error), 200)}"]


def misfits(db: Database) -> Iterator[str]:
    """Yield a sentence for each column that holds what is not of its type, blobs as texts say."""
    for table in [name for name in db.table_names() if not is_of_sqlite(name)]:
        types = {each.name: each.type.lower() for each in db.table(table).columns}
        kinds = {name: KINDS[type] for name, type in types.items() if type in KINDS}
        counts = ", ".join(
            f"sum(typeof([{name}]) not in ({', '.join(map(repr, kind))}, 'null'))"
            for name, kind in kinds.items()
        )
        found = db.conn.execute(f"select {counts or 1} from [{table}]").fetchone()
        for name, count in zip(kinds, found, strict=False):
            if count:
                yield f"{table}.{name} is not {types[name]} in {count} rows"


def malformed(db: Database) -> Iterator[str]:
    """Yield a sentence for each value that is not the JSON that it has to be."""
    claims = [("claims", name) for name in list_columns(db)]
    for table, column in (*TEXT_LISTS, *claims):
        for (id,) in db.conn.execute(TEXT_LIST_SQL.format(table=table, column=column)):
            yield f"{column} of {table} {id} is no JSON array of texts"
    for table in BOXES:
        for (id,) in db.conn.execute(BOX_SQL.format(table=table)):
            yield f"box of {table} {id} is no JSON array of boxes"


def broken_promises(db: Database) -> list[str]:
    """Give a sentence for each promise that values break which are of the right kind."""
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
        name for name in db.table_names() if name not in SHARED_TABLES and not is_of_sqlite(name)
    )


def is_of_sqlite(table: str) -> bool:
    """Say whether a table is part of the full-text index, or SQLite's own."""
    return table.startswith(("statements_fts", "sqlite_"))


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

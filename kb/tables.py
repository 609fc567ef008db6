"""Making the tables, and taking over what an older file holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database

from kb import schema
from kb.codebook import Codebook
from kb.errors import InvalidCodebook
from kb.llm_schema import LLM_MIGRATIONS
from kb.questions import load_questions
from kb.rows import (
    Row,
    asks_row,
    attribute_row,
    code_row,
    kind_row,
    prefer_row,
    synonym_rows,
    value_row,
)
from kb.short_forms import add_synonyms
from kb.vocabulary import Kind

CONTENT = (
    "documents", "pages", "passages", "statements", "works", "citations", "statement_citations",
    "short_forms", "versions", "sketches", "copies", "unread", "builds", "stages", "unread_stages",
    "collections", "embeddings",
)  # fmt: skip
"""The tables whose rows go from one build to the next, parents first."""

SECOND = (
    "second_coders", "second_answers", "second_dropped", "second_statements", "second_claims",
)  # fmt: skip
"""What no build can make again: it is kept whatever else is read or coded anew."""

CHANGES = ("changes",)
"""What came and went with earlier builds."""

CODING = ("entities", "claims", "claim_entities")
"""Those that hold only as long as the codebook notes the same things."""


def create_tables(db: Database, codebook: Codebook) -> None:
    """Create all tables and views, empty; raises InvalidCodebook if SQLite refuses its names."""
    try:
        for script in schema.scripts(codebook):
            db.conn.executescript(script)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # the disk's fault, not the names'
            raise
        raise InvalidCodebook(f"{codebook.path}: a name cannot be used: {error}") from error
    db.table("_sqlite_migrations").insert_all(
        {"id": n, "migration_set": "llm.embeddings", "name": name, "applied_at": ""}
        for n, name in enumerate(LLM_MIGRATIONS, 1)
    )


def table_sql(db: Database, name: str = "main") -> dict[str, str]:
    """Give the statement that made each table, view and index of an attached database."""
    sql = f"select name, sql from {name}.sqlite_master where name not like 'sqlite_%'"
    return dict(db.conn.execute(sql).fetchall())


def empty_database(codebook: Codebook) -> Database:
    """Give a database in memory with the tables of this version and codebook."""
    db = Database(memory=True)
    create_tables(db, codebook)
    return db


def same_tables(db: Database, codebook: Codebook) -> bool:
    """Say whether a database has just the tables of this version and codebook."""
    return table_sql(db) == table_sql(empty_database(codebook))


def same_lookups(db: Database, codebook: Codebook, kinds: Iterable[Kind] = ()) -> bool:
    """Say whether a database of the same tables explains the codebook as it is."""
    due = empty_database(codebook)
    fill_lookups(due, codebook, kinds)
    return all(
        set(db.conn.execute(f"select * from {table}"))
        >= set(due.conn.execute(f"select * from {table}"))
        for table in lookups(codebook)
    )


def lookups(codebook: Codebook) -> list[str]:
    """Give the tables that `fill_lookups` fills."""
    named = [attribute.table for attribute in codebook.attributes if attribute.table]
    return ["asks", "prefers", "synonyms", "codes", "attributes", "entity_kinds", *named]


def copy_content(db: Database, old: Path) -> None:
    """Copy into an empty database what an older one holds, as far as its tables are the same.

    Of a database that another version made nothing but what second coders said is taken: the
    build reads all files again.
    """
    db.conn.execute("attach ? as old", [f"{old.resolve().as_uri()}?mode=ro"])
    ours = table_sql(db, "main")
    theirs = table_sql(db, "old")
    same = {table for table in ours if theirs.get(table) == ours[table]}
    if same >= set(CONTENT):
        copy_tables(db, CONTENT)
        if same >= set(CODING):
            copy_tables(db, CODING)
        else:
            db.conn.execute("update stages set coded_by = ''")
    for kept in (SECOND, CHANGES):
        if same >= set(kept):
            copy_tables(db, kept)
    db.conn.commit()
    db.conn.execute("detach old")


def copy_tables(db: Database, tables: Iterable[str]) -> None:
    """Copy tables from the attached database."""
    for table in tables:
        db.conn.execute(f"insert into {table} select * from old.{table} order by rowid")


def can_copy(db: Database, codebook: Codebook) -> bool:
    """Say whether `copy_content` takes anything from a database."""
    ours, theirs = table_sql(empty_database(codebook)), table_sql(db)
    return all(theirs.get(table) == ours[table] for table in CONTENT)


def fill_lookups(db: Database, codebook: Codebook, kinds: Iterable[Kind] = ()) -> None:
    """Write what the codebook says of codes and values, the kinds of entities, and how one asks."""
    questions = load_questions(codebook)
    rows: dict[str, list[Row]] = {
        "asks": list(map(asks_row, questions.asks)),
        "prefers": list(map(prefer_row, questions.prefer)),
        "synonyms": synonym_rows(questions.synonyms),
        "codes": [code_row(code) for code in codebook.codes],
        "attributes": [attribute_row(attribute) for attribute in codebook.attributes],
        "entity_kinds": [kind_row(kind) for kind in kinds],
    }
    for attribute in codebook.attributes:
        if attribute.table:
            rows[attribute.table] = [value_row(attribute, value) for value in attribute.values]
    for table, values in rows.items():
        db.conn.execute(f"delete from {table}")
        db.table(table).insert_all(values, ignore=True)
    add_synonyms(db)

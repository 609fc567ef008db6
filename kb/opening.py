"""Opening a knowledge base, and what tells one from other files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from kb.errors import DatabaseMissing

OLDEST = {"documents", "statements", "claims", "builds"}
"""The tables of a knowledge base of any version."""

NEEDED = OLDEST | {
    *("codes", "attributes", "entities", "collections", "embeddings", "unread"),
    *("pages", "works", "citations", "statement_citations", "copies", "counts", "name_counts"),
    "value_lists",
}
"""Those that questions of this version need, views among them."""


def open_database(path: Path) -> Database:
    """Open a knowledge base for reading; raises DatabaseMissing if there is none."""
    db = open_any_version(path)
    if not {*db.table_names(), *db.view_names()} >= NEEDED:
        raise DatabaseMissing(f"{path} was made by another version of kb; run kb build again")
    return db


def open_any_version(path: Path) -> Database:
    """Open a knowledge base of which only a build must make sense; raises DatabaseMissing."""
    if not path.is_file():
        raise DatabaseMissing(
            f"There is no knowledge base at {path}; make one with: kb build PATH --db {path}"
        )
    db = Database(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))
    if not is_knowledge_base(db):
        raise DatabaseMissing(
            f"{path} is not a knowledge base, or damaged; give another file with --db, "
            "or delete it and build again"
        )
    return db


def is_knowledge_base(db: Database) -> bool:
    """Say whether a database holds what ours hold."""
    try:
        return set(db.table_names()) >= OLDEST
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # SQLite quotes what is damaged
        return False


def list_columns(db: Database) -> list[str]:
    """Give the columns of claims that are JSON arrays."""
    return [
        row[0] for row in db.conn.execute("select id from attributes where many order by rowid")
    ]

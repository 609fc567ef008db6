"""Searching from SQL: `kb_search` and `kb_similarity`, for Datasette and `kb sql`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache

from sqlite_utils import Database

from kb.encoder import Encoder
from kb.errors import KbError
from kb.search import LONGEST, Index, search
from kb.vectors import Vector

MOST = 1_000
"""So many statements are given for one question at most."""

HARMLESS = ("database_list", "table_info", "table_xinfo")
"""Pragmas that tell of tables; searching asks them."""

FindEncoder = Callable[[Database], Encoder | None]
FindIndex = Callable[[Database], Index]


def add_functions(
    conn: sqlite3.Connection, find_encoder: FindEncoder, find_index: FindIndex
) -> None:
    """Add the functions to a connection to a knowledge base.

    `kb_search(question, n)` gives a JSON array of what `kb search --json` prints, for json_each;
    it is empty where nothing matches well. `kb_similarity(id, question)` gives the cosine of a
    statement with a question, null for an id that there is none of, or without an encoder.
    """
    db = Database(conn, execute_plugins=False)

    def kb_search(question: str | None, number: int | None) -> str:
        encoder, index = find_encoder(db), find_index(db)
        wanted = max(0, min(MOST, int(number or 0)))
        answer = search(db, str(question or ""), encoder=encoder, index=index, number=wanted)
        return json.dumps([asdict(hit) for hit in answer.good], ensure_ascii=False)

    @lru_cache(maxsize=16)
    def embedded(question: str) -> Vector | None:
        encoder = find_encoder(db)
        return encoder.embed([question[:LONGEST]])[0] if encoder and question.strip() else None

    def kb_similarity(id: str | None, question: str | None) -> float | None:
        vector = embedded(str(question or ""))
        rows = find_index(db).rows_of([str(id or "")])
        if vector is None or not len(rows):
            return None
        return round(float(find_index(db).cosines(vector, rows)[0]), 6)

    conn.create_function("kb_search", 2, kb_search)
    conn.create_function("kb_similarity", 2, kb_similarity)


def run_sql(db: Database, sql: str) -> list[dict[str, object]]:
    """Give the rows of a query; raises KbError for what is wrong with it, or would change data."""
    db.conn.execute("pragma query_only = 1")
    db.conn.set_authorizer(_may_read)
    try:
        cursor = db.conn.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]
    except sqlite3.Error as error:
        raise KbError(f"That query did not work: {error}") from error
    finally:
        db.conn.set_authorizer(None)


def _may_read(action: int, name: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA and name in HARMLESS:
        return sqlite3.SQLITE_OK
    denied = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA)
    return sqlite3.SQLITE_DENY if action in denied else sqlite3.SQLITE_OK

"""Searching from SQL: `kb_search` and `kb_similarity`, for Datasette and `kb sql`."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any, TypeVar

from sqlite_utils import Database
from sqlite_utils.utils import dedupe_keys

from kb.encoder import Encoder
from kb.errors import KbError
from kb.search import LONGEST, Index, check_encoder, search
from kb.search.question import read_question
from kb.vectors import Vector

MOST = 1_000
"""So many statements are given for one question at most."""

HARMLESS = ("database_list", "table_info", "table_xinfo")
"""Pragmas that tell of tables; searching asks them."""

Answer = TypeVar("Answer")
FindEncoder = Callable[[Database], Encoder | None]
FindIndex = Callable[[Database], Index]


def add_functions(
    conn: sqlite3.Connection, find_encoder: FindEncoder, find_index: FindIndex
) -> list[KbError]:
    """Add the functions to a connection to a knowledge base; give the list of what fails in them.

    `kb_search(question, n)` gives a JSON array of what `kb search --json` prints, for json_each;
    it is empty where nothing matches well. `kb_similarity(id, question)` gives the cosine of a
    statement with a question, null for an id that there is none of, or without an encoder. Of
    what goes wrong in a function SQLite tells nothing but that something did: the list has what
    did last.
    """
    db = Database(conn, execute_plugins=False)
    failed: list[KbError] = []

    def kb_search(question: str | None, number: int | None) -> str:
        encoder, index = find_encoder(db), find_index(db)
        wanted = max(0, min(MOST, _whole(number)))
        answer = search(db, str(question or ""), encoder=encoder, index=index, number=wanted)
        return json.dumps([asdict(hit) for hit in answer.good], ensure_ascii=False)

    @lru_cache(maxsize=16)
    def embedded(question: str) -> tuple[Index, Vector | None]:
        index = find_index(db)
        asked = read_question(question[:LONGEST], index.wording)
        encoder = find_encoder(db) if asked.stems else None
        if encoder is None:
            return index, None
        check_encoder(db, encoder)
        return index, encoder.embed([asked.whole])[0]

    def kb_similarity(id: str | None, question: str | None) -> float | None:
        index, vector = embedded(str(question or ""))
        rows = index.rows_of([str(id or "")])
        if vector is None or not len(rows):
            return None
        return round(float(index.cosines(vector, rows)[0]), 6)

    for function in (kb_search, kb_similarity):
        conn.create_function(function.__name__, 2, _noting(failed, function))
    return failed


def _whole(number: object) -> int:
    try:
        return int(number or 0)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError, OverflowError):
        raise KbError(f"kb_search takes a number of statements, not {number!r}") from None


def _noting(failed: list[KbError], function: Callable[..., Answer]) -> Callable[..., Answer]:
    def noting(*given: object) -> Answer:
        try:
            return function(*given)
        except KbError as error:
            failed[:] = [KbError(str(error))]
            raise

    return noting


def run_sql(
    db: Database, sql: str, failed: Sequence[KbError] = ()
) -> list[dict[str, int | float | str | None]]:
    """Give the rows of a query; raises KbError for what is wrong with it, or would change data.

    Of columns of one name the second is called name_2. Bytes are given in base64. `failed` is the
    list that `add_functions` gave.
    """
    db.conn.execute("pragma query_only = 1")
    db.conn.set_authorizer(_may_read)
    try:
        cursor = db.conn.execute(sql)
        names = dedupe_keys([column[0] for column in cursor.description or ()])
        return [dict(zip(names, map(_shown, row), strict=True)) for row in cursor]
    except sqlite3.Error as error:
        raise KbError(f"That query did not work: {failed[-1] if failed else error}") from error
    finally:
        db.conn.set_authorizer(None)


def _shown(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _may_read(action: int, name: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA and name in HARMLESS:
        return sqlite3.SQLITE_OK
    denied = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA)
    return sqlite3.SQLITE_DENY if action in denied else sqlite3.SQLITE_OK

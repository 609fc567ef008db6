"""Words as full-text search knows them: SQLite's own tokeniser, so that all faces agree."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from threading import local

from kb.schema import TOKENIZER

Token = tuple[str, int, int]
"""A word's stem, the number of its text, and the number of its field there."""

WORD = re.compile(r"[^\W_]+")
"""What SQLite takes for a word, but for a few letters."""

MADE = local()


def tokens(texts: Iterable[Sequence[str]], fields: int) -> Iterator[Token]:
    """Yield the stems of texts of some `fields` each, in the order of stem, text and field."""
    with sqlite3.connect(":memory:") as db:
        _create(db, fields)
        holes = ", ".join("?" * (fields + 1))
        rows = ((number, *text) for number, text in enumerate(texts))
        names = ", ".join(f"f{n}" for n in range(fields))
        db.executemany(f"insert into texts(rowid, {names}) values ({holes})", rows)
        for term, number, field in db.execute("select term, doc, col from terms"):
            yield term, number, int(field[1:])
    db.close()


def stems(text: str) -> list[str]:
    """Give the stems of one text in the order of its words."""
    db = _mine()
    db.execute("delete from texts")
    db.execute("insert into texts(rowid, f0) values (0, ?)", [text])
    return [row[0] for row in db.execute("select term from terms order by offset")]


def _mine() -> sqlite3.Connection:
    """Give this thread's own table for one text: making one takes longer than the text."""
    if not hasattr(MADE, "db"):
        MADE.db = sqlite3.connect(":memory:", isolation_level=None)
        _create(MADE.db, 1)
    db: sqlite3.Connection = MADE.db
    return db


def _create(db: sqlite3.Connection, fields: int) -> None:
    names = ", ".join(f"f{n}" for n in range(fields))
    db.execute(f"create virtual table texts using fts5({names}, tokenize='{TOKENIZER}')")
    db.execute("create virtual table terms using fts5vocab(texts, instance)")

"""Limits for SQL that strangers write: no answer may fill the memory, no function may hang.

SQLite can be told to stop between its steps, which is how Datasette's time limit works, but not
within a call of one function; and some of its functions take time that grows with the square of
their arguments. These are replaced by such as do not, and as look at the clock themselves.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from kb.web.clock import in_time
from kb.web.patterns import as_text, glob, like, short

LONGEST = 5_000_000
"""The most bytes of one value; the text of a report of a thousand pages has some three million."""

MOST = 50_000_000
"""The most bytes of one answer, however few its rows."""

LONGEST_FORMAT = 1000
"""The most characters of a format of times."""

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 64,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


def guard(conn: sqlite3.Connection) -> None:
    """Set the limits of a connection, and make sure that it can only read."""
    for limit, value in LIMITS.items():
        conn.setlimit(limit, value)
    conn.execute("pragma query_only = on")
    for name, arguments, function in FUNCTIONS:
        conn.create_function(name, arguments, in_time(function), deterministic=True)
    conn.create_function("strftime", -1, in_time(short_strftime()))
    conn.row_factory = rows_within(MOST)
    # Datasette has them printed, and strangers could fill the log
    sqlite3.enable_callback_tracebacks(False)


@contextmanager
def unguarded(conn: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Lift the limits of size for a question of our own pages."""
    before = conn.row_factory, conn.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
    conn.row_factory = sqlite3.Row
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000_000)
    try:
        yield conn
    finally:
        conn.row_factory, length = before
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length)


def rows_within(most: int) -> Callable[[sqlite3.Cursor, tuple[Any, ...]], sqlite3.Row]:
    """Make rows as Datasette wants them, until those of one answer have so many bytes."""
    sizes: WeakKeyDictionary[sqlite3.Cursor, int] = WeakKeyDictionary()

    def row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        size = sum(len(value) for value in values if isinstance(value, str | bytes))
        sizes[cursor] = sizes.get(cursor, 0) + size
        if sizes[cursor] > most:
            raise sqlite3.OperationalError(
                f"The answer is larger than {most:,} bytes; ask for less"
            )
        return sqlite3.Row(cursor, values)

    return row


def instr(text: Any, part: Any) -> int | None:
    """Give the place of a part in a text, from 1, or 0; null of null."""
    if text is None or part is None:
        return None
    if isinstance(text, bytes) and isinstance(part, bytes):
        return text.find(part) + 1
    return as_text(text).find(as_text(part)) + 1


def replace(text: Any, old: Any, new: Any) -> str | None:
    """Replace all that is `old`; null of null."""
    if text is None or old is None or new is None:
        return None
    whole, gone, new = str(as_text(text)), str(as_text(old)), str(as_text(new))
    if gone and len(whole) + whole.count(gone) * (len(new) - len(gone)) > LONGEST:
        raise ValueError("string or blob too big")
    return whole.replace(gone, new) if gone else whole


def trimmer(strip: Callable[[str, str], str]) -> Callable[[Any, Any], str | None]:
    """Make SQL's of a function that takes some characters from the ends of a text."""

    def trim(text: Any, characters: Any) -> str | None:
        if text is None or characters is None:
            return None
        return strip(as_text(text), short(as_text(characters)))

    return trim


def json_patch(text: Any, patch: Any) -> str | None:
    """Change a JSON text by another, as RFC 7396 says; null of null."""
    if text is None or patch is None:
        return None
    return json.dumps(
        patched(json.loads(as_text(text)), json.loads(as_text(patch))),
        ensure_ascii=False,
        separators=(",", ":"),
    )


def patched(value: Any, patch: Any) -> Any:
    """Give a value as a patch changes it."""
    if not isinstance(patch, dict):
        return patch
    found = dict(value) if isinstance(value, dict) else {}
    for key, change in patch.items():
        if change is None:
            found.pop(key, None)
        else:
            found[key] = patched(found.get(key), change)
    return found


def short_strftime() -> Callable[..., Any]:
    """Make SQLite's strftime refuse formats that nobody needs; a connection of its own has it."""
    conn = sqlite3.connect(":memory:", check_same_thread=False)

    def strftime(*arguments: Any) -> Any:
        if len(str(arguments[:1])) > LONGEST_FORMAT:
            raise ValueError("the format is too long")
        marks = ", ".join("?" for _ in arguments)
        return conn.execute(f"select strftime({marks})", arguments).fetchone()[0]

    return strftime


def refused(*arguments: Any) -> None:
    """Stand for a function that tells where things lie in memory."""
    raise ValueError("this function is not for strangers")


FUNCTIONS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("instr", 2, instr),
    ("replace", 3, replace),
    ("trim", 2, trimmer(str.strip)),
    ("ltrim", 2, trimmer(str.lstrip)),
    ("rtrim", 2, trimmer(str.rstrip)),
    ("json_patch", 2, json_patch),
    ("like", 2, like),
    ("like", 3, like),
    ("glob", 2, glob),
    ("fts3_tokenizer", 1, refused),
)
"""Name, number of arguments, and what takes the place of SQLite's own."""

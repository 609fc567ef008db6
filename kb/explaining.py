"""What is said, in one line, of what went wrong outside our power; nothing of bugs of ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from textwrap import shorten

from kb.errors import KbError
from kb.integrity import problems
from kb.opening import open_any_version

ANEW = "run kb check, or delete it and run kb build again"
LONGEST = 200
"""Characters of what SQLite says."""

REMEDIES = {
    sqlite3.SQLITE_FULL: "make room there",
    sqlite3.SQLITE_IOERR: "see whether its disk is full or failing",
    sqlite3.SQLITE_NOMEM: "close other programs",
    sqlite3.SQLITE_BUSY: "wait until no other program writes it",
    sqlite3.SQLITE_LOCKED: "wait until no other program writes it",
    sqlite3.SQLITE_READONLY: "see that you may write it and its folder",
    sqlite3.SQLITE_CANTOPEN: "see that you may read and write it and its folder",
    sqlite3.SQLITE_PERM: "see that you may read and write it and its folder",
}
"""What to do about what is not the database's own fault."""


def explain(error: Exception, db: Path | None = None) -> str | None:
    """Say what went wrong with a command, and what to do; None for a bug of ours.

    `db` is the knowledge base that the command is about.
    """
    if isinstance(error, KbError):
        return str(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}"
    if isinstance(error, sqlite3.Error):
        return explain_sqlite(error, str(db or "the database"))
    if isinstance(error, UnicodeEncodeError):
        return "an argument is not UTF-8 text"
    return damage(db) if db and db.is_file() else None


def explain_sqlite(error: sqlite3.Error, db: str) -> str:
    """Name the file, what SQLite says of it, and what to do."""
    said = shorten(str(error), LONGEST)  # it may quote a whole document
    remedy = REMEDIES.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
    if remedy:
        return f"{db} cannot be used: {said}; {remedy}"
    return f"{db} is damaged, or of another version ({said}); {ANEW}"


def damage(db: Path) -> str | None:
    """Say what is wrong with a knowledge base; None for a sound one."""
    try:
        found = problems(open_any_version(db))
    except KbError as error:
        return str(error)
    if not found:
        return None
    return f"{db} is damaged ({found[0]}); {ANEW}"

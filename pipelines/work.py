"""The working copy of a build: kept if the build is stopped, renamed when it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from kb.codebook import Codebook
from kb.errors import BuildRunning, KbError, Unsound
from kb.paths import real_path
from kb.tables import copy_content, create_tables, same_tables


@contextmanager
def working_copy(target: Path, codebook: Codebook) -> Iterator[Database]:
    """Give a database to work in; it takes the place of `target` at the end, in one step.

    It begins with what `target` holds, or with what a stopped build had done. If the work is
    stopped, `target` is as it was and the copy stays for the next build; a copy that turns out
    unsound is thrown away. Raises BuildRunning.
    """
    part = part_of(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    db = resume(part, target, codebook) or begin(part, target, codebook)
    try:
        yield db
        db.conn.commit()
    except Unsound:
        part.unlink()
        raise
    finally:
        db.conn.rollback()
        db.close()
    part.replace(target)


@contextmanager
def no_build(target: Path) -> Iterator[None]:
    """Keep builds from replacing a database that is written to; raises BuildRunning."""
    part = part_of(target)
    was_there = part.exists()
    db = connect(part)
    try:
        yield
    finally:
        if not was_there:
            part.unlink()
        db.close()


def part_of(target: Path) -> Path:
    """Give the working copy of a database, beside the file itself where a link leads to it."""
    target = real_path(target) if target.is_symlink() else target
    return target.with_name(target.name + ".part")


def connect(part: Path) -> Database:
    """Open the working copy for this process alone; raises BuildRunning."""
    try:
        conn = sqlite3.connect(part.resolve().as_uri(), timeout=1, uri=True)
    except sqlite3.OperationalError as error:
        raise KbError(f"{part} cannot be written: {error}") from error
    try:
        conn.execute("pragma locking_mode = exclusive")
        conn.execute("begin exclusive")
        conn.commit()
    except sqlite3.DatabaseError as error:
        conn.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise BuildRunning(
                f"Another build is writing {part}, or a second coder is at work; wait for it to end"
            ) from error
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise
        raise KbError(f"{part} cannot be written: {error}") from error
    return Database(conn)


def resume(part: Path, target: Path, codebook: Codebook) -> Database | None:
    """Open what a stopped build left, if it is whole, of this version, and newer than `target`."""
    if not part.exists():
        return None
    try:
        db = connect(part)
    except sqlite3.DatabaseError:
        return None
    if is_newer(part, target) and is_whole(db) and same_tables(db, codebook):
        return db
    db.close()
    return None


def is_newer(part: Path, target: Path) -> bool:
    """Say whether a working copy was written after the database that it is to replace."""
    return not target.exists() or part.stat().st_mtime_ns >= target.stat().st_mtime_ns


def is_whole(db: Database) -> bool:
    """Say whether SQLite finds a file in order."""
    try:
        return [tuple(row) for row in db.conn.execute("pragma quick_check")] == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def begin(part: Path, target: Path, codebook: Codebook) -> Database:
    """Make a new working copy with all that the old database holds."""
    for leftover in (part, part.with_name(part.name + "-journal")):
        leftover.unlink(missing_ok=True)
    db = connect(part)
    create_tables(db, codebook)
    if target.exists():
        copy_content(db, target)
    db.conn.commit()
    return db

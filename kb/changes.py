"""What came and went between a build and the one before: documents, and claims by their words."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from kb.rows import Row

KEPT = 20
"""So many builds back, what came and went stays known."""

DOCUMENTS_SQL = """
select d.id, d.id as document_id, d.title, d.year, d.url, d.path, null as code, null as quote,
  null as page
from {new}.documents d where d.id not in (select id from {old}.documents)
order by d.path, d.id
"""
CLAIMS_SQL = """
select c.id, c.document_id, d.title, d.year, d.url, d.path, c.code, s.text as quote, s.page
from {new}.claims c
join {new}.statements s on s.id = c.statement_id join {new}.documents d on d.id = c.document_id
where c.id not in (select id from {old}.claims)
order by d.path, d.id, s.ordinal, c.code
"""
COLUMNS = "finished, change, kind, id, document_id, title, year, url, path, code, quote, page"
CHANGES_SQL = f"""
select {COLUMNS} from changes where finished in
  (select distinct finished from changes order by finished desc limit :builds)
order by finished desc, kind = 'claim', change, path, document_id, rowid
"""


def note_changes(db: Database, target: Path) -> None:
    """Note in a finished build what came and went since the database that it will replace.

    What an earlier try at this build noted is forgotten first. Nothing is noted of a first build,
    and of one whose predecessor is too old to be compared with.
    """
    if not target.is_file():
        return
    db.conn.commit()
    db.conn.execute("attach ? as old", [f"{target.resolve().as_uri()}?mode=ro"])
    try:
        rows = list(iter_changes(db))
        finished = datetime.now(UTC).isoformat(timespec="milliseconds")
        with db.atomic():
            forget_unpublished(db)
            db.table("changes").insert_all({"finished": finished, **row} for row in rows)
            db.conn.execute(
                "delete from changes where finished not in "
                "(select distinct finished from changes order by finished desc limit ?)",
                [KEPT],
            )
        db.conn.commit()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:  # not for want of a table or column
            raise
    finally:
        db.conn.rollback()
        db.conn.execute("detach old")


def forget_unpublished(db: Database) -> None:
    """Forget what was noted of builds that were never published."""
    tables = db.conn.execute("select name from old.sqlite_master where name = 'changes'").fetchone()
    known = "select finished from old.changes" if tables else "select ''"
    db.conn.execute(f"delete from changes where finished not in ({known})")


def iter_changes(db: Database) -> Iterator[Row]:
    """Yield what is in the main database and not in `old`, and the other way round.

    A document that another version of the same work replaces has changed, and of its claims only
    those came or went whose words did.
    """
    came, went = both(db, DOCUMENTS_SQL)
    replaced = {work_of(row) for row in came} & {work_of(row) for row in went}
    for row in came:
        change = "changed" if work_of(row) in replaced else "came"
        yield {"change": change, "kind": "document", **row}
    for row in went:
        if work_of(row) not in replaced:
            yield {"change": "went", "kind": "document", **row}
    came, went = both(db, CLAIMS_SQL)
    yield from ({"change": "came", "kind": "claim", **row} for row in beyond(came, went))
    yield from ({"change": "went", "kind": "claim", **row} for row in beyond(went, came))


def both(db: Database, sql: str) -> tuple[list[Row], list[Row]]:
    """Give the rows that only the main database has, and those that only the old one has."""
    ours = list(db.query(sql.format(new="main", old="old")))
    theirs = list(db.query(sql.format(new="old", old="main")))
    return ours, theirs


def work_of(row: Row) -> str:
    """Name the work of a document, whichever version it is: where it is had, or its file."""
    return str(row["url"] or row["path"])


def beyond(rows: list[Row], others: list[Row]) -> Iterator[Row]:
    """Yield the claims whose words and code no other claim of the same work has."""
    left = Counter((work_of(row), row["code"], row["quote"]) for row in others)
    for row in rows:
        key = (work_of(row), row["code"], row["quote"])
        if left[key]:
            left[key] -= 1
        else:
            yield row


def get_changes(db: Database, *, builds: int = 1) -> list[Row]:
    """Give what came and went with the last builds that changed anything, the newest first."""
    return list(db.query(CHANGES_SQL, {"builds": builds}))

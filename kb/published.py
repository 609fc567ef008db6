"""The database as others may have it: one settled file, without what only its maker needs."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb.digests import file_sha256
from kb.licences import may_publish
from kb.opening import open_database
from kb.rows import Row

Withheld = Callable[[Database], Collection[str]]
"""Names the documents, by id, whose words may not be published whole."""

PRIVATE = (
    "delete from stages",
    "delete from unread_stages",
    "update builds set codebook_path = ''",
)
"""Where files lay on the machine of whoever built it; only builds need that."""

MASK = "▒"
"""Stands for each character that is withheld, so that all positions still hold."""

HEADING = "heading"
"""The kind of passages that are shown even so: a document's table of contents."""

QUOTED_SQL = """
select char_start, char_end from statements
where document_id = :id and id in (select statement_id from claims)
union select char_start, char_end from passages where document_id = :id and kind = :heading
"""

FORGET_SQL = (
    """create temp table uncoded as select id from statements
       where document_id in withheld and id not in (select statement_id from claims)""",
    "delete from statement_citations where statement_id in uncoded",
    "delete from embeddings where id in uncoded",
    "delete from statements where id in uncoded",
    "drop table uncoded",
    "delete from short_forms where document_id in withheld",
    """create temp table unknown as select id from second_answers where id not in (
         select answer_id from second_statements
         except select answer_id from second_statements where document_id in withheld)""",
    "update second_answers set text = '', answer = '' where id in unknown",
    "update second_dropped set text = '' where answer_id in unknown",
    "drop table unknown",
    "delete from second_statements where document_id in withheld",
    "delete from second_claims where document_id in withheld",
)
"""Removes what no claim quotes, and what a second coder was asked.

The text of an answer is known to be of documents that may be shown if it was noted for their
statements, and for no others; one that was no JSON, or to words since changed, was noted for none.
"""

CHANGES_SQL = """
select rowid, quote from changes where quote is not null and id not in (select id from claims)
  and (document_id in withheld or document_id not in (select id from documents))
"""
"""Quotations of claims that went: what is no longer quoted, of documents that may not be shown."""

ENTRIES_SQL = "select * from citations where document_id in withheld"
WORKS_SQL = """
select * from works where text not in
  (select text from citations where work_id = works.id and document_id not in withheld)
"""
"""Entries of lists of references, and works whose words no list that may be shown has."""

KEPT = {
    "counts": """
      code text not null, attribute text not null, value text not null, label text not null,
      document_id text not null, claims integer not null,
      primary key (attribute, code, value, document_id)""",
    "name_counts": """
      kind text not null, entity_id text not null, name text not null, document_id text not null,
      claims integer not null, statements integer not null,
      primary key (kind, entity_id, document_id)""",
    "value_lists": """
      attribute text not null, value text not null, list text not null,
      primary key (attribute, value, list)""",
}
"""Views that are tables in a published base: their columns, and the order to look things up in."""


def nothing(db: Database) -> Collection[str]:
    """Withhold nothing."""
    return ()


def not_to_be_passed_on(db: Database) -> Collection[str]:
    """Withhold the documents whose licence, if any is known, does not let their text be shown."""
    rows = db.conn.execute("select id, licence from documents order by id").fetchall()
    return [id for id, licence in rows if not may_publish(licence)]


def write_published(source: Path, target: Path, *, withheld: Withheld = nothing) -> None:
    """Write a copy for readers, in one file without a journal.

    Of the documents that `withheld` names, only what claims quote is in it; see
    docs/publishing.md. Raises DatabaseMissing.
    """
    base = open_database(source)
    base.conn.execute("vacuum into ?", [str(target)])
    base.close()
    db = Database(sqlite3.connect(target))
    try:
        db.conn.executescript("pragma journal_mode = delete; pragma secure_delete = on")
        for sql in PRIVATE:
            db.conn.execute(sql)
        if withheld is not nothing:
            withhold(db, withheld(db))
        keep_views(db)
        db.conn.commit()
        db.conn.executescript("analyze; vacuum")
    finally:
        db.close()


def keep_views(db: Database) -> None:
    """Put tables in the place of some views, for nothing changes here any more.

    Counting a million claims takes a second or more, and no page should wait for that each time.
    """
    for name in KEPT.keys() & set(db.view_names()):
        columns = ", ".join(db[name].columns_dict)
        db.conn.execute(f"create temp table kept as select {columns} from {name}")
        db.conn.execute(f"drop view {name}")
        db.conn.execute(f"create table {name} ({KEPT[name]}) without rowid")
        db.conn.execute(f"insert into {name} ({columns}) select {columns} from kept")
        db.conn.execute("drop table kept")


def withhold(db: Database, ids: Collection[str]) -> None:
    """Mask the words of documents, but for headings and the statements that are coded."""
    db.conn.execute("create temp table withheld (id text primary key)")
    db.conn.executemany("insert into withheld values (?)", [(id,) for id in ids])
    for id in ids:
        mask_document(db, id)
    for sql in FORGET_SQL:
        db.conn.execute(sql)
    mask_quotes(db)
    retell(db, "citations", ENTRIES_SQL)
    retell(db, "works", WORKS_SQL)
    db.conn.execute("drop table withheld")
    db.conn.execute("insert into statements_fts(statements_fts) values ('rebuild')")


def mask_document(db: Database, id: str) -> None:
    """Mask the text of a document and of its passages."""
    quoted = db.conn.execute(QUOTED_SQL, {"id": id, "heading": HEADING}).fetchall()
    row = db.conn.execute("select text from documents where id = ?", [id]).fetchone()
    text = masked(row[0] if row else "", quoted)
    db.conn.execute("update documents set text = ? where id = ?", [text, id])
    sql = "select id, char_start, char_end from passages where document_id = ?"
    places = db.conn.execute(sql, [id]).fetchall()
    db.conn.executemany(
        "update passages set text = ?, lead_in = '' where id = ?",
        [(text[start:end], passage) for passage, start, end in places],
    )


def mask_quotes(db: Database) -> None:
    """Mask what claims quoted that are there no more."""
    rows = db.conn.execute(CHANGES_SQL).fetchall()
    db.conn.executemany(
        "update changes set quote = ? where rowid = ?",
        [(masked(quote, ()), rowid) for rowid, quote in rows],
    )


def retell(db: Database, table: str, sql: str) -> None:
    """Give entries or works not as they are printed, but by what is known of them."""
    rows = list(db.query(sql))
    db.conn.executemany(
        f"update {table} set text = ? where id = ?", [(facts_of(row), row["id"]) for row in rows]
    )


def facts_of(entry: Row) -> str:
    """Give authors, year, title and journal of an entry in plain words; masked if it has none."""
    names = "; ".join(json.loads(entry["authors"]))
    dated = " ".join(filter(None, [names, f"({entry['year']})" if entry["year"] else ""]))
    told = [part for part in (dated, entry["title"], entry["container"]) if part]
    return ". ".join(told) or masked(entry["text"], ())


def masked(text: str, quoted: Iterable[tuple[int, int]]) -> str:
    """Mask all of a text but white space and what stands in the places given."""
    parts, end = [], 0
    for start, stop in sorted(quoted):
        parts += [re.sub(r"\S", MASK, text[end:start]), text[max(start, end) : stop]]
        end = max(end, stop)
    return "".join([*parts, re.sub(r"\S", MASK, text[end:])])


def inspect(path: Path) -> dict[str, Any]:
    """Give a file's hash and size, and the number of rows of each table.

    Datasette 0.65 would take those of views too, 1.0 holds them for tables then.
    """
    db = open_database(path)
    tables = {name: {"count": db[name].count} for name in db.table_names()}
    db.close()
    return {
        "hash": file_sha256(path),
        "size": path.stat().st_size,
        "file": path.name,
        "tables": tables,
    }

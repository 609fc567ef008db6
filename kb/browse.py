"""Looking things up: one thing by its id, the codes, and the counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb.cited import CITED, WORK_FIELDS
from kb.digests import file_sha256
from kb.errors import NoSuchId
from kb.opening import list_columns
from kb.pages import get_unread_pages

Thing = dict[str, Any]

CONTEXT_SQL = """
select text from statements where document_id = :document_id
  and ordinal between :ordinal - 1 and :ordinal + 1 order by ordinal
"""

NAMES_SQL = """
select distinct e.name from entities e
join claim_entities ce on ce.entity_id = e.id join claims c on c.id = ce.claim_id
where c.statement_id = ? order by e.name
"""

CITES_SQL = f"""
select sc.mark, ci.label, {WORK_FIELDS}, coalesce(w.url, ci.url) as url, ci.text,
  w.id as work_id, w.document_id
{CITED}
where sc.statement_id = ? order by ci.rowid
"""

LISTED_SQL = """
select ci.label, ci.text, ci.doi, ci.url, ci.work_id, w.document_id,
  (select count(distinct document_id) from citations where work_id = ci.work_id
   and document_id not in (select document_id from copies)) as documents,
  (select count(*) from statement_citations where citation_id = ci.id) as statements
from citations ci left join works w on w.id = ci.work_id
where ci.document_id = ? order by ci.rowid
"""

CITED_BY_SQL = """
select d.id as document_id, d.title, d.year, group_concat(ci.label, ', ') as label,
  (select count(distinct sc.statement_id) from statement_citations sc
   join citations own on own.id = sc.citation_id
   where own.work_id = ci.work_id and own.document_id = d.id) as statements
from (select * from citations where work_id = ? order by rowid) ci
join documents d on d.id = ci.document_id
where d.id not in (select document_id from copies)
group by d.id order by d.path, d.id
"""

CITED_IN_SQL = """
select s.id as statement_id, sc.mark, s.text
from statement_citations sc join statements s on s.id = sc.statement_id
where sc.citation_id = ? order by s.ordinal
"""

COUNTS = (
    *("documents", "copies", "passages", "statements", "claims", "works", "citations", "unread"),
)


def show(db: Database, id: str) -> Thing:
    """Give a document, passage, statement, claim, work or citation by its id, and its parts.

    Raises NoSuchId.
    """
    for table, complete in (
        ("statements", show_statement),
        ("claims", show_claim),
        ("documents", show_document),
        ("passages", show_passage),
        ("works", show_work),
        ("citations", show_citation),
    ):
        for row in db.query(f"select * from {table} where id = ?", [id]):
            return {"table": table} | complete(db, plain(db, row))
    raise NoSuchId(f"Nothing here has the id {id}; kb search and kb stats print ids")


def plain(db: Database, row: Thing) -> Thing:
    """Give a row with its JSON arrays as lists."""
    lists = {"authors", "box", *list_columns(db)}
    return {
        name: json.loads(value) if name in lists and value else value for name, value in row.items()
    }


def show_statement(db: Database, row: Thing) -> Thing:
    """Complete a statement with its document, neighbours, claims, what it names and cites."""
    claims = db.query("select * from claims where statement_id = ? order by id", [row["id"]])
    names = db.conn.execute(NAMES_SQL, [row["id"]])
    return row | {
        "document": citation(db, row["document_id"]),
        "context": [each[0] for each in db.conn.execute(CONTEXT_SQL, row_key(row))],
        "claims": [plain(db, claim) for claim in claims],
        "names": [name[0] for name in names],
        "cites": [plain(db, cited) for cited in db.query(CITES_SQL, [row["id"]])],
    }


def row_key(row: Thing) -> Thing:
    """Give what finds a statement's neighbours."""
    return {"document_id": row["document_id"], "ordinal": row["ordinal"]}


def show_claim(db: Database, row: Thing) -> Thing:
    """Complete a claim with its statement."""
    statement = next(db.query("select * from statements where id = ?", [row["statement_id"]]))
    return row | {"statement": show_statement(db, plain(db, statement))}


def show_document(db: Database, row: Thing) -> Thing:
    """Complete a document with its counts and what it cites; its text is left out."""
    del row["text"]
    counts = {
        table: db[table].count_where("document_id = ?", [row["id"]])
        for table in ("passages", "statements", "claims", "citations")
    }
    return row | counts | {"cites": list(db.query(LISTED_SQL, [row["id"]]))}


def show_passage(db: Database, row: Thing) -> Thing:
    """Complete a passage with its document and the ids of its statements."""
    sql = "select id from statements where passage_id = ? order by ordinal"
    return row | {
        "document": citation(db, row["document_id"]),
        "statements": [each[0] for each in db.conn.execute(sql, [row["id"]])],
    }


def show_work(db: Database, row: Thing) -> Thing:
    """Complete a work with the documents that cite it, copies left out."""
    return row | {"cited_by": list(db.query(CITED_BY_SQL, [row["id"]]))}


def show_citation(db: Database, row: Thing) -> Thing:
    """Complete an entry with its document and the statements that cite it."""
    return row | {
        "document": citation(db, row["document_id"]),
        "cited_in": list(db.query(CITED_IN_SQL, [row["id"]])),
    }


def is_document(db: Database, file: Path) -> bool:
    """Say whether documents were read from a file of this content."""
    sql = """select exists (select 1 from documents where sha256 = :sha256)
             or exists (select 1 from versions where sha256 = :sha256)"""
    return bool(db.conn.execute(sql, {"sha256": file_sha256(file)}).fetchone()[0])


def citation(db: Database, document_id: str) -> Thing:
    """Give what a reader needs to know of a document that is quoted."""
    sql = "select id, title, authors, year, publisher, doi, url, path from documents where id = ?"
    return plain(db, next(db.query(sql, [document_id])))


def codes(db: Database) -> list[Thing]:
    """Give each code with its definition, its number of claims, and its attributes' values."""
    counts = dict(db.conn.execute("select code, count(*) from claims group by code"))
    return [
        row | {"claims": counts.get(row["id"], 0), "values": values_of(db, row["id"])}
        for row in db.query("select * from codes order by rowid")
    ]


def values_of(db: Database, code: str) -> dict[str, list[Thing]]:
    """Give the values that claims of a code have, by attribute, most frequent first."""
    sql = """select attribute, value as id, label, claims, documents from evidence_map
             where code = ? order by attribute, claims desc, value"""
    found: dict[str, list[Thing]] = {}
    for row in db.query(sql, [code]):
        found.setdefault(row.pop("attribute"), []).append(row)
    return found


def stats(db: Database) -> Thing:
    """Give counts, the last build, each document with its counts, and what was not read."""
    return {
        **{table: db[table].count for table in COUNTS},
        "codes": dict(db.conn.execute("select code, count(*) from claims group by code")),
        "build": next(db.query("select * from builds order by id desc limit 1"), {}),
        "by_document": list(db.query(DOCUMENTS_SQL)),
        "unread_files": list(db.query("select path, reason from unread order by path")),
        "unread_pages": get_unread_pages(db),
    }


DOCUMENTS_SQL = """
select d.id, d.title, d.year, d.path, d.pages, d.words, d.quality,
  (select count(*) from statements where document_id = d.id) as statements,
  (select count(*) from claims where document_id = d.id) as claims,
  (select main_id from copies where document_id = d.id) as copy_of
from documents d order by d.path, d.id
"""

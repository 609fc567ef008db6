"""What documents cite: entries and marks to rows, and the works that are settled over all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from sqlite_utils import Database

from kb.models import Citation, Identity, Mark, Work
from kb.rows import citation_row, work_row

WORK_FIELDS = """
  coalesce(w.title, ci.title) as title, coalesce(w.authors, ci.authors) as authors,
  coalesce(w.year, ci.year) as year, coalesce(w.doi, ci.doi) as doi"""
"""Columns of what `CITED` finds: the work's, or the entry's as long as no work is settled."""

CITED = """
from statement_citations sc join citations ci on ci.id = sc.citation_id
left join works w on w.id = ci.work_id"""
"""What statements cite: marks `sc`, entries `ci`, works `w`."""


def save_citations(db: Database, citations: Iterable[Citation], marks: Iterable[Mark]) -> None:
    """Write the entries that a document lists, and which of its statements cite them."""
    db.table("citations").insert_all(map(citation_row, citations))
    db.table("statement_citations").insert_all(
        {"statement_id": m.statement_id, "citation_id": m.citation_id, "mark": m.mark}
        for m in marks
    )


def get_citations(db: Database) -> Iterator[Citation]:
    """Yield the entries of all documents."""
    for row in db.query("select * from citations order by id"):
        del row["work_id"]
        yield Citation(**row | {"authors": tuple(json.loads(row["authors"]))})


def save_works(db: Database, works: Iterable[Work], work_of: Mapping[str, str]) -> None:
    """Put these works in the place of all that were there; `work_of` gives that of each entry."""
    with db.atomic():
        db.conn.execute("update citations set work_id = null")
        db.conn.execute("delete from works")
        db.table("works").insert_all(map(work_row, works))
        db.conn.executemany(
            "update citations set work_id = ? where id = ?",
            [(work, citation) for citation, work in sorted(work_of.items())],
        )


def get_identities(db: Database) -> dict[str, Identity]:
    """Give by what each document can be known again, by its id."""
    sql = "select id, title, year, doi, authors, publisher from documents order by id"
    return {
        row.pop("id"): Identity(**row | {"authors": tuple(json.loads(row["authors"]))})
        for row in db.query(sql)
    }

"""All claims in other formats, one a line, each with its quotation, its place and its document."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlite_utils import Database

from kb.as_json import as_json
from kb.bibliography import to_bibtex, to_ris
from kb.cited import CITED, WORK_FIELDS
from kb.opening import list_columns

Row = dict[str, Any]

CLAIMS_SQL = """
select c.*, s.text as quote, s.lead_in, s.heading, s.page, s.char_start, s.char_end,
  d.title, d.authors, d.year, d.publisher, d.doi, d.url, d.licence, d.path, d.sha256
from claims c join statements s on s.id = c.statement_id join documents d on d.id = c.document_id
where c.document_id = ? order by s.ordinal, c.id
"""

CITES_SQL = f"""
select sc.statement_id, {WORK_FIELDS}, ci.work_id, sc.mark
{CITED}
where ci.document_id = ? order by sc.statement_id, ci.rowid
"""


def cites_by_statement(db: Database, document_id: str) -> dict[str, list[Row]]:
    """Give the works that each statement of a document cites."""
    found: dict[str, list[Row]] = {}
    for row in db.query(CITES_SQL, [document_id]):
        id = row.pop("statement_id")
        found.setdefault(id, []).append(row | {"authors": json.loads(row["authors"])})
    return found


def iter_claims(db: Database) -> Iterator[Row]:
    """Yield all claims in the order of documents and text; lists are lists.

    `cites` are the works that the claim's statement cites, each with its mark there.
    """
    lists = ["authors", *list_columns(db)]
    # document by document, so that nothing is sorted or kept that grows with the whole
    for (document_id,) in db.conn.execute("select id from documents order by path, id"):
        cites = cites_by_statement(db, document_id)
        for row in db.query(CLAIMS_SQL, [document_id]):
            listed = {name: json.loads(row[name] or "[]") for name in lists}
            yield row | listed | {"cites": cites.get(row["statement_id"], [])}


def to_jsonl(rows: Iterable[Row]) -> Iterator[str]:
    """Yield one JSON object a line, in readable Unicode."""
    for row in rows:
        yield as_json(row) + "\n"


def to_json(rows: Iterable[Row]) -> Iterator[str]:
    """Yield a JSON array."""
    yield as_json(list(rows), indent=2) + "\n"


def to_csv(rows: Iterable[Row]) -> Iterator[str]:
    """Yield lines of CSV (RFC 4180) under a line of names; lists are joined by semicolons."""
    names: list[str] = []
    for row in rows:
        line = io.StringIO()
        writer = csv.DictWriter(line, names or list(row))
        if not names:
            names = list(row)
            writer.writeheader()
        writer.writerow({name: flat_text(value) for name, value in row.items()})
        yield line.getvalue()


def flat_text(value: Any) -> Any:
    """Give a list as one text, a mapping as JSON; defuse what a spreadsheet would run."""
    text = value
    if isinstance(value, (list, tuple)):
        text = "; ".join(str(mapping_text(each)) for each in value)
    elif isinstance(value, dict):
        text = mapping_text(value)
    if isinstance(text, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + text
    return text


def mapping_text(value: Any) -> Any:
    """Give a cited work in short, any other mapping as JSON, and what is none as it is."""
    if not isinstance(value, dict):
        return value
    return work_text(value) if "authors" in value else as_json(value)


def work_text(work: Row) -> str:
    """Give a cited work in short: "Ham, C (2010) Title"."""
    name = " and others".join([*work["authors"][:1], ""][: len(work["authors"])])
    year = f"({work['year']})" if work["year"] else ""
    return " ".join(filter(None, [name, year, work["title"]]))


FORMATS: dict[str, Callable[[Iterable[Row]], Iterator[str]]] = {"jsonl": to_jsonl, "csv": to_csv}
"""The formats of kb export, by name."""

REFERENCES = {"ris": to_ris, "bibtex": to_bibtex}
"""The formats of reference managers, in which each document that claims are from stands once."""

DOCUMENTS_SQL = """
select id, title, authors, year, publisher, kind, url, doi from documents d
where exists (select 1 from claims where document_id = d.id) order by path, id
"""


def export_lines(db: Database, format: str) -> Iterator[str]:
    """Yield all claims in one of `FORMATS`, or their documents in one of `REFERENCES`."""
    if format in FORMATS:
        yield from FORMATS[format](iter_claims(db))
        return
    for row in db.query(DOCUMENTS_SQL):
        yield REFERENCES[format](row | {"authors": json.loads(row["authors"])})

"""Which statements count at all: filters, checked against what the knowledge base knows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from kb.errors import NoSuchId
from kb.search.facets import CODE, attribute_tables
from kb.search.index import Index
from kb.search.question import Question
from kb.search.shapes import Mask, Rows

NAMED_SQL = """
select distinct c.statement_id from claims c
join claim_entities ce on ce.claim_id = c.id join entities e on e.id = ce.entity_id
where lower(e.name) in (select lower(value) from json_each(?))
"""
PHRASE_SQL = """
select s.id from statements_fts join statements s on s.rowid = statements_fts.rowid
where statements_fts match ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which statements count; empty means all.

    One claim on a statement has one of the `codes`, and one of the values wanted of each attribute
    in `values`. `documents` are ids, file names or parts of titles; `kinds` and `years` are those
    of documents; `names` are of places, organisations or whatever else claims name.
    """

    codes: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def resolve(db: Database, filters: Filters) -> Filters:
    """Replace documents by their ids; raises NoSuchId for what is unknown, naming what there is."""
    check_known(db, "codes", filters.codes)
    tables = attribute_tables(db)
    for name, values in filters.values.items():
        if values and name not in tables:
            raise NoSuchId(f"This knowledge base notes no {name}; it notes {', '.join(tables)}")
        if values:
            check_known(db, tables[name], values)
    _check_kinds(db, filters.kinds)
    _check_names(db, filters.names)
    return Filters(
        codes=filters.codes,
        values={name: values for name, values in filters.values.items() if values},
        documents=tuple(id for given in filters.documents for id in document_ids(db, given)),
        kinds=filters.kinds,
        years=filters.years,
        names=filters.names,
    )


def check_known(db: Database, table: str, given: Iterable[str]) -> None:
    """Raise NoSuchId, naming what there is, for a value that a lookup table does not have."""
    known = [row[0] for row in db.conn.execute(f"select id from {table} order by rowid")]
    for value in given:
        if value not in known:
            raise NoSuchId(f"No {table[:-1]} {value!r}; there are: {', '.join(known)}")


def _check_kinds(db: Database, kinds: Sequence[str]) -> None:
    sql = "select distinct kind from documents where kind is not null order by 1"
    known = [row[0] for row in db.conn.execute(sql)] if kinds else []
    for kind in kinds:
        if kind not in known:
            raise NoSuchId(f"No document is a {kind!r}; there are: {', '.join(known)}")


def _check_names(db: Database, names: Sequence[str]) -> None:
    for name in names:
        row = db.conn.execute("select 1 from entities where lower(name) = lower(?)", [name])
        if row.fetchone() is None:
            titled = "select 1 from documents where instr(lower(title), lower(?))"
            is_title = db.conn.execute(titled, [name]).fetchone()
            hint = "; a document's title does: narrow by document" if is_title else ""
            raise NoSuchId(f"No claim names {name!r}{hint}; the table entities lists all names")


def document_ids(db: Database, given: str) -> list[str]:
    """Find documents by id, or else by path, file name or a part of the title."""
    if db.conn.execute("select 1 from documents where id = ?", [given]).fetchone():
        return [given]
    sql = """select id from documents where :given = path
      or substr(path, -length(:given) - 1) = '/' || :given
      or instr(lower(title), lower(:given))"""
    found = [row[0] for row in db.conn.execute(sql, {"given": given})] if given.strip() else []
    if not found:
        raise NoSuchId(f"No document has the id, file name or title {given!r}; see: kb stats")
    return found


def allowed_rows(
    db: Database, index: Index, filters: Filters, question: Question | None = None
) -> Mask | None:
    """Say of each row whether it counts; None if all do. The filters are resolved ones."""
    masks = [*_by_claim(db, index, filters), *(_by_words(db, index, question) if question else ())]
    if documents := _documents(db, filters):
        masks.append(index.facets.rows_of_documents(documents))
    if copies := _copies(db) if not filters.documents else []:
        masks.append(~index.facets.rows_of_documents(copies))
    found = index.present
    for mask in masks:
        found = mask if found is None else found & mask
    return found


def _by_claim(db: Database, index: Index, filters: Filters) -> list[Mask]:
    found = []
    wanted = {CODE: filters.codes, **filters.values}
    if any(wanted.values()):
        chosen = {name: values for name, values in wanted.items() if values}
        found.append(index.facets.rows_of_claims(chosen))
    if filters.names:
        rows = db.conn.execute(NAMED_SQL, [json.dumps(filters.names)])
        found.append(_mask(index, index.rows_of([row[0] for row in rows])))
    return found


def _by_words(db: Database, index: Index, question: Question) -> list[Mask]:
    found = []
    for phrase in question.phrases:
        rows = db.conn.execute(PHRASE_SQL, ['"' + phrase.replace('"', '""') + '"'])
        found.append(_mask(index, index.rows_of([row[0] for row in rows])))
    for stem in question.without:
        found.append(~_mask(index, index.holding(stem)[0]))
    return found


def _documents(db: Database, filters: Filters) -> list[str] | None:
    """Give the documents that count, None if all do; a document that is not there if none does."""
    if not (filters.documents or filters.kinds or filters.years):
        return None
    if not (filters.kinds or filters.years):
        return list(filters.documents)
    sql = """select id from documents
             where (:documents = '[]' or id in (select value from json_each(:documents)))
               and (:kinds = '[]' or kind in (select value from json_each(:kinds)))
               and (:years = '[]' or year in (select value from json_each(:years)))"""
    names = ("documents", "kinds", "years")
    given = {name: json.dumps(getattr(filters, name)) for name in names}
    return [row[0] for row in db.conn.execute(sql, given)] or [""]


def _copies(db: Database) -> list[str]:
    """Give the documents that are copies of others: they count only if they are asked for."""
    return [row[0] for row in db.conn.execute("select document_id from copies")]


def _mask(index: Index, rows: Rows) -> Mask:
    import numpy as np

    found = np.zeros(index.size, bool)
    found[rows] = True
    return found

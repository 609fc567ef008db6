"""Finding statements: by their words (BM25), by their meaning (cosine), and by both.

Both lists are fused by reciprocal rank with k = 60 (Cormack, Clarke and Buettcher 2009).
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from sqlite_utils import Database

from kb.encoder import Encoder
from kb.errors import EncoderMismatch, KbError, NoSuchId
from kb.models import Hit
from kb.vectors import Matrix, Vector, decode, decode_all

Mode = Literal["hybrid", "meaning", "words"]

FUSION_K = 60
POOL = 100
"""How many of each list are fused, at least."""
MOST_WORDS = 64
"""More words than this in a question are left out of the search by words."""

WORDS_SQL = """
select s.id from statements_fts join statements s on s.rowid = statements_fts.rowid
where statements_fts match :match and {where}
order by bm25(statements_fts, 1.0, 0.6, 0.4), s.id limit :pool
"""

HITS_SQL = """
select s.id as statement_id, s.document_id, d.title, d.year, s.page, s.text as quote, s.lead_in,
  s.heading, (select json_group_array(distinct code) from
    (select code from claims where statement_id = s.id order by code)) as codes
from statements s join documents d on d.id = s.document_id
where s.id in (select value from json_each(:ids))
"""

THEMES_SQL = """
select distinct c.statement_id, j.value from claims c, json_each(c.themes) j
where c.statement_id in (select value from json_each(:ids)) order by 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which statements count at all; empty means all. `year` is that of publication."""

    codes: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Vectors:
    """The statements' vectors, one row of `matrix` for each of `ids`, which ascend."""

    ids: list[str]
    matrix: Matrix

    def nearest(
        self, vector: Vector, number: int, allowed: Container[str] | None = None
    ) -> list[tuple[str, float]]:
        """Give the ids of the nearest statements with their cosine, nearest first, equals by id.

        Only those `allowed` count, which are all if that is None.
        """
        scores = self.matrix @ vector
        order = (-scores).argsort(kind="stable")
        near = (row for row in order if allowed is None or self.ids[row] in allowed)
        return [(self.ids[row], float(scores[row])) for row in islice(near, number)]


def search(
    db: Database,
    question: str,
    *,
    encoder: Encoder | None = None,
    vectors: Vectors | None = None,
    filters: Filters | None = None,
    mode: Mode = "hybrid",
    number: int = 10,
) -> list[Hit]:
    """Give the statements that answer a question, best first; none for a question without words.

    Filters apply before ranking. `vectors` spares reading them again for each question. Without
    an encoder, `hybrid` searches by words alone; `meaning` without one is a KbError. Raises
    EncoderMismatch where the encoder is not the one that embedded the statements, and NoSuchId
    for a filter that names nothing in this knowledge base.
    """
    question = question.encode("utf-8", "replace").decode()  # half characters come from shells
    words = question_words(question)
    if not words or number < 1:
        return []
    filters = resolve(db, filters or Filters())
    pool = max(POOL, 5 * number)
    lists: dict[str, list[str]] = {}
    if mode != "meaning":
        lists["words"] = by_words(db, words, filters, pool)
    if mode != "words" and (encoder or mode == "meaning"):
        lists["meaning"] = by_meaning(db, question, encoder, vectors, filters, pool)
    return hits(db, fuse(lists), number)


def similar(
    db: Database, statement_id: str, *, vectors: Vectors | None = None, number: int = 10
) -> list[Hit]:
    """Give the statements nearest in meaning to a statement, or to that of a claim, without it.

    Uses the stored vectors, no encoder. Raises NoSuchId.
    """
    sql = """select id, embedding from embeddings where id = :id
             or id = (select statement_id from claims where id = :id)"""
    row = db.conn.execute(sql, {"id": statement_id}).fetchone()
    if row is None:
        raise NoSuchId(f"No statement or claim has the id {statement_id}; kb search prints ids")
    near = (vectors or load_vectors(db)).nearest(decode(row[1]), number + 1)
    return hits(db, {"meaning": {id: score for id, score in near if id != row[0]}}, number)


def question_words(question: str) -> list[str]:
    """Give the distinct words of a question, in order, as full-text search knows words."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", question.lower())))[:MOST_WORDS]


def resolve(db: Database, filters: Filters) -> Filters:
    """Replace documents given by path or title with ids; raises NoSuchId for what is unknown."""
    check_known(db, "codes", filters.codes)
    if filters.themes:
        if "themes" not in db.table_names():
            raise NoSuchId("This knowledge base notes no themes")
        check_known(db, "themes", filters.themes)
    documents = tuple(id for given in filters.documents for id in document_ids(db, given))
    return Filters(
        codes=filters.codes, themes=filters.themes, documents=documents, years=filters.years
    )


def check_known(db: Database, table: str, given: Iterable[str]) -> None:
    """Raise NoSuchId, naming what there is, for a value that a lookup table does not have."""
    known = [row["id"] for row in db[table].rows]
    for value in given:
        if value not in known:
            raise NoSuchId(f"No {table[:-1]} {value!r}; there are: {', '.join(known)}")


def document_ids(db: Database, given: str) -> list[str]:
    """Find documents by id, path, file name or a part of the title."""
    sql = """select id from documents where :given in (id, path)
      or substr(path, -length(:given) - 1) = '/' || :given
      or instr(lower(title), lower(:given))"""
    found = [row[0] for row in db.conn.execute(sql, {"given": given})] if given.strip() else []
    if not found:
        raise NoSuchId(f"No document has the id, file name or title {given!r}; see: kb stats")
    return found


def where_sql(filters: Filters) -> tuple[str, dict[str, str]]:
    """Give the filters as a condition on `statements s`, with its parameters."""
    conditions = ["1"]
    if filters.codes or filters.themes:
        # the unary plus keeps SQLite from walking all claims once for each word found
        claim = ["c.statement_id = +s.id"]
        if filters.codes:
            claim.append("c.code in (select value from json_each(:codes))")
        if filters.themes:
            claim.append(
                "exists (select 1 from json_each(c.themes) t "
                "where t.value in (select value from json_each(:themes)))"
            )
        conditions.append(f"exists (select 1 from claims c where {' and '.join(claim)})")
    if not filters.documents:
        conditions.append("+s.document_id not in (select document_id from copies)")
    else:
        conditions.append("+s.document_id in (select value from json_each(:documents))")
    if filters.years:
        conditions.append(
            "+s.document_id in (select id from documents "
            "where year in (select value from json_each(:years)))"
        )
    names = ("codes", "themes", "documents", "years")
    return " and ".join(conditions), {name: json.dumps(getattr(filters, name)) for name in names}


def by_words(db: Database, words: Sequence[str], filters: Filters, pool: int) -> list[str]:
    """Give the ids of statements that hold any of the words, by BM25, best first."""
    where, parameters = where_sql(filters)
    match = " OR ".join(f'"{word}"' for word in words)
    sql = WORDS_SQL.format(where=where)
    return [
        row[0] for row in db.conn.execute(sql, parameters | {"match": match, "pool": str(pool)})
    ]


def by_meaning(
    db: Database,
    question: str,
    encoder: Encoder | None,
    vectors: Vectors | None,
    filters: Filters,
    pool: int,
) -> list[str]:
    """Give the ids of the statements nearest in meaning to a question, nearest first."""
    if encoder is None:
        raise KbError("A search by meaning needs an encoder; use --mode words without one")
    check_encoder(db, encoder)
    vectors = vectors or load_vectors(db)
    if not vectors.ids:
        return []
    whole = filters == Filters() and not db["copies"].count
    allowed = None if whole else passing(db, filters)
    return [id for id, _ in vectors.nearest(encoder.embed([question])[0], pool, allowed)]


def passing(db: Database, filters: Filters) -> set[str]:
    """Give the ids of the statements that pass the filters."""
    where, parameters = where_sql(filters)
    return {
        row[0]
        for row in db.conn.execute(f"select s.id from statements s where {where}", parameters)
    }


def check_encoder(db: Database, encoder: Encoder) -> None:
    """Raise EncoderMismatch unless this encoder embedded the statements."""
    used = encoder_of(db)[1]
    if used != encoder.fingerprint:
        raise EncoderMismatch(
            f"The statements were embedded by {used}, the question by {encoder.fingerprint}; "
            "run kb build again"
        )


def encoder_of(db: Database) -> tuple[str, str]:
    """Give the name and the fingerprint of the encoder that embedded the statements."""
    name, used = db.conn.execute("select model, fingerprint from collections").fetchone()
    return name, used


def load_vectors(db: Database) -> Vectors:
    """Read the vectors of all statements."""
    rows = db.conn.execute("select id, embedding from embeddings order by id").fetchall()
    dimensions = len(rows[0][1]) // 4 if rows else 0
    return Vectors([row[0] for row in rows], decode_all([row[1] for row in rows], dimensions))


def fuse(lists: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Give each list's ids with their reciprocal rank."""
    return {
        name: {id: 1 / (FUSION_K + rank) for rank, id in enumerate(ids, 1)}
        for name, ids in lists.items()
    }


def hits(db: Database, scores: Mapping[str, Mapping[str, float]], number: int) -> list[Hit]:
    """Add up the scores of each way of searching and give the best statements whole."""
    total: dict[str, float] = {}
    for part in scores.values():
        for id, score in part.items():
            total[id] = total.get(id, 0.0) + score
    best = sorted(total, key=lambda id: (-total[id], id))[:number]
    ids = {"ids": json.dumps(best)}
    rows = {row["statement_id"]: row for row in db.query(HITS_SQL, ids)}
    themes = themes_of(db, ids)
    return [
        hit(rows[id], themes.get(id, ()), total[id], tuple(n for n, p in scores.items() if id in p))
        for id in best
    ]


def themes_of(db: Database, ids: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Give the themes of the statements that have any."""
    found: dict[str, tuple[str, ...]] = {}
    if "themes" in db["claims"].columns_dict:
        for statement_id, theme in db.conn.execute(THEMES_SQL, ids):
            found[statement_id] = (*found.get(statement_id, ()), theme)
    return found


def hit(
    row: dict[str, Any], themes: tuple[str, ...], score: float, matched_by: tuple[str, ...]
) -> Hit:
    """Make one hit of its row."""
    codes = tuple(json.loads(row["codes"]))
    return Hit(
        **row | {"codes": codes}, themes=themes, score=round(score, 6), matched_by=matched_by
    )

"""Finding statements: by their words (BM25), by their meaning (cosine), and by both.

`search` is all that the command, the pages and SQL call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlite_utils import Database

from kb.encoder import Encoder
from kb.errors import EncoderMismatch, KbError, NoSuchId
from kb.models import Answer, Hit
from kb.search.asking import encoder_of, load_question_encoder
from kb.search.filters import Filters, allowed_rows, resolve
from kb.search.folding import fold
from kb.search.index import Index
from kb.search.marking import marks
from kb.search.question import read_question
from kb.search.ranking import Mode, Ranked, is_answered, missing_words, rank
from kb.search.shapes import Rows
from kb.search.sidecar import mended_index, open_index
from kb.vectors import Vector, decode

__all__ = [
    "LONGEST",
    "Filters",
    "Index",
    "Mode",
    "check_encoder",
    "encoder_of",
    "load_question_encoder",
    "open_index",
    "search",
    "similar",
]

LONGEST = 2_000
"""Characters of a question; what is beyond them is left out."""
SPARE, DEEPER, MOST_FOLDED = 20, 4, 5_000
"""So many statements more than twice those wanted are looked at, since copies are folded; where
most are copies, so many times as many, until there are so many."""

BROKEN = (LookupError, ValueError, ArithmeticError, StopIteration)
"""What comes of numbers that make no sense."""

Found = TypeVar("Found")

HITS_SQL = """
select s.id as statement_id, s.document_id, d.title, d.year, s.page, s.text as quote, s.lead_in,
  s.heading
from statements s join documents d on d.id = s.document_id
where s.id in (select value from json_each(?))
"""

CLAIMS_SQL = """
select * from claims where statement_id in (select value from json_each(?)) order by id
"""


def search(
    db: Database,
    question: str,
    *,
    encoder: Encoder | None = None,
    index: Index | None = None,
    filters: Filters | None = None,
    mode: Mode = "hybrid",
    number: int = 10,
) -> Answer:
    """Give the statements that answer a question, best first; none for a question without words.

    Filters apply before ranking. Copies are folded: `number` different statements are given where
    there are as many. `index` spares opening it for each question. Without an encoder, `hybrid`
    searches by words alone; `meaning` without one is a KbError. Raises EncoderMismatch where the
    encoder is not the one that embedded the statements, and NoSuchId for a filter that names
    nothing in this knowledge base.
    """
    # half characters come from shells, zeros from nobody who means well
    question = question.encode("utf-8", "replace").decode().replace("\0", " ")[:LONGEST]
    only = resolve(db, filters or Filters())

    def ask(index: Index) -> Answer:
        asked = read_question(question, index.wording)
        if not asked.stems or number < 1 or not index.size:
            return Answer(hits=(), weak=False)
        vector = _vector(db, asked.whole, encoder, mode)
        allowed = allowed_rows(db, index, only, asked)

        def ranked(wanted: int) -> Ranked:
            return rank(index, asked, vector, mode=mode, allowed=allowed, number=wanted)

        found, groups = _different(db, index, ranked, number)
        hits = _hits(db, index, found, groups, asked.stems)
        weak = not is_answered(index, asked, found, allowed)
        return Answer(hits=hits, weak=weak, missing=missing_words(index, asked))

    return _asked(db, index, ask)


def similar(
    db: Database, statement_id: str, *, index: Index | None = None, number: int = 10
) -> list[Hit]:
    """Give the statements nearest in meaning to a statement, or to that of a claim, without it.

    Uses the stored vectors, no encoder. Raises NoSuchId.
    """
    sql = """select id, embedding from embeddings where id = :id
             or id = (select statement_id from claims where id = :id)"""
    row = db.conn.execute(sql, {"id": statement_id}).fetchone()
    if row is None:
        raise NoSuchId(f"No statement or claim has the id {statement_id}; kb search prints ids")

    def ask(index: Index) -> list[Hit]:
        allowed = allowed_rows(db, index, Filters())

        def ranked(wanted: int) -> Ranked:
            rows, scores = index.nearest(decode(row[1]), wanted + 1, allowed)
            other = rows != index.rows_of([row[0]])
            return Ranked(rows[other], scores[other], {"meaning": scores[other]}, {})

        return list(_hits(db, index, *_different(db, index, ranked, number), ()))

    return _asked(db, index, ask)


def _asked(db: Database, index: Index | None, ask: Callable[[Index], Found]) -> Found:
    """Ask an index; where that fails for damage in its arrays, once more one that is made anew."""
    try:
        return ask(index or open_index(db))
    except BROKEN:
        mended = mended_index(db)
        if mended is None and index is None:
            raise
        # another process may have mended what this one had opened before
        return ask(mended or open_index(db))


def check_encoder(db: Database, encoder: Encoder) -> None:
    """Raise EncoderMismatch unless this encoder embedded the statements."""
    used = encoder_of(db)[1]
    if used != encoder.fingerprint:
        raise EncoderMismatch(
            f"The statements were embedded by {used}, the question by {encoder.fingerprint}; "
            "run kb build again"
        )


def _vector(db: Database, text: str, encoder: Encoder | None, mode: Mode) -> Vector | None:
    if mode == "words":
        return None
    if encoder is None:
        if mode == "meaning":
            raise KbError("A search by meaning needs an encoder; use --mode words without one")
        return None
    check_encoder(db, encoder)
    return encoder.embed([text])[0]  # type: ignore[no-any-return]


def _different(
    db: Database, index: Index, ranked: Callable[[int], Ranked], number: int
) -> tuple[Ranked, list[list[int]]]:
    """Give what was found, and the places there of so many different statements with copies."""
    wanted = 2 * number + SPARE
    while True:
        found = ranked(wanted)
        rows = found.rows[:wanted]
        groups = _folded(db, index, rows)
        if len(groups) >= number or len(rows) < wanted or wanted > MOST_FOLDED:
            return found, groups[:number]
        wanted *= DEEPER


def _folded(db: Database, index: Index, rows: Rows) -> list[list[int]]:
    return fold(index.vectors(rows), lambda places: _texts(db, index.ids(rows[places])))


def _hits(
    db: Database,
    index: Index,
    found: Ranked,
    groups: Sequence[Sequence[int]],
    stems: Collection[str],
) -> tuple[Hit, ...]:
    """Give the first statement of each group whole, the others as its copies."""
    ids = index.ids(found.rows[: 1 + max((max(group) for group in groups), default=-1)])
    rows = _rows(db, [ids[group[0]] for group in groups])
    return tuple(
        Hit(
            **rows[ids[group[0]]],
            score=round(float(found.scores[group[0]]), 6),
            matched_by=_matched_by(found, group[0]),
            parts={name: round(float(part[group[0]]), 4) for name, part in found.parts.items()},
            copies=tuple(ids[number] for number in group[1:]),
            marks=marks(rows[ids[group[0]]]["quote"], stems),
        )
        for group in groups
    )


def _matched_by(found: Ranked, number: int) -> tuple[str, ...]:
    return tuple(name for name, rows in found.found.items() if rows[number]) or ("meaning",)


def _texts(db: Database, ids: Sequence[str]) -> list[str]:
    sql = "select id, text from statements where id in (select value from json_each(?))"
    texts = dict(db.conn.execute(sql, [json.dumps(ids)]).fetchall())
    return [texts[id] for id in ids]


def _rows(db: Database, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give what is shown of statements, by their ids."""
    listed = json.dumps(ids)
    claims: dict[str, list[dict[str, Any]]] = {id: [] for id in ids}
    for id, claim in _claims(db, listed):
        claims[id].append(claim)
    return {
        row["statement_id"]: row | _said(claims[row["statement_id"]])
        for row in db.query(HITS_SQL, [listed])
    }


def _claims(db: Database, listed: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each claim with the id of its statement."""
    attributes = db.conn.execute(
        "select id, lookup, many from attributes order by rowid"
    ).fetchall()
    for row in db.query(CLAIMS_SQL, [listed]):
        claim: dict[str, Any] = {"id": row["id"], "code": row["code"], "words": {}, "values": {}}
        for name, lookup, many in attributes:
            if row[name]:
                value = json.loads(row[name]) if many else row[name]
                claim["values" if lookup else "words"][name] = value
        yield row["statement_id"], claim


def _said(claims: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the claims on a statement, their codes, and their themes if the codebook has any."""
    themes = [each["values"].get("themes", ()) for each in claims]
    every = (one for each in themes for one in ([each] if isinstance(each, str) else each))
    return {
        "claims": tuple(claims),
        "codes": tuple(sorted({each["code"] for each in claims})),
        "themes": tuple(sorted(set(every))),
    }

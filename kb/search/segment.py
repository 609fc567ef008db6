"""A part of the index that never changes: some statements, their words and their vectors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from kb.digests import number_of
from kb.search import nearness, postings
from kb.search.nearness import Near, make_near
from kb.search.postings import Postings, make_postings
from kb.search.shelf import Arrays, load_arrays
from kb.vectors import decode_all

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ARRAYS = ("keys", "ids", *postings.ARRAYS, *nearness.ARRAYS)
AT_ONCE = 500
"""So many statements are asked for in one query."""

ROWS_SQL = """
select s.id, s.text, s.lead_in, s.heading, e.embedding
from statements s join embeddings e on e.id = s.id
where s.id in (select value from json_each(?)) order by s.document_id, s.ordinal, s.id
"""


@dataclass(frozen=True, slots=True)
class Segment:
    """`keys` say what each row was made of, `ids` are the statements'."""

    keys: NDArray[np.uint64]
    ids: NDArray[np.bytes_]
    words: Postings
    near: Near

    def __len__(self) -> int:
        return len(self.ids)


def key(*made_of: str | bytes) -> int:
    """Give the number of all that a row is made of: another number, another row."""
    parts = (part.encode() if isinstance(part, str) else part for part in made_of)
    return number_of(b"\x1f".join(parts))


def make_segment(db: Database, keys: Mapping[str, int]) -> Arrays:
    """Make the arrays of a segment that holds the statements whose ids are given with their keys.

    Rows lie in reading order, so that those of one document are next to each other.
    """
    import numpy as np

    rows = list(_rows(db, list(keys)))
    ids = [row[0] for row in rows]
    dimensions = len(rows[0][4]) // 4 if rows else 0
    return {
        "keys": np.array([keys[id] for id in ids], np.uint64),
        "ids": np.array([id.encode() for id in ids], np.bytes_),
        **make_postings([row[1:4] for row in rows]),
        **make_near(decode_all([row[4] for row in rows], dimensions)),
    }


def _rows(db: Database, ids: Sequence[str]) -> list[tuple[str, str, str, str, bytes]]:
    found = []
    for at in range(0, len(ids), AT_ONCE):
        found += db.conn.execute(ROWS_SQL, [json.dumps(ids[at : at + AT_ONCE])]).fetchall()
    return found


def load_segment(folder: Path) -> Segment:
    """Open a segment from its folder."""
    return segment_of(load_arrays(folder, ARRAYS))


def segment_of(arrays: Arrays) -> Segment:
    """Give the segment of its arrays; raises ValueError if they do not belong together."""
    size = len(arrays["ids"])
    if not len(arrays["keys"]) == len(arrays["bytes"]) == len(arrays["scales"]) == size:
        raise ValueError("the arrays differ in length")
    return Segment(
        arrays["keys"],
        arrays["ids"],
        Postings(*(arrays[name] for name in postings.ARRAYS)),
        Near(*(arrays[name] for name in nearness.ARRAYS)),
    )

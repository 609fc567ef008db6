"""What statements may be filtered by, as columns: the claims' codes and values, and the documents.

A claim is one row of bits, one bit a code or value, so that a filter is two operations on a column
whatever the codebook notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from kb.search.shapes import Mask, Rows
from kb.search.shelf import Arrays

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CODE = "code"
BITS = 64
ARRAYS = ("owners", "claims", "document_of")

Label = tuple[str, str]
"""An attribute, or `code`, and one of its values."""


@dataclass(frozen=True, slots=True)
class Facets:
    """`claims` [claims, words of 64 bits] stand on the rows `owners`, which ascend.

    `labels` name the bits in their order, `documents` the numbers of `document_of` [rows].
    """

    labels: Sequence[Label]
    documents: Sequence[str]
    owners: NDArray[np.uint32]
    claims: NDArray[np.uint64]
    document_of: NDArray[np.uint32]

    def rows_of_documents(self, ids: Iterable[str]) -> Mask:
        """Say of each row whether it stands in one of some documents."""
        import numpy as np

        wanted = set(ids)
        chosen = np.array([id in wanted for id in self.documents], bool)
        found: Mask = chosen[self.document_of]
        return found

    def rows_of_claims(self, wanted: Mapping[str, Iterable[str]]) -> Mask:
        """Say of each row whether one claim on it has one of the wanted values of each kind."""
        import numpy as np

        passing = np.ones(len(self.owners), bool)
        for attribute, values in wanted.items():
            passing &= self.having([(attribute, value) for value in values])
        found = np.zeros(len(self.document_of), bool)
        found[self.owners[passing]] = True
        return found

    def claims_on(self, rows: Rows) -> tuple[Rows, Rows]:
        """Give the claims on some rows: which of `rows` each is on, and its own number."""
        import numpy as np

        first, last = (self.owners.searchsorted(rows, side) for side in ("left", "right"))
        number = last - first
        places = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        return np.repeat(np.arange(len(rows)), number), np.repeat(first, number) + places

    def having(self, labels: Iterable[Label], claims: Rows | slice = slice(None)) -> Mask:
        """Say of some claims, or of all, whether each has one of some values."""
        import numpy as np

        chosen = self.claims[claims]
        found = np.zeros(len(chosen), bool)
        for word, mask in enumerate(masks(labels, self.labels)):
            if mask:
                found |= (chosen[:, word] & np.uint64(mask)) != 0
        return found


def masks(labels: Iterable[Label], known: Sequence[Label]) -> list[int]:
    """Give the bits of some labels, one number a word; what is not known has no bit."""
    found = [0] * max(1, -(-len(known) // BITS))
    for label in labels:
        if label in known:
            word, bit = divmod(known.index(label), BITS)
            found[word] |= 1 << bit
    return found


def list_labels(db: Database) -> list[Label]:
    """Give all codes and values that claims may have, each with what it is a value of."""
    found = [(CODE, row[0]) for row in db.conn.execute("select id from codes order by rowid")]
    for name, table in attribute_tables(db).items():
        sql = f"select id from {table} order by rowid"
        found += [(name, row[0]) for row in db.conn.execute(sql)]
    return found


def attribute_tables(db: Database) -> dict[str, str]:
    """Give the table of the values of each attribute that has some."""
    sql = "select id, lookup from attributes where lookup is not null order by rowid"
    return dict(db.conn.execute(sql).fetchall())


def make_facets(
    db: Database, ids: Mapping[str, int], document_of: Sequence[str]
) -> tuple[list[str], list[Label], Arrays]:
    """Give the documents, the labels and the arrays of Facets.

    `ids` are the row numbers of statements; `document_of` has the document of each row, empty for
    a row that is gone.
    """
    import numpy as np

    labels = list_labels(db)
    documents = sorted(set(document_of))
    number = {id: n for n, id in enumerate(documents)}
    claims = sorted(_claims(db, ids, labels))
    words = len(masks([], labels))
    return (
        documents,
        labels,
        {
            "owners": np.array([row for row, _ in claims], np.uint32),
            "claims": np.array([bits for _, bits in claims], np.uint64).reshape(-1, words),
            "document_of": np.array([number[id] for id in document_of], np.uint32),
        },
    )


def _claims(
    db: Database, ids: Mapping[str, int], labels: Sequence[Label]
) -> Iterator[tuple[int, list[int]]]:
    names = list(attribute_tables(db))
    columns = ", ".join(["statement_id", CODE, *names])
    made: dict[tuple[Any, ...], list[int]] = {}  # few combinations, in however many claims
    for id, *values in db.conn.execute(f"select {columns} from claims order by rowid"):
        key = tuple(values)
        if key not in made:
            made[key] = masks(_labels([CODE, *names], values), labels)
        if id in ids:
            yield ids[id], made[key]


def _labels(names: Iterable[str], values: Iterable[str | None]) -> Iterator[Label]:
    for name, value in zip(names, values, strict=True):
        listed = json.loads(value) if value and value.startswith("[") else [value]
        yield from ((name, each) for each in listed if each)

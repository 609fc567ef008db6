"""The index of words: which rows hold a word, and how much it counts there.

BM25 (Robertson and Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond") whose
part that depends on the row is worked out when the index is made, as in BM25S (Lù 2024); the part
that depends on how rare a word is comes with the question. A word counts by field, as in BM25F.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.digests import number_of
from kb.search.shelf import Arrays
from kb.search.tokens import tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K1, B = 1.2, 0.75
FIELDS = (1.0, 0.6, 0.4)
"""How much a word counts in the text, the lead-in and the heading."""
FINEST = (K1 + 1) / 255
"""What a posting counts is kept in one byte, in steps of this."""
ARRAYS = ("words", "starts", "rows", "counts", "sizes")


@dataclass(frozen=True, slots=True)
class Postings:
    """`words` are sorted digests; those of word n stand in `rows` and `counts` at starts[n:n+2].

    `sizes` [all rows] are how many words the text of each row has.
    """

    words: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    sizes: NDArray[np.uint16]

    def of(self, stem: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """Give the rows that hold a word, ascending, and what it counts there in steps."""
        wanted = number_of(stem.encode())
        at = int(self.words.searchsorted(wanted))
        if at == len(self.words) or int(self.words[at]) != wanted:
            return self.rows[:0], self.counts[:0]
        place = slice(int(self.starts[at]), int(self.starts[at + 1]))
        return self.rows[place], self.counts[place]


def make_postings(texts: Sequence[Sequence[str]]) -> Arrays:
    """Make the arrays of Postings of texts of three fields each."""
    import numpy as np

    stems: list[str] = []
    found, rows, fields = array("l"), array("l"), array("b")
    for stem, at, field in tokens(texts, len(FIELDS)):
        if not stems or stems[-1] != stem:
            stems.append(stem)
        found.append(len(stems) - 1)
        rows.append(at)
        fields.append(field)
    number, row, place = (np.array(each, np.int64) for each in (found, rows, fields))
    weight = np.array(FIELDS)[place]
    lengths = np.bincount(row, weight, len(texts))
    sizes = np.bincount(row[place == 0], minlength=len(texts)).clip(max=65_535)
    # stems come in order, and their rows too: what changes begins a new posting
    first = np.flatnonzero(np.diff(number, prepend=-1) | np.diff(row, prepend=-1))
    often = np.add.reduceat(weight, first) if len(first) else weight
    number, row = number[first], row[first]
    usual = lengths.mean() if len(texts) and lengths.any() else 1.0
    counts = often * (K1 + 1) / (often + K1 * (1 - B + B * lengths[row] / usual))
    steps = np.maximum(1, np.rint(counts / FINEST))
    return {"sizes": sizes.astype(np.uint16), **_by_digest(stems, number, row, steps)}


def _by_digest(
    stems: Sequence[str],
    number: NDArray[np.int64],
    row: NDArray[np.int64],
    counts: NDArray[np.float64],
) -> Mapping[str, NDArray[np.generic]]:
    """Put the postings into the order of their words' digests, in which they are looked up."""
    import numpy as np

    digests = np.array([number_of(stem.encode()) for stem in stems], np.uint64)
    order = np.argsort(digests)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    sorting = np.argsort(place[number], kind="stable")
    sizes = np.bincount(place[number], minlength=len(order))
    return {
        "words": digests[order],
        "starts": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        "rows": row[sorting].astype(np.uint32),
        "counts": counts[sorting].astype(np.uint8),
    }

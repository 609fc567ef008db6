"""Scores of rows by the words of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.search.index import Index
from kb.search.nearness import best
from kb.search.postings import FINEST, K1
from kb.search.shapes import Mask, Rows
from kb.vectors import Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FREQUENT = 0.05
"""A word in more rows than this share does not choose rows by itself, if others do."""
MANY = 50_000
"""In fewer rows every word chooses."""
DEEP = 4
"""So many times the rows wanted are looked at before frequent words have their say."""

Posting = tuple["NDArray[np.int64]", "NDArray[np.uint8]", float]
"""Rows that hold a word, what it counts there, and the worth of one count."""


@dataclass(frozen=True, slots=True)
class WordScores:
    """`scores` [rows] by the words that choose; the frequent ones are added where it is asked.

    `most` is what no row can exceed.
    """

    scores: Vector
    frequent: Sequence[Posting]
    most: float

    def at(self, rows: Rows) -> Vector:
        """Give the scores of some rows."""
        import numpy as np

        found: Vector = self.scores[rows]
        for holding, counts, worth in self.frequent:
            places = holding.searchsorted(rows).clip(max=len(holding) - 1)
            found += np.where(holding[places] == rows, counts[places] * np.float32(worth), 0)
        return found

    def top(self, number: int, allowed: Mask | None, least: int = 0) -> tuple[Rows, Vector]:
        """Give the rows with the highest scores above 0, highest first, and these.

        If fewer than `least` have a word that chooses, those with a frequent one are looked at too.
        """
        import numpy as np

        rows = _above(self.scores, allowed)
        if len(rows) < least and self.frequent:
            rows = self._with_frequent(number, allowed)
        rows = rows[best(self.scores[rows], DEEP * number)]
        scores = self.at(rows)
        order = np.lexsort((rows, -scores))[:number]
        return rows[order], scores[order]

    def _with_frequent(self, number: int, allowed: Mask | None) -> Rows:
        """Give the rows with the highest scores by all words, in no order."""
        import numpy as np

        if allowed is not None and np.count_nonzero(allowed) <= MANY:
            rows = np.flatnonzero(allowed)
            scores = self.at(rows)
            rows, scores = rows[scores > 0], scores[scores > 0]
        else:
            every = self.scores.copy()
            for holding, counts, worth in self.frequent:
                every[holding] += counts * np.float32(worth)
            rows = _above(every, allowed)
            scores = every[rows]
        found: Rows = rows[best(scores, number)]
        return found


def _above(scores: Vector, allowed: Mask | None) -> Rows:
    import numpy as np

    chosen = scores > 0
    return np.flatnonzero(chosen if allowed is None else chosen & allowed)


def score_words(index: Index, weights: Mapping[str, float]) -> WordScores:
    """Score all rows by words, each with its weight (BM25)."""
    import numpy as np

    scores = np.zeros(index.size, np.float32)
    waiting: list[Posting] = []
    for posting in sorted(_postings(index, weights), key=lambda each: len(each[0])):
        rows, counts, worth = posting
        if waiting or (len(rows) > max(MANY, FREQUENT * index.size) and scores.any()):
            waiting.append(posting)
        else:
            scores[rows] += counts * np.float32(worth)
    most = sum(weight * index.rarity(0) for weight in weights.values()) * (K1 + 1)
    return WordScores(scores, waiting, most)


def _postings(index: Index, weights: Mapping[str, float]) -> list[Posting]:
    found = []
    for stem, weight in weights.items():
        rows, counts = index.holding(stem)
        worth = weight * index.rarity(len(rows)) * FINEST
        found.append((rows, counts, worth))
    return [posting for posting in found if len(posting[0])]

"""The index of a whole knowledge base: its segments as one, and what may be filtered by."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kb.search.facets import Facets
from kb.search.nearness import Near, best
from kb.search.question import Wording
from kb.search.segment import Segment
from kb.search.shapes import Mask, Rows
from kb.vectors import Matrix, Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Index:
    """Rows are numbered through all segments. `gone` are those that the base no longer has.

    `wording` is how its field asks.
    """

    segments: Sequence[Segment]
    facets: Facets
    gone: Mask
    wording: Wording = field(default_factory=Wording)

    @cached_property
    def starts(self) -> list[int]:
        """Give the first row of each segment, and the number of all rows at the end."""
        found = [0]
        for segment in self.segments:
            found.append(found[-1] + len(segment))
        return found

    @property
    def size(self) -> int:
        """Give the number of all rows."""
        return self.starts[-1]

    @cached_property
    def sizes(self) -> NDArray[np.uint16]:
        """Give how many words the text of each row has."""
        import numpy as np

        return np.concatenate([segment.words.sizes for segment in self.segments])

    @cached_property
    def present(self) -> Mask | None:
        """Say of each row whether it is there; None if all are."""
        return ~self.gone if self.gone.any() else None

    @cached_property
    def _by_id(self) -> list[Rows]:
        return [segment.ids.argsort() for segment in self.segments]

    def ids(self, rows: Rows) -> list[str]:
        """Give the ids of rows."""
        return [self._id(int(row)) for row in rows]

    def _id(self, row: int) -> str:
        number = next(n for n in range(len(self.segments)) if row < self.starts[n + 1])
        return str(self.segments[number].ids[row - self.starts[number]], "ascii")

    def rows_of(self, ids: Sequence[str]) -> Rows:
        """Give the rows of statements; ids that there are none of are left out."""
        import numpy as np

        wanted = np.array([id.encode() for id in ids], np.bytes_)
        found = [np.zeros(0, np.int64)]
        for segment, order, start in zip(self.segments, self._by_id, self.starts, strict=False):
            if not len(segment):
                continue
            places = segment.ids.searchsorted(wanted, sorter=order).clip(max=len(segment) - 1)
            rows = order[places]
            found.append(rows[segment.ids[rows] == wanted] + start)
        every: Rows = np.concatenate(found)
        there: Rows = every[~self.gone[every]]
        return there

    def nearest(self, vector: Vector, number: int, allowed: Mask | None) -> tuple[Rows, Vector]:
        """Give the rows nearest to a vector and their cosines, nearest first."""
        import numpy as np

        rows, cosines = [], []
        for segment, start, mask in self._parts(allowed):
            found = segment.near.candidates(vector, number, mask)
            near = segment.near.cosines(vector, found)
            first = best(near, number)
            rows.append(found[first] + start)
            cosines.append(near[first])
        every, near = np.concatenate([*rows, []]), np.concatenate([*cosines, []])
        order = np.lexsort((every, -near))[:number]
        return every[order].astype(np.int64), near[order].astype(np.float32)

    def holding(self, stem: str) -> tuple[Rows, NDArray[np.uint8]]:
        """Give the rows that hold a word, ascending, and what it counts there in steps."""
        import numpy as np

        parts = [segment.words.of(stem) for segment in self.segments]
        pairs = zip(parts, self.starts, strict=False)
        rows = np.concatenate([rows.astype(np.int64) + start for (rows, _), start in pairs])
        return rows, np.concatenate([counts for _, counts in parts])

    def has(self, stem: str) -> bool:
        """Say whether any row holds a word."""
        return any(len(segment.words.of(stem)[0]) for segment in self.segments)

    def vectors(self, rows: Rows) -> Matrix:
        """Give the vectors of some rows, one each, as exact as one byte a number allows."""
        import numpy as np

        size = max((segment.near.bytes.shape[1] for segment in self.segments), default=0)
        found = np.zeros((len(rows), size), np.float32)
        for near, own, inside in self._near(rows):
            found[own] = near.vectors(inside)
        return found

    def cosines(self, vector: Vector, rows: Rows) -> Vector:
        """Give the cosines of some rows with a vector."""
        import numpy as np

        found = np.zeros(len(rows), np.float32)
        for near, own, inside in self._near(rows):
            found[own] = near.cosines(vector, inside)
        return found

    def _near(self, rows: Rows) -> Iterator[tuple[Near, Rows, Rows]]:
        """Yield for each segment which of some rows are its own, and their places inside it."""
        import numpy as np

        for segment, start in zip(self.segments, self.starts, strict=False):
            own = np.flatnonzero((rows >= start) & (rows < start + len(segment)))
            yield segment.near, own, rows[own] - start

    def _parts(self, allowed: Mask | None) -> list[tuple[Segment, int, Mask | None]]:
        """Give each segment with its first row, and with which of its rows are to be found."""
        mask = self.present if allowed is None else allowed
        return [
            (segment, start, None if mask is None else mask[start : start + len(segment)])
            for segment, start in zip(self.segments, self.starts, strict=False)
            if len(segment)
        ]

    def rarity(self, often: int) -> float:
        """Give how much a word in so many rows counts for being rare (the idf of BM25)."""
        return math.log1p((self.size - often + 0.5) / (often + 0.5))

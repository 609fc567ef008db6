"""The index of meaning: small vectors that are scanned, and smaller ones that go before them.

A vector is kept as bytes with one scale. Of many rows the nearest are first sought by the signs of
their rotated vectors (iterative quantisation, Gong and Lazebnik 2011), a twelfth of that size;
those that differ in the fewest signs are then compared by bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.search.shapes import Rows
from kb.search.shelf import Arrays
from kb.vectors import Matrix, Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


EXACT = 20_000
"""So many rows are compared one by one."""
CANDIDATES = 8_000
"""Of more rows, so many are compared by bytes."""
SIGNS = 256
"""So many signs of a vector are kept at most; more spare candidates, but take longer to scan."""
SAMPLE, TURNS, SPARSE = 20_000, 30, 61
BLOCK, SIGN_BLOCK = 1_024, 65_536
"""Rows at a time, so that they fit into the processor's cache."""
ARRAYS = ("bytes", "scales", "signs", "turn", "centre")


@dataclass(frozen=True, slots=True)
class Near:
    """`bytes` [rows, dimensions] with `scales` [rows]; `signs` [words of 64 bits, rows].

    `signs` has no columns where all rows are compared anyway.
    """

    bytes: NDArray[np.int8]
    scales: NDArray[np.float32]
    signs: NDArray[np.uint64]
    turn: Matrix
    centre: Vector

    def cosines(self, vector: Vector, rows: Rows | None = None) -> Vector:
        """Give the cosines of some rows, or of all, with a vector of unit length."""
        import numpy as np

        number = len(self.bytes) if rows is None else len(rows)
        found = np.empty(number, np.float32)
        block = np.empty((BLOCK, self.bytes.shape[1]), np.float32)
        for start in range(0, number, BLOCK):
            place = slice(start, min(number, start + BLOCK))
            part = block[: place.stop - start]
            part[:] = self.bytes[place if rows is None else rows[place]]
            np.dot(part, vector, out=found[place])
        found *= self.scales if rows is None else self.scales[rows]
        return found

    def vectors(self, rows: Rows) -> Matrix:
        """Give the vectors of some rows, as exact as one byte a number allows."""
        return self.bytes[rows] * self.scales[rows][:, None]

    def candidates(self, vector: Vector, number: int, allowed: NDArray[np.bool_] | None) -> Rows:
        """Give rows among which the `number` nearest are, only such as are `allowed`."""
        import numpy as np

        if allowed is not None and np.count_nonzero(allowed) <= max(EXACT, number):
            return np.flatnonzero(allowed)
        if not self.signs.shape[1] or number >= len(self.bytes):
            return np.arange(len(self.bytes)) if allowed is None else np.flatnonzero(allowed)
        distances = self._distances(vector)
        if allowed is not None:
            distances[~allowed] = np.iinfo(distances.dtype).max
        near = distances <= _limit(distances, max(CANDIDATES, 2 * number))
        return np.flatnonzero(near if allowed is None else near & allowed)

    def _distances(self, vector: Vector) -> NDArray[np.uint16]:
        """Give in how many signs each row differs from a vector."""
        import numpy as np

        wanted = signs((vector - self.centre)[None] @ self.turn)[:, 0]
        found = np.zeros(self.signs.shape[1], np.uint16)
        differ = np.empty(SIGN_BLOCK, np.uint64)
        count = np.empty(SIGN_BLOCK, np.uint8)
        for start in range(0, len(found), SIGN_BLOCK):
            part = found[start : start + SIGN_BLOCK]
            for row, word in zip(self.signs, wanted, strict=True):
                np.bitwise_xor(row[start : start + SIGN_BLOCK], word, out=differ[: len(part)])
                part += np.bitwise_count(differ[: len(part)], out=count[: len(part)])
        return found


def best(scores: Vector, number: int) -> Rows:
    """Give where the highest scores stand, in no order."""
    import numpy as np

    if len(scores) <= number:
        return np.arange(len(scores))
    found: Rows = np.argpartition(-scores, number)[:number]
    return found


def _limit(distances: NDArray[np.uint16], number: int) -> int:
    """Give a distance that about `number` rows, and hardly fewer, do not exceed."""
    import numpy as np

    sample = distances[::SPARSE]
    least = min(len(sample) - 1, round(1.1 * number / SPARSE) + 8)
    return int(np.partition(sample, least)[least])


def signs(turned: NDArray[Any]) -> NDArray[np.uint64]:
    """Give the signs of rotated vectors, 64 a word: [words, rows]."""
    import numpy as np

    missing = -turned.shape[1] % 64
    bits = np.pad(turned > 0, ((0, 0), (0, missing)))
    return np.ascontiguousarray(np.packbits(bits, axis=1).view(np.uint64).T)


def make_near(matrix: Matrix) -> Arrays:
    """Make the arrays of Near of vectors of unit length, one a row."""
    import numpy as np

    scales = np.maximum(np.abs(matrix).max(axis=1, initial=1e-9), 1e-9) / 127
    size = matrix.shape[1]
    arrays = {
        "bytes": np.rint(matrix / scales[:, None]).astype(np.int8),
        "scales": scales.astype(np.float32),
    }
    if len(matrix) <= EXACT:
        return arrays | {
            "signs": np.zeros((0, 0), np.uint64),
            "turn": np.zeros((size, 0), np.float32),
            "centre": np.zeros(size, np.float32),
        }
    centre = matrix.mean(axis=0)
    turn = _turn(matrix[:: max(1, len(matrix) // SAMPLE)] - centre)
    blocks = (matrix[at : at + SIGN_BLOCK] - centre for at in range(0, len(matrix), SIGN_BLOCK))
    found = np.concatenate([signs(block @ turn) for block in blocks], axis=1)
    return arrays | {"signs": found, "turn": turn, "centre": centre}


def _turn(sample: Matrix) -> Matrix:
    """Give the turn [dimensions, signs] after which signs tell most of centred vectors.

    They are brought down to the directions in which they differ most, and rotated there.
    """
    import numpy as np

    rng = np.random.default_rng(1)
    main = np.linalg.eigh(sample.T @ sample)[1][:, : -SIGNS - 1 : -1]
    sample = sample @ main
    size = sample.shape[1]
    turn = np.linalg.qr(rng.normal(size=(size, size)))[0].astype(np.float32)
    for _ in range(TURNS):
        u, _, v = np.linalg.svd(sample.T @ np.sign(sample @ turn))
        turn = (u @ v).astype(np.float32)
    found: Matrix = main @ turn
    return found

"""The vector's byte format: 32-bit floats, little-endian, as the `llm` tool stores them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
    Matrix = NDArray[np.float32]
else:
    Vector = Matrix = Any


def encode(vector: Vector) -> bytes:
    """Give a vector's bytes."""
    return vector.astype("<f4").tobytes()


def decode(blob: bytes) -> Vector:
    """Give back the vector whose bytes these are."""
    import numpy as np

    return np.frombuffer(blob, "<f4").astype(np.float32)


def decode_all(blobs: Sequence[bytes], dimensions: int) -> Matrix:
    """Give a matrix with one row for each blob, `dimensions` wide."""
    import numpy as np

    return np.frombuffer(b"".join(blobs), "<f4").astype(np.float32).reshape(len(blobs), dimensions)

"""Numbers that stand for texts: short enough for an array, long enough not to meet by chance."""

from __future__ import annotations

from hashlib import blake2b


def number_of(content: bytes) -> int:
    """Give a hash of 64 bits (BLAKE2b)."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "little")

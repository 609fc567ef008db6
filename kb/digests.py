"""What stands for a content: numbers short enough for an array, and the hashes of whole files."""

from __future__ import annotations

from hashlib import blake2b, file_digest
from pathlib import Path


def number_of(content: bytes) -> int:
    """Give a hash of 64 bits (BLAKE2b)."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "little")


def file_sha256(path: Path) -> str:
    """Give the sha256 of a file, which need not fit into memory."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()

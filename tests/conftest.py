"""What tests share: a codebook of two codes, an encoder to compute in one's head, a built base."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlite_utils import Database

from kb.codebook import Codebook, load_codebook
from kb.store import create_tables
from kb.vectors import Matrix

HERE = Path(__file__).parent


class WordLengths:
    """An encoder whose vector is the lengths of a text's first four words, made unit length."""

    name = "word-lengths"
    fingerprint = "word-lengths-1"
    dimensions = 4

    def embed(self, texts: Sequence[str]) -> Matrix:
        rows = [[len(word) for word in text.split()[:4]] for text in texts]
        matrix = np.array([row + [0] * (4 - len(row)) for row in rows], np.float32)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> WordLengths:
    return WordLengths()


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load_codebook(str(HERE / "fixtures" / "two_codes"))


@pytest.fixture
def db(codebook: Codebook) -> Database:
    database = Database(memory=True)
    create_tables(database, codebook)
    return database

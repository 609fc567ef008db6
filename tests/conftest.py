"""What tests share: a codebook of two codes, an encoder to compute in one's head, a filled base."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlite_utils import Database

from kb.codebook import Codebook, load_codebook
from kb.models import Claim, Document, Passage, Statement
from kb.store import forget_other_vectors, save_claims, save_document, save_embeddings
from kb.tables import create_tables, fill_lookups
from kb.vectors import Matrix

TWO_CODES = Path(__file__).parent / "fixtures" / "two_codes"


class WordLengths:
    """An encoder whose vector is the lengths of a text's first four words, made unit length."""

    name = "word-lengths"
    fingerprint = "word-lengths-1"
    dimensions = 4

    def embed(self, texts: Sequence[str]) -> Matrix:
        rows = [[len(word) for word in text.split()[:4]] for text in texts]
        matrix: Matrix = np.array([row + [0] * (4 - len(row)) for row in rows], np.float32)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> WordLengths:
    return WordLengths()


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load_codebook(str(TWO_CODES))


@pytest.fixture
def db(codebook: Codebook) -> Database:
    database = Database(memory=True)
    create_tables(database, codebook)
    fill_lookups(database, codebook)
    return database


@pytest.fixture
def garden(db: Database, encoder: WordLengths) -> Database:
    """Two documents of three and two statements, four of them coded."""
    add(
        db,
        encoder,
        Document(
            id="d1", title="Beans", path="b/beans.txt", sha256="1", text="", words=12, year=2020
        ),
        ["Rain helped the beans.", "Yields rose by half.", "Sue kept the books."],
        [
            Claim(
                id="d1s1-help",
                statement_id="d1s1",
                document_id="d1",
                code="help",
                attributes={"themes": ["water"]},
                confidence=0.9,
            ),
            Claim(
                id="d1s2-result",
                statement_id="d1s2",
                document_id="d1",
                code="result",
                attributes={"direction": "up"},
                confidence=0.8,
            ),
        ],
    )
    add(
        db,
        encoder,
        Document(
            id="d2", title="Leeks", path="b/leeks.txt", sha256="2", text="", words=9, year=2021
        ),
        ["Thanks to rain and parents, leeks grew.", "Absence fell."],
        [
            Claim(
                id="d2s1-help",
                statement_id="d2s1",
                document_id="d2",
                code="help",
                attributes={"themes": ["water", "people"]},
                confidence=0.7,
            ),
            Claim(
                id="d2s2-result",
                statement_id="d2s2",
                document_id="d2",
                code="result",
                attributes={"direction": "down"},
                confidence=0.6,
            ),
        ],
    )
    db.conn.execute("insert into statements_fts(statements_fts) values ('rebuild')")
    return db


def add(
    db: Database,
    encoder: WordLengths,
    document: Document,
    sentences: Sequence[str],
    claims: Sequence[Claim],
) -> None:
    """Save a document whose text is its sentences, one passage, with claims and vectors."""
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    statements = [
        Statement(
            id=f"{document.id}s{n}",
            document_id=document.id,
            passage_id=f"{document.id}-p1",
            ordinal=n,
            text=sentence,
            char_start=start,
            char_end=start + len(sentence),
            heading="Plots",
        )
        for n, (sentence, start) in enumerate(zip(sentences, starts, strict=True), 1)
    ]
    passage = Passage(
        id=f"{document.id}-p1",
        document_id=document.id,
        ordinal=1,
        kind="paragraph",
        text=text,
        char_start=0,
        char_end=len(text),
        heading="Plots",
    )
    whole = Document(**{n: getattr(document, n) for n in Document.__slots__} | {"text": text})
    save_document(db, whole, [passage], statements)
    save_claims(db, document.id, claims)
    forget_other_vectors(db, name=encoder.name, fingerprint=encoder.fingerprint)
    save_embeddings(db, statements, sentences, encoder.embed(sentences), now=0)

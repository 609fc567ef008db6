"""A knowledge base of as many claims as wanted, made up, for the bench of the pages."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sqlite_utils import Database

from kb.codebook import Attribute, Code, Codebook, load_codebook
from kb.store import forget_other_vectors
from kb.tables import create_tables, fill_lookups
from kb.vectors import Vector, encode
from kb.views import columns
from kb.vocabulary import load_vocabulary
from kb.weights import DEFAULT_ENCODER, encoder_fingerprint
from pipelines.publish import save_build

STATEMENTS = 250
"""Statements of each document, each a passage of its own."""
CLAIMS = 200
"""Claims of each document: four statements of five are coded, each once."""
WORDS = 5_000
HALVES = 8_000
"""Each statement is two of so many half sentences, whose words are as frequent as in real text."""
PLACES = 300
POINTS, DIMENSIONS = 500, 384

Row = tuple[Any, ...]


def make_many(path: Path, claims: int) -> None:
    """Write a knowledge base of so many claims; nothing in it was read, coded or embedded.

    Its vectors lie around some points, as those of real text do, but say nothing of the words.
    """
    codebook, random = load_codebook(), Random(0)
    db = Database(sqlite3.connect(path))
    db.conn.executescript("pragma journal_mode = off; pragma synchronous = off")
    create_tables(db, codebook)
    vocabulary = load_vocabulary(codebook)
    fill_lookups(db, codebook, vocabulary.kinds if vocabulary else ())
    kind = db.conn.execute("select id from entity_kinds").fetchone()[0]
    insert(db, "entities", ((f"e{n}", kind, f"Place {n}") for n in range(PLACES)))
    halves = half_sentences(random)
    forget_other_vectors(db, name=DEFAULT_ENCODER, fingerprint=encoder_fingerprint(DEFAULT_ENCODER))
    rng = np.random.default_rng(0)
    points = rng.normal(size=(POINTS, DIMENSIONS)).astype(np.float32)
    for number in range(claims // CLAIMS):
        ids = add_document(db, codebook, number, halves, random)
        around = points[rng.integers(POINTS, size=len(ids))]
        vectors = around + rng.normal(size=around.shape).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        insert(db, "embeddings", map(embedding_row, ids, vectors))
    finish(db, codebook)


def half_sentences(random: Random) -> list[str]:
    """Give half sentences of eight to twelve made-up words, the n-th word n times rarer."""
    syllables = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "ar", "en")]
    words = ["".join(random.choices(syllables, k=random.randint(2, 4))) for _ in range(WORDS)]
    weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    return [
        " ".join(random.choices(words, cum_weights=weights, k=random.randint(8, 12)))
        for _ in range(HALVES)
    ]


def insert(db: Database, table: str, rows: Iterable[Row]) -> None:
    """Insert rows of all columns."""
    marks = ", ".join("?" for _ in db[table].columns)
    db.conn.executemany(f"insert into {table} values ({marks})", rows)


def add_document(
    db: Database, codebook: Codebook, number: int, halves: list[str], random: Random
) -> list[str]:
    """Write a document with its passages, statements and claims; give the statements' ids."""
    id = f"{random.getrandbits(48):012x}"
    texts = [f"{random.choice(halves)} {random.choice(halves)}." for _ in range(STATEMENTS)]
    insert(db, "documents", [document_row(id, number, texts, random)])
    placed = [(f"{random.getrandbits(48):012x}", *place) for place in places(texts)]
    insert(db, "passages", (passage_row(id, *each) for each in placed))
    insert(db, "statements", (statement_row(id, *each) for each in placed))
    coded = [(each[0], random.choice(codebook.codes)) for each in random.sample(placed, CLAIMS)]
    insert(db, "claims", (claim_row(id, *each, codebook, random) for each in coded))
    named = ((f"{s}-{code.id}", f"e{random.randrange(PLACES)}", "Place") for s, code in coded[::4])
    insert(db, "claim_entities", named)
    return [id for id, *_ in placed]


def embedding_row(id: str, vector: Vector) -> Row:
    """Give the row of a statement's vector."""
    return (1, id, encode(vector), None, None, hashlib.md5(id.encode()).digest(), None, 0)


def document_row(id: str, number: int, texts: list[str], random: Random) -> Row:
    """Give the row of a document, its text the statements one a line."""
    return (
        id, f"Evaluation of programme {number}", json.dumps([f"Author {random.randrange(900)}"]),
        random.randint(1990, 2025), f"Publisher {random.randrange(40)}",
        random.choice(["evaluation", "policy paper", "article"]), f"https://example.org/{number}",
        None, "CC-BY-4.0", "en", f"document{number}.txt", id * 5, 20, 20 * len(texts),
        "\n".join(texts), 0.95,
    )  # fmt: skip


def places(texts: list[str]) -> Iterator[tuple[int, str, int, int]]:
    """Yield each text with its number and its place."""
    start = 0
    for ordinal, text in enumerate(texts):
        yield ordinal, text, start, start + len(text)
        start += len(text) + 1


def passage_row(document_id: str, id: str, ordinal: int, text: str, start: int, end: int) -> Row:
    """Give the row of a passage; each twenty-fifth is a heading."""
    kind = "paragraph" if ordinal % 25 else "heading"
    heading, page = f"Section {ordinal // 25}", 1 + ordinal // 13
    return (
        f"p{id}", document_id, ordinal, kind, heading, text, page, None, start, end, "",
        int(kind == "heading"), None,
    )  # fmt: skip


def statement_row(document_id: str, id: str, ordinal: int, text: str, start: int, end: int) -> Row:
    """Give the row of a statement."""
    heading, page = f"Section {ordinal // 25}", 1 + ordinal // 13
    return (id, document_id, f"p{id}", ordinal, text, "", heading, page, start, end, None)


def claim_row(
    document_id: str, statement_id: str, code: Code, codebook: Codebook, random: Random
) -> Row:
    """Give the row of a claim of a code, with values for all its attributes."""
    values: list[Any] = []
    for attribute in codebook.attributes:
        value = attribute_value(attribute, random) if code.id in attribute.codes else None
        values += [value, *[None] * (len(columns(attribute)) - 1)]
    confidence = round(random.random(), 3)
    id = f"{statement_id}-{code.id}"
    return (id, statement_id, document_id, code.id, *values, confidence, "predicted")


def attribute_value(attribute: Attribute, random: Random) -> str:
    """Give a value of an attribute, for lists one or two, for free words some."""
    if not attribute.values:
        return f"measure {random.randrange(500)}"
    ids = [value.id for value in attribute.values]
    return (
        json.dumps(random.sample(ids, random.choice([1, 1, 2])))
        if attribute.many
        else random.choice(ids)
    )


def finish(db: Database, codebook: Codebook) -> None:
    """Index the words, note the build, and let SQLite count what it plans with."""
    db.conn.execute("insert into statements_fts(statements_fts) values ('rebuild')")
    save_build(db, codebook, coder="none", encoder=encoder_fingerprint(DEFAULT_ENCODER))
    db.conn.execute("analyze")
    db.conn.commit()
    db.close()

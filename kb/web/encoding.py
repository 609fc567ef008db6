"""The encoder of the question: loaded once for a process, by the name that the database gives."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlite_utils import Database

from kb.encoder import Encoder
from kb.search import Index, encoder_of, load_question_encoder, open_index
from kb.search.asking import question_graph
from kb.search.sidecar import file_of, last_build, reads_file, stamp_of
from kb.web.base import ask
from kb.web.labels import Base

LOCK = Lock()
LOADED: dict[tuple[str, str], Encoder | str] = {}
"""Encoders by name and state of what a codebook has taught; where one could not be loaded, why."""


@dataclass(frozen=True, slots=True)
class Found:
    """The encoder that fits a database; where there is none, `why` says so for the reader."""

    encoder: Encoder | None
    why: str = ""


def remember(encoder: Encoder) -> None:
    """Have an encoder used for databases that name it, instead of loading one."""
    with LOCK:
        LOADED[encoder.name, ""] = encoder


INDEXES: dict[tuple[Any, ...], tuple[str, Index]] = {}
"""The indexes of the databases that were asked last, by file and build, with the file's state."""
MOST_INDEXES = 2
"""Answers begun before a build has replaced a file still read the old one."""


def find_index(db: Database) -> Index:
    """Give the index of a database, opened once for each build and state of its file."""
    file = file_of(db)
    if not file:  # databases in memory cannot be told apart
        return open_index(db)
    build, stamp = (file, last_build(db)), stamp_of(file)
    with LOCK:
        found = INDEXES.get(build)
        if found is None or (found[0] != stamp and reads_file(db, file)):
            INDEXES.pop(build, None)
            while len(INDEXES) >= MOST_INDEXES:
                INDEXES.pop(next(iter(INDEXES)))
            found = INDEXES[build] = (stamp, open_index(db))
        return found[1]


async def warm_up(datasette: Any, base: Base) -> None:
    """Load the encoder and the index before the first question is asked."""
    found = await ask(datasette, base, find_encoder)
    await ask(datasette, base, find_index)
    if found.why:
        print(f"Searching by words only: {found.why}", file=sys.stderr)


def find_encoder(db: Database) -> Found:
    """Give the encoder for questions to a database, loading it if need be."""
    row = db.conn.execute("select model from collections").fetchone()
    if row is None:
        return Found(None, "the statements were not embedded")
    encoder = load_once(db)
    if isinstance(encoder, str):
        return Found(None, encoder)
    if encoder.fingerprint != encoder_of(db)[1]:
        return Found(None, "the statements were embedded by another version of the model")
    return Found(encoder)


def load_once(db: Database) -> Encoder | str:
    """Load an encoder unless that was tried before; give what went wrong as a sentence."""
    graph = question_graph(db)
    key = (encoder_of(db)[0], f"{graph} {graph.stat().st_mtime_ns}" if graph else "")
    with LOCK:
        if key not in LOADED:
            try:
                LOADED[key] = load_question_encoder(db)
            except Exception as error:  # whatever ails the model, words can still be searched
                LOADED[key] = str(error) or type(error).__name__
        return LOADED[key]

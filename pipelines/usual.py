"""Which codebook and encoder are meant where none is named: those of the knowledge base."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kb.codebook import DEFAULT_CODEBOOK, Codebook, load_codebook
from kb.opening import open_any_version
from kb.weights import DEFAULT_ENCODER

CODEBOOK_SQL = "select codebook_path, codebook from builds order by id desc limit 1"
ENCODER_SQL = "select model from collections"


def usual_codebook(db: Path, given: str | None) -> Codebook:
    """Load the codebook that is given, else that of the last build, else the default."""
    if given:
        return load_codebook(given)
    path, name = first_row(db, CODEBOOK_SQL) or ("", DEFAULT_CODEBOOK)
    return load_codebook(path if Path(path).is_file() else name)


def usual_encoder(db: Path, given: str | None) -> str:
    """Give the name of the encoder that is given, else that of the last build, else the default."""
    if given is None:
        (name,) = first_row(db, ENCODER_SQL) or (DEFAULT_ENCODER,)
        return name
    if Path(given).is_dir():
        return str(Path(given).resolve())
    return DEFAULT_ENCODER if given == DEFAULT_ENCODER.rsplit("/")[-1] else given


def first_row(db: Path, sql: str) -> tuple[str, ...] | None:
    """Ask a database that may not be there yet, or be of a version that cannot answer."""
    if not db.is_file():
        return None
    base = open_any_version(db)
    try:
        row: tuple[str, ...] | None = base.conn.execute(sql).fetchone()
    except sqlite3.OperationalError:
        row = None
    base.close()
    return row

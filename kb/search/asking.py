"""What reads a question: the encoder, or its own network where a codebook has taught it one."""

from __future__ import annotations

import json
from pathlib import Path

from sqlite_utils import Database

from kb.codebook import SHIPPED
from kb.encoder import Encoder, load_encoder
from kb.weights import DEFAULT_ENCODER

GRAPH, DESCRIPTION = "questions.onnx", "questions.json"


def load_question_encoder(db: Database) -> Encoder:
    """Load what turns questions into vectors near those of the statements that answer them.

    Raises EncoderMissing where the model is not on this machine.
    """
    name, fingerprint = encoder_of(db)
    return load_encoder(name, graph=_graph(db, fingerprint))


def encoder_of(db: Database) -> tuple[str, str]:
    """Give the name and the fingerprint of the encoder that embedded the statements."""
    sql = "select model, fingerprint from collections"
    name, used = db.conn.execute(sql).fetchone() or (DEFAULT_ENCODER, "")
    return name, used.partition("+")[0]


def _graph(db: Database, fingerprint: str) -> Path | None:
    """Find the graph that the codebook of a base has for the vectors of its encoder."""
    sql = "select codebook, codebook_path from builds order by id desc limit 1"
    row = db.conn.execute(sql).fetchone()
    for folder in (Path(row[1]).parent, SHIPPED / row[0]) if row else ():
        try:
            about = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if about.get("encoder") == fingerprint and (folder / GRAPH).is_file():
            return folder / GRAPH
    return None

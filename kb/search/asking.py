"""What reads a question: the encoder, or its own network where a codebook has taught it one."""

from __future__ import annotations

import json
from pathlib import Path

from sqlite_utils import Database

from kb.codebook_files import codebook_folders
from kb.encoder import Encoder, load_encoder
from kb.weights import DEFAULT_ENCODER

GRAPH, DESCRIPTION = "questions.onnx", "questions.json"


def load_question_encoder(db: Database) -> Encoder:
    """Load what turns questions into vectors near those of the statements that answer them.

    Raises EncoderMissing where the model is not on this machine.
    """
    return load_encoder(encoder_of(db)[0], graph=question_graph(db))


def encoder_of(db: Database) -> tuple[str, str]:
    """Give the name and the fingerprint of the encoder that embedded the statements."""
    sql = "select model, fingerprint from collections"
    name, used = db.conn.execute(sql).fetchone() or (DEFAULT_ENCODER, "")
    return name, used.partition("+")[0]


def question_graph(db: Database) -> Path | None:
    """Find the graph that the codebook of a base has for the vectors of its encoder."""
    for folder in codebook_folders(db):
        try:
            about = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if about.get("encoder") == encoder_of(db)[1] and (folder / GRAPH).is_file():
            return folder / GRAPH
    return None

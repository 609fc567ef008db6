"""What reads a question: the encoder, or its own network where a codebook has taught it one."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from sqlite_utils import Database

from kb.codebook_files import codebook_folders
from kb.encoder import Encoder, load_encoder
from kb.errors import EncoderMissing
from kb.loading import loading
from kb.weights import DEFAULT_ENCODER

GRAPH, DESCRIPTION = "questions.onnx", "questions.json"
REMEDY = f"run kb train --questions, or remove {DESCRIPTION}"


def load_question_encoder(db: Database) -> Encoder:
    """Load what turns questions into vectors near those of the statements that answer them.

    Raises EncoderMissing where the model is not on this machine, or a file of it damaged.
    """
    return load_encoder(encoder_of(db)[0], graph=_question_graph(db), remedy=REMEDY)


def encoder_of(db: Database) -> tuple[str, str]:
    """Give the name and the fingerprint of the encoder that embedded the statements."""
    sql = "select model, fingerprint from collections"
    name, used = db.conn.execute(sql).fetchone() or (DEFAULT_ENCODER, "")
    return name, used.partition("+")[0]


def question_graph(db: Database) -> Path | None:
    """Find the graph that the codebook of a base has for the vectors of its encoder.

    One whose description is damaged is none.
    """
    with suppress(EncoderMissing):
        return _question_graph(db)
    return None


def _question_graph(db: Database) -> Path | None:
    used = encoder_of(db)[1]
    for folder in codebook_folders(db):
        graph, path = folder / GRAPH, folder / DESCRIPTION
        if not (graph.is_file() and path.is_file()):
            continue
        with loading(path, EncoderMissing, REMEDY):
            taught = json.loads(path.read_text("utf-8")).get("encoder")
        if taught == used:
            return graph
    return None

"""Embed: what of a statement is turned into a vector."""

from __future__ import annotations

from collections.abc import Sequence

from kb.encoder import Encoder
from kb.models import Statement
from kb.vectors import Matrix

RECIPE = "context-1"
"""Names how vectors are made of texts; a change means other vectors."""
CONTEXT = 0.3
"""How much the title and the heading count beside the statement's own words.

Set on graded questions; see docs/methods.md.
"""


def embedded_text(statement: Statement) -> str:
    """Give the words that stand for a statement: its lead-in, without which it may mean little."""
    return f"{statement.lead_in} {statement.text}".strip()


def context_of(title: str, statement: Statement) -> str:
    """Give the words under which a statement stands."""
    return ". ".join(part for part in (title, statement.heading) if part)


def embed(title: str, statements: Sequence[Statement], encoder: Encoder) -> Matrix:
    """Embed the statements of a document, each with what it stands under: unit rows in order."""
    import numpy as np

    own = encoder.embed([embedded_text(statement) for statement in statements])
    contexts = [context_of(title, statement) for statement in statements]
    distinct = [text for text in dict.fromkeys(contexts) if text]
    around = dict(zip(distinct, encoder.embed(distinct), strict=True))
    nothing = np.zeros(own.shape[1], np.float32)
    together = own + CONTEXT * np.stack([around.get(text, nothing) for text in contexts])
    found: Matrix = together / np.linalg.norm(together, axis=1, keepdims=True)
    return found

"""What a trained coder reads of a statement, and the names of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.codebook import Codebook
from kb.models import Statement

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_TOKENS = 160
HEADING_WORDS = 10
LEAD_IN_WORDS = 20
BEFORE_WORDS = 16
SEPARATOR = " | "


def labels(codebook: Codebook) -> tuple[str, ...]:
    """Return the answers of a coder: each code, then each value as `attribute.value`."""
    values = (
        f"{attribute.name}.{value.id}"
        for attribute in codebook.attributes
        for value in attribute.values
    )
    return (*(code.id for code in codebook.codes), *values)


def contexts(statements: Sequence[Statement]) -> list[str]:
    """Return what stands before each statement: heading, lead-in and the end of the last one.

    The statements of one document are expected in reading order. The one before counts only
    under the same heading.
    """
    if not statements:
        return []
    befores = ["", *(_before(last, this) for last, this in pairwise(statements))]
    return [_context(*pair) for pair in zip(statements, befores, strict=True)]


def prepare(tokenizer: Tokenizer) -> Tokenizer:
    """Set a tokenizer to cut pairs of context and statement as the coder was trained."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
    return tokenizer


def _before(last: Statement, this: Statement) -> str:
    same_place = (last.document_id, last.heading) == (this.document_id, this.heading)
    return last.text if same_place else ""


def _context(statement: Statement, before: str) -> str:
    heading = " ".join(statement.heading.split()[:HEADING_WORDS])
    lead_in = " ".join(statement.lead_in.split()[-LEAD_IN_WORDS:])
    return SEPARATOR.join((heading, lead_in, " ".join(before.split()[-BEFORE_WORDS:])))

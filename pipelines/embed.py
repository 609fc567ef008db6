"""Embed: what of a statement is turned into a vector."""

from __future__ import annotations

from kb.models import Statement


def embedded_text(statement: Statement) -> str:
    """Give the words that stand for a statement: its lead-in, without which it may mean little."""
    return f"{statement.lead_in} {statement.text}".strip()

"""Marking the words of a question in a quotation."""

from __future__ import annotations

import re

from kb.search import question_words

SHORTEST = 4
"""Shorter words are mostly those of grammar."""

Piece = tuple[str, bool]
"""Some text, and whether it is marked."""


def mark_words(text: str, question: str) -> list[Piece]:
    """Cut a text into pieces; those that begin like a word of the question are marked."""
    stems = [re.escape(stem(word)) for word in question_words(question) if len(word) >= SHORTEST]
    if not stems:
        return [(text, False)]
    parts = re.split(rf"(?i)\b((?:{'|'.join(stems)})\w*)", text)
    return [(part, bool(number % 2)) for number, part in enumerate(parts) if part]


def stem(word: str) -> str:
    """Cut the commonest endings off a word, as far as four letters stay."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word.removesuffix(ending)
    return word

"""Statements that say the same in nearly the same words are shown once, with their copies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.vectors import Matrix

NEAR = 0.9
"""Only statements as near in meaning as this are compared word by word."""
SAME_WORDS = 0.8
"""The share of all their words that copies have in common."""


def fold(texts: Sequence[str], vectors: Matrix) -> list[list[int]]:
    """Give groups of copies, each led by its first, in the order of the first.

    `vectors` are of unit length, one a text. Copies have the same figures: "fell by 14 %" and
    "fell by 41 %" are two findings.
    """
    near = vectors @ vectors.T >= NEAR
    words = [frozenset(re.findall(r"[^\W\d_]+", text.lower())) for text in texts]
    figures = [sorted(re.findall(r"\d+", text)) for text in texts]
    groups: list[list[int]] = []
    for number in range(len(texts)):
        for group in groups:
            first = group[0]
            if (
                near[first, number]
                and figures[first] == figures[number]
                and _shared(words[first], words[number]) >= SAME_WORDS
            ):
                group.append(number)
                break
        else:
            groups.append([number])
    return groups


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    every = one | other
    return len(one & other) / len(every) if every else 1.0

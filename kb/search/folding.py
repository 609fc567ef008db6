"""Statements that say the same in nearly the same words are shown once, with their copies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from kb.search.shapes import Mask
from kb.vectors import Matrix

NEAR = 0.9
"""Only statements as near in meaning as this are compared word by word."""
SAME_WORDS = 0.8
"""The share of all their words that copies have in common."""
BLOCK = 1_024
"""Vectors that are compared with all at a time."""


def fold(vectors: Matrix, texts: Callable[[Sequence[int]], Sequence[str]]) -> list[list[int]]:
    """Give groups of copies, each led by its first, in the order of the first.

    `vectors` are of unit length, one a text; `texts` gives those of some of them, since few are
    near another. Copies have the same figures: "fell by 14 %" and "fell by 41 %" are two findings.
    """
    import numpy as np

    close = [number for number, near in enumerate(_near(vectors)) if near.sum() > 1]
    read = dict(zip(close, map(_read, texts(close)), strict=True))
    groups: dict[int, list[int]] = {}
    leads = np.zeros(len(vectors), bool)
    for number, near in enumerate(_near(vectors)):
        for first in map(int, np.flatnonzero(near & leads)):
            words, figures = read[first]
            if figures == read[number][1] and _shared(words, read[number][0]) >= SAME_WORDS:
                groups[first].append(number)
                break
        else:
            groups[number] = [number]
            leads[number] = True
    return list(groups.values())


def _read(text: str) -> tuple[frozenset[str], list[str]]:
    """Give the words and the figures of a text."""
    return frozenset(re.findall(r"[^\W\d_]+", text.lower())), sorted(re.findall(r"\d+", text))


def _near(vectors: Matrix) -> Iterator[Mask]:
    """Yield for each row which rows are near."""
    for start in range(0, len(vectors), BLOCK):
        yield from vectors[start : start + BLOCK] @ vectors.T >= NEAR


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    every = one | other
    return len(one & other) / len(every) if every else 1.0

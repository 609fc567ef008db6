"""Which blocks are in another language than the document: a summary, say, or a parallel text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from kb.models import Block
from pipelines.parse.facts import ENOUGH_SHARE, language_shares

WORD = re.compile(r"[^\W\d_]+")
LEAST_WORDS = 12
"""Of shorter blocks nothing is said by themselves: they may be names or titles."""

LEAST_RUN = 30
"""Words that the blocks of a run must have together."""

CLEARER = 2.0
"""How many times more common words of its own than of the document's a passage must have."""

SET_APART = {"reference"}
"""Kinds of blocks that cite works of all languages."""


def languages_of(blocks: Sequence[Block], main: str | None) -> list[str | None]:
    """The language of each block, None where it is the document's `main` one or not certain.

    Only runs count: a heading goes with what it stands over, and a short block with those on
    both sides of it if they are in one language. Nothing is told apart from a language whose
    words are not known.
    """
    if main is None or main not in language_shares([]):
        return [None] * len(blocks)
    found = filled([verdict(block, main) for block in blocks], blocks, main)
    languages: list[str | None] = []
    for language, run in groupby(zip(found, blocks, strict=True), lambda pair: pair[0]):
        texts = [block.text for _, block in run]
        long = sum(len(WORD.findall(text)) for text in texts) >= LEAST_RUN
        languages += [language if language != main and long else None] * len(texts)
    return languages


def verdict(block: Block, main: str) -> str | None:
    """The language of one block, None if it is too short or not clear."""
    words = words_of(block)
    if block.kind in SET_APART or len(words) < LEAST_WORDS:
        return None
    shares = language_shares(words)
    best = max(shares, key=lambda code: shares[code])
    if shares[best] < ENOUGH_SHARE:
        return None
    return best if shares[best] >= CLEARER * shares[main] else main


def filled(found: Sequence[str | None], blocks: Sequence[Block], main: str) -> Iterator[str]:
    """The verdicts, with those that are missing taken from the blocks around."""
    after: list[str] = []
    following = main
    for language in reversed(found):
        after.append(following)
        following = language or following
    last = main
    for language, coming, block in zip(found, reversed(after), blocks, strict=True):
        goes_on = coming == last or (block.kind == "heading" and not speaks(block, main))
        yield language or (coming if goes_on and block.kind not in SET_APART else main)
        last = language or last


def speaks(block: Block, language: str) -> bool:
    """Whether a block has at least one of the commonest words of a language."""
    return language_shares(words_of(block))[language] > 0


def words_of(block: Block) -> list[str]:
    """The words in lower case, without the English I, which is a common word elsewhere."""
    return [word.lower() for word in WORD.findall(block.text) if word != "I"]

"""Finding the same words again: which statements a stretch of gold text stands in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

SHINGLE = 3
CANDIDATES = 8
ENOUGH = 0.8
"""The share of a gold unit's words that its statements must hold between them, in order.

With half, headings are found in sentences of their section; a text of up to four words must stand
there whole.
"""
OF_NEIGHBOUR = 0.5
"""The share of a neighbour's words that must be the unit's own for it to be one of them."""

Words = tuple[str, ...]


def match(gold: Sequence[str], statements: Sequence[str]) -> list[tuple[int, ...]]:
    """Return for each gold text the numbers of the statements that hold four fifths of its words.

    Both come in reading order; texts that are cut otherwise match several, or share one.
    """
    texts = [words_of(text) for text in statements]
    index = _index(texts)
    found = []
    last = -1
    for text in gold:
        numbers = _match(words_of(text), texts, index, last)
        last = numbers[-1] if numbers else last
        found.append(numbers)
    return found


def words_of(text: str) -> Words:
    """Return the words of a text, whatever their case, marks and hyphens."""
    return tuple(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower()))


def _index(texts: Sequence[Words]) -> dict[Words, list[int]]:
    index: dict[Words, list[int]] = defaultdict(list)
    for number, words in enumerate(texts):
        for shingle in set(_shingles(words)):
            index[shingle].append(number)
    return index


def _shingles(words: Words) -> Iterator[Words]:
    if len(words) < SHINGLE:
        yield words
    for start in range(len(words) - SHINGLE + 1):
        yield words[start : start + SHINGLE]


def _match(
    gold: Words, texts: Sequence[Words], index: dict[Words, list[int]], last: int
) -> tuple[int, ...]:
    shared = Counter(number for each in set(_shingles(gold)) for number in index.get(each, ()))
    # of statements that say the same, the next one in reading order
    near = sorted(shared, key=lambda number: (-shared[number], number <= last, abs(number - last)))
    held = {number: _held(gold, texts[number]) for number in near[:CANDIDATES]}
    if not gold or not held:
        return ()
    best = max(held, key=lambda number: held[number])
    numbers = _with_neighbours(gold, texts, best)
    together = tuple(word for number in numbers for word in texts[number])
    return numbers if _held(gold, together) >= ENOUGH * len(gold) else ()


def _with_neighbours(gold: Words, texts: Sequence[Words], best: int) -> tuple[int, ...]:
    first = after = best
    words = texts[best]
    while first > 0 and _adds(gold, words, texts[first - 1], texts[first - 1] + words):
        first -= 1
        words = texts[first] + words
    after += 1
    while after < len(texts) and _adds(gold, words, texts[after], words + texts[after]):
        words = words + texts[after]
        after += 1
    return tuple(range(first, after))


def _adds(gold: Words, before: Words, neighbour: Words, joined: Words) -> bool:
    gain = _held(gold, joined) - _held(gold, before)
    return bool(neighbour) and gain > OF_NEIGHBOUR * len(neighbour)


def _held(gold: Words, words: Words) -> int:
    """Return how many of the gold words stand in others, in the same order."""
    matcher = SequenceMatcher(None, gold, words, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())

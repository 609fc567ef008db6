"""Words that print has split or run together, mended where the document's own words prove it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipelines.parse.flow import marks
from pipelines.parse.quality import is_known

_WORD = re.compile(r"(?<![\w@/.’'-])[^\W\d_]++(?![\w@/’'-])")
_PIECE = re.compile(r"([“‘\"'(]*)([^\W\d_]+)([”’\"').,;:!?]*)")
_SHORTEST = 6
"""Letters of a word that can be two."""
_MOST_PARTS = 4
_LONG_PART = 4
_OFTEN_GLUED = 3
"""Different words run together, from which on a document is one that runs words together."""


def mended(lines: Sequence[str]) -> list[str]:
    """The lines with words split or run together as the rest of the document has them."""
    tokens = [_WORD.findall(line) for line in lines]
    words = Counter(word.casefold() for line in tokens for word in line)
    pairs = {(a.casefold(), b.casefold()) for line in tokens for a, b in pairwise(line)}
    strange = [word for word in {x for line in tokens for x in line} if _is_strange(word)]
    cuts = {word: list(_cuts(word.casefold(), words, _MOST_PARTS)) for word in strange}
    proven = {word for word in strange if any(_is_proven(cut, pairs) for cut in cuts[word])}
    glued: dict[str, str] = {}
    if len(proven) >= _OFTEN_GLUED:
        likely = {word for word in strange if _is_likely(word, cuts[word], words)}
        glued = {word: _parted(word, cuts[word], words) for word in proven | likely}
    lines = [_WORD.sub(lambda found: glued.get(found[0], found[0]), line) for line in lines]
    return [_closed(line, words) for line in lines]


def _is_strange(word: str) -> bool:
    """Whether a word is none that anybody knows, nor a name within which capitals stand."""
    cased = word.islower() or word.isupper() or word[1:].islower()
    return cased and len(word) >= _SHORTEST and not is_known(word)


def _parted(word: str, cuts: Sequence[tuple[str, ...]], words: Mapping[str, int]) -> str:
    """The word as the fewest words it consists of, and of these the most frequent."""
    best = max(cuts, key=lambda cut: (-len(cut), min(words[part] for part in cut)))
    ends = [sum(map(len, best[:k])) for k in range(len(best) + 1)]
    return " ".join(word[a:b] for a, b in pairwise(ends))


def _cuts(word: str, words: Mapping[str, int], parts: int) -> Iterator[tuple[str, ...]]:
    """Every way to cut a word into two words of the document or more."""
    for at in range(1, len(word)):
        head, rest = word[:at], word[at:]
        if not _is_word(head, words):
            continue
        if _is_word(rest, words):
            yield head, rest
        if parts > 2:
            yield from ((head, *cut) for cut in _cuts(rest, words, parts - 1))


def _is_word(word: str, words: Mapping[str, int]) -> bool:
    if len(word) < 3 and word not in marks()["unfinished_words"]:
        return False
    return words[word] > 0 and is_known(word)


def _is_proven(cut: Sequence[str], pairs: set[tuple[str, str]]) -> bool:
    """Whether the words stand side by side elsewhere too."""
    return all(pair in pairs for pair in pairwise(cut))


def _is_likely(word: str, cuts: Sequence[Sequence[str]], words: Mapping[str, int]) -> bool:
    """Whether a word that comes once is no name and has no ending or prefix among its parts."""
    once = words[word.casefold()] == 1 and not word.istitle()
    return once and any(_is_long_or_small(cut) for cut in cuts)


def _is_long_or_small(cut: Sequence[str]) -> bool:
    small = marks()["unfinished_words"]
    return all(len(part) >= _LONG_PART or part in small for part in cut) and len(cut[-1]) > 2


def _closed(line: str, words: Mapping[str, int]) -> str:
    """The line with two or three pieces as the one word they are, if a piece is no word."""
    tokens = line.split(" ")
    done: list[str] = []
    while tokens:
        count = next((n for n in (3, 2) if _is_one_word(tokens[:n], n, words)), 1)
        done.append("".join(tokens[:count]))
        tokens = tokens[count:]
    return " ".join(done)


def _is_one_word(tokens: Sequence[str], count: int, words: Mapping[str, int]) -> bool:
    found = [piece for token in tokens if (piece := _PIECE.fullmatch(token))]
    if len(found) < count or any(x[3] for x in found[:-1]) or any(x[1] for x in found[1:]):
        return False
    pieces, whole = [x[2] for x in found], "".join(x[2] for x in found).casefold()
    if not all(map(str.islower, pieces[1:])) or not words[whole] or not is_known(whole):
        return False
    return any(not is_known(piece) and words[piece.casefold()] < 3 for piece in pieces)

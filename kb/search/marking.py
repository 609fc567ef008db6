"""Where the words of a question stand in a text."""

from __future__ import annotations

from collections.abc import Collection

from kb.search.tokens import WORD, stems

Span = tuple[int, int]


def marks(text: str, wanted: Collection[str]) -> tuple[Span, ...]:
    """Give the spans of the words of a text whose stems are wanted."""
    words = list(WORD.finditer(text))
    found = stems(text)
    if len(found) != len(words):  # letters that SQLite takes for signs, or the reverse
        found = ["".join(stems(word[0])) for word in words]
    pairs = zip(words, found, strict=True)
    return tuple(word.span() for word, stem in pairs if stem in wanted)


def pieces(text: str, spans: Collection[Span]) -> list[tuple[str, bool]]:
    """Cut a text into pieces, each with whether it is marked."""
    found, at = [], 0
    for start, end in sorted(spans):
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [(piece, marked) for piece, marked in [*found, (text[at:], False)] if piece]

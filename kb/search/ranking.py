"""Putting statements in order: how near in meaning, which words, and what the question is after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kb.search.facets import CODE
from kb.search.index import Index
from kb.search.nearness import best
from kb.search.question import Question, words_of
from kb.search.shapes import Mask, Rows
from kb.search.tokens import stems
from kb.search.words import WordScores, score_words
from kb.vectors import Vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

Mode = Literal["hybrid", "meaning", "words"]

POOL = 200
"""How many of each list are put in order together, at least."""
WEIGHTS = {
    "meaning": 1.0,
    "words": 0.3,
    "length": 0.08,
    "coded": 0.12,
    "wanted": 0.04,
    "preferred": 0.02,
}
"""What each part of a score counts; all parts go from 0 to 1 but the cosine, from -1.

They were set on questions of the field with graded answers; see docs/methods.md.
"""
NEAREST, NEAR_ENOUGH, NEAR_ENOUGH_FOR_UNKNOWN, NEAR_ENOUGH_FOR_NAMES = 5, 0.385, 0.41, 0.5
"""How near the nearest five statements are on average where a question has an answer.

They must be nearer where it has a word that no document has, and nearer still for a name, or where
none of its words is known. Set on questions of which some have no answer; the cosines are those of
the default encoder.
"""
BEST_ENOUGH = 0.55
"""How near the nearest is where it is answer enough, as in a base of few statements."""
UNASKED = 0.3
"""What having a code counts where words that ask for it stand in no question."""
OWN_WORDS = 0.2
"""The part of a score by words that only a statement with most of a question's words has."""
SENTENCE = 8
"""Words of a statement that may say something; in fewer, the question's own words count less."""
LONG = 30
"""Words of a statement that says enough; shorter ones are near many questions by chance."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows, best first, with their scores and what these are made of; `found` says by what."""

    rows: Rows
    scores: Vector
    parts: Mapping[str, Vector]
    found: Mapping[str, Mask]


def rank(
    index: Index,
    question: Question,
    vector: Vector | None,
    *,
    mode: Mode = "hybrid",
    allowed: Mask | None = None,
    number: int = 10,
) -> Ranked:
    """Give the rows that answer a question best, `number` of them or all that are found.

    `vector` is the question's, None where there is no encoder.
    """
    import numpy as np

    pool = max(POOL, 3 * number)
    words = score_words(index, question.stems) if mode != "meaning" else None
    least = number if mode == "words" or allowed is not None else 0
    by_words = words.top(pool, allowed, least)[0] if words else np.zeros(0, np.int64)
    near = np.zeros(0, np.int64)
    if vector is not None and mode != "words":
        near = index.nearest(vector, pool, allowed)[0]
    rows = np.sort(np.concatenate([by_words, near]))
    rows = rows[np.diff(rows, prepend=-1) > 0]  # once each
    parts = dict(_parts(index, question, None if mode == "words" else vector, words, rows))
    if mode != "hybrid":
        parts = {name: part for name, part in parts.items() if name == mode}
    scores = np.zeros(len(rows), np.float32)
    for name, part in parts.items():
        scores += WEIGHTS[name] * part
    order = np.lexsort((rows, -scores))
    found = {"words": np.isin(rows, by_words), "meaning": np.isin(rows, near)}
    return Ranked(
        rows[order],
        scores[order],
        {name: part[order] for name, part in parts.items()},
        {name: each[order] for name, each in found.items()},
    )


def is_answered(
    index: Index, question: Question, found: Ranked, allowed: Mask | None = None
) -> bool:
    """Say whether the best of what was found is likely to answer the question.

    That goes by how near the nearest are, fewer of them where few are `allowed`. What has the
    question's own words answers anyway, and without vectors nobody can say.
    """
    near, words = (found.parts.get(name, found.scores[:0]) for name in ("meaning", "words"))
    if not len(near) or _own_words(words, found) >= OWN_WORDS:
        return True
    share = 1 if allowed is None else allowed.sum() / index.size
    nearest = float(near[best(near, max(1, round(NEAREST * share)))].mean())
    if float(near.max()) >= BEST_ENOUGH and not _unknown(index, question.names):
        return True
    return nearest >= _near_enough(index, question)


def missing_words(index: Index, question: Question) -> tuple[str, ...]:
    """Give the words of a question that no statement has, and that are not known to mean others."""
    unknown = _unknown(index, question.own - question.known)
    words = dict.fromkeys(words_of(question.text)) if unknown else ()
    return tuple(word for word in words if not unknown.isdisjoint(stems(word)))


def _near_enough(index: Index, question: Question) -> float:
    if _unknown(index, question.names) or _unknown(index, question.stems) == question.stems.keys():
        return NEAR_ENOUGH_FOR_NAMES
    if _unknown(index, question.own - question.known):
        return NEAR_ENOUGH_FOR_UNKNOWN
    return NEAR_ENOUGH


def _unknown(index: Index, stems: Iterable[str]) -> set[str]:
    """Give those of some words that no statement has."""
    return {stem for stem in stems if not index.has(stem)}


def _own_words(words: Vector, found: Ranked) -> float:
    """Give the best part of a score by words, as it was before short statements counted less."""
    import numpy as np

    if not len(words):
        return 0.0
    return float((words / _saying(np.maximum(1, found.parts["length"] * LONG))).max())


def _saying(sizes: NDArray[Any]) -> Vector:
    """Give how far statements of so many words can say something, from 0 to 1."""
    import numpy as np

    return np.minimum(1, sizes / SENTENCE).astype(np.float32)


def _parts(
    index: Index, question: Question, vector: Vector | None, words: WordScores | None, rows: Rows
) -> list[tuple[str, Vector]]:
    import numpy as np

    found: list[tuple[str, Vector]] = []
    if vector is not None:
        found.append(("meaning", index.cosines(vector, rows)))
    sizes = index.sizes[rows]
    if words:
        # as a share of what a statement would have with every word, time and again; a mere name
        # of what is asked about is no answer
        share: Vector = (words.at(rows) / max(words.most, 1e-9)).astype(np.float32)
        damped = share if vector is None else share * _saying(sizes)
        found.append(("words", damped))
    found.append(("length", (np.minimum(sizes, LONG) / LONG).astype(np.float32)))
    return [*found, *_asked(index, question, rows)]


def _asked(index: Index, question: Question, rows: Rows) -> list[tuple[str, Vector]]:
    """Give how much of what a question is after one claim on each row has, from 0 to 1.

    That is the code (`coded`), the share of other attributes (`wanted`), and what comes first.
    """
    import numpy as np

    coded, wanted, preferred = np.zeros((3, len(rows)), np.float32)
    owners, claims = index.facets.claims_on(rows)
    if len(claims) and question.wants:
        codes = [label for label in question.wants if label[0] == CODE]
        of_code = index.facets.having(codes, claims) if codes else np.ones(len(claims), bool)
        if codes:
            coded[owners[of_code]] = 1 if question.asks else UNASKED
        np.maximum.at(wanted, owners, _share(index, question, claims) * of_code)
        first = index.facets.having(question.prefers, claims) & of_code
        np.maximum.at(preferred, owners, first.astype(np.float32))
    return [("coded", coded), ("wanted", wanted), ("preferred", preferred)]


def _share(index: Index, question: Question, claims: Rows) -> Vector:
    """Give the share of the attributes asked for, but the code, of which claims have a value."""
    import numpy as np

    found = np.zeros(len(claims), np.float32)
    attributes = {name for name, _ in question.wants if name != CODE}
    for name in attributes:
        found += index.facets.having([each for each in question.wants if each[0] == name], claims)
    return found / np.float32(max(1, len(attributes)))

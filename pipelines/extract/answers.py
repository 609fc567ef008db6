"""What the network says of a statement, token by token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipelines.extract.cues import Span

Logits: TypeAlias = NDArray[np.float32]
EVEN = 0.0
"""The logit of a probability of one half."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """One row of logits a token [tokens, labels and tags], and where each token stands."""

    tokens: Logits
    spans: Sequence[Span]

    def mean(self, place: range | None = None) -> list[float]:
        """Return the logits of some tokens together, or of all."""
        own = self.tokens if place is None else self.tokens[place.start : place.stop]
        return [float(value) for value in own.mean(axis=0)]

    def words(self, place: range) -> Span:
        """Return the stretch of the statement that some tokens cover."""
        return self.spans[place.start][0], self.spans[place[-1]][1]


def marked(answers: Answers, first: int) -> list[range]:
    """Return the whole words that are marked: column `first` says begin, the next says part."""
    found: list[range] = []
    for word in _words(answers.spans):
        begins, inside = answers.tokens[word.start : word.stop, first : first + 2].max(axis=0)
        if max(begins, inside) < EVEN:
            continue
        goes_on = bool(found) and found[-1].stop == word.start and begins < EVEN
        start = found.pop().start if goes_on else word.start
        found.append(range(start, word.stop))
    return found


def _words(spans: Sequence[Span]) -> list[range]:
    """Return the tokens of each word: what no white space parts."""
    starts = [at for at in range(len(spans)) if at == 0 or spans[at][0] > spans[at - 1][1]]
    return [range(*pair) for pair in pairwise([*starts, len(spans)])]

"""From a network's answers on documents it has not seen: temperature and thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kb.codebook import Codebook
from pipelines.training.examples import Example

Answers = Sequence[Mapping[str, float]]
"""By label, for each example: its logit, or its probability."""

TEMPERATURES = [step / 20 for step in range(10, 81)]
LIMITS = [step / 50 for step in range(5, 41)]
PLATEAU = 0.98


def temperature(examples: Sequence[Example], logits: Answers, codes: Sequence[str]) -> float:
    """Return the temperature at which the codes' probabilities are the least surprised."""
    pairs = [
        (row[code], example.answers[code])
        for example, row in zip(examples, logits, strict=True)
        for code in codes
    ]
    return min(TEMPERATURES, key=lambda each: _surprise(pairs, each))


def thresholds(
    examples: Sequence[Example], scores: Answers, codebook: Codebook
) -> dict[str, float]:
    """Return a threshold for each code, and one for all values of each listed attribute.

    That of a code lies half way between its own best and the best for all, for its own is set by
    few statements.
    """
    codes = [code.id for code in codebook.codes]
    common = _best(examples, scores, codes)
    limits = {code: round((_best(examples, scores, [code]) + common) / 2, 3) for code in codes}
    for attribute in codebook.attributes:
        if attribute.many or attribute.separate:
            names = [f"{attribute.name}.{value.id}" for value in attribute.values]
            limits |= dict.fromkeys(names, _best(examples, scores, names))
    return limits


def _surprise(pairs: Sequence[tuple[float, bool]], temperature: float) -> float:
    signed = ((-logit if answer else logit) / temperature for logit, answer in pairs)
    return sum(max(each, 0.0) + math.log1p(math.exp(-abs(each))) for each in signed)


def _best(examples: Sequence[Example], scores: Answers, names: Sequence[str]) -> float:
    pairs = [
        (row[name], example.answers[name])
        for example, row in zip(examples, scores, strict=True)
        for name in names
        if name in example.answers
    ]
    found = {limit: _f1(pairs, limit) for limit in LIMITS}
    # the peak itself is an accident of few documents; the middle of its plateau holds on others
    plateau = [limit for limit in LIMITS if found[limit] >= PLATEAU * max(found.values())]
    return plateau[len(plateau) // 2]


def _f1(pairs: Sequence[tuple[float, bool]], limit: float) -> float:
    predicted = sum(score >= limit for score, _ in pairs)
    gold = sum(answer for _, answer in pairs)
    agreed = sum(answer for score, answer in pairs if score >= limit)
    return 2 * agreed / (gold + predicted) if gold + predicted else 0.0

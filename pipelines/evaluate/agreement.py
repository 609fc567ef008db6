"""How far two coders agree beyond chance: Cohen's kappa and Krippendorff's alpha.

Both are 1 - observed / expected disagreement. By chance, each coder draws labels from those that
this coder gave (kappa: Cohen 1960, with distances Cohen 1968), or both draw from one pool without
putting back (alpha: Krippendorff 2011, "Computing Krippendorff's alpha-reliability"). 1 is perfect,
0 what chance gives; neither is defined where all labels are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from pipelines.evaluate.resample import Array, Measure, ratio

Label = TypeVar("Label", bound=Hashable)
Distance = Callable[[Any, Any], float]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What two coders gave to the same units, by document.

    `units` counts those, and `apart` adds up their distances [documents]; `first` and `second`
    count the labels of each coder [documents, labels]; `distances` lie between [labels, labels].
    """

    units: Array
    apart: Array
    first: Array
    second: Array
    distances: Array


def nominal(one: object, other: object) -> float:
    """Return the distance between labels that are the same or not."""
    return float(one != other)


def masi(one: Collection[object], other: Collection[object]) -> float:
    """Return the distance between sets: 1 - MASI, from 0 for the same to 1 for nothing shared.

    MASI is Jaccard's index, by two thirds where one set holds the other, by one third where each
    has something of its own (Passonneau 2006, "Measuring agreement on set-valued items (MASI) for
    semantic and pragmatic annotation").
    """
    first, second = set(one), set(other)
    if first == second:
        return 0.0
    shared = first & second
    kinship = 2 if shared in (first, second) else 1
    return 1 - kinship * len(shared) / (3 * len(first | second))


def tally(documents: Sequence[Sequence[tuple[Label, Label]]], distance: Distance) -> Tally:
    """Count the pairs of labels that units of each document have."""
    labels = list(dict.fromkeys(one for pairs in documents for pair in pairs for one in pair))
    size = (len(labels), len(labels))
    apart = [float(sum(distance(*pair) for pair in pairs)) for pairs in documents]
    return Tally(
        units=np.array([float(len(pairs)) for pairs in documents]),
        apart=np.array(apart),
        first=_counted([[one for one, _ in pairs] for pairs in documents], labels),
        second=_counted([[other for _, other in pairs] for pairs in documents], labels),
        distances=np.array([distance(a, b) for a in labels for b in labels]).reshape(size),
    )


def accuracy(counts: Tally, weights: Array) -> Array:
    """Return the share of units that have the same label twice, for nominal distances."""
    return 1 - _observed(counts, weights)


def kappa(counts: Tally, weights: Array) -> Array:
    """Return Cohen's kappa, weighted by the distances."""
    drawn = (weights @ counts.first @ counts.distances) * (weights @ counts.second)
    units = weights @ counts.units
    return 1 - ratio(_observed(counts, weights), ratio(drawn.sum(axis=1), units**2))


def alpha(counts: Tally, weights: Array) -> Array:
    """Return Krippendorff's alpha of two coders, for the distances."""
    pool = weights @ (counts.first + counts.second)
    labels = 2 * (weights @ counts.units)
    drawn = ((pool @ counts.distances) * pool).sum(axis=1)
    return 1 - ratio(_observed(counts, weights), ratio(drawn, labels * (labels - 1)))


COEFFICIENTS: Mapping[str, Measure[Tally]] = {"kappa": kappa, "alpha": alpha}
ALL: Mapping[str, Measure[Tally]] = {"accuracy": accuracy, **COEFFICIENTS}


def _observed(counts: Tally, weights: Array) -> Array:
    return ratio(weights @ counts.apart, weights @ counts.units)


def _counted(documents: Sequence[Sequence[Label]], labels: Sequence[Label]) -> Array:
    places = {label: place for place, label in enumerate(labels)}
    found = np.zeros((len(documents), len(labels)))
    for row, given in enumerate(documents):
        for label in given:
            found[row, places[label]] += 1
    return found

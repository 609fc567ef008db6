"""Figures and how sure they are: counted once a document, worked out anew for documents drawn.

Statements of one document are alike, so that documents are drawn, not statements: with
replacement, as many as there are (the percentile bootstrap of Efron 1979, over clusters).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Interval: TypeAlias = tuple[float, float]

RESAMPLES = 1000
SEED = 1
TAILS = (0.025, 0.975)


class Counted(Protocol):
    """Counts by document."""

    @property
    def units(self) -> Array:
        """Return how much each document brings to the figure [documents]."""


Data = TypeVar("Data", bound=Counted)
Measure: TypeAlias = Callable[[Data, Array], Array]
"""Gives a figure for each row of weights, [rows, documents], that say how often each document
counts; not a number where it is not defined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure and its 95 % interval over documents; None where either is not defined.

    An interval needs two documents that bear on the figure.
    """

    value: float | None
    interval: Interval | None


def estimate(data: Data, measure: Measure[Data]) -> Estimate:
    """Work out a figure and its interval, always the same for the same counts."""
    documents = len(data.units)
    (value,) = measure(data, np.ones((1, documents)))
    if np.count_nonzero(data.units) < 2:
        return Estimate(value=_known(value), interval=None)
    found = measure(data, draws(documents))
    defined = found[~np.isnan(found)]
    low, high = np.quantile(defined, TAILS) if len(defined) else (np.nan, np.nan)
    interval = None if np.isnan(low) else (float(low), float(high))
    return Estimate(value=_known(value), interval=interval)


@cache
def draws(documents: int) -> Array:
    """Return how often each document is drawn, time after time [RESAMPLES, documents]."""
    drawn = np.random.default_rng(SEED).integers(documents, size=(RESAMPLES, documents))
    return np.array([np.bincount(row, minlength=documents) for row in drawn], dtype=np.float64)


def ratio(part: Array, whole: Array) -> Array:
    """Divide, giving not a number where the whole is nothing."""
    nothing = np.full(np.shape(part), np.nan)
    return np.asarray(np.divide(part, whole, out=nothing, where=whole != 0))


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much gold and predicted have, and how much both agree in, for one thing or several.

    Each is [documents] or [documents, things].
    """

    agreed: Array
    gold: Array
    predicted: Array

    @property
    def units(self) -> Array:
        """Return how much either side has of all things together."""
        total = self.gold + self.predicted
        return np.asarray(total.sum(axis=tuple(range(1, total.ndim))))


def precision(counts: Counts, weights: Array) -> Array:
    """Return the share of what is predicted that gold has too."""
    return ratio(weights @ counts.agreed, weights @ counts.predicted)


def recall(counts: Counts, weights: Array) -> Array:
    """Return the share of what gold has that is predicted too."""
    return ratio(weights @ counts.agreed, weights @ counts.gold)


def f1(counts: Counts, weights: Array) -> Array:
    """Return the harmonic mean of precision and recall."""
    return ratio(2 * (weights @ counts.agreed), weights @ (counts.gold + counts.predicted))


def mean_of(measure: Measure[Counts]) -> Measure[Counts]:
    """Return the mean of a figure over several things, 0 for each where it is not defined."""
    return lambda counts, weights: np.nan_to_num(measure(counts, weights)).mean(axis=1)


RATES: Mapping[str, Measure[Counts]] = {"precision": precision, "recall": recall, "f1": f1}
MEAN_RATES = {name: mean_of(measure) for name, measure in RATES.items()}


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

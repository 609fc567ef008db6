import time
from collections.abc import Hashable, Sequence

import numpy as np
import pytest

from pipelines.evaluate.agreement import Distance, accuracy, alpha, kappa, masi, nominal, tally
from pipelines.evaluate.resample import (
    Counts,
    Estimate,
    draws,
    estimate,
    f1,
    mean_of,
    precision,
    recall,
)

A, AB, BC, C = (frozenset(each) for each in ("a", "ab", "bc", "c"))
Pairs = Sequence[tuple[Hashable, Hashable]]


def coefficients(pairs: Pairs, distance: Distance = nominal) -> list[float | None]:
    counts = tally([pairs], distance)
    return [estimate(counts, measure).value for measure in (accuracy, kappa, alpha)]


@pytest.mark.parametrize(
    ("why", "first", "second", "found"),
    [
        # observed 1/4; kappa expects (2 x 3 + 2 x 1) / 16, alpha 2 x 3 x 5 / (8 x 7)
        ("four units", "yynn", "ynnn", [3 / 4, 1 / 2, 8 / 15]),
        # the two examples of two coders in Krippendorff (2011), where alpha is 0.095 and 0.692
        ("two labels", "0100000010", "1110010000", [6 / 10, 1 - 40 / 44, 2 / 21]),
        ("five labels", "aabbdcccedda", "babbbccceddd", [9 / 12, 1 - 36 / 114, 310 / 448]),
        ("all agree", "yn", "yn", [1, 1, 1]),
        ("worse than chance", "yn", "ny", [0, -1, -0.5]),
    ],
)
def test_nominal_agreement_by_hand(why: str, first: str, second: str, found: list[float]) -> None:
    assert coefficients(list(zip(first, second, strict=True))) == pytest.approx(found), why


def test_agreement_of_sets_by_hand() -> None:
    # observed (0 + 2/3 + 0) / 3; kappa expects 16/27 and alpha 2/3 of the distance
    pairs = [(A, A), (AB, A), (C, C)]
    assert coefficients(pairs, masi)[1:] == pytest.approx([1 - 2 / 9 * 27 / 16, 1 - 2 / 9 * 3 / 2])


@pytest.mark.parametrize("pairs", [[], [("y", "y")], [("y", "y")] * 3])
def test_without_different_labels_nothing_is_beyond_chance(pairs: Pairs) -> None:
    assert coefficients(pairs)[1:] == [None, None]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (A, A, 0.0),
        (frozenset(), frozenset(), 0.0),
        (AB, A, 1 - 1 / 2 * 2 / 3),
        (AB, BC, 1 - 1 / 3 * 1 / 3),
        (A, C, 1.0),
        (A, frozenset(), 1.0),
    ],
)
def test_masi(one: frozenset[str], other: frozenset[str], found: float) -> None:
    assert masi(one, other) == masi(other, one) == pytest.approx(found)


def counts(agreed: Sequence[int], gold: Sequence[int], predicted: Sequence[int]) -> Counts:
    arrays = (np.array(each, dtype=np.float64) for each in (agreed, gold, predicted))
    return Counts(**dict(zip(("agreed", "gold", "predicted"), arrays, strict=True)))


def test_rates_of_counts() -> None:
    found = counts([3, 1], [6, 2], [4, 1])
    assert [estimate(found, measure).value for measure in (precision, recall, f1)] == [
        4 / 5,
        4 / 8,
        8 / 13,
    ]


def test_an_interval_is_by_documents_and_always_the_same() -> None:
    # with two documents, one all right and one all wrong, a draw has both, or one of them twice
    found = counts([9, 0], [9, 9], [9, 9])
    assert estimate(found, f1) == Estimate(value=0.5, interval=(0.0, 1.0))
    draws.cache_clear()
    assert estimate(found, f1) == Estimate(value=0.5, interval=(0.0, 1.0))


def test_like_documents_leave_no_doubt() -> None:
    found = counts([1, 1, 1], [2, 2, 2], [2, 2, 2])
    assert estimate(found, f1) == Estimate(value=0.5, interval=(0.5, 0.5))


def test_an_interval_needs_two_documents_that_bear_on_the_figure() -> None:
    assert estimate(counts([1], [2], [2]), f1) == Estimate(value=0.5, interval=None)
    assert estimate(counts([1, 0], [2, 0], [2, 0]), f1) == Estimate(value=0.5, interval=None)


def test_what_cannot_be_divided_is_not_a_figure() -> None:
    assert estimate(counts([0], [1], [0]), precision) == Estimate(value=None, interval=None)
    assert estimate(counts([0, 0], [1, 1], [0, 0]), precision) == Estimate(
        value=None, interval=None
    )


def test_without_documents_there_is_no_figure() -> None:
    nothing = np.zeros((0, 4))
    found = Counts(agreed=nothing, gold=nothing, predicted=nothing)
    assert estimate(found, mean_of(f1)) == Estimate(value=0.0, interval=None)


def test_draws_take_as_many_documents_as_there_are() -> None:
    assert draws(7).shape == (1000, 7)
    assert set(draws(7).sum(axis=1)) == {7.0}
    assert draws(7).mean() == pytest.approx(1.0)


def test_hundreds_of_documents_are_quick() -> None:
    sets = [frozenset({str(n % 12), str(n % 7)}) for n in range(90)]
    pairs = [(sets[n % 90], sets[n * 7 % 90]) for n in range(100)]
    began = time.process_time()
    estimate(tally([pairs] * 300, masi), alpha)
    assert time.process_time() - began < 5

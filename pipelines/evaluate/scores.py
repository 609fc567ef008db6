"""How well predicted codes agree with those that people gave: gold against statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from kb.codebook import Attribute, Codebook
from kb.models import Claim, Statement
from pipelines.evaluate.agreement import ALL, COEFFICIENTS, masi, nominal, tally
from pipelines.evaluate.gold import GoldUnit, lone_statement, noted_of_results
from pipelines.evaluate.pairs import (
    CodedStatement,
    Documents,
    Results,
    Sets,
    by_document,
    pair_up,
    results_of_pair,
    sets_of,
)
from pipelines.evaluate.resample import (
    MEAN_RATES,
    RATES,
    Array,
    Counts,
    Data,
    Interval,
    Measure,
    estimate,
)

Intervals = Mapping[str, Interval | None]
"""By the name of a figure, where 95 % of it lies if documents are drawn anew; see `resample`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Precision, recall and their harmonic mean; 0 where nothing can be divided."""

    precision: float
    recall: float
    f1: float
    intervals: Intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRates(Rates):
    """The rates of one code, its kappa and alpha, and how many units carry it by either side."""

    kappa: float | None
    alpha: float | None
    gold: int
    predicted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRates(Rates):
    """The rates of an attribute's values over the `units` to whose code both sides agree.

    `gold` and `predicted` count those values. Accuracy, kappa and alpha are over what is
    `compared`: units, or with `by_result` results of gold that are matched to a predicted one;
    where one value holds, those for which gold has none are left out. The `distance` is nominal,
    and for sets of values MASI, which have no accuracy.
    """

    units: int
    gold: int
    predicted: int
    compared: int
    by_result: bool
    distance: str
    accuracy: float | None
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCounts:
    """How many results the units have to whose code both sides agree, and how many are matched."""

    gold: int
    predicted: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What an evaluation found; `unmatched` units count as predicted without a code."""

    micro: Rates
    macro: Rates
    per_code: Mapping[str, CodeRates]
    attributes: Mapping[str, AttributeRates]
    results: ResultCounts
    units: int
    unmatched: int
    documents: int

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as plain values for JSON."""
        return asdict(self)


class Coder(Protocol):
    """Whatever codes the statements of a document that come in reading order."""

    def extract(self, statements: Sequence[Statement]) -> list[tuple[Claim, ...]]:
        """Return the claims of each statement."""


def evaluate(
    gold: Sequence[GoldUnit],
    statements: Mapping[str, Sequence[CodedStatement]],
    codebook: Codebook,
) -> Scores:
    """Compare gold with what was predicted; `statements` are by the gold's document names."""
    return scores_of(pair_up(gold, statements), codebook)


def scores_of(documents: Documents, codebook: Codebook) -> Scores:
    """Work out how far gold and predicted agree in each code and attribute, and how surely."""
    codes = [code.id for code in codebook.codes]
    results = [
        [result for pair in pairs for result in results_of_pair(pair, codebook)]
        for pairs in documents
    ]
    by_code = [_code_counts([code], documents) for code in codes]
    return Scores(
        micro=_rates(_code_counts(codes, documents)),
        macro=_rates(_side_by_side(by_code), MEAN_RATES),
        per_code={
            code: _code_rates(code, counts, documents)
            for code, counts in zip(codes, by_code, strict=True)
        },
        attributes={
            each.name: _attribute_rates(each, documents, results, codebook)
            for each in codebook.attributes
            if each.values and (each.asked or _is_in_gold(each, documents))
        },
        results=_result_counts([result for found in results for result in found]),
        units=sum(len(pairs) for pairs in documents),
        unmatched=sum(not pair.matched for pairs in documents for pair in pairs),
        documents=len(documents),
    )


def _is_in_gold(attribute: Attribute, documents: Documents) -> bool:
    """Whether people noted an attribute that no coder is asked for."""
    return any(pair.gold.values.get(attribute.name) for pairs in documents for pair in pairs)


def code_gold(gold: Sequence[GoldUnit], coder: Coder) -> dict[str, list[CodedStatement]]:
    """Code the gold texts themselves, in their order, as the statements of their documents."""
    coded = {}
    for document, units in by_document(gold).items():
        statements = [
            lone_statement(document, ordinal, unit.text, heading=unit.heading, lead_in=unit.lead_in)
            for ordinal, unit in enumerate(units)
        ]
        claims = coder.extract(statements)
        coded[document] = [
            CodedStatement(text=statement.text, claims=each)
            for statement, each in zip(statements, claims, strict=True)
        ]
    return coded


def _code_counts(codes: Sequence[str], documents: Documents) -> Counts:
    asked = frozenset(codes)
    return _counts(
        [[(pair.gold.codes & asked, pair.codes & asked) for pair in pairs] for pairs in documents]
    )


def _counts(documents: Sequence[Sequence[Sets]]) -> Counts:
    return Counts(
        agreed=_sums(documents, lambda gold, predicted: len(gold & predicted)),
        gold=_sums(documents, lambda gold, _: len(gold)),
        predicted=_sums(documents, lambda _, predicted: len(predicted)),
    )


def _sums(
    documents: Sequence[Sequence[Sets]], size: Callable[[frozenset[str], frozenset[str]], int]
) -> Array:
    return np.array([sum(size(*sets) for sets in each) for each in documents], dtype=np.float64)


def _side_by_side(every: Sequence[Counts]) -> Counts:
    return Counts(
        agreed=np.stack([each.agreed for each in every], axis=1),
        gold=np.stack([each.gold for each in every], axis=1),
        predicted=np.stack([each.predicted for each in every], axis=1),
    )


def _rates(counts: Counts, measures: Mapping[str, Measure[Counts]] = RATES) -> Rates:
    values, intervals = _estimates(counts, measures)
    return Rates(**{name: value or 0.0 for name, value in values.items()}, intervals=intervals)


def _estimates(
    counts: Data, measures: Mapping[str, Measure[Data]]
) -> tuple[dict[str, float | None], dict[str, Interval | None]]:
    found = {name: estimate(counts, measure) for name, measure in measures.items()}
    return (
        {name: each.value for name, each in found.items()},
        {name: each.interval for name, each in found.items()},
    )


def _code_rates(code: str, counts: Counts, documents: Documents) -> CodeRates:
    rates = _rates(counts)
    labels = [
        [(code in pair.gold.codes, code in pair.codes) for pair in pairs] for pairs in documents
    ]
    values, intervals = _estimates(tally(labels, nominal), COEFFICIENTS)
    return CodeRates(
        **asdict(rates) | {"intervals": {**rates.intervals, **intervals}},
        kappa=values["kappa"],
        alpha=values["alpha"],
        gold=int(counts.gold.sum()),
        predicted=int(counts.predicted.sum()),
    )


def _attribute_rates(
    attribute: Attribute,
    documents: Documents,
    results: Sequence[Sequence[Results]],
    codebook: Codebook,
) -> AttributeRates:
    sets = [[both for each in pairs if (both := sets_of(each, attribute))] for pairs in documents]
    by_result = attribute in noted_of_results(codebook)
    labels = _by_result(attribute.name, results) if by_result else _by_unit(sets)
    compared = tally(sets, masi) if attribute.many else tally(labels, nominal)
    values, intervals = _estimates(compared, COEFFICIENTS if attribute.many else ALL)
    counts = _counts(sets)
    rates = _rates(counts)
    return AttributeRates(
        **asdict(rates) | {"intervals": {**rates.intervals, **intervals}},
        units=sum(len(each) for each in sets),
        gold=int(counts.gold.sum()),
        predicted=int(counts.predicted.sum()),
        compared=int(compared.units.sum()),
        by_result=by_result,
        distance="masi" if attribute.many else "nominal",
        accuracy=values.get("accuracy"),
        kappa=values["kappa"],
        alpha=values["alpha"],
    )


def _by_unit(documents: Sequence[Sequence[Sets]]) -> list[list[tuple[Any, Any]]]:
    """Return what stands beside each other in each document; gold without a value tells nothing."""
    return [[(one, other) for one, other in sets if one] for sets in documents]


def _by_result(name: str, documents: Sequence[Sequence[Results]]) -> list[list[tuple[Any, Any]]]:
    return [list(_matched(name, results)) for results in documents]


def _matched(name: str, results: Sequence[Results]) -> Iterator[tuple[Any, Any]]:
    for gold, predicted in results:
        if gold and predicted is not None and gold.get(name):
            yield gold[name], predicted.get(name)


def _result_counts(results: Sequence[Results]) -> ResultCounts:
    return ResultCounts(
        gold=sum(gold is not None for gold, _ in results),
        predicted=sum(predicted is not None for _, predicted in results),
        matched=sum(None not in (gold, predicted) for gold, predicted in results),
    )

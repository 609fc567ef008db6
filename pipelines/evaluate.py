"""How well predicted codes agree with those that people gave: gold against statements."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from kb.codebook import Attribute, Codebook
from kb.models import Claim, Statement
from pipelines.gold import GoldUnit, flat
from pipelines.matching import match

RESAMPLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedStatement:
    """A statement's words and the claims that were predicted for it."""

    text: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Precision, recall and their harmonic mean; 0 where nothing can be divided."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRates(Rates):
    """The rates of one code, Cohen's kappa, and how many units carry it by either side."""

    kappa: float
    gold: int
    predicted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRates(Rates):
    """The rates of an attribute over the `units` to whose code both sides agree.

    Where both give one value, all three rates are the share of units in which they agree.
    """

    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What an evaluation found; `unmatched` units count as predicted without a code.

    `interval` holds 95 % of the micro F1 over resampled documents; None for a single document.
    """

    micro: Rates
    macro: Rates
    per_code: Mapping[str, CodeRates]
    attributes: Mapping[str, AttributeRates]
    units: int
    unmatched: int
    documents: int
    interval: tuple[float, float] | None

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as plain values for JSON."""
        return asdict(self)


class Coder(Protocol):
    """Whatever codes the statements of a document that come in reading order."""

    def extract(self, statements: Sequence[Statement]) -> list[tuple[Claim, ...]]:
        """Return the claims of each statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    gold: GoldUnit
    codes: frozenset[str]
    values: Mapping[str, frozenset[str]]
    matched: bool


def evaluate(
    gold: Sequence[GoldUnit],
    statements: Mapping[str, Sequence[CodedStatement]],
    codebook: Codebook,
) -> Scores:
    """Compare gold with what was predicted; `statements` are by the gold's document names."""
    pairs = {
        document: list(_pairs(units, statements.get(document, ())))
        for document, units in _by_document(gold).items()
    }
    every = [pair for document in pairs.values() for pair in document]
    codes = [code.id for code in codebook.codes]
    per_code = {code: _code_rates(code, every) for code in codes}
    return Scores(
        micro=_micro(every),
        macro=_mean(per_code.values()),
        per_code=per_code,
        attributes={
            each.name: _agreement(each, every) for each in codebook.attributes if each.values
        },
        units=len(every),
        unmatched=sum(not pair.matched for pair in every),
        documents=len(pairs),
        interval=_interval(list(pairs.values())),
    )


def code_gold(gold: Sequence[GoldUnit], coder: Coder) -> dict[str, list[CodedStatement]]:
    """Code the gold texts themselves, in their order, as the statements of their documents."""
    coded = {}
    for document, units in _by_document(gold).items():
        statements = [_statement(unit, ordinal) for ordinal, unit in enumerate(units)]
        claims = coder.extract(statements)
        coded[document] = [
            CodedStatement(text=statement.text, claims=each)
            for statement, each in zip(statements, claims, strict=True)
        ]
    return coded


def _by_document(gold: Sequence[GoldUnit]) -> dict[str, list[GoldUnit]]:
    documents: dict[str, list[GoldUnit]] = defaultdict(list)
    for unit in gold:
        documents[unit.document].append(unit)
    return documents


def _statement(unit: GoldUnit, ordinal: int) -> Statement:
    return Statement(
        id=f"{unit.document}-{ordinal}",
        document_id=unit.document,
        passage_id=unit.document,
        ordinal=ordinal,
        text=unit.text,
        char_start=0,
        char_end=len(unit.text),
        lead_in=unit.lead_in,
        heading=unit.heading,
    )


def _pairs(units: Sequence[GoldUnit], statements: Sequence[CodedStatement]) -> Iterator[_Pair]:
    matches = match([unit.text for unit in units], [each.text for each in statements])
    for unit, numbers in zip(units, matches, strict=True):
        claims = [claim for number in numbers for claim in statements[number].claims]
        names = {name for claim in claims for name in claim.attributes}
        yield _Pair(
            gold=unit,
            codes=frozenset(claim.code for claim in claims),
            values={name: flat(each.attributes.get(name) for each in claims) for name in names},
            matched=bool(numbers),
        )


def _rates(agreed: int, gold: int, predicted: int) -> Rates:
    return Rates(
        precision=agreed / predicted if predicted else 0.0,
        recall=agreed / gold if gold else 0.0,
        f1=2 * agreed / (gold + predicted) if gold + predicted else 0.0,
    )


def _micro(pairs: Sequence[_Pair]) -> Rates:
    return _rates(
        sum(len(pair.gold.codes & pair.codes) for pair in pairs),
        sum(len(pair.gold.codes) for pair in pairs),
        sum(len(pair.codes) for pair in pairs),
    )


def _code_rates(code: str, pairs: Sequence[_Pair]) -> CodeRates:
    gold = sum(code in pair.gold.codes for pair in pairs)
    predicted = sum(code in pair.codes for pair in pairs)
    agreed = sum(code in pair.gold.codes & pair.codes for pair in pairs)
    return CodeRates(
        **asdict(_rates(agreed, gold, predicted)),
        kappa=_kappa(agreed, gold, predicted, len(pairs)),
        gold=gold,
        predicted=predicted,
    )


def _kappa(agreed: int, gold: int, predicted: int, units: int) -> float:
    if not units:
        return 0.0
    observed = (units - gold - predicted + 2 * agreed) / units
    by_chance = (gold * predicted + (units - gold) * (units - predicted)) / units**2
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def _mean(rates: Iterable[Rates]) -> Rates:
    every = list(rates)
    return Rates(
        precision=sum(each.precision for each in every) / len(every),
        recall=sum(each.recall for each in every) / len(every),
        f1=sum(each.f1 for each in every) / len(every),
    )


def _agreement(attribute: Attribute, pairs: Sequence[_Pair]) -> AttributeRates:
    name = attribute.name
    both = [
        (pair.gold.values.get(name, frozenset()), pair.values.get(name, frozenset()))
        for pair in pairs
        if pair.gold.codes & pair.codes & set(attribute.codes)
    ]
    agreed = sum(len(gold & predicted) for gold, predicted in both)
    gold = sum(len(gold) for gold, _ in both)
    predicted = sum(len(predicted) for _, predicted in both)
    return AttributeRates(**asdict(_rates(agreed, gold, predicted)), units=len(both))


def _interval(documents: Sequence[Sequence[_Pair]]) -> tuple[float, float] | None:
    if len(documents) < 2:
        return None
    drawn = random.Random(1)
    found = sorted(
        _micro([pair for pairs in drawn.choices(documents, k=len(documents)) for pair in pairs]).f1
        for _ in range(RESAMPLES)
    )
    return found[RESAMPLES // 40], found[-1 - RESAMPLES // 40]

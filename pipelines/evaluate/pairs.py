"""Gold beside what was predicted for the same words, statement by statement, result by result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from kb.codebook import Attribute, Codebook
from kb.models import Claim
from pipelines.evaluate.gold import GoldUnit, flat, noted_of_results
from pipelines.evaluate.matching import match, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedStatement:
    """A statement's words and the claims that were predicted for it."""

    text: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A gold unit, and the claims of the statements that hold its words, if there are any."""

    gold: GoldUnit
    claims: tuple[Claim, ...]
    matched: bool

    @property
    def codes(self) -> frozenset[str]:
        """Return the codes that were predicted."""
        return frozenset(claim.code for claim in self.claims)

    @property
    def agreed(self) -> frozenset[str]:
        """Return the codes that gold and predicted share."""
        return self.gold.codes & self.codes


Documents: TypeAlias = Sequence[Sequence[Pair]]
"""The pairs of each document."""
Sets: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""The values of gold, and those predicted."""
Noted: TypeAlias = Mapping[str, Any]
Results: TypeAlias = tuple[Noted | None, Noted | None]
"""A result of gold and the predicted one that goes with it; None where there is none."""


def pair_up(
    gold: Sequence[GoldUnit], statements: Mapping[str, Sequence[CodedStatement]]
) -> list[list[Pair]]:
    """Pair gold with what was predicted; `statements` are by the gold's document names."""
    return [
        list(_pairs(units, statements.get(document, ())))
        for document, units in by_document(gold).items()
    ]


def by_document(gold: Sequence[GoldUnit]) -> dict[str, list[GoldUnit]]:
    """Return the gold units of each document, in order."""
    documents: dict[str, list[GoldUnit]] = defaultdict(list)
    for unit in gold:
        documents[unit.document].append(unit)
    return documents


def sets_of(pair: Pair, attribute: Attribute) -> Sets | None:
    """Return the values noted of the codes that both sides give; None without such a code."""
    agreed = pair.agreed.intersection(attribute.codes)
    if not agreed:
        return None
    claims = [claim for claim in pair.claims if claim.code in agreed]
    predicted = flat(claim.attributes.get(attribute.name) for claim in claims)
    return pair.gold.values.get(attribute.name, frozenset()), predicted


def results_of_pair(pair: Pair, codebook: Codebook) -> list[Results]:
    """Return the results of the codes that both sides give, each with the one it matches best.

    Each goes with one at most. Of a match speak the values in common and the share of words in
    free texts; those left over stand alone, at the end.
    """
    noted = noted_of_results(codebook)
    agreed = pair.agreed & {code for each in noted for code in each.codes}
    if not agreed:
        return []
    predicted = [claim.attributes for claim in pair.claims if claim.code in agreed]
    gold = pair.gold.results
    points = [[_points(one, other, noted) for other in predicted] for one in gold]
    chosen = best_matches(points)
    found: list[Results] = [(gold[one], predicted[other]) for one, other in chosen]
    lone = set(range(len(gold))) - {one for one, _ in chosen}
    extra = set(range(len(predicted))) - {other for _, other in chosen}
    found += [(gold[one], None) for one in sorted(lone)]
    found += [(None, predicted[other]) for other in sorted(extra)]
    return found


def best_matches(points: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return which row goes with which column so that as many as can be do, for the most points."""
    if not points or not points[0]:
        return []
    if len(points) > len(points[0]):
        turned = best_matches(list(zip(*points, strict=True)))
        return sorted((row, column) for column, row in turned)

    # no row needs more columns than there are rows, so that many results do not take for ever
    near = [
        sorted(range(len(row)), key=row.__getitem__, reverse=True)[: len(points)] for row in points
    ]

    @cache
    def best(row: int, free: frozenset[int]) -> tuple[float, tuple[tuple[int, int], ...]]:
        if row == len(points):
            return 0.0, ()
        found = []
        for column in sorted(free.intersection(near[row])):
            total, rest = best(row + 1, free - {column})
            found.append((total + points[row][column], ((row, column), *rest)))
        return max(found, key=lambda each: each[0])

    return list(best(0, frozenset(range(len(points[0]))))[1])


def _pairs(units: Sequence[GoldUnit], statements: Sequence[CodedStatement]) -> Iterator[Pair]:
    matches = match([unit.text for unit in units], [each.text for each in statements])
    for unit, numbers in zip(units, matches, strict=True):
        claims = tuple(claim for number in numbers for claim in statements[number].claims)
        yield Pair(gold=unit, claims=claims, matched=bool(numbers))


def _points(gold: Noted, predicted: Noted, attributes: Collection[Attribute]) -> float:
    both = [
        (each, gold[each.name], predicted[each.name])
        for each in attributes
        if gold.get(each.name) and predicted.get(each.name)
    ]
    return sum(
        float(one == other) if each.values else _shared_words(one, other)
        for each, one, other in both
    )


def _shared_words(one: str, other: str) -> float:
    first, second = set(words_of(one)), set(words_of(other))
    return 2 * len(first & second) / (len(first) + len(second)) if first | second else 0.0

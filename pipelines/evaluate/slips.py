"""Where gold and predicted differ: what is taken for what, what is missed, what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, TypeAlias

from kb.codebook import Attribute, Codebook
from pipelines.evaluate.gold import noted_of_results
from pipelines.evaluate.pairs import Documents, Pair, results_of_pair, sets_of

NONE = "none"
"""Stands for no code, or no value."""

Confusion: TypeAlias = Mapping[str, Mapping[str, int]]
"""How often each label of gold was coded as which; a row for each label that either side has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A gold unit whose codes are not those predicted; both in the codebook's order."""

    document: str
    text: str
    gold: tuple[str, ...]
    predicted: tuple[str, ...]


def slips(documents: Documents, codebook: Codebook, shown: Collection[str]) -> dict[str, Any]:
    """Return what is asked for of what differs, as plain values for JSON."""
    found: dict[str, Any] = {}
    if "confusion" in shown:
        found["confusion"] = {
            "codes": confused_codes(documents, codebook),
            "attributes": {
                each.name: confused_values(documents, each, codebook)
                for each in codebook.attributes
                if each.values
            },
        }
    if "missed" in shown:
        found["missed"] = [asdict(slip) for slip in missed(documents, codebook)]
    if "wrong" in shown:
        found["wrong"] = [asdict(slip) for slip in wrong(documents, codebook)]
    return found


def missed(documents: Documents, codebook: Codebook) -> list[Slip]:
    """Return the units of which a code of gold was not predicted."""
    every = (pair for pairs in documents for pair in pairs)
    return [_slip(pair, codebook) for pair in every if pair.gold.codes - pair.codes]


def wrong(documents: Documents, codebook: Codebook) -> list[Slip]:
    """Return the units of which a code was predicted that gold does not give."""
    every = (pair for pairs in documents for pair in pairs)
    return [_slip(pair, codebook) for pair in every if pair.codes - pair.gold.codes]


def confused_codes(documents: Documents, codebook: Codebook) -> Confusion:
    """Count how often each code was coded as which.

    Of a unit with several codes, those that both sides give stand for themselves; each other one
    of gold is set against each other one predicted, or against none.
    """
    order = [code.id for code in codebook.codes]
    both = ((pair.gold.codes, pair.codes) for pairs in documents for pair in pairs)
    return _counted((each for sets in both for each in _crossed(*sets)), order)


def confused_values(documents: Documents, attribute: Attribute, codebook: Codebook) -> Confusion:
    """Count how often each value was coded as which, on units to whose code both sides agree.

    Where each result has a value of its own, results are set against those they are matched to.
    """
    by_result = attribute in noted_of_results(codebook)
    cells = (
        cell
        for pairs in documents
        for pair in pairs
        for cell in (
            _cells_of_results(pair, attribute, codebook)
            if by_result
            else _cells_of_sets(pair, attribute)
        )
    )
    return _counted(cells, [value.id for value in attribute.values])


def _cells_of_results(
    pair: Pair, attribute: Attribute, codebook: Codebook
) -> Iterator[tuple[str, str]]:
    for gold, predicted in results_of_pair(pair, codebook):
        values = [(each or {}).get(attribute.name) or NONE for each in (gold, predicted)]
        yield values[0], values[1]


def _cells_of_sets(pair: Pair, attribute: Attribute) -> Iterator[tuple[str, str]]:
    if both := sets_of(pair, attribute):
        yield from _crossed(*both)


def _crossed(gold: frozenset[str], predicted: frozenset[str]) -> Iterator[tuple[str, str]]:
    agreed = gold & predicted
    yield from ((each, each) for each in agreed)
    if gold == predicted and agreed:
        return
    yield from product((gold - agreed) or [NONE], (predicted - agreed) or [NONE])


def _counted(cells: Iterable[tuple[str, str]], order: Sequence[str]) -> Confusion:
    counts = Counter(cells)
    met = {label for cell in counts for label in cell}
    names = [name for name in (*order, NONE) if name in met]
    return {
        gold: {name: counts[gold, name] for name in names if counts[gold, name]} for gold in names
    }


def _slip(pair: Pair, codebook: Codebook) -> Slip:
    order = [code.id for code in codebook.codes]
    return Slip(
        document=pair.gold.document,
        text=pair.gold.text,
        gold=tuple(code for code in order if code in pair.gold.codes),
        predicted=tuple(code for code in order if code in pair.codes),
    )

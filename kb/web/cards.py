"""Statements that were found, as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb.labels import Labels
from kb.models import Hit
from kb.search.marking import pieces
from kb.web.labels import notes


@dataclass(frozen=True, slots=True)
class Card:
    """A hit; its words, each with whether it is marked; its claims, each a code with its notes."""

    hit: Hit
    quote: list[tuple[str, bool]]
    claims: list[tuple[str, list[str]]]


def cards(hits: Iterable[Hit], labels: Labels) -> list[Card]:
    """Give the cards of hits."""
    return [Card(hit, pieces(hit.quote, hit.marks), list(said(hit, labels))) for hit in hits]


def said(hit: Hit, labels: Labels) -> list[tuple[str, list[str]]]:
    """Give the claims on a statement, those that read alike once."""
    found: list[tuple[str, list[str]]] = []
    for claim in hit.claims:
        one = (claim["code"], notes({**claim["words"], **claim["values"]}, labels))
        if one not in found:
            found.append(one)
    return found

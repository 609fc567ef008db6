"""From scores to claims: which codes, which values, which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.codebook import Attribute, Code, Codebook
from kb.models import Claim, Statement
from pipelines.extract.cues import Cues, Span, compile_cues, longest, nearest, outermost

NEAR = 90
"""A figure further from the words measured, in characters, is taken for another's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What turns the scores of a statement into its claims.

    `thresholds` are by label, 0.5 where none is given. With `calibrated`, the score of a code is a
    probability and becomes the claim's confidence.
    """

    codebook: Codebook
    thresholds: Mapping[str, float] = field(default_factory=dict)
    calibrated: bool = False

    def claims(self, statement: Statement, scores: Mapping[str, float]) -> tuple[Claim, ...]:
        """Return the claims of a statement, in the codebook's order."""
        return tuple(
            claim
            for code in self.codebook.codes
            if scores[code.id] >= self.thresholds.get(code.id, 0.5)
            for claim in self._claims_of(code, statement, scores)
        )

    def _claims_of(
        self, code: Code, statement: Statement, scores: Mapping[str, float]
    ) -> Iterator[Claim]:
        cues = compile_cues(self.codebook)
        for number, values in enumerate(self._variants(code, scores), start=1):
            suffix = "" if number == 1 else f"-{number}"
            quoted = dict(_quotations(self.codebook, code, values, statement.text, cues))
            yield Claim(
                id=f"{statement.id}-{code.id}{suffix}",
                statement_id=statement.id,
                document_id=statement.document_id,
                code=code.id,
                attributes=_ordered(values | quoted, self.codebook),
                confidence=round(scores[code.id], 3) if self.calibrated else None,
            )

    def _variants(self, code: Code, scores: Mapping[str, float]) -> list[dict[str, Any]]:
        common: dict[str, Any] = {}
        variants: list[dict[str, Any]] = [{}]
        for attribute in self.codebook.attributes_of(code.id):
            if not attribute.values:
                continue
            chosen = self._chosen(attribute, scores)
            if attribute.separate:
                variants = [one | {attribute.name: value} for one in variants for value in chosen]
            elif attribute.many:
                common[attribute.name] = chosen
            elif chosen:
                common[attribute.name] = chosen[0]
        return [common | one for one in variants] or [common]

    def _chosen(self, attribute: Attribute, scores: Mapping[str, float]) -> tuple[str, ...]:
        """Return the values that hold, in the codebook's order, or the best if one is needed."""
        score = {value.id: scores[f"{attribute.name}.{value.id}"] for value in attribute.values}
        several = attribute.many or attribute.separate
        if several:
            limits = {id: self.thresholds.get(f"{attribute.name}.{id}", 0.5) for id in score}
            chosen = tuple(id for id in score if score[id] >= limits[id])
            if chosen or (attribute.many and not attribute.needed):
                return chosen
        # of equals the later: what is rare stands last in a list of values
        best = max(reversed(score), key=lambda id: score[id])
        if score[best] > 0:
            return (best,)
        return (attribute.default,) if attribute.default else ()


def _quotations(
    codebook: Codebook, code: Code, values: Mapping[str, Any], text: str, cues: Cues
) -> Iterator[tuple[str, str]]:
    """Yield free texts: first words quoted for a value, then what stands near those words."""
    texts = [each for each in codebook.attributes_of(code.id) if not each.values]
    anchor: Span | None = None
    for attribute in (each for each in texts if each.quotes):
        label = f"{attribute.quotes}.{values.get(attribute.quotes, '')}"
        if span := longest(cues.spans(label, text)):
            anchor = span
            yield attribute.name, text[slice(*span)]
    for attribute in (each for each in texts if not each.quotes):
        spans = outermost(cues.spans(attribute.name, text))
        # without words to stand near, only a figure that has no rival can be the right one
        alone = spans[0] if len(spans) == 1 else None
        if span := nearest(spans, anchor, within=NEAR) if anchor else alone:
            yield attribute.name, text[slice(*span)]


def _ordered(attributes: Mapping[str, Any], codebook: Codebook) -> dict[str, Any]:
    names: Sequence[str] = [each.name for each in codebook.attributes]
    return {name: attributes[name] for name in names if name in attributes}

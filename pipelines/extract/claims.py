"""From scores to claims: which codes, which values, which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.codebook import Attribute, Code, Codebook
from kb.figures import no_sizes
from kb.models import Claim, Statement
from pipelines.extract.cues import Span, apart, compile_cues, longest, nearest, outermost
from pipelines.extract.measures import merged, trimmed
from pipelines.extract.overruled import overruled
from pipelines.extract.told import told

NEAR = 90
"""A figure further from the words measured, in characters, is taken for another's."""

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One of several results that a statement tells: where its words stand, and its own scores."""

    span: Span
    scores: Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What turns the scores of a statement into its claims.

    `thresholds` are by label, 0.5 where none is given. With `calibrated`, the score of a code is a
    probability and becomes the claim's confidence.
    """

    codebook: Codebook
    thresholds: Mapping[str, float] = field(default_factory=dict)
    calibrated: bool = False

    def claims(
        self, statement: Statement, scores: Scores, results: Sequence[Result] = ()
    ) -> tuple[Claim, ...]:
        """Return the claims of a statement, in the codebook's order, one for each result."""
        return tuple(
            claim
            for code in self.codes(scores)
            for claim in self._claims_of(code, statement, scores, results)
        )

    def codes(self, scores: Scores) -> list[Code]:
        """Return the codes that scores speak for, in the codebook's order."""
        return [
            code
            for code in self.codebook.codes
            if scores[code.id] >= self.thresholds.get(code.id, 0.5)
        ]

    def _claims_of(
        self, code: Code, statement: Statement, scores: Scores, results: Sequence[Result]
    ) -> Iterator[Claim]:
        notes: list[Mapping[str, Any]] = [
            attributes | told(self.codebook, code, statement, attributes)
            for attributes in self._notes(code, statement.text, scores, results)
        ]
        for quoting in self.codebook.attributes_of(code.id):
            notes = merged(notes, quoting.name) if quoting.quotes else notes
        for number, attributes in enumerate(notes):
            suffix = f"-{number + 1}" if number else ""
            yield Claim(
                id=f"{statement.id}-{code.id}{suffix}",
                statement_id=statement.id,
                document_id=statement.document_id,
                code=code.id,
                attributes=_ordered(attributes, self.codebook),
                confidence=round(scores[code.id], 3) if self.calibrated else None,
            )

    def _notes(
        self, code: Code, text: str, scores: Scores, results: Sequence[Result]
    ) -> Iterator[dict[str, Any]]:
        """Yield what is noted in each claim: values, and the words they rest on."""
        named = [each for each in results if trimmed(text, each.span)]
        if named and any(each.quotes for each in self.codebook.attributes_of(code.id)):
            yield from self._by_results(code, text, scores, named)
            return
        for values in self._variants(code, scores):
            anchor = _named(self.codebook, code, values, text)
            words = dict(_words(self.codebook, code, text, anchor, set()))
            yield overruled(self.codebook, code, text, anchor, values) | words

    def _by_results(
        self, code: Code, text: str, scores: Scores, results: Sequence[Result]
    ) -> Iterator[dict[str, Any]]:
        taken: set[Span] = set()
        for result in results:
            # the whole statement has its say: a few words alone are soon misread
            both = {name: (score + result.scores[name]) / 2 for name, score in scores.items()}
            values = self._values(code, both)
            if len(results) > 1:
                # but of several results it tells what is common: one rises where another falls
                own = self._values(code, result.scores)
                values |= {name: own[name] for name in _of_results(self.codebook) if name in own}
            words = dict(_words(self.codebook, code, text, result.span, taken))
            yield overruled(self.codebook, code, text, result.span, values) | words

    def _variants(self, code: Code, scores: Scores) -> list[dict[str, Any]]:
        """Return the values of a claim, or of one claim for each value that makes its own."""
        variants = [self._values(code, scores)]
        for attribute in self.codebook.attributes_of(code.id):
            if attribute.separate:
                chosen = self._chosen(attribute, scores)
                split = [one | {attribute.name: value} for one in variants for value in chosen]
                variants = split or variants
        return variants

    def _values(self, code: Code, scores: Scores) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for attribute in self.codebook.attributes_of(code.id):
            if not attribute.asked:
                continue
            if attribute.many:
                found[attribute.name] = self._chosen(attribute, scores)
            elif best := _best(attribute, scores):
                found[attribute.name] = best
        return found

    def _chosen(self, attribute: Attribute, scores: Scores) -> tuple[str, ...]:
        """Return the values that hold, in the codebook's order, or the best if one is needed."""
        labels = {value.id: f"{attribute.name}.{value.id}" for value in attribute.values}
        chosen = tuple(
            id for id, label in labels.items() if scores[label] >= self.thresholds.get(label, 0.5)
        )
        if chosen or (attribute.many and not attribute.needed):
            return chosen
        best = _best(attribute, scores)
        return (best,) if best else ()


def _best(attribute: Attribute, scores: Scores) -> str:
    """Return the value that most speaks for, or the default."""
    score = {value.id: scores[f"{attribute.name}.{value.id}"] for value in attribute.values}
    # of equals the later: what is rare stands last in a list of values
    best = max(reversed(score), key=lambda id: score[id], default="")
    return best if best and score[best] > 0 else attribute.default


def _of_results(codebook: Codebook) -> list[str]:
    """Return what is noted of results alone, and of no code whose statement is noted as a whole."""
    codes = {code for each in codebook.attributes if each.quotes for code in each.codes}
    return [each.name for each in codebook.attributes if codes.issuperset(each.codes)]


def _named(codebook: Codebook, code: Code, values: Mapping[str, Any], text: str) -> Span | None:
    """Return where the words stand that are the cue of a value, for what quotes them."""
    cues = compile_cues(codebook)
    for attribute in codebook.attributes_of(code.id):
        if attribute.quotes:
            label = f"{attribute.quotes}.{values.get(attribute.quotes, '')}"
            return longest(cues.spans(label, text))
    return None


def _words(
    codebook: Codebook, code: Code, text: str, anchor: Span | None, taken: set[Span]
) -> Iterator[tuple[str, str]]:
    """Yield free texts: the words anchored, then what stands near them and is not yet taken."""
    cues = compile_cues(codebook)
    for attribute in (each for each in codebook.attributes_of(code.id) if not each.values):
        if attribute.quotes:
            if anchor and (words := trimmed(text, anchor)):
                yield attribute.name, text[slice(*words)]
            continue
        spans = [each for each in outermost(cues.spans(attribute.name, text)) if each not in taken]
        if attribute.figure:
            spans = apart(spans, no_sizes(text))
        # without words to stand near, only a figure that has no rival can be the right one
        alone = spans[0] if len(spans) == 1 else None
        if span := nearest(spans, anchor, within=NEAR) if anchor else alone:
            taken.add(span)
            yield attribute.name, text[slice(*span)]


def _ordered(attributes: Mapping[str, Any], codebook: Codebook) -> dict[str, Any]:
    names: Sequence[str] = [each.name for each in codebook.attributes]
    return {name: attributes[name] for name in names if name in attributes}

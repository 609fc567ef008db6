"""Coded statements as examples: read from JSON lines, split by document."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kb.codebook import Attribute, Codebook
from kb.errors import InvalidGold
from kb.models import Statement
from pipelines.evaluate.gold import GoldUnit, Row, gold_unit, lone_statement, read_lines, results_of
from pipelines.extract.cues import Span
from pipelines.extract.reading import quoting

NOT_STATEMENTS = ("heading", "reference")
REAL_CODES = "real-codes.jsonl"
HELD_OUT = "held-out.json"
REFERENCE = "reference.json"
"""Lists of documents by kind, beside the written units."""
FIFTH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of several results of a statement: where its words stand, and what is known of it."""

    span: Span
    answers: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A statement and what is known of it: label → yes or no.

    A label that is missing is unknown: what is noted of a code is learnt only where it applies.
    `parts` are those whose words stand in the statement; `quoted` if that is all there are.
    """

    statement: Statement
    answers: Mapping[str, bool]
    parts: tuple[Part, ...] = ()
    quoted: bool = False


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """Read coded units, one JSON line each; raises InvalidGold."""
    return [row for path in paths for _, row in read_lines(path)]


def written_rows(codebook: Codebook) -> list[Row]:
    """Read the units that were written for a codebook and lie beside it; raises InvalidGold."""
    paths = sorted((codebook.path.parent / "training").glob("train-*.jsonl"))
    found = [pair for path in paths for pair in read_lines(path)]
    for place, row in found:
        if not isinstance(row.get("doc"), str):
            raise InvalidGold(f"{place}: 'doc' is needed, a text")
        # what is misspelt would be learnt as not there
        gold_unit({**row, "document": row["doc"]}, place, codebook)
    return [row for _, row in found]


def real_rows(codebook: Codebook, path: Path) -> list[Row]:
    """Read units of real documents; codes that a line lacks are looked up by its words.

    Raises InvalidGold.
    """
    known = {row["key"]: row for row in read_rows([codebook.path.parent / "training" / REAL_CODES])}
    found: list[Row] = []
    for place, given in read_lines(path):
        if not isinstance(given.get("text"), str):
            raise InvalidGold(f"{place}: 'text' is needed, a text")
        row = {**known.get(key(given), {}), **given}
        if "codes" in row:
            found.append(checked(row, place))
    return found


def checked(row: Row, place: str) -> Row:
    """Give a unit of a real document whose codes can be learnt; raises InvalidGold."""
    if not isinstance(row.get("doc"), str):
        raise InvalidGold(f"{place}: 'doc' is needed, a text")
    codes, outcomes = row["codes"], row.get("outcomes", [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise InvalidGold(f"{place}: 'codes' is needed, a list of texts")
    if not isinstance(outcomes, list) or not all(isinstance(each, dict) for each in outcomes):
        raise InvalidGold(f"{place}: 'outcomes' must be a list of objects")
    return row


def key(row: Row) -> str:
    """Return the sha256 of a unit's words in small letters, by which its codes are known."""
    return hashlib.sha256(" ".join(row["text"].lower().split()).encode()).hexdigest()


def without_text(row: Row, codebook: Codebook) -> Row:
    """Return a unit's codes and values under its key, without a word of its text."""
    names = {each.name for each in codebook.attributes if each.values}
    kept = {name: row[name] for name in ("doc", "n", "codes", *sorted(names)) if name in row}
    outcomes = [
        {name: one[name] for name in one if name in names} | _places(one, row["text"], codebook)
        for one in row.get("outcomes", [])
    ]
    return {"key": key(row)} | kept | ({"outcomes": outcomes} if outcomes else {})


def examples(rows: Sequence[Row], codebook: Codebook) -> list[Example]:
    """Make examples of the units that are statements, in their order."""
    return [_example(row, statement, codebook) for row, statement in statements_of(rows)]


def gold_of(rows: Sequence[Row], codebook: Codebook) -> list[GoldUnit]:
    """Make gold of the units that are statements, to measure by."""
    return [
        GoldUnit(
            document=row["doc"],
            text=row["text"],
            codes=frozenset(row["codes"]),
            values={each.name: frozenset(_given(row, each.name)) for each in codebook.attributes},
            lead_in=statement.lead_in,
            heading=statement.heading,
            results=results_of(row, codebook),
        )
        for row, statement in statements_of(rows)
    ]


def statements_of(rows: Sequence[Row]) -> Iterator[tuple[Row, Statement]]:
    """Yield the units that are statements, each with its heading and lead-in."""
    document = heading = lead_in = ""
    for ordinal, row in enumerate(rows):
        if row["doc"] != document:
            document, heading, lead_in = row["doc"], "", ""
        kind = row.get("kind", "sentence")
        if kind == "heading":
            heading = row["text"]
        if kind in NOT_STATEMENTS:
            continue
        lead_in = row["text"] if kind == "list_lead" else lead_in if kind == "list_item" else ""
        yield (
            row,
            lone_statement(
                document,
                ordinal,
                row["text"],
                heading=row.get("heading", heading),
                lead_in=(row.get("lead_in") or lead_in) if kind == "list_item" else "",
            ),
        )


def held_out(codebook: Codebook, kind: str, documents: Collection[str]) -> set[str]:
    """Return the documents of a kind never to learn from: those listed, or a fifth of all.

    The list is `held-out.json`. Without one, a digest of their names picks the documents, so that
    each keeps its side.
    """
    listed = _listed(codebook, HELD_OUT)
    if listed is not None:
        return set(listed.get(kind, ())) & set(documents)
    mixed = sorted(documents, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return set(mixed[: -(-len(mixed) // FIFTH)])


def reference(codebook: Codebook, documents: Collection[str]) -> set[str]:
    """Return those of some documents that `reference.json` lists, none without it.

    They were coded by whoever made the codebook, whom a coder is to agree with.
    """
    listed = _listed(codebook, REFERENCE) or {}
    return {name for names in listed.values() for name in names} & set(documents)


def left_to_teacher(
    cases: Sequence[Example], documents: Collection[str], codebook: Codebook
) -> list[Example]:
    """Return examples with the codes of these documents alone; those of others become unknown.

    What is noted of a code stays, and so do the words of results.
    """
    codes = {code.id for code in codebook.codes}
    return [
        each
        if each.statement.document_id in documents
        else replace(
            each, answers={name: due for name, due in each.answers.items() if name not in codes}
        )
        for each in cases
    ]


def _listed(codebook: Codebook, name: str) -> Mapping[str, Sequence[str]] | None:
    path = codebook.path.parent / "training" / name
    if not path.is_file():
        return None
    found: dict[str, list[str]] = json.loads(path.read_text("utf-8"))
    return found


def _example(row: Row, statement: Statement, codebook: Codebook) -> Example:
    parts = list(_parts(row, codebook))
    found = tuple(part for part in parts if part)
    codes = ((code.id, code.id in row["codes"]) for code in codebook.codes)
    return Example(
        statement=statement,
        answers=dict([*codes, *_values(row, row["codes"], codebook.attributes)]),
        parts=found,
        quoted=0 < len(found) == len(parts),
    )


def _parts(row: Row, codebook: Codebook) -> Iterator[Part | None]:
    attribute = quoting(codebook)
    if not attribute:
        return
    for outcome in row.get("outcomes", []):
        span = _where(outcome.get(attribute.name, ""), row["text"])
        named = [each for each in codebook.attributes if each.name in outcome]
        answers = dict(_values(outcome, row["codes"], named))
        yield Part(span=span, answers=answers) if span else None


def _places(outcome: Row, text: str, codebook: Codebook) -> dict[str, list[int]]:
    """Return where the words of an outcome stand, for these may not be told."""
    attribute = quoting(codebook)
    span = _where(outcome.get(attribute.name, ""), text) if attribute else None
    return {attribute.name: list(span)} if attribute and span else {}


def _where(words: str | Sequence[int], text: str) -> Span | None:
    if not isinstance(words, str):
        return words[0], words[1]
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) if pattern else None
    return found.span() if found else None


def _values(
    row: Row, codes: Collection[str], attributes: Iterable[Attribute]
) -> Iterator[tuple[str, bool]]:
    for attribute in attributes:
        given = set(_given(row, attribute.name))
        if _is_known(attribute, codes, given):
            for value in attribute.values:
                yield f"{attribute.name}.{value.id}", value.id in given


def _given(row: Row, name: str) -> list[str]:
    parts: list[Row] = [row, *row.get("outcomes", [])]
    values = [part[name] for part in parts if part.get(name)]
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _is_known(attribute: Attribute, codes: Collection[str], given: Collection[str]) -> bool:
    applies = any(code in codes for code in attribute.codes)
    may_be_none = attribute.many and not attribute.needed
    return applies and (bool(given) or may_be_none)

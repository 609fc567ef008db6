"""Gold: what people said of stretches of text, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.codebook import Attribute, Codebook
from kb.errors import InvalidGold
from kb.models import Statement

TEXTS = ("document", "text", "heading", "lead_in")

Row = Mapping[str, Any]
Result = Mapping[str, str]
"""What is noted of one of several results of a statement, by attribute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldUnit:
    """What people said of one stretch of text; `values` are by attribute, of all its claims.

    `results` are those of codes that may make several claims of a statement, one by one.
    """

    document: str
    text: str
    codes: frozenset[str]
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    results: tuple[Result, ...] = ()
    lead_in: str = ""
    heading: str = ""


def read_gold(path: Path, codebook: Codebook) -> list[GoldUnit]:
    """Read gold units, one JSON object a line; raises InvalidGold naming the line."""
    units = [gold_unit(row, place, codebook) for place, row in read_lines(path)]
    if not units:
        raise InvalidGold(f"{path}: no gold units in it")
    return units


def read_lines(path: Path) -> Iterator[tuple[str, Row]]:
    """Yield the JSON objects of a file, one a line, and where each stands; raises InvalidGold."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise InvalidGold(f"{path}: not UTF-8 text") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{path}, line {number}"
            yield place, _object(line, place)


def results_of(row: Row, codebook: Codebook) -> tuple[Result, ...]:
    """Return the results that a line of gold tells: its `outcomes`, or what it says itself."""
    names = [each.name for each in noted_of_results(codebook)]
    parts = row.get("outcomes") or [row]
    found = (
        {name: part[name] for name in names if part.get(name) and isinstance(part[name], str)}
        for part in parts
    )
    return tuple(result for result in found if result)


def lone_statement(
    document: str, ordinal: int, text: str, *, heading: str, lead_in: str
) -> Statement:
    """Return the statement of a coded text that comes without its document."""
    return Statement(
        id=f"{document}-{ordinal}",
        document_id=document,
        passage_id=document,
        ordinal=ordinal,
        text=text,
        char_start=0,
        char_end=len(text),
        heading=heading,
        lead_in=lead_in,
    )


def noted_of_results(codebook: Codebook) -> tuple[Attribute, ...]:
    """Return what is noted of each result, of codes that may make several claims of a statement."""
    several = {
        code for each in codebook.attributes if each.separate or each.quotes for code in each.codes
    }
    return tuple(
        each for each in codebook.attributes if several.issuperset(each.codes) and not each.many
    )


def _object(line: str, place: str) -> Row:
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidGold(f"{place}: half a character (\\ud800 to \\udfff) is no text") from error
    except (ValueError, RecursionError) as error:
        raise InvalidGold(f"{place}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InvalidGold(f"{place}: an object is needed, such as {{'document': …, 'text': …}}")
    return row


def gold_unit(row: Row, place: str, codebook: Codebook) -> GoldUnit:
    """Make a gold unit of what a line says; raises InvalidGold naming its place."""
    texts = _texts(row, place)
    known = {code.id for code in codebook.codes}
    codes = row.get("codes")
    if not isinstance(codes, list) or not known.issuperset(map(str, codes)):
        raise InvalidGold(
            f"{place}: 'codes' is needed, a list of any of {', '.join(sorted(known))}"
        )
    return GoldUnit(
        **texts,
        codes=frozenset(codes),
        values={each.name: _values(row, each, place) for each in codebook.attributes},
        results=results_of(row, codebook),
    )


def _texts(row: Row, place: str) -> dict[str, str]:
    """Return the words of a line; it may be without a heading and a lead-in."""
    given = {key: row[key] for key in TEXTS if row.get(key) is not None}
    texts = {"heading": "", "lead_in": ""} | given
    for key in TEXTS:
        if not isinstance(texts.get(key), str):
            raise InvalidGold(f"{place}: {key!r} is needed, a text")
    return texts


def _values(row: Row, attribute: Attribute, place: str) -> frozenset[str]:
    """Return the values of an attribute, which may stand in the line or in each of its outcomes."""
    outcomes = row.get("outcomes") or []
    if not isinstance(outcomes, list) or not all(isinstance(each, dict) for each in outcomes):
        raise InvalidGold(f"{place}: 'outcomes' must be a list of objects")
    given = list(_each(part.get(attribute.name) for part in (row, *outcomes)))
    if not all(isinstance(one, str) for one in given):
        raise InvalidGold(f"{place}: {attribute.name!r} must be a text, or a list of texts")
    found = frozenset(given)
    known = {value.id for value in attribute.values}
    if strange := sorted(found - known) if known else []:
        raise InvalidGold(
            f"{place}: {strange[0]!r} is none of {attribute.name}: {', '.join(sorted(known))}"
        )
    return found


def flat(values: Iterable[Any]) -> frozenset[str]:
    """Return all values of some that may be lists, without those that are empty."""
    return frozenset(_each(values))


def _each(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        yield from filter(None, value if isinstance(value, list | tuple) else [value])

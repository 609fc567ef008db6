"""What `kb evaluate` prints for people: tables of figures, confusions, and statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from kb.text import wrapped

Row = Mapping[str, Any]

NAME = 17
FIGURE = 11
COUNT = 10
CODE_FIGURES = ("precision", "recall", "f1", "kappa", "alpha")
ATTRIBUTE_FIGURES = ("precision", "recall", "f1", "accuracy", "kappa", "alpha")
HEADS = {"f1": "F1"}


def scores_text(found: Row) -> str:
    """Give scores as tables, each figure with its interval below; then what else was asked for."""
    parts = [
        _codes_table(found),
        _attributes_table(found),
        _notes(found),
        *_confusions(found.get("confusion")),
        *(_statements(name, found[name]) for name in ("missed", "wrong") if name in found),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts)


def coded_attributes(found: Row) -> dict[str, Row]:
    """Return the figures of those attributes of which the gold gives any value."""
    return {name: row for name, row in found["attributes"].items() if row["gold"]}


def _codes_table(found: Row) -> Iterator[str]:
    yield _head("", CODE_FIGURES, ("gold", "predicted"))
    for code, row in found["per_code"].items():
        yield from _lines(code, row, CODE_FIGURES, ("gold", "predicted"))
    for name in ("micro", "macro"):
        yield from _lines(name, found[name], CODE_FIGURES, ())


def _attributes_table(found: Row) -> Iterator[str]:
    yield _head("of agreed codes", ATTRIBUTE_FIGURES, ("units",))
    for name, row in coded_attributes(found).items():
        yield from _lines(name, row, ATTRIBUTE_FIGURES, ("units",))


def _head(name: str, figures: Sequence[str], counts: Sequence[str]) -> str:
    heads = [HEADS.get(each, each).rjust(FIGURE) for each in figures]
    return name.ljust(NAME) + "".join(heads) + "".join(each.rjust(COUNT) for each in counts)


def _lines(name: str, row: Row, figures: Sequence[str], counts: Sequence[str]) -> Iterator[str]:
    values = [figure_text(row[each]).rjust(FIGURE) if each in row else "" for each in figures]
    yield (
        name.ljust(NAME) + "".join(values) + "".join(str(row[each]).rjust(COUNT) for each in counts)
    )
    spans = [span_text(row["intervals"].get(each)).rjust(FIGURE) for each in figures]
    if any(each.strip() for each in spans):
        yield (" " * NAME + "".join(spans)).rstrip()


def figure_text(value: float | None) -> str:
    """Give a figure with two decimals, a dash where it is not defined."""
    # a negative figure that rounds to nothing is nothing
    return "–" if value is None else f"{round(value, 2) + 0:.2f}"


def span_text(interval: Sequence[float] | None) -> str:
    """Give an interval, nothing where there is none."""
    return "–".join(map(figure_text, interval)) if interval else ""


def _notes(found: Row) -> Iterator[str]:
    yield (
        f"{found['units']} units of {_number(found['documents'], 'document')}, "
        f"{found['unmatched']} not found among the statements"
    )
    attributes = coded_attributes(found)
    by_result = [name for name, row in attributes.items() if row["by_result"]]
    sets = [name for name, row in attributes.items() if row["distance"] == "masi"]
    if found["documents"] > 1:
        yield "Below each figure: its 95 % interval, by drawing documents anew"
    else:
        yield "No intervals: these need two documents or more"
    if by_result:
        results = found["results"]
        yield wrapped(
            f"Accuracy, kappa and alpha of {', '.join(by_result)}: over the results that are "
            f"matched, each with one at most ({results['gold']} in gold, {results['predicted']} "
            f"predicted, {results['matched']} matched)"
        )
    if sets:
        yield wrapped(f"Kappa and alpha of {', '.join(sets)}: between sets, by the distance MASI")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _confusions(found: Row | None) -> Iterator[Iterator[str]]:
    if found:
        yield _confusion("codes", found["codes"])
        for name, rows in found["attributes"].items():
            if any(label != "none" for label in rows):
                yield _confusion(name, rows)


def _confusion(name: str, rows: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Yield a table of numbered labels, for their names would not fit above its columns."""
    size = 2 + max(len(label) for label in rows)
    width = max(4, 1 + max(len(str(count)) for row in rows.values() for count in row.values()))
    yield f"{name}: gold down, predicted across"
    yield " " * (size + 4) + "".join(f"{number:{width}}" for number in range(1, len(rows) + 1))
    for number, (label, row) in enumerate(rows.items(), 1):
        cells = "".join(str(row.get(other, "·")).rjust(width) for other in rows)
        yield f"{number:3} {label.ljust(size)}{cells}"


def _statements(name: str, slips: Sequence[Row]) -> Iterator[str]:
    yield f"{name.capitalize()}: {_number(len(slips), 'statement')}"
    for document, group in groupby(slips, key=lambda slip: slip["document"]):
        yield f"\n{document}"
        for slip in group:
            yield wrapped(f"“{slip['text']}”", "  ")
            yield f"    gold: {_codes(slip['gold'])}; predicted: {_codes(slip['predicted'])}"


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(codes) or "none"

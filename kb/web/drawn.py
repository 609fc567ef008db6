"""A map as it is drawn: each cell with its address, its shade or size, and what it says aloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, Literal

from kb.labels import Labels
from kb.synthesis.maps import Cell, EvidenceMap, Head
from kb.synthesis.plan import Weak

SHADES = 5

By = Literal["claims", "documents"]
Href = Callable[[str, str], str]
"""Gives the address of the quotations of a row and a column, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCell:
    """`shade` is 0 for none and 5 for most; `size` the diameter of a bubble, 1 for most."""

    cell: Cell
    number: int
    shade: int
    size: float
    href: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnHead:
    """A row or column with the address of all its claims."""

    head: Head
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnMap:
    """A map ready for a template."""

    id: str
    title: str
    by: By
    columns: list[DrawnHead]
    rows: list[tuple[DrawnHead, list[DrawnCell]]]


def drawn(found: EvidenceMap, by: By, href: Href) -> DrawnMap:
    """Give a map as it is drawn."""
    most = max((getattr(cell, by) for cell in found.cells.values()), default=0)

    def cell(row: Head, column: Head) -> DrawnCell:
        one = found.cells[row.id, column.id]
        number = getattr(one, by)
        return DrawnCell(
            cell=one,
            number=number,
            shade=ceil(number * SHADES / most) if number else 0,
            size=round(sqrt(number / most), 3) if number else 0,
            href=href(row.id, column.id),
            about=f"{row.label}, {column.label}: {cell_words(one, row, column)}",
        )

    return DrawnMap(
        id=found.plan.id,
        title=found.plan.title,
        by=by,
        columns=[DrawnHead(head=each, href=href("", each.id)) for each in found.columns],
        rows=[
            (
                DrawnHead(head=row, href=href(row.id, "")),
                [cell(row, column) for column in found.columns],
            )
            for row in found.rows
        ],
    )


def cell_words(cell: Cell, row: Head, column: Head) -> str:
    """Say what a cell shows, in words."""
    if cell.state == "unread":
        missing = " or ".join(each.label for each in (row, column) if not each.claims)
        return f"nothing read on it, no document here speaks of {missing}"
    if cell.state == "none":
        return (
            f"read, and nothing found; {counted(row.documents, 'document')} on {row.label}, "
            f"{number_text(column.documents)} on {column.label}, no claim on both"
        )
    found = f"{counted(cell.claims, 'claim')} in {counted(cell.documents, 'document')}"
    weak = cell.claims - cell.strong
    if cell.state == "weak":
        return f"{found}, only weak"
    return f"{found}, {number_text(weak)} weak" if weak else found


def counted(number: int, noun: str) -> str:
    """Give a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def number_text(number: int) -> str:
    """Give a number with its thousands parted."""
    return f"{number:,}"


def weak_words(weak: Weak, labels: Labels) -> str:
    """Say which claims are weak."""
    parts = [
        f"{labels.attributes[name].label.lower()} "
        + " or ".join(
            f"“{labels.values_of(name)[value].label}”"
            for value in values
            if value in labels.values_of(name)
        )
        for name, values in weak.values.items()
    ]
    return "; ".join([*parts, f"a confidence below {weak.below:.2f}"])


def map_json(found: DrawnMap) -> dict[str, Any]:
    """Give a map as JSON shows it."""

    def head(each: DrawnHead) -> dict[str, Any]:
        one = each.head
        return {
            "id": one.id,
            "label": one.label,
            "claims": one.claims,
            "documents": one.documents,
            "href": each.href,
        }

    return {
        "id": found.id,
        "title": found.title,
        "rows": [head(row) for row, _ in found.rows],
        "columns": [head(each) for each in found.columns],
        "cells": [
            {
                "row": row.head.id,
                "column": column.head.id,
                "claims": each.cell.claims,
                "documents": each.cell.documents,
                "strong": each.cell.strong,
                "state": each.cell.state,
                "href": each.href,
            }
            for row, cells in found.rows
            for column, each in zip(found.columns, cells, strict=True)
        ],
    }

"""The codebook as the database tells it: labels and definitions of codes, attributes and values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people read for an id; `under` is the wider value that a value belongs to."""

    id: str
    label: str
    definition: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLabel(Label):
    """A code; `number` counts from 1 and picks its colour, `view` is the table of its claims."""

    number: int
    plural: str
    view: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeLabel(Label):
    """An attribute of the claims of `codes`, with the labels of its values, if they are listed.

    `within` names the attribute whose values are wider.
    """

    many: bool
    codes: tuple[str, ...]
    values: Mapping[str, Label] = field(default_factory=dict)
    within: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of a knowledge base, in the order of its codebook."""

    codes: Mapping[str, CodeLabel]
    attributes: Mapping[str, AttributeLabel]

    def listed(self) -> dict[str, AttributeLabel]:
        """Give the attributes whose values are listed."""
        return {name: each for name, each in self.attributes.items() if each.values}

    def values_of(self, attribute: str) -> Mapping[str, Label]:
        """Give the labels of an attribute's values; none where it has no list, or is unknown."""
        found = self.attributes.get(attribute)
        return found.values if found else {}


def load_labels(db: Database) -> Labels:
    """Read the lookup tables."""
    codes = {
        row["id"]: CodeLabel(
            id=row["id"],
            label=row["label"],
            definition=row["definition"],
            number=number,
            plural=row["plural"],
            view=row["view"],
        )
        for number, row in enumerate(db.query("select * from codes order by rowid"), 1)
    }
    attributes = db.query("select * from attributes order by rowid")
    return Labels(codes, {row["id"]: attribute_label(db, row) for row in attributes})


def attribute_label(db: Database, row: Mapping[str, str]) -> AttributeLabel:
    """Give an attribute with the labels of its values."""
    values, wider = value_labels(db, row["lookup"]) if row["lookup"] else ({}, "")
    return AttributeLabel(
        id=row["id"],
        label=row["label"],
        definition=row["definition"],
        many=bool(row["many"]),
        codes=tuple(json.loads(row["codes"])),
        values=values,
        within=wider,
    )


def value_labels(db: Database, table: str) -> tuple[dict[str, Label], str]:
    """Give the values of a lookup table, and the attribute whose values are wider, if any."""
    names = [column.name for column in db[table].columns]
    wider = next((name for name in names if name not in ("id", "label", "definition")), "")
    values = {
        row["id"]: Label(
            id=row["id"],
            label=row["label"],
            definition=row["definition"],
            under=row[wider] if wider else "",
        )
        for row in db.query(f"select * from [{table}] order by rowid")
    }
    return values, wider

"""The codebook as the database tells it: labels and definitions of codes, attributes and values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people read for an id."""

    id: str
    label: str
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLabel(Label):
    """A code; `number` counts from 1 and picks its colour, `view` is the table of its claims."""

    number: int
    plural: str
    view: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeLabel(Label):
    """An attribute of the claims of `codes`, with the labels of its values, if they are listed."""

    many: bool
    codes: tuple[str, ...]
    values: Mapping[str, Label] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Base:
    """A knowledge base: its name in Datasette, and the labels of its codebook."""

    name: str
    labels: Labels


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
    values = {}
    if row["lookup"]:
        sql = f"select id, label, definition from [{row['lookup']}] order by rowid"
        values = {value["id"]: Label(**value) for value in db.query(sql)}
    return AttributeLabel(
        id=row["id"],
        label=row["label"],
        definition=row["definition"],
        many=bool(row["many"]),
        codes=tuple(json.loads(row["codes"])),
        values=values,
    )


def value_labels(attribute: AttributeLabel, value: Any) -> list[Label]:
    """Give an attribute's value or values with their labels; free text stands for itself."""
    values = value if isinstance(value, list) else [value]
    return [attribute.values.get(each, Label(id=each, label=each)) for each in values]

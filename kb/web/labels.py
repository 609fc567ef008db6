"""The knowledge base that pages are about, and the labels they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.labels import AttributeLabel, CodeLabel, Label, Labels, load_labels

__all__ = ["AttributeLabel", "Base", "CodeLabel", "Label", "Labels", "load_labels", "value_labels"]


@dataclass(frozen=True, slots=True)
class Base:
    """A knowledge base: its name in Datasette, and the labels of its codebook."""

    name: str
    labels: Labels


def value_labels(attribute: AttributeLabel, value: Any) -> list[Label]:
    """Give an attribute's value or values with their labels; free text stands for itself."""
    values = value if isinstance(value, list) else [value]
    return [attribute.values.get(each, Label(id=each, label=each)) for each in values]


def notes(noted: Mapping[str, Any], labels: Labels) -> list[str]:
    """Give what was noted of a claim: labels of values, and the document's words in quotes."""
    values = ((each, noted.get(name)) for name, each in labels.attributes.items())
    return [
        label.label if attribute.values else f"“{label.label}”"
        for attribute, value in values
        if value
        for label in value_labels(attribute, value)
    ]

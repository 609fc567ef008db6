"""The knowledge base that pages are about, and the labels they show."""

from __future__ import annotations

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

"""The knowledge base that pages are about, and the labels they show."""

from __future__ import annotations

from dataclasses import dataclass

from kb.labels import AttributeLabel, CodeLabel, Label, Labels, load_labels

__all__ = ["AttributeLabel", "Base", "CodeLabel", "Label", "Labels", "load_labels"]


@dataclass(frozen=True, slots=True)
class Base:
    """A knowledge base: its name in Datasette, and the labels of its codebook."""

    name: str
    labels: Labels

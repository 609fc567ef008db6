"""Cells of Datasette's own tables: labels for values, links for quotations and ids."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from kb.web.labels import Base, Label


def cell(base: Base, urls: Any, row: Any, column: str, value: Any) -> Markup | None:
    """Give what a cell shows, None to leave it to Datasette."""
    if not isinstance(value, str) or not value:
        return None
    if page := page_of(row, column, value):
        return link(urls.path(page), "Read it here" if is_long(row, column) else value)
    if values := base.labels.values_of(column):
        return value_labels(value, values)
    if column == "code" and value in base.labels.codes:
        code = base.labels.codes[value]
        return Markup('<span class="kb-tag kb-c{}">{}</span>').format(code.number, code.label)
    return None


def page_of(row: Any, column: str, value: str) -> str:
    """Give the page that a cell leads to, empty if to none."""
    names = row.keys() if hasattr(row, "keys") else ()
    if column == "quote" and "statement_id" in names:
        return f"/-/kb/statement/{row_id(row['statement_id'])}"
    if column == "statement_id":
        return f"/-/kb/statement/{value}"
    if column == "document_id":
        return f"/-/kb/document/{value}"
    if column == "title" and "document_id" in names and row["document_id"]:
        return f"/-/kb/document/{row_id(row['document_id'])}"
    if is_long(row, column) or (column == "title" and "sha256" in names):
        return f"/-/kb/document/{row_id(row['id'])}"
    return ""


def is_long(row: Any, column: str) -> bool:
    """Say whether a cell holds a whole document's text."""
    return column == "text" and hasattr(row, "keys") and {"sha256", "words"} <= set(row.keys())


def row_id(value: Any) -> Any:
    """Give the id of a cell, which Datasette may have expanded to an id and a label."""
    return value["value"] if isinstance(value, Mapping) else value


def value_labels(value: str, values: Mapping[str, Label]) -> Markup | None:
    """Give the labels of one value, or of a JSON array of values."""
    ids = as_list(value) if value.startswith("[") else [value]
    if not all(isinstance(id, str) and id in values for id in ids):
        return None
    return Markup(", ").join(
        Markup('<span title="{}">{}</span>').format(values[id].definition, values[id].label)
        for id in ids
    )


def as_list(value: str) -> list[Any]:
    """Read a JSON array; a text that only looks like one stands for itself."""
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    return found if isinstance(found, list) else [value]


def link(href: str, text: str) -> Markup:
    """Give a link."""
    return Markup('<a href="{}">{}</a>').format(href, text)

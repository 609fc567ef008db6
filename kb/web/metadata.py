"""What Datasette shows of tables and columns: the one file, for a database of any name."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlite_utils import Database

FILE = Path(__file__).parent / "metadata.yml"
WRITTEN_FOR = "kb"
"""The name of the database in the file."""

Columns = Mapping[str, Collection[str]]
"""The columns of each table and view."""


def metadata_for(name: str, columns: Columns | None = None) -> dict[str, Any]:
    """Give the metadata for a database of this name.

    With `columns`, what the database does not have is left out: another codebook makes other
    tables, and Datasette fails on a facet of a column that is not there.
    """
    metadata: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    # the file's YAML anchors share lists, which Datasette changes in place
    database = copy.deepcopy(metadata.pop("databases")[WRITTEN_FOR])
    if columns is not None:
        database["tables"] = {
            table: fitted(about, columns[table])
            for table, about in database["tables"].items()
            if table in columns
        }
    return metadata | {"databases": {name: database}}


def fitted(about: Mapping[str, Any], columns: Collection[str]) -> dict[str, Any]:
    """Leave out what is said of columns that a table does not have."""
    found = dict(about)
    if "columns" in about:
        found["columns"] = {key: text for key, text in about["columns"].items() if key in columns}
    if "facets" in about:
        found["facets"] = [facet for facet in about["facets"] if facet_column(facet) in columns]
    return found


def facet_column(facet: str | Mapping[str, str]) -> str:
    """Give the column of a facet, plain or of an array."""
    return facet if isinstance(facet, str) else next(iter(facet.values()))


def columns_of(db: Database) -> dict[str, list[str]]:
    """Give the columns of each table and view."""
    names = [*db.table_names(), *db.view_names()]
    return {name: [column.name for column in db[name].columns] for name in names}

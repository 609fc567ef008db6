"""What the home page shows: counts, the evidence map, documents, and how it was all made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from sqlite_utils import Database

from kb.browse import Thing, stats
from kb.web.base import ask, get_base
from kb.web.labels import Base, Label, Labels
from kb.web.queries import get_queries

FILE = Path(__file__).parent / "home.yml"
MOST_DOCUMENTS = 50
SHADES = 4

DOCUMENTS_SQL = """
select d.id, d.title, d.year, d.publisher, d.kind, d.licence,
  (select count(*) from claims c where c.document_id = d.id) as claims
from documents d order by d.year is null, d.year desc, d.title limit ?
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of claims with the address of just these; `shade` is 0 for none, 4 for most."""

    claims: int
    href: str
    shade: int
    about: str


@dataclass(frozen=True, slots=True)
class Map:
    """Claims counted by two things; one row of cells for each label of `rows`."""

    title: str
    columns: list[Label]
    rows: list[tuple[Label, list[Cell]]]


@cache
def load_home() -> dict[str, Any]:
    """Read what the home page says of each codebook: questions to try, and maps to draw."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


async def home_facts(datasette: Any, request: Any) -> Thing:
    """Give all that the home page shows."""
    base = await get_base(datasette)
    assert base is not None  # the template asks for this only where there is one
    found = await ask(datasette, base, stats)
    about = load_home().get(found["build"].get("codebook"), {})
    database = datasette.get_database(base.name)
    return {
        "base": base.name,
        "labels": base.labels,
        "stats": found,
        "documents": await ask(
            datasette, base, lambda db: list(db.query(DOCUMENTS_SQL, [MOST_DOCUMENTS]))
        ),
        "maps": await ask(
            datasette, base, lambda db: maps(db, base, datasette.urls, about.get("maps", []))
        ),
        "examples": about.get("examples", []),
        "queries": await get_queries(datasette, base),
        "download": datasette.setting("allow_download") and not database.is_mutable,
        "address": datasette.absolute_url(request, datasette.urls.instance()),
    }


def maps(db: Database, base: Base, urls: Any, wanted: Iterable[Mapping[str, str]]) -> list[Map]:
    """Give the maps that the database's codebook allows."""
    attributes = base.labels.attributes
    return [
        draw(db, base, urls, each)
        for each in wanted
        if each["rows"] in attributes and each["columns"] in {"code", *attributes}
    ]


def draw(db: Database, base: Base, urls: Any, wanted: Mapping[str, str]) -> Map:
    """Count the claims of a map: values of an attribute by code, or by another's within a code."""
    rows, columns = wanted["rows"], wanted["columns"]
    counts = count_claims(db, base.labels, rows, columns, wanted.get("code"))
    most = max(counts.values(), default=0)
    heads = column_labels(base.labels, rows, columns)

    def cell(row: Label, column: Label) -> Cell:
        claims = counts.get((row.id, column.id), 0)
        href = cell_href(base, urls, wanted, row.id, column.id)
        shade = -(-claims * SHADES // most) if claims else 0
        return Cell(claims, href, shade, f"{row.label}, {column.label}: {claims} claims")

    found = base.labels.values_of(rows).values()
    lines = [(row, [cell(row, head) for head in heads]) for row in found]
    return Map(wanted["title"], heads, lines)


def column_labels(labels: Labels, rows: str, columns: str) -> list[Label]:
    """Give the heads of a map's columns."""
    if columns == "code":
        return [labels.codes[code] for code in labels.attributes[rows].codes]
    return list(labels.values_of(columns).values())


def count_claims(
    db: Database, labels: Labels, rows: str, columns: str, code: str | None
) -> dict[tuple[str, str], int]:
    """Count the claims by the ids of row and column."""
    row, source = f"c.{rows}", "claims c"
    if labels.attributes[rows].many:
        row, source = "j.value", f"claims c, json_each(c.{rows}) j"
    sql = f"""select {row}, c.{columns}, count(distinct c.id) from {source}
              where :code is null or c.code = :code group by 1, 2"""
    return {(a, b): count for a, b, count in db.conn.execute(sql, {"code": code})}


def cell_href(base: Base, urls: Any, wanted: Mapping[str, str], row: str, column: str) -> str:
    """Give the address of the table that shows just a cell's claims."""
    rows, columns = wanted["rows"], wanted["columns"]
    code = base.labels.codes[column if columns == "code" else wanted["code"]]
    name = f"{rows}__arraycontains" if base.labels.attributes[rows].many else f"{rows}__exact"
    pairs = {name: row}
    if columns != "code":
        pairs[f"{columns}__exact"] = column
    return f"{urls.table(base.name, code.view)}?{urlencode(pairs)}"

"""The evidence map as one HTML file: no script, no request, all quotations inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response
from jinja2 import Environment, FileSystemLoader
from sqlite_utils import Database

from kb.browse import Thing
from kb.labels import Labels, load_labels
from kb.pages import NOT_READ
from kb.synthesis.maps import draw_map
from kb.synthesis.plan import MapPlan, Plan, load_plan
from kb.synthesis.quality import read_measured
from kb.synthesis.sample import sample_quotes
from kb.web.counted import kept
from kb.web.drawn import By, DrawnCell, DrawnMap, drawn, weak_words
from kb.web.labels import Base
from kb.web.respond import SAFE
from kb.web.style import css_text

TEMPLATES = Path(__file__).parent / "templates"
QUOTES = 50
"""How many quotations of a cell the file holds, the strongest."""

VARIANTS: tuple[tuple[str, By, str], ...] = (
    ("claims, in shades", "claims", "heat"),
    ("documents, in shades", "documents", "heat"),
    ("claims, in bubbles", "claims", "bubbles"),
    ("documents, in bubbles", "documents", "bubbles"),
)
DOCUMENTS_SQL = """
select title, authors, year, publisher, doi, url, licence from documents order by title, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A map in all its ways of being drawn, with the quotations of each cell by its anchor."""

    plan: MapPlan
    variants: list[tuple[str, str, DrawnMap]]
    cells: list[tuple[str, DrawnCell, list[Thing]]]


@cache
def environment() -> Environment:
    """Give what renders the file; all that is put in is escaped."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def map_file(db: Database) -> Iterator[str]:
    """Yield the file's text in pieces."""
    labels = load_labels(db)
    plan = load_plan(db, labels)
    unread_pages = f"select count(*) from pages where {NOT_READ}"
    facts = {
        "build": next(db.query("select * from builds order by id desc limit 1"), {}),
        "sheets": [make_sheet(db, labels, plan, each) for each in plan.maps],
        "documents": list(db.query(DOCUMENTS_SQL)),
        "labels": labels,
        "measured": read_measured(db),
        "unread": (db["unread"].count, db.conn.execute(unread_pages).fetchone()[0]),
        "weak_words": weak_words(plan.weak, labels),
        "most": QUOTES,
        "css": css_text("map"),
    }
    yield from environment().get_template("kb_map_file.html").generate(facts)


def make_sheet(db: Database, labels: Labels, plan: Plan, one: MapPlan) -> Sheet:
    """Draw a map, with the strongest quotations of each cell."""
    found = draw_map(db, labels, one, plan.weak)
    quotes = sample_quotes(db, labels, one, plan.weak, number=QUOTES)

    def href(row: str, column: str) -> str:
        return f"#{one.id}.{row}.{column}" if row and column else ""

    variants = [(name, show, drawn(found, by, href)) for name, by, show in VARIANTS]
    columns = [each.head.id for each in variants[0][2].columns]
    cells = [
        (each.href[1:], each, quotes.get((row.head.id, column), []))
        for row, line in variants[0][2].rows
        for column, each in zip(columns, line, strict=True)
    ]
    return Sheet(plan=one, variants=variants, cells=cells)


async def map_file_view(datasette: Any, request: Any, base: Base) -> Any:
    """Send the file, made once a build."""
    text = await kept(datasette, base, "map-file", lambda db: "".join(map_file(db)))
    name = 'attachment; filename="evidence-map.html"'
    return Response.html(text, headers=SAFE | {"content-disposition": name})

"""The page of the evidence map."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from sqlite_utils import Database

from kb.errors import NoSuchId
from kb.pages import NOT_READ
from kb.synthesis.maps import EvidenceMap, draw_map
from kb.synthesis.plan import MapPlan, Plan
from kb.synthesis.quality import read_measured
from kb.synthesis.quotes import known, wanted_in
from kb.web.base import ask
from kb.web.counted import kept
from kb.web.drawn import By, DrawnMap, drawn, map_json, weak_words
from kb.web.labels import Base
from kb.web.quotes_page import plan_of, quotes_href
from kb.web.respond import json_page, page, wants_json

BY = ("claims", "documents")
SHOWS = {"heat": "shades", "bubbles": "bubbles"}


async def map_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show one map, with the way to the others."""
    plan = await plan_of(datasette, base)
    chosen = choose(plan, request.url_vars.get("id") or "")
    by = known_choice(request, "by", BY)
    show = known_choice(request, "as", SHOWS)
    found = await draw(datasette, base, plan, chosen)
    shown = as_drawn(datasette.urls, base, found, "documents" if by == "documents" else "claims")
    if wants_json(request):
        return json_page({"weak": weak_words(plan.weak, base.labels)} | map_json(shown))
    facts = {
        "map": shown,
        "plan": chosen,
        "maps_list": plan.maps,
        "by": by,
        "show": show,
        "choices": choices(by, show),
        "weak_words": weak_words(plan.weak, base.labels),
        "has_board": plan.board is not None,
        "measured": await ask(datasette, base, read_measured),
        "unread": await ask(datasette, base, unread_counts),
    }
    return await page(datasette, request, "kb_map.html", facts, base)


def choose(plan: Plan, id: str) -> MapPlan:
    """Give a map by its id, the first without one; raises NoSuchId."""
    if not plan.maps:
        raise NoSuchId("This codebook lists no values, so that there is nothing to map")
    if not id:
        return plan.maps[0]
    known(id, [each.id for each in plan.maps], "map")
    return next(each for each in plan.maps if each.id == id)


def known_choice(request: Any, name: str, choices: Collection[str]) -> str:
    """Give a choice made in the address, the first where none is; raises NoSuchId."""
    given = request.args.get(name) or next(iter(choices))
    known(given, choices, name)
    return str(given)


def choices(by: str, show: str) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Give the choices of the page as groups of links: label, query string, whether chosen."""
    return [
        ("Count", [(id, urlencode({"by": id, "as": show}), id == by) for id in BY]),
        ("Show as", [(w, urlencode({"by": by, "as": id}), id == show) for id, w in SHOWS.items()]),
    ]


async def draw(datasette: Any, base: Base, plan: Plan, chosen: MapPlan) -> EvidenceMap:
    """Count a map, once a build."""
    return await kept(
        datasette,
        base,
        ("map", chosen.id),
        lambda db: draw_map(db, base.labels, chosen, plan.weak),
    )


def as_drawn(urls: Any, base: Base, found: EvidenceMap, by: By) -> DrawnMap:
    """Give a map whose cells lead to our own pages."""

    def href(row: str, column: str) -> str:
        return quotes_href(urls, wanted_in(found.plan, row, column, base.labels))

    return drawn(found, by, href)


def unread_counts(db: Database) -> tuple[int, int]:
    """Give how many files, and how many pages of others, could not be read."""
    pages = db.conn.execute(f"select count(*) from pages where {NOT_READ}").fetchone()[0]
    return db["unread"].count, int(pages)

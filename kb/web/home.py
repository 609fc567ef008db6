"""What the home page shows: what this is, its limits, counts, a map, documents, and how to cite."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from kb.browse import Thing, stats
from kb.synthesis.plan import Plan
from kb.synthesis.quality import read_measured
from kb.web.base import get_base
from kb.web.counted import kept
from kb.web.drawn import DrawnMap, weak_words
from kb.web.labels import Base
from kb.web.map_page import as_drawn, draw, unread_counts
from kb.web.queries import get_queries
from kb.web.quotes_page import plan_of

MOST_DOCUMENTS = 50

DOCUMENTS_SQL = """
select d.id, d.title, d.year, d.publisher, d.kind, d.licence,
  (select count(*) from claims c where c.document_id = d.id) as claims
from documents d where d.id not in (select document_id from copies)
order by d.year is null, d.year desc, d.title limit ?
"""


async def home_facts(datasette: Any, request: Any) -> Thing:
    """Give all that the home page shows."""
    base = await get_base(datasette)
    assert base is not None  # the template asks for this only where there is one
    plan = await plan_of(datasette, base)
    counts = await count_home(datasette, base)
    database = datasette.get_database(base.name)
    return counts | {
        "base": base.name,
        "labels": base.labels,
        "map": await small_map(datasette, base, plan),
        "maps": plan.maps,
        "board": plan.board,
        "weak_words": weak_words(plan.weak, base.labels),
        "examples": plan.examples,
        "queries": await get_queries(datasette, base),
        "download": datasette.setting("allow_download") and not database.is_mutable,
        "address": datasette.absolute_url(request, datasette.urls.instance()),
    }


async def count_home(datasette: Any, base: Base) -> Thing:
    """Count what the home page shows, once a build."""
    return await kept(datasette, base, "home", home_counts)


def home_counts(db: Database) -> Thing:
    """Give what is counted once a build, and how well its coder was measured to do."""
    return {
        "stats": stats(db),
        "documents": list(db.query(DOCUMENTS_SQL, [MOST_DOCUMENTS])),
        "unread": unread_counts(db),
        "measured": read_measured(db),
    }


async def small_map(datasette: Any, base: Base, plan: Plan) -> DrawnMap | None:
    """Give the first map of a codebook, if it has one."""
    if not plan.maps:
        return None
    found = await draw(datasette, base, plan, plan.maps[0])
    return as_drawn(datasette.urls, base, found, "claims")

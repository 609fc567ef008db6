"""The page of the quotations behind a number of a map, a board or anything else that counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlite_utils import Database

from kb.synthesis.plan import Plan, load_plan
from kb.synthesis.quotes import (
    DOCUMENT,
    Wanted,
    describe,
    pairs_of,
    read_quotes,
    read_wanted,
    tally,
)
from kb.web.base import ask
from kb.web.counted import kept
from kb.web.drawn import weak_words
from kb.web.labels import Base, Labels, notes
from kb.web.respond import json_page, page, wants_json, whole_number

PAGE = "_page"
NUMBER = 50
LAST = 2000
"""The last page that may be asked for: whoever wants more wants the download."""


async def plan_of(datasette: Any, base: Base) -> Plan:
    """Give what the pages draw of a base."""
    return await kept(datasette, base, "plan", lambda db: load_plan(db, base.labels))


def quotes_href(urls: Any, wanted: Wanted) -> str:
    """Give the address of the page of some claims."""
    return str(urls.path(f"/-/kb/quotes?{urlencode(pairs_of(wanted))}"))


async def quotes_view(datasette: Any, request: Any, base: Base) -> Any:
    """Show claims with their quotations, those that are not weak first."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    wanted = read_wanted(pairs, base.labels)
    number = whole_number(PAGE, dict(pairs).get(PAGE, "1"), 1, LAST)
    plan = await plan_of(datasette, base)
    facts = await ask(datasette, base, lambda db: quotes_facts(db, base, plan, wanted, number))
    if wants_json(request):
        return json_page(facts["quotes"])
    more = facts["tally"].claims > number * NUMBER
    address = urlencode(pairs_of(wanted))
    facts |= {
        "wanted": wanted,
        "quotes": [each | {"notes": notes(each, base.labels)} for each in facts["quotes"]],
        "weak_words": weak_words(plan.weak, base.labels),
        "table": table_href(datasette.urls, base, wanted),
        "address": address,
        "next": urlencode([*pairs_of(wanted), (PAGE, number + 1)]) if more else "",
        "number": number,
    }
    return await page(datasette, request, "kb_quotes.html", facts, base)


def quotes_facts(
    db: Database, base: Base, plan: Plan, wanted: Wanted, number: int
) -> dict[str, Any]:
    """Give all that the page shows."""
    labels, start = base.labels, (number - 1) * NUMBER
    return {
        "about": describe(db, labels, wanted),
        "tally": tally(db, labels, plan.weak, wanted),
        "quotes": list(read_quotes(db, labels, plan.weak, wanted, number=NUMBER, start=start)),
    }


def table_href(urls: Any, base: Base, wanted: Wanted) -> str:
    """Give the table that shows the same claims, empty where no filter of a table can."""
    if wanted.named or wanted.near:
        return ""
    filters = [(f"{DOCUMENT}__exact", wanted.document)] if wanted.document else []
    filters += [table_filter(name, value, base.labels) for name, value in wanted.values.items()]
    view = base.labels.codes[wanted.code].view if wanted.code else "claims"
    return f"{urls.table(base.name, view)}?{urlencode(filters)}"


def table_filter(name: str, value: str, labels: Labels) -> tuple[str, str]:
    """Give the filter of a table for one value."""
    if not value:
        return f"{name}__isblank", "1"
    many = labels.attributes[name].many
    return f"{name}__{'arraycontains' if many else 'exact'}", value

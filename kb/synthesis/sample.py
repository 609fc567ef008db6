"""The strongest quotations of every cell of a map, found together."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlite_utils import Database

from kb.labels import Labels
from kb.synthesis.maps import source_of
from kb.synthesis.plan import MapPlan, Weak
from kb.synthesis.sql import weak_sql

Thing = dict[str, Any]


def sample_quotes(
    db: Database, labels: Labels, plan: MapPlan, weak: Weak, *, number: int
) -> dict[tuple[str, str], list[Thing]]:
    """Give at most `number` quotations by row and column, those that are not weak first."""
    source = source_of(labels, plan)
    is_weak, parameters = weak_sql(weak)
    sql = f"""
    with placed as (
      select {source.row} as r, {source.column} as k, c.id, {is_weak} as weak,
        row_number() over (
          partition by {source.row}, {source.column} order by {is_weak}, c.confidence desc, c.id
        ) as place
      {source.sql}
    )
    select p.r, p.k, p.weak, c.code, c.confidence, s.text as quote, s.lead_in, s.heading, s.page,
      s.id as statement_id, d.title, d.year
    from placed p join claims c on c.id = p.id join statements s on s.id = c.statement_id
    join documents d on d.id = c.document_id
    where p.place <= :number order by p.r, p.k, p.place"""
    found: dict[tuple[str, str], list[Thing]] = defaultdict(list)
    for row in db.query(sql, parameters | source.parameters | {"number": number}):
        found[row.pop("r"), row.pop("k")].append(row)
    return found

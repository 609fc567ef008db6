"""The evidence map: claims and documents counted by two things, and empty cells told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from kb.labels import Label, Labels
from kb.synthesis.counts import Count, count, keep
from kb.synthesis.plan import CODE, MapPlan, Plan, Weak
from kb.synthesis.sql import (
    PLACES,
    STATEMENTS,
    Axis,
    Parameters,
    axis_of,
    kind_parameters,
    weak_sql,
)

State = Literal["some", "weak", "none", "unread"]
"""Of a cell: it has claims that are not weak, only weak ones, none although documents speak of
both its row and its column, or none because no document that was read speaks of one of them."""

MOST_NAMES = 15
"""How many entities a map shows, those with the most claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A row or column, with all claims of the base that have it."""

    id: str
    label: str
    definition: str
    claims: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Claims that have both a row and a column, and in how many documents; `strong` not weak."""

    claims: int = 0
    documents: int = 0
    strong: int = 0
    state: State = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceMap:
    """A map; `cells` has one cell for each row and column, by their ids."""

    plan: MapPlan
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    cells: Mapping[tuple[str, str], Cell]


def draw_map(db: Database, labels: Labels, plan: MapPlan, weak: Weak) -> EvidenceMap:
    """Count the claims of a map."""
    counts = count_cells(db, labels, plan, weak)
    rows = heads(db, labels, plan, plan.rows, [row for row, _ in counts])
    columns = heads(db, labels, plan, plan.columns, [column for _, column in counts])
    cells = {
        (row.id, column.id): counts.get((row.id, column.id)) or empty(row, column)
        for row in rows
        for column in columns
    }
    return EvidenceMap(plan=plan, rows=rows, columns=columns, cells=cells)


def keep_maps(db: Database, labels: Labels, plan: Plan) -> None:
    """Keep the counts of all maps of a codebook in a base that nothing changes any more."""
    cells = [cells_count(labels, each, plan.weak) for each in plan.maps]
    axes = [(each, name) for each in plan.maps for name in (each.rows, each.columns)]
    keep(db, [*cells, *(heads_count(labels, each, name) for each, name in axes)])


def empty(row: Head, column: Head) -> Cell:
    """Give a cell without claims: nothing was found, or no document speaks of the thing."""
    return Cell(state="none" if row.claims and column.claims else "unread")


def count_cells(
    db: Database, labels: Labels, plan: MapPlan, weak: Weak
) -> dict[tuple[str, str], Cell]:
    """Count claims and documents by row and column, in one pass over the claims."""
    return {
        (r, k): Cell(claims=n, documents=d, strong=s, state="some" if s else "weak")
        for r, k, n, d, s in count(db, cells_count(labels, plan, weak))
    }


def cells_count(labels: Labels, plan: MapPlan, weak: Weak) -> Count:
    """Give the question for claims, documents and claims that are not weak, by row and column."""
    source = source_of(labels, plan)
    is_weak, parameters = weak_sql(weak)
    sql = f"""
    with counted as materialized (
      select {source.row} as r, {source.column} as k, count(*) as n, sum({is_weak}) as w
      {source.sql} group by 1, 2, c.document_id
    )
    select r, k, sum(n), count(*), sum(n - w) from counted group by 1, 2"""
    return Count(sql, parameters | source.parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a map's claims come from: `sql` from "from" to "where", and what is row and column."""

    sql: str
    row: str
    column: str
    parameters: Parameters


def source_of(labels: Labels, plan: MapPlan) -> Source:
    """Give the claims of a map, once for each row and column that they have."""
    row, column = axis_of(plan.rows, labels, "r"), axis_of(plan.columns, labels, "k")
    if plan.within:
        column = near(column, plan.within)
    joins = row.join + column.join
    sql = f"""from claims c{STATEMENTS if "s." in joins else ""}{joins}
      where (:code = '' or c.code = :code)
        and {row.value} is not null and {column.value} is not null"""
    parameters: Parameters = {"code": plan.code}
    parameters |= kind_parameters({"r": plan.rows, "k": plan.columns}, labels)
    return Source(sql=sql, row=row.value, column=column.value, parameters=parameters)


def near(column: Axis, within: str) -> Axis:
    """Give the axis of values that other claims of the same place have."""
    place = PLACES[within]
    join = f""" join (
      select distinct {place} as place, {column.value} as value
      from claims c{STATEMENTS}{column.join} where {column.value} is not null
    ) near on near.place = {place}"""
    return Axis(join, "near.value")


def heads(
    db: Database, labels: Labels, plan: MapPlan, name: str, found: Iterable[str]
) -> tuple[Head, ...]:
    """Give the rows or columns of a map, each with all claims that have it."""
    counts = count_heads(db, labels, plan, name)
    if name != CODE and name not in labels.attributes:
        return named_heads(db, counts, set(found))
    return tuple(
        Head(
            id=each.id,
            label=each.label,
            definition=each.definition,
            claims=counts.get(each.id, (0, 0))[0],
            documents=counts.get(each.id, (0, 0))[1],
        )
        for each in listed(labels, plan, name)
    )


def listed(labels: Labels, plan: MapPlan, name: str) -> list[Label]:
    """Give the codes, or the values of an attribute, that a map shows."""
    if name != CODE:
        return list(labels.values_of(name).values())
    other = labels.attributes.get(plan.columns if plan.rows == CODE else plan.rows)
    return [each for id, each in labels.codes.items() if other is None or id in other.codes]


def count_heads(
    db: Database, labels: Labels, plan: MapPlan, name: str
) -> dict[str, tuple[int, int]]:
    """Count all claims, and their documents, by the values of one axis."""
    return {r: (n, d) for r, n, d in count(db, heads_count(labels, plan, name))}


def heads_count(labels: Labels, plan: MapPlan, name: str) -> Count:
    """Give the question for claims and documents by the values of one axis."""
    axis = axis_of(name, labels, "r")
    sql = f"""
    with counted as materialized (
      select {axis.value} as r, count(*) as n from claims c{axis.join}
      where (:code = '' or c.code = :code) and r is not null group by 1, c.document_id
    )
    select r, sum(n), count(*) from counted group by 1"""
    parameters: Parameters = {"code": "" if plan.within else plan.code}
    return Count(sql, parameters | kind_parameters({"r": name}, labels))


def named_heads(
    db: Database, counts: Mapping[str, tuple[int, int]], found: set[str]
) -> tuple[Head, ...]:
    """Give the entities that most documents and claims name, of those with a claim in the map."""
    names: dict[str, str] = dict(db.conn.execute("select id, name from entities").fetchall())
    wanted = [id for id in counts if id in found]
    most = sorted(wanted, key=lambda id: (-counts[id][1], -counts[id][0], names[id]))
    return tuple(
        Head(id=id, label=names[id], definition="", claims=counts[id][0], documents=counts[id][1])
        for id in most[:MOST_NAMES]
    )

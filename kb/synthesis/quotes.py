"""The quotations behind a number: claims chosen by code, values, document, name and nearness."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from kb.errors import NoSuchId
from kb.labels import Labels
from kb.opening import list_columns
from kb.synthesis.plan import CODE, NEAR, MapPlan, Weak
from kb.synthesis.sql import PLACES, STATEMENTS, Parameters, weak_sql

Thing = dict[str, Any]

DOCUMENT, NAMED, BESIDE, WITHIN = "document_id", "_named", "_near", "_within"
"""Names in an address beside code and attributes, which are columns of claims too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which claims; of an attribute whose value is empty, those for which none was noted.

    `named` is the id of an entity. Beside the claim, `within` a place, stands another of `near`.
    """

    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    document: str = ""
    named: str = ""
    near: tuple[str, str] | None = None
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many claims there are, how many of them are not weak, and in how many documents."""

    claims: int
    strong: int
    documents: int


def wanted_in(plan: MapPlan, row: str, column: str, labels: Labels) -> Wanted:
    """Give what is counted in a cell of a map; without a row or column, in the whole other."""
    wanted = Wanted(code=plan.code if not plan.within else "")
    if row:
        wanted = with_value(wanted, plan.rows, row, labels)
    if column and plan.within and row:
        near, code = (plan.columns, column), plan.code or wanted.code
        return replace(wanted, code=code, near=near, within=plan.within)
    return with_value(wanted, plan.columns, column, labels) if column else wanted


def with_value(wanted: Wanted, name: str, value: str, labels: Labels) -> Wanted:
    """Ask for one more thing: a code, a value of an attribute, or an entity."""
    if name == CODE:
        return replace(wanted, code=value)
    if name in labels.attributes:
        return replace(wanted, values={**wanted.values, name: value})
    return replace(wanted, named=value)


def pairs_of(wanted: Wanted) -> list[tuple[str, str]]:
    """Give what is wanted as names and values of an address."""
    pairs = [(CODE, wanted.code), (DOCUMENT, wanted.document), (NAMED, wanted.named)]
    if wanted.near:
        pairs += [(BESIDE, ":".join(wanted.near)), (WITHIN, wanted.within)]
    return [*((name, value) for name, value in pairs if value), *wanted.values.items()]


def read_wanted(pairs: Iterable[tuple[str, str]], labels: Labels) -> Wanted:
    """Read an address; raises NoSuchId for what the codebook does not have.

    Other names that begin with "_" are for whoever else reads the address.
    """
    given = dict(pairs)
    for name in given:
        if not name.startswith("_"):
            known(name, [CODE, DOCUMENT, *labels.attributes], "filter")
    code = given.get(CODE, "")
    if code:
        known(code, labels.codes, "code")
    attribute, _, value = given.get(BESIDE, "").partition(":")
    if attribute:
        check_value(attribute, value, labels)
        known(given.get(WITHIN, ""), NEAR, "place")
    values = {name: given[name] for name in given if name in labels.attributes}
    for name, each in values.items():
        check_value(name, each, labels)
    return Wanted(
        code=code,
        values=values,
        document=given.get(DOCUMENT, ""),
        named=given.get(NAMED, ""),
        near=(attribute, value) if attribute else None,
        within=given.get(WITHIN, "") if attribute else "",
    )


def check_value(attribute: str, value: str, labels: Labels) -> None:
    """Raise NoSuchId unless a listed attribute has a value; none at all may be asked for."""
    known(attribute, labels.attributes, "attribute")
    values = labels.values_of(attribute)
    if value and values:
        known(value, values, attribute)


def known(id: str, there: Iterable[str], noun: str) -> None:
    """Raise NoSuchId, saying what there is, unless an id is among it."""
    if id not in there:
        raise NoSuchId(f"No {noun} {id!r}; there are: {', '.join(there)}")


def where_sql(wanted: Wanted, labels: Labels) -> tuple[str, Parameters]:
    """Give the condition on claims `c`, of statements `s` if it names them, with its parameters."""
    parts = [
        (f"c.{name} = :{key}", key, value)
        for name, key, value in (
            (CODE, "code", wanted.code),
            (DOCUMENT, "document", wanted.document),
        )
        if value
    ]
    if wanted.named:
        named = "c.id in (select claim_id from claim_entities where entity_id = :named)"
        parts.append((named, "named", wanted.named))
    for number, (name, value) in enumerate(wanted.values.items()):
        parts.append((value_sql(name, value, labels, f"value{number}"), f"value{number}", value))
    if wanted.near:
        parts.append((near_sql(wanted, labels), "near", wanted.near[1]))
    where = " and ".join(sql for sql, _, _ in parts) or "1"
    return where, {key: value for _, key, value in parts}


def value_sql(name: str, value: str, labels: Labels, key: str, claims: str = "c") -> str:
    """Give the condition that claims have a value; the empty one, that they have none."""
    if not value:
        return f"({claims}.{name} is null or {claims}.{name} in ('', '[]')) and :{key} = ''"
    if labels.attributes[name].many:
        lists = f"select list from value_lists where attribute = '{name}' and value = :{key}"
        return f"{claims}.{name} in ({lists})"
    return f"{claims}.{name} = :{key}"


def near_sql(wanted: Wanted, labels: Labels) -> str:
    """Give the condition that another claim of a value stands in the same place."""
    assert wanted.near is not None
    name, value = wanted.near
    place = PLACES[wanted.within]
    return f"""{place} in (
      select {place.replace("c.", "o.").replace("s.", "os.")}
      from claims o join statements os on os.id = o.statement_id
      where {value_sql(name, value, labels, "near", "o")})"""


def claims_for(wanted: Wanted) -> str:
    """Give the tables that the condition speaks of: claims `c`, and statements `s` if it must."""
    asks_place = bool(wanted.near) and PLACES[wanted.within].startswith("s.")
    return f"claims c{STATEMENTS if asks_place else ''}"


def tally(db: Database, labels: Labels, weak: Weak, wanted: Wanted) -> Tally:
    """Count the claims that are wanted."""
    is_weak, parameters = weak_sql(weak)
    where, more = where_sql(wanted, labels)
    sql = f"""
    select count(*), count(*) - coalesce(sum({is_weak}), 0), count(distinct c.document_id)
    from {claims_for(wanted)} where {where}"""
    claims, strong, documents = db.conn.execute(sql, parameters | more).fetchone()
    return Tally(claims=claims, strong=strong, documents=documents)


def read_quotes(
    db: Database, labels: Labels, weak: Weak, wanted: Wanted, *, number: int, start: int = 0
) -> Iterator[Thing]:
    """Yield claims with their quotation, place and document, those that are not weak first."""
    is_weak, parameters = weak_sql(weak)
    where, more = where_sql(wanted, labels)
    # put in order by what an index has, so that only those shown are read
    sql = f"""
    with shown as materialized (
      select c.id, {is_weak} as weak from {claims_for(wanted)} where {where}
      order by weak, c.confidence desc, c.id limit :number offset :start
    )
    select c.*, shown.weak, s.text as quote, s.lead_in, s.heading, s.page, d.title, d.year
    from shown join claims c on c.id = shown.id join statements s on s.id = c.statement_id
    join documents d on d.id = c.document_id order by shown.weak, c.confidence desc, c.id"""
    parameters |= more | {"number": number, "start": start}
    lists = list_columns(db)
    for row in db.query(sql, parameters):
        listed = {name: json.loads(row[name]) if row[name] else [] for name in lists}
        yield row | listed | {"weak": bool(row["weak"])}


def describe(db: Database, labels: Labels, wanted: Wanted) -> list[tuple[str, str]]:
    """Give what is wanted in words, as pairs of name and value; raises NoSuchId."""
    found = [("Code", labels.codes[wanted.code].label)] if wanted.code else []
    found += [value_text(labels, name, value) for name, value in wanted.values.items()]
    for table, column, id in (
        ("entities", "name", wanted.named),
        ("documents", "title", wanted.document),
    ):
        if id:
            found.append(look_up(db, table, column, id))
    if wanted.near:
        name, value = value_text(labels, *wanted.near)
        found.append((f"In the same {wanted.within}, {name.lower()}", value))
    return found


def value_text(labels: Labels, name: str, value: str) -> tuple[str, str]:
    """Give an attribute and its value in words."""
    label = labels.values_of(name).get(value)
    return labels.attributes[name].label, label.label if label else value or "none noted"


def look_up(db: Database, table: str, column: str, id: str) -> tuple[str, str]:
    """Give what an entity or a document is, and its name; raises NoSuchId."""
    kind = "(select label from entity_kinds k where k.id = kind)" if table == "entities" else "?"
    sql = f"select {kind}, {column} from {table} where id = ?"
    row = db.conn.execute(sql, [id] if table == "entities" else ["Document", id]).fetchone()
    if row is None:
        raise NoSuchId(f"None of the {table} has the id {id}")
    return str(row[0]), str(row[1])

"""The outcome board: which way each measure went in each document, found and expected apart.

An effect direction plot (Thomson and Thomas 2013): directions, no sizes, and no votes counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from kb.labels import Label, Labels
from kb.synthesis.plan import BoardPlan, Weak
from kb.synthesis.sql import weak_sql

Way = Literal["up", "down", "same", "other"]
Judged = Literal["good", "bad", "both", ""]
WAYS: tuple[Way, ...] = ("up", "down", "same", "other")

MOST_DOCUMENTS = 40
"""How many documents a page of the board shows, those that report most first."""

Row = tuple[str, str, str, str, str, int, int]
"""Document, measure, direction, judgement, standing, and how many claims, weak ones among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Claims of one document on one measure that go one way; `directions` are their values."""

    way: Way
    found: bool
    judged: Judged
    claims: int
    strong: int
    directions: tuple[str, ...]
    standings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A column; `found` and `expected` count documents by way, `contrasting` those of several."""

    id: str
    label: str
    definition: str
    found: Mapping[Way, int]
    expected: Mapping[Way, int]
    contrasting: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """A document that reports on something of a group; `start` of a board counts these."""

    id: str
    title: str
    year: int | None
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A kind of outcome, with its claims and the documents that make them."""

    id: str
    label: str
    definition: str
    claims: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One group's plot; `marks` are by document and measure, and none where nothing is said."""

    group: Group
    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    documents: tuple[Reporter, ...]
    marks: Mapping[tuple[str, str], tuple[Mark, ...]]
    start: int
    last: bool


def find_groups(db: Database, labels: Labels, plan: BoardPlan) -> tuple[Group, ...]:
    """Give the kinds of outcome that have claims, in the codebook's order; one if it has none."""
    wider = labels.attributes[plan.measure].within
    value = f"coalesce(c.{wider}, '')" if wider else "''"
    sql = f"""
    select {value}, count(*), count(distinct document_id) from claims c
    where code = :code group by 1"""
    counts = {g: (n, d) for g, n, d in db.conn.execute(sql, {"code": plan.code})}
    every = labels.values_of(wider).values() if wider else [labels.codes[plan.code]]
    ids = {each.id if wider else "": each for each in every}
    return tuple(
        Group(
            id=id,
            label=each.label,
            definition=each.definition,
            claims=counts[id][0],
            documents=counts[id][1],
        )
        for id, each in ids.items()
        if id in counts
    )


def draw_board(
    db: Database, labels: Labels, plan: BoardPlan, weak: Weak, *, group: str = "", start: int = 0
) -> Board | None:
    """Give the plot of one group, by default the one that most documents report; None if none."""
    groups = find_groups(db, labels, plan)
    if not groups:
        return None
    most = max(groups, key=lambda each: (each.documents, each.claims))
    chosen = next((each for each in groups if each.id == group), most)
    marks = collect(read_rows(db, labels, plan, weak, chosen.id), plan)
    documents = reporters(db, marks)
    shown = documents[start : start + MOST_DOCUMENTS]
    ids = {each.id for each in shown}
    return Board(
        group=chosen,
        groups=groups,
        measures=tuple(measures(labels, plan, marks)),
        documents=tuple(shown),
        marks={key: each for key, each in marks.items() if key[0] in ids},
        start=start,
        last=start + MOST_DOCUMENTS >= len(documents),
    )


def read_rows(
    db: Database, labels: Labels, plan: BoardPlan, weak: Weak, group: str
) -> Iterable[Row]:
    """Yield what each document says of each measure of a group."""
    is_weak, parameters = weak_sql(weak)
    wider = labels.attributes[plan.measure].within
    names = (plan.measure, plan.direction, plan.judged, plan.standing)
    values = ", ".join(f"coalesce(c.{name}, '')" for name in names)
    sql = f"""
    select c.document_id, {values}, count(*), sum({is_weak}) from claims c
    where c.code = :code {f"and coalesce(c.{wider}, '') = :group" if wider else ""}
    group by 1, 2, 3, 4, 5"""
    parameters |= {"code": plan.code, "group": group}
    rows: Iterable[Row] = db.conn.execute(sql, parameters)
    return rows


def collect(rows: Iterable[Row], plan: BoardPlan) -> dict[tuple[str, str], tuple[Mark, ...]]:
    """Give the marks of each document and measure: what was found first, up before down."""
    told: dict[tuple[str, str], dict[tuple[bool, Way], list[Row]]] = defaultdict(dict)
    for row in rows:
        document, measure, direction, _, standing, *_ = row
        key = (standing in plan.found, way_of(direction, plan))
        told[document, measure].setdefault(key, []).append(row)
    order = [(found, way) for found in (True, False) for way in WAYS]
    return {
        place: tuple(mark(*key, ways[key], plan) for key in order if key in ways)
        for place, ways in told.items()
    }


def way_of(direction: str, plan: BoardPlan) -> Way:
    """Give which way a direction points; whatever is not named points nowhere."""
    if direction in plan.up:
        return "up"
    if direction in plan.down:
        return "down"
    return "same" if direction in plan.same else "other"


def mark(found: bool, way: Way, rows: Sequence[Row], plan: BoardPlan) -> Mark:
    """Sum up the claims that go one way."""
    claims = sum(row[5] for row in rows)
    return Mark(
        way=way,
        found=found,
        judged=judged_of({row[3] for row in rows}, plan),
        claims=claims,
        strong=claims - sum(row[6] for row in rows),
        directions=tuple(sorted({row[2] for row in rows})),
        standings=tuple(sorted({row[4] for row in rows})),
    )


def judged_of(values: set[str], plan: BoardPlan) -> Judged:
    """Give how documents judge a result, as far as they agree."""
    good, bad = not values.isdisjoint(plan.good), not values.isdisjoint(plan.bad)
    if good and bad:
        return "both"
    return "good" if good else "bad" if bad else ""


def is_contrasting(marks: Iterable[Mark]) -> bool:
    """Say whether one document finds that a measure went several ways."""
    return len({each.way for each in marks if each.found and each.way != "other"}) > 1


def reporters(db: Database, marks: Mapping[tuple[str, str], Sequence[Mark]]) -> list[Reporter]:
    """Give the documents of a group, those that make most claims first."""
    claims: Counter[str] = Counter()
    for (document, _), each in marks.items():
        claims[document] += sum(one.claims for one in each)
    about = {
        id: (title, year)
        for id, title, year in db.conn.execute("select id, title, year from documents")
    }
    found = [
        Reporter(id=id, title=about[id][0], year=about[id][1], claims=number)
        for id, number in claims.items()
    ]
    return sorted(found, key=lambda each: (-each.claims, each.title, each.id))


def measures(
    labels: Labels, plan: BoardPlan, marks: Mapping[tuple[str, str], Sequence[Mark]]
) -> Iterable[Measure]:
    """Yield the measures that are spoken of, in the codebook's order, and last those it lacks."""
    by_measure: dict[str, list[Sequence[Mark]]] = defaultdict(list)
    for (_, measure), each in marks.items():
        by_measure[measure].append(each)
    other = Label(id="", label="Other measures", definition="What the list does not have.")
    for label in (*labels.values_of(plan.measure).values(), other):
        if squares := by_measure.get(label.id):
            yield Measure(
                id=label.id,
                label=label.label,
                definition=label.definition,
                found=count_ways(squares, found=True),
                expected=count_ways(squares, found=False),
                contrasting=sum(map(is_contrasting, squares)),
                documents=len(squares),
            )


def count_ways(squares: Iterable[Sequence[Mark]], *, found: bool) -> dict[Way, int]:
    """Count documents by the ways they found, or expected, a measure to go."""
    ways = Counter(each.way for square in squares for each in square if each.found == found)
    return {way: ways[way] for way in WAYS}

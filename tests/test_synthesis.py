"""Counting claims for maps and boards, on a base small enough to count by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database
from web_base import HOSTILE, fill

from kb.codebook import load_codebook, shipped_codebooks
from kb.errors import InvalidCodebook, NoSuchId
from kb.labels import Labels, load_labels
from kb.synthesis.board import Mark, draw_board, is_contrasting
from kb.synthesis.maps import Cell, draw_map, keep_maps
from kb.synthesis.plan import (
    FILE_NAME,
    MapPlan,
    Plan,
    Weak,
    board_fits,
    derived_maps,
    fits,
    load_plan,
    read_plan,
)
from kb.synthesis.quality import read_measured
from kb.synthesis.quotes import (
    Tally,
    Wanted,
    describe,
    pairs_of,
    read_quotes,
    read_wanted,
    tally,
    wanted_in,
)
from kb.synthesis.sample import sample_quotes
from kb.tables import create_tables, fill_lookups
from kb.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def harbour() -> Iterator[Database]:
    db = Database(memory=True)
    fill(db, load_codebook())
    yield db
    db.close()


@pytest.fixture(scope="module")
def labels(harbour: Database) -> Labels:
    return load_labels(harbour)


@pytest.fixture(scope="module")
def plan(harbour: Database, labels: Labels) -> Plan:
    return load_plan(harbour, labels)


def shown(db: Database, labels: Labels, plan: Plan, id: str) -> dict[tuple[str, str], Cell]:
    one = next(each for each in plan.maps if each.id == id)
    cells = draw_map(db, labels, one, plan.weak).cells
    return {place: cell for place, cell in cells.items() if cell.state not in {"none", "unread"}}


def test_a_map_counts_claims_and_documents_and_what_is_weak(harbour, labels, plan):
    strong = Cell(claims=1, documents=1, strong=1, state="some")
    weak = Cell(claims=1, documents=1, strong=0, state="weak")
    assert shown(harbour, labels, plan, "factors") == {
        ("workforce_roles", "facilitator"): strong,
        ("information_technology", "facilitator"): strong,
        ("information_technology", "barrier"): weak,
        ("finance_incentives", "barrier"): strong,
    }
    assert shown(harbour, labels, plan, "outcomes") == {
        ("utilisation", "decrease"): Cell(claims=2, documents=2, strong=1, state="some")
    }


def test_claims_of_a_row_are_counted_beside_those_of_a_column(harbour, labels, plan):
    assert shown(harbour, labels, plan, "forms") == {
        ("information_technology", "horizontal"): Cell(
            claims=1, documents=1, strong=0, state="weak"
        )
    }


@pytest.mark.parametrize(
    ("within", "claims"), [("statement", None), ("passage", 1), ("document", 1)]
)
def test_how_near_is_near_is_the_plans_to_say(harbour, labels, within, claims):
    one = MapPlan(id="x", title="", rows="themes", columns="types", within=within)
    cell = draw_map(harbour, labels, one, Weak()).cells["information_technology", "horizontal"]
    assert (cell.claims or None) == claims


def test_a_cell_of_a_code_beside_others_leads_to_what_it_counts(harbour, labels):
    one = MapPlan(
        id="x", title="", rows="themes", columns="types", code="barrier", within="passage"
    )
    cells = draw_map(harbour, labels, one, Weak()).cells
    for (row, column), cell in cells.items():
        wanted = wanted_in(one, row, column, labels)
        assert tally(harbour, labels, Weak(), wanted).claims == cell.claims
    assert sum(cell.claims for cell in cells.values()) == 1


def test_maps_that_are_kept_are_not_counted_again(labels, plan):
    db = Database(memory=True)
    fill(db, load_codebook())
    drawn = [draw_map(db, labels, each, plan.weak) for each in plan.maps]
    keep_maps(db, labels, plan)
    db.conn.execute("update claims set code = 'barrier'")
    assert [draw_map(db, labels, each, plan.weak) for each in plan.maps] == drawn
    other = draw_map(db, labels, plan.maps[0], Weak(below=0.9))
    assert other.cells["workforce_roles", "facilitator"].claims == 0  # no such count is kept
    db.close()


def test_names_are_rows_of_a_map(harbour, labels):
    one = MapPlan(id="x", title="", rows="population", columns="themes")
    found = draw_map(harbour, labels, one, Weak())
    assert [(row.label, row.claims, row.documents) for row in found.rows] == [("Nurses", 1, 1)]
    (nurses,) = (row.id for row in found.rows)
    assert {column for (_, column), cell in found.cells.items() if cell.claims} == {
        "information_technology",
        "workforce_roles",
    }
    wanted = wanted_in(one, nurses, "workforce_roles", labels)
    assert describe(harbour, labels, wanted) == [
        ("Themes", "Workforce and roles"),
        ("Population", "Nurses"),
    ]
    assert tally(harbour, labels, Weak(), wanted) == Tally(claims=1, strong=1, documents=1)


def test_empty_cells_are_told_apart(harbour, labels, plan):
    cells = draw_map(harbour, labels, plan.maps[0], plan.weak).cells
    assert cells["finance_incentives", "facilitator"].state == "none"
    assert cells["care_model", "facilitator"].state == "unread"


def test_every_cell_counts_what_its_quotations_are(harbour, labels, plan):
    for one in plan.maps:
        samples = sample_quotes(harbour, labels, one, plan.weak, number=50)
        for (row, column), cell in draw_map(harbour, labels, one, plan.weak).cells.items():
            wanted = wanted_in(one, row, column, labels)
            quotes = list(read_quotes(harbour, labels, plan.weak, wanted, number=50))
            assert tally(harbour, labels, plan.weak, wanted) == Tally(
                claims=cell.claims, strong=cell.strong, documents=cell.documents
            )
            found = [quote["quote"] for quote in quotes]
            assert found == [quote["quote"] for quote in samples.get((row, column), [])]
            assert read_wanted(pairs_of(wanted), labels) == wanted


def test_strong_claims_come_first(harbour, labels, plan):
    found = read_quotes(harbour, labels, plan.weak, Wanted(code="barrier"), number=9)
    assert [(each["quote"], each["weak"], each["themes"]) for each in found] == [
        ("Separate budgets slowed the work.", False, ["finance_incentives"]),
        (f"Records {HOSTILE} were said to slow the work.", True, ["information_technology"]),
    ]


def test_claims_without_a_value_can_be_wanted(harbour, labels, plan):
    wanted = Wanted(code="outcome", values={"indicator": ""})
    (quote,) = read_quotes(harbour, labels, plan.weak, wanted, number=9)
    assert quote["quote"] == "Admissions should fall."
    assert describe(harbour, labels, wanted) == [("Code", "Outcome"), ("Indicator", "none noted")]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("code", "fish")], "No code 'fish'; there are: facilitator"),
        ([("themes", "fish")], "No themes 'fish'; there are: leadership"),
        ([("_near", "fish:x")], "No attribute 'fish'"),
        ([("_near", "types:x")], "No types 'x'"),
        ([("_near", "types:horizontal")], "No place ''; there are: statement, passage, document"),
    ],
)
def test_what_cannot_be_wanted_is_said(labels, pairs, message):
    with pytest.raises(NoSuchId, match=message):
        read_wanted(pairs, labels)


@pytest.mark.parametrize("wanted", [Wanted(document="nope"), Wanted(named="nope")])
def test_an_unknown_document_or_name_is_said(harbour, labels, wanted):
    with pytest.raises(NoSuchId, match="has the id nope"):
        describe(harbour, labels, wanted)


def test_the_board_tells_found_from_expected(harbour, labels, plan):
    board = draw_board(harbour, labels, plan.board, plan.weak)
    assert (board.group.label, board.group.claims, board.group.documents) == (
        "Use of services",
        2,
        2,
    )
    common = {"way": "down", "judged": "good", "claims": 1, "directions": ("decrease",)}
    assert board.marks == {
        ("d1", "emergency_admissions"): (
            Mark(**common, found=True, strong=1, standings=("found",)),
        ),
        ("d2", ""): (Mark(**common, found=False, strong=0, standings=("recommended",)),),
    }
    assert [(each.label, each.found["down"], each.expected["down"]) for each in board.measures] == [
        ("Emergency admissions", 1, 0),
        ("Other measures", 0, 1),
    ]
    assert [(each.id, each.claims) for each in board.documents] == [("d2", 1), ("d1", 1)]


def test_a_document_that_finds_two_ways_contrasts():
    def mark(way, found):
        return Mark(
            way=way, found=found, judged="", claims=1, strong=1, directions=(), standings=()
        )

    assert is_contrasting([mark("up", True), mark("down", True)])
    assert is_contrasting([mark("same", True), mark("down", True)])
    assert not is_contrasting([mark("up", True), mark("down", False)])
    assert not is_contrasting([mark("up", True), mark("other", True)])


def test_a_base_without_outcomes_has_no_board(labels, plan):
    book = load_codebook()
    empty = Database(memory=True)
    create_tables(empty, book)
    fill_lookups(empty, book)
    assert draw_board(empty, labels, plan.board, plan.weak) is None
    cells = draw_map(empty, labels, plan.maps[0], plan.weak).cells
    assert {cell.state for cell in cells.values()} == {"unread"}
    assert read_measured(empty) == ()
    assert load_plan(empty, labels).maps == tuple(derived_maps(labels, []))
    empty.close()


def test_figures_of_the_coder_are_those_of_its_codebook(harbour, labels):
    (first, *_) = read_measured(harbour)
    assert first.name == "held out, written"
    assert set(first.by_code) == set(labels.codes)
    assert 0 < first.overall.precision < 1


@pytest.mark.parametrize("name", shipped_codebooks())
def test_the_pages_of_shipped_codebooks_name_what_there_is(name):
    book = load_codebook(name)
    db = Database(memory=True)
    create_tables(db, book)
    kinds = load_vocabulary(book)
    fill_lookups(db, book, kinds.kinds if kinds else ())
    labels = load_labels(db)
    known = [row["id"] for row in db.query("select id from entity_kinds")]
    said = read_plan(book.path.parent / FILE_NAME)
    assert [each.id for each in said.maps if not fits(each, labels, known)] == []
    assert all(set(values) <= set(labels.values_of(a)) for a, values in said.weak.values.items())
    assert said.board
    assert board_fits(said.board, labels)
    board = said.board
    ways = {*board.up, *board.down, *board.same}
    assert ways <= set(labels.values_of(board.direction))
    assert {*board.good, *board.bad} <= set(labels.values_of(board.judged))
    assert set(board.found) <= set(labels.values_of(board.standing))
    db.close()


def test_maps_follow_from_a_codebook_that_names_none(garden):
    labels = load_labels(garden)
    assert load_plan(garden, labels) == Plan(
        maps=(
            MapPlan(id="themes", title="Themes by code", rows="themes", columns="code"),
            MapPlan(id="direction", title="Direction by code", rows="direction", columns="code"),
        )
    )
    found = draw_map(garden, labels, load_plan(garden, labels).maps[0], Weak())
    assert {place: (cell.claims, cell.state) for place, cell in found.cells.items()} == {
        ("water", "help"): (2, "some"),
        ("people", "help"): (1, "some"),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fish: 1", "line 1: fish: unknown"),
        ("weak: {below: 2}", "line 1: weak.below: a confidence from 0 to 1"),
        ("maps: {a: {title: A, rows: x}}", "maps.a.columns: a text is needed"),
        (
            "maps: {a: {title: A, rows: x, columns: y, within: street}}",
            "maps.a.within: 'street' is unknown; say one of document, passage, statement",
        ),
        ("board: {code: x}", "board.measure: a text is needed"),
    ],
)
def test_a_slip_in_pages_yml_is_named_with_its_line(tmp_path: Path, text, message):
    path = tmp_path / FILE_NAME
    path.write_text(text)
    with pytest.raises(InvalidCodebook, match=message):
        read_plan(path)

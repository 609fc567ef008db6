from pathlib import Path

import pytest
from sqlite_utils import Database

from kb.codebook import load_codebook
from kb.export import iter_claims
from kb.models import Claim, Document, Passage, Statement
from kb.store import save_claims, save_document
from kb.tables import empty_database, fill_lookups

ORCHARD = load_codebook(str(Path(__file__).parent / "cases" / "told_codebook.yml"))
TEXT = "It gave apples."
PLACE = {"text": TEXT, "char_start": 0, "char_end": len(TEXT), "ordinal": 0, "document_id": "d"}
PRINTED = ["£1.2 million", "from 12 to 9", "a lot", None]


@pytest.fixture
def orchard() -> Database:
    db = empty_database(ORCHARD)
    save_document(
        db,
        Document(id="d", title="Trees", path="trees.txt", sha256="1", text=TEXT, words=3),
        [Passage(id="p", kind="paragraph", **PLACE)],
        [Statement(id="s", passage_id="p", **PLACE)],
    )
    claims = (
        Claim(
            id=f"c{number}",
            statement_id="s",
            document_id="d",
            code="yield",
            attributes={"crop": "fruit"} | ({"amount": printed} if printed else {}),
        )
        for number, printed in enumerate(PRINTED)
    )
    save_claims(db, "d", claims)
    fill_lookups(db, ORCHARD)
    return db


FIGURES = ("amount", "amount_number", "amount_first", "amount_second", "amount_unit")


def test_a_figure_is_stored_as_printed_and_as_numbers(orchard: Database) -> None:
    sql = f"select {', '.join(FIGURES)} from yields order by id"
    assert orchard.conn.execute(sql).fetchall() == [
        ("£1.2 million", 1200000.0, None, None, "GBP"),
        ("from 12 to 9", None, 12.0, 9.0, None),
        ("a lot", None, None, None, None),
        (None, None, None, None, None),
    ]


def test_exports_have_the_numbers_too(orchard: Database) -> None:
    first, *_ = iter_claims(orchard)
    assert {name: first[name] for name in FIGURES} == {
        "amount": "£1.2 million",
        "amount_number": 1200000.0,
        "amount_first": None,
        "amount_second": None,
        "amount_unit": "GBP",
    }


def test_the_attributes_say_which_is_a_figure(orchard: Database) -> None:
    sql = "select id, figure from attributes order by rowid"
    assert orchard.conn.execute(sql).fetchall() == [
        ("named", 0),
        ("crop", 0),
        ("kind", 0),
        ("place", 0),
        ("amount", 1),
    ]


def test_the_values_say_under_which_they_stand(orchard: Database) -> None:
    sql = "select id, crop from kinds order by rowid"
    assert orchard.conn.execute(sql).fetchall() == [
        ("apple", "fruit"),
        ("crab", "fruit"),
        ("quince", "fruit"),
        ("medlar", "fruit"),
        ("log", "wood"),
        ("twig", "wood"),
    ]

from __future__ import annotations

import sqlite3
from dataclasses import replace
from unittest.mock import ANY

import pytest
from sqlite_utils import Database

from kb.codebook import load_codebook
from kb.errors import DatabaseMissing, InvalidCodebook
from kb.models import Claim, Document, Line, Mention, Page, Passage, Statement, Unread
from kb.opening import list_columns, open_database
from kb.pages import get_unread_pages, get_unread_pages_of
from kb.store import (
    delete_document,
    delete_unnamed,
    get_statements,
    get_uncoded,
    get_unembedded,
    get_unread,
    save_claims,
    save_document,
    save_mentions,
    save_stages,
    save_unread,
    set_coded,
)
from kb.tables import create_tables, same_tables

LINE = Line(char_start=0, page=3, box=(1.0, 2.04, 3.0, 4.0))

DOCUMENT = Document(
    id="d1", title="Beans", path="beans.pdf", sha256="1", text="Rain.", words=1, authors=("Zoë",)
)
PASSAGE = Passage(
    id="d1-p1",
    document_id="d1",
    ordinal=1,
    kind="paragraph",
    text="Rain.",
    char_start=0,
    char_end=5,
    lines=(LINE,),
)
STATEMENT = Statement(
    id="s1",
    document_id="d1",
    passage_id="d1-p1",
    ordinal=1,
    text="Rain.",
    char_start=0,
    char_end=5,
    page=3,
    lines=(LINE,),
)
CLAIM = Claim(
    id="s1-help",
    statement_id="s1",
    document_id="d1",
    code="help",
    attributes={"themes": ("water",)},
    confidence=0.5,
)


@pytest.fixture
def filled(db):
    save_document(db, DOCUMENT, [PASSAGE], [STATEMENT])
    save_stages(db, "d1", file="/tmp/beans.pdf", read_by="r1")
    save_claims(db, "d1", [CLAIM])
    return db


def test_document_row_is_whole(filled):
    assert list(filled["documents"].rows) == [
        {
            "id": "d1",
            "title": "Beans",
            "authors": '["Zoë"]',
            "year": None,
            "publisher": None,
            "kind": None,
            "url": None,
            "doi": None,
            "licence": None,
            "language": None,
            "path": "beans.pdf",
            "sha256": "1",
            "pages": None,
            "words": 1,
            "text": "Rain.",
            "quality": None,
        }
    ]


def test_passages_and_statements_keep_their_page_and_boxes(filled):
    boxed = "select page, box from {} where id = ?"
    for table, id in (("passages", "d1-p1"), ("statements", "s1")):
        assert filled.conn.execute(boxed.format(table), [id]).fetchone() == (
            3,
            "[[3, 1.0, 2.0, 3.0, 4.0]]",
        )


def test_claim_row_has_a_column_for_each_attribute(filled):
    assert list(filled["claims"].rows) == [
        {
            "id": "s1-help",
            "statement_id": "s1",
            "document_id": "d1",
            "code": "help",
            "themes": '["water"]',
            "direction": None,
            "confidence": 0.5,
            "status": "predicted",
        }
    ]


def test_claims_of_a_document_are_replaced(filled):
    save_claims(filled, "d1", [])
    assert list(filled["claims"].rows) == []


def test_what_claims_name_goes_with_them(filled):
    trust = Mention(kind="organisation", name="The Trust", text="Trust")
    save_mentions(filled, [CLAIM], [trust])
    (entity,) = filled["entities"].rows
    assert entity == {"id": ANY, "kind": "organisation", "name": "The Trust"}
    assert list(filled["claim_entities"].rows) == [
        {"claim_id": "s1-help", "entity_id": entity["id"], "text": "Trust"}
    ]
    save_claims(filled, "d1", [])
    delete_unnamed(filled)
    assert [filled[table].count for table in ("claim_entities", "entities")] == [0, 0]


def test_statements_come_back_as_they_were_but_for_their_lines(filled):
    names = [name for name in Statement.__slots__ if name != "lines"]
    (found,) = get_statements(filled, "d1")
    assert [getattr(found, n) for n in names] == [getattr(STATEMENT, n) for n in names]


def test_deleting_a_document_leaves_nothing_of_it(filled):
    delete_document(filled, "d1")
    assert [
        filled[t].count for t in ("documents", "passages", "statements", "claims", "stages")
    ] == [
        0,
        0,
        0,
        0,
        0,
    ]


def test_what_is_to_be_done_is_known(filled):
    assert (get_uncoded(filled, "c1"), get_unembedded(filled)) == (["d1"], ["d1"])
    set_coded(filled, "d1", "c1")
    assert (get_uncoded(filled, "c1"), get_uncoded(filled, "c2")) == ([], ["d1"])


def test_an_unread_file_is_noted_once(db):
    for reason in ("is empty", "is damaged"):
        save_unread(db, Unread(path="a.pdf", sha256="1", reason=reason), file="/a.pdf", read_by="r")
    assert get_unread(db) == (Unread(path="a.pdf", sha256="1", reason="is damaged"),)


def test_list_columns_are_those_of_the_codebook(db):
    assert list_columns(db) == ["themes"]


def test_tables_of_another_codebook_are_not_the_same(db, codebook):
    assert same_tables(db, codebook)
    assert not same_tables(db, load_codebook())


def test_a_codebook_that_takes_our_names_is_refused(codebook, tmp_path):
    text = codebook.path.read_text().replace("view: helps", "view: documents")
    (tmp_path / "codebook.yml").write_text(text)
    with pytest.raises(InvalidCodebook, match="a name cannot be used: table documents already"):
        create_tables(Database(memory=True), load_codebook(str(tmp_path)))


def test_views_have_the_codebooks_names(db):
    cited = ["claim_citations", "document_citations"]
    second = ["coder_pairs", "disagreements", "agreement"]
    assert db.view_names() == [
        *("helps", "results", "counts", "evidence_map", "value_lists", "name_counts"),
        *(*cited, *second),
    ]


@pytest.mark.parametrize(
    "attributes", ["", "amount: {label: A, definition: How much., codes: [y]}"]
)
def test_a_codebook_without_listed_values_has_its_views(tmp_path, attributes):
    code = "y: {label: Y, plural: Ys, view: ys, question: What?, definition: D., exclusion: E.}"
    about = "name: n\ntitle: T\nversion: '1'\nlanguage: en\ndescription: D.\n"
    text = f"{about}codes:\n  {code}\nattributes: {{{attributes}}}\n"
    (tmp_path / "codebook.yml").write_text(text)
    db = Database(memory=True)
    create_tables(db, load_codebook(str(tmp_path)))
    for view in ("ys", "counts", "evidence_map", "value_lists", "name_counts"):
        assert list(db[view].rows) == []


def test_evidence_map_counts_claims_and_documents(garden):
    assert [tuple(row.values()) for row in garden.query("select * from evidence_map")] == [
        ("help", "themes", "people", "People", 1, 1),
        ("help", "themes", "water", "Water", 2, 2),
        ("result", "direction", "down", "Down", 1, 1),
        ("result", "direction", "up", "Up", 1, 1),
    ]


def test_missing_database_says_how_to_make_one(tmp_path):
    with pytest.raises(DatabaseMissing, match="make one with: kb build PATH --db"):
        open_database(tmp_path / "none.db")


def test_other_files_are_no_knowledge_base(tmp_path):
    (tmp_path / "text.db").write_text("not a database, but long enough to look like one" * 50)
    sqlite3.connect(tmp_path / "other.db").execute("create table t (x)").connection.commit()
    for name in ("text.db", "other.db"):
        with pytest.raises(DatabaseMissing, match=f"{name} is not a knowledge base"):
            open_database(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["pages", "works", "citations", "statement_citations", "entities", "unread"]
)
def test_a_base_of_an_older_version_is_told_as_one(tmp_path, codebook, name):
    made = Database(tmp_path / "kb.db")
    create_tables(made, codebook)
    made.conn.execute(f"drop table {name}")
    made.close()
    with pytest.raises(DatabaseMissing, match="made by another version of kb; run kb build again"):
        open_database(tmp_path / "kb.db")


def test_unread_pages_are_those_of_their_document(db):
    for id, path, tried in (("d1", "a.pdf", "nothing"), ("d2", "a.pdf", "damaged")):
        sheets = (Page(number=1, read_by=tried), Page(number=2, words=9))
        save_document(db, replace(DOCUMENT, id=id, path=path, sheets=sheets), [], [])
    scan = (Page(number=1, read_by="ocr"), Page(number=2, read_by="ocr"))
    save_document(db, replace(DOCUMENT, id="d3", path="b.pdf", sheets=scan), [], [])
    assert get_unread_pages(db) == {
        "a.pdf (d1)": {"nothing": (1,)},
        "a.pdf (d2)": {"damaged": (1,)},
        "b.pdf": {"ocr": (1, 2)},
    }
    assert get_unread_pages_of(db, "d1") == {"nothing": (1,)}
    assert get_unread_pages_of(db, "d3") == {"ocr": (1, 2)}


def test_an_opened_database_cannot_be_written(tmp_path, codebook):
    made = Database(tmp_path / "kb.db")
    create_tables(made, codebook)
    made.close()
    opened = open_database(tmp_path / "kb.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.conn.execute("delete from documents")
    opened.close()

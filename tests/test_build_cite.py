from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from kb.browse import show
from kb.cited import get_identities
from kb.codebook import load_codebook
from kb.export import iter_claims
from kb.integrity import digest, problems
from kb.models import Identity
from kb.opening import open_database
from kb.text import thing_text
from kb.web.queries import load_queries
from pipelines.build import build

TIDES = """# Tides of island care

Shared records were key to the success of the teams [1]. Separate budgets slowed the work of the
teams [1, 2].

## References

1. Marlow T, Ferris J. Shared records in coastal towns. J Care 2014;2:3. doi:10.1000/jc.2
2. Okafor B. Harbours that never close. London: Quay; 2012.
"""
PORTS = """# Ports of call

Shared records made it easier for crews to work together (Marlow and Ferris, 2014). Emergency
admissions fell by a tenth (Tide Board, 2015).

## References

Marlow, T. and Ferris, J. (2014) 'Shared records in coastal towns', Journal of Care, 2, 3.

Tide Board (2015) Tides of island care. Hull: Tide Board.
"""
TWICE = """2. Marlow T, Ferris J. Shared records in coastal towns. J Care 2014. doi:10.1000/jc.2
3. Okafor B. Harbours that"""
CITED = """select d.path, sc.mark, ci.label, w.title
  from statement_citations sc join citations ci on ci.id = sc.citation_id
  join documents d on d.id = ci.document_id join works w on w.id = ci.work_id
  join statements s on s.id = sc.statement_id order by d.path, s.ordinal, ci.label"""


RESTING = {
    "COASTAL towns": ["Shared records in coastal towns"],
    "okafor": ["Harbours that never close"],
    "2015": ["Tides of island care"],
    "201": [],
    "1000": [],
}
"""What is asked of works, and the titles that answer it: years and DOIs count whole alone."""


@pytest.fixture
def reports(tmp_path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "tides.md").write_text("---\ndate: 2015\n---\n" + TIDES)
    (folder / "ports.md").write_text(PORTS)
    return folder


@pytest.fixture
def run(reports, tmp_path):
    def build_again(name: str = "kb.db") -> Database:
        build((reports,), tmp_path / name, codebook=load_codebook("integrated_care"))
        return open_database(tmp_path / name)

    return build_again


def rows(db: Database, sql: str) -> list[tuple]:
    return db.conn.execute(sql).fetchall()


def test_statements_cite_works_of_several_documents(run):
    db = run()
    records = "Shared records in coastal towns"
    assert rows(db, CITED) == [
        ("reports/ports.md", "Marlow and Ferris, 2014", "Marlow 2014", records),
        ("reports/ports.md", "Tide Board, 2015", "Tide Board 2015", "Tides of island care"),
        ("reports/tides.md", "[1]", "1", records),
        ("reports/tides.md", "[1, 2]", "1", records),
        ("reports/tides.md", "[1, 2]", "2", "Harbours that never close"),
    ]
    assert problems(db) == []


def test_a_work_is_told_whole_and_may_be_a_document(run):
    db = run()
    tides = rows(db, "select id from documents where title = 'Tides of island care'")[0][0]
    assert rows(db, "select title, authors, year, doi, document_id from works order by title") == [
        ("Harbours that never close", '["Okafor, B"]', 2012, None, None),
        (
            "Shared records in coastal towns",
            '["Marlow, T", "Ferris, J"]',
            2014,
            "10.1000/jc.2",
            None,
        ),
        ("Tides of island care", '["Tide Board"]', 2015, None, tides),
    ]
    assert rows(db, "select cited_document_id, statements from document_citations") == [(tides, 1)]


def test_documents_are_known_again_by_what_they_say_of_themselves(run, reports):
    (reports / "ports.md").write_text(
        "---\ntitle: Ports\nauthor: Ann Lee\npublisher: Quay\n---\nTen."
    )
    known = {each.title: each for each in get_identities(run()).values()}
    assert known == {
        "Ports": Identity(title="Ports", authors=("Ann Lee",), publisher="Quay"),
        "Tides of island care": Identity(title="Tides of island care", year=2015),
    }


def test_claims_and_faces_tell_what_they_cite(run):
    db = run()
    claims = [claim for claim in iter_claims(db) if claim["quote"].startswith("Separate")]
    ids = dict(rows(db, "select title, id from works"))
    assert claims[0]["cites"] == [
        {
            "title": "Shared records in coastal towns",
            "authors": ["Marlow, T", "Ferris, J"],
            "year": 2014,
            "doi": "10.1000/jc.2",
            "work_id": ids["Shared records in coastal towns"],
            "mark": "[1, 2]",
        },
        {
            "title": "Harbours that never close",
            "authors": ["Okafor, B"],
            "year": 2012,
            "doi": None,
            "work_id": ids["Harbours that never close"],
            "mark": "[1, 2]",
        },
    ]
    shown = show(db, claims[0]["statement_id"])["cites"]
    assert [(each["mark"], each["label"]) for each in shown] == [
        ("[1, 2]", "1"),
        ("[1, 2]", "2"),
    ]
    work = show(db, shown[0]["work_id"])
    assert [each["title"] for each in work["cited_by"]] == ["Ports of call", "Tides of island care"]
    listed = show(db, claims[0]["document_id"])["cites"]
    assert [(e["label"], e["statements"], e["documents"]) for e in listed] == [
        ("1", 2, 2),
        ("2", 1, 1),
    ]


def test_named_queries_ask_of_works(run):
    db = run()
    sql = {query.name: query.sql for query in load_queries()}
    most = [(row["title"], row["documents"]) for row in db.query(sql["works_most_cited"])]
    assert most == [("Shared records in coastal towns", 2)]
    resting = db.query(sql["claims_resting_on"], {"work": "10.1000/JC.2"})
    assert {row["mark"] for row in resting} == {"Marlow and Ferris, 2014", "[1]", "[1, 2]"}
    for asked, works in RESTING.items():
        found = db.query(sql["claims_resting_on"], {"work": asked})
        assert sorted({row["work"] for row in found}) == works
    found = db.query(sql["documents_citing_documents"])
    between = [(row["document"], row["cites"]) for row in found]
    assert between == [("Ports of call", "Tides of island care")]


def test_a_document_that_lists_a_work_twice_counts_once(run, reports):
    (reports / "tides.md").write_text(TIDES.replace("2. Okafor B. Harbours that", TWICE))
    db = run()
    sql = {query.name: query.sql for query in load_queries()}
    (most,) = db.query(sql["works_most_cited"])
    assert [most[name] for name in ("documents", "statements")] == [2, 3]
    claims = "select count(distinct claim_id) from claim_citations where work_id = ?"
    assert [(most["claims"],)] == db.conn.execute(claims, [most["work_id"]]).fetchall()
    cited_by = show(db, most["work_id"])["cited_by"]
    assert [(each["title"], each["label"], each["statements"]) for each in cited_by] == [
        ("Ports of call", "Marlow 2014", 1),
        ("Tides of island care", "1, 2", 2),
    ]


def test_an_entry_is_shown_with_what_cites_it_and_a_document_with_its_entries(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    db = run()
    (id,) = db.conn.execute("select id from citations where label = '2'").fetchone()
    entry = show(db, id)
    assert (entry["table"], entry["text"], entry["authors"], entry["document"]["path"]) == (
        "citations",
        "Okafor B. Harbours that never close. London: Quay; 2012.",
        ["Okafor, B"],
        "reports/tides.md",
    )
    assert [(each["mark"], each["text"]) for each in entry["cited_in"]] == [
        ("[1, 2]", "Separate budgets slowed the work of the teams [1, 2].")
    ]
    printed = thing_text(show(db, entry["document_id"])).partition("cites:")[2].split("\n")
    assert printed[1:] == [
        "  1: Marlow T, Ferris J. Shared records in coastal towns. J Care 2014;2:3.",
        "  doi:10.1000/jc.2",
        "  2: Okafor B. Harbours that never close. London: Quay; 2012.",
    ]


def test_the_id_of_a_work_may_change_but_not_that_of_its_entry(run, reports):
    sql = """select ci.id, w.id from citations ci join works w on w.id = ci.work_id
             join documents d on d.id = ci.document_id
             where d.path = 'reports/ports.md' and w.title like 'Shared%'"""
    ((entry, with_doi),) = rows(run(), sql)
    (reports / "tides.md").unlink()
    ((same, without),) = rows(run(), sql)
    assert same == entry
    assert without != with_doi


def test_a_build_that_goes_on_equals_one_from_nothing(run, reports):
    both = digest(run())
    (reports / "tides.md").rename(reports.parent / "tides.md")
    alone = run()
    assert rows(alone, "select title, doi, document_id from works order by title") == [
        ("Shared records in coastal towns", None, None),
        ("Tides of island care", None, None),
    ]
    assert digest(alone) == digest(run("alone.db"))
    (reports.parent / "tides.md").rename(reports / "tides.md")
    assert digest(run()) == digest(run("both.db")) == both


def test_a_work_that_is_not_there_is_unsound(run, tmp_path):
    run().close()
    conn = sqlite3.connect(tmp_path / "kb.db")
    conn.execute("update citations set work_id = 'nobody' where label = '2'")
    conn.commit()
    conn.close()
    found = problems(open_database(tmp_path / "kb.db"))
    assert [problem.split(" ", 2)[2] for problem in found] == [
        "of citations refers to no row of works"
    ]

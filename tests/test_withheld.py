"""What a published file has of a document that may not be shown whole, to the last byte."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from kb.published import facts_of, not_to_be_passed_on, nothing, write_published
from kb.web.publication import publish_site

pytest_plugins = ("web_fixtures",)

# d1 is published under CC BY, d2 under no licence that is known; d3 was there once
FILLED = """
insert into citations values ('e1', 'd1', 'w1', 'd1-p1', '1', 'Shared, entry openly', '["Oar, A"]',
  'Boats', 2001, '', null, null, null);
insert into citations values ('e2', 'd2', 'w1', 'd2-p1', '1', 'Shared, entry furtively',
  '["Oar, A", "Sail, B"]', 'Boats', 2001, '', 'Sea', null, null);
insert into citations values ('e3', 'd2', 'w2', 'd2-p1', '2', 'Sole, entry furtively', '[]', null,
  null, '', null, null, null);
insert into works values ('w1', 'Boats', '["Oar, A"]', 2001, null, null, null,
  'Shared, entry openly', null);
insert into works values ('w2', null, '[]', 1999, null, null, null, 'Sole, entry furtively', null);
insert into short_forms values ('d1', 'FC', 'ferry crew'), ('d2', 'SH', 'smugglers haven');
update statements set lead_in = 'Introduced by this:' where id = 'd2s2';
update passages set lead_in = 'Introduced furtively' where id = 'd2-p1';
insert into second_coders values ('k', 'm', 'p', 'prompt', 'schema', 'c', '[]');
insert into second_answers values
  ('a1', 'k', '1', 'Window openly', 'r', '2026', 'Answer openly', 1),
  ('a2', 'k', '2', 'Window furtively', 'r', '2026', 'Answer furtively', 1),
  ('a3', 'k', '3', 'No JSON furtively', 'r', '2026', 'Sorry, furtively', 0),
  ('a4', 'k', '4', 'Both furtively', 'r', '2026', 'Answer furtively', 1);
insert into second_dropped values ('a1', 1, 'unknown value', 'Part openly'),
  ('a2', 1, 'unknown value', 'Part furtively'), ('a3', 1, 'unknown value', 'Part furtively');
insert into second_statements values ('k', 'd1s1', 'd1', 'a1'), ('k', 'd2s1', 'd2', 'a2'),
  ('k', 'd1s4', 'd1', 'a4'), ('k', 'd2s2', 'd2', 'a4');
insert into second_claims values ('c2', 'k', 'd2s4', 'd2', 'barrier', '{}', 'Quote furtively');
insert into changes values
  ('1', 'went', 'claim', 'd1-gone', 'd1', 'Ferry', 2019, null, 'f', 'barrier', 'Went openly', 1),
  ('1', 'went', 'claim', 'd2-gone', 'd2', 'Isle', 2019, null, 'f', 'barrier', 'Went furtively', 1),
  ('1', 'went', 'claim', 'd3-gone', 'd3', 'Sold', 2019, null, 'f', 'barrier', 'Sold furtively', 1),
  ('1', 'came', 'claim', 'd2s2-integration_type', 'd2', 'Isle', 2019, null, 'f',
   'integration_type', 'Teams met under one roof.', 1);
"""

UNCODED = "They landed furtively."


@pytest.fixture(scope="module")
def filled(path, tmp_path_factory) -> Path:
    """The web pages' base with all in it that has words of documents; d2 has an uncoded one."""
    target = Path(shutil.copy(path, tmp_path_factory.mktemp("withheld") / "kb.db"))
    conn = sqlite3.connect(target)
    conn.executescript(FILLED)
    (text,) = conn.execute("select text from documents where id = 'd2'").fetchone()
    start, whole = len(text) + 1, f"{text} {UNCODED}"
    conn.execute("update documents set text = ? where id = 'd2'", [whole])
    conn.execute(
        "update passages set text = ?, char_end = ? where id = 'd2-p1'", [whole, len(whole)]
    )
    conn.execute(
        "insert into statements select 'd2s4', document_id, passage_id, 4, ?, 'Furtively led in',"
        " heading, page, ?, ?, box from statements where id = 'd2s1'",
        [UNCODED, start, len(whole)],
    )
    conn.execute(
        "insert into embeddings select collection_id, 'd2s4', embedding, ?, null, x'', '', 0"
        " from embeddings where id = 'd2s1'",
        [UNCODED],
    )
    conn.execute("insert into statements_fts(statements_fts) values ('rebuild')")
    conn.commit()
    conn.close()
    return target


@pytest.fixture(scope="module")
def published(filled, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("out") / "kb.db"
    write_published(filled, target, withheld=not_to_be_passed_on)
    return target


def rows(path: Path, sql: str) -> list[tuple]:
    conn = sqlite3.connect(path)
    found = conn.execute(sql).fetchall()
    conn.close()
    return found


def test_no_word_that_is_withheld_is_in_the_file(filled, published):
    assert filled.read_bytes().lower().count(b"furtively") >= 20
    written = published.read_bytes().lower()
    assert [word for word in (b"furtiv", b"smugglers") if word in written] == []
    assert b"teams met under one roof." in written


def test_no_word_that_is_withheld_is_in_a_site(filled, tmp_path):
    site = tmp_path / "site"
    publish_site(filled, site, withheld=not_to_be_passed_on)
    files = [path for path in [*site.glob("*"), *site.glob("kb.db.index/**/*")] if path.is_file()]
    assert [path.name for path in files if b"furtiv" in path.read_bytes().lower()] == []


def test_what_is_quoted_keeps_the_words_that_lead_into_it(published):
    sql = "select id, text, lead_in from statements where document_id = 'd2' and id > 'd2s1'"
    assert rows(published, sql) == [
        ("d2s2", "Teams met under one roof.", "Introduced by this:"),
        ("d2s3", "Admissions should fall.", ""),
    ]


def test_entries_are_told_by_what_is_known_of_them(published):
    assert rows(published, "select id, text from citations order by id") == [
        ("e1", "Shared, entry openly"),
        ("e2", "Oar, A; Sail, B (2001). Boats. Sea"),
        ("e3", "▒▒▒▒▒ ▒▒▒▒▒ ▒▒▒▒▒▒▒▒▒"),
    ]
    assert rows(published, "select id, text from works order by id") == [
        ("w1", "Shared, entry openly"),
        ("w2", "(1999)"),
    ]
    assert rows(published, "select * from short_forms") == [("d1", "FC", "ferry crew")]


def test_of_answers_only_those_about_what_may_be_shown_are_kept(published):
    assert rows(published, "select id, text, answer from second_answers order by id") == [
        ("a1", "Window openly", "Answer openly"),
        ("a2", "", ""),
        ("a3", "", ""),
        ("a4", "", ""),
    ]
    sql = "select answer_id, reason, text from second_dropped order by answer_id"
    assert rows(published, sql) == [
        ("a1", "unknown value", "Part openly"),
        ("a2", "unknown value", ""),
        ("a3", "unknown value", ""),
    ]
    assert rows(published, "select distinct document_id from second_statements") == [("d1",)]


def test_what_claims_quoted_once_is_masked(published):
    assert rows(published, "select id, quote from changes order by rowid") == [
        ("d1-gone", "Went openly"),
        ("d2-gone", "▒▒▒▒ ▒▒▒▒▒▒▒▒▒"),
        ("d3-gone", "▒▒▒▒ ▒▒▒▒▒▒▒▒▒"),
        ("d2s2-integration_type", "Teams met under one roof."),
    ]


def test_where_all_may_be_shown_what_may_be_about_anything_is_emptied_still(filled, tmp_path):
    write_published(filled, tmp_path / "kb.db", withheld=lambda db: [])
    sql = "select id, text from second_answers where text = ''"
    assert rows(tmp_path / "kb.db", sql) == [("a3", "")]
    sql = "select id from changes where quote like '%▒%'"
    assert rows(tmp_path / "kb.db", sql) == [("d3-gone",)]


def test_with_all_texts_nothing_is_left_out(filled, tmp_path):
    write_published(filled, tmp_path / "kb.db", withheld=nothing)
    ours, theirs = Database(filled), Database(tmp_path / "kb.db")
    for table in (
        "second_answers",
        "second_dropped",
        "changes",
        "citations",
        "works",
        "statements",
    ):
        assert list(theirs[table].rows) == list(ours[table].rows)
    ours.close()
    theirs.close()


def test_what_was_published_is_published_the_same(published, tmp_path):
    write_published(published, tmp_path / "kb.db", withheld=not_to_be_passed_on)
    for table in ("citations", "works", "second_answers", "changes", "statements", "passages"):
        sql = f"select * from {table}"
        assert rows(tmp_path / "kb.db", sql) == rows(published, sql)


@pytest.mark.parametrize(
    ("authors", "year", "title", "text"),
    [
        ('["Ham, C"]', 2010, "Wards", "Ham, C (2010). Wards"),
        ('["Ham, C"]', None, None, "Ham, C"),
        ("[]", None, "Wards", "Wards"),
        ("[]", None, None, "▒▒ ▒▒▒▒"),
    ],
)
def test_an_entry_is_told_by_its_facts(authors, year, title, text):
    entry = {"authors": authors, "year": year, "title": title, "container": None}
    assert facts_of(entry | {"text": "as read"}) == text

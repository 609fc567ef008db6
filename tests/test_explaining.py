from __future__ import annotations

import sqlite3

import pytest

from kb.errors import NoSuchId
from kb.explaining import explain


def failed(sql: str, pragma: str = "pragma query_only = 0") -> sqlite3.Error:
    """Give what SQLite raises for a statement."""
    conn = sqlite3.connect(":memory:")
    conn.execute("create table t(a)")
    conn.execute(pragma)
    with pytest.raises(sqlite3.Error) as caught:
        conn.execute(sql)
    return caught.value


def file_of(garden, folder):
    garden.conn.commit()
    garden.conn.execute("vacuum into ?", [str(folder / "kb.db")])
    return folder / "kb.db"


def test_what_sqlite_says_is_told_with_the_file_and_what_to_do(tmp_path):
    db = tmp_path / "kb.db"
    full = failed("insert into t values (zeroblob(99999))", "pragma max_page_count = 2")
    locked = failed("insert into t values (1)", "pragma query_only = 1")
    damaged = failed("select json_extract('[', '$')")
    assert explain(full, db) == f"{db} cannot be used: database or disk is full; make room there"
    assert explain(locked, db) == (
        f"{db} cannot be used: attempt to write a readonly database; "
        "see that you may write it and its folder"
    )
    assert explain(damaged, db) == (
        f"{db} is damaged, or of another version (malformed JSON); "
        "run kb check, or delete it and run kb build again"
    )


def test_what_a_damaged_base_breaks_is_told_by_its_damage(garden, tmp_path):
    garden.conn.execute("update documents set authors = '[' where id = 'd1'")
    db = file_of(garden, tmp_path)
    assert explain(ValueError("Expecting value"), db) == (
        f"{db} is damaged (authors of documents d1 is no JSON array of texts); "
        "run kb check, or delete it and run kb build again"
    )


def test_a_bug_of_ours_is_not_explained_away(garden, tmp_path):
    assert explain(ValueError("a bug"), file_of(garden, tmp_path)) is None
    assert explain(ValueError("a bug"), tmp_path / "none.db") is None
    assert explain(ValueError("a bug")) is None


def test_an_error_made_for_the_user_is_said_as_it_is(tmp_path):
    assert explain(NoSuchId("Nothing here"), tmp_path / "kb.db") == "Nothing here"
    assert explain(PermissionError(13, "Permission denied", "a")) == "a: Permission denied"

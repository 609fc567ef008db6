from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from conftest import add
from sqlite_utils import Database

from kb.encoder import Encoder
from kb.models import Document
from kb.search import Filters, nearness, search, segment, shelf, sidecar, similar
from kb.search.nearness import Near, make_near
from kb.search.postings import ARRAYS, FINEST, Postings, make_postings
from kb.search.sidecar import open_index
from kb.search.words import score_words
from kb.store import delete_document

BUILD = {
    **dict.fromkeys(("version", "python", "sqlite", "codebook", "codebook_sha256"), ""),
    **dict.fromkeys(("codebook_path", "coder", "encoder", "questions", "finished"), ""),
    **dict.fromkeys(("documents", "passages", "statements", "claims", "unread"), 0),
}


@pytest.fixture
def kept(tmp_path, garden, encoder) -> tuple[Database, Path]:
    """The garden in a file, and the folder of its index."""
    garden.conn.commit()
    garden.conn.execute("vacuum into ?", [str(tmp_path / "kb.db")])
    return Database(tmp_path / "kb.db"), tmp_path / "kb.db.index"


def test_words_are_found_by_their_stems():
    arrays = make_postings([("Rain rains", "", ""), ("dry", "rain", ""), ("dry", "", "rain")])
    words = Postings(*(arrays[name] for name in ARRAYS))
    rows, counts = words.of("rain")
    assert list(rows) == [0, 1, 2]
    # twice in the text counts more than once in the lead-in, and that more than in a heading
    assert list(counts) == sorted(counts, reverse=True)
    assert counts[0] * FINEST < 2.2
    assert list(words.sizes) == [2, 1, 1]
    assert [len(part) for part in words.of("snow")] == [0, 0]


def test_signs_choose_and_bytes_compare(monkeypatch):
    monkeypatch.setattr(nearness, "EXACT", 100)
    monkeypatch.setattr(nearness, "CANDIDATES", 600)
    monkeypatch.setattr(nearness, "SIGNS", 48)
    rng = np.random.default_rng(2)
    matrix = rng.normal(size=(8000, 64)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    near = Near(**make_near(matrix))
    asked = matrix[7] + 0.5 * matrix[8]
    rows = near.candidates(asked, 5, None)
    assert {7, 8} <= set(rows.tolist())
    assert 600 <= len(rows) < 2000
    assert near.cosines(asked, rows) == pytest.approx(matrix[rows] @ asked, abs=0.01)
    allowed = np.zeros(8000, bool)
    allowed[[3, 8]] = True
    assert near.candidates(asked, 5, allowed).tolist() == [3, 8]


def test_frequent_words_do_not_choose_but_count(garden, monkeypatch):
    index = open_index(garden)
    every = score_words(index, {"rain": 1.0, "leek": 1.0})
    monkeypatch.setattr("kb.search.words.MANY", 1)
    fewer = score_words(index, {"rain": 1.0, "leek": 1.0})
    assert (len(every.frequent), len(fewer.frequent)) == (0, 1)
    best = every.top(1, None)
    assert [part.tolist() for part in fewer.top(1, None)] == [part.tolist() for part in best]
    rows = np.arange(index.size)
    assert fewer.at(rows).tolist() == pytest.approx(every.at(rows).tolist())


def test_the_index_is_kept_and_used_again(kept, monkeypatch):
    db, folder = kept
    assert open_index(db).size == 5
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == [
        "facets",
        "index.json",
        "rows2",
    ]
    monkeypatch.setattr(sidecar, "make_segment", None)  # it would fail if it were called
    assert open_index(db).size == 5


def test_an_index_goes_with_a_copy_of_its_file(kept, monkeypatch, tmp_path):
    db, folder = kept
    open_index(db)
    (tmp_path / "copy").mkdir()
    shutil.copy(folder.with_name("kb.db"), tmp_path / "copy" / "other.db")
    shutil.copytree(folder, tmp_path / "copy" / "other.db.index")
    monkeypatch.setattr(sidecar, "make_segment", None)  # it would fail if it were called
    assert open_index(Database(tmp_path / "copy" / "other.db")).size == 5


def test_a_connection_whose_rows_are_no_tuples_uses_the_index_too(kept, monkeypatch):
    db, folder = kept
    with db.conn:
        db["builds"].insert(BUILD)
    open_index(db)
    monkeypatch.setattr(sidecar, "make_segment", None)  # it would fail if it were called
    other = Database(folder.with_name("kb.db"))
    other.conn.row_factory = sqlite3.Row
    assert open_index(other).size == 5


def test_a_change_in_a_file_with_a_log_is_seen(kept, encoder):
    db, folder = kept
    file = folder.with_name("kb.db")
    db.enable_wal()
    db.close()
    assert open_index(Database(file)).size == 5
    new = Database(file)
    with new.conn:
        delete_document(new, "d2")
    new.close()  # what was in the log is now in the file
    assert open_index(Database(file)).size == 3


def broken(folder: Path) -> None:
    next(folder.glob("rows*/bytes.npy")).write_bytes(b"torn")


def missing(folder: Path) -> None:
    next(folder.glob("facets-*/gone.npy")).unlink()


def nonsense(folder: Path) -> None:
    (folder / "index.json").write_text("[]", "utf-8")


@pytest.mark.parametrize("spoil", [broken, missing, nonsense])
def test_a_spoilt_index_is_made_again(kept, encoder, spoil):
    db, folder = kept
    whole = search(db, "rain", encoder=encoder)
    spoil(folder)
    assert search(db, "rain", encoder=encoder) == whole
    assert json.loads((folder / "index.json").read_text("utf-8"))["segments"]


def fill(path: Path, byte: int) -> None:
    """Give each number of an array a value that makes no sense, in the same size."""
    array = np.load(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - array.nbytes] + bytes([byte]) * array.nbytes)


NONSENSE = ("ids", "starts", "rows", "document_of", "owners", "claims", "bytes", "scales")


def questions(db: Database, encoder: Encoder) -> list[Callable[[], object]]:
    """Give questions that between them read all arrays."""
    only = Filters(documents=("d1",), codes=("help",))
    return [
        partial(search, db, "rain", encoder=encoder),
        partial(search, db, "rain", mode="words", filters=only),
        partial(similar, db, "d1s1"),
    ]


@pytest.mark.parametrize("name", NONSENSE)
@pytest.mark.parametrize("byte", [0x00, 0x41, 0xFF])
def test_small_arrays_that_make_no_sense_are_made_again(kept, encoder, name, byte):
    db, folder = kept
    asked = questions(db, encoder)
    whole = [ask() for ask in asked]
    (path,) = folder.glob(f"*-*/{name}.npy")
    fill(path, byte)
    assert [ask() for ask in asked] == whole


@pytest.mark.parametrize("name", NONSENSE)
@pytest.mark.parametrize("byte", [0x00, 0x41, 0xFF])
def test_large_arrays_that_make_no_sense_break_no_search(kept, encoder, monkeypatch, name, byte):
    monkeypatch.setattr(shelf, "SMALL", 0)
    db, folder = kept
    asked = questions(db, encoder)
    open_index(db)
    (path,) = folder.glob(f"*-*/{name}.npy")
    fill(path, byte)
    for ask in asked:
        ask()


def test_an_index_whose_ids_are_none_is_made_again(kept, encoder, monkeypatch):
    monkeypatch.setattr(shelf, "SMALL", 0)
    db, folder = kept
    whole = search(db, "rain", encoder=encoder)
    (path,) = folder.glob("*/ids.npy")
    sound = path.read_bytes()
    fill(path, 0xFF)
    opened = open_index(db)  # one process opens it, another mends it
    assert search(db, "rain", encoder=encoder) == whole
    assert path.read_bytes() == sound
    assert search(db, "rain", encoder=encoder, index=opened) == whole


def test_a_damaged_index_that_cannot_be_mended_is_made_for_this_process(kept, encoder, monkeypatch):
    db, folder = kept
    monkeypatch.setattr(shelf, "SMALL", 0)
    whole = search(db, "rain", encoder=encoder)
    (path,) = folder.glob("*/ids.npy")
    fill(path, 0xFF)
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    assert search(db, "rain", encoder=encoder) == whole


def test_a_failure_that_is_not_the_indexs_leaves_it_as_it_is(kept, encoder, monkeypatch):
    db, folder = kept
    search(db, "rain", encoder=encoder)
    before = sorted(path.stat().st_mtime_ns for path in folder.iterdir())
    monkeypatch.setattr("kb.search.rank", lambda *_, **__: [][0])
    with pytest.raises(IndexError):
        search(db, "rain", encoder=encoder)
    assert sorted(path.stat().st_mtime_ns for path in folder.iterdir()) == before


def test_what_is_new_is_added_and_what_is_gone_is_not_found(kept, encoder, monkeypatch):
    monkeypatch.setattr(sidecar, "FEW", 0)
    monkeypatch.setattr(sidecar, "MOST_GONE", 0.9)
    db, _ = kept
    before = open_index(db)
    with db.conn:
        delete_document(db, "d2")
        kale = Document(id="d3", title="Kale", path="k", sha256="3", text="", words=3)
        add(db, encoder, kale, ["Rain drowned the kale."], [])
    after = open_index(db)
    assert (len(before.segments), len(after.segments), after.size) == (1, 2, 6)
    found = search(db, "rain", encoder=encoder)
    assert {hit.document_id for hit in found.hits} == {"d1", "d3"}
    assert found == search(db, "rain", encoder=encoder, index=after)


def test_other_vectors_make_another_index(kept, encoder, monkeypatch):
    monkeypatch.setattr(sidecar, "FEW", 0)
    db, _ = kept
    before = open_index(db)
    with db.conn:
        db.conn.execute("update collections set fingerprint = 'another'")
        db.conn.execute("update embeddings set embedding = zeroblob(length(embedding))")
    after = open_index(db)
    rows = np.arange(5)
    assert (before.vectors(rows).any(), after.vectors(rows).any()) == (True, False)


def test_a_connection_to_a_file_that_was_replaced_keeps_to_what_it_reads(kept, encoder):
    old, folder = kept
    with old.conn:
        old["builds"].insert(BUILD)
    stated = search(old, "rain", encoder=encoder)
    file = folder.with_name("kb.db")
    old.conn.execute("vacuum into ?", [str(file.with_name("next.db"))])
    new = Database(file.with_name("next.db"))
    with new.conn:
        delete_document(new, "d2")
        new.conn.execute("update builds set finished = 'later'")
    new.close()
    file.with_name("next.db").replace(file)
    now = Database(file)
    assert open_index(now).size == 3
    assert search(old, "rain", encoder=encoder) == stated
    assert open_index(Database(file)).size == 3


def test_other_readers_of_a_file_with_a_log_leave_the_index_as_it_is(kept, monkeypatch):
    db, folder = kept
    file = folder.with_name("kb.db")
    db.enable_wal()
    db.close()
    assert open_index(Database(file)).size == 5
    monkeypatch.setattr(sidecar, "make_segment", None)  # it would fail if it were called
    Database(file).execute("select count(*) from claims").fetchone()
    assert open_index(Database(file)).size == 5


def test_a_filter_gives_rows_that_have_only_frequent_words(garden, monkeypatch):
    index = open_index(garden)
    monkeypatch.setattr("kb.search.words.MANY", 1)
    rain, _ = index.holding("rain")
    leek, _ = index.holding("leek")
    allowed = np.zeros(index.size, bool)
    allowed[np.setdiff1d(rain, leek)] = True
    found, scores = score_words(index, {"rain": 1.0, "leek": 1.0}).top(5, allowed, least=5)
    assert (sorted(found), bool((scores > 0).all())) == (sorted(np.flatnonzero(allowed)), True)


def test_an_index_that_cannot_be_kept_is_made_for_this_process(kept, encoder, monkeypatch):
    db, folder = kept

    def full(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(sidecar, "save_arrays", full)
    assert search(db, "rain", encoder=encoder).hits
    assert not (folder / "index.json").exists()


def test_no_question_about_ids_reads_all_vectors(garden):
    asked = (
        segment.ROWS_SQL.replace("?", "'[]'"),
        "delete from embeddings where id in (select id from statements where document_id = 'a')",
    )
    plans = [garden.conn.execute(f"explain query plan {sql}").fetchall() for sql in asked]
    told = [step[3] for plan in plans for step in plan]
    assert not [each for each in told if each in ("SCAN e", "SCAN embeddings")]
    assert sum("embeddings_id" in each for each in told) == 2

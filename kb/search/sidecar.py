"""The index beside the database: made of it, opened by memory map, thrown away on any doubt.

It is a folder of segments and one description, which is written last. Segments are named by what
they hold and never change. After a build only what is new is indexed; what is gone is noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb.atomic import write_whole
from kb.digests import file_sha256
from kb.search import facets
from kb.search.facets import Facets, make_facets
from kb.search.index import Index
from kb.search.question import load_wording
from kb.search.segment import Segment, key, load_segment, make_segment, segment_of
from kb.search.shelf import Arrays, is_intact, load_arrays, remove_others, save_arrays

FORMAT = 2
DESCRIPTION = "index.json"
ENDING = ".index"
ROWS = f"rows{FORMAT}-"
FEW = 20_000
"""So many new rows are indexed in an instant: a base with fewer is always indexed whole."""
MOST_SEGMENTS, MOST_GONE = 8, 0.25
"""Beyond this, all is indexed anew in one segment."""
FACETS = (*facets.ARRAYS, "gone")

KEYS_SQL = """
select s.id, s.lead_in, s.heading, d.title, e.content_hash, c.fingerprint from statements s
join documents d on d.id = s.document_id join embeddings e on e.id = s.id
join collections c on c.id = e.collection_id order by s.document_id, s.ordinal, s.id
"""
BUILD_SQL = "select id, finished from builds order by id desc limit 1"


@dataclass(frozen=True, slots=True)
class Made:
    """An index and the arrays it is made of, by the folder that each is to be kept in."""

    index: Index
    arrays: Mapping[str, Arrays]
    description: dict[str, Any]


def open_index(db: Database) -> Index:
    """Open the index of a knowledge base, making it first where it is missing or out of date.

    One that cannot be kept, because the folder may not be written or the base is in memory, is
    made anew for this process.
    """
    file = file_of(db)
    stamp = stamp_of(file)
    if not stamp or not reads_file(db, file):
        return replace(_make(db, "", {}).index, wording=load_wording(db))
    folder = Path(file + ENDING)
    index = _read(folder, file, stamp)
    if index is None:
        made = _make(db, stamp, _segments(folder))
        index = made.index
        # a file that changed meanwhile has another index, and a folder that may not be written none
        with suppress(OSError):
            content = {"size": Path(file).stat().st_size, "content": _content_of(file)}
            if stamp_of(file) == stamp:
                _keep(folder, made, content)
    return replace(index, wording=load_wording(db))


def mended_index(db: Database) -> Index | None:
    """Make the index anew of which arrays are damaged; None if none are.

    All of it is read: for when a search has failed.
    """
    file = file_of(db)
    arrays = Path(file + ENDING).glob("*-*") if file else ()
    broken = [path for path in arrays if not is_intact(path)]
    for path in broken:
        shutil.rmtree(path, ignore_errors=True)
    if any(path.exists() for path in broken):  # the folder may not be written
        return replace(_make(db, "", {}).index, wording=load_wording(db))
    return open_index(db) if broken else None


def file_of(db: Database) -> str:
    """Give the file of a database, empty for one in memory."""
    return str(db.conn.execute("pragma database_list").fetchone()[2])


def stamp_of(file: str) -> str:
    """Name the state of a database file: any transaction changes it; empty without a file."""
    if not Path(file).is_file():
        return ""
    with Path(file).open("rb") as opened:
        head = opened.read(100)
    # the change counter, and the version that it is valid for, in the header of SQLite's format
    whole = b"%d" % FORMAT + head[24:28] + head[92:96]
    for about in filter(None, (Path(file).stat(), _journal_of(file))):
        whole += b" %d %d %d" % (about.st_size, about.st_mtime_ns, about.st_ino)
    return hashlib.sha256(whole).hexdigest()


def _journal_of(file: str) -> os.stat_result | None:
    """Give the state of the journal that is ahead of a database file, None if there is none."""
    with suppress(FileNotFoundError):
        about = Path(file + "-wal").stat()
        return about if about.st_size else None  # an empty one comes and goes with readers
    return None


def _content_of(file: str) -> str:
    """Give the sha256 of a file, which a copy has too; empty if a journal ahead of it has more."""
    return "" if _journal_of(file) else file_sha256(Path(file))


def _is_copy(file: str, about: Mapping[str, Any]) -> bool:
    """Say whether a file is a copy of the one that an index was made of."""
    if not about["content"] or Path(file).stat().st_size != about["size"]:
        return False
    return _content_of(file) == str(about["content"])


def reads_file(db: Database, file: str) -> bool:
    """Say whether a connection reads the file of that name, not one that a build has replaced."""
    try:
        now = Database(sqlite3.connect(f"{Path(file).resolve().as_uri()}?mode=ro", uri=True))
        try:
            return last_build(db) == last_build(now)
        finally:
            now.close()
    except sqlite3.DatabaseError:
        return False


def last_build(db: Database) -> Hashable:
    """Give what changes with each build."""
    # rows of Datasette's connections are no tuples, and equal none
    return tuple(tuple(row) for row in db.conn.execute(BUILD_SQL))


def _read(folder: Path, file: str, stamp: str) -> Index | None:
    try:
        about = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        if about["stamp"] != stamp:
            if not _is_copy(file, about):
                return None
            # where nothing may be written, it is found out anew each time
            with suppress(OSError):
                write_whole(folder / DESCRIPTION, json.dumps(about | {"stamp": stamp}).encode())
        segments = [load_segment(folder / name) for name in about["segments"]]
        return _index(segments, about, load_arrays(folder / about["facets"], FACETS))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None


def _index(segments: Sequence[Segment], about: Mapping[str, Any], arrays: Arrays) -> Index:
    if len(arrays["gone"]) != sum(map(len, segments)):
        raise ValueError("the arrays differ in length")
    found = Facets(
        labels=[(attribute, value) for attribute, value in about["labels"]],
        documents=about["documents"],
        **{name: arrays[name] for name in facets.ARRAYS},
    )
    return Index(segments=segments, facets=found, gone=arrays["gone"])


def _segments(folder: Path) -> dict[str, Segment]:
    """Give the segments that an earlier index left and that can be read, by name."""
    found = {}
    for path in sorted(folder.glob(f"{ROWS}*")) if folder.is_dir() else []:
        try:
            found[path.name] = load_segment(path)
        except (OSError, EOFError, ValueError):
            continue
    return found


def _make(db: Database, stamp: str, old: Mapping[str, Segment]) -> Made:
    """Make an index, of old segments as far as they still serve."""
    rows = db.conn.execute(KEYS_SQL).fetchall()
    keys = {row[0]: key(*row) for row in rows}
    kept, new = _divide(keys, old)
    arrays: dict[str, Arrays] = {}
    segments = dict(kept)
    if new or not segments:
        made = make_segment(db, new)
        name = f"{ROWS}{hashlib.sha256(made['keys'].tobytes()).hexdigest()[:16]}"
        arrays[name], segments[name] = made, segment_of(made)
    about, columns = _describe(db, list(segments.values()), keys)
    name = f"facets-{stamp[:16]}"
    arrays[name] = columns
    description = {"stamp": stamp, "segments": list(segments), "facets": name, **about}
    return Made(_index(list(segments.values()), description, columns), arrays, description)


def _divide(
    keys: Mapping[str, int], old: Mapping[str, Segment]
) -> tuple[Mapping[str, Segment], Mapping[str, int]]:
    """Give the old segments to keep, and the ids with keys to index anew."""
    import numpy as np

    wanted = np.array(list(keys.values()), np.uint64)
    useful = {name: each for name, each in old.items() if np.isin(each.keys, wanted).any()}
    rows = sum(map(len, useful.values()))
    have: set[int] = set()
    for segment in useful.values():
        have.update(map(int, segment.keys))
    new = {id: key for id, key in keys.items() if key not in have}
    gone = rows - (len(keys) - len(new))
    worn = len(useful) >= MOST_SEGMENTS or gone > MOST_GONE * rows
    return ({}, keys) if worn or len(keys) < FEW else (useful, new)


def _describe(
    db: Database, segments: Sequence[Segment], keys: Mapping[str, int]
) -> tuple[dict[str, Any], Arrays]:
    """Give what is noted of all rows together: which are gone, and what they are filtered by."""
    import numpy as np

    ids = [str(id, "ascii") for segment in segments for id in segment.ids]
    made_of = [int(each) for segment in segments for each in segment.keys]
    seen: dict[str, int] = {}
    gone = np.zeros(len(ids), bool)
    for row, id in enumerate(ids):
        gone[row] = keys.get(id) != made_of[row] or id in seen
        if not gone[row]:
            seen[id] = row
    document = dict(db.conn.execute("select id, document_id from statements").fetchall())
    document_of = ["" if gone[row] else document[id] for row, id in enumerate(ids)]
    documents, labels, arrays = make_facets(db, seen, document_of)
    return {"documents": documents, "labels": labels}, {**arrays, "gone": gone}


def _keep(folder: Path, made: Made, content: Mapping[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    for name, arrays in made.arrays.items():
        save_arrays(folder / name, arrays)
    about = made.description
    write_whole(folder / DESCRIPTION, json.dumps({**about, **content}).encode())
    remove_others(folder, {DESCRIPTION, about["facets"], *about["segments"]})

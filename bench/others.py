"""Other ways to find vectors in a file, timed for bench/scale.py."""

from __future__ import annotations

import importlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb.codebook import load_codebook
from kb.search.sidecar import file_of
from kb.tables import create_tables
from kb.vectors import Matrix, decode_all

OTHERS, LLM_ROWS = 20, 20_000
Run = Callable[[Any], Any]


def timed(run: Run, asked: Iterable[Any]) -> str:
    """Give p50 and p99 in ms, by the clock and by the processor."""
    wall, cpu = [], []
    for each in asked:
        start = time.perf_counter(), time.process_time()
        run(each)
        wall.append(1000 * (time.perf_counter() - start[0]))
        cpu.append(1000 * (time.process_time() - start[1]))
    shown = []
    for times in map(sorted, (wall, cpu)):
        shown += [times[len(times) // 2], times[int(len(times) * 0.99)]]
    return " | ".join(f"{each:.1f}" for each in shown)


def sqlite_vec(db: Database, folder: Path, vectors: Matrix) -> str:
    """Time sqlite-vec's vec0, all rows in 32 bits."""
    apsw, extension = map(importlib.import_module, ("apsw", "sqlite_vec"))
    file = apsw.Connection(str(folder / "vec.db"))
    file.enable_load_extension(True)
    file.load_extension(extension.loadable_path())
    file.execute(f"create virtual table v using vec0(e float[{vectors.shape[1]}])")
    rows = db.conn.execute("select rowid, embedding from embeddings")
    with file:
        file.executemany("insert into v(rowid, e) values (?, ?)", rows)
    sql = "select rowid from v where e match ? and k = 20"
    return timed(lambda v: list(file.execute(sql, [v.tobytes()])), vectors[:OTHERS])


def llm_similar(db: Database, folder: Path, vectors: Matrix) -> str:
    """Time what `llm similar` does, on some of the rows."""
    llm = importlib.import_module("llm")
    part = Database(folder / "llm.db")
    create_tables(part, load_codebook())
    part.table("collections").insert_all(db.query("select * from collections"))
    rows = db.query(f"select * from embeddings order by rowid limit {LLM_ROWS}")
    part.table("embeddings").insert_all(rows)
    found = llm.Collection("statements", part, create=False)
    return timed(lambda v: found.similar_by_vector(v.tolist(), number=20), vectors[:5])


def lancedb(db: Database, folder: Path, vectors: Matrix) -> str:
    """Time LanceDB without an index of its own, which is exact."""
    lance, arrow = map(importlib.import_module, ("lancedb", "pyarrow"))
    kind = arrow.list_(arrow.float32(), vectors.shape[1])
    schema = arrow.schema([("id", arrow.string()), ("vector", kind)])
    # it reads in a thread of its own
    rows = sqlite3.connect(file_of(db), check_same_thread=False)

    def batches() -> Iterator[Any]:
        cursor = rows.execute("select id, embedding from embeddings")
        while part := cursor.fetchmany(20_000):
            flat = arrow.array(decode_all([row[1] for row in part], vectors.shape[1]).ravel())
            column = arrow.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
            ids = arrow.array([row[0] for row in part])
            yield arrow.RecordBatch.from_arrays([ids, column], schema=schema)

    reader = arrow.RecordBatchReader.from_batches(schema, batches())
    table = lance.connect(folder / "lance").create_table("v", reader)
    return timed(lambda v: table.search(v).limit(20).to_arrow(), vectors[:OTHERS])


OTHER_TOOLS = {
    "sqlite-vec": sqlite_vec,
    f"llm similar, {LLM_ROWS} rows only: multiply": llm_similar,
    "LanceDB, its own threads": lancedb,
}

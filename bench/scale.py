"""How fast search is over very many statements, beside other ways to find vectors in a file.

    python bench/scale.py [--rows 1000000]

The statements are made by a script: sentences of templates with words of the field and made-up
names, fifty a document, claims on a third. Their vectors are no embeddings of theirs: each mixes
two of 2,000 genuine embeddings of such sentences and adds noise, with fixed seeds. Questions are of
six words, embedded as always. Everything is measured in one process with one thread; each way of
asking is warmed by five questions. Other tools are given the question's vector.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlite_utils import Database

sys.path.insert(0, str(Path(__file__).parent))
# numpy reads it when it is first imported
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["LANCE_CPU_THREADS"] = "1"

from others import OTHER_TOOLS, timed

from kb.codebook import Codebook, load_codebook
from kb.encoder import load_encoder
from kb.models import Claim, Document, Passage, Statement
from kb.opening import open_database
from kb.search import Filters, Index, load_question_encoder, open_index, search
from kb.store import (
    forget_other_vectors,
    save_claims,
    save_document,
    save_embeddings,
)
from kb.tables import create_tables, fill_lookups
from kb.vectors import Matrix, decode_all
from pipelines.publish import save_build

QUESTIONS, GENUINE, EACH = 200, 2_000, 50
WORDS = yaml.safe_load((Path(__file__).parent / "scale.yml").read_text("utf-8"))


def names(number: int) -> list[str]:
    """Make up names of places, as rare in texts as such names are."""
    rng = random.Random(1)
    parts = WORDS["syllables"]
    return ["".join(rng.choices(parts, k=4)).capitalize() for _ in range(number)]


def sentence(rng: random.Random, places: Sequence[str]) -> str:
    """Make one sentence."""
    actor, other = rng.sample(WORDS["actors"], 2)
    thing, more = rng.sample(WORDS["things"], 2)
    template: str = rng.choice(WORDS["sentences"])
    return template.format(
        actor=actor,
        Actor=actor.capitalize(),
        other=other,
        thing=thing,
        more=more,
        act=rng.choice(WORDS["acts"]),
        end=rng.choice(WORDS["ends"]),
        count=rng.randrange(2, 90),
        name=places[int(len(places) * rng.random() ** 3)],
    )


def questions() -> list[str]:
    """Make questions of six words."""
    rng = random.Random(2)
    lists = (WORDS[name] for name in ("actors", "acts", "things"))
    one = [[word for word in words if " " not in word] for words in lists]
    made = ([rng.choice(words) for words in one] for _ in range(QUESTIONS))
    return [rng.choice(WORDS["questions"]).format(*words) for words in made]


def make(path: Path, rows: int) -> None:
    """Write the knowledge base and its index, and print how long the index took."""
    import numpy as np

    book, encoder = load_codebook(), load_encoder()
    rng, places, noise = random.Random(3), names(20_000), np.random.default_rng(3)
    genuine = encoder.embed([sentence(rng, places) for _ in range(GENUINE)])
    db = Database(path)
    db.conn.executescript("pragma journal_mode = memory; pragma synchronous = off")
    create_tables(db, book)
    fill_lookups(db, book)
    forget_other_vectors(db, name=encoder.name, fingerprint=encoder.fingerprint)
    with db.atomic():
        for n in range(rows // EACH):
            texts = [sentence(rng, places) for _ in range(EACH)]
            add(db, book, f"{n:08x}", texts, mixed(genuine, noise), rng)
        db.conn.execute("insert into statements_fts(statements_fts) values ('rebuild')")
        save_build(db, book, coder="", encoder=encoder.fingerprint)
    db.conn.commit()
    db.close()
    start = time.perf_counter(), time.process_time()
    open_index(open_database(path))
    print(time.perf_counter() - start[0], time.process_time() - start[1])


def mixed(genuine: Matrix, rng: Any) -> Matrix:
    """Give vectors of unit length near two genuine ones each."""
    import numpy as np

    one, other = (genuine[rng.integers(0, len(genuine), EACH)] for _ in range(2))
    noise = rng.normal(size=one.shape).astype(np.float32) * (0.4 / one.shape[1] ** 0.5)
    found: Matrix = one + rng.random((EACH, 1), np.float32) * other + noise
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def add(
    db: Database, book: Codebook, id: str, texts: Sequence[str], vectors: Matrix, rng: random.Random
) -> None:
    """Write one document, with claims on a third of its statements."""
    whole = " ".join(texts)
    document = Document(
        id=id, title=f"Report {id}", path=id, sha256=id, text=whole, words=len(whole.split()),
        year=2000 + rng.randrange(25),
    )  # fmt: skip
    passage = Passage(
        id=id, document_id=id, ordinal=1, kind="paragraph", text=whole, char_start=0,
        char_end=len(whole),
    )  # fmt: skip
    statements, claims, at = [], [], 0
    themes = [value.id for value in book.attribute("themes").values]
    for n, text in enumerate(texts):
        own = f"{id}{n:04x}"
        statements.append(
            Statement(
                id=own, document_id=id, passage_id=id, ordinal=n, text=text, char_start=at,
                char_end=at + len(text),
            )
        )  # fmt: skip
        at += len(text) + 1
        if n % 3 == 0:
            code = rng.choice(["barrier", "facilitator"])
            noted = {"themes": [rng.choice(themes)]}
            claims.append(Claim(id=own + code, statement_id=own, document_id=id, code=code,
                                attributes=noted))  # fmt: skip
    save_document(db, document, [passage], statements)
    save_claims(db, id, claims)
    save_embeddings(db, statements, texts, vectors, now=0)


def ours(db: Database, index: Index, asked: Sequence[str]) -> Iterator[str]:
    """Yield a line a way of searching."""
    encoder = load_question_encoder(db)
    theme = db.conn.execute("select id from themes order by rowid").fetchone()[0]
    one = db.conn.execute("select id from documents limit 1 offset 7").fetchone()[0]
    ways: dict[str, dict[str, Any]] = {
        "meaning": {"mode": "meaning"},
        "words": {"mode": "words"},
        "hybrid": {},
        "hybrid, a code": {"filters": Filters(codes=("barrier",))},
        "hybrid, theme and year": {
            "filters": Filters(values={"themes": (theme,)}, years=(2015,))
        },
        "hybrid, one document": {"filters": Filters(documents=(one,))},
    }  # fmt: skip
    yield f"| embedding the question | {timed(lambda q: encoder.embed([q]), asked)} |"
    for name, how in ways.items():

        def run(question: str, how: dict[str, Any] = how) -> None:
            search(db, question, encoder=encoder, index=index, **how)

        timed(run, asked[:5])
        yield f"| {name} | {timed(run, asked)} |"


def recall(db: Database, index: Index, vectors: Matrix) -> float:
    """Give recall@20 of the index against all cosines in 32 bits."""
    import numpy as np

    best = np.full((len(vectors), 20), -2, np.float32)
    ids = np.full((len(vectors), 20), "", object)
    cursor = db.conn.execute("select id, embedding from embeddings")
    while part := cursor.fetchmany(20_000):
        scores = vectors @ decode_all([row[1] for row in part], vectors.shape[1]).T
        all_scores = np.hstack([best, scores])
        new = np.broadcast_to(np.array([row[0] for row in part], object), scores.shape)
        all_ids = np.hstack([ids, new])
        top = np.argpartition(-all_scores, 20, axis=1)[:, :20]
        best, ids = (np.take_along_axis(each, top, 1) for each in (all_scores, all_ids))
    found = [set(index.ids(index.nearest(vector, 20, None)[0])) for vector in vectors]
    shared = [len(one & set(other)) for one, other in zip(found, ids, strict=True)]
    return sum(shared) / (20 * len(vectors))


def memory() -> str:
    """Give the resident memory: what is this process's own, and what is mapped of files."""
    lines = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    own, files = (int(lines[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile"))
    return f"{own} MB own, {files} MB mapped"


def cold(path: Path, question: str) -> str:
    """Give the CPU seconds of a whole `kb search`."""
    code = "from pipelines.cli import main; main()"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", code, "search", question, "--db", str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.2f} CPU s"


def report(rows: int, folder: Path) -> Iterator[str]:
    """Yield the lines of the table."""
    path = folder / "bench.db"
    command = [sys.executable, __file__, "--rows", str(rows), "--make", str(path)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    db, asked = open_database(path), questions()
    index = open_index(db)
    yield f"| {index.size} statements, ms | p50 | p99 | CPU p50 | CPU p99 |\n|---|---|---|---|---|"
    yield from ours(db, index, asked)
    held = memory()
    vectors = load_question_encoder(db).embed(asked)
    yield f"| nearest 20 alone | {timed(lambda v: index.nearest(v, 20, None), vectors)} |"
    size = sum(file.stat().st_size for file in Path(f"{path}.index").rglob("*") if file.is_file())
    yield f"\n- recall@20 of meaning: {recall(db, index, vectors):.3f}"
    yield f"- index: {size / 1e6:.0f} MB, made in {float(told[0]):.0f} s ({float(told[1]):.0f} CPU)"
    yield f"- resident after the questions: {held}\n- cold kb search: {cold(path, asked[0])}"
    yield "\n| other tools, ms | p50 | p99 | CPU p50 | CPU p99 |\n|---|---|---|---|---|"
    for name, measure in OTHER_TOOLS.items():
        try:
            yield f"| {name} | {measure(db, folder, vectors)} |"
        except ImportError as error:
            yield f"| {name} | missing: {error.name} |"


def main() -> None:
    """Make a knowledge base in a temporary folder, and print what searching it takes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        return make(given.make, given.rows)
    with tempfile.TemporaryDirectory() as folder:
        for line in report(given.rows, Path(folder)):
            print(line, flush=True)
    return None


if __name__ == "__main__":
    main()

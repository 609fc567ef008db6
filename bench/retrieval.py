"""How well search ranks, beside BM25 and plain MiniLM on the same texts: nDCG@10.

    python bench/retrieval.py FOLDER
    python bench/retrieval.py --db kb.db --questions questions.json --grades grades.json

FOLDER holds MED, CISI and Cranfield in their SMART files, or some of them; each becomes a knowledge
base for the while, one statement a document, under its title. A document counts as relevant if its
file of judgements says so in any grade above 0: what Cranfield's grades mean is told both ways.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

sys.path.insert(0, str(Path(__file__).parent))

from smart import Collection, Grades, Question, read_collections

from kb.codebook import Codebook, load_codebook
from kb.encoder import Encoder, load_encoder
from kb.models import Document, Passage, Statement
from kb.opening import open_database
from kb.search import load_question_encoder, open_index, search
from kb.store import forget_other_vectors, save_document, save_embeddings
from kb.tables import create_tables, fill_lookups
from pipelines.embed import embed, embedded_text
from pipelines.publish import save_build

NUMBER = 10
UNANSWERABLE = "unanswerable"
Ranker = Callable[[str], Sequence[str]]
"""Gives the ids of the best statements for a question, best first."""


def make_base(collection: Collection, db: Database, encoder: Encoder, codebook: Codebook) -> None:
    """Write a collection into an empty database, as a build would, each text one statement."""
    create_tables(db, codebook)
    fill_lookups(db, codebook)
    forget_other_vectors(db, name=encoder.name, fingerprint=encoder.fingerprint)
    statements = []
    with db.atomic():
        for id, (title, text) in collection.texts.items():
            statement = _statement(id, title, text)
            save_document(db, _document(id, title, text), [_passage(statement)], [statement])
            statements.append(statement)
        vectors = embed("", statements, encoder)  # the title is the heading already
        texts = [embedded_text(statement) for statement in statements]
        save_embeddings(db, statements, texts, vectors, now=0)
        db.conn.execute("insert into statements_fts(statements_fts) values ('rebuild')")
        save_build(db, codebook, coder="", encoder=encoder.fingerprint)
    db.conn.commit()


def _document(id: str, title: str, text: str) -> Document:
    words = len(text.split())
    return Document(id=id, title=title, path=id, sha256=id, text=text, words=words)


def _passage(statement: Statement) -> Passage:
    return Passage(
        id=statement.passage_id,
        document_id=statement.document_id,
        ordinal=1,
        kind="paragraph",
        text=statement.text,
        char_start=0,
        char_end=statement.char_end,
        heading=statement.heading,
    )


def _statement(id: str, title: str, text: str) -> Statement:
    return Statement(
        id=id,
        document_id=id,
        passage_id=id,
        ordinal=1,
        text=text,
        char_start=0,
        char_end=len(text),
        heading=title,
    )


def bm25(db: Database) -> Ranker:
    """Rank by SQLite's own BM25 over text, lead-in and heading: any word of the question."""
    sql = """select s.id from statements_fts join statements s on s.rowid = statements_fts.rowid
             where statements_fts match ? order by rank, s.id limit ?"""

    def run(question: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"[^\W_]+", question))
        rows = db.conn.execute(sql, [words, NUMBER]) if words else ()
        return [row[0] for row in rows]

    return run


def plain(db: Database, encoder: Encoder) -> Ranker:
    """Rank by the cosines of the encoder as it comes, over heading, lead-in and text."""
    import numpy as np

    sql = "select id, heading, lead_in, text from statements order by id"
    rows = db.conn.execute(sql).fetchall()
    matrix = encoder.embed([" ".join(part for part in row[1:] if part) for row in rows])

    def run(question: str) -> list[str]:
        nearest = np.argsort(-(matrix @ encoder.embed([question])[0]), kind="stable")
        return [rows[place][0] for place in nearest[:NUMBER]]

    return run


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    """Give nDCG@10 with gains of 2^grade - 1."""
    best = sorted(grades.values(), reverse=True)
    return _gain([grades.get(id, 0) for id in found]) / _gain(best)


def _gain(grades: Sequence[int]) -> float:
    places = enumerate(grades[:NUMBER], 2)
    return sum((2.0**grade - 1) / math.log2(place) for place, grade in places)


def measure(
    db: Database, questions: Sequence[Question], grades: Grades
) -> tuple[dict[str, list[list[float]]], dict[bool, list[bool]]]:
    """Give nDCG@10 of the three systems by kind of question, and what was said to be weak.

    The latter by whether the question has an answer at all.
    """
    index, encoder = open_index(db), load_question_encoder(db)
    others = [bm25(db), plain(db, load_encoder())]
    scores: dict[str, list[list[float]]] = {}
    weak: dict[bool, list[bool]] = {True: [], False: []}
    for question in questions:
        answer = search(db, question.text, encoder=encoder, index=index, number=NUMBER)
        # a copy of a hit is shown with it, and takes its place here
        ours = [id for hit in answer.hits for id in (hit.statement_id, *hit.copies)]
        weak[question.kind != UNANSWERABLE].append(answer.weak)
        known = grades.get(question.id, {})
        if question.kind != UNANSWERABLE and any(grade > 0 for grade in known.values()):
            found = [*(rank(question.text) for rank in others), ours]
            scores.setdefault(question.kind, []).append([ndcg(each, known) for each in found])
    return scores, weak


def score_lines(scores: Mapping[str, Sequence[Sequence[float]]]) -> list[str]:
    """Give a line a kind of question."""
    return [
        f"{kind:18}{len(rows):9}" + "".join(_figures(rows)) for kind, rows in sorted(scores.items())
    ]


def _figures(rows: Sequence[Sequence[float]]) -> Iterable[str]:
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    yield from (f"{mean:9.3f}" for mean in means)
    better = max(means[:-1])
    yield f"{means[-1] / better:9.2f}" if better else f"{'-':>9}"


HEAD = f"{'nDCG@10':18}questions" + "".join(
    f"{name:>9}" for name in ("BM25", "MiniLM", "ours", "ratio")
)


def run_folder(folder: Path) -> Iterable[str]:
    """Yield what is printed of a folder of collections."""
    yield HEAD
    codebook, encoder = load_codebook(), load_encoder()
    for collection in read_collections(folder):
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "bench.db"
            made = Database(path)
            make_base(collection, made, encoder, codebook)
            made.close()
            scores, _ = measure(open_database(path), collection.questions, collection.grades)
        yield from score_lines(scores)


def run_base(path: Path, questions: Sequence[Mapping[str, Any]], grades: Grades) -> Iterable[str]:
    """Yield what is printed of graded questions over a knowledge base."""
    asked = [Question(id=each["id"], text=each["q"], kind=each["kind"]) for each in questions]
    scores, weak = measure(open_database(path), asked, grades)
    every = [row for rows in scores.values() for row in rows]
    yield from (HEAD, *score_lines(scores), *score_lines({"all": every} if every else {}))
    for answerable, name in ((False, "without an answer"), (True, "with one")):
        if said := weak[answerable]:
            yield f"said to be weak, {name}: {sum(said)} of {len(said)}"


def main(argv: Sequence[str] | None = None) -> None:
    """Print the figures of a folder of collections, or of one knowledge base."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    for name in ("--db", "--questions", "--grades"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args(argv)
    if given.folder and given.folder.is_dir():
        lines = run_folder(given.folder)
    elif given.db and given.questions and given.grades:
        told = [json.loads(path.read_text("utf-8")) for path in (given.questions, given.grades)]
        lines = run_base(given.db, *told)
    else:
        parser.error("give a folder of collections, or --db, --questions and --grades")
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    main()

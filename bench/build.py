"""How fast a build is, stage by stage, beside plain sentence-transformers on the same texts.

    python bench/build.py [PATH…]

Times are of this run on this machine; what can be compared between machines are the ratios.
Each stage runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kb.codebook import load_codebook
from kb.encoder import load_encoder
from kb.models import Statement
from kb.opening import open_database
from kb.store import get_statements
from kb.weights import DEFAULT_ENCODER, model_folder

Figures = dict[str, Any]


def whole_build(paths: list[Path], db: Path) -> Figures:
    """Build from nothing, then again with nothing changed."""
    from pipelines.build import build

    book = load_codebook()
    load_encoder()  # exported beforehand: that happens once a machine, not once a build
    first, _ = timed(lambda: build(paths, db, codebook=book))
    again, _ = timed(lambda: build(paths, db, codebook=book))
    base = open_database(db)
    pages, words = base.conn.execute("select sum(pages), sum(words) from documents").fetchone()
    return {
        "seconds": first,
        "unchanged_seconds": again,
        "documents": base["documents"].count,
        "statements": base["statements"].count,
        # formats without pages are counted at 400 words a page
        "pages": round((pages or 0) + unpaged_words(base) / 400),
        "words": words,
    }


def unpaged_words(base: Any) -> int:
    """Count the words of documents without pages."""
    sql = "select coalesce(sum(words), 0) from documents where pages is null"
    return int(base.conn.execute(sql).fetchone()[0])


def reading(paths: list[Path], db: Path) -> Figures:
    """Parse and segment alone."""
    from pipelines.files import find_files
    from pipelines.parse import assemble
    from pipelines.parse.guard import Reader
    from pipelines.segment import load_splitter, segment

    split = load_splitter()

    def run() -> int:
        count = 0
        with Reader() as reader:
            for path, sha256, parsed in reader.read_all([f.path for f in find_files(paths, db)]):
                if not isinstance(parsed, Exception):
                    document, passages = assemble(parsed, path=path.name, sha256=sha256)
                    count += len(segment(document, passages, split=split))
        return count

    seconds, count = timed(run)
    return {"seconds": seconds, "statements": count}


def coding(paths: list[Path], db: Path) -> Figures:
    """Code all statements."""
    from pipelines.extract import load_extractor

    extractor = load_extractor(load_codebook())
    documents = statements_of(db)
    seconds, _ = timed(lambda: [extractor.extract(document) for document in documents])
    return {"seconds": seconds, "statements": sum(map(len, documents))}


def embedding(paths: list[Path], db: Path) -> Figures:
    """Embed all statements with the exported int8 graph."""
    encoder = load_encoder()
    texts = texts_of(db)
    seconds, _ = timed(lambda: encoder.embed(texts))
    return {"seconds": seconds, "statements": len(texts)}


def plain_embedding(paths: list[Path], db: Path) -> Figures:
    """Embed the same texts with sentence-transformers as it comes: torch, float32, batched."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder(DEFAULT_ENCODER)), device="cpu")
    texts = texts_of(db)
    seconds, _ = timed(lambda: model.encode(texts, show_progress_bar=False))
    return {"seconds": seconds, "statements": len(texts)}


STAGES: dict[str, Callable[[list[Path], Path], Figures]] = {
    "whole build": whole_build,
    "reading": reading,
    "coding": coding,
    "embedding": embedding,
    "plain sentence-transformers": plain_embedding,
}


def statements_of(db: Path) -> list[list[Statement]]:
    """Give the statements of each document."""
    base = open_database(db)
    return [list(get_statements(base, row["id"])) for row in base["documents"].rows]


def texts_of(db: Path) -> list[str]:
    """Give what a build embeds."""
    from pipelines.embed import embedded_text

    return [embedded_text(statement) for each in statements_of(db) for statement in each]


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Give the seconds that a call took, and its answer."""
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def peak_megabytes() -> int:
    """Give the most memory that this process and the largest of its children held."""
    own, children = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return round((own + children) / 1024)


def measure(stage: str, paths: list[Path], db: Path) -> Figures:
    """Run one stage in a process of its own."""
    command = [sys.executable, __file__, "--stage", stage, str(db), *map(str, paths)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: Figures = json.loads(answer)
    return figures


def main(paths: list[Path]) -> None:
    """Print a line a stage, and the ratio to plain sentence-transformers."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "bench.db"
        found = {stage: measure(stage, paths, db) for stage in STAGES}
    whole = found["whole build"]
    print(
        f"{whole['documents']} documents, {whole['pages']} pages, {whole['statements']} statements"
    )
    print(f"{'':29}seconds  statements/s   peak MB")
    for stage, figures in found.items():
        rate = figures["statements"] / figures["seconds"]
        print(f"{stage:29}{figures['seconds']:7.1f}{rate:14.0f}{figures['peak']:10}")
    print(f"pages/s of the whole build: {whole['pages'] / whole['seconds']:.1f}")
    print(f"the same build again, unchanged: {whole['unchanged_seconds']:.2f} s")
    ratio = found["plain sentence-transformers"]["seconds"] / found["embedding"]["seconds"]
    print(f"embedding is {ratio:.1f} times as fast as plain sentence-transformers")
    share = whole["seconds"] / found["plain sentence-transformers"]["seconds"]
    print(f"the whole build takes {share:.1f} times as long as their embedding alone")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["--stage"]:
        result = STAGES[arguments[1]]([Path(p) for p in arguments[3:]], Path(arguments[2]))
        print(json.dumps(result | {"peak": peak_megabytes()}))
    else:
        main([Path(p) for p in arguments] or [Path("corpus/notes")])

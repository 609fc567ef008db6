"""The order of the stages: read what changed, code it, embed it, publish the whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from kb.codebook import Codebook
from kb.encoder import load_encoder
from kb.errors import UnreadableFile
from kb.models import Bibliography, Document, Parsed, Passage, Statement, Unread
from kb.store import (
    delete_document,
    delete_unread,
    forget_other_vectors,
    get_statements,
    get_uncoded,
    get_unembedded,
    get_unread,
    open_database,
    save_claims,
    save_document,
    save_embeddings,
    save_stages,
    save_unread,
    set_coded,
)
from kb.weights import DEFAULT_ENCODER, encoder_fingerprint
from pipelines.embed import embedded_text
from pipelines.extract import coder_fingerprint, load_extractor
from pipelines.files import File, find_files, printable
from pipelines.parse import assemble
from pipelines.parse.guard import Reader
from pipelines.plan import COPY, Plan, make_plan
from pipelines.publish import publish
from pipelines.segment import Splitter, load_splitter, segment
from pipelines.sources import known_documents
from pipelines.work import working_copy

Progress = Callable[[str, int, int], None]
"""Told of each step: the stage's name, how many are done, of how many."""

Known = Mapping[Path, Bibliography]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a build did: how many documents were read, coded, removed and left alone.

    `embedded` counts statements, `unread` is all that the database notes as such.
    """

    read: int = 0
    coded: int = 0
    embedded: int = 0
    removed: int = 0
    unchanged: int = 0
    unread: tuple[Unread, ...] = ()


def quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def build(
    paths: Sequence[Path],
    target: Path,
    *,
    codebook: Codebook,
    encoder_name: str = DEFAULT_ENCODER,
    progress: Progress = quiet,
) -> Report:
    """Bring the knowledge base at `target` up to date with the files under `paths`.

    What is there and unchanged is left alone, and so are documents from other paths. A file that
    cannot be read is reported and costs nothing else. The database changes in one step, at the
    end; a build that was stopped goes on where it was. Raises KbError.
    """
    files = find_files(paths)
    known = known_documents(paths)
    made_by = MadeBy(coder_fingerprint(codebook), encoder_fingerprint(encoder_name))
    if target.exists() and (report := check_current(target, files, known, paths, made_by)):
        return report
    with working_copy(target, codebook) as db:
        plan = make_plan(db, files, known, paths)
        forget(db, plan)
        report = Report(
            read=read_files(db, plan, known, progress),
            coded=code_documents(db, codebook, made_by.coder, progress),
            embedded=embed_statements(db, encoder_name, made_by.encoder, progress),
            removed=len(plan.gone),
            unchanged=plan.unchanged,
            unread=get_unread(db),
        )
        publish(db, codebook, coder=made_by.coder, encoder=made_by.encoder)
    return report


@dataclass(frozen=True, slots=True)
class MadeBy:
    """The fingerprints of what codes and embeds."""

    coder: str
    encoder: str


def check_current(
    target: Path,
    files: Sequence[File],
    known: Known,
    roots: Sequence[Path],
    made_by: MadeBy,
) -> Report | None:
    """Report a database as unchanged if a build would do nothing, else give None."""
    db = open_database(target)
    try:
        plan = make_plan(db, files, known, roots)
        sql = "select coder, encoder from builds order by id desc limit 1"
        last = db.conn.execute(sql).fetchone()
        if plan.is_empty() and last == (made_by.coder, made_by.encoder):
            return Report(unchanged=plan.unchanged, unread=get_unread(db))
        return None
    finally:
        db.close()


def forget(db: Database, plan: Plan) -> None:
    """Remove what was read from files that have gone or changed."""
    with db.atomic():
        for document_id in plan.gone:
            delete_document(db, document_id)
        for name in plan.forgotten:
            delete_unread(db, name)


def read_files(db: Database, plan: Plan, known: Known, progress: Progress) -> int:
    """Parse and segment the files that are new or changed; give how many could be read."""
    for file, unread in plan.copies:
        save_unread(db, unread, file=printable(str(file.path)), read_by=COPY)
    if not plan.read:
        return 0
    files = {file.path: file for file in plan.read}
    split = load_splitter()
    count = 0
    with Reader() as reader:
        outcomes = reader.read_all(list(files))
        for done, (path, sha256, outcome) in enumerate(outcomes, 1):
            progress("reading", done, len(files))
            stage = {"file": printable(str(path)), "read_by": plan.read_by[path]}
            cut = cut_up(outcome, files[path].name, sha256, known.get(path), split)
            if isinstance(cut, Unread):
                save_unread(db, cut, **stage)
                continue
            with db.atomic():
                save_document(db, *cut)
                save_stages(db, cut[0].id, **stage)
            count += 1
    return count


Cut = tuple[Document, tuple[Passage, ...], tuple[Statement, ...]]


def cut_up(
    outcome: Parsed | UnreadableFile,
    name: str,
    sha256: str,
    known: Bibliography | None,
    split: Splitter,
) -> Cut | Unread:
    """Make a document, its passages and its statements of what a parser found.

    What goes wrong here is our bug, but it may cost no other document.
    """
    if isinstance(outcome, UnreadableFile):
        return Unread(path=name, sha256=sha256, reason=outcome.reason)
    try:
        document, passages = assemble(outcome, path=name, sha256=sha256, known=known)
        return document, passages, segment(document, passages, split=split)
    except Exception as error:
        reason = f"could not be cut up ({type(error).__name__}); please report it with the file"
        return Unread(path=name, sha256=sha256, reason=reason)


def code_documents(db: Database, codebook: Codebook, coder: str, progress: Progress) -> int:
    """Code the documents that this coder has not coded; give how many."""
    todo = get_uncoded(db, coder)
    if not todo:
        return 0
    extractor = load_extractor(codebook)
    for done, document_id in enumerate(todo, 1):
        progress("coding", done, len(todo))
        found = extractor.extract(list(get_statements(db, document_id)))
        with db.atomic():
            save_claims(db, document_id, [claim for claims in found for claim in claims])
            set_coded(db, document_id, coder)
    return len(todo)


def embed_statements(db: Database, name: str, fingerprint: str, progress: Progress) -> int:
    """Embed the statements that this encoder has not embedded; give how many."""
    forget_other_vectors(db, name=name, fingerprint=fingerprint)
    todo = get_unembedded(db)
    if not todo:
        return 0
    encoder = load_encoder(name)
    count = 0
    for done, document_id in enumerate(todo, 1):
        progress("embedding", done, len(todo))
        statements = list(get_statements(db, document_id))
        texts = [embedded_text(statement) for statement in statements]
        with db.atomic():
            save_embeddings(db, statements, texts, encoder.embed(texts), now=int(time.time()))
        count += len(statements)
    return count

"""The order of the stages: read what changed, code it, embed it, publish the whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlite_utils import Database

from kb.changes import note_changes
from kb.codebook import Codebook
from kb.copies import save_versions
from kb.encoder import load_encoder
from kb.errors import KbError
from kb.models import Claim, Mention, Statement, Unread, UnreadPages
from kb.opening import open_any_version, open_database
from kb.pages import get_unread_pages
from kb.paths import real_path
from kb.questions import load_questions
from kb.search import open_index
from kb.store import (
    forget_other_vectors,
    get_codable,
    get_statements,
    get_text,
    get_title,
    get_uncoded,
    get_unembedded,
    get_unread,
    save_claims,
    save_embeddings,
    save_mentions,
    set_coded,
)
from kb.tables import can_copy, same_lookups, same_tables
from kb.vocabulary import Vocabulary, load_vocabulary
from kb.weights import DEFAULT_ENCODER, encoder_fingerprint
from pipelines.citing import settle_works
from pipelines.copies import settle_copies
from pipelines.embed import RECIPE, embed, embedded_text
from pipelines.entities import Finder, finder_fingerprint, load_finder
from pipelines.extract import coder_fingerprint, load_extractor
from pipelines.files import File, find_files
from pipelines.plan import earlier_roots, make_plan
from pipelines.publish import publish
from pipelines.reading import Known, Progress, forget_gone, read_files
from pipelines.sources import known_documents, older_versions
from pipelines.work import working_copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a build did: how many documents were read, coded, removed and left alone.

    `embedded` counts statements, `unread` is all that the database notes as such, and
    `unread_pages` are the pages that could not be read of documents that could.
    """

    read: int = 0
    coded: int = 0
    embedded: int = 0
    removed: int = 0
    unchanged: int = 0
    unread: tuple[Unread, ...] = ()
    unread_pages: UnreadPages = field(default_factory=dict)


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
    target = real_path(target) if target.is_symlink() else target  # a link stays one
    if target.exists() and not target.is_file():
        raise KbError(f"{target} is not a file; name the database to build with --db")
    roots = [*paths, *roots_to_read_again(target, codebook)]
    files = find_files(roots, target)
    known = known_documents(file.path for file in files)
    vocabulary = load_vocabulary(codebook)
    made_by = MadeBy(
        coding_fingerprint(codebook, vocabulary),
        f"{encoder_fingerprint(encoder_name)}+{RECIPE}",
        load_questions(codebook).sha256,
    )
    if target.exists() and (
        report := check_current(target, codebook, vocabulary, files, known, roots, made_by)
    ):
        return report
    with working_copy(target, codebook) as db:
        read, removed, unchanged = read_all(db, files, known, roots, progress)
        settle_copies(db)
        report = Report(
            read=read,
            removed=removed,
            coded=code_documents(db, codebook, vocabulary, made_by.coder, progress),
            embedded=embed_statements(db, encoder_name, made_by.encoder, progress),
            unchanged=unchanged,
            unread=get_unread(db),
            unread_pages=get_unread_pages(db),
        )
        settle_works(db)
        save_versions(db, {file.key: older_versions(file.path) for file in files})
        publish(db, codebook, vocabulary, coder=made_by.coder, encoder=made_by.encoder)
        note_changes(db, target)
    make_index(target)
    return report


def make_index(target: Path) -> None:
    """Make the index for searching beside a database, or bring it up to date."""
    db = open_database(target)
    try:
        open_index(db)
    finally:
        db.close()


def read_all(
    db: Database, files: Sequence[File], known: Known, roots: Sequence[Path], progress: Progress
) -> tuple[int, int, int]:
    """Give how many documents were read, removed because their files are gone, and left alone.

    What cannot be read frees a file of the same content and another kind to be read, hence the
    rounds. No file is read twice: it may fail, or have changed, each time.
    """
    read = removed = 0
    tried: set[Path] = set()
    plan = make_plan(db, files, known, roots)
    unchanged = plan.unchanged
    while not plan.is_empty():
        read += read_files(db, plan, known, progress)
        removed += forget_gone(db, plan)
        tried |= {file.path for file in plan.read}
        plan = make_plan(db, files, known, roots)
        plan = replace(plan, read=tuple(file for file in plan.read if file.path not in tried))
    return read, removed, unchanged


@dataclass(frozen=True, slots=True)
class MadeBy:
    """The fingerprints of what codes and embeds, and of how the field asks."""

    coder: str
    encoder: str
    questions: str


def roots_to_read_again(target: Path, codebook: Codebook) -> list[Path]:
    """Give what earlier builds read, if nothing of it can be taken from the old tables."""
    if not target.exists():
        return []
    db = open_any_version(target)
    try:
        return [] if can_copy(db, codebook) else earlier_roots(db)
    finally:
        db.close()


def coding_fingerprint(codebook: Codebook, vocabulary: Vocabulary | None) -> str:
    """Name what codes: the coder, and what finds entities if anything does."""
    parts = [coder_fingerprint(codebook)]
    if vocabulary:
        parts.append(finder_fingerprint(vocabulary))
    return "+".join(part[:12] for part in parts)


def check_current(
    target: Path,
    codebook: Codebook,
    vocabulary: Vocabulary | None,
    files: Sequence[File],
    known: Known,
    roots: Sequence[Path],
    made_by: MadeBy,
) -> Report | None:
    """Report a database as unchanged if a build would do nothing, else give None."""
    db = open_any_version(target)
    try:
        kinds = vocabulary.kinds if vocabulary else ()
        if not same_tables(db, codebook) or not same_lookups(db, codebook, kinds):
            return None
        plan = make_plan(db, files, known, roots)
        sql = "select coder, encoder, questions from builds order by id desc limit 1"
        last = db.conn.execute(sql).fetchone()
        if plan.is_empty() and last == (made_by.coder, made_by.encoder, made_by.questions):
            return Report(
                unchanged=plan.unchanged,
                unread=get_unread(db),
                unread_pages=get_unread_pages(db),
            )
        return None
    finally:
        db.close()


def code_documents(
    db: Database,
    codebook: Codebook,
    vocabulary: Vocabulary | None,
    coder: str,
    progress: Progress,
) -> int:
    """Code the documents that this coder has not coded; give how many."""
    todo = get_uncoded(db, coder)
    if not todo:
        return 0
    extractor = load_extractor(codebook)
    finder = load_finder(vocabulary) if vocabulary else None
    for done, document_id in enumerate(todo, 1):
        progress("coding", done, len(todo))
        statements = list(get_codable(db, document_id))
        found = extractor.extract(statements)
        mentions = find_mentions(db, document_id, statements, found, finder)
        with db.atomic():
            save_claims(db, document_id, [claim for claims in found for claim in claims])
            for claims, named in zip(found, mentions, strict=True):
                save_mentions(db, claims, named)
            set_coded(db, document_id, coder)
    return len(todo)


def find_mentions(
    db: Database,
    document_id: str,
    statements: Sequence[Statement],
    found: Sequence[Sequence[Claim]],
    finder: Finder | None,
) -> list[tuple[Mention, ...]]:
    """Give the entities that each statement names, none for those without a claim."""
    coded = [n for n, claims in enumerate(found) if claims]
    mentions: list[tuple[Mention, ...]] = [()] * len(statements)
    if finder:
        texts = [statements[n].text for n in coded]
        text = get_text(db, document_id)
        for n, named in zip(coded, finder.find(texts, document=text), strict=True):
            mentions[n] = named
    return mentions


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
        vectors = embed(get_title(db, document_id), statements, encoder)
        with db.atomic():
            save_embeddings(db, statements, texts, vectors, now=int(time.time()))
        count += len(statements)
    return count

"""Read: files through parsing and segmenting into the working copy, each in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from kb.cited import save_citations
from kb.errors import UnreadableFile
from kb.models import Bibliography, Document, Parsed, Passage, Statement, Unread
from kb.short_forms import save_short_forms
from kb.store import delete_document, forget_file, save_document, save_stages, save_unread
from pipelines.cite import Cites, cite
from pipelines.files import File
from pipelines.parse import assemble
from pipelines.parse.guard import Reader
from pipelines.plan import COPY, PASSING, Plan, with_ocr
from pipelines.segment import Splitter, load_splitter, segment
from pipelines.short_forms import find_short_forms

Progress = Callable[[str, int, int], None]
"""Told of each step: the stage's name, how many are done, of how many."""

Known = Mapping[Path, Bibliography]
"""What is known of files before they are read."""

Cut = tuple[Document, tuple[Passage, ...], tuple[Statement, ...], Cites]


def read_files(db: Database, plan: Plan, known: Known, progress: Progress) -> int:
    """Parse and segment the files that are new or changed; give how many could be read.

    What was read of a file before goes in the same transaction in which the new comes, so that
    a build may be stopped anywhere. What cannot be read tells the same of its copies of its kind.
    """
    count = 0
    split = load_splitter()
    copies = copies_by_kind(plan)
    files = {file.path: file for file in plan.read}
    with Reader() as reader:
        outcomes = reader.read_all(list(files))
        for done, (path, sha256, outcome) in enumerate(outcomes, 1):
            progress("reading", done, len(files))
            file = replace(files[path], sha256=sha256 or files[path].sha256)
            cut = cut_up(outcome, file, known.get(path), split)
            save_reading(db, file, cut, key_of(outcome, plan.read_by[path]))
            count += not isinstance(cut, Unread)
            if isinstance(outcome, UnreadableFile) and not outcome.passing:
                for copy, unread in copies.pop(kind_of(file), ()):
                    told = replace(unread, reason=outcome.reason)
                    save_reading(db, copy, told, key_of(outcome, plan.read_by[copy.path]))
    for file, unread in (pair for pairs in copies.values() for pair in pairs):
        save_reading(db, file, unread, COPY)
    return count


def copies_by_kind(plan: Plan) -> dict[tuple[str, str], list[tuple[File, Unread]]]:
    """Group the copies of a plan by what decides how they are read."""
    groups: dict[tuple[str, str], list[tuple[File, Unread]]] = defaultdict(list)
    for file, unread in plan.copies:
        groups[kind_of(file)].append((file, unread))
    return groups


def kind_of(file: File) -> tuple[str, str]:
    """Give a file's content and ending: where both are the same, so is what can be read."""
    return file.sha256, file.path.suffix.lower()


def key_of(outcome: Parsed | UnreadableFile, read_by: str) -> str:
    """What the outcome is noted to hang on, so that it is read again when that changes."""
    if is_passing(outcome):
        return PASSING
    return with_ocr(read_by) if hangs_on_ocr(outcome) else read_by


def is_passing(outcome: Parsed | UnreadableFile) -> bool:
    """Whether reading failed, or Tesseract did on a page, in a way that it may not again."""
    if isinstance(outcome, UnreadableFile):
        return outcome.passing
    return any(sheet.read_by == "failed" for sheet in outcome.sheets)


def hangs_on_ocr(outcome: Parsed | UnreadableFile) -> bool:
    """Whether reading may come to something else when Tesseract is installed, or another one."""
    if isinstance(outcome, UnreadableFile):
        return True
    return any(sheet.read_by in ("ocr", "nothing", "blank") for sheet in outcome.sheets)


def save_reading(db: Database, file: File, cut: Cut | Unread, read_by: str) -> None:
    """Put what came of reading a file in the place of what was there of it."""
    with db.atomic():
        forget_file(db, file.key)
        if isinstance(cut, Unread):
            save_unread(db, cut, file=file.key, read_by=read_by)
            return
        delete_document(db, cut[0].id)  # it may have been read from another place
        document, passages, statements, cites = cut
        save_document(db, document, passages, statements)
        save_citations(db, cites.citations, cites.marks)
        save_short_forms(db, document.id, find_short_forms(each.text for each in passages))
        save_stages(db, cut[0].id, file=file.key, read_by=read_by)


def forget_gone(db: Database, plan: Plan) -> int:
    """Remove what was read from files that are there no more; give how many documents."""
    with db.atomic():
        return sum(forget_file(db, each.file) for each in plan.gone)


def cut_up(
    outcome: Parsed | UnreadableFile, file: File, known: Bibliography | None, split: Splitter
) -> Cut | Unread:
    """Make a document, its passages, statements and citations of what a parser found.

    What goes wrong here is our bug, but it may cost no other document.
    """
    if isinstance(outcome, UnreadableFile):
        return Unread(path=file.name, sha256=file.sha256, reason=outcome.reason)
    try:
        document, passages = assemble(outcome, path=file.name, sha256=file.sha256, known=known)
        statements = segment(document, passages, split=split)
        return document, passages, statements, cite(document, passages, statements)
    except Exception as error:
        reason = f"could not be cut up ({type(error).__name__}); please report it with the file"
        return Unread(path=file.name, sha256=file.sha256, reason=reason)

"""The order of a second coding: cut windows, ask what was not asked, note what was answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from kb.codebook import Codebook
from kb.copies import find_document
from kb.errors import KbError, NoSuchId
from kb.rows import Row
from kb.second import (
    Answer,
    SecondCoder,
    answer_id,
    count_dropped,
    forget_lost,
    get_agreement,
    get_answers,
    get_read,
    open_to_note,
    save_answer,
    save_coder,
    save_reading,
)
from kb.store import get_codable
from pipelines.extract.second import (
    Checked,
    Model,
    NoAnswer,
    Window,
    check,
    cut,
    make_coder,
    parse,
    reminder,
    storable,
)
from pipelines.score import check_codebook
from pipelines.work import no_build

Progress = Callable[[str, int, int], None]

CODED_SQL = """
select id from documents where id not in (select document_id from copies) order by path, id
"""

TRIES = 3
"""So many windows in a row without an answer are no accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What a second coding did, and how far both coders agree by now.

    `asked`, `known` and `left` count windows: asked about now, answered earlier, and not yet
    asked about. `failed` names those that had no answer, or none in JSON, twice; they are asked
    about again next time. `dropped` counts by reason what was not taken of all answers, and
    `statements` all statements read.
    """

    model: str
    coder_id: str
    prompt_sha256: str
    asked: int
    known: int
    left: int
    statements: int
    failed: tuple[str, ...]
    dropped: dict[str, int]
    agreement: tuple[Row, ...]


def code_again(
    target: Path,
    model: Model,
    codebook: Codebook,
    *,
    document: str | None = None,
    limit: int | None = None,
    progress: Progress,
) -> Second:
    """Let a model code the statements of a knowledge base, beside the claims that are there.

    Each answer is kept as soon as it is there, and not asked for again. With `limit`, no more
    windows than that are asked about. Raises KbError, BuildRunning while a build runs.
    """
    coder = make_coder(codebook, model.id, supports_schema=model.supports_schema)
    with no_build(target):
        db = open_to_note(target)
        try:
            check_codebook(db, codebook)
            with db.atomic():
                forget_lost(db)
            windows = windows_of(db, document)
            save_coder(db, coder)
            todo = note_known(db, windows, coder, codebook)
            asked = todo[:limit]
            failed = tuple(ask_all(db, asked, model, coder, codebook, progress))
            return Second(
                model=coder.model,
                coder_id=coder.id,
                prompt_sha256=coder.prompt_sha256,
                asked=len(asked),
                known=len(windows) - len(todo),
                left=len(todo) - len(asked),
                statements=len(get_read(db, coder.id)),
                failed=failed,
                dropped=count_dropped(db, coder.id),
                agreement=tuple(get_agreement(db, coder.id)),
            )
        finally:
            db.close()


def windows_of(db: Database, document: str | None) -> list[Window]:
    """Give the windows of one document or of all, copies left out as the first coder leaves them.

    Of a copy it gives those of the document that stands for it. Raises NoSuchId.
    """
    if document is None:
        ids = [row[0] for row in db.conn.execute(CODED_SQL)]
    elif found := find_document(db, document):
        ids = [found]
    else:
        raise NoSuchId(f"There is no document {document}; kb stats lists those that there are")
    return [window for id in ids for window in cut(list(get_codable(db, id)))]


def note_known(
    db: Database, windows: Sequence[Window], coder: SecondCoder, codebook: Codebook
) -> list[Window]:
    """Note what earlier answers say of these windows, and give those that have none."""
    answers, read = get_answers(db, coder.id), get_read(db, coder.id)
    todo = []
    for window in windows:
        id = answer_id(coder.id, window.sha256)
        if window.sha256 not in answers:
            todo.append(window)
        elif any(read.get(statement.id) != id for statement in window.statements):
            checked = checked_answer(answers[window.sha256], window, coder, codebook)
            save_reading(db, coder.id, id, window.statements, checked.claims if checked else ())
    return todo


def ask_all(
    db: Database,
    windows: Sequence[Window],
    model: Model,
    coder: SecondCoder,
    codebook: Codebook,
    progress: Progress,
) -> Iterator[str]:
    """Ask about each window and note the answer; yield which failed, and why."""
    silent = 0
    for done, window in enumerate(windows, 1):
        progress("asking", done, len(windows))
        try:
            answer, checked = ask(window, model, coder, codebook)
        except NoAnswer as error:
            silent += 1
            if silent in (TRIES, len(windows)):
                raise KbError(f"{error}; what was coded is kept") from error
            yield f"{place_of(db, window)}: {error}"
            continue
        silent = 0
        save_answer(db, answer, checked.dropped if checked else ())
        if checked:
            save_reading(db, coder.id, answer.id, window.statements, checked.claims)
        else:
            yield f"{place_of(db, window)}: the answer was not the JSON asked for, twice"


def ask(
    window: Window, model: Model, coder: SecondCoder, codebook: Codebook
) -> tuple[Answer, Checked | None]:
    """Ask about a window, once more if the answer is no JSON."""
    schema = json.loads(coder.schema)
    reply = model.ask(window.text, system=coder.prompt, schema=schema)
    checked = checked_answer(reply.text, window, coder, codebook)
    if checked is None:
        again = f"{window.text}\n{reminder()}"
        reply = model.ask(again, system=coder.prompt, schema=schema)
        checked = checked_answer(reply.text, window, coder, codebook)
    answer = Answer(
        id=answer_id(coder.id, window.sha256),
        coder_id=coder.id,
        text_sha256=window.sha256,
        text=window.text,
        response_id=storable(reply.response_id),
        asked=datetime.now(UTC).isoformat(timespec="seconds"),
        answer=storable(reply.text),
        readable=checked is not None,
    )
    return answer, checked


def checked_answer(
    text: str, window: Window, coder: SecondCoder, codebook: Codebook
) -> Checked | None:
    """Give what an answer claims of a window, None if it is not the JSON that was asked for."""
    items = parse(text)
    return None if items is None else check(items, window, codebook, coder.id)


def place_of(db: Database, window: Window) -> str:
    """Say in which document a window stands, and how it begins."""
    first = window.statements[0]
    sql = "select path from documents where id = ?"
    (path,) = db.conn.execute(sql, [first.document_id]).fetchone()
    page = f", p. {first.page}" if first.page else ""
    return f"{path}{page}, from statement {first.id} on"

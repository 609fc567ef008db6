"""Adds the pipeline's commands to `kb`; the console script starts here."""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kb import cli_search
from kb.cli import DEFAULT_DB, DatabaseOption, JsonOption, app
from kb.cli_changes import changes
from kb.errors import KbError
from kb.output import emit, speak_utf8
from kb.text import json_text, printable, second_text, unread_pages_lines
from pipelines.cli_pull import pull

__all__ = ["app", "changes", "cli_search", "main", "pull"]

DEFAULT_PATHS = [Path("corpus/notes"), Path("corpus/raw")]

INTERRUPTED = 130
"""The exit code of a command that was stopped by Ctrl-C."""

CodebookOption = Annotated[
    str | None,
    typer.Option(
        help="A shipped codebook's name, or a folder; without, that of the knowledge base, "
        "or integrated_care."
    ),
]


class Shown(StrEnum):
    """What `kb evaluate` shows besides figures."""

    missed = "missed"
    wrong = "wrong"
    confusion = "confusion"


@app.command()
def build(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders; corpus/notes and corpus/raw without."),
    ] = None,
    codebook: CodebookOption = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            help="A folder with a sentence-transformers model, or all-MiniLM-L6-v2; without, "
            "that of the knowledge base."
        ),
    ] = None,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Read, code, embed and publish what changed in files and folders.

    Example: kb build ~/reports --db kb.db
    """
    from pipelines.build import build as run
    from pipelines.progress import Bars
    from pipelines.usual import usual_codebook, usual_encoder

    given = paths or [path for path in DEFAULT_PATHS if path.exists()]
    if not given:
        raise KbError(
            "There is no folder corpus/notes or corpus/raw here; name the folder of your reports"
        )
    with Bars() as bars:
        report = run(
            given,
            db,
            codebook=usual_codebook(db, codebook),
            encoder_name=usual_encoder(db, encoder),
            progress=bars.show,
        )
    for unread in report.unread:
        typer.echo(printable(f"Not read: {unread.path} {unread.reason}"), err=True)
    for line in unread_pages_lines(report.unread_pages):
        typer.echo(printable(f"Not read: {line}"), err=True)
    typer.echo(
        f"{db}: {report.read} documents read, {report.coded} coded, {report.removed} removed, "
        f"{report.unchanged} unchanged; {report.embedded} statements embedded; "
        f"{len(report.unread)} files not read",
        err=True,
    )


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines: document, text, codes.")
    ],
    texts: Annotated[
        bool, typer.Option("--texts", help="Code the gold's own texts, without a knowledge base.")
    ] = False,
    show: Annotated[
        list[Shown] | None,
        typer.Option(
            metavar="missed|wrong|confusion",
            help="Also the statements that lack a code of the gold, those with a code that the "
            "gold lacks, or how often each code and value was taken for which; may be repeated.",
        ),
    ] = None,
    second: Annotated[
        str | None, typer.Option(help="Not the claims, but what this model said to kb second.")
    ] = None,
    codebook: CodebookOption = None,
    as_json: JsonOption = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Compare the codes with those that people gave.

    Gold is matched to the statements of its document by its words. Figures come with intervals: in
    95 % of all draws of as many documents, they lie within.

    Example: kb evaluate gold.jsonl --show missed --show confusion
    """
    from kb.opening import open_database
    from pipelines.evaluate.gold import read_gold
    from pipelines.evaluate.pairs import pair_up
    from pipelines.evaluate.scores import code_gold, scores_of
    from pipelines.evaluate.slips import slips
    from pipelines.evaluate.text import scores_text
    from pipelines.extract import load_extractor
    from pipelines.score import pairs_in
    from pipelines.usual import usual_codebook

    book = usual_codebook(db, codebook)
    units = read_gold(gold, book)
    if texts:
        documents = pair_up(units, code_gold(units, load_extractor(book)))
    else:
        documents, missing = pairs_in(open_database(db), units, book, second=second)
        for name in missing:
            where = f"Not read to the end by {second}" if second else f"Not in {db}"
            typer.echo(f"{where}, left out: {name}", err=True)
    found = scores_of(documents, book).to_dict() | slips(documents, book, show or ())
    emit([(json_text(found) if as_json else scores_text(found)) + "\n"])


@app.command()
def second(
    model: Annotated[str, typer.Argument(help="A model of the llm library, by name or alias.")],
    document: Annotated[
        str | None, typer.Option(help="Only this document: id, path or file name.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Ask at most so often, about 12 statements each time.")
    ] = None,
    codebook: CodebookOption = None,
    as_json: JsonOption = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Let a language model code the statements once more, and compare the codes with the claims.

    The claims stay as they are. What the model says goes into tables of its own, and what it has
    once answered it is not asked again. The text of the documents is sent to the model, wherever
    that runs.

    Example: kb second gpt-4o-mini --document report.pdf
    """
    from pipelines.extract.second import load_model
    from pipelines.progress import Bars
    from pipelines.second import code_again
    from pipelines.usual import usual_codebook

    book = usual_codebook(db, codebook)
    with Bars() as bars:
        found = code_again(
            db, load_model(model), book, document=document, limit=limit, progress=bars.show
        )
    for place in found.failed:
        typer.echo(f"Not coded: {place}", err=True)
    typer.echo(
        f"{db}: {found.asked} windows asked about, {found.known} known, {found.left} left; "
        f"{len(found.failed)} failed",
        err=True,
    )
    rows = asdict(found)
    emit([(json_text(rows) if as_json else second_text(rows)) + "\n"])


@app.command()
def train(
    real: Annotated[
        Path | None, typer.Option(help="Coded statements of real documents, JSON lines.")
    ] = None,
    gold: Annotated[Path | None, typer.Option(help="Gold to measure the result on.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A folder; the codebook's own without.")
    ] = None,
    codebook: CodebookOption = None,
    teacher: Annotated[
        Path | None, typer.Option(help="The folder of a larger model that learns first.")
    ] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help="Train what reads questions instead.")
    ] = False,
) -> None:
    """Train the coder of a codebook on its coded statements.

    It is measured on documents that were held out. With --teacher, a larger model learns from the
    statements first, and the coder from its answers: slower. With --questions, what
    is trained is that questions are near the statements that answer them, on
    training/questions.jsonl.

    Example: kb train --codebook my_codebook -o my_codebook
    """
    from kb.codebook import DEFAULT_CODEBOOK, load_codebook
    from pipelines.evaluate.text import scores_text
    from pipelines.train import train as run
    from pipelines.training.asking import train_asking

    book = load_codebook(codebook or DEFAULT_CODEBOOK)
    say = partial(typer.echo, err=True)
    if questions and (teacher or gold):
        name = "--teacher" if teacher else "--gold"
        raise typer.BadParameter(f"{name} is for the coder; leave it out with --questions")
    if questions:
        train_asking(book, real=real, out=output, progress=say)
        return
    about = run(book, real=real, gold=gold, out=output, teacher=teacher, progress=say)
    for name, scores in about["scores"].items():
        emit([f"{name}\n{scores_text(scores)}\n\n"])


def main() -> None:
    """Run the command; an error made for the user is one line and exit 1."""
    # numpy reads it when it is first imported: its threads cost a question more than they save
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    warnings.simplefilter("ignore")
    speak_utf8()
    asked: dict[str, Path] = {}
    try:
        app(obj=asked)
    except (KeyboardInterrupt, SystemExit) as end:
        if not was_interrupted(end):
            raise
        typer.echo("Stopped; what was done is kept, the same command goes on from here", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        from kb.explaining import explain

        said = explain(error, asked.get("db"))
        if said is None:
            raise
        typer.echo(f"Error: {printable(said)}", err=True)
        sys.exit(1)


def was_interrupted(end: BaseException) -> bool:
    """Say whether a command ended by Ctrl-C, of which some versions of typer make an exit."""
    return isinstance(end, KeyboardInterrupt) or getattr(end, "code", None) == INTERRUPTED

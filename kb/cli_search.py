"""The commands that search: by a question, by a statement, and in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb.cli import (
    DEFAULT_DB,
    CsvOption,
    DatabaseOption,
    JsonOption,
    NlOption,
    NumberOption,
    app,
    print_rows,
)
from kb.errors import EncoderMissing, KbError
from kb.output import read_input
from kb.text import explained_text, hit_text, row_text

if TYPE_CHECKING:
    from sqlite_utils import Database

    from kb.models import Hit
    from kb.search import Filters


class Mode(StrEnum):
    """Ways to search."""

    hybrid = "hybrid"
    meaning = "meaning"
    words = "words"


QuestionArgument = Annotated[
    str,
    typer.Argument(
        help='A question, or words; "a phrase" must stand so, a -word must not; '
        "- reads standard input."
    ),
]
Several = list[str] | None


def only(help: str, **settings: Any) -> Any:
    """Give an option that narrows a search, and may be given several times."""
    return typer.Option(help=f"Only {help}.", **settings)


@app.command()
def search(
    question: QuestionArgument,
    code: Annotated[Several, only("claims of this code")] = None,
    theme: Annotated[Several, only("claims on this theme")] = None,
    type: Annotated[Several, only("this type of integration")] = None,
    domain: Annotated[Several, only("results of this domain")] = None,
    direction: Annotated[Several, only("results that went this way")] = None,
    standing: Annotated[Several, only("what is found, or expected, or recommended")] = None,
    having: Annotated[Several, only("such claims: see kb codes", metavar="ATTRIBUTE=VALUE")] = None,
    document: Annotated[Several, only("this document: id, file name or part of title")] = None,
    kind: Annotated[Several, only("documents of this kind")] = None,
    year: Annotated[list[int] | None, only("documents of this year")] = None,
    place: Annotated[Several, only("claims that name this place, body or programme")] = None,
    mode: Annotated[Mode, typer.Option(help="By words, by meaning, or both.")] = Mode.hybrid,
    weak: Annotated[bool, typer.Option("--weak", help="Also show what hardly matches.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show how each was found.")] = False,
    number: NumberOption = 10,
    as_json: JsonOption = False,
    as_nl: NlOption = False,
    as_csv: CsvOption = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Find statements by words and meaning, best first.

    Options given twice mean either. Statements in nearly the same words are shown once.

    Example: kb search "what stopped professionals from sharing records?" --code barrier
    """
    from kb.opening import open_database

    values = {"themes": theme, "types": type, "domain": domain}
    values |= {"direction": direction, "standing": standing}
    filters = filters_of(values_wanted(having or (), values), code, document, kind, year, place)
    hits = hits_of(open_database(db), question, filters, mode, number, weak)
    text = explained_text if explain else hit_text
    print_rows([asdict(hit) for hit in hits], text, as_json, as_nl, as_csv)


def filters_of(values: dict[str, tuple[str, ...]], *given: Sequence[Any] | None) -> Filters:
    """Give the filters of the options: codes, documents, kinds, years and names."""
    from kb.search import Filters

    names = ("codes", "documents", "kinds", "years", "names")
    lists = {name: tuple(each or ()) for name, each in zip(names, given, strict=True)}
    return Filters(values=values, **lists)


def hits_of(
    base: Database, question: str, filters: Filters, mode: Mode, number: int, weak: bool
) -> Sequence[Hit]:
    """Search, and say on standard error which words are nowhere, and if nothing matches well."""
    from kb.search import search as find

    asked = read_input() if question == "-" else question
    encoder = encoder_for(base, mode) if asked.strip() else None
    answer = find(base, asked, encoder=encoder, filters=filters, mode=mode.value, number=number)
    if answer.missing:
        typer.echo(f"No statement has the word: {', '.join(answer.missing)}", err=True)
    if answer.weak and answer.hits and not weak:
        typer.echo("Nothing matches this question well; --weak shows what comes nearest", err=True)
        return ()
    return answer.hits


def values_wanted(
    having: Iterable[str], given: Mapping[str, Sequence[str] | None]
) -> dict[str, tuple[str, ...]]:
    """Give the values wanted of each attribute; raises KbError for what is no pair."""
    found = {name: tuple(values) for name, values in given.items() if values}
    for pair in having:
        name, equals, value = pair.partition("=")
        if not equals or not value:
            raise KbError(f"--having {pair!r} is no pair; write it as domain=cost")
        found[name] = (*found.get(name, ()), value)
    return found


@app.command()
def similar(
    id: Annotated[str, typer.Argument(help="The id of a statement or a claim.")],
    number: NumberOption = 10,
    as_json: JsonOption = False,
    as_nl: NlOption = False,
    as_csv: CsvOption = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Find the statements nearest in meaning to one.

    Example: kb similar 1f3a9c27b0de
    """
    from kb.opening import open_database
    from kb.search import similar as find

    hits = find(open_database(db), id, number=number)
    print_rows([asdict(hit) for hit in hits], hit_text, as_json, as_nl, as_csv)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="A select; - reads standard input.")],
    as_json: JsonOption = False,
    as_nl: NlOption = False,
    as_csv: CsvOption = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Answer a query in SQL.

    Besides SQLite's own functions there are kb_search(question, n), a JSON array of what
    `kb search` finds, and kb_similarity(id, question), the cosine of a statement with a question.

    Example: kb sql "select value->>'quote' from json_each(kb_search('pooled budgets', 3))"
    """
    from kb.functions import add_functions, run_sql
    from kb.opening import open_database
    from kb.search import open_index

    base = open_database(db)
    encoder, index = cache(lambda: encoder_for(base, Mode.hybrid)), cache(lambda: open_index(base))
    failed = add_functions(base.conn, lambda _: encoder(), lambda _: index())
    asked = read_input() if query == "-" else query
    print_rows(run_sql(base, asked, failed), row_text, as_json, as_nl, as_csv)


def encoder_for(base: Any, mode: Mode) -> Any:
    """Load the encoder that a way of searching needs; `hybrid` does without one that is missing."""
    from kb.encoder import is_exported
    from kb.search import encoder_of, load_question_encoder

    if mode == Mode.words:
        return None
    name, _ = encoder_of(base)
    try:
        if not is_exported(name):
            typer.echo("Preparing the encoder, once for this machine …", err=True)
        return load_question_encoder(base)
    except EncoderMissing as error:
        if mode == Mode.meaning:
            raise
        typer.echo(f"Searching by words alone: {error}", err=True)
        return None

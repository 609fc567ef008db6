"""The command `kb`: parses arguments, calls one function, prints."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kb import __version__
from kb.atomic import write_lines
from kb.errors import KbError, Unsound
from kb.output import emit
from kb.text import (
    code_text,
    json_text,
    printable,
    stats_text,
    thing_text,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

app = typer.Typer(
    name="kb",
    help="Who claims what, on what evidence, exactly where.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def note_database(context: typer.Context, db: Path) -> Path:
    """Note the knowledge base that a command is about, for what may have to be said of it."""
    if context.obj is not None:
        context.obj["db"] = db
    return db


DatabaseOption = Annotated[
    Path,
    typer.Option("--db", "-d", envvar="KB_DB", help="The knowledge base.", callback=note_database),
]
NumberOption = Annotated[
    int, typer.Option("-n", "--number", min=1, max=10_000, help="How many to show.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a JSON array.")]
NlOption = Annotated[bool, typer.Option("--nl", help="Print one JSON object a line.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
DEFAULT_DB = Path("kb.db")


class Format(StrEnum):
    """Formats to export to."""

    jsonl = "jsonl"
    csv = "csv"
    ris = "ris"
    bibtex = "bibtex"
    map = "map"


def print_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        typer.echo(f"kb {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Read reports, code what they claim, and ask what helped, hindered, and came of it."""


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="An id, as search and stats print them.")],
    as_json: JsonOption = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Show a statement, claim, passage, document, work or citation whole.

    Example: kb show 1f3a9c27b0de
    """
    from kb.browse import show as find
    from kb.opening import open_database

    thing = find(open_database(db), id)
    emit([(json_text(thing) if as_json else thing_text(thing)) + "\n"])


@app.command()
def codes(as_json: JsonOption = False, db: DatabaseOption = DEFAULT_DB) -> None:
    """Explain the codes, and count their claims.

    Example: kb codes
    """
    from kb.browse import codes as find
    from kb.opening import open_database

    print_rows(find(open_database(db)), code_text, as_json)


@app.command()
def stats(as_json: JsonOption = False, db: DatabaseOption = DEFAULT_DB) -> None:
    """Count what there is, and list documents and unread files.

    Example: kb stats
    """
    from kb.browse import stats as find
    from kb.opening import open_database

    found = find(open_database(db))
    emit([(json_text(found) if as_json else stats_text(found)) + "\n"])


@app.command()
def check(
    digest: Annotated[
        bool, typer.Option("--digest", help="Print a digest of all content; nothing else.")
    ] = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Check that every quotation stands at its place, and more.

    No row is an orphan, every statement has a vector, every code and value is the codebook's.

    Example: kb check --digest
    """
    from kb.integrity import digest as make_digest
    from kb.integrity import problems
    from kb.opening import open_database

    base = open_database(db)
    found = problems(base)
    for problem in found:
        typer.echo(printable(problem), err=True)
    if found:
        raise Unsound(f"{db} breaks {len(found)} promises; delete it and run kb build again")
    typer.echo(make_digest(base) if digest else f"{db} is sound")


@app.command()
def export(
    format: Annotated[Format, typer.Argument(help="The format.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; standard output without.")
    ] = None,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Write all claims, one a line; documents for reference managers; or the map as one HTML file.

    Each has its quotation, place and attributes, and its document; `cites` are the works that its
    statement cites, in JSON each with its mark there and its work_id. In CSV, a cell that a
    spreadsheet would run as a formula gets an apostrophe before it.

    Example: kb export csv -o claims.csv
    """
    from kb.export import export_lines
    from kb.opening import open_database

    base = open_database(db)
    if format == Format.map:
        from kb.web.map_file import map_file

        lines = map_file(base)
    else:
        lines = export_lines(base, format.value)
    if output is None:
        emit(lines)
        return
    if output.is_file():
        refuse_input(base, db, output)
    try:
        write_lines(output, lines)
    except OSError as error:
        raise KbError(f"{output} cannot be written: {error.strerror}") from error


def refuse_input(base: Database, db: Path, output: Path) -> None:
    """Raise KbError where a file to write is the knowledge base, or what it was made of."""
    from kb.browse import is_document

    if output.samefile(db):
        raise KbError(f"{output} is the knowledge base itself; name another file with -o")
    if is_document(base, output):
        raise KbError(f"{output} is a document of {db}; name another file with -o")


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The port on this machine.")] = 8001,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the browser, where there is a screen.")
    ] = True,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Serve the pages to browsers on this machine, until Ctrl-C.

    When a build replaces the file, the pages are those of the new one.

    Example: kb serve --port 8001
    """
    from kb.opening import open_database
    from kb.web.server import run, somebody_watches

    open_database(db).close()
    run(db, port=port, open_browser=open_browser and somebody_watches())


@app.command()
def publish(
    folder: Annotated[Path, typer.Argument(help="A folder that is new, empty, or of kb publish.")],
    all_texts: Annotated[
        bool, typer.Option("--all-texts", help="Also the full text that no licence lets pass on.")
    ] = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Write all that a server needs into a folder, to be read by anybody and changed by nobody.

    The database, what Datasette must know of it, this package, a Dockerfile and a README that
    says how to run it. Nothing of this machine is in it. Of a document without a licence that lets
    its full text be passed on, only what claims quote is in it.

    Example: kb publish site
    """
    from kb.published import not_to_be_passed_on, nothing
    from kb.web.publication import publish_site

    withheld = nothing if all_texts else not_to_be_passed_on
    for path in publish_site(db, folder, withheld=withheld):
        typer.echo(path)


def print_rows(
    rows: Iterable[dict[str, Any]],
    text: Any,
    as_json: bool = False,
    as_nl: bool = False,
    as_csv: bool = False,
) -> None:
    """Print rows in the form asked for: readable text if in none."""
    if not (as_json or as_nl or as_csv):
        return emit(text(row) + "\n" for row in rows)
    from kb.export import to_csv, to_json, to_jsonl

    return emit((to_json if as_json else to_jsonl if as_nl else to_csv)(rows))

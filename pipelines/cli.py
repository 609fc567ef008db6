"""Adds the pipeline's commands to `kb`; the console script starts here."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer

from kb.cli import DEFAULT_DB, DatabaseOption, app
from kb.encoder import DEFAULT_ENCODER
from kb.errors import KbError

DEFAULT_PATHS = [Path("corpus/notes"), Path("corpus/raw")]

CodebookOption = Annotated[str, typer.Option(help="A shipped codebook's name, or a folder.")]


@app.command()
def build(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; corpus/notes without.")
    ] = None,
    codebook: CodebookOption = "integrated_care",
    encoder: Annotated[
        str, typer.Option(help="A sentence-transformers model: the default, or a folder.")
    ] = DEFAULT_ENCODER,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Read, code, embed and publish what changed in the given files and folders.

    Example: kb build ~/reports --db kb.db
    """
    from kb.codebook import load_codebook
    from pipelines.build import build as run
    from pipelines.progress import Bars

    given = paths or [path for path in DEFAULT_PATHS if path.exists()]
    if not given:
        raise KbError("There is no folder corpus/notes here; name the folder of your reports")
    with Bars() as bars:
        report = run(
            given, db, codebook=load_codebook(codebook), encoder_name=encoder, progress=bars.show
        )
    for unread in report.unread:
        typer.echo(f"Not read: {unread.path} {unread.reason}", err=True)
    typer.echo(
        f"{db}: {report.read} documents read, {report.coded} coded, {report.removed} removed, "
        f"{report.unchanged} unchanged; {report.embedded} statements embedded; "
        f"{len(report.unread)} files not read",
        err=True,
    )


def main() -> None:
    """Run the command; an error made for the user is one line and exit 1."""
    warnings.simplefilter("ignore")
    try:
        app()
    except KbError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("Stopped; what was done is kept, the same command goes on from here", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)

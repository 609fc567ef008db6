"""The command `kb pull`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kb.cli import JsonOption, app
from kb.errors import KbError
from kb.output import emit
from kb.text import json_text

DEFAULT_LIST = Path("corpus/sources.yml")


@app.command()
def pull(
    sources: Annotated[
        Path, typer.Argument(metavar="SOURCES.yml", help="The list; corpus/sources.yml without.")
    ] = DEFAULT_LIST,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched; fetch no document.")
    ] = False,
    contact: Annotated[
        str, typer.Option(envvar="KB_CONTACT", help="Your e-mail address, said to every site.")
    ] = "",
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Ask private addresses too, such as 10.0.0.7.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch what a list of sources names into the folder raw beside it.

    What is there already is only asked for news; what cannot be fetched is listed with the reason
    and costs nothing else. A pull that is stopped is taken up by the next. kb build then reads
    what is new.

    Example: kb pull corpus/sources.yml --contact you@example.org
    """
    from dataclasses import asdict

    from pipelines.progress import Bars
    from pipelines.pull import pull as run
    from pipelines.pull.report import closed_line, has_all_failed, report_lines, summary

    with Bars() as bars:
        outcomes = run(
            sources, contact=contact, allow_private=allow_private, dry=dry_run, progress=bars.show
        )
    if as_json:
        emit([json_text([asdict(outcome) for outcome in outcomes]) + "\n"])
    else:
        emit(f"{line}\n" for line in report_lines(outcomes, sources.parent / "raw"))
    typer.echo(f"{sources}: {summary(outcomes)}", err=True)
    if closed := closed_line(outcomes):
        typer.echo(closed, err=True)
    if has_all_failed(outcomes):
        raise KbError(f"{sources}: nothing could be fetched; the reasons stand above")

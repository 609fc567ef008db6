"""The command `kb changes`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kb.cli import DEFAULT_DB, DatabaseOption, JsonOption, app
from kb.output import emit
from kb.text import for_people, json_text, where, wrapped

SIGNS = {"came": "+", "went": "-", "changed": "~"}


@app.command()
def changes(
    builds: Annotated[
        int, typer.Option("-n", "--number", min=1, max=20, help="How many builds to look back.")
    ] = 1,
    atom: Annotated[
        bool, typer.Option("--atom", help="Print an Atom feed of what is new in all of them.")
    ] = False,
    as_json: JsonOption = False,
    db: DatabaseOption = DEFAULT_DB,
) -> None:
    """Show which documents and claims came and went with the last build.

    A claim is the same as long as its words and its code are, in whichever version of a document
    it stands. A build that found nothing new does not count.

    Example: kb changes --atom > new.atom
    """
    from kb.atom import feed
    from kb.changes import KEPT, get_changes
    from kb.opening import open_database

    base = open_database(db)
    (last,) = base.conn.execute("select max(finished) from builds").fetchone()
    rows = get_changes(base, builds=KEPT if atom else builds)
    if atom:
        emit([feed(rows, name=db.name, updated=last)])
    elif as_json:
        emit([json_text(rows) + "\n"])
    else:
        emit(change_text(row) + "\n" for row in rows)
        looked = "build" if builds == 1 else f"{builds} builds"
        found = f"{len(rows)} changes with the last {looked} that changed anything"
        typer.echo(f"{db}, built {last}: {found}", err=True)


@for_people
def change_text(row: dict[str, Any]) -> str:
    """Give a change: a sign, what it is, and where it stands."""
    if row["kind"] == "document":
        return f"{SIGNS[row['change']]} {where(row | {'page': None})}"
    said = wrapped(f"{SIGNS[row['change']]} {row['code']}: “{row['quote']}”", "    ")
    return f"{said}\n{wrapped(where(row), '        ')}"

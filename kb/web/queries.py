"""The named queries: one SQL file each, its title and parameters in comments at its head."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kb.web.base import ask
from kb.web.labels import Base

FOLDER = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedQuery:
    """A query that can be asked by its name; `example` is the query string of a good one.

    `needs` are codes and attributes without which it says nothing, although SQLite would answer.
    """

    name: str
    title: str
    description: str
    sql: str
    parameters: tuple[str, ...] = ()
    example: str = ""
    needs: tuple[str, ...] = ()


@cache
def load_queries(folder: Path = FOLDER) -> tuple[NamedQuery, ...]:
    """Read all named queries, by file name."""
    return tuple(
        read_query(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.sql"))
    )


def read_query(name: str, text: str) -> NamedQuery:
    """Read a query and the comments at its head, such as `-- title: Barriers by theme`."""
    head: dict[str, str] = {}
    lines = text.splitlines()
    while lines and lines[0].startswith("-- "):
        key, _, value = lines.pop(0).removeprefix("-- ").partition(": ")
        head[key] = value
    return NamedQuery(
        name=name,
        title=head["title"],
        description=head["description"],
        sql="\n".join(lines).strip(),
        parameters=tuple(head.get("parameters", "").split()),
        example=head.get("example", ""),
        needs=tuple(head.get("needs", "").split()),
    )


def fitting(db: Database, queries: Iterable[NamedQuery]) -> list[NamedQuery]:
    """Give the queries that this database can answer: other codebooks have other columns."""
    ids = db.conn.execute("select id from codes union select id from attributes")
    there = {id for (id,) in ids}
    return [query for query in queries if there.issuperset(query.needs) and can_answer(db, query)]


def can_answer(db: Database, query: NamedQuery) -> bool:
    """Say whether a query names only tables and columns that there are."""
    try:
        db.conn.execute(f"explain {query.sql}", dict.fromkeys(query.parameters, ""))
    except sqlite3.OperationalError:
        return False
    return True


async def get_queries(datasette: Any, base: Base) -> list[NamedQuery]:
    """Give the named queries of a knowledge base."""
    return await ask(datasette, base, lambda db: fitting(db, load_queries()))


async def canned_queries(datasette: Any, base: Base) -> dict[str, dict[str, Any]]:
    """Give the named queries as Datasette 0.65 wants them."""
    return {
        query.name: {
            "sql": query.sql,
            "title": query.title,
            "description": query.description,
            "params": list(query.parameters),
            "hide_sql": True,
        }
        for query in await get_queries(datasette, base)
    }


async def add_queries(datasette: Any, base: Base) -> None:
    """Register the named queries with Datasette 1.0; 0.65 asks for them by itself."""
    if not hasattr(datasette, "add_query"):
        return
    for query in await get_queries(datasette, base):
        await datasette.add_query(
            base.name,
            query.name,
            query.sql,
            title=query.title,
            description=query.description,
            parameters=list(query.parameters),
            hide_sql=True,
            is_trusted=True,
        )

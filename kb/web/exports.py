"""Downloads, streamed, however long: all claims, and any table, view or named query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.filters import Filters
from datasette.utils.asgi import AsgiStream
from sqlite_utils import Database

from kb.errors import KbError, NoSuchId
from kb.export import FORMATS, iter_claims
from kb.web.guard import guard
from kb.web.labels import Base
from kb.web.queries import fitting, load_queries
from kb.whole import LINES, check_format, iter_rows, parts

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}

SHOWN = ("_facet", "_sort", "_size", "_next", "_labels", "_no", "_shape", "_filter", "_hide_sql")
"""What begins like this in an address only says how a page looks, not which rows it has."""

AT_ONCE = asyncio.Semaphore(4)
"""How many downloads run at the same time, from their connection on; the next one waits."""

Lines = Callable[[Any], Iterator[str]]
"""Gives the parts of a download, asked of a connection."""


async def claims_view(datasette: Any, request: Any, base: Base) -> Any:
    """Send all claims in one of the formats of kb export."""
    format = request.url_vars["format"]
    if format not in FORMATS:
        raise NoSuchId(f"No format {format!r}; there are: {', '.join(FORMATS)}")

    def lines(conn: Any) -> Iterator[str]:
        return parts(conn, FORMATS[format](iter_claims(Database(conn, execute_plugins=False))))

    return await download(datasette, base, f"claims.{format}", lines)


async def export_view(datasette: Any, request: Any, base: Base) -> Any:
    """Send all rows of a table or view, as the address filters them, or of a named query."""
    name, format = request.url_vars["name"], request.url_vars["format"]
    check_format(format)
    pairs = parse_qsl(request.query_string, keep_blank_values=True)

    def lines(conn: Any) -> Iterator[str]:
        sql, parameters = query_of(Database(conn, execute_plugins=False), name, pairs)
        guard(conn)
        return parts(conn, LINES[format](*iter_rows(conn, sql, parameters)))

    return await download(datasette, base, f"{name}.{format}", lines)


def query_of(db: Database, name: str, pairs: list[tuple[str, str]]) -> tuple[str, dict[str, Any]]:
    """Give the SQL that finds all rows; raises NoSuchId where there is nothing of that name."""
    for query in fitting(db, load_queries()):
        if query.name == name:
            return query.sql, dict.fromkeys(query.parameters, "") | dict(pairs)
    if name not in {*db.table_names(), *db.view_names()}:
        raise NoSuchId(f"There is no table, view or named query {name!r}")
    return filtered(name, [column.name for column in db[name].columns], pairs)


def filtered(
    table: str, columns: Collection[str], pairs: list[tuple[str, str]]
) -> tuple[str, dict[str, Any]]:
    """Give the SQL of the rows that Datasette shows at an address; raises KbError if it cannot."""
    filters = sorted(pair for pair in pairs if not pair[0].startswith(SHOWN))
    for key, _ in filters:
        if key.startswith("_"):
            raise KbError(f"A download cannot be filtered by {key}; use filters of columns")
        # SQLite would take a name that is no column for words
        if key.partition("__")[0] not in columns:
            raise KbError(f"{table} has no column {key.partition('__')[0]!r}")
    where, parameters = Filters(filters).build_where_clauses(table)
    condition = f" where {' and '.join(where)}" if where else ""
    return f'select * from "{table}"{condition}', parameters


class Download:
    """A stream that gives up its place and its connection once it is sent, or cannot be."""

    def __init__(self, stream: Any, end: Callable[[], None]) -> None:
        self._stream, self._end = stream, end

    async def asgi_send(self, send: Any) -> None:
        """Send it, as Datasette has its answers sent."""
        try:
            await self._stream.asgi_send(send)
        finally:
            self._end()


async def download(datasette: Any, base: Base, name: str, lines: Lines) -> Download:
    """Send parts as they are made, on a connection of their own, so that no page waits.

    The first is made before any is sent, so that what is wrong can still be said.
    """
    place = AT_ONCE
    await place.acquire()
    conn = None

    def end() -> None:
        place.release()
        if conn is not None:
            conn.close()

    try:
        conn = datasette.get_database(base.name).connect()
        made = await asyncio.to_thread(lines, conn)
        first = await asyncio.to_thread(next, made, "")
    except BaseException:
        end()
        raise

    async def send(writer: Any) -> None:
        part = first
        while part:
            await writer.write(part)
            part = await asyncio.to_thread(next, made, "")

    headers = {"content-disposition": f'attachment; filename="{name}"'}
    content_type = CONTENT_TYPES.get(name.rpartition(".")[2], "text/plain")
    return Download(AsgiStream(send, headers=headers, content_type=content_type), end)


def export_address(path: str, query: str, format: str) -> str:
    """Give the address below /-/kb/ of all rows of a table's or query's page."""
    pairs = [
        pair for pair in parse_qsl(query, keep_blank_values=True) if not pair[0].startswith(SHOWN)
    ]
    return f"/-/kb/export/{path}.{format}" + (f"?{urlencode(pairs)}" if pairs else "")

"""Downloads: all claims, streamed, however many there are."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Any

from datasette.utils.asgi import AsgiStream
from sqlite_utils import Database

from kb.errors import NoSuchId
from kb.export import FORMATS, iter_claims
from kb.web.labels import Base

LINES = 500
"""How many lines are made at a time."""

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


async def claims_view(datasette: Any, request: Any, base: Base) -> Any:
    """Send all claims in one of the formats of kb export."""
    format = request.url_vars["format"]
    if format not in FORMATS:
        raise NoSuchId(f"No format {format!r}; there are: {', '.join(FORMATS)}")
    database = datasette.get_database(base.name)

    async def send(writer: Any) -> None:
        # a connection of our own, so that a long download keeps no page waiting
        conn = database.connect()
        try:
            lines = FORMATS[format](iter_claims(Database(conn, execute_plugins=False)))
            while part := await asyncio.to_thread(lambda: "".join(islice(lines, LINES))):
                await writer.write(part)
        finally:
            conn.close()

    headers = {"content-disposition": f'attachment; filename="claims.{format}"'}
    return AsgiStream(send, headers=headers, content_type=CONTENT_TYPES.get(format, "text/plain"))

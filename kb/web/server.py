"""Serving one knowledge base on this machine."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import webbrowser
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import copy
from functools import partial
from pathlib import Path
from typing import Any

from kb.errors import KbError
from kb.web.fresh import Fresh
from kb.web.gate import App, read_only, send_text

HOST = "127.0.0.1"
LOCAL = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
"""By what this machine is asked; a site that had its own name lead here would ask by that."""

SETTINGS = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 5000,
    "default_page_size": 50,
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,
    "allow_csv_stream": False,
}
"""Our own exports are whole, and facets beyond those that are there cost each page a query each."""

SIGNS = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "%#?"})
"""What means something else in an address than in a path."""


def run(db: Path, *, port: int, open_browser: bool = False) -> None:
    """Serve a knowledge base until Ctrl-C; raises KbError where the port is taken."""
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(Fresh(db, make_datasette), port, open_browser=open_browser))


async def serve(datasette: Any, port: int, *, open_browser: bool = False) -> None:
    """Load all that answers need, say where the pages are, and serve them."""
    port = await free_port(port)
    server = make_server(datasette, port)
    await datasette.invoke_startup()
    address = f"http://{HOST}:{port}/"
    print(f"{address}  (Ctrl-C stops it)", file=sys.stderr)
    if open_browser:
        asyncio.get_running_loop().call_later(0.5, webbrowser.open, address)
    await server.serve()


def can_show(platform: str, environment: Mapping[str, str]) -> bool:
    """Say whether this machine has a screen: whoever works over SSH has none."""
    if "SSH_CONNECTION" in environment:
        return False
    return platform in {"darwin", "win32"} or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )


def somebody_watches() -> bool:
    """Say whether a person at a screen started this process, so that a browser may open."""
    return sys.stderr.isatty() and can_show(sys.platform, os.environ)


async def free_port(port: int) -> int:
    """Give a port if nothing listens there, any free one for 0; raises KbError if it is taken."""
    try:
        listener = await asyncio.start_server(lambda *_: None, HOST, port)
    except (OSError, OverflowError) as error:
        raise KbError(f"Port {port} cannot be had; give another: kb serve --port 8002") from error
    async with listener:
        found: int = listener.sockets[0].getsockname()[1]
    return found


def make_server(datasette: Any, port: int) -> Any:
    """Give a server of Datasette's pages on this machine, which does not run yet."""
    import uvicorn

    app = local_only(read_only(datasette.app()))
    return uvicorn.Server(
        uvicorn.Config(app, host=HOST, port=port, log_level="warning", lifespan="on")
    )


def local_only(app: App) -> App:
    """Refuse requests by another name than this machine's: of a site that had it lead here."""

    async def local(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and not is_local(scope["headers"]):
            await send_text(send, f"This knowledge base is at {HOST} or localhost", status=421)
        else:
            await app(scope, receive, send)

    return local


def is_local(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Say whether headers name this machine as the one that is asked."""
    hosts = [value.decode("latin-1").lower() for name, value in headers if name.lower() == b"host"]
    return len(hosts) == 1 and bool(LOCAL.fullmatch(hosts[0]))


def make_datasette(db: Path, settings: Mapping[str, Any] = SETTINGS) -> Any:
    """Give a Datasette of one knowledge base, whatever its name, with our plugin and metadata."""
    from datasette.app import Datasette
    from datasette.plugins import pm

    import kb.web
    from kb.opening import open_database
    from kb.web.metadata import columns_of, metadata_for

    if not pm.is_registered(kb.web):  # a checkout that was not installed
        pm.register(kb.web, name="evidence_kb")
    base = open_database(db)
    metadata = metadata_for(db.stem, columns_of(base))
    base.close()
    datasette = Datasette([str(db)], metadata=metadata, settings=dict(settings))
    for database in datasette.databases.values():
        if database.path:
            database.connect = partial(connect, database)
    return datasette


def connect(database: Any, *, write: bool = False) -> Any:
    """Connect as Datasette does, which takes a path as it is for part of an address."""
    named = copy(database)  # it lists its connections, so that they can be closed, in the same list
    named.path = database.path.translate(SIGNS)
    return type(database).connect(named, write=write)

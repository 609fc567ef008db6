"""Serving one knowledge base on this machine."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any

from kb.errors import KbError

HOST = "127.0.0.1"
SETTINGS = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 5000,
    "default_page_size": 50,
    "facet_time_limit_ms": 1000,
}


def run(db: Path, *, port: int) -> None:
    """Serve a knowledge base until Ctrl-C; raises KbError where the port is taken."""
    listener = listen(port)
    server = make_server(db)
    print(f"http://{HOST}:{listener.getsockname()[1]}/  (Ctrl-C stops it)", file=sys.stderr)
    server.run(sockets=[listener])


def listen(port: int) -> socket.socket:
    """Take a port of this machine, 0 for any; raises KbError if it is taken."""
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        message = f"Port {port} cannot be had ({error}); give another: kb serve --port 8002"
        raise KbError(message) from error


def make_server(db: Path) -> Any:
    """Give a server that is not running yet."""
    import uvicorn

    app = make_datasette(db).app()
    return uvicorn.Server(uvicorn.Config(app, host=HOST, log_level="warning", lifespan="on"))


def make_datasette(db: Path) -> Any:
    """Give a Datasette of one knowledge base, whatever its name, with our plugin and metadata."""
    from datasette.app import Datasette
    from datasette.plugins import pm

    import kb.web
    from kb.store import open_database
    from kb.web.metadata import columns_of, metadata_for

    if not pm.is_registered(kb.web):  # a checkout that was not installed
        pm.register(kb.web, name="evidence_kb")
    base = open_database(db)
    metadata = metadata_for(db.stem, columns_of(base))
    base.close()
    return Datasette([str(db)], metadata=metadata, settings=SETTINGS)

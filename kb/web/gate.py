"""What every request passes: limits of what is asked, and headers that keep pages harmless."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from kb.web.respond import SAFE

App = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""

LONGEST_SQL = 10_000
LONGEST_VALUE = 2_000
LONGEST_SEARCH = 200
"""Characters; what full-text search is asked may take time that grows with its square."""

HEADERS = SAFE | {
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
"""Given to each answer that does not say otherwise."""


OPEN = {"access-control-allow-origin": "*"}
"""Lets other sites read what a published base says by our pages."""

ASKING = {"GET", "HEAD", "OPTIONS"}
"""What a request may be where nothing can be changed."""

OURS = "/-/kb/"
"""What the paths of our pages hold."""


def gate(app: App, *, published: bool = False) -> App:
    """Refuse what cannot be answered in time, and give all answers the headers."""

    async def gated(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        is_open = published and OURS in scope["path"]
        sending = with_headers(send, HEADERS | OPEN if is_open else HEADERS)
        complaint = complaint_of(scope["path"], scope["query_string"])
        if complaint:
            await send_text(sending, complaint)
        else:
            await app(scope, receive, sending)

    return gated


def read_only(app: App) -> App:
    """Refuse what would change something: there is nothing to be changed."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in ASKING:
            await send_text(send, "Here one can only read: GET, HEAD or OPTIONS", status=405)
        else:
            await app(scope, receive, send)

    return asked


def complaint_of(path: str, query: bytes) -> str:
    """Say what is wrong with what Datasette's own pages are asked, nothing if they may be."""
    if OURS in path:
        return ""
    return next(complaints(query.decode("latin-1")), "")


def complaints(query: str) -> Iterator[str]:
    """Yield a sentence for each thing that is too much."""
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in {"sql", "_where"}:
            if len(value) > LONGEST_SQL:
                yield f"SQL may have {LONGEST_SQL:,} characters here, this has {len(value):,}"
            if "_fts" in value.lower():
                yield (
                    "Full-text tables cannot be named in SQL here; ask /-/kb/search, "
                    "the named query quotes_with, or the file itself with sqlite3"
                )
        elif name.startswith("_search") and len(value) > LONGEST_SEARCH:
            yield f"{name} may have {LONGEST_SEARCH} characters, this has {len(value):,}"
        elif len(value) > LONGEST_VALUE:
            yield f"{name[:50]} may have {LONGEST_VALUE:,} characters, this has {len(value):,}"


async def send_text(send: Any, text: str, *, status: int = 400) -> None:
    """Answer with one line."""
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def with_headers(send: Any, headers: Mapping[str, str]) -> Any:
    """Add to the start of an answer those headers that it does not have."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            missing = (
                (name.encode(), value.encode())
                for name, value in headers.items()
                if name.encode() not in given
            )
            message = message | {"headers": [*message["headers"], *missing]}
        await send(message)

    return sending


ROBOTS = """\
User-agent: *
Disallow: {base}-/kb/search
Disallow: {base}-/kb/similar/
Disallow: {base}-/kb/export/
Disallow: {base}-/kb/claims.
Disallow: {base}{database}
"""
"""Readers may find the home page and the documents; the rest is without end, and every copy of it
costs time."""


def robots(base_url: str, database: str) -> str:
    """Give what robots.txt says."""
    return ROBOTS.format(base=base_url, database=database)

"""What every request passes: limits of what is asked, and headers that keep pages harmless."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
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


def gate(app: App) -> App:
    """Refuse what cannot be answered in time, and give all answers the headers."""

    async def gated(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        complaint = complaint_of(scope["path"], scope["query_string"])
        if complaint:
            await send_text(with_headers(send), complaint)
        else:
            await app(scope, receive, with_headers(send))

    return gated


def complaint_of(path: str, query: bytes) -> str:
    """Say what is wrong with what Datasette's own pages are asked, nothing if they may be."""
    if "/-/kb/" in path:
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


def with_headers(send: Any) -> Any:
    """Add to the start of an answer those headers that it does not have."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            missing = (
                (name.encode(), value.encode())
                for name, value in HEADERS.items()
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

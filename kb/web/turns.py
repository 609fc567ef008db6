"""Strangers' SQL takes turns, so that whatever it costs, other readers have threads left."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qsl

from kb.web.gate import App, send_text

MOST_WAITING = 20

BUSY = "Too many queries are waiting here; ask again in a moment, or ask a copy of the file"


class Turns:
    """An ASGI application that runs one request with SQL in it after the other."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http" or not has_sql(scope["query_string"]):
            await self._app(scope, receive, send)
        elif self._waiting >= MOST_WAITING:
            await send_text(send, BUSY, status=503)
        else:
            await self._in_turn(scope, receive, send)

    async def _in_turn(self, scope: Any, receive: Any, send: Any) -> None:
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        with ExitStack() as turn:
            turn.callback(self._turn.release)

            async def sending(message: Any) -> None:
                turn.close()  # all was asked; who reads slowly keeps nobody waiting
                await send(message)

            await self._app(scope, receive, sending)


def has_sql(query: bytes) -> bool:
    """Say whether a query string has SQL of the reader's own."""
    return any(name in {"sql", "_where"} for name, _ in parse_qsl(query.decode("latin-1")))

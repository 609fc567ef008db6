"""What the home page, the maps and the board count, counted when a published base's server starts.

Counting a million claims takes seconds, which the first readers would wait for.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from kb.errors import KbError
from kb.web.base import get_base
from kb.web.board_page import count_board
from kb.web.gate import App
from kb.web.home import count_home
from kb.web.map_page import draw
from kb.web.quotes_page import plan_of

STARTED, STOPPED = "lifespan.startup.complete", "lifespan.shutdown"


class Ahead:
    """An ASGI application that begins to count as soon as it answers.

    When it is stopped, it begins no other count; one that was begun is finished first.
    """

    def __init__(self, app: App, datasette: Any) -> None:
        self._app, self._datasette = app, datasette
        self.counting: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def sending(message: Any) -> None:
            await send(message)
            if message["type"] == STARTED:
                self.counting = asyncio.create_task(count_ahead(self._datasette))

        async def receiving() -> Any:
            message = await receive()
            if message["type"] == STOPPED and self.counting:
                self.counting.cancel()
            return message

        await self._app(scope, receiving, sending)


async def count_ahead(datasette: Any) -> None:
    """Count what the pages show, one after the other, so that readers have a thread too."""
    base = await get_base(datasette)
    if base is None:
        return
    try:
        plan = await plan_of(datasette, base)
        await count_home(datasette, base)
        for each in plan.maps:
            await draw(datasette, base, plan, each)
        if plan.board:
            await count_board(datasette, base, plan)
    except KbError as error:
        print(f"Not counted ahead: {error}", file=sys.stderr)

"""The pages that count all claims, made when a server of a published base starts.

Counting a million claims takes seconds, which the first reader would wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from kb.synthesis.plan import Plan
from kb.web.labels import Base
from kb.web.quotes_page import plan_of

MAKING: set[asyncio.Task[None]] = set()
"""Asyncio itself keeps no task that runs from being collected."""


def make_ahead(datasette: Any, base: Base) -> None:
    """Begin to make the pages; requests are answered meanwhile."""
    task = asyncio.create_task(make(datasette, base))
    MAKING.add(task)
    task.add_done_callback(MAKING.discard)


async def make(datasette: Any, base: Base) -> None:
    """Ask for the pages one by one, so that other readers have a thread too."""
    for address in addresses(await plan_of(datasette, base)):
        await datasette.client.get(address)


def addresses(plan: Plan) -> Iterator[str]:
    """Yield the addresses of the home page, the maps and the board."""
    yield "/"
    for each in plan.maps:
        yield f"/-/kb/map/{each.id}"
    if plan.board:
        yield "/-/kb/board"

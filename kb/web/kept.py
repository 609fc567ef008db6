"""Pages that were made are kept and given again, where nothing can change: a published base."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from kb.web.gate import App

Answer = list[Any]
"""The messages of an answer: its start, and its body."""

LARGEST = 1_000_000
"""Bytes of an answer that is kept."""

LONGEST_QUERY = 2_000
"""Bytes of a query whose answer is kept: longer ones nobody asks twice."""

OVERHEAD = 2_000
"""Bytes that Python needs for an answer beside what it says."""

PRIVATE = {b"cookie", b"authorization"}
"""Who sends these may be shown what others may not."""


class Kept:
    """An ASGI application that answers again what it was asked before.

    Only the same address asked for by anybody is kept, the last asked for so many bytes. Who asks
    for a page that is being made for somebody else waits for it.
    """

    def __init__(self, app: App, *, most: int) -> None:
        self._app, self._most = app, most
        self._answers: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()
        self._making: dict[tuple[Any, ...], asyncio.Future[Answer | None]] = {}
        self._size = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if not is_public(scope):
            await self._app(scope, receive, send)
            return
        key = (scope["path"], scope.get("raw_path"), scope["query_string"], host_of(scope))
        answer = self._answers.get(key) or await self._made_by_another(key)
        if answer is None:
            await self._make(key, scope, receive, send)
            return
        if key in self._answers:
            self._answers.move_to_end(key)
        for message in answer:
            await send(message)

    async def _made_by_another(self, key: tuple[Any, ...]) -> Answer | None:
        making = self._making.get(key)
        return await asyncio.shield(making) if making else None

    async def _make(self, key: tuple[Any, ...], scope: Any, receive: Any, send: Any) -> None:
        future = self._making.setdefault(key, asyncio.get_running_loop().create_future())
        collected: Answer = []

        async def sending(message: Any) -> None:
            if sum(len(each.get("body", b"")) for each in collected) <= LARGEST:
                collected.append(message)
            await send(message)

        found: Answer | None = None
        try:
            await self._app(scope, receive, sending)
            found = collected if is_whole(collected) else None
        finally:
            if not future.done():
                future.set_result(found)
            self._making.pop(key, None)
        if found:
            self._keep(key, found)

    def _keep(self, key: tuple[Any, ...], answer: Answer) -> None:
        # who waited for a page that came to nothing has made it too
        if key in self._answers:
            self._size -= cost_of(key, self._answers.pop(key))
        self._answers[key] = answer
        self._size += cost_of(key, answer)
        while self._size > self._most:
            self._size -= cost_of(*self._answers.popitem(last=False))


def is_public(scope: Any) -> bool:
    """Say whether a request may be answered for anybody at once."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and len(scope["query_string"]) <= LONGEST_QUERY
        and PRIVATE.isdisjoint(name.lower() for name, _ in scope["headers"])
    )


def host_of(scope: Any) -> tuple[Any, ...]:
    """Give what addresses on a page begin with."""
    names = (b"host", b"x-forwarded-host", b"x-forwarded-proto")
    return tuple(value for name, value in scope["headers"] if name.lower() in names)


def is_whole(answer: Answer) -> bool:
    """Say whether an answer was good, for anybody, and not too large."""
    if not answer or answer[0]["type"] != "http.response.start" or answer[0]["status"] != 200:
        return False
    if any(name.lower() == b"set-cookie" for name, _ in answer[0]["headers"]):
        return False
    last = answer[-1]
    return (
        last["type"] == "http.response.body"
        and not last.get("more_body", False)
        and (size_of(answer) <= LARGEST)
    )


def cost_of(key: tuple[Any, ...], answer: Answer) -> int:
    """Give the bytes of memory that keeping an answer takes."""
    *address, host = key
    told = [each for pair in answer[0]["headers"] for each in pair]
    return OVERHEAD + size_of(answer) + sum(len(each or b"") for each in (*address, *host, *told))


def size_of(answer: Answer) -> int:
    """Give the bytes of an answer's bodies."""
    return sum(len(message.get("body", b"")) for message in answer)

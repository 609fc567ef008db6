from __future__ import annotations

import asyncio
from typing import Any

from kb.web.kept import LONGEST_QUERY, Kept, cost_of

START = {"type": "http.response.start", "status": 200, "headers": []}


class Pages:
    """An application whose pages have a hundred bytes each; counts how often it made one."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        await asyncio.sleep(0)
        await send(START)
        await send(body_of(scope["path"]))


def body_of(path: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": path.encode() * 50}


COST = cost_of(("/a", None, b"", ()), [START, body_of("/a")])


async def ask(kept: Kept, path: str, *, query: bytes = b"", gone: bool = False) -> list[Any]:
    scope = {"type": "http", "method": "GET", "headers": [], "path": path, "query_string": query}
    told: list[Any] = []

    async def send(message: Any) -> None:
        if gone:
            raise OSError("the client is gone")
        told.append(message)

    await kept(scope, None, send)
    return told


def test_a_page_is_made_once_for_all_who_ask_for_it():
    async def asked() -> None:
        pages = Pages()
        kept = Kept(pages, most=10 * COST)
        told = await asyncio.gather(*(ask(kept, "/a") for _ in range(5)))
        assert told == [[START, body_of("/a")]] * 5
        await ask(kept, "/a")
        assert pages.made == 1

    asyncio.run(asked())


def test_a_page_that_many_made_at_once_counts_once():
    async def asked() -> None:
        pages = Pages()
        kept = Kept(pages, most=10 * COST)
        waiting = (ask(kept, "/a") for _ in range(19))
        told = await asyncio.gather(ask(kept, "/a", gone=True), *waiting, return_exceptions=True)
        assert [str(each) for each in told if isinstance(each, Exception)] == ["the client is gone"]
        for path in ("/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i", "/j"):
            await ask(kept, path)
        before = pages.made
        await ask(kept, "/a")  # all ten have room
        assert pages.made == before
        await ask(kept, "/k")  # the eleventh takes that of the one longest not asked for
        await ask(kept, "/b")
        assert pages.made == before + 2

    asyncio.run(asked())


def test_keeping_costs_address_host_headers_and_body():
    start = START | {"headers": [(b"a", b"bc")]}
    answer = [start, {"type": "http.response.body", "body": b"x" * 10}]
    plain = cost_of(("", None, b"", ()), [START])
    key = ("/a", b"/a", b"b=c", (b"me", b"https"))
    assert cost_of(key, answer) - plain == 2 + 2 + 3 + 7 + 3 + 10


def test_answers_to_long_queries_are_not_kept():
    async def asked() -> None:
        pages = Pages()
        kept = Kept(pages, most=10 * COST)
        for length in (LONGEST_QUERY, LONGEST_QUERY + 1):
            await ask(kept, "/a", query=b"x" * length)
            await ask(kept, "/a", query=b"x" * length)
        assert pages.made == 3

    asyncio.run(asked())

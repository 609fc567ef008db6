from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kb.web.turns import BUSY, MOST_WAITING, Turns, has_sql


async def ask(turns: Turns, query: bytes) -> list[Any]:
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    await turns({"type": "http", "query_string": query}, None, send)
    return told


class Watched:
    """An application that takes long to ask, and then to send; notes what is asked at once."""

    def __init__(self) -> None:
        self.asking, self.most, self.others = 0, 0, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["query_string"]:
            self.others += 1
            return
        self.asking += 1
        self.most = max(self.most, self.asking)
        await asyncio.sleep(0.01)
        self.asking -= 1
        await send({"type": "http.response.start"})
        await asyncio.sleep(0.05)


def test_sql_takes_turns_and_nobody_else_waits():
    async def asked() -> tuple[int, int, float]:
        app = Watched()
        turns = Turns(app)
        start = asyncio.get_running_loop().time()
        many = asyncio.gather(*(ask(turns, b"sql=select+1") for _ in range(5)))
        await asyncio.sleep(0)
        await ask(turns, b"")
        assert not many.done()
        await many
        return app.most, app.others, asyncio.get_running_loop().time() - start

    most, others, seconds = asyncio.run(asked())
    assert (most, others) == (1, 1)
    assert seconds < 0.2  # one asks while others send


def test_who_comes_when_many_wait_is_told_to_come_again():
    async def asked() -> list[Any]:
        turns = Turns(Watched())
        told = await asyncio.gather(
            *(ask(turns, b"_where=1") for _ in range(MOST_WAITING + 2)),
        )
        return told[-1]

    start, body = asyncio.run(asked())
    assert (start["status"], body["body"]) == (503, f"{BUSY}\n".encode())


def test_an_answer_that_fails_gives_its_turn_back():
    async def failing(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("no")

    async def asked() -> list[Any]:
        turns = Turns(failing)
        return await asyncio.gather(
            *(ask(turns, b"sql=1") for _ in range(3)), return_exceptions=True
        )

    assert [str(each) for each in asyncio.run(asked())] == ["no"] * 3


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", False),
        (b"q=sql", False),
        (b"sql=select+1", True),
        (b"%73ql=select+1", True),
        (b"a=1&_where=1", True),
    ],
)
def test_sql_of_the_readers_own_is_told(query, expected):
    assert has_sql(query) == expected

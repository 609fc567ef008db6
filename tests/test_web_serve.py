from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from sqlite_utils import Database
from web_base import words_of

from kb.web.fresh import Fresh
from kb.web.kept import Kept
from kb.web.server import can_show, make_datasette

pytest_plugins = ("web_fixtures",)


def retitled(path: Path, target: Path, title: str) -> None:
    """Write a copy in which a document has another title, and put it in place in one step."""
    part = target.with_suffix(".part")
    part.write_bytes(path.read_bytes())
    db = Database(part)
    db.conn.execute("update documents set title = ? where id = 'd1'", [title])
    db.conn.commit()
    db.close()
    part.replace(target)


def test_pages_are_those_of_the_file_that_a_build_put_there(runner, path, tmp_path):
    target = tmp_path / "harbour.db"
    retitled(path, target, "The first")
    app = Fresh(target, make_datasette)

    async def title() -> str:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        ) as client:
            return words_of(await client.get("/-/kb/document/d1"))

    assert "The first" in runner.run(title())
    retitled(path, target, "The second")
    assert "The second" in runner.run(title())
    torn = target.with_suffix(".torn")
    torn.write_bytes(b"torn")
    torn.replace(target)
    assert "The second" in runner.run(title())
    target.unlink()
    assert "The second" in runner.run(title())

    async def titles() -> list[str]:
        return await asyncio.gather(*(title() for _ in range(12)))

    # at once, so that every thread reads
    assert all("The second" in each for each in runner.run(titles()))


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "SSH_CONNECTION": "here"}, False),
        ("darwin", {}, True),
    ],
)
def test_a_browser_is_opened_only_where_there_is_a_screen(platform, environment, expected):
    assert can_show(platform, environment) == expected


def app_that_counts(asked: list[str], *, cookie: bool = False):
    async def app(scope, receive, send):
        asked.append(scope["path"])
        await asyncio.sleep(0)
        headers = [(b"set-cookie", b"a=b")] if cookie else []
        status = 404 if scope["path"] == "/none" else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 40})

    return app


async def ask(app, path: str, **headers: str) -> int:
    messages = []

    async def send(message):
        messages.append(message)

    given = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": given}
    await app(scope, None, send)
    return sum(len(message.get("body", b"")) for message in messages)


def test_a_page_is_made_once_for_many_who_ask(runner):
    asked: list[str] = []
    app = Kept(app_that_counts(asked), most=1000)

    async def many() -> list[int]:
        together = await asyncio.gather(*(ask(app, "/a") for _ in range(5)))
        return [*together, await ask(app, "/a")]

    assert runner.run(many()) == [40] * 6
    assert asked == ["/a"]


def test_what_is_not_for_all_is_not_kept(runner):
    asked: list[str] = []
    app = Kept(app_that_counts(asked), most=1000)

    async def some() -> None:
        await ask(app, "/a", cookie="ds_actor=root")
        await ask(app, "/a", authorization="Bearer x")
        await ask(app, "/none")
        await ask(app, "/none")
        private = Kept(app_that_counts(asked, cookie=True), most=1000)
        await ask(private, "/c")
        await ask(private, "/c")

    runner.run(some())
    assert asked == ["/a", "/a", "/none", "/none", "/c", "/c"]


def test_no_more_is_kept_than_allowed(runner):
    asked: list[str] = []
    app = Kept(app_that_counts(asked), most=100)

    async def some() -> None:
        for path in ("/a", "/b", "/a", "/c", "/a", "/b"):
            await ask(app, path)

    runner.run(some())
    assert asked == ["/a", "/b", "/c", "/b"]

from __future__ import annotations

import asyncio
import shutil
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlite_utils import Database
from web_base import words_of

from kb.web.fresh import Fresh, Serving
from kb.web.gate import read_only
from kb.web.kept import OVERHEAD, Kept
from kb.web.server import can_show, local_only, make_datasette

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


async def title_of(app: Fresh) -> str:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        return words_of(await client.get("/-/kb/document/d1"))


def test_pages_are_those_of_the_file_that_a_build_put_there(runner, path, tmp_path):
    target = tmp_path / "harbour.db"
    retitled(path, target, "The first")
    app = Fresh(target, make_datasette)

    async def title() -> str:
        return await title_of(app)

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


def open_files(path: Path) -> list[str]:
    """Give the handles of a database of this process, deleted ones too."""
    links = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [link for link in links if link.removesuffix(" (deleted)") == str(path)]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux tells of open files")
def test_a_file_that_was_replaced_is_closed(runner, path, tmp_path):
    target = tmp_path / "often.db"
    retitled(path, target, "The first")
    app = Fresh(target, make_datasette)
    runner.run(app.invoke_startup())
    counts = []
    for _ in range(4):
        retitled(path, target, "Another")
        assert "Another" in runner.run(title_of(app))
        counts.append((set(open_files(target)), threading.active_count()))
    assert {files for each in counts for files in each[0]} == {str(target)}
    assert counts[-1][1] <= counts[0][1]


def test_a_datasette_that_still_answers_is_closed_after_that(runner):
    class Slow:
        closed = False

        def app(self) -> Any:
            return lambda *_: asyncio.sleep(0.05)

        def close(self) -> None:
            self.closed = True

    async def asked() -> list[bool]:
        slow = Slow()
        serving = Serving(slow)
        answer = asyncio.create_task(serving({"type": "http"}, None, None))
        await asyncio.sleep(0)
        await serving.replace()
        seen = [slow.closed]
        await answer
        return [*seen, slow.closed]

    assert runner.run(asked()) == [False, True]


@pytest.mark.parametrize("name", ["a#b", "a?b", "100%", "a%23b", "a b"])
def test_a_path_may_hold_signs_of_addresses(runner, path, tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    copied = shutil.copy(path, folder / f"{name}.db")
    response = runner.run(make_datasette(Path(copied)).client.get("/-/kb/document/d1"))
    assert response.status_code == 200
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert {each.name for each in folder.iterdir()} <= {f"{name}.db", f"{name}.db.index"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8001", 200),
        ("localhost:1", 200),
        ("LocalHost", 200),
        ("[::1]:8001", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost:8001@evil.example", 421),
        ("", 421),
    ],
)
def test_only_this_machine_is_asked_by_its_name(runner, host, status):
    asked: list[str] = []
    assert runner.run(status_of(local_only(app_that_counts(asked)), host=host)) == status
    assert bool(asked) == (status == 200)


@pytest.mark.parametrize(
    ("method", "status"), [("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("POST", 405)]
)
def test_one_can_only_read(runner, method, status):
    assert runner.run(status_of(read_only(app_that_counts([])), method=method)) == status


async def status_of(app: Any, *, method: str = "GET", host: str = "localhost") -> int:
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(b"host", host.encode())]
    await app({"type": "http", "method": method, "path": "/", "headers": headers}, None, send)
    return told[0]["status"]


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
    app = Kept(app_that_counts(asked), most=10_000)

    async def many() -> list[int]:
        together = await asyncio.gather(*(ask(app, "/a") for _ in range(5)))
        return [*together, await ask(app, "/a")]

    assert runner.run(many()) == [40] * 6
    assert asked == ["/a"]


def test_what_is_not_for_all_is_not_kept(runner):
    asked: list[str] = []
    app = Kept(app_that_counts(asked), most=10_000)

    async def some() -> None:
        await ask(app, "/a", cookie="ds_actor=root")
        await ask(app, "/a", authorization="Bearer x")
        await ask(app, "/none")
        await ask(app, "/none")
        private = Kept(app_that_counts(asked, cookie=True), most=10_000)
        await ask(private, "/c")
        await ask(private, "/c")

    runner.run(some())
    assert asked == ["/a", "/a", "/none", "/none", "/c", "/c"]


def test_no_more_is_kept_than_allowed(runner):
    asked: list[str] = []
    app = Kept(app_that_counts(asked), most=2 * OVERHEAD + 100)

    async def some() -> None:
        for path in ("/a", "/b", "/a", "/c", "/a", "/b"):
            await ask(app, path)

    runner.run(some())
    assert asked == ["/a", "/b", "/c", "/b"]

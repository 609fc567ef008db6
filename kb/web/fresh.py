"""Serving a file that a build may replace at any time: its pages are then those of the new one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Barrier
from typing import Any

from kb.errors import KbError

Mark = tuple[int, int, int] | None
"""What tells a file from the one that replaced it; None where there is none."""


def mark_of(path: Path) -> Mark:
    """Give the mark of a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


async def start(datasette: Any) -> None:
    """Load all that answers need, and open the file in each thread that reads.

    Datasette opens it when a thread is first used, which may be after another file, or none, has
    taken its place.
    """
    await datasette.invoke_startup()
    threads = datasette.setting("num_sql_threads")
    together = Barrier(max(1, threads))  # so that no thread serves twice
    for database in datasette.databases.values():
        if database.path and threads:
            waits = (database.execute_fn(lambda conn: together.wait(10)) for _ in range(threads))
            await asyncio.gather(*waits)


def close(datasette: Any) -> None:
    """Close the files of a Datasette and end its threads; those of 0.65 know no end."""
    if hasattr(datasette, "close"):
        datasette.close()
        return
    for database in datasette.databases.values():
        end_writing(database)
    if datasette.executor:
        datasette.executor.shutdown(wait=True)
    for database in datasette.databases.values():
        database.close()


def end_writing(database: Any) -> None:
    """End the thread of 0.65 that writes, and would wait for more to write forever."""

    def end(conn: Any) -> None:
        conn.close()
        raise SystemExit

    if database._write_thread:
        asyncio.run(database.execute_write_fn(end, block=False))


class Serving:
    """A Datasette that is closed when another has taken its place and its last answer is given."""

    def __init__(self, datasette: Any) -> None:
        self.datasette, self.app = datasette, datasette.app()
        self._answering, self._replaced = 0, False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":  # is answered until the end
            await self.app(scope, receive, send)
            return
        self._answering += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._answering -= 1
            await self._close_if_done()

    async def replace(self) -> None:
        """Say that another one answers from now on."""
        self._replaced = True
        await self._close_if_done()

    async def _close_if_done(self) -> None:
        if self._replaced and not self._answering:
            await asyncio.to_thread(close, self.datasette)


class Fresh:
    """A Datasette of one file, made anew when the file is another one.

    Answers that were begun are finished by the old one, which is then closed; while the file is
    missing or unsound, the old one stays.
    """

    def __init__(self, path: Path, make: Callable[[Path], Any]) -> None:
        self._path, self._make = path, make
        self._mark = mark_of(path)
        self._serving = Serving(make(path))
        self._lock = asyncio.Lock()

    async def invoke_startup(self) -> None:
        """Load all that answers need."""
        await start(self._serving.datasette)

    def app(self) -> Any:
        """Give the ASGI application."""
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request by the Datasette of the file as it is now."""
        if scope["type"] == "http":
            await self._renew()
        await self._serving(scope, receive, send)

    async def _renew(self) -> None:
        mark = mark_of(self._path)
        if mark in {None, self._mark}:
            return
        async with self._lock:
            if mark == self._mark:
                return
            self._mark = mark
            try:
                datasette = self._make(self._path)
                await start(datasette)
            except KbError as error:
                print(f"Still serving the old file: {error}", file=sys.stderr)
                return
            old, self._serving = self._serving, Serving(datasette)
            await old.replace()

"""The time of a statement, for functions that SQLite calls: it looks at the clock only between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import perf_counter
from typing import Any, TypeVar

Answer = TypeVar("Answer")

GRACE = 0.25
"""Seconds longer than SQLite has, which tells better why it stops wherever it can."""

RUNNING = threading.local()
"""When the statement must be done that this thread runs."""


@contextmanager
def ends_in(seconds: float) -> Iterator[None]:
    """Let functions that are called meanwhile run for so long."""
    RUNNING.end = perf_counter() + seconds
    try:
        yield
    finally:
        RUNNING.end = inf


def in_time(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Make a function that a statement calls in vain once its time is up."""

    def timed(*arguments: Any) -> Answer:
        if perf_counter() > getattr(RUNNING, "end", inf):
            raise TimeoutError
        return function(*arguments)

    return timed


def install() -> None:
    """Have Datasette's time limit start the clock as well."""
    from datasette import database  # it loads plugins, this one too

    if hasattr(database.sqlite_timelimit, "starts_clock"):
        return
    limit = database.sqlite_timelimit

    @contextmanager
    def limit_with_clock(conn: Any, ms: float) -> Iterator[None]:
        with limit(conn, ms), ends_in(ms / 1000 + GRACE):
            yield

    limit_with_clock.starts_clock = True  # type: ignore[attr-defined]
    database.sqlite_timelimit = limit_with_clock

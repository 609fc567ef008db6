"""All rows of a table, a view or a query, however many, a few at a time."""

from __future__ import annotations

import base64
import csv
import io
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kb.errors import NoSuchId
from kb.export import flat_text

PATIENCE = 10.0
"""Seconds that the database may take for the next part."""

PART = 60_000
"""Characters of a part, or one row if that is longer."""

Row = Sequence[Any]


def iter_rows(
    conn: sqlite3.Connection, sql: str, parameters: Mapping[str, Any]
) -> tuple[list[str], Iterator[Row]]:
    """Give the columns of a query, and its rows one by one, none kept."""
    cursor = conn.execute(sql, dict(parameters))
    cursor.row_factory = None
    return [column[0] for column in cursor.description], cursor


def jsonl_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield one JSON object a line, in readable Unicode; JSON arrays are arrays."""
    for row in rows:
        values = {name: json_value(value) for name, value in zip(columns, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False) + "\n"


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield lines of CSV (RFC 4180) under a line of names; lists are joined by semicolons."""
    yield csv_line(columns)
    for row in rows:
        yield csv_line([flat_text(json_value(value)) for value in row])


def csv_line(values: Iterable[Any]) -> str:
    """Give one line of CSV."""
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def json_value(value: Any) -> Any:
    """Give a value as JSON can hold it: arrays of texts as such, bytes in base 64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, str) and value.startswith("["):
        try:
            found = json.loads(value)
        except ValueError:
            return value
        plain = isinstance(found, list) and all(isinstance(each, str) for each in found)
        return found if plain else value
    return value


LINES: dict[str, Callable[[Sequence[str], Iterable[Row]], Iterator[str]]] = {
    "csv": csv_lines,
    "jsonl": jsonl_lines,
}
"""The formats, by name."""


def check_format(format: str) -> None:
    """Raise NoSuchId for a format that there is not."""
    if format not in LINES:
        raise NoSuchId(f"No format {format!r}; there are: {', '.join(LINES)}")


def parts(conn: sqlite3.Connection, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines in parts; raises sqlite3.OperationalError where one takes too long to find."""
    deadline = time.monotonic() + PATIENCE
    conn.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    collected, size = [], 0
    for line in lines:
        collected.append(line)
        size += len(line)
        if size >= PART:
            yield "".join(collected)
            collected, size = [], 0
            deadline = time.monotonic() + PATIENCE
    if collected:
        yield "".join(collected)

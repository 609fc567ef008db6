from __future__ import annotations

import asyncio
import json
import sqlite3
import tracemalloc
from types import SimpleNamespace

import pytest

from kb.web import exports
from kb.whole import csv_lines, iter_rows, jsonl_lines, parts

pytest_plugins = ("web_fixtures",)


def test_a_view_is_sent_whole_as_the_address_filters_it(get):
    response = get("/-/kb/export/barriers.jsonl?themes__arraycontains=finance_incentives&_facet=x")
    rows = [json.loads(line) for line in response.text.splitlines()]
    assert [(row["quote"], row["themes"]) for row in rows] == [
        ("Separate budgets slowed the work.", ["finance_incentives"])
    ]
    assert response.headers["content-disposition"] == 'attachment; filename="barriers.jsonl"'


def test_a_named_query_is_sent_with_its_parameters(get):
    assert get("/-/kb/export/quotes_with.csv?q=budget").text == (
        "quote,codes,title,year,page,statement_id,document_id\r\n"
        "Separate budgets slowed the work.,Barrier,The ferry,2019,,d1s2,d1\r\n"
    )


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nope.csv", "There is no table, view or named query 'nope'"),
        ("barriers.xls", "No format 'xls'; there are: csv, jsonl"),
        ("barriers.csv?_where=1", "A download cannot be filtered by _where"),
        ("barriers.csv?nope=1", "barriers has no column 'nope'"),
    ],
)
def test_what_cannot_be_sent_is_said_kindly(get, address, message):
    assert message in get(f"/-/kb/export/{address}", 400).text.replace("&#39;", "'")


def test_each_table_page_leads_to_all_its_rows(get):
    text = get("/harbour/barriers?themes__arraycontains=finance_incentives&_sort=year").text
    assert 'href="/-/kb/export/barriers.csv?themes__arraycontains=finance_incentives"' in text
    assert (
        'href="/-/kb/export/quotes_with.jsonl?q=ferry"' in get("/harbour/quotes_with?q=ferry").text
    )


def test_values_are_written_as_they_are():
    row = ['["a", "b"]', "[3]", "=1+1", None, b"\x00", 'say "x"']
    columns = ["list", "mark", "formula", "none", "bytes", "text"]
    assert list(jsonl_lines(columns, [row])) == [
        '{"list": ["a", "b"], "mark": "[3]", "formula": "=1+1", "none": null, "bytes": "AA==", '
        '"text": "say \\"x\\""}\n'
    ]
    assert list(csv_lines(columns, [row]))[1] == 'a; b,[3],\'=1+1,,AA==,"say ""x"""\r\n'


def test_memory_does_not_grow_with_the_rows():
    conn = sqlite3.connect(":memory:")
    sql = """with recursive n(i) as (select 1 union all select i + 1 from n limit 50000)
             select i, printf('%0200d', i) as words from n"""
    tracemalloc.start()
    size = sum(len(part) for part in parts(conn, csv_lines(*iter_rows(conn, sql, {}))))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 10_000_000
    assert most < 1_500_000


class Bases:
    """In place of Datasette: counts the connections that are open."""

    def __init__(self) -> None:
        self.open = 0

    def get_database(self, name):
        return SimpleNamespace(connect=self.connect)

    def connect(self):
        self.open += 1
        return SimpleNamespace(close=self.close)

    def close(self):
        self.open -= 1


def test_a_download_waits_before_it_has_a_connection_until_another_ends(monkeypatch):
    async def asked() -> None:
        monkeypatch.setattr(exports, "AT_ONCE", asyncio.Semaphore(1))
        bases, base, sent = Bases(), SimpleNamespace(name="kb"), []

        def start():
            def lines(conn):
                return iter(["one", "two"])

            return asyncio.create_task(exports.download(bases, base, "kb.csv", lines))

        async def send(message):
            sent.append(message.get("body"))

        async def gone(message):
            raise OSError("the client is gone")

        first = await start()
        others = [start() for _ in range(3)]
        await asyncio.sleep(0.05)
        assert (bases.open, [each.done() for each in others]) == (1, [False] * 3)
        await first.asgi_send(send)
        assert sent == [None, b"one", b"two", b""]
        with pytest.raises(OSError, match="gone"):
            await (await others[0]).asgi_send(gone)
        others[1].cancel()
        await (await others[2]).asgi_send(send)
        assert bases.open == 0

    asyncio.run(asked())


def test_a_download_that_fails_gives_its_place_to_the_next(monkeypatch):
    async def asked() -> None:
        monkeypatch.setattr(exports, "AT_ONCE", asyncio.Semaphore(1))
        bases, base = Bases(), SimpleNamespace(name="kb")
        for _ in range(3):
            with pytest.raises(TypeError):
                await exports.download(bases, base, "kb.csv", lambda conn: iter(3))
        assert (bases.open, exports.AT_ONCE.locked()) == (0, False)

    asyncio.run(asked())

from __future__ import annotations

import json
import sqlite3
import tracemalloc

import pytest

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

from __future__ import annotations

import csv
import io
import json

from kb.codebook import RESERVED
from kb.export import export_lines, iter_claims, to_csv, to_json, to_jsonl

FIRST = {
    "id": "d1s1-help",
    "statement_id": "d1s1",
    "document_id": "d1",
    "code": "help",
    "themes": ["water"],
    "direction": None,
    "confidence": 0.9,
    "status": "predicted",
    "quote": "Rain helped the beans.",
    "lead_in": "",
    "heading": "Plots",
    "page": None,
    "char_start": 0,
    "char_end": 22,
    "title": "Beans",
    "authors": [],
    "year": 2020,
    "publisher": None,
    "doi": None,
    "url": None,
    "licence": None,
    "path": "b/beans.txt",
    "sha256": "1",
    "cites": [],
}


def test_claims_come_in_the_order_of_the_text(garden):
    rows = list(iter_claims(garden))
    assert rows[0] == FIRST
    assert [row["id"] for row in rows] == ["d1s1-help", "d1s2-result", "d2s1-help", "d2s2-result"]


def test_jsonl_is_one_claim_a_line(garden):
    lines = list(to_jsonl(iter_claims(garden)))
    assert json.loads(lines[0]) == FIRST
    assert len(lines) == 4


def test_json_is_one_array(garden):
    assert json.loads("".join(to_json(iter_claims(garden))))[0] == FIRST


def test_what_json_has_no_number_for_is_null():
    rows = [{"n": float("inf"), "list": [{"n": float("-inf")}, 1.5]}]
    assert list(to_jsonl(rows)) == ['{"n": null, "list": [{"n": null}, 1.5]}\n']
    assert json.loads("".join(to_json(rows))) == [{"n": None, "list": [{"n": None}, 1.5]}]


def test_no_attribute_can_have_the_name_of_a_column_of_an_export():
    assert {name for name in FIRST if name not in RESERVED} == {"themes", "direction"}


def test_csv_joins_lists_and_has_a_line_of_names(garden):
    rows = list(csv.DictReader(io.StringIO("".join(to_csv(iter_claims(garden))))))
    assert list(rows[0]) == list(FIRST)
    assert [row["themes"] for row in rows] == ["water", "", "water; people", ""]


def test_csv_is_safe_to_open_in_a_spreadsheet():
    lines = list(to_csv([{"quote": '=HYPERLINK("x")', "n": -1}]))
    assert lines == [
        'quote,n\r\n\'=HYPERLINK("x"),-1\r\n'.replace('\'=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"')
    ]


def test_csv_has_a_mapping_as_json():
    lines = list(to_csv([{"parts": {"words": 0.5, "of": ["é"]}}]))
    assert lines == ['parts\r\n"{""words"": 0.5, ""of"": [""é""]}"\r\n']


def test_csv_of_nothing_is_nothing():
    assert list(to_csv([])) == []


def test_reference_managers_get_each_document_that_claims_are_from_once(garden):
    garden.conn.execute("delete from claims where document_id = 'd2'")
    assert list(export_lines(garden, "ris")) == [
        "TY  - RPRT\r\nID  - d1\r\nTI  - Beans\r\nPY  - 2020\r\nER  - \r\n"
    ]
    assert list(export_lines(garden, "bibtex")) == [
        "@misc{anon2020-d1,\n  title = {Beans},\n  year = {2020},\n}\n"
    ]
    assert list(export_lines(garden, "jsonl")) == list(to_jsonl(iter_claims(garden)))

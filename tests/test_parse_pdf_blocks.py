from __future__ import annotations

from pathlib import Path

import pytest
import typst
import yaml

from pipelines.parse.pdf import parse

CASES = yaml.safe_load(
    Path(__file__).with_name("cases").joinpath("parse_pdf_blocks.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_blocks(case):
    blocks = parse(typst.compile(case["typst"].encode())).blocks
    found = [[b.kind, b.level, b.text, *filter(None, [b.head])] for b in blocks]
    assert found == case["blocks"]


def test_heads_of_a_table_go_on_over_the_page():
    rows = " ".join(f"[Place {n}], [{n * 37 % 50} per cent]," for n in range(1, 21))
    source = f"""
    #set page(width: 240pt, height: 160pt, margin: 30pt)
    #set text(10pt)
    #table(columns: (90pt, 60pt), align: left, table.header([*Site*], [*Visits*]), {rows})"""
    blocks = parse(typst.compile(source.encode())).blocks
    read = [(b.text, b.head) for b in blocks]
    expected = [(f"Place {n} | {n * 37 % 50} per cent", "Site | Visits") for n in range(1, 21)]
    assert read == [("Site | Visits", ""), *expected]

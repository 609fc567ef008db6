from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

TEXTS = """.I 1
.T
Boats
.A
Marlow, T.
.W
Boats sank in the harbour
during the winter storms.
.I 2
.T
Beans
.W
Rain helped the beans to grow.
.I 3
.T
Money
.W
Councils and hospitals pool their budgets.
"""
QUESTIONS = """.I 001
.W
why did boats sink in storms
.I 4
.W
shared funding of health services by local authorities
"""
POOLED = [
    "Pooled budgets paid for beds.",
    "Two towns pooled their budgets.",
    "Budgets were pooled late.",
    "Nobody knew who owned the pooled budget.",
    "Pooled budgets saved money.",
]
JUDGEMENTS = "1 1 2\n1 2 -1 \n2  3  4\n"


@pytest.fixture
def bench(monkeypatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "bench"))
    return importlib.import_module("retrieval")


def test_a_folder_of_collections_is_measured(bench, tmp_path, capsys):
    for name, text in {
        "CRAN.ALL.1400": TEXTS,
        "cran.qry": QUESTIONS,
        "cranqrel": JUDGEMENTS,
        "MED.ALL": TEXTS,  # without its other files: left out
    }.items():
        (tmp_path / name).write_text(text)
    bench.main([str(tmp_path)])
    assert capsys.readouterr().out.splitlines() == [
        "nDCG@10           questions     BM25   MiniLM     ours    ratio",
        "Cranfield                 2    0.500    1.000    1.000     1.00",
    ]


def test_a_knowledge_base_is_measured_by_kind_of_question(bench, tmp_path, capsys):
    from sqlite_utils import Database

    from kb.codebook import load_codebook
    from kb.encoder import load_encoder

    path, questions, grades = (tmp_path / name for name in ("kb.db", "q.json", "g.json"))
    collection = bench.Collection(
        name="C",
        texts={str(n): ("Money", text) for n, text in enumerate(POOLED)},
        questions=[],
        grades={},
    )
    bench.make_base(collection, Database(path), load_encoder(), load_codebook())
    asked = [("a", "pooled budgets", "keyword"), ("b", "who won the cup", "unanswerable")]
    questions.write_text(
        json.dumps([dict(zip(("id", "q", "kind"), q, strict=True)) for q in asked])
    )
    grades.write_text(json.dumps({"a": {str(n): 3 for n in range(len(POOLED))}}))
    bench.main(["--db", str(path), "--questions", str(questions), "--grades", str(grades)])
    assert capsys.readouterr().out.splitlines() == [
        "nDCG@10           questions     BM25   MiniLM     ours    ratio",
        "keyword                   1    1.000    1.000    1.000     1.00",
        "all                       1    1.000    1.000    1.000     1.00",
        "said to be weak, without an answer: 1 of 1",
        "said to be weak, with one: 0 of 1",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 0 13 1\n1 0 14 1", {"1": {"13": 1, "14": 1}}),  # MED
        ("     1     28\t0\t0.000000", {"1": {"28": 1}}),  # CISI
        ("1 184 2\n1 29 -1\n2 12 3", {"1": {"184": 1}, "2": {"12": 1}}),  # Cranfield
    ],
)
def test_judgements_are_read_in_the_columns_of_each_collection(bench, text, expected):
    assert importlib.import_module("smart").read_judgements(text) == expected

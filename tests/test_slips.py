from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.codebook import Codebook, load_codebook
from kb.models import Claim
from pipelines.cli import app
from pipelines.evaluate.gold import GoldUnit
from pipelines.evaluate.pairs import Pair, best_matches
from pipelines.evaluate.scores import scores_of
from pipelines.evaluate.slips import confused_codes, confused_values, slips
from pipelines.evaluate.text import scores_text

GARDENING = Path(__file__).parent / "cases" / "extract_codebook.yml"


@pytest.fixture(scope="module")
def garden() -> Codebook:
    return load_codebook(str(GARDENING))


def pair(text, gold, predicted, *, document="d", values=None, results=()):
    claims = [
        Claim(id=f"c{n}", statement_id="s", document_id=document, code=code, attributes=noted)
        for n, (code, noted) in enumerate(predicted)
    ]
    sets = {name: frozenset(each) for name, each in (values or {}).items()}
    unit = GoldUnit(
        document=document, text=text, codes=frozenset(gold), values=sets, results=results
    )
    return Pair(gold=unit, claims=tuple(claims), matched=True)


@pytest.fixture
def documents():
    return [
        [
            pair(
                "Rain helped.",
                ["helper"],
                [("helper", {"means": ("light", "water")})],
                values={"means": {"water"}},
            ),
            pair("It rained on the beans.", ["helper", "yield"], [("yield", {"crop": "root"})],
                 values={"crop": {"root", "fruit"}}, results=({"crop": "fruit"}, {"crop": "root"})),
        ],
        [
            pair("The gate is green.", [], [("yield", {"crop": "root"})], document="e"),
            pair("The gate is old.", [], [], document="e"),
            pair("Sun for plums.", ["helper"], [("yield", {"crop": "fruit"})], document="e"),
        ],
    ]  # fmt: skip


def test_codes_taken_for_others(documents, garden):
    assert confused_codes(documents, garden) == {
        "helper": {"helper": 1, "yield": 1, "none": 1},
        "yield": {"yield": 1},
        "none": {"yield": 1, "none": 1},
    }


def test_values_taken_for_others(documents, garden):
    means, crop, standing = (garden.attribute(name) for name in ("means", "crop", "standing"))
    assert confused_values(documents, means, garden) == {
        "water": {"water": 1},
        "light": {},
        "none": {"light": 1},
    }
    assert confused_values(documents, crop, garden) == {
        "fruit": {"none": 1},
        "root": {"root": 1},
        "none": {},
    }
    assert confused_values(documents, standing, garden) == {"none": {"none": 2}}


def test_missed_and_wrong_statements(documents, garden):
    missed = [
        {"document": "d", "text": "It rained on the beans."}
        | {"gold": ("helper", "yield"), "predicted": ("yield",)},
        {"document": "e", "text": "Sun for plums.", "gold": ("helper",), "predicted": ("yield",)},
    ]
    wrong = [{"document": "e", "text": "The gate is green.", "gold": (), "predicted": ("yield",)}]
    found = slips(documents, garden, ["wrong", "missed"])
    assert found == {"missed": missed, "wrong": [*wrong, missed[1]]}
    assert slips(documents, garden, []) == {}


@pytest.mark.parametrize(
    ("points", "found"),
    [
        ([], []),
        ([[], []], []),
        ([[0, 0], [0, 0]], [(0, 0), (1, 1)]),
        ([[3, 2], [2, 0]], [(0, 1), (1, 0)]),
        ([[1], [2], [0]], [(1, 0)]),
        ([[0, 1, 5], [0, 4, 5]], [(0, 2), (1, 1)]),
    ],
)
def test_best_matches_have_the_most_points_together(points, found):
    assert best_matches(points) == found


def test_many_results_do_not_take_for_ever():
    points = [[float(column == 7 * row) for column in range(60)] for row in range(5)]
    assert best_matches(points) == [(0, 0), (1, 7), (2, 14), (3, 21), (4, 28)]


TEXT = """\
                   precision     recall         F1      kappa      alpha      gold predicted
helper                  1.00       0.33       0.50       0.29       0.25         3         1
                   1.00–1.00  0.00–0.50  0.00–0.67  0.00–0.29 -0.17–0.25
yield                   0.33       1.00       0.50       0.29       0.25         1         3
                   0.00–1.00  1.00–1.00  0.00–1.00  0.00–1.00 -0.37–1.00
micro                   0.50       0.50       0.50
                   0.00–1.00  0.00–0.67  0.00–0.80
macro                   0.67       0.67       0.50
                   0.00–1.00  0.00–0.75  0.00–0.83

of agreed codes    precision     recall         F1   accuracy      kappa      alpha     units
means                   0.50       1.00       0.67          –       0.00       0.00         1
crop                    1.00       0.50       0.67       1.00          –          –         1

5 units of 2 documents, 0 not found among the statements
Below each figure: its 95 % interval, by drawing documents anew
Accuracy, kappa and alpha of crop: over the results that are matched, each with one at most (2 in
gold, 1 predicted, 1 matched)
Kappa and alpha of means: between sets, by the distance MASI

codes: gold down, predicted across
               1   2   3
  1 helper     1   1   1
  2 yield      ·   1   ·
  3 none       ·   1   1

means: gold down, predicted across
              1   2   3
  1 water     1   ·   ·
  2 light     ·   ·   ·
  3 none      ·   1   ·

crop: gold down, predicted across
              1   2   3
  1 fruit     ·   ·   1
  2 root      ·   1   ·
  3 none      ·   ·   ·

Wrong: 2 statements

e
  “The gate is green.”
    gold: none; predicted: yield
  “Sun for plums.”
    gold: helper; predicted: yield"""


def test_scores_read_well(documents, garden, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    scores = scores_of(documents, garden).to_dict()
    found = scores_text(scores | slips(documents, garden, ["confusion", "wrong"]))
    assert found.splitlines() == TEXT.splitlines()


def test_one_document_has_no_intervals_and_says_so(documents, garden):
    lines = scores_text(scores_of(documents[:1], garden).to_dict()).splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["helper", "1.00", "0.50", "0.67", "0.00", "0.00", "2", "1"],
        ["yield", "1.00", "1.00", "1.00", "1.00", "1.00", "1", "1"],
        ["micro", "1.00", "0.67", "0.80"],
    ]
    assert "No intervals: these need two documents or more" in lines


def test_evaluate_prints_what_is_asked_for(tmp_path):
    gold = tmp_path / "gold.jsonl"
    row = {"document": "d", "text": "Rain helps.", "codes": ["yield"]}
    gold.write_text(json.dumps(row), "utf-8")
    words = ["evaluate", str(gold), "--texts", "--codebook", str(GARDENING), "--show", "wrong"]
    found = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert found["micro"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0} | {
        "intervals": {"precision": None, "recall": None, "f1": None}
    }
    assert (found["units"], list(found["per_code"])) == (1, ["helper", "yield"])
    assert found["wrong"] == [
        {"document": "d", "text": "Rain helps.", "gold": ["yield"], "predicted": ["helper"]}
    ]
    assert "missed" not in found
    assert "Wrong: 1 statement\n\nd\n  “Rain helps.”" in CliRunner().invoke(app, words).stdout

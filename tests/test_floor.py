from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from kb.codebook import load_codebook
from kb.models import Claim
from pipelines.evaluate.gold import GoldUnit
from pipelines.extract import load_extractor
from pipelines.training import floor
from pipelines.training.floor import (
    below,
    digest,
    floor_of,
    held_out_gold,
    lowered,
    measured,
    read_floor,
)

GARDENING = Path(__file__).parent / "cases" / "extract_codebook.yml"
UNITS = [
    {"doc": "d1", "n": 1, "kind": "sentence", "text": "Rain helps.", "codes": ["helper"]},
    {"doc": "d2", "n": 1, "kind": "sentence", "text": "Rain helps us.", "codes": ["helper"]},
    {"doc": "d2", "n": 2, "kind": "sentence", "text": "Sun helps.", "codes": ["yield"]},
]


@pytest.fixture
def own(tmp_path):
    """A codebook that codes by cues, with units of which those of d2 are held out."""
    shutil.copy(GARDENING, tmp_path / "codebook.yml")
    (tmp_path / "training").mkdir()
    lines = "".join(json.dumps(row) + "\n" for row in UNITS)
    (tmp_path / "training" / "train-a.jsonl").write_text(lines, "utf-8")
    (tmp_path / "coder.json").write_text(json.dumps({"held_out": {"written": ["d2"]}}), "utf-8")
    return load_codebook(str(tmp_path))


class Silent:
    """A coder that finds nothing."""

    def extract(self, statements) -> list[tuple[Claim, ...]]:
        return [() for _ in statements]


def scores(own, coder):
    return measured(held_out_gold(own), coder, own)


def test_the_shipped_coder_is_not_below_its_floor():
    codebook = load_codebook()
    gold, held = held_out_gold(codebook), read_floor(codebook)
    assert held["f1"].keys() == {"micro", *(code.id for code in codebook.codes)}
    assert held["gold_sha256"] == digest(gold), "run: python -m pipelines.training.floor"
    assert below(measured(gold, load_extractor(codebook), codebook), held) == []


def test_only_what_was_held_out_is_measured(own):
    assert [(unit.text, set(unit.codes)) for unit in held_out_gold(own)] == [
        ("Rain helps us.", {"helper"}),
        ("Sun helps.", {"yield"}),
    ]


def test_a_floor_leaves_a_margin_and_names_what_falls_below(own):
    found = scores(own, load_extractor(own))
    held = floor_of(found, held_out_gold(own))
    # one of two is right: micro 1/2, helper 2/3
    assert held["f1"] == {"micro": 0.48, "helper": 0.64, "yield": 0.0}
    assert below(found, held) == []
    assert below(scores(own, Silent()), held) == [
        "micro: F1 0.000 is below its floor of 0.48",
        "helper: F1 0.000 is below its floor of 0.64",
    ]


def test_a_floor_is_lowered_only_on_demand(own, monkeypatch):
    def run(*arguments: str) -> None:
        monkeypatch.setattr(sys, "argv", ["floor", str(own.path.parent), *arguments])
        floor.main()

    run()
    held = read_floor(own)
    monkeypatch.setattr(floor, "load_extractor", lambda codebook: Silent())
    with pytest.raises(SystemExit, match=r"lower micro from 0.48 to 0.00, helper from 0.64"):
        run()
    assert read_floor(own) == held
    run("--lower")
    assert read_floor(own)["f1"] == {"micro": 0.0, "helper": 0.0, "yield": 0.0}


def test_floors_of_other_units_are_not_compared(own):
    gold = held_out_gold(own)
    held = floor_of(scores(own, load_extractor(own)), gold)
    new = floor_of(scores(own, Silent()), gold)
    assert lowered(new, held) == ["micro from 0.48 to 0.00", "helper from 0.64 to 0.00"]
    assert lowered(new, held | {"gold_sha256": digest(gold[:1])}) == []
    assert lowered(new, {"f1": {}}) == []


def test_a_digest_is_of_words_and_codes():
    unit = GoldUnit(document="d", text="x", codes=frozenset({"yield"}))
    other = GoldUnit(document="d", text="x", codes=frozenset({"helper"}))
    assert digest([unit]) == digest([unit]) != digest([other])

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kb.codebook import Codebook, load_codebook
from kb.errors import InvalidCodebook
from pipelines.extract import load_extractor
from pipelines.extract.model import TrainedCoder
from pipelines.train import HELD_OUT, train
from pipelines.training.calibrate import temperature, thresholds
from pipelines.training.examples import (
    Example,
    examples,
    gold_of,
    key,
    read_rows,
    real_rows,
    split,
    without_text,
    written_rows,
)
from pipelines.training.network import Plan
from pipelines.training.quality import quality_page

GARDENING = Path(__file__).parent / "cases" / "extract_codebook.yml"
UNITS = [
    {"doc": "d1", "n": 1, "kind": "heading", "text": "Beans", "codes": []},
    {"doc": "d1", "n": 2, "kind": "list_lead", "text": "Beans like:", "codes": []},
    {"doc": "d1", "n": 3, "kind": "list_item", "text": "rain", "codes": ["helper"],
     "means": ["water"]},
    {"doc": "d1", "n": 4, "kind": "reference", "text": "Smith: Beans.", "codes": []},
    {"doc": "d2", "n": 1, "kind": "sentence", "text": "It gave 4 kg.", "codes": ["yield"],
     "outcomes": [{"crop": "root", "amount": "4 kg"}]},
]  # fmt: skip


def write_lines(path: Path, rows: Sequence[Any]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path) -> Codebook:
    """A copy of the gardening codebook in a folder where a coder can be put."""
    shutil.copy(GARDENING, tmp_path / "codebook.yml")
    return load_codebook(str(tmp_path))


def test_examples_know_their_context_and_only_what_applies(own: Codebook) -> None:
    codes = {"helper": False, "yield": False}
    assert examples(UNITS, own) == [
        Example(document="d1", context="Beans |  | ", text="Beans like:", answers=codes),
        Example(
            document="d1",
            context="Beans | Beans like: | Beans like:",
            text="rain",
            answers={"helper": True, "yield": False, "means.water": True, "means.light": False},
        ),
        Example(
            document="d2",
            context=" |  | ",
            text="It gave 4 kg.",
            answers={"helper": False, "yield": True, "crop.fruit": False, "crop.root": True},
        ),
    ]


def test_gold_of_units_has_their_values(own: Codebook) -> None:
    found = [(unit.text, set(unit.codes), set(unit.values["crop"])) for unit in gold_of(UNITS, own)]
    assert found == [
        ("Beans like:", set(), set()),
        ("rain", {"helper"}, set()),
        ("It gave 4 kg.", {"yield"}, {"root"}),
    ]


def test_a_unit_without_its_text_has_no_word_of_it(own: Codebook) -> None:
    assert without_text(UNITS[4], own) == {
        "key": key({"text": "it GAVE  4 kg."}),
        "doc": "d2",
        "n": 1,
        "codes": ["yield"],
        "outcomes": [{"crop": "root"}],
    }


def test_codes_of_real_statements_are_found_by_their_words(own: Codebook, tmp_path: Path) -> None:
    known = [without_text(UNITS[4], own)]
    write_lines(tmp_path / "training" / "real-codes.jsonl", known)
    lines = [{"doc": "d2", "n": 1, "heading": "June", "text": "It  gave 4 kg."}, {"text": "New."}]
    assert real_rows(own, write_lines(tmp_path / "real.jsonl", lines)) == [known[0] | lines[0]]


def test_a_split_is_by_document_and_always_the_same() -> None:
    documents = {f"d{number}" for number in range(9)}
    learnt, held = split(documents, 3)
    assert (len(learnt), len(held)) == (6, 3)
    assert sorted([*learnt, *held]) == sorted(documents)
    assert split(sorted(documents, reverse=True), 3) == (learnt, held)


def test_the_shipped_statements_fit_their_codebook() -> None:
    codebook = load_codebook()
    folder = codebook.path.parent / "training"
    rows = [*written_rows(codebook), *read_rows([folder / "real-codes.jsonl"])]
    allowed = {each.name: {value.id for value in each.values} for each in codebook.attributes}
    codes = {code.id for code in codebook.codes}
    assert len(rows) == 3529 + 4929
    assert [row for row in rows if not codes.issuperset(row["codes"])] == []
    strange = [
        (row["doc"], row["n"], name)
        for row in rows
        for part in (row, *row.get("outcomes", []))
        for name in allowed.keys() & part.keys()
        if allowed[name] and not allowed[name].issuperset(_listed(part[name]))
    ]
    assert strange == []


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_the_codes_of_real_statements_hold_no_text() -> None:
    rows = read_rows([load_codebook().path.parent / "training" / "real-codes.jsonl"])
    names = {"key", "doc", "n", "codes", "themes", "types", "mechanisms", "outcomes", "standing",
             "attribution"}  # fmt: skip
    assert {name for row in rows for name in row} == names
    inner = {name for row in rows for outcome in row.get("outcomes", []) for name in outcome}
    assert inner == {"domain", "direction", "valence"}


def test_a_threshold_lies_between_the_best_of_its_code_and_of_all(own: Codebook) -> None:
    cases = [(0.9, True), (0.7, True), (0.3, False), (0.1, False)]
    unseen = [
        Example(document="d", context="", text="x", answers={"helper": yes, "yield": yes})
        for _, yes in cases
    ]
    scores = [{"helper": score, "yield": score / 2} for score, _ in cases]
    found = thresholds(unseen, scores, own)
    assert {code: found[code] for code in ("helper", "yield")} == {"helper": 0.52, "yield": 0.34}


def test_temperature_cools_what_is_too_sure() -> None:
    unseen = [
        Example(document="d", context="", text="x", answers={"helper": yes})
        for yes in (True, True, True, False)
    ]
    sure = temperature(unseen, [{"helper": 4.0}] * 4, ["helper"])
    apt = temperature(unseen, [{"helper": 1.1}] * 4, ["helper"])
    assert (sure, apt) == (3.65, 1.0)


def test_the_page_on_quality_is_that_of_the_shipped_coder() -> None:
    codebook = load_codebook()
    about = json.loads((codebook.path.parent / "coder.json").read_text("utf-8"))
    page = Path(__file__).parent.parent / "docs" / "quality.md"
    assert page.read_text("utf-8") == quality_page(codebook, about)


def test_the_shipped_coder_was_trained_without_what_it_is_measured_on() -> None:
    codebook = load_codebook()
    about = json.loads((codebook.path.parent / "coder.json").read_text("utf-8"))
    documents = {name: row["documents"] for name, row in about["data"].items()}
    assert documents == {"written": 94, "real": 80}
    assert {name: len(held) for name, held in about["held_out"].items()} == HELD_OUT
    assert about["learnt"]["documents"] == 94 + 80 - sum(HELD_OUT.values())


def test_without_statements_there_is_nothing_to_learn(own: Codebook) -> None:
    with pytest.raises(InvalidCodebook, match="training: no coded statements of two documents"):
        train(own)


def test_a_new_codebook_gets_a_coder_of_its_own(own: Codebook, tmp_path: Path) -> None:
    rows = [
        {"doc": f"d{n}", "n": m, "kind": "sentence", **unit}
        for n in range(4)
        for m, unit in enumerate([
            {"text": "Rain helps us.", "codes": ["helper"], "means": ["water"], "standing": "seen"},
            {"text": "The gate is green.", "codes": []},
        ])
    ]  # fmt: skip
    write_lines(tmp_path / "training" / "train-a.jsonl", rows)
    told: list[str] = []
    about = train(own, plan=Plan(epochs=1, threads=1), progress=told.append)
    assert (about["learnt"]["documents"], about["data"]["written"]["documents"]) == (3, 4)
    assert about["scores"]["held out, written"]["units"] == 2
    assert [line.split(" loss ")[0] for line in told] == ["epoch 1 batch 0", "measuring"]
    coder = load_extractor(own)
    assert isinstance(coder, TrainedCoder)
    assert len(coder.graph.logits("", "Sun helps.")) == len(about["labels"]) == 8
    assert {path.name for path in tmp_path.iterdir()} == {
        "codebook.yml", "training", "coder.onnx", "coder.json", "tokenizer.json",
    }  # fmt: skip

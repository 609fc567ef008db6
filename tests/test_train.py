import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kb.atomic import move_whole
from kb.codebook import Codebook, load_codebook
from kb.errors import InvalidCodebook, InvalidGold, KbError
from kb.models import Statement
from pipelines.extract import load_extractor
from pipelines.extract.model import TrainedCoder
from pipelines.train import summary, train
from pipelines.training.asking import train_asking
from pipelines.training.calibrate import temperature, thresholds
from pipelines.training.examples import (
    Example,
    Part,
    examples,
    gold_of,
    held_out,
    key,
    read_rows,
    real_rows,
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
    {"doc": "d2", "n": 1, "kind": "sentence", "text": "Plums and carrots gave 4 kg.",
     "codes": ["yield"], "outcomes": [{"crop": "fruit", "named": "plums"},
                                      {"crop": "root", "named": "carrots", "amount": "4 kg"}]},
]  # fmt: skip

STATEMENT = Statement(
    id="s", document_id="d", passage_id="p", ordinal=0, text="x", char_start=0, char_end=1
)


def write_lines(path: Path, rows: Sequence[Any]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path) -> Codebook:
    """A copy of the gardening codebook in a folder where a coder can be put."""
    shutil.copy(GARDENING, tmp_path / "codebook.yml")
    return load_codebook(str(tmp_path))


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        ({"doc": "d", "text": "x", "codes": ["helpr"]}, "line 1: 'codes' is needed, a list of any"),
        ({"doc": "d", "text": "x", "codes": [], "means": ["rain"]}, "1: 'rain' is none of means"),
        ({"document": "d", "text": "x", "codes": []}, "train-a.jsonl, line 1: 'doc' is needed"),
    ],
)
def test_a_slip_in_what_is_written_is_named_and_not_learnt(
    own: Codebook, unit: dict[str, Any], message: str
) -> None:
    write_lines(own.path.parent / "training" / "train-a.jsonl", [unit])
    with pytest.raises(InvalidGold) as caught:
        written_rows(own)
    assert message in str(caught.value)


def test_examples_know_their_context_and_only_what_applies(own: Codebook) -> None:
    codes = {"helper": False, "yield": False}
    found = examples(UNITS, own)
    assert [(e.statement.document_id, e.statement.heading, e.statement.lead_in, e.statement.text)
            for e in found] == [
        ("d1", "Beans", "", "Beans like:"),
        ("d1", "Beans", "Beans like:", "rain"),
        ("d2", "", "", "Plums and carrots gave 4 kg."),
    ]  # fmt: skip
    assert [example.answers for example in found] == [
        codes,
        {"helper": True, "yield": False, "means.water": True, "means.light": False},
        {"helper": False, "yield": True, "crop.fruit": True, "crop.root": True},
    ]
    assert [(example.parts, example.quoted) for example in found] == [
        ((), False),
        ((), False),
        (
            (
                Part(span=(0, 5), answers={"crop.fruit": True, "crop.root": False}),
                Part(span=(10, 17), answers={"crop.fruit": False, "crop.root": True}),
            ),
            True,
        ),
    ]


def test_a_lead_in_may_be_given_with_its_item(own: Codebook) -> None:
    item = {"doc": "d", "kind": "list_item", "text": "rain", "lead_in": "Liked:", "codes": []}
    (found,) = examples([item], own)
    assert found.statement.lead_in == "Liked:"


def test_words_that_a_statement_does_not_hold_are_not_learnt(own: Codebook) -> None:
    unit = UNITS[4] | {"outcomes": [{"crop": "root", "named": "turnips"}]}
    (found,) = examples([unit], own)
    assert (found.parts, found.quoted) == ((), False)


def test_gold_of_units_has_their_values(own: Codebook) -> None:
    found = [(unit.text, set(unit.codes), set(unit.values["crop"])) for unit in gold_of(UNITS, own)]
    assert found == [
        ("Beans like:", set(), set()),
        ("rain", {"helper"}, set()),
        ("Plums and carrots gave 4 kg.", {"yield"}, {"fruit", "root"}),
    ]


def test_a_unit_without_its_text_has_no_word_of_it(own: Codebook) -> None:
    assert without_text(UNITS[4], own) == {
        "key": key({"text": "plums and carrots GAVE  4 kg."}),
        "doc": "d2",
        "n": 1,
        "codes": ["yield"],
        "outcomes": [{"crop": "fruit", "named": [0, 5]}, {"crop": "root", "named": [10, 17]}],
    }


def test_codes_of_real_statements_are_found_by_their_words(own: Codebook, tmp_path: Path) -> None:
    known = [without_text(UNITS[4], own)]
    write_lines(tmp_path / "training" / "real-codes.jsonl", known)
    lines = [
        {"doc": "d2", "n": 1, "heading": "June", "text": "Plums  and carrots gave 4 kg."},
        {"text": "New."},
    ]
    assert real_rows(own, write_lines(tmp_path / "real.jsonl", lines)) == [known[0] | lines[0]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("%PDF-1.7 \udce2", "real.jsonl: not UTF-8 text"),
        ("[" * 100_000, "line 1: not JSON: maximum recursion depth exceeded"),
        ('{"doc": "d", "codes": []}', "real.jsonl, line 1: 'text' is needed, a text"),
        ('{"text": "x", "codes": []}', "real.jsonl, line 1: 'doc' is needed, a text"),
        ('{"doc": "d", "text": "x", "codes": "helper"}', "line 1: 'codes' is needed, a list of"),
        ('{"doc": "d", "text": "x", "codes": [], "outcomes": [5]}', "line 1: 'outcomes' must be"),
        ('{"doc": "d", "text": "\\ud800"}', "line 1: half a character"),
    ],
)
def test_a_slip_in_real_statements_is_named(
    own: Codebook, tmp_path: Path, line: str, message: str
) -> None:
    write_lines(tmp_path / "training" / "real-codes.jsonl", [])
    path = tmp_path / "real.jsonl"
    path.write_bytes(line.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidGold) as caught:
        train(own, real=path)
    assert message in str(caught.value)


def test_what_cannot_be_read_or_written_is_said_before_the_training(
    own: Codebook, tmp_path: Path
) -> None:
    units = [{"doc": f"d{n}", "text": "Rain helps us.", "codes": ["helper"]} for n in range(4)]
    write_lines(tmp_path / "training" / "train-a.jsonl", units)
    told: list[str] = []
    with pytest.raises(FileNotFoundError, match="nope"):
        train(own, gold=tmp_path / "nope", progress=told.append)
    with pytest.raises(KbError, match=r"codebook\.yml cannot be written: File exists"):
        train(own, out=own.path, progress=told.append)
    with pytest.raises(KbError, match=r"codebook\.yml cannot be written: File exists"):
        train_asking(own, out=own.path, progress=told.append)
    assert told == []


def test_files_are_moved_whole_or_not_at_all(tmp_path: Path) -> None:
    made, out = tmp_path / "made", tmp_path / "out"
    made.mkdir()
    out.mkdir()
    for name in "ab":
        (made / name).write_text(f"new {name}")
        (out / name).write_text(f"old {name}")
    with pytest.raises(FileNotFoundError):
        move_whole(("a", "b", "c"), made, out)
    assert [(out / name).read_text() for name in "ab"] == ["old a", "old b"]
    move_whole(("a", "b"), made, out)
    assert {path.name: path.read_text() for path in out.iterdir()} == {"a": "new a", "b": "new b"}


def test_a_fifth_of_the_documents_is_held_out_always_the_same(own: Codebook) -> None:
    documents = [f"d{number}" for number in range(9)]
    held = held_out(own, "written", documents)
    assert (len(held), held < set(documents)) == (2, True)
    assert held_out(own, "written", documents[::-1]) == held
    assert held_out(own, "written", [*documents, "d9"]) >= held


def test_what_is_held_out_may_be_listed(own: Codebook) -> None:
    folder = own.path.parent / "training"
    folder.mkdir()
    (folder / "held-out.json").write_text('{"written": ["d3", "gone"]}', "utf-8")
    documents = [f"d{number}" for number in range(9)]
    assert held_out(own, "written", documents) == {"d3"}
    assert held_out(own, "real", documents) == set()


def test_the_shipped_statements_fit_their_codebook() -> None:
    codebook = load_codebook()
    folder = codebook.path.parent / "training"
    rows = [*written_rows(codebook), *read_rows([folder / "real-codes.jsonl"])]
    allowed = {each.name: {value.id for value in each.values} for each in codebook.attributes}
    codes = {code.id for code in codebook.codes}
    assert len(rows) == 6411 + 41800
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
    assert inner == {"domain", "direction", "valence", "measure"}
    measures = [each["measure"] for row in rows for each in row.get("outcomes", [])
                if "measure" in each]  # fmt: skip
    assert all(isinstance(place, int) for measure in measures for place in measure)


def test_a_threshold_lies_between_the_best_of_its_code_and_of_all(own: Codebook) -> None:
    cases = [(0.9, True), (0.7, True), (0.3, False), (0.1, False)]
    unseen = [
        Example(statement=STATEMENT, answers={"helper": yes, "yield": yes}) for _, yes in cases
    ]
    scores = [{"helper": score, "yield": score / 2} for score, _ in cases]
    found = thresholds(unseen, scores, own)
    assert {code: found[code] for code in ("helper", "yield")} == {"helper": 0.43, "yield": 0.3}


def test_temperature_cools_what_is_too_sure() -> None:
    unseen = [
        Example(statement=STATEMENT, answers={"helper": yes}) for yes in (True, True, True, False)
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
    listed = json.loads((codebook.path.parent / "training" / "held-out.json").read_text("utf-8"))
    assert about["held_out"] == listed
    every = sum(row["documents"] for row in about["data"].values())
    assert about["learnt"]["documents"] == every - sum(map(len, listed.values()))
    assert about["data"]["written"] == summary(written_rows(codebook))


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
    about = train(own, plan=Plan(epochs=1, least_steps=2, threads=1), progress=told.append)
    assert (about["learnt"]["documents"], about["data"]["written"]["documents"]) == (3, 4)
    assert about["scores"]["held out, written"]["units"] == 2
    # one batch an epoch, so that there must be two for two steps
    assert [line.split(" loss ")[0] for line in told] == [
        "epoch 1 batch 0", "epoch 2 batch 0", "measuring",
    ]  # fmt: skip
    coder = load_extractor(own)
    assert isinstance(coder, TrainedCoder)
    (answers,) = coder.graph.read([STATEMENT])
    assert answers.tokens.shape == (1, 10)
    assert about["labels"][-3:] == ["standing.hoped", "named:first", "named:part"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "codebook.yml", "training", "coder.onnx", "coder.json", "tokenizer.json",
    }  # fmt: skip

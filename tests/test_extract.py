import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.codebook import Codebook, load_codebook
from kb.errors import InvalidCodebook
from kb.models import Claim, Statement
from pipelines.extract import coder_fingerprint, load_extractor
from pipelines.extract.claims import Judge, Result
from pipelines.extract.cues import compile_cues, longest, nearest, outermost
from pipelines.extract.reading import labels

CASES = Path(__file__).parent / "cases"
GARDENING = CASES / "extract_codebook.yml"


def statement(text: str, id: str = "s", **fields: Any) -> Statement:
    ends = {"char_start": 0, "char_end": len(text)}
    return Statement(id=id, document_id="d", passage_id="p", ordinal=0, text=text, **ends, **fields)


def plain(claim: Claim) -> dict[str, Any]:
    values = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in claim.attributes.items()
    }
    return {"id": claim.id, "code": claim.code, **values}


def copied(folder: Path, name: str = "integrated_care") -> Codebook:
    """Copy a shipped codebook and its coder, without what it learnt from."""
    shipped = load_codebook(name).path.parent
    for path in shipped.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    return load_codebook(str(folder))


@pytest.mark.parametrize(
    "case",
    yaml.safe_load((CASES / "extract.yml").read_text("utf-8")),
    ids=lambda case: case["why"],
)
def test_cues_make_claims(case: dict[str, Any]) -> None:
    coder = load_extractor(load_codebook(str(GARDENING)))
    found = coder.extract([statement(case["text"], lead_in=case.get("lead_in", ""))])
    assert [[plain(claim) for claim in claims] for claims in found] == [case["claims"]]


def test_a_claim_knows_where_it_belongs() -> None:
    coder = load_extractor(load_codebook(str(GARDENING)))
    assert coder.extract([statement("Rain helps.", "d-7"), statement("Wet.", "d-8")]) == [
        (
            Claim(
                id="d-7-helper",
                statement_id="d-7",
                document_id="d",
                code="helper",
                attributes={"means": ("water",), "standing": "seen"},
                confidence=None,
                status="predicted",
            ),
        ),
        (),
    ]


def test_thresholds_decide_and_what_is_needed_is_never_missing() -> None:
    codebook = load_codebook()
    scores = dict.fromkeys(labels(codebook), 0.1) | {
        "facilitator": 0.45,
        "barrier": 0.55,
        "themes.care_model": 0.3,
        "standing.expected": 0.2,
        "attribution.own": 0.9,
    }
    judge = Judge(codebook=codebook, thresholds={"facilitator": 0.4, "barrier": 0.6})
    claims = judge.claims(statement("…"), scores)
    assert [plain(claim) for claim in claims] == [
        {
            "id": "s-facilitator",
            "code": "facilitator",
            "themes": ["care_model"],
            "standing": "expected",
            "attribution": "own",
        }
    ]


def test_labels_are_those_of_the_codebook() -> None:
    assert labels(load_codebook(str(GARDENING))) == (
        "helper",
        "yield",
        "means.water",
        "means.light",
        "crop.fruit",
        "crop.root",
        "standing.seen",
        "standing.hoped",
    )


def test_cues_are_found_however_their_letters_are_written() -> None:
    cues = compile_cues(load_codebook(str(GARDENING)))
    assert cues.spans("crop.fruit", "Cooking-APPLEs, appleſ") == [(0, 14), (8, 14), (16, 22)]
    assert cues.spans("amount", "4 kg, 5 KG") == [(0, 4)]
    assert (cues.count("means.water", "RAIN"), cues.count("means.water", "train")) == (1, 0)


def test_a_figure_is_quoted_with_all_its_digits() -> None:
    text = "2,025 bed days per 1,000 people, 2,778 per 1,000 before, 12.5 per 100,000 later"
    spans = outermost(compile_cues(load_codebook()).spans("magnitude", text))
    assert [text[slice(*span)] for span in spans] == [
        "2,025 bed days",
        "2,778 per 1,000",
        "12.5 per 100,000",
    ]


@pytest.mark.parametrize(
    ("text", "magnitude"),
    [
        ("Stays were 0.94 of those before (95% interval 0.90–0.99).", None),
        ("Stays fell by 12% (95% CI 3% to 20%).", "12%"),
        ("Stays fell from 2010 to 2020.", None),
        ("Stays fell from 12 to 9.", "from 12 to 9"),
        ("Stays fell in 11 of 21 reviews, by 15–50%.", "15–50%"),
        ("Stays were for an injection of £500 every 3/12.", "£500"),
    ],
)
def test_a_magnitude_is_the_size_of_the_result(text: str, magnitude: str | None) -> None:
    codebook = load_codebook()
    scores = dict.fromkeys(labels(codebook), 0.1) | {"outcome": 0.9}
    (claim,) = Judge(codebook=codebook).claims(
        statement(text), scores, [Result(span=(0, 5), scores=scores)]
    )
    assert claim.attributes.get("magnitude") == magnitude


def test_longest_span_and_the_first_of_equals() -> None:
    assert longest([(4, 6), (8, 12), (20, 24)]) == (8, 12)
    assert longest([]) is None


def test_nearest_span_is_not_too_far() -> None:
    assert nearest([(0, 3), (10, 14)], (16, 20), within=5) == (10, 14)
    assert nearest([(0, 3)], (16, 20), within=5) is None
    assert outermost([(10, 14), (11, 14), (0, 3)]) == [(0, 3), (10, 14)]


def test_words_that_are_marked_are_quoted_without_the_marks_around_them() -> None:
    text = "It cut admissions, “stays” and (as hoped) length of stay (LOS)."
    marked = ["admissions,", "“stays”", "(as hoped)", "length of stay (LOS)."]
    codebook = load_codebook()
    scores = dict.fromkeys(labels(codebook), 0.1) | {"outcome": 0.9}
    spans = [(text.index(words), text.index(words) + len(words)) for words in marked]
    results = [Result(span=span, scores=scores) for span in spans]
    claims = Judge(codebook=codebook).claims(statement(text), scores, results)
    found = [claim.attributes["measure"] for claim in claims]
    assert found == ["admissions", "stays", "hoped", "length of stay (LOS)"]


def test_what_names_nothing_is_no_result_and_what_says_the_same_is_one() -> None:
    text = "Overall, the levels of need fell at 65, and so did need."
    codebook = load_codebook()
    scores = dict.fromkeys(labels(codebook), 0.1) | {"outcome": 0.9, "direction.decrease": 0.9}
    marked = ["Overall,", "the levels of need", "65,", "need."]
    spans = [(text.index(words), text.index(words) + len(words)) for words in marked]
    results = [Result(span=span, scores=scores) for span in spans]
    judge = Judge(codebook=codebook)
    assert [
        [claim.attributes.get("measure") for claim in judge.claims(statement(text), scores, each)]
        for each in (results, results[:1])
    ] == [["levels of need"], [None]]


def test_of_several_results_each_is_told_by_its_own_words() -> None:
    text = "Visits fell while costs rose."
    codebook = load_codebook()
    none = dict.fromkeys(labels(codebook), 0.1) | {"outcome": 0.9}
    whole = none | {"domain.cost": 0.9, "direction.increase": 0.9, "standing.expected": 0.9}
    fell = none | {"domain.utilisation": 0.6, "direction.decrease": 0.6, "standing.found": 0.8}
    rose = none | {"domain.cost": 0.6, "direction.increase": 0.6, "standing.found": 0.8}
    results = [Result(span=(0, 6), scores=fell), Result(span=(18, 23), scores=rose)]
    judge = Judge(codebook=codebook)
    noted = ("measure", "domain", "direction", "standing")
    found = [
        [[claim.attributes[name] for name in noted] for claim in claims]
        for claims in (
            judge.claims(statement(text), whole, results),
            judge.claims(statement(text), whole, results[:1]),
        )
    ]
    assert found == [
        [
            ["Visits", "utilisation", "decrease", "expected"],
            ["costs", "cost", "increase", "expected"],
        ],
        # the only one has the sentence to itself
        [["Visits", "cost", "increase", "expected"]],
    ]


def test_a_fingerprint_needs_no_model_and_is_the_coders() -> None:
    codebook = load_codebook()
    assert coder_fingerprint(codebook) == load_extractor(codebook).fingerprint


@pytest.mark.parametrize("name", ["codebook.yml", "coder.json", "coder.onnx", "tokenizer.json"])
def test_a_fingerprint_changes_with_each_file(tmp_path: Path, name: str) -> None:
    before = coder_fingerprint(copied(tmp_path))
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert coder_fingerprint(load_codebook(str(tmp_path))) != before


def test_without_its_graph_a_codebook_codes_by_cues(tmp_path: Path) -> None:
    codebook = copied(tmp_path)
    before = coder_fingerprint(codebook)
    (tmp_path / "coder.onnx").unlink()
    assert coder_fingerprint(codebook) != before
    found = load_extractor(codebook).extract([statement("Mistrust was a barrier.")])
    assert [plain(claim) for claim in found[0]] == [
        {
            "id": "s-barrier",
            "code": "barrier",
            "themes": ["relationships_engagement"],
            "standing": "found",
            "attribution": "own",
        }
    ]


def test_a_coder_of_another_codebook_is_refused(tmp_path: Path) -> None:
    copied(tmp_path)
    path = tmp_path / "codebook.yml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("      virtual_ward:", "      ward_at_home:", 1), "utf-8")
    with pytest.raises(InvalidCodebook, match=r"cues.mechanisms.virtual_ward: unknown"):
        load_codebook(str(tmp_path))
    path.write_text(text.replace("virtual_ward:", "ward_at_home:"), "utf-8")
    with pytest.raises(InvalidCodebook, match="trained for other codes or values; run kb train"):
        load_extractor(load_codebook(str(tmp_path)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("coder.onnx", b""),
        ("coder.onnx", b"torn"),
        ("tokenizer.json", b"{"),
        ("coder.json", b"["),
        ("coder.json", b"[]"),
        ("coder.json", b"{}"),
        ("coder.json", b"\xff"),
    ],
)
def test_a_damaged_coder_is_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    codebook = copied(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidCodebook) as caught:
        load_extractor(codebook)
    assert str(caught.value).startswith(f"{tmp_path / name} cannot be read (")
    assert str(caught.value).endswith("; run kb train, or remove coder.onnx to code by cues")
    assert "\n" not in str(caught.value)


def test_the_trained_coder_tells_the_codes_apart() -> None:
    texts = [
        "Lack of trust between hospital and practices was the main barrier to joint working.",
        "Strong leadership and a shared vision were essential for integrating the two services.",
        "Emergency admissions fell by 12% in the first year.",
        "The town has two bridges and a market on Fridays.",
    ]
    coder = load_extractor(load_codebook())
    found = [coder.extract([statement(text)])[0] for text in texts]
    assert [[claim.code for claim in claims] for claims in found] == [
        ["barrier"],
        ["facilitator"],
        ["outcome"],
        [],
    ]
    (fall,) = found[2]
    assert {name: fall.attributes[name] for name in ("measure", "domain", "magnitude")} == {
        "measure": "Emergency admissions",
        "domain": "utilisation",
        "magnitude": "12%",
    }


def test_an_answer_does_not_depend_on_what_else_is_asked() -> None:
    coder = load_extractor(load_codebook())
    one = statement("Pooled budgets helped.", "a", heading="Money")
    others = (statement(f"Sentence {n} is about something else.", f"b{n}") for n in range(9))
    many = [replace(each, document_id="e") for each in others]
    assert coder.extract([one, *many])[0] == coder.extract([one])[0]
    assert coder.extract([]) == []

import json
from pathlib import Path
from typing import Any

import pytest

from kb.codebook import Codebook, load_codebook
from kb.errors import InvalidGold
from kb.models import Claim
from pipelines.evaluate import AttributeRates, CodedStatement, CodeRates, Rates, code_gold, evaluate
from pipelines.extract import load_extractor
from pipelines.gold import GoldUnit, read_gold
from pipelines.matching import match

GARDENING = Path(__file__).parent / "cases" / "extract_codebook.yml"


@pytest.fixture(scope="module")
def garden_codes() -> Codebook:
    return load_codebook(str(GARDENING))


def unit(text: str, *codes: str, document: str = "d", **values: set[str]) -> GoldUnit:
    sets = {name: frozenset(each) for name, each in values.items()}
    return GoldUnit(document=document, text=text, codes=frozenset(codes), values=sets)


def coded(text: str, *claims: tuple[str, dict[str, Any]]) -> CodedStatement:
    made = tuple(
        Claim(id=f"c{n}", statement_id="s", document_id="d", code=code, attributes=attributes)
        for n, (code, attributes) in enumerate(claims)
    )
    return CodedStatement(text=text, claims=made)


@pytest.mark.parametrize(
    ("why", "gold", "statements", "found"),
    [
        ("the same words", ["One two three."], ["Four five.", "one  two three"], [(1,)]),
        ("gold cut in two", ["a b c d e f g h"], ["a b c d", "e f g h", "x y"], [(0, 1)]),
        ("gold merged", ["a b c d", "e f g h"], ["a b c d e f g h"], [(0,), (0,)]),
        ("a word read otherwise", ["a b c d e f"], ["a b c x e f"], [(0,)]),
        ("repeated text, in order", ["a b c", "a b c"], ["a b c", "x", "a b c"], [(0,), (2,)]),
        ("too few words shared", ["a b c d e f g h"], ["a b c x y z"], [()]),
        ("short text", ["Hello"], ["Well, hello there", "Hello"], [(1,)]),
        (
            "hyphens and ligatures",
            ["co-ordinated eﬀort here"],
            ["co ordinated effort here"],
            [(0,)],
        ),
        ("no words at all", ["—"], ["…", "a b c"], [()]),
        ("no statements", ["a b c"], [], [()]),
    ],
)
def test_match(
    why: str, gold: list[str], statements: list[str], found: list[tuple[int, ...]]
) -> None:
    assert match(gold, statements) == found, why


def test_evaluate_counts_what_agrees(garden_codes: Codebook) -> None:
    gold = [
        unit("rain helps the beans", "helper", means={"water"}, standing={"seen"}),
        unit("it gave many apples", "yield", crop={"fruit"}, standing={"seen"}),
        unit("it may give many plums", "yield", crop={"fruit"}, standing={"hoped"}),
        unit("the gate is green"),
    ]
    statements = [
        coded(
            "Rain helps the beans.", ("helper", {"means": ("water", "light"), "standing": "seen"})
        ),
        coded("It gave many apples.", ("yield", {"crop": "fruit", "standing": "hoped"})),
        coded("The gate is green.", ("yield", {"crop": "root", "standing": "seen"})),
    ]
    scores = evaluate(gold, {"d": statements}, garden_codes)
    assert scores.micro == Rates(precision=2 / 3, recall=2 / 3, f1=2 / 3)
    assert scores.macro == Rates(precision=0.75, recall=0.75, f1=0.75)
    assert scores.per_code == {
        "helper": CodeRates(precision=1.0, recall=1.0, f1=1.0, kappa=1.0, gold=1, predicted=1),
        "yield": CodeRates(precision=0.5, recall=0.5, f1=0.5, kappa=0.0, gold=2, predicted=2),
    }
    assert scores.attributes == {
        "means": AttributeRates(precision=0.5, recall=1.0, f1=2 / 3, units=1),
        "crop": AttributeRates(precision=1.0, recall=1.0, f1=1.0, units=1),
        "standing": AttributeRates(precision=0.5, recall=0.5, f1=0.5, units=2),
    }
    assert (scores.units, scores.unmatched, scores.documents, scores.interval) == (4, 1, 1, None)


def test_a_unit_cut_in_two_has_the_codes_of_both(garden_codes: Codebook) -> None:
    statements = [
        coded("rain in May helps beans", ("helper", {})),
        coded("gave me two kilos", ("yield", {})),
    ]
    gold = [unit("rain in May helps beans; gave me two kilos", "helper", "yield")]
    assert evaluate(gold, {"d": statements}, garden_codes).micro.f1 == 1.0


def test_a_document_that_is_not_there_is_all_unmatched(garden_codes: Codebook) -> None:
    scores = evaluate([unit("rain helps the beans", "helper")], {}, garden_codes)
    assert (scores.unmatched, scores.micro) == (1, Rates(precision=0.0, recall=0.0, f1=0.0))


def test_interval_spans_the_documents_and_is_always_the_same(garden_codes: Codebook) -> None:
    gold = [
        unit("rain helps the beans", "helper", document="good"),
        unit("rain helps the beans", "helper", document="bad"),
    ]
    statements = {"good": [coded("rain helps the beans", ("helper", {}))], "bad": []}
    assert evaluate(gold, statements, garden_codes).interval == (0.0, 1.0)


def test_scores_become_plain_values(garden_codes: Codebook) -> None:
    gold = [unit("rain helps the beans", "helper")]
    scores = evaluate(gold, {"d": [coded("rain helps the beans", ("helper", {}))]}, garden_codes)
    found = json.loads(json.dumps(scores.to_dict()))
    assert found["micro"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert found["per_code"]["helper"]["f1"] == 1.0
    assert (found["units"], found["unmatched"]) == (1, 0)


def test_code_gold_codes_the_texts_themselves(garden_codes: Codebook) -> None:
    gold = [unit("Rain helps.", "helper"), unit("It gave plums.", "yield", document="e")]
    found = code_gold(gold, load_extractor(garden_codes))
    assert {
        name: [(each.text, [claim.code for claim in each.claims]) for each in statements]
        for name, statements in found.items()
    } == {"d": [("Rain helps.", ["helper"])], "e": [("It gave plums.", ["yield"])]}


def test_read_gold_takes_attributes_from_the_line_and_its_outcomes(
    garden_codes: Codebook, tmp_path: Path
) -> None:
    path = tmp_path / "gold.jsonl"
    row = {
        "document": "d",
        "text": "It may give apples and carrots.",
        "codes": ["yield"],
        "standing": "hoped",
        "outcomes": [{"crop": "fruit"}, {"crop": "root"}],
    }
    path.write_text(json.dumps(row) + "\n\n", "utf-8")
    assert read_gold(path, garden_codes) == [
        GoldUnit(
            document="d",
            text="It may give apples and carrots.",
            codes=frozenset({"yield"}),
            values={
                "means": frozenset(),
                "crop": frozenset({"fruit", "root"}),
                "named": frozenset(),
                "amount": frozenset(),
                "standing": frozenset({"hoped"}),
            },
        )
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ": no gold units in it"),
        ('{"document": "d",', ", line 1: not JSON: Expecting"),
        ("[1]", ", line 1: an object is needed, such as"),
        ('\n{"text": "x", "codes": []}', ", line 2: 'document' is needed, a text"),
        ('{"document": "d", "text": 1}', ", line 1: 'text' is needed, a text"),
        ('{"document": "d", "text": "x"}', ", line 1: 'codes' is needed, a list of any of helper"),
        ('{"document": "d", "text": "x", "codes": ["pest"]}', "line 1: 'codes' is needed, a list"),
    ],
)
def test_a_slip_in_gold_is_named_with_its_line(
    garden_codes: Codebook, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(InvalidGold) as caught:
        read_gold(path, garden_codes)
    assert message in str(caught.value)

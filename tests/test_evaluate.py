import json
from pathlib import Path
from typing import Any

import pytest

from kb.codebook import Codebook, load_codebook
from kb.errors import InvalidGold
from kb.models import Claim
from pipelines.evaluate.gold import GoldUnit, read_gold, results_of
from pipelines.evaluate.matching import match
from pipelines.evaluate.pairs import CodedStatement
from pipelines.evaluate.scores import (
    AttributeRates,
    CodeRates,
    Rates,
    ResultCounts,
    code_gold,
    evaluate,
)
from pipelines.extract import load_extractor

GARDENING = Path(__file__).parent / "cases" / "extract_codebook.yml"
NO_RATES = dict.fromkeys(("precision", "recall", "f1"))
NO_BEYOND = dict.fromkeys(("kappa", "alpha"))
"""The intervals of a single document."""
GOLD = '{"document": "d", "text": "x", "codes": [], '


@pytest.fixture(scope="module")
def garden_codes() -> Codebook:
    return load_codebook(str(GARDENING))


def unit(
    text: str,
    *codes: str,
    document: str = "d",
    results: tuple[dict[str, str], ...] = (),
    **values: set[str],
) -> GoldUnit:
    sets = {name: frozenset(each) for name, each in values.items()}
    return GoldUnit(
        document=document, text=text, codes=frozenset(codes), values=sets, results=results
    )


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
        ("words of a heading in a sentence", ["a b c d e f g h"], ["a b c x d y e z f"], [()]),
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
        unit(
            "it gave many apples",
            "yield",
            crop={"fruit"},
            standing={"seen"},
            results=({"crop": "fruit"},),
        ),
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
    assert scores.micro == rates(2 / 3, 2 / 3, 2 / 3)
    assert scores.macro == rates(0.75, 0.75, 0.75)
    assert scores.per_code == {
        "helper": code_rates(1.0, 1.0, 1.0, kappa=1.0, alpha=1.0, gold=1, predicted=1),
        # of 4 units 2 are apart; 4 of the 8 labels are yes
        "yield": code_rates(
            0.5, 0.5, 0.5, kappa=0.0, alpha=1 - 2 / 4 * 56 / 32, gold=2, predicted=2
        ),
    }
    assert scores.attributes == {
        # the sets are 1 - 1/2 x 2/3 apart, and so are all those that could be drawn
        "means": attribute_rates(
            0.5, 1.0, 2 / 3, units=1, gold=1, predicted=2, kappa=0.0, alpha=0.0, distance="masi"
        ),
        "crop": attribute_rates(
            1.0, 1.0, 1.0, units=1, gold=1, predicted=1, accuracy=1.0, by_result=True
        ),
        "standing": attribute_rates(
            0.5, 0.5, 0.5, units=2, gold=2, predicted=2, accuracy=0.5, kappa=0.0, alpha=0.0
        ),
    }
    assert scores.results == ResultCounts(gold=1, predicted=1, matched=1)
    assert (scores.units, scores.unmatched, scores.documents) == (4, 1, 1)


def rates(precision: float, recall: float, f1: float) -> Rates:
    return Rates(precision=precision, recall=recall, f1=f1, intervals=NO_RATES)


def code_rates(precision: float, recall: float, f1: float, **others: Any) -> CodeRates:
    found = {"precision": precision, "recall": recall, "f1": f1}
    return CodeRates(**found, **others, intervals=NO_RATES | NO_BEYOND)


def attribute_rates(precision: float, recall: float, f1: float, **others: Any) -> AttributeRates:
    found = {"precision": precision, "recall": recall, "f1": f1, "compared": others["units"]}
    usual = {"accuracy": None, "kappa": None, "alpha": None, "distance": "nominal"}
    intervals = NO_RATES | NO_BEYOND
    if others.get("distance") != "masi":
        intervals = NO_RATES | {"accuracy": None} | NO_BEYOND
    return AttributeRates(**found | usual | {"by_result": False} | others, intervals=intervals)


def test_each_result_is_held_against_the_one_it_matches_best(garden_codes: Codebook) -> None:
    text = "apples and pears and carrots"
    results = ({"crop": "root", "named": "carrots"}, {"crop": "fruit", "named": "apples"})
    gold = [unit(text, "yield", crop={"fruit", "root"}, results=results)]
    claims: list[tuple[str, dict[str, Any]]] = [
        ("yield", {"crop": "fruit", "named": "apples", "standing": "seen"}),
        ("yield", {"crop": "fruit", "named": "pears", "standing": "seen"}),
        ("yield", {"crop": "fruit", "named": "the carrots", "standing": "seen"}),
    ]
    scores = evaluate(gold, {"d": [coded(text, *claims)]}, garden_codes)
    assert scores.results == ResultCounts(gold=2, predicted=3, matched=2)
    crop = scores.attributes["crop"]
    assert (crop.precision, crop.recall, crop.compared, crop.accuracy) == (1.0, 0.5, 2, 0.5)


def test_values_of_codes_that_gold_lacks_are_not_held_against_it(garden_codes: Codebook) -> None:
    gold = [unit("rain helps", "helper", standing={"seen"})]
    claims = [("helper", {"standing": "seen"}), ("yield", {"standing": "hoped"})]
    standing = evaluate(gold, {"d": [coded("rain helps", *claims)]}, garden_codes).attributes[
        "standing"
    ]
    assert (standing.units, standing.predicted, standing.accuracy) == (1, 1, 1.0)


def test_what_gold_does_not_say_is_not_compared(garden_codes: Codebook) -> None:
    coded_one = coded("rain helps", ("helper", {"standing": "seen"}))
    standing = evaluate([unit("rain helps", "helper")], {"d": [coded_one]}, garden_codes)
    found = standing.attributes["standing"]
    assert (found.units, found.gold, found.compared, found.accuracy) == (1, 0, 0, None)


def test_a_unit_cut_in_two_has_the_codes_of_both(garden_codes: Codebook) -> None:
    statements = [
        coded("rain in May helps beans", ("helper", {})),
        coded("gave me two kilos", ("yield", {})),
    ]
    gold = [unit("rain in May helps beans; gave me two kilos", "helper", "yield")]
    assert evaluate(gold, {"d": statements}, garden_codes).micro.f1 == 1.0


def test_a_document_that_is_not_there_is_all_unmatched(garden_codes: Codebook) -> None:
    scores = evaluate([unit("rain helps the beans", "helper")], {}, garden_codes)
    assert (scores.unmatched, scores.micro) == (1, rates(0.0, 0.0, 0.0))


def test_intervals_span_the_documents(garden_codes: Codebook) -> None:
    gold = [
        unit("rain helps the beans", "helper", document="good"),
        unit("rain helps the beans", "helper", document="bad"),
    ]
    statements = {"good": [coded("rain helps the beans", ("helper", {}))], "bad": []}
    scores = evaluate(gold, statements, garden_codes)
    assert scores.micro.intervals == {
        "precision": (1.0, 1.0),
        "recall": (0.0, 1.0),
        "f1": (0.0, 1.0),
    }
    assert scores.macro.intervals["f1"] == (0.0, 0.5)
    assert scores.per_code["helper"].intervals["recall"] == (0.0, 1.0)


def test_scores_become_plain_values(garden_codes: Codebook) -> None:
    gold = [unit("rain helps the beans", "helper")]
    scores = evaluate(gold, {"d": [coded("rain helps the beans", ("helper", {}))]}, garden_codes)
    found = json.loads(json.dumps(scores.to_dict()))
    assert found["micro"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "intervals": NO_RATES}
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
            results=({"crop": "fruit"}, {"crop": "root"}),
        )
    ]


def test_a_line_without_outcomes_tells_one_result_itself(garden_codes: Codebook) -> None:
    row = {"crop": "root", "amount": "2 kg", "standing": "seen", "means": ["water"]}
    assert results_of(row, garden_codes) == ({"crop": "root", "amount": "2 kg"},)
    assert results_of({"standing": "seen"}, garden_codes) == ()


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
        ("[" * 100_000, "line 1: not JSON: maximum recursion depth exceeded"),
        (
            GOLD + '"lead_in": "\\ud800"}',
            "line 1: half a character (\\ud800 to \\udfff) is no text",
        ),
        (GOLD + f'"lead_in": {"9" * 5000}}}', "line 1: not JSON: Exceeds the limit"),
        (GOLD + '"lead_in": 5}', ", line 1: 'lead_in' is needed, a text"),
        (GOLD + '"outcomes": 5}', ", line 1: 'outcomes' must be a list of objects"),
        (GOLD + '"standing": {"a": 1}}', ", line 1: 'standing' must be a text, or a list of"),
        (GOLD + '"means": [1, "sun"]}', ", line 1: 'means' must be a text, or a list of texts"),
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

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from kb.codebook import Attribute, Value
from kb.models import Statement
from pipelines.extract.second import check, cut, make_coder, parse
from pipelines.extract.second.prompt import answer_schema, instructions

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "second.yml").read_text("utf-8"))


def statement(n: int, text: str, *, passage: int = 1, heading: str = "", lead_in: str = ""):
    return Statement(
        id=f"s{n}",
        document_id="d",
        passage_id=f"p{passage}",
        ordinal=n,
        text=text,
        char_start=0,
        char_end=len(text),
        heading=heading,
        lead_in=lead_in,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_of_an_answer_only_what_is_verbatim_and_the_codebooks_is_taken(case, codebook):
    texts = ["Rain helped the beans.", "Yields rose by half, thanks to rain."]
    (window,) = cut([statement(n, text) for n, text in enumerate(texts, 1)])
    items = parse(case["answer"])
    if case["claims"] is None:
        assert items is None
        return
    found = check(items, window, codebook, "k")
    claimed = [[c.statement_id, c.code, c.quote, c.attributes] for c in found.claims]
    assert claimed == case["claims"]
    assert [[each.reason, each.text] for each in found.dropped] == case["dropped"]
    assert len({claim.id for claim in found.claims}) == len(found.claims)


def attribute(name: str, *values: str, separate: bool = False) -> Attribute:
    return Attribute(
        name=name,
        label=name,
        definition=f"Its {name}.",
        table=None,
        codes=("result",),
        many=False,
        separate=separate,
        values=tuple(Value(id=value, label=value, definition=value) for value in values),
    )


def test_values_that_are_kept_apart_make_claims_and_free_words_are_quoted(codebook):
    own = (attribute("measure"), attribute("kind", "cost", "use", separate=True), attribute("size"))
    (window,) = cut([statement(1, "Costs and stays fell by 15 %.")])
    given = {"kind": ["cost", "use"], "measure": "Costs", "size": "5 %"}
    item = {"statement": 1, "quote": "Costs and stays fell", "code": "result", **given}
    found = check([item], window, replace(codebook, attributes=own), "k")
    assert [(claim.id, claim.attributes) for claim in found.claims] == [
        ("k-s1-result", {"measure": "Costs", "kind": "cost"}),
        ("k-s1-result-2", {"measure": "Costs", "kind": "use"}),
    ]
    assert [(each.reason, each.text) for each in found.dropped] == [
        ("words not in the statement", "size: 5 %")
    ]


def test_a_window_shows_headings_lead_ins_and_what_stood_before():
    first, last = cut(
        [
            *(statement(n, f"Bean {n}.", passage=1, heading="Beans") for n in range(1, 13)),
            statement(13, "rain", passage=2, heading="Beans", lead_in="Helped by:"),
            statement(14, "Peas too.", passage=3, heading="Beans"),
            statement(15, "Leeks.", passage=4),
        ]
    )
    assert len(first.statements) == 12
    assert last.text == (
        "Heading: Beans\nBefore: Bean 12.\nIntroduced by: Helped by:\n[1] rain\n"
        "Introduced by: nothing\n[2] Peas too.\nHeading: none\n[3] Leeks.\n"
    )


@pytest.mark.parametrize(
    ("passages", "sizes"),
    [
        ([], []),
        ([("a", 3), ("a", 4)], [7]),
        ([("a", 8), ("a", 5)], [8, 5]),
        ([("a", 30)], [12, 12, 6]),
        ([("a", 6), ("b", 1)], [6, 1]),
        ([("a", 5), ("b", 1)], [6]),
        ([("a", 2), ("a", 13)], [2, 12, 1]),
    ],
)
def test_windows_keep_passages_and_sections_together(passages, sizes):
    statements = [
        statement(1, "Rain.", passage=number, heading=heading)
        for number, (heading, count) in enumerate(passages)
        for _ in range(count)
    ]
    assert [len(window.statements) for window in cut(statements)] == sizes


def test_the_prompt_is_the_codebook(codebook):
    told = instructions(replace(codebook, decisions=("Weeds are no result.",)))
    assert told[told.index("# School") : told.index("Answer with")] == (
        "# School gardens\n\nWhat made school gardens thrive, and what came of them.\n\n"
        "# Codes\n\n"
        "- help: Something made a garden thrive. Not that a garden exists.\n"
        "- result: Something came of a garden. Not how it was measured.\n\n"
        "# Attribute themes, of help\n\n"
        "What kind of thing helped. A list of any values.\n"
        "- water: Rain and pipes.\n- people: Hands and hearts.\n\n"
        "# Attribute direction, of result\n\n"
        "Which way a result went. One value.\n"
        "- up: More of it.\n- down: Less of it.\n\n"
        "# Decisions on doubtful cases\n\n1. Weeds are no result.\n\n"
    )


def test_the_schema_is_the_codebooks(codebook):
    assert answer_schema(codebook)["properties"]["claims"]["items"] == {
        "type": "object",
        "properties": {
            "statement": {"type": "integer", "description": "The number of the statement"},
            "quote": {"type": "string", "description": "Words of the statement, letter by letter"},
            "code": {"type": "string", "enum": ["help", "result"]},
            "themes": {"type": "array", "items": {"type": "string", "enum": ["water", "people"]}},
            "direction": {"type": "string", "enum": ["up", "down"]},
        },
        "required": ["statement", "quote", "code"],
        "additionalProperties": False,
    }


def test_a_model_without_schemas_is_told_it_and_is_another_coder(codebook):
    with_schema = make_coder(codebook, "m", supports_schema=True)
    without = make_coder(codebook, "m", supports_schema=False)
    assert without.prompt.endswith(f"by this JSON schema:\n\n{without.schema}")
    assert with_schema.schema not in with_schema.prompt
    assert (
        len({with_schema.id, without.id, make_coder(codebook, "n", supports_schema=True).id}) == 3
    )

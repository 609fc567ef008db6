import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.codebook import Codebook, load_codebook, shipped_codebooks
from kb.models import Statement
from pipelines.evaluate.gold import Row, read_gold
from pipelines.extract.rules import CueCoder
from pipelines.training.examples import examples, read_rows, written_rows

PAGE = Path(__file__).parent.parent / "docs" / "another-field.md"
BOOK = load_codebook("school_attendance")
GOLD = BOOK.path.parent / "gold.jsonl"
ROWS = [*written_rows(BOOK), *read_rows([GOLD])]
RESULT = ("measure", "area", "direction", "verdict", "size")


def code_block(language: str) -> str:
    found = re.search(rf"```{language}\n(.+?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def parts(row: Row) -> Iterator[Row]:
    yield row
    yield from row.get("outcomes", [])


def place(row: Row) -> str:
    return f"{row.get('doc') or row['document']}: {row['text'][:50]}"


def test_the_codebook_ships_beside_that_of_integrated_care() -> None:
    assert shipped_codebooks() == ["integrated_care", "school_attendance"]
    assert [(code.id, code.view) for code in BOOK.codes] == [
        ("driver", "drivers"),
        ("what_helps", "what_helps"),
        ("intervention", "interventions"),
        ("result", "results"),
    ]


def test_each_code_and_listed_value_has_cues() -> None:
    known = {(cue.target, cue.value) for cue in BOOK.cues}
    wanted = {(code.id, "") for code in BOOK.codes}
    wanted |= {(each.name, value.id) for each in BOOK.attributes for value in each.values}
    defaults = {(each.name, each.default) for each in BOOK.attributes}
    assert wanted - known - defaults == set()


def test_no_cue_stands_twice() -> None:
    assert [cue for cue, times in Counter(BOOK.cues).items() if times > 1] == []


def test_no_definition_stands_twice() -> None:
    texts = [code.definition for code in BOOK.codes]
    texts += [each.definition for each in BOOK.attributes]
    texts += [value.definition for each in BOOK.attributes for value in each.values]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_statements_have_only_codes_and_values_of_the_codebook() -> None:
    allowed = {each.name: {value.id for value in each.values} for each in BOOK.attributes}
    codes = {code.id for code in BOOK.codes}
    strange = [
        place(row)
        for row in ROWS
        for part in parts(row)
        for name in allowed.keys() & part.keys()
        if allowed[name] and not allowed[name].issuperset(listed(part[name]))
    ]
    assert strange == []
    assert [place(row) for row in ROWS if not codes.issuperset(row["codes"])] == []


def test_statements_have_what_their_codes_need_and_nothing_else() -> None:
    wrong = []
    for row in ROWS:
        given = {name for part in parts(row) for name in part}
        noted = {each.name for each in BOOK.attributes if set(each.codes) & set(row["codes"])}
        needed = {each.name for each in BOOK.attributes if each.name in noted and each.needed}
        needed |= {"area", "measure"} & noted
        every = {each.name for each in BOOK.attributes}
        if needed - given or (given & every) - noted:
            wrong.append(place(row))
    assert wrong == []


def test_measures_and_sizes_stand_in_their_statements() -> None:
    lost = [
        (place(row), one[name])
        for row in ROWS
        for one in row.get("outcomes", [])
        for name in ("measure", "size")
        if one.get(name, "") not in row["text"]
    ]
    assert lost == []


def test_results_hold_only_what_is_noted_of_results() -> None:
    assert {name for row in ROWS for one in row.get("outcomes", []) for name in one} == set(RESULT)


def test_no_statement_stands_twice() -> None:
    texts = Counter(row["text"] for row in ROWS if row.get("kind") != "heading")
    assert [text for text, times in texts.items() if times > 1] == []


def test_about_a_third_of_the_units_are_coded() -> None:
    rows = written_rows(BOOK)
    assert (len(rows), sum(bool(row["codes"]) for row in rows)) == (773, 298)
    assert len({row["doc"] for row in rows}) == 16
    gold = read_gold(GOLD, BOOK)
    assert (len(gold), sum(bool(unit.codes) for unit in gold)) == (113, 60)


def test_the_gold_is_of_other_documents() -> None:
    learnt = {row["doc"] for row in written_rows(BOOK)}
    assert learnt & {unit.document for unit in read_gold(GOLD, BOOK)} == set()


def test_each_coded_list_item_of_the_gold_has_its_lead_in() -> None:
    items = [unit for unit in read_gold(GOLD, BOOK) if unit.text.startswith("•")]
    assert [unit.text for unit in items if not unit.lead_in] == []


@pytest.fixture
def libraries(tmp_path: Path) -> Codebook:
    """The codebook that the page on other fields prints."""
    (tmp_path / "codebook.yml").write_text(code_block("yaml"), "utf-8")
    return load_codebook(str(tmp_path))


def codes_of(text: str, codebook: Codebook) -> list[tuple[str, dict[str, Any]]]:
    statement = Statement(
        id="s", document_id="d", passage_id="p", ordinal=0, text=text, char_start=0, char_end=0
    )
    (claims,) = CueCoder(codebook=codebook, fingerprint="").extract([statement])
    return [(claim.code, dict(claim.attributes)) for claim in claims]


def test_the_codebook_on_the_page_codes(libraries: Codebook) -> None:
    assert codes_of("The warm building is popular.", libraries) == [
        ("draw", {"themes": ("place",), "standing": "found"})
    ]


def test_the_lines_on_the_page_are_examples(libraries: Codebook) -> None:
    rows = [json.loads(line) for line in code_block("json").splitlines()]
    warmth, floors = examples(rows, libraries)
    assert (warmth.statement.heading, warmth.statement.text) == (
        "What visitors told us",
        "Many came for the warmth.",
    )
    assert {name for name, holds in warmth.answers.items() if holds} == {
        "draw",
        "themes.place",
        "standing.found",
    }
    assert not any(floors.answers.values())


def test_the_script_on_the_page_turns_a_sheet_into_lines(tmp_path: Path) -> None:
    (tmp_path / "lines.py").write_text(code_block("python"), "utf-8")
    sheet = (
        "doc,n,kind,heading,lead_in,text,codes,themes,standing\n"
        'a,1,sentence,Why,,"Warm, and kind staff.",draw,place; people,found\n'
        "a,2,sentence,Why,,It has two floors.,,,\n"
    )
    command = [sys.executable, "-X", "utf8", str(tmp_path / "lines.py")]
    made = subprocess.run(command, input=sheet, capture_output=True, text=True, check=True)
    assert [json.loads(line) for line in made.stdout.splitlines()] == [
        {
            "doc": "a",
            "n": "1",
            "kind": "sentence",
            "heading": "Why",
            "text": "Warm, and kind staff.",
            "codes": ["draw"],
            "themes": ["place", "people"],
            "standing": "found",
        },
        {
            "doc": "a",
            "n": "2",
            "kind": "sentence",
            "heading": "Why",
            "text": "It has two floors.",
            "codes": [],
        },
    ]

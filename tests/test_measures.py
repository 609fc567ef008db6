import pytest

from pipelines.extract.measures import joined, merged, trimmed


@pytest.mark.parametrize(
    ("marked", "measure"),
    [
        ("costs", "costs"),
        ("the costs of", "costs"),
        ("to the", None),
        ("overall", None),
        ("Overall,", None),
        ("overall cost", "overall cost"),
        ("1,000", None),
        ("12%", None),
        ("65 and", None),
        ("(as hoped)", "hoped"),
        ("“stays”,", "stays"),
        ("length of stay (LOS).", "length of stay (LOS)"),
        ("A&E attendances,", "A&E attendances"),
        ("in A&E", "A&E"),
        ("A and E attendances", "A and E attendances"),
        ("a stay", "stay"),
        ("IT", "IT"),
        ("IT systems", "IT systems"),
        ("costs in the US", "costs in the US"),
        ("hepatitis A", "hepatitis A"),
        ("patients’ needs", "patients’ needs"),
        ("load on family carers.[8,", "load on family carers"),
        ("health care costs.10", "health care costs"),
        ("HbA1c", "HbA1c"),
        ("better care", "better care"),
        ("no better", None),
        ("30-day readmissions", "30-day readmissions"),
    ],
)
def test_a_measure_is_cut_down_to_what_it_names(marked: str, measure: str | None) -> None:
    text = f"so {marked} fell"
    span = trimmed(text, (3, 3 + len(marked)))
    assert (text[slice(*span)] if span else None) == measure


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["overall ", "cost of care"], [range(2)]),
        (["rates of ", "emergency ", "admission"], [range(3)]),
        (["calls, ", "visits"], [range(1), range(1, 2)]),
        (["calls and ", "visits"], [range(1), range(1, 2)]),
        (["calls ", "and ", "visits"], [range(2), range(2, 3)]),
        (["calls ", "| visits"], [range(1), range(1, 2)]),
        (["calls ", "(visits"], [range(1), range(1, 2)]),
        ([], []),
    ],
)
def test_words_in_a_row_are_one_measure(parts: list[str], found: list[range]) -> None:
    starts = [sum(map(len, parts[:number])) for number in range(len(parts))]
    spans = [(start, start + len(part.rstrip())) for start, part in zip(starts, parts, strict=True)]
    assert joined("".join(parts), spans) == found


def test_results_that_differ_in_words_within_words_alone_are_one() -> None:
    fell = {"direction": "decrease"}
    notes = [
        fell | {"measure": "costs"},
        fell | {"measure": "visits"},
        {"measure": "costs", "direction": "increase"},
        fell | {"measure": "Costs of care"},
        fell | {"measure": "care", "magnitude": "2%"},
        fell,
    ]
    assert merged(notes, "measure") == [
        fell | {"measure": "Costs of care"},
        fell | {"measure": "visits"},
        {"measure": "costs", "direction": "increase"},
        fell | {"measure": "care", "magnitude": "2%"},
        fell,
    ]

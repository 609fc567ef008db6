from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.figures import Figure, no_sizes, read_figure

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "figures.yml").read_text("utf-8"))


def figure(expected: list[Any] | None) -> Figure | None:
    if expected is None:
        return None
    if len(expected) == 2:
        return Figure(number=expected[0], unit=expected[1])
    return Figure(first=expected[0], second=expected[1], unit=expected[2])


@pytest.mark.parametrize(("printed", "expected"), CASES.items())
def test_a_printed_figure_is_read(printed: str, expected: list[Any] | None) -> None:
    assert read_figure(printed) == figure(expected)


def test_numbers_are_whole_and_without_dust() -> None:
    assert read_figure("£1.1m") == Figure(number=1100000.0, unit="GBP")
    assert read_figure("one in seven") == Figure(number=14.29, unit="%")
    assert read_figure("0.0004") == Figure(number=0.0004)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Costs were 0.94 (95% interval 0.90–0.99).", ["95% interval 0.90–0.99"]),
        ("It fell by 9% (95% CI: −17.2% to −0.6%).", ["95% CI: −17.2% to −0.6%"]),
        ("The 95 per cent confidence interval was wide.", ["95 per cent confidence interval"]),
        ("80% had confidence in their nurse.", []),
        ("Visits fell from 2010 to 2020.", ["from 2010 to 2020"]),
        ("Visits fell between April 2013 and March 2018.", ["between April 2013 and March 2018"]),
        ("Visits fell in 2013/14 from 2,010 to 1,980.", []),
        ("Stays fell in 11 of 21 reviews, by 15–50%.", ["11 of 21 reviews"]),
        ("Ten of the 25 included trials saw savings.", ["Ten of the 25 included trials"]),
        ("Visits fell in six of 16 sites.", ["six of 16 sites"]),
        ("Ten of the 12 residents could name a nurse.", []),
        ("It helped 10 of 12 patients in two sites.", []),
        ("It helped 8 of the 16 people in trials.", []),
        ("Costs rose from 1900 to 2050 per patient.", []),
        ("The injection is given every 3/12.", ["every 3/12"]),
        ("They came back in 6/52.", ["in 6/52"]),
        ("For 6/12 drugs it was adopted.", []),
    ],
)
def test_what_is_not_the_size_of_a_result_is_found(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in no_sizes(text)] == found

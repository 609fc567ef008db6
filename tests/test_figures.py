from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.figures import Figure, read_figure

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

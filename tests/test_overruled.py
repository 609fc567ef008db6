from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.codebook import load_codebook
from pipelines.extract.overruled import overruled

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "overruled.yml").read_text("utf-8"))
CARE = load_codebook()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_reports_own_test_overrules_the_wording(case: dict[str, Any]) -> None:
    text, words = case["text"], case.get("result")
    span = (text.index(words), text.index(words) + len(words)) if words else None
    values = {"direction": "decrease", "valence": "good"}
    assert overruled(CARE, CARE.code("outcome"), text, span, values) == case["after"]


def test_what_is_not_noted_is_not_overruled() -> None:
    text = "Sharing records helped, though not significantly."
    values = {"themes": ("information_technology",)}
    assert overruled(CARE, CARE.code("facilitator"), text, None, values) == values

from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.codebook import load_codebook
from kb.models import Statement
from pipelines.extract.reading import labels
from pipelines.extract.rules import CueCoder
from pipelines.extract.told import told

CASES = Path(__file__).parent / "cases"
ORCHARD = load_codebook(str(CASES / "told_codebook.yml"))


def statement(text: str, lead_in: str = "") -> Statement:
    ends = {"char_start": 0, "char_end": len(text)}
    return Statement(
        id="s", document_id="d", passage_id="p", ordinal=0, text=text, lead_in=lead_in, **ends
    )


@pytest.mark.parametrize(
    "case", yaml.safe_load((CASES / "told.yml").read_text("utf-8")), ids=lambda case: case["why"]
)
def test_words_tell_a_value(case: dict[str, Any]) -> None:
    one = statement(case.get("text", ""), case.get("lead_in", ""))
    assert told(ORCHARD, ORCHARD.code("yield"), one, case.get("noted", {})) == case["told"]


def test_a_claim_has_what_words_tell_in_the_order_of_the_codebook() -> None:
    coder = CueCoder(codebook=ORCHARD, fingerprint="")
    ((claim,),) = coder.extract([statement("Behind the barn it gave 30 kg of crab apples.")])
    assert list(claim.attributes.items()) == [
        ("named", "crab apples"),
        ("crop", "fruit"),
        ("kind", "crab"),
        ("place", "north"),
        ("amount", "30 kg"),
    ]


def test_no_coder_is_asked_for_what_words_tell() -> None:
    assert labels(ORCHARD) == ("yield", "crop.fruit", "crop.wood")


BOOK = load_codebook()


@pytest.mark.parametrize(
    ("measure", "domain", "indicator"),
    [
        ("Emergency admissions", "utilisation", "emergency_admissions"),
        ("unplanned hospitalizations", "utilisation", "emergency_admissions"),
        ("30-day readmission", "utilisation", "readmissions"),
        ("admissions to long-term care", "utilisation", "care_home_placements"),
        ("median length of stay in the emergency department", "utilisation", "length_of_stay"),
        ("bed days lost to delayed discharge", "utilisation", "delayed_discharges"),
        ("ED visits", "utilisation", "emergency_attendances"),
        ("GP consultations", "utilisation", "gp_contacts"),
        ("cost of emergency admissions", "cost", "hospital_cost"),
        ("net savings", "cost", "savings"),
        ("cost per QALY", "cost", "cost_effectiveness"),
        ("satisfaction", "patient_experience", "patient_satisfaction"),
        ("satisfaction", "staff_experience", "staff_satisfaction"),
        ("satisfaction", "general", None),
        ("mortality among people with heart failure", "health", "mortality"),
        ("waiting times for the emergency department", "access", "waiting_time"),
        ("continuity", "patient_experience", "continuity"),
        ("floods avoided", "general", None),
    ],
)
def test_measures_have_an_indicator_or_none(
    measure: str, domain: str, indicator: str | None
) -> None:
    noted = {"measure": measure, "domain": domain}
    found = told(BOOK, BOOK.code("outcome"), statement(measure), noted)
    assert found == ({"indicator": indicator} if indicator else {})


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Nurses who had worked on both wards knew whom to ring.", "micro"),
        ("Carers felt that nobody asked them what they could manage.", "micro"),
        ("The pooled budget let managers pay for home care without asking.", "meso"),
        ("Turnover of chief executives left the partnership without a sponsor.", "meso"),
        ("National targets for waiting rewarded the hospital for admitting people.", "macro"),
        ("Competition rules were read as forbidding collaboration.", "macro"),
        ("Time was short.", None),
    ],
)
def test_a_factor_has_a_level_or_none(text: str, level: str | None) -> None:
    found = told(BOOK, BOOK.code("barrier"), statement(text), {})
    assert found == ({"level": level} if level else {})

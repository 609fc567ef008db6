from __future__ import annotations

import pytest
from conftest import add

from kb.models import Document
from kb.search.question import load_wording, read_question
from kb.short_forms import add_synonyms, save_short_forms
from pipelines.short_forms import find_short_forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("priced for outcomes (PbR) here", []),
        ("payment by results (PbR) here", [("PbR", "payment by results")]),
        ("the PbR (payment by results) tariff", [("PbR", "payment by results")]),
        ("Beds in Emergency Departments (EDs)", [("ED", "emergency department")]),
        ("accident and emergency (A&E)", [("A&E", "accident and emergency")]),
        ("new proton-pump inhibitors (PPIs)", [("PPI", "proton-pump inhibitor")]),
        ("the electrocardiogram trace (ECT)", [("ECT", "electrocardiogram trace")]),
        ("Department of Health (‘DH’, 2012)", [("DH", "department of health")]),
        ("as said before (Smith 2010; DH 2012), of 12 (40%) and (see below)", []),
        ("an (AB) x (AB)", []),
        ("local authorities (LAs), health authorities (HAs)",
         [("HA", "health authority"), ("LA", "local authority")]),
        ("Directors of Public Health (DPHs)", [("DPH", "directors of public health")]),
        ("It has declined since then (DH, 2010).", []),
        ("the internet]. New Delhi (IND)", []),
        ("İ local area agreement (LAA)", [("LAA", "local area agreement")]),
        ("AAAAAAAAAA (" + "a " * 38 + "b)", []),
        ("(" * 9 + "ABC" + ")" * 9, []),
    ],
)  # fmt: skip
def test_short_forms_are_found_with_what_they_stand_for(text, expected):
    assert find_short_forms([text]) == expected


def test_what_documents_say_is_asked_for_too(db, encoder):
    for id in ("d1", "d2"):
        add(db, encoder, Document(id=id, title=id, path=id, sha256=id, text="", words=3), ["x"], [])
    save_short_forms(db, "d1", [("LINk", "local involvement network")])
    save_short_forms(db, "d1", [("IT", "information technology"), ("WUE", "water use")])
    save_short_forms(db, "d2", [("WUE", "water use efficiency"), ("WUE", "wet umbrella era")])
    save_short_forms(db, "d1", [("WUE", "water use efficiency")])
    add_synonyms(db)
    wording = load_wording(db)
    whole = {
        question: read_question(question, wording).whole
        for question in (
            *("does it rain", "what links", "does IT help", "what of WUEs", "water use (WUE)"),
        )
    }
    assert whole == {
        "does it rain": "does it rain",
        "what links": "what links",
        "does IT help": "does IT help (information technology)",
        "what of WUEs": "what of WUEs (water use efficiency, water use, wet umbrella era)",
        "water use (WUE)": "water use (WUE) (water use efficiency, wet umbrella era)",
    }

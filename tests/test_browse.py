from __future__ import annotations

import pytest

from kb.browse import codes, show, stats
from kb.copies import Copy, save_copies
from kb.errors import NoSuchId

BEANS = {
    "id": "d1",
    "title": "Beans",
    "authors": [],
    "year": 2020,
    "publisher": None,
    "doi": None,
    "url": None,
    "path": "b/beans.txt",
}


def test_show_gives_a_statement_with_context_and_claims(garden):
    assert show(garden, "d1s2") == {
        "table": "statements",
        "id": "d1s2",
        "document_id": "d1",
        "passage_id": "d1-p1",
        "ordinal": 2,
        "text": "Yields rose by half.",
        "lead_in": "",
        "heading": "Plots",
        "page": None,
        "char_start": 23,
        "char_end": 43,
        "box": None,
        "document": BEANS,
        "context": ["Rain helped the beans.", "Yields rose by half.", "Sue kept the books."],
        "claims": [
            {
                "id": "d1s2-result",
                "statement_id": "d1s2",
                "document_id": "d1",
                "code": "result",
                "themes": None,
                "direction": "up",
                "confidence": 0.8,
                "status": "predicted",
            }
        ],
        "names": [],
        "cites": [],
    }


def test_show_gives_a_claim_with_its_statement(garden):
    found = show(garden, "d2s1-help")
    assert (found["themes"], found["statement"]["id"]) == (["water", "people"], "d2s1")


def test_show_gives_a_document_with_counts_and_without_its_text(garden):
    found = show(garden, "d1")
    assert [found[name] for name in ("passages", "statements", "claims")] == [1, 3, 2]
    assert "text" not in found


def test_show_gives_a_passage_with_its_statements(garden):
    assert show(garden, "d2-p1")["statements"] == ["d2s1", "d2s2"]


def test_show_of_nothing_is_an_error(garden):
    with pytest.raises(NoSuchId, match="Nothing here has the id d9"):
        show(garden, "d9")


def test_codes_count_claims_and_values(garden):
    assert codes(garden)[0] == {
        "id": "help",
        "label": "Help",
        "plural": "Helps",
        "question": "What helped?",
        "view": "helps",
        "definition": "Something made a garden thrive.",
        "exclusion": "Not that a garden exists.",
        "claims": 2,
        "values": {
            "themes": [
                {"id": "water", "label": "Water", "claims": 2, "documents": 2},
                {"id": "people", "label": "People", "claims": 1, "documents": 1},
            ]
        },
    }


def test_stats_count_and_list(garden):
    found = stats(garden)
    assert [found[n] for n in ("documents", "passages", "statements", "claims", "unread")] == [
        2,
        2,
        5,
        4,
        0,
    ]
    assert found["codes"] == {"help": 2, "result": 2}
    assert [row["claims"] for row in found["by_document"]] == [2, 2]


def test_a_copy_is_not_counted_among_the_documents_that_cite_a_work(garden):
    garden["works"].insert({"id": "w", "authors": "[]", "text": "Soils"})
    for n in (1, 2):
        entry = {"document_id": f"d{n}", "passage_id": f"d{n}-p1", "work_id": "w", "text": "Soils"}
        garden["citations"].insert(
            entry | {"id": f"e{n}", "label": str(n), "authors": "[]", "suffix": ""}
        )
    save_copies(garden, [Copy(document_id="d1", main_id="d2", likeness=0.9)])
    assert [(each["document_id"], each["label"]) for each in show(garden, "w")["cited_by"]] == [
        ("d2", "2")
    ]
    assert [each["documents"] for each in show(garden, "d2")["cites"]] == [1]

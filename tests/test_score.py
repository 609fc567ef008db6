from __future__ import annotations

import pytest

from kb.copies import Copy, find_document, save_copies
from kb.errors import InvalidGold, NoSuchId
from kb.second import (
    Answer,
    SecondClaim,
    SecondCoder,
    forget_lost,
    save_answer,
    save_coder,
    save_reading,
)
from kb.store import get_codable
from pipelines.evaluate.gold import GoldUnit
from pipelines.evaluate.scores import scores_of
from pipelines.score import pairs_in
from pipelines.second import windows_of


@pytest.fixture
def shelf(garden, encoder):
    """The garden with two reports of one file name, and a copy of the beans."""
    for id, path in (("r20", "2020/report.pdf"), ("r24", "2024/report.pdf"), ("d3", "c/old.txt")):
        row = garden["documents"].get("d1") | {"id": id, "path": path, "title": id}
        garden["documents"].insert(row)
    save_copies(garden, [Copy(document_id="d3", main_id="d1", likeness=0.9)])
    return garden


@pytest.mark.parametrize(
    ("given", "id"),
    [
        ("2024/report.pdf", "r24"),
        ("2020/report.pdf", "r20"),
        ("r24", "r24"),
        ("beans.txt", "d1"),
        ("/home/ann/b/beans.txt", "d1"),
        ("c/old.txt", "d1"),
        ("d3", "d1"),
        ("peas.txt", None),
        ("eans.txt", None),
    ],
)
def test_a_document_is_found_by_path_or_a_name_that_one_alone_has(shelf, given, id):
    assert find_document(shelf, given) == id


MAYBE = "may be 2020/report.pdf (r20) or 2024/report.pdf (r24): name it by its path or id"


def test_a_name_that_several_documents_have_is_an_error(shelf, codebook):
    with pytest.raises(NoSuchId) as unsure:
        find_document(shelf, "report.pdf")
    assert str(unsure.value) == f"report.pdf {MAYBE}"
    gold = [GoldUnit(document="1999/report.pdf", text="Rain.", codes=frozenset())]
    with pytest.raises(InvalidGold) as unsure:
        pairs_in(shelf, gold, codebook)
    assert str(unsure.value) == f"The gold's 1999/report.pdf {MAYBE}"


def test_a_name_that_only_copies_share_is_none(shelf):
    shelf["documents"].update("d3", {"path": "c/beans.txt"})
    assert find_document(shelf, "beans.txt") == "d1"


def test_gold_on_a_copy_is_scored_by_the_document_that_stands_for_it(shelf, codebook):
    gold = [
        GoldUnit(document="old.txt", text="Rain helped the beans.", codes=frozenset({"help"})),
        GoldUnit(document="old.txt", text="Yields rose by half.", codes=frozenset({"result"})),
    ]
    pairs, missing = pairs_in(shelf, gold, codebook)
    scores = scores_of(pairs, codebook)
    assert (scores.micro.f1, scores.unmatched, missing) == (1.0, 0, [])


def test_a_second_coder_is_not_asked_about_copies(garden):
    whole = windows_of(garden, None)
    assert [each.statements[0].document_id for each in whole] == ["d1", "d2"]
    save_copies(garden, [Copy(document_id="d1", main_id="d2", likeness=0.9)])
    assert windows_of(garden, None) == whole[1:]
    assert windows_of(garden, "beans.txt") == windows_of(garden, "d2") == whole[1:]


def test_what_was_said_of_a_document_goes_when_it_becomes_a_copy(garden):
    read(garden, "d1")
    read(garden, "d2")
    save_copies(garden, [Copy(document_id="d1", main_id="d2", likeness=0.9)])
    forget_lost(garden)
    noted = [(row["statement_id"], row["answer_id"]) for row in garden["second_statements"].rows]
    assert noted == [("d2s1", "about-d2"), ("d2s2", "about-d2")]
    assert [row["id"] for row in garden["second_claims"].rows] == ["claim-d2"]
    assert [row["id"] for row in garden["second_answers"].rows] == ["about-d1", "about-d2"]


def read(db, document):
    """Note that a second coder read a document."""
    codes = {"codebook": "two_codes", "codes": ("help",)}
    save_coder(db, SecondCoder(id="k", model="m", prompt_sha256="", prompt="", schema="", **codes))
    told = {"text_sha256": "", "text": "", "response_id": "", "asked": "", "answer": ""}
    save_answer(db, Answer(id=f"about-{document}", coder_id="k", readable=True, **told), ())
    said = SecondClaim(
        id=f"claim-{document}",
        coder_id="k",
        statement_id=f"{document}s1",
        document_id=document,
        code="help",
        quote="Rain",
    )
    save_reading(db, "k", f"about-{document}", list(get_codable(db, document)), [said])

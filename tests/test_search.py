from __future__ import annotations

import numpy as np
import pytest
from conftest import add

from kb.errors import EncoderMismatch, KbError, NoSuchId
from kb.models import Answer, Document, Hit
from kb.search import Filters, open_index, ranking, search, similar
from kb.search.question import read_question


def ids(found: Answer | list[Hit]) -> list[str]:
    hits = found.hits if isinstance(found, Answer) else found
    return [hit.statement_id for hit in hits]


def test_search_gives_the_whole_hit(garden, encoder):
    assert search(garden, "absence", encoder=encoder, mode="words") == Answer(
        hits=(
            Hit(
                statement_id="d2s2",
                document_id="d2",
                title="Leeks",
                year=2021,
                page=None,
                quote="Absence fell.",
                lead_in="",
                heading="Plots",
                codes=("result",),
                themes=(),
                score=0.094512,
                matched_by=("words",),
                claims=(
                    {
                        "id": "d2s2-result",
                        "code": "result",
                        "words": {},
                        "values": {"direction": "down"},
                    },
                ),
                parts={"words": 0.315},
                marks=((0, 7),),
            ),
        ),
        weak=False,
    )


def test_words_are_stemmed_and_any_counts_but_those_of_grammar(garden):
    assert ids(search(garden, "thank the bean", mode="words")) == ["d1s1", "d2s1"]


def test_meaning_ranks_by_cosine(garden, encoder):
    # 4-6-3-6 against Rain(4) helped(6) the(3) beans.(6)
    assert (
        ids(search(garden, "snow melted ice cubes.", encoder=encoder, mode="meaning"))[0] == "d1s1"
    )


def test_hybrid_adds_up_the_parts_of_a_score(garden, encoder):
    first = search(garden, "Rain helped the beans.", encoder=encoder).hits[0]
    assert (first.statement_id, first.matched_by) == ("d1s1", ("words", "meaning"))
    assert list(first.parts) == ["meaning", "words", "length", "coded", "wanted", "preferred"]
    assert first.parts["meaning"] == pytest.approx(1, abs=0.01)


def test_hybrid_without_encoder_goes_by_words(garden):
    assert [hit.matched_by for hit in search(garden, "absence").hits] == [("words",)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(codes=("result",)), ["d2s2", "d1s2"]),
        (Filters(values={"themes": ("people",)}), ["d2s1"]),
        (Filters(codes=("result",), values={"themes": ("people",)}), []),
        (Filters(values={"themes": ("people", "water")}), ["d2s1", "d1s1"]),
        (Filters(documents=("d2",)), ["d2s2", "d2s1"]),
        (Filters(documents=("leeks.txt",)), ["d2s2", "d2s1"]),
        (Filters(documents=("Leek",)), ["d2s2", "d2s1"]),
        (Filters(years=(2020,)), ["d1s2", "d1s1", "d1s3"]),
        (Filters(years=(1066,)), []),
    ],
)
def test_filters_apply_before_ranking(garden, encoder, filters, expected):
    assert ids(search(garden, "Absence fell.", encoder=encoder, filters=filters)) == expected


@pytest.mark.parametrize("number", [1, 2, 5])
def test_as_many_as_asked_for(garden, encoder, number):
    found = search(garden, "Rain", encoder=encoder, mode="meaning", number=number)
    assert len(found.hits) == number


@pytest.mark.parametrize(
    "question", ["", "  ", '"', "()*", "?!", 'rain" OR', "NEAR(", "a:b", "雨", "rain " * 5000]
)
@pytest.mark.parametrize("mode", ["words", "meaning", "hybrid"])
def test_no_question_is_an_error(garden, encoder, question, mode):
    found = search(garden, question, encoder=encoder, mode=mode)
    assert {hit.document_id for hit in found.hits} <= {"d1", "d2"}


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(codes=("harm",)), "No code 'harm'; there are: help, result"),
        (Filters(values={"themes": ("soil",)}), "No theme 'soil'; there are: water, people"),
        (Filters(values={"soil": ("clay",)}), "This knowledge base notes no soil; it notes themes"),
        (Filters(documents=("Kale",)), "No document has the id, file name or title 'Kale'"),
        (Filters(kinds=("poem",)), "No document is a 'poem'"),
        (Filters(names=("Atlantis",)), "No claim names 'Atlantis'"),
        (
            Filters(names=("leeks",)),
            "No claim names 'leeks'; a document's title does: narrow by document",
        ),
    ],
)
def test_unknown_filter_says_what_there_is(garden, filters, message):
    with pytest.raises(NoSuchId, match=message):
        search(garden, "rain", filters=filters)


def test_another_encoder_is_refused(garden, encoder):
    encoder.fingerprint = "word-lengths-2"
    with pytest.raises(EncoderMismatch, match="word-lengths-1, the question by word-lengths-2"):
        search(garden, "rain", encoder=encoder)


def test_meaning_without_encoder_is_an_error(garden):
    with pytest.raises(KbError, match="needs an encoder"):
        search(garden, "rain", mode="meaning")


def test_similar_leaves_out_the_statement_itself(garden):
    assert ids(similar(garden, "d1s2", number=2)) == ids(similar(garden, "d1s2-result", number=2))
    assert "d1s2" not in ids(similar(garden, "d1s2"))


def test_similar_to_nothing_is_an_error(garden):
    with pytest.raises(NoSuchId, match="No statement or claim has the id d9"):
        similar(garden, "d9")


def test_a_phrase_must_stand_as_it_is(garden):
    assert ids(search(garden, '"rain helped"', mode="words")) == ["d1s1"]
    assert ids(search(garden, '"helped rain"', mode="words")) == []


def test_a_word_after_a_dash_must_not_stand(garden):
    assert ids(search(garden, "rain", mode="words")) == ["d1s1", "d2s1"]
    assert ids(search(garden, "rain -leeks", mode="words")) == ["d1s1"]


def test_nothing_near_is_said_to_be_weak(garden, encoder, monkeypatch):
    # vectors of lengths are all rather near each other
    monkeypatch.setattr(ranking, "NEAR_ENOUGH", 0.95)
    monkeypatch.setattr(ranking, "BEST_ENOUGH", 0.98)
    assert search(garden, "a an incomprehensibilities", encoder=encoder).weak
    assert not search(garden, "Rain helped the beans.", encoder=encoder).weak


def test_fewer_of_the_nearest_count_where_a_filter_leaves_few(garden):
    index = open_index(garden)
    near = np.array([0.5, 0.1, 0.1, 0.1, 0.1], np.float32)
    found = ranking.Ranked(np.arange(5), near, {"meaning": near}, {})
    question = read_question("beans", index.wording)
    one = np.arange(5) == 0
    assert not ranking.is_answered(index, question, found)
    assert ranking.is_answered(index, question, found, one)


def test_what_is_near_stands_in_no_copy_of_a_document(garden):
    near = [hit.statement_id for hit in similar(garden, "d1s1")]
    assert "d2s1" in near
    garden.conn.execute("insert into copies values ('d2', 'd1', 1)")
    assert [hit.statement_id for hit in similar(garden, "d1s1")] == [
        id for id in near if not id.startswith("d2")
    ]


def test_words_that_no_statement_has_are_named(garden, encoder):
    answer = search(garden, "Did Rain help Zebras, or the zebra?", encoder=encoder)
    assert answer.missing == ("zebras", "zebra")
    assert search(garden, "Did rain help?", encoder=encoder).missing == ()


def test_themes_may_be_one_value(garden):
    garden.conn.execute("update attributes set many = 0")
    garden.conn.execute("update claims set themes = 'water' where themes is not null")
    (hit,) = search(garden, "rain", mode="words", number=1).hits
    assert (hit.themes, hit.claims[0]["values"]) == (("water",), {"themes": "water"})


def test_many_copies_do_not_hide_what_else_is_there(db, encoder):
    texts = ["Rain helped beans"] * 60
    texts += ["Rain drowned the kale in May.", "Leeks like rain in May as well."]
    add(db, encoder, Document(id="d", title="D", path="d", sha256="d", text="", words=9), texts, [])
    answer = search(db, "rain", mode="words", number=3)
    assert [(hit.quote, len(hit.copies)) for hit in answer.hits] == [
        ("Rain helped beans", 59),
        ("Rain drowned the kale in May.", 0),
        ("Leeks like rain in May as well.", 0),
    ]


def test_copies_are_folded(db, encoder):
    document = Document(id="d1", title="Leeks", path="a", sha256="1", text="", words=9)
    add(db, encoder, document, ["Rain helped 12 leeks.", "Rain helped 13 leeks.", "It rained."], [])
    other = Document(id="d2", title="Beans", path="b", sha256="2", text="", words=9)
    add(db, encoder, other, ["Rain helped 12 leeks!", "Nobody came."], [])
    found = search(db, "leeks", encoder=encoder, number=5).hits
    assert {hit.statement_id: hit.copies for hit in found} == {
        "d1s1": ("d2s1",),
        "d1s2": (),
        "d1s3": (),
        "d2s2": (),
    }

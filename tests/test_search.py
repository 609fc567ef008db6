from __future__ import annotations

import pytest

from kb.errors import EncoderMismatch, KbError, NoSuchId
from kb.models import Hit
from kb.search import Filters, Vectors, fuse, question_words, search, similar


def ids(hits: list[Hit]) -> list[str]:
    return [hit.statement_id for hit in hits]


def test_search_gives_the_whole_hit(garden, encoder):
    assert search(garden, "absence", encoder=encoder, mode="words") == [
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
            score=round(1 / 61, 6),
            matched_by=("words",),
        )
    ]


def test_words_are_stemmed_and_any_of_them_counts(garden):
    assert ids(search(garden, "thank the bean", mode="words")) == ["d1s1", "d2s1", "d1s3"]


def test_meaning_ranks_by_cosine(garden, encoder):
    # 4-6-3-6 against Rain(4) helped(6) the(3) beans.(6)
    assert (
        ids(search(garden, "snow melted ice cubes.", encoder=encoder, mode="meaning"))[0] == "d1s1"
    )


def test_hybrid_adds_up_both_ranks(garden, encoder):
    first = search(garden, "Rain helped the beans.", encoder=encoder)[0]
    assert (first.statement_id, first.score, first.matched_by) == (
        "d1s1",
        round(2 / 61, 6),
        ("words", "meaning"),
    )


def test_hybrid_without_encoder_goes_by_words(garden):
    assert [hit.matched_by for hit in search(garden, "absence")] == [("words",)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(codes=("result",)), ["d2s2", "d1s2"]),
        (Filters(themes=("people",)), ["d2s1"]),
        (Filters(codes=("result",), themes=("people",)), []),
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
    assert len(search(garden, "Rain", encoder=encoder, mode="meaning", number=number)) == number


@pytest.mark.parametrize(
    "question", ["", "  ", '"', "()*", "?!", 'rain" OR', "NEAR(", "a:b", "雨", "rain " * 5000]
)
@pytest.mark.parametrize("mode", ["words", "meaning", "hybrid"])
def test_no_question_is_an_error(garden, encoder, question, mode):
    hits = search(garden, question, encoder=encoder, mode=mode)
    assert {hit.document_id for hit in hits} <= {"d1", "d2"}


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(codes=("harm",)), "No code 'harm'; there are: help, result"),
        (Filters(themes=("soil",)), "No theme 'soil'; there are: water, people"),
        (Filters(documents=("Kale",)), "No document has the id, file name or title 'Kale'"),
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


def test_question_words_are_distinct_and_plain():
    assert question_words("Rain, rain: who’s O'Neill_2?") == ["rain", "who", "s", "o", "neill", "2"]


def test_fusion_goes_by_rank():
    assert fuse({"words": ["a", "b"]}) == {"words": {"a": 1 / 61, "b": 1 / 62}}


def test_nearest_breaks_ties_by_id(encoder):
    vectors = Vectors(["a", "b"], encoder.embed(["one two", "one two"]))
    assert [id for id, _ in vectors.nearest(encoder.embed(["one two"])[0], 2)] == ["a", "b"]

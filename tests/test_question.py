from __future__ import annotations

import pytest

from kb.search import search
from kb.search.question import Meaning, Question, Wording, read_question

WORDING = Wording(
    asks={
        "help*": [(("code", "help"), ("help*",))],
        "got": [(("code", "harm"), ("got", "in", "the", "way"))],
    },
    prefers={"help": [("standing", "found")]},
    meanings={
        "pbr": [Meaning(("PbR",), ("payment by results", "tariff"), capitals=False)],
        "it": [Meaning(("IT",), ("computers",), capitals=True)],
    },
)


def test_a_question_is_read_whole():
    assert read_question('What helped "pooled budgets" in Torbay -drains with PbR?', WORDING) == (
        Question(
            text='What helped "pooled budgets" in Torbay -drains with PbR?',
            whole="What helped pooled budgets in Torbay with PbR? (payment by results, tariff)",
            stems={
                **dict.fromkeys(("help", "pool", "budget", "torbai", "pbr"), 1.0),
                "payment": 0.25,
                "result": 0.25,
                "tariff": 0.5,
            },
            known=frozenset(["help", "pbr"]),
            names=("torbai",),
            phrases=("pooled budgets",),
            without=("drain",),
            wants=(("code", "help"),),
            prefers=(("standing", "found"),),
            asks=True,
        )
    )


@pytest.mark.parametrize(
    ("text", "wants", "asks"),
    [
        ("who got in the way?", (("code", "harm"),), True),
        ("got in a way", (), False),
        ("helpers of farms", (("code", "help"),), False),
        ("whelp", (), False),
        ("to what extent did it help", (("code", "help"),), True),
        ("Help with boats?", (("code", "help"),), True),
        ("schemes that are big", (), False),
    ],
)
def test_words_tell_what_a_question_is_after(text, wants, asks):
    found = read_question(text, WORDING)
    assert (found.wants, found.asks) == (wants, asks)


def test_capitals_count_where_small_letters_are_another_word():
    whole = [read_question(text, WORDING).whole for text in ("does IT help", "does it help")]
    assert whole == ["does IT help (computers)", "does it help"]


def test_what_has_the_code_that_is_asked_for_comes_first(garden, encoder):
    garden.conn.execute("insert into asks values ('code', 'result', 'grow*')")
    asked = search(garden, "what grew and growing", encoder=encoder, number=5).hits
    told = search(garden, "growing, and it grew", encoder=encoder, number=5).hits
    coded = {
        words: {hit.parts["coded"] for hit in hits if "result" in hit.codes}
        for words, hits in (("asked", asked), ("told", told))
    }
    assert coded == {"asked": {1.0}, "told": {0.3}}
    assert {hit.parts["coded"] for hit in asked if "result" not in hit.codes} == {0.0}

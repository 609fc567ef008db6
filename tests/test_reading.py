"""What the coder reads, and what it makes of the network's answers token by token."""

from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from kb.codebook import load_codebook
from kb.models import Statement
from pipelines.extract.answers import Answers, marked
from pipelines.extract.reading import (
    NOBODY,
    Piece,
    Reach,
    Window,
    pieces,
    places,
    prepare,
    window,
    windows,
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The tokenizer of the shipped coder."""
    return prepare(Tokenizer.from_file(str(load_codebook().path.parent / "tokenizer.json")))


def statement(text: str, **fields: Any) -> Statement:
    ends = {"char_start": 0, "char_end": len(text)}
    return Statement(
        id=text, document_id="d", passage_id="p", ordinal=0, text=text, **ends, **fields
    )


STATEMENTS = [
    statement("It rained.", heading="May"),
    statement("hail", heading="May", lead_in="Also:"),
    statement("It froze.", heading="June"),
]


def shown(found: Window, tokenizer: Tokenizer) -> list[tuple[str, int, int]]:
    tokens = [tokenizer.id_to_token(id) for id in found.ids]
    return list(zip(tokens, found.types, found.owners, strict=True))


def test_a_window_reads_neighbours_and_answers_for_its_own(tokenizer: Tokenizer) -> None:
    found = window(pieces(STATEMENTS, tokenizer), range(3), range(1, 2), tokenizer)
    assert found.numbers == range(1, 2)
    assert shown(found, tokenizer) == [
        ("[CLS]", 0, NOBODY),
        *[("may", 1, NOBODY), ("[SEP]", 1, NOBODY)],
        *[("it", 0, NOBODY), ("rained", 0, NOBODY), (".", 0, NOBODY), ("[SEP]", 0, NOBODY)],
        *[("also", 0, NOBODY), (":", 0, NOBODY), ("[SEP]", 0, NOBODY)],
        *[("hail", 1, 0), ("[SEP]", 1, NOBODY)],
        *[("june", 1, NOBODY), ("[SEP]", 1, NOBODY)],
        *[("it", 0, NOBODY), ("froze", 0, NOBODY), (".", 0, NOBODY), ("[SEP]", 0, NOBODY)],
    ]
    assert places(found) == [range(10, 11)]


def test_what_opens_a_window_is_told_its_heading_and_lead_in(tokenizer: Tokenizer) -> None:
    found = window(pieces(STATEMENTS, tokenizer), range(1, 2), range(1, 2), tokenizer)
    assert [token for token, _, _ in shown(found, tokenizer)] == [
        "[CLS]", "may", "[SEP]", "also", ":", "[SEP]", "hail", "[SEP]",
    ]  # fmt: skip


def test_a_window_of_short_items_has_room_for_their_lead_ins(tokenizer: Tokenizer) -> None:
    lead_in = "The obstacles that all of the partners named in the interviews were these:"
    items = [statement(f"funding {n}", heading=f"H {n}", lead_in=lead_in) for n in range(120)]
    read = pieces(items, tokenizer)
    for reach in (Reach(), Reach(own=192, before=0, after=0)):
        found = list(windows(read, tokenizer, reach))
        assert [number for each in found for number in each.numbers] == [*range(120)]
        assert max(len(each.ids) for each in found) <= 450


def test_each_statement_is_answered_for_once_with_neighbours_on_both_sides(
    tokenizer: Tokenizer,
) -> None:
    read = pieces([statement(f"word {number}") for number in range(7)], tokenizer)
    found = list(windows(read, tokenizer, Reach(own=6, before=3, after=3)))
    assert [each.numbers for each in found] == [range(2), range(2, 4), range(4, 6), range(6, 7)]
    # the neighbours add three tokens each: two of their own and the mark behind them
    assert [len(each.ids) for each in found] == [10, 13, 13, 7]


def test_a_statement_longer_than_any_window_is_still_read(tokenizer: Tokenizer) -> None:
    read = pieces([statement("rain " * 500), statement("hail")], tokenizer)
    found = list(windows(read, tokenizer, Reach(own=6, before=3, after=3)))
    assert [(each.numbers, len(each.ids)) for each in found] == [
        (range(1), 124),
        (range(1, 2), 3),
    ]


def test_windows_in_turn_answer_for_all_they_read(tokenizer: Tokenizer) -> None:
    read = pieces([statement(f"word {number}") for number in range(5)], tokenizer)
    found = list(windows(read, tokenizer, Reach(own=6, before=0, after=0), first_own=3))
    assert [each.numbers for each in found] == [range(1), range(1, 3), range(3, 5)]
    assert list(windows([], tokenizer, Reach(own=6, before=0, after=0), first_own=3)) == []


def test_pieces_know_where_their_tokens_stand(tokenizer: Tokenizer) -> None:
    found = pieces(
        [statement("Bed-days  fell", heading="A"), statement("x", heading="A")], tokenizer
    )
    assert [(each.spans, each.begins) for each in found] == [
        (((0, 3), (3, 4), (4, 8), (10, 14)), True),
        (((0, 1),), False),
    ]
    assert pieces([], tokenizer) == []
    assert isinstance(found[0], Piece)


def answers(text: str, rows: list[tuple[float, float]]) -> Answers:
    """Make answers of one token a word: one label, then begins and part."""
    spans, at = [], 0
    for word in text.split():
        spans.append((at, at + len(word)))
        at += len(word) + 1
    return Answers(tokens=np.array([(1.0, *row) for row in rows], dtype=np.float32), spans=spans)


def test_marked_words_are_stretches_that_begin_and_go_on() -> None:
    text = "bed days and hospital costs fell"
    no, yes = -2.0, 2.0
    found = answers(text, [(yes, yes), (no, yes), (no, no), (yes, no), (no, yes), (no, no)])
    places = marked(found, 1)
    assert [text[slice(*found.words(place))] for place in places] == ["bed days", "hospital costs"]


def test_two_marked_stretches_may_touch() -> None:
    found = answers("admissions costs", [(2.0, 2.0), (2.0, 2.0)])
    assert marked(found, 1) == [range(1), range(1, 2)]


def test_a_word_is_marked_whole_or_not_at_all() -> None:
    tokens = np.array([(0, -2, -2), (0, -2, 2)], dtype=np.float32)
    assert marked(Answers(tokens=tokens, spans=[(0, 3), (3, 7)]), 1) == [range(2)]


def test_a_statement_without_tokens_has_no_marked_words() -> None:
    # as one of soft hyphens alone: the mark that ends it answers for it
    assert marked(Answers(tokens=np.ones((1, 3), dtype=np.float32), spans=()), 1) == []


def test_answers_of_a_statement_are_the_mean_of_its_tokens() -> None:
    found = Answers(
        tokens=np.array([(1.0, 0.0), (3.0, 1.0), (8.0, 2.0)], dtype=np.float32),
        spans=[(0, 1), (2, 3), (4, 5)],
    )
    assert found.mean() == [4.0, 1.0]
    assert found.mean(range(2)) == [2.0, 0.5]

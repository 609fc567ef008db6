"""What is due for a statement, and how far answers are from it."""

import math

import pytest
import torch

from kb.models import Statement
from pipelines.extract.reading import NOBODY, Piece, Window
from pipelines.training.examples import Example, Part
from pipelines.training.loss import Weights, loss, rarity
from pipelines.training.targets import Asked, Target, target

ASKED = Asked(labels=("yield", "crop.fruit", "crop.root"), tags=("a:first", "a:part"), codes=1)
TEXT = "Red plums gave more."
PIECE = Piece(
    own=(1, 2, 3, 4, 5),
    spans=((0, 3), (4, 9), (10, 14), (15, 19), (19, 20)),
    heading=(),
    lead_in=(),
    begins=True,
)
FRUIT = {"crop.fruit": True, "crop.root": False}


def example(parts: tuple[Part, ...], *, quoted: bool) -> Example:
    statement = Statement(
        id="s", document_id="d", passage_id="p", ordinal=0, text=TEXT, char_start=0, char_end=20
    )
    return Example(statement=statement, answers={"yield": True}, parts=parts, quoted=quoted)


def test_what_is_due_of_a_statement_of_its_parts_and_of_each_token() -> None:
    part = Part(span=(0, 9), answers=FRUIT)
    assert target(example((part,), quoted=True), PIECE, ASKED) == Target(
        whole=(1.0, -1.0, -1.0),
        parts=((range(2), (-1.0, 1.0, 0.0)),),
        tags=((1.0, 0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0, 0.0)),
    )


def test_where_not_all_words_are_known_no_token_is_learnt() -> None:
    part = Part(span=(4, 9), answers=FRUIT)
    found = target(example((part,), quoted=False), PIECE, ASKED)
    assert (found.parts, found.tags) == (((range(1, 2), (-1.0, 1.0, 0.0)),), ())


def test_words_beyond_what_is_read_are_left_out() -> None:
    part = Part(span=(40, 49), answers=FRUIT)
    found = target(example((part,), quoted=True), PIECE, ASKED)
    assert (found.parts, found.tags) == ((), ())


def test_loss_is_of_what_is_known_alone() -> None:
    window = Window(ids=(9, 1, 2), types=(0, 1, 1), owners=(NOBODY, 0, 0), numbers=range(1))
    due = Target(whole=(1.0, -1.0, 0.0), parts=(), tags=())
    logits = torch.tensor([[[9.0] * 5, [1.0, 9.0, 2.0, 9.0, 9.0], [3.0, 9.0, 0.0, 9.0, 9.0]]])
    found = loss(logits, [(window, [due])], torch.tensor([1.0]), Weights(values=2.0))
    # means over the statement's two tokens: 2 for a code that is due, 1 for a value that is not
    code, value = math.log1p(math.exp(-2)), math.log1p(math.exp(1))
    assert found.item() == pytest.approx(code + 2 * value)


def test_loss_of_parts_and_tags() -> None:
    window = Window(ids=(9, 1, 2), types=(0, 1, 1), owners=(NOBODY, 0, 0), numbers=range(1))
    due = Target(
        whole=(0.0, -1.0, -1.0),
        parts=((range(1, 2), (-1.0, 1.0, -1.0)),),
        tags=((0.0, 1.0), (0.0, 1.0)),
    )
    logits = torch.zeros(1, 3, 5)
    found = loss(logits, [(window, [due])], torch.tensor([1.0]), Weights())
    # nothing is known to the network: each of code, part and tags is off by the logarithm of two
    assert found.item() == pytest.approx(3 * math.log(2))


def test_a_rare_code_weighs_more_within_reason() -> None:
    dues = [Target(whole=(float(n == 0), 1.0, 0.0), parts=(), tags=()) for n in range(16)]
    assert rarity(dues, 3).tolist() == [2.0, 1.0, 3.0]

from __future__ import annotations

import pytest

from kb.search.marking import marks, pieces
from kb.search.tokens import stems


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("admission", "Admissions fell, unlike readmissions.", ["Admissions"]),
        ("budgets pooled", "Pooling a budget", ["Pooling", "budget"]),
        ("café", "The cafe's CAFÉ", ["cafe", "CAFÉ"]),
        ("x", "²x x_y", ["x"]),
        ("rain", "", []),
    ],
)
def test_words_of_the_same_stem_are_marked(question, text, expected):
    spans = marks(text, set(stems(question)))
    assert [text[start:end] for start, end in spans] == expected


def test_pieces_are_the_text_cut_at_its_marks():
    assert pieces("Rain helped.", [(0, 4)]) == [("Rain", True), (" helped.", False)]
    assert pieces("Rain", []) == [("Rain", False)]

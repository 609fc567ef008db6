from __future__ import annotations

import pytest

from kb.models import Block, Line
from pipelines.parse.flow import (
    Draft,
    Marker,
    Outline,
    Row,
    ends_sentence,
    folded,
    is_title,
    marker,
    seam,
    to_block,
    words_of,
)
from pipelines.parse.looks import is_caption

SEAMS = [
    ("no hyphen", "the teams", "met", "", ("the teams", " ")),
    ("a broken word", "inte-", "grated care", "", ("inte", "")),
    ("seen whole", "co-", "operate", "they cooperate", ("co", "")),
    ("seen with its hyphen", "follow-", "ups", "all follow-ups", ("follow-", "")),
    ("half has a hyphen", "not-for-", "profit", "", ("not-for-", "")),
    ("both halves are words", "care-", "home staff", "care in a home at home", ("care-", "")),
    ("a compound's first half", "well-", "intended", "", ("well-", "")),
    ("a function word", "for-", "ward", "for the ward on a ward", ("for", "")),
    ("a name", "Adams-", "Clarke", "", ("Adams-", "")),
    ("a soft hyphen", "inte\u00ad", "grated", "", ("inte", "")),
    ("a dash", "the teams –", "all of them", "", ("the teams –", " ")),
    ("an em dash", "the teams—", "all of them", "", ("the teams—", "")),
    ("figures", "2010–", "2012", "", ("2010–", "")),
    ("an address", "https://example.org/a-", "b", "", ("https://example.org/a-", "")),
]


@pytest.mark.parametrize(
    ("left", "right", "known", "expected"), [s[1:] for s in SEAMS], ids=[s[0] for s in SEAMS]
)
def test_seam(left, right, known, expected):
    assert seam(left, right, words_of([known])) == expected


def test_fragments_of_a_broken_word_are_no_words():
    assert words_of(["we inte-", "grated care"]) == {"we": 1, "care": 1}


MARKERS = {
    "• a record": Marker("•", 0, 2),
    "\uf0b7a record": Marker("\uf0b7", 0, 1),
    "- a record": Marker("-", 0, 2),
    "-4% overall": None,
    "1.Offer help": Marker("1.", 1, 2),
    "2 . Offer help": Marker("1.", 2, 4),
    "(b) offer help": Marker("(a)", 2, 4),
    "iv) offer help": Marker("a)", 4, 4),
    "[3] Adams B": Marker("[1]", 3, 4),
    "2.1 Methods": None,
    "A. Adams said": None,
}


@pytest.mark.parametrize(("text", "expected"), MARKERS.items(), ids=MARKERS)
def test_marker(text, expected):
    assert marker(text) == expected


def test_outline_tells_depth_by_indent_and_then_by_sign():
    outline = Outline()
    items = [("1.", 1, 0), ("•", 0, 0), ("•", 0, 0), ("–", 0, 8), ("1.", 2, 0)]
    assert [outline.enter(Marker(s, n, 2), x, 1) for s, n, x in items] == [1, 2, 2, 3, 1]


def test_outline_admits_numbers_in_their_order():
    outline = Outline()
    outline.enter(Marker("1.", 1, 2), 0, 1)
    assert [outline.admits(Marker("1.", n, 2)) for n in (1, 2, 3)] == [True, True, False]


def test_folded_spells_out_ligatures_and_drops_what_prints_nothing():
    assert folded("e\ufb03\u00adcient\u00a0 \u2009care\u200b") == "efficient care"


def test_block_knows_where_its_lines_begin():
    rows = (Row(text="• inte-", page=1, box=(0, 0, 9, 9)), Row(text="grated care", page=2))
    assert to_block(Draft(kind="list_item", rows=rows, level=1), {}) == Block(
        kind="list_item",
        text="integrated care",
        level=1,
        lines=(
            Line(char_start=0, page=1, box=(0, 0, 9, 9)),
            Line(char_start=4, page=2),
        ),
    )


def test_sentence_ends_also_before_a_mark():
    texts = ["met.", "met.3", "met.”", "met [4]", "met?", "the 3", "etc", "met. [1, 2]"]
    assert [ends_sentence(t) for t in texts] == [True, True, True, False, True, False, False, False]


CAPTIONS = {
    "Table 2: Costs": True,
    "Figure 1 Sites in the north": True,
    "Fig. 3. Costs": True,
    "Figure 3 shows the costs": False,
    "Table 2 in the annex": False,
    "Tables are dull": False,
}


@pytest.mark.parametrize(("text", "expected"), CAPTIONS.items(), ids=CAPTIONS)
def test_caption(text, expected):
    assert is_caption(text) is expected


TITLES = {
    "What the pilots found": True,
    "2.1 Methods": True,
    "Is it worth it?": True,
    "The pilots found that": False,
    "They met.": False,
    "the pilots": False,
    "2012": False,
    "E-mail: a@example.org": False,
}


@pytest.mark.parametrize(("text", "expected"), TITLES.items(), ids=TITLES)
def test_title(text, expected):
    assert is_title(text) is expected

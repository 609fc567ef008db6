from __future__ import annotations

import pytest

from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.mend import with_words_mended
from pipelines.parse.pdf.tables import parts
from pipelines.parse.spelling import mended

WHOLE = "The organisation pays for the community and the difficulty of all who need care."
SPLIT = [WHOLE, "The organi sation, the commu nity", "(and the diffi culty) go on."]
L_LOST = "They col aborate, get excel ent dol ars for il ness, and wil go on."


def after_splits(*lines: str) -> list[str]:
    """The lines as read in a document that splits words."""
    return mended([*SPLIT, *lines])[len(SPLIT) :]


def test_split_words_are_joined_where_three_show_what_is_wrong():
    assert mended(SPLIT) == [
        WHOLE,
        "The organisation, the community",
        "(and the difficulty) go on.",
    ]


def test_two_split_words_do_not_show_it():
    lines = [WHOLE, "The organi sation and the", "commu nity; the organi sation."]
    assert mended(lines) == lines


@pytest.mark.parametrize(
    "lines",
    [
        ["We care for it.", "Wards b and c are shown."],
        ["We can do so.", "They use a, b and c an appeal."],
        ["What age is it?", "This is a ge x of it."],
        ["A mentor said so.", "They invest-", "ment or a grant, as they like."],
        ["Their mental state was low.", "They had a treat-", "ment al ways on Mondays."],
        ["Their mental state was low.", "They had a treat\u00ad", "ment al ways on Mondays."],
        ["Sometimes they are late.", "Some times are good for some, and the lat est is not."],
        ["The latest is best.", "The lat est of them."],
    ],
    ids=[
        "a letter before a word",
        "a letter before an article",
        "a letter behind",
        "the half of a word before a word",
        "the half of a word before another",
        "behind a soft hyphen",
        "words of the list",
        "words of the list that are rare",
    ],
)
def test_what_is_whole_stays(lines):
    assert after_splits(*lines) == lines


def test_a_piece_that_the_document_often_has_stays():
    lines = ["A treatment by the ment of it,", "a ment, the ment.", "A treat ment was held."]
    assert after_splits(*lines) == lines


def test_halves_of_words_prove_nothing():
    lines = ["They fell break-", "through.", "He went thr ough it."]
    assert after_splits(*lines) == lines


def test_second_letters_that_were_lost_are_put_in():
    assert mended([L_LOST, "So did they al in al towns."]) == [
        "They collaborate, get excellent dollars for illness, and will go on.",
        "So did they all in all towns.",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["as was shown (Smith et", "al. 2015) in both"],
        ["as was shown by Smith et", "al and by Lee et al in both"],
        ["as was shown (Smith et al. 2015)", "and Lee, et. al., too"],
    ],
    ids=["al with a stop", "al without a stop", "in the line"],
)
def test_et_al_stays(lines):
    assert mended([L_LOST, *lines])[1:] == lines


def test_a_large_initial_is_of_its_word():
    lines = ["T he towns and the roads", "C an appeal can be made, if an appeal is due."]
    assert mended(lines) == ["The towns and the roads", lines[1]]


Gap = tuple[int, float, float]


def mended_line(text: str, *gaps: Gap) -> PrintedLine:
    """A line of a PDF as read beside one that shows what its document has lost."""
    lost = "Scienti c, speci c of ces con rmed it: col aborate, excel ent dol ars, il ness."
    lines = tuple(
        PrintedLine(
            page=1, text=words, x0=0, y0=0, x1=400, y1=10, size=10, bold=False,
            start=0, end=len(words), gaps=places,
        )
        for words, places in [(lost, ()), (text, gaps)]
    )  # fmt: skip
    [page] = with_words_mended([PageLayout(1, 400, 300, lines)])
    return page.lines[1]


@pytest.mark.parametrize(
    ("text", "gaps", "cells", "moved"),
    [
        (
            "signi cant results 45 people",
            [(19, 90.0, 200.0)],
            ["significant results", "45 people"],
            [(20, 90.0, 200.0)],
        ),
        (
            "signi cant results il 45 a speci c one",
            [(19, 90.0, 150.0), (22, 160.0, 250.0), (25, 262.0, 268.0)],
            ["significant results", "ill", "45 a specific one"],
            [(20, 90.0, 150.0), (24, 160.0, 250.0)],
        ),
        (
            "signi cant results",
            [(6, 20.0, 25.5)],
            ["significant results"],
            [],
        ),
        (
            "signi cant 45 people",
            [(11, 50.0, 80.0), (14, 90.0, 96.0)],
            ["significant", "45", "people"],
            [(12, 50.0, 80.0), (15, 90.0, 96.0)],
        ),
        (
            "speci c",
            [(6, 30.0, 90.0)],
            ["speci", "c"],
            [(6, 30.0, 90.0)],
        ),
    ],
    ids=["a ligature", "an l at the end", "where the sign was", "narrow", "between cells"],
)
def test_gaps_of_a_line_move_with_its_words(
    text: str, gaps: list[Gap], cells: list[str], moved: list[Gap]
) -> None:
    line = mended_line(text, *gaps)
    assert [part.text for part in parts(line)] == cells
    assert line.gaps == tuple(moved)

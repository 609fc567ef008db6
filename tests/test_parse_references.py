from __future__ import annotations

from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from kb.models import Block
from pipelines.parse.pdf import parse
from pipelines.parse.references import (
    dois_cited,
    is_cited,
    is_work,
    reads_as_prose,
    with_references,
)

BODY = [
    "The team met in every week of the year, and the nurses said",
    "that this had helped them to plan their visits with families.",
]


def blocks_of(*pages, rules=()):
    """Each page's lines as (x, y from the top, size, text), bold where the text begins with "!"."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(320, 400))
    for page in pages:
        for x, y, size, text in page:
            canvas.setFont("Helvetica-Bold" if text[0] == "!" else "Helvetica", size)
            canvas.drawString(x, 400 - y, text.removeprefix("!"))
        for x0, x1, y in rules:
            canvas.line(x0, 400 - y, x1, 400 - y)
        canvas.showPage()
    canvas.save()
    blocks = with_references(parse(buffer.getvalue()).blocks)
    return [(block.kind, block.text) for block in blocks]


def down(lines, y, size, x=20.0, hang=0.0, step=1.25):
    """Lines below one another; those that begin with ">" stand further in by `hang`."""
    return [
        (x + hang * (line[0] == ">"), y + k * step * size, size, line.removeprefix(">"))
        for k, line in enumerate(lines)
    ]


TEXT = " ".join(BODY)


def test_a_small_list_below_small_details_goes_on_over_the_page():
    first = [
        *down(BODY * 3, 40, 10),
        *down(["!Author details", "1 School of Health, Here. 2 Centre for Care, There."], 140, 7),
        *down(["!References", "1. Adams B, Clarke D. Teams in two towns and what"], 180, 7),
        *down([">came of them. J Ex. 2012;3:4-9.", "2. Brown E. Budgets. 2014."], 198, 7, hang=9),
    ]
    second = down(
        ["3. Carter G. A plan. J Examples. 2016;1:2.", "4. Davies H. Visits. 2018."], 40, 7
    )
    third = down(BODY, 40, 10)
    second += [*down(["!Annex"], 80, 12), *down(BODY, 100, 10)]
    found = blocks_of(first, second, third)
    assert found[found.index(("heading", "References")) :] == [
        ("heading", "References"),
        (
            "reference",
            "1. Adams B, Clarke D. Teams in two towns and what came of them. J Ex. 2012;3:4-9.",
        ),
        ("reference", "2. Brown E. Budgets. 2014."),
        ("reference", "3. Carter G. A plan. J Examples. 2016;1:2."),
        ("reference", "4. Davies H. Visits. 2018."),
        ("heading", "Annex"),
        ("paragraph", f"{TEXT} {TEXT}"),
    ]


@pytest.mark.parametrize(("first", "other"), [("", ">"), (">", "")], ids=["hanging", "indented"])
def test_entries_without_numbers_or_heading_are_cut_where_they_open(first, other):
    works = [
        (
            f"{name}, A. (2015) A long title of a work on teams that goes",
            "on to a second line. London: Example Press.",
        )
        for name in ("Adams", "Brown", "Carter", "Davies")
    ]
    lines = [mark + line for work in works for mark, line in zip((first, other), work, strict=True)]
    page = [*down(BODY, 40, 10), *down(lines, 90, 10, hang=12)]
    assert blocks_of(page) == [
        ("paragraph", TEXT),
        *(("reference", f"{opening} {rest}") for opening, rest in works),
    ]


def test_prose_under_a_heading_of_references_is_text():
    page = [
        *down(["!References"], 40, 14),
        *down(
            [
                "The works that we used are numbered as they appear.",
                "Please do not list any of 2019.",
            ],
            60,
            10,
        ),
        *down(["!Page numbers"], 100, 14),
        *down(BODY, 120, 10),
    ]
    assert blocks_of(page) == [
        ("heading", "References"),
        (
            "paragraph",
            "The works that we used are numbered as they appear. Please do not list any of 2019.",
        ),
        ("heading", "Page numbers"),
        ("paragraph", TEXT),
    ]


def test_numbered_recommendations_are_no_works():
    advice = [f"{n}. The board should by 202{n} meet the families." for n in range(1, 6)]
    found = blocks_of([*down(BODY, 40, 10), *down(advice, 80, 10)])
    assert found[1:] == [("list_item", line[3:]) for line in advice]


def test_what_stands_below_a_short_rule_is_notes_whatever_their_marks():
    notes = [
        "This work was funded by the council.",
        "* Based on the visits of 2019.",
        "12. Ibid.",
        "13. see the",
        ">annex.",
    ]
    page = [*down(BODY, 40, 10), *down(notes, 340, 8, hang=9)]
    assert blocks_of(page, page[:2], rules=[(20, 90, 328)])[:5] == [
        ("paragraph", f"{TEXT} {TEXT}"),
        ("footnote", "This work was funded by the council."),
        ("footnote", "* Based on the visits of 2019."),
        ("footnote", "12. Ibid."),
        ("footnote", "13. see the annex."),
    ]


def test_a_note_goes_on_at_the_foot_of_the_next_page():
    first = [*down(BODY, 40, 10), *down(["1 The survey of both teams was"], 340, 8)]
    second = [*down(BODY, 40, 10), *down(["closed in June.", "2 See www.example.org"], 340, 8)]
    third = [
        *down(["It was so in all."], 90, 10),
        *down(["Figure 1: Visits in both towns."], 300, 8),
    ]
    found = blocks_of(first, second, third)
    assert [block for block in found if block[0] != "paragraph"] == [
        ("footnote", "1 The survey of both teams was closed in June."),
        ("footnote", "2 See www.example.org"),
        ("caption", "Figure 1: Visits in both towns."),
    ]


def test_small_print_below_a_long_rule_needs_a_mark():
    page = [*down(BODY, 40, 10), *down(["© 2020 The Council. All rights reserved."], 340, 8)]
    assert blocks_of(page, rules=[(20, 300, 328)])[1][0] == "paragraph"


def test_notes_under_their_heading():
    notes = ["1. The board met in June.", "2. See Adams (2019), who tells of the visits."]
    page = [
        *down(["!Notes"], 40, 14),
        *down(notes, 60, 10),
        *down(["!Next"], 120, 14),
        *down(BODY, 140, 10),
    ]
    assert blocks_of(page) == [
        ("heading", "Notes"),
        *(("footnote", note) for note in notes),
        ("heading", "Next"),
        ("paragraph", TEXT),
    ]


def test_a_text_reader_s_references_that_are_prose_are_text():
    blocks = [
        Block(kind="heading", text="References", level=1),
        Block(kind="reference", text="The works that we used are those that you have seen."),
    ]
    assert [block.kind for block in with_references(blocks)] == ["heading", "paragraph"]


@pytest.mark.parametrize("kind", ["paragraph", "list_item"])
def test_programmes_with_their_years_are_no_references(kind):
    texts = [
        "Safe Harbour (2012): a programme that gave boats to families.",
        "Coast Watch (2014). A team of nurses on the beach.",
        "Tide Funds (2015) Shared budgets in ten towns.",
    ]
    blocks = [Block(kind=kind, text=text) for text in texts]
    assert with_references(blocks) == tuple(blocks)


def test_items_of_a_list_are_references_below_their_heading_alone():
    texts = ["Adams B. A plan. 2012.", "Brown C. Teams. 2013.", "Clarke D. Visits. 2015."]
    items = [Block(kind="list_item", text=text, level=1) for text in texts]
    heading = Block(kind="heading", text="References", level=1)
    assert with_references(items) == tuple(items)
    assert [block.kind for block in with_references([heading, *items])[1:]] == ["reference"] * 3


def test_items_of_a_list_that_say_where_they_were_published_are_references():
    texts = ["Adams B. A plan. BMJ 2012;3:4.", "Brown C. Teams. Hull: Quay Press; 2013."]
    texts = [*texts, "Clarke D. Visits. J Care 2015;3(2):40-9."]
    items = [Block(kind="list_item", text=text, level=1) for text in texts]
    assert [block.kind for block in with_references(items)] == ["reference"] * 3


def test_works_one_after_another_are_references_in_any_format():
    texts = [
        "Adams B. A plan. 2012.",
        "Brown, C. (2013) Teams.",
        "A mere title, 2014.",
        "Clarke D, Evans F. Visits. 2015.",
    ]
    blocks = [Block(kind="paragraph", text=text) for text in [BODY[0], *texts, BODY[1]]]
    kinds = ["paragraph", *["reference"] * 4, "paragraph"]
    assert [block.kind for block in with_references(blocks)] == kinds


@pytest.mark.parametrize(
    ("text", "work", "prose"),
    [
        ("[2] J. Smith, A thing, 2018.", True, False),
        ("World Health Organization (2019) Integrated care. Geneva: WHO.", True, False),
        ("Harbour Council (2012). Boats for all. Harbour Council.", True, False),
        ("Harbour Council (2012) ‘Boats for all’, Cm 12, 3rd edn.", True, False),
        ("Harbour Council (2012), Boats for all, www.example.org", True, False),
        ("Marlow, Tom. Boats for all. Hull: Quay Press, 2012.", True, False),
        ("World Health Organization (2019) Integrated care.", False, False),
        ("Safe Harbour (2012): a programme that gave boats to young families.", False, False),
        ("Safe Harbour (2012). A programme that gave boats to young families.", False, False),
        ("Safe Harbour (2012), “the best of plans ever” in its own words.", False, False),
        ("Hull, Yorkshire. Boats were bought in 2012.", False, False),
        ("van der Berg AB, Ham C. What is care? 2017", True, False),
        ("However, Smith and Jones (2019) were sure that we should wait.", False, True),
        ("Health and Social Care Act 2012. London: TSO.", False, False),
    ],
)
def test_what_names_a_work(text, work, prose):
    assert (is_work(text), reads_as_prose(text)) == (work, prose)


def test_a_doi_is_that_of_another_work_as_a_whole_or_cut_off_at_a_sign():
    cited = frozenset({"10.5334/ijic.2500", "10.1136/bmj.b3047"})
    assert [
        is_cited(doi, cited) for doi in ("10.1136/bmj.b3047", "10.1136/BMJ", "10.1136/bmj.")
    ] == [*(True, True, True)]
    assert not is_cited("10.5334/ijic.25", cited)


def test_a_note_on_how_to_cite_a_document_names_no_other_work():
    work = "Ham C, Smith J. Removing the barriers. BMJ 2010;341:c1. doi:10.1136/bmj.c1"
    notes = [Block(kind="footnote", text=f"{opens}{work}") for opens in ("", "Cite this as: ")]
    assert [dois_cited([note]) for note in notes] == [frozenset({"10.1136/bmj.c1"}), frozenset()]

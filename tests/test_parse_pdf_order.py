from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
import typst

from kb.models import Bibliography
from pipelines.parse.furniture import is_print_stamp, page_number, running_key
from pipelines.parse.pdf import parse
from pipelines.parse.pdf.columns import gutters
from pipelines.parse.pdf.lines import PrintedLine

Place = tuple[float, float, float, str]
"""x and y from the lower left corner, size, text."""


def pdf_of(*pages: Sequence[Place], size: str = "400 300") -> bytes:
    """A PDF written by hand in Helvetica, its words in this order."""
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    kids = " ".join(f"{10 + 2 * k} 0 R" for k in range(len(pages)))
    parts = [
        "%PDF-1.4",
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        f"2 0 obj<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>endobj",
    ]
    for k, places in enumerate(pages):
        shown = (f"/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, size, text in places)
        content = "BT " + "\n".join(shown) + " ET"
        parts.append(
            f"{10 + 2 * k} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]"
            f"/Contents {11 + 2 * k} 0 R/Resources<</Font<</F1 {font}>>>>>>endobj"
        )
        parts.append(
            f"{11 + 2 * k} 0 obj<</Length {len(content)}>>stream\n{content}\nendstream endobj"
        )
    return "\n".join([*parts, "trailer<</Root 1 0 R>>"]).encode()


def column(x: float, name: str, *, lines: int = 8, top: float = 250) -> list[Place]:
    """Lines of one column that count on: "north one teams nurses carers"."""
    return [(x, top - 12 * k, 10, f"{name} {k} teams nurses and carers") for k in range(lines)]


def texts(content: bytes) -> str:
    return " ".join(block.text for block in parse(content).blocks)


def read(*columns: Sequence[Place]) -> str:
    return " ".join(text for lines in columns for _, _, _, text in lines)


LEFT, RIGHT = column(30, "north"), column(210, "south")
ORDERS = {
    "column by column": [*LEFT, *RIGHT],
    "the second column first": [*RIGHT, *LEFT],
    "line by line across": [line for pair in zip(LEFT, RIGHT, strict=True) for line in pair],
    "at random": random.Random(3).sample([*LEFT, *RIGHT], 16),
}


@pytest.mark.parametrize("places", ORDERS.values(), ids=ORDERS)
def test_columns_are_read_one_after_the_other(places):
    assert texts(pdf_of(places)) == read(LEFT, RIGHT)


def test_band_across_the_columns_parts_what_is_above_from_what_is_below():
    across = [(30, 184, 10, "across the page all of them were teams and nurses, homes and wards")]
    upper = [column(x, name, lines=5) for x, name in ((30, "north"), (210, "south"))]
    lower = [column(x, name, lines=5, top=160) for x, name in ((30, "east"), (210, "west"))]
    places = [*lower[0], *upper[1], *lower[1], *upper[0], *across]
    assert texts(pdf_of(places)) == read(*upper, across, *lower)


def test_heading_written_last_is_read_where_it_stands():
    above = [(30, 250, 10, "The teams met every week of the year."), (30, 238, 10, "All came.")]
    below = [(30, 180, 10, "The teams agreed on all of their aims."), (30, 168, 10, "So it was.")]
    heading = [(30, 200, 14, "What was found")]
    assert texts(pdf_of([*above, *below, *heading])) == read(above, heading, below)


def test_quote_written_before_its_page_does_not_draw_the_second_column_forward():
    quote = [(210, 200, 14, "who pays"), (210, 184, 14, "at last")]
    upper, lower = column(210, "south", lines=3), column(210, "east", lines=4, top=160)
    found = texts(pdf_of([*quote, *LEFT, *upper, *lower]))
    assert found == read(LEFT, upper, lower, quote)


def test_sentence_goes_on_below_a_quote_that_was_written_last():
    text = [
        *column(30, "north", lines=10, top=390),
        (30, 270, 10, "The nurses of the wards asked for"),
        (30, 258, 10, "each case to be counted, and so"),
        (30, 170, 10, "the board of the trust counted it."),
    ]
    quote = [(40, 220, 14, "Who counts us?")]
    found = [block.text for block in parse(pdf_of([*text, *quote], size="260 440")).blocks]
    assert found == [read(text), read(quote)]


def test_title_stays_before_a_line_above_it_that_was_written_last():
    title, above = [(30, 270, 16, "Teams and homes")], [(30, 292, 10, "Wards of two towns.")]
    assert texts(pdf_of([*title, *LEFT, *above], size="400 400")) == read(above, title, LEFT)


def test_items_whose_marks_were_written_after_all_text_go_on():
    words = [
        (30, 250, 10, "The nurses of the wards asked the board of the trust to:"),
        (50, 236, 10, "count the cases"),
        (50, 224, 10, "each week"),
        (50, 210, 10, "pay the carers"),
        *column(30, "north", lines=6, top=190),
    ]
    marks = [(44, 236, 10, "\\267"), (44, 210, 10, "\\267")]
    assert [block.text for block in parse(pdf_of([*words, *marks])).blocks] == [
        "The nurses of the wards asked the board of the trust to:",
        "count the cases each week",
        "pay the carers",
        read(column(30, "north", lines=6)),
    ]


def test_foot_written_first_leaves_the_lines_of_the_columns_together():
    ragged = [
        (x, y, s, text[: 99 if (y - 250) % 36 else 14].strip())
        for x, y, s, text in column(210, "south", lines=16)
    ]
    foot = [(318, 20, 12, "AB-17")]
    left = column(30, "north", lines=16)
    assert texts(pdf_of([*foot, *left, *ragged])) == read(left, ragged, foot)


def test_column_beside_a_table_alone_is_known_from_other_pages():
    first = PrintedLine(
        page=2, text="met", x0=210, y0=60, x1=380, y1=70, size=10, bold=False, start=0, end=3
    )
    text = [replace(first, y0=60 + 12 * k, y1=70 + 12 * k) for k in range(5)]
    wide = [replace(line, x0=30) for line in text]
    found = [gutters(lines, 400, known) for lines in (text, wide) for known in ((), (210.0,))]
    assert found == [[], [210.0], [], []]


def test_line_at_the_top_of_two_pages_is_text_and_stays():
    same = [(30, 270, 10, "The teams met every week.")]
    pages = [[*same, *column(30, name, lines=10, top=258)] for name in ("north", "south")]
    assert texts(pdf_of(*pages)) == read(*pages)


def test_heads_feet_and_numbers_go():
    heads = ["Teams in towns", "First findings", "Teams in towns", "More findings"]
    feet = ["iii", "iv", "v", "vi"]
    pages = [
        [(30, 285, 8, head), *column(30, f"page{k}", lines=6), (190, 15, 8, foot)]
        for k, (head, foot) in enumerate(zip(heads, feet, strict=True))
    ]
    assert texts(pdf_of(*pages)) == read(*(page[1:-1] for page in pages))


def test_numbers_of_a_drafts_lines_go():
    lines = column(60, "north", lines=12)
    numbers = [(40, y, 6, str(k)) for k, (_, y, _, _) in enumerate(lines, start=31)]
    places = [place for pair in zip(numbers, lines, strict=True) for place in pair]
    assert texts(pdf_of(places)) == read(lines)


def test_raised_figures_are_notes_powers_or_endings():
    source = """#set page(width: 420pt, height: 90pt, margin: 30pt)
    #set text(10pt)
    Patients#super[3–5,7] had 5 m#super[2] each,#super(typographic: false)[12] for the 1#super[st]
    time; CO#sub[2] fell by 10#super(typographic: false)[−3] parts, and
    #super(typographic: false)[14]C in it#super[8]."""
    assert texts(typst.compile(source.encode())) == (
        "Patients[3–5,7] had 5 m² each,[12] for the 1st time; CO2 fell by 10⁻³ parts, and "
        "¹⁴C in it[8]."
    )


def test_letters_set_apart_are_words():
    source = (
        "#set page(width: 400pt, height: 60pt, margin: 20pt)\n#text(tracking: 4pt)[LOCAL TEAMS]"
    )
    assert texts(typst.compile(source.encode())) == "LOCAL TEAMS"


def test_text_that_is_turned_has_its_box_where_the_page_shows_it():
    source = """#set page(width: 100pt, height: 300pt, margin: 0pt)
    #place(dx: 20pt, dy: 40pt, rotate(-90deg, reflow: true)[The towns are small and far apart.])"""
    [block] = parse(typst.compile(source.encode())).blocks
    x0, y0, x1, y1 = block.lines[0].box
    assert (block.text, x0 > 15, x1 < 40, 35 < y0 < 45, y1 > 150) == (
        "The towns are small and far apart.", True, True, True, True,
    )  # fmt: skip


def test_words_split_or_run_on_are_mended():
    lines = [
        "The organisation met, and the",
        "organi sation agreed,for the",
        "develop ment of treat ment is",
        "treatment and development too.",
    ]
    places = [(30, 250 - 12 * k, 10, line) for k, line in enumerate(lines)]
    assert texts(pdf_of(places)) == (
        "The organisation met, and the organisation agreed, for the development of treatment is "
        "treatment and development too."
    )


def test_bookmarks_tell_headings_and_their_depth():
    source = """#set page(width: 300pt, height: 300pt, margin: 30pt)
    #set text(10pt)
    #show heading: it => block(text(10pt, weight: "regular", it.body))
    = Methods
    We asked forty people.
    == Interviews
    They were long.
    = Findings
    Few were surprised."""
    blocks = parse(typst.compile(source.encode())).blocks
    assert [(b.kind, b.level, b.text) for b in blocks] == [
        ("heading", 1, "Methods"),
        ("paragraph", 0, "We asked forty people."),
        ("heading", 2, "Interviews"),
        ("paragraph", 0, "They were long."),
        ("heading", 1, "Findings"),
        ("paragraph", 0, "Few were surprised."),
    ]


def test_first_pages_tell_title_authors_year_publisher_and_doi():
    source = """#set document(title: "Microsoft Word - final_v3.docx", author: "User")
    #set page(width: 400pt, height: 250pt, margin: 30pt)
    #set text(10pt)
    #text(22pt)[Teams that work together \\ in two northern towns]

    Ann Lee#super[1], Karel van Dyke and J. M. O’Brien

    Department of Examples

    What follows was found in both of the towns.
    #pagebreak()
    © 2014 Example Press. All rights reserved. doi:10.1000/xyz.7"""
    assert parse(typst.compile(source.encode())).bibliography == Bibliography(
        title="Teams that work together in two northern towns",
        authors=("Ann Lee", "Karel van Dyke", "J. M. O’Brien"),
        year=2014,
        publisher="Example Press",
        doi="10.1000/xyz.7",
    )


def test_numbers_of_pages():
    lines = ["12", "xiv", "Page 3 of 20", "- 7 -", "| 9", "In 12", "mix"]
    assert [page_number(line) for line in lines] == [12, 14, 3, 7, 9, None, None]


def test_what_browsers_print_is_no_text():
    lines = [
        "https://example.org/teams 2/3",
        "12/03/2021, 14:05",
        "https://example.org says so",
        "On 12/03/2021",
    ]
    assert [is_print_stamp(line) for line in lines] == [True, True, False, False]


def test_running_head_is_the_same_beside_any_number():
    lines = ["Chapter two 17", "18 Chapter two", "xii | Chapter two"]
    assert {running_key(line) for line in lines} == {"chapter two"}


def test_what_is_printed_twice_within_a_point_is_read_once():
    twice = [(50, 200, 12, "Teams met."), (50.4, 200, 12, "Teams met.")]
    parsed = parse(pdf_of([*twice, (50, 180, 12, "The office met, too.")]))
    assert [block.text for block in parsed.blocks] == ["Teams met. The office met, too."]


def test_letters_beyond_the_first_plane_are_whole():
    parsed = parse(typst.compile(b"The share $alpha$ was low."))
    assert [block.text for block in parsed.blocks] == ["The share \U0001d6fc was low."]

from __future__ import annotations

import random
from pathlib import Path

import pytest
import typst
import yaml

from kb.errors import UnreadableFile
from kb.models import Bibliography, Line
from pipelines.parse.pdf import parse

CASES = yaml.safe_load(Path(__file__).with_name("cases").joinpath("parse_pdf.yml").read_text())


def typeset(source: str) -> bytes:
    return typst.compile(source.encode())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_blocks(case):
    blocks = parse(typeset(case["typst"])).blocks
    assert [[b.kind, b.level, b.text] for b in blocks] == case["blocks"]


def test_lines_know_page_and_place():
    source = """
    #set page(width: 220pt, height: 110pt, margin: 30pt)
    #set text(10pt)
    Teams that met every week were quicker than others to agree, and what
    they agreed was kept to."""
    [block] = parse(typeset(source)).blocks
    printed = [(line.page, line.box[0], block.text[line.char_start :][:5]) for line in block.lines]
    assert printed == [(1, 30.0, "Teams"), (1, 30.0, "quick"), (1, 30.0, "they ")]


def test_line_boxes_count_from_the_top_left():
    source = "#set page(width: 200pt, height: 100pt, margin: 0pt)\n#place(dx: 20pt, dy: 50pt)[Here]"
    [block] = parse(typeset(source)).blocks
    x0, y0, x1, y1 = block.lines[0].box
    assert (x0, 45 < y0 < 55, x0 < x1 < 60, y0 < y1 < 65) == (20.0, True, True, True)
    assert block.lines == (Line(char_start=0, page=1, box=(x0, y0, x1, y1)),)


def test_bibliography_is_what_is_certain():
    source = """
    #set document(title: "Teams in two towns", author: ("Ann Lee", "admin"))
    #set text(10pt)
    #text(20pt)[Teams in two towns]

    Ann Lee, March 2014. #h(1em) doi:10.1000/xyz.123

    The towns are small."""
    assert parse(typeset(source)).bibliography == Bibliography(
        title="Teams in two towns", authors=("Ann Lee",), year=2014, doi="10.1000/xyz.123"
    )


def test_doi_is_not_that_of_a_work_in_its_references():
    source = """
    #text(20pt)[Teams in two towns]

    The towns are small, and all who live there know each other.
    #pagebreak()
    #text(14pt)[References]

    1. Lee A, Dunn C. Towns and teams. Care Quarterly 2011;3:4-9.

    2. Farrar S, Yi D. Has payment by results changed anything at all in the towns of the
    north? BMJ 2009;339:b3047. doi:10.1136/bmj.b3047"""
    assert parse(typeset(source)).bibliography == Bibliography(title="Teams in two towns")


def test_title_is_the_largest_text_where_metadata_are_a_file_name():
    source = """
    #set document(title: "final_v3.docx")
    #text(20pt)[Teams in two towns]

    The towns are small."""
    assert parse(typeset(source)).bibliography == Bibliography(title="Teams in two towns")


def test_margin_text_that_is_turned_is_left_out():
    source = "#place(rotate(90deg, reflow: true)[Draft]) #h(3em) The towns are small and far apart."
    assert [b.text for b in parse(typeset(source)).blocks] == ["The towns are small and far apart."]


def test_page_that_is_turned_as_a_whole_is_read():
    source = "#rotate(90deg, reflow: true)[The towns are small.]"
    assert [b.text for b in parse(typeset(source)).blocks] == ["The towns are small."]


def pdf_of(content: str, *, box: str = "0 0 200 100") -> bytes:
    """A PDF written by hand: one page in Helvetica with this content stream."""
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return f"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R
/Resources<</Font<</F1 {font}>>>>>>endobj
4 0 obj<</Length {len(content)}>>stream
{content}
endstream endobj
trailer<</Root 1 0 R>>""".encode()


def test_page_written_by_hand_is_read():
    content = "BT /F1 10 Tf 20 50 Td (The towns are small.) Tj ET"
    assert [b.text for b in parse(pdf_of(content)).blocks] == ["The towns are small."]


def test_page_without_size_does_no_harm():
    content = "BT /F1 10 Tf 0 0 Td (The towns are small.) Tj ET"
    texts = [b.text for b in parse(pdf_of(content, box="0 0 0 0")).blocks]
    assert texts == ["The towns are small."]


def test_signs_that_print_nothing_do_no_harm_in_a_table():
    rules = "10 80 180 1 re f 10 70 180 1 re f 10 30 180 1 re f "
    content = rules + "BT /F1 8 Tf 1 0 0 1 20 73 Tm (Site) Tj 1 0 0 1 120 73 Tm (n) Tj "
    content += "1 0 0 1 20 60 Tm (North) Tj 1 0 0 1 60 60 Tm (\\001) Tj 1 0 0 1 120 60 Tm (9) Tj "
    content += "1 0 0 1 20 45 Tm (South) Tj 1 0 0 1 120 45 Tm (7) Tj ET"
    blocks = parse(pdf_of(content)).blocks
    assert [(b.text, b.head) for b in blocks] == [
        ("Site | n", ""),
        ("North | 9", "Site | n"),
        ("South | 7", "Site | n"),
    ]


LOCKED = b"/Encrypt<</Filter/Standard/V 1/R 2/O<" + b"28" * 32 + b">/U<" + b"28" * 32 + b">/P -4>>"
HELLO = pdf_of("BT /F1 10 Tf 20 50 Td (Hello there) Tj ET") + b"\n%%EOF"
CUT_OFF = "is cut off or damaged; fetch it again"
DAMAGED = "is damaged or not a PDF; open it in a viewer and save it anew"
REASONS = {
    "nothing": (b"", "is empty; supply the file itself"),
    "something else": (b"<html>", DAMAGED),
    "a head alone": (b"%PDF-1.7\n", CUT_OFF),
    "cut off": (HELLO[:150], CUT_OFF),
    "no pages": (
        HELLO.replace(b"[3 0 R]/Count 1", b"[]/Count 0"),
        DAMAGED,
    ),
    "empty page": (
        pdf_of(""),
        "has no text and no images; nothing can be read from it",
    ),
    "locked, and cut off": (HELLO[:150] + LOCKED, CUT_OFF),
    "locked": (
        HELLO.replace(b"trailer<<", b"trailer<</ID[<00><00>]" + LOCKED),
        "is protected by a password; save a copy without one",
    ),
}


@pytest.mark.parametrize(("content", "reason"), REASONS.values(), ids=REASONS)
def test_unreadable_file_says_what_to_do(content, reason):
    with pytest.raises(UnreadableFile) as error:
        parse(content)
    assert error.value.reason == reason


def test_page_with_absurdly_many_characters_is_refused():
    content = "BT /F1 1 Tf " + 7 * f"({'a' * 30_000}) Tj " + "ET"
    with pytest.raises(UnreadableFile) as error:
        parse(pdf_of(content))
    assert error.value.reason.startswith("has 210,000 characters on page 1,")


@pytest.mark.parametrize("seed", range(20))
def test_damage_gives_text_or_a_reason(seed):
    content = bytearray(typeset("= Teams\nThe towns are small.\n- one\n- two"))
    chance = random.Random(seed)
    for _ in range(40):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        texts = {block.text for block in parse(bytes(content)).blocks}
    except UnreadableFile as error:
        texts = {error.reason}
    assert all(texts)
    assert texts

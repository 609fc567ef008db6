from dataclasses import replace

import pytest

from kb.models import Bibliography, Block, Document, Line, Parsed, Passage
from pipelines.parse import assemble

SHA256 = "0123456789abcdef" * 4


def block(kind_and_level: str, text: str, head: str = "") -> Block:
    kind, level = kind_and_level.rstrip("123"), kind_and_level[-1]
    return Block(kind=kind, text=text, level=int(level) if level.isdigit() else 0, head=head)  # type: ignore[arg-type]


def passages_of(*blocks: Block) -> tuple[Passage, ...]:
    return assemble(Parsed(blocks=blocks), path="a.md", sha256=SHA256)[1]


def leads_of(*blocks: Block) -> list[str]:
    return [passage.lead_in for passage in passages_of(*blocks)]


def test_document_and_passages_whole() -> None:
    parsed = Parsed(
        blocks=(
            block("heading1", "Aims"),
            block("paragraph", "They were:"),
            block("list_item1", "one"),
            block("list_item1", "two"),
        ),
        bibliography=Bibliography(title="Two towns", year=2014),
        pages=3,
    )
    document, passages = assemble(parsed, path="raw/a.md", sha256=SHA256)
    assert document == Document(
        id="0123456789ab",
        title="Two towns",
        path="raw/a.md",
        sha256=SHA256,
        text="Aims\n\nThey were:\n\none\ntwo",
        words=5,
        year=2014,
        pages=3,
    )
    common = {"document_id": "0123456789ab", "heading": "Aims"}
    assert passages == (
        Passage(
            id="0123456789ab-p1",
            document_id="0123456789ab",
            ordinal=1,
            kind="heading",
            text="Aims",
            char_start=0,
            char_end=4,
            level=1,
        ),
        Passage(
            id="0123456789ab-p2",
            ordinal=2,
            kind="paragraph",
            text="They were:",
            char_start=6,
            char_end=16,
            **common,  # type: ignore[arg-type]
        ),
        Passage(
            id="0123456789ab-p3",
            ordinal=3,
            kind="list_item",
            text="one",
            char_start=18,
            char_end=21,
            lead_in="They were:",
            level=1,
            **common,  # type: ignore[arg-type]
        ),
        Passage(
            id="0123456789ab-p4",
            ordinal=4,
            kind="list_item",
            text="two",
            char_start=22,
            char_end=25,
            lead_in="They were:",
            level=1,
            **common,  # type: ignore[arg-type]
        ),
    )


def test_every_passage_stands_where_it_says() -> None:
    texts = ["A\u0301 b", "  c\u00add  ", "e\x00f", "\ud800g", "h\ti", "\u200b", "🙂 j"]
    parsed = Parsed(blocks=tuple(block("paragraph", text) for text in texts))
    document, passages = assemble(parsed, path="a.md", sha256=SHA256)
    assert document.text == "Á b\n\ncd\n\nef\n\ng\n\nh i\n\n🙂 j"
    assert [document.text[p.char_start : p.char_end] for p in passages] == [
        p.text for p in passages
    ]


def test_lines_stay_with_their_words() -> None:
    lines = (Line(char_start=0, page=1), Line(char_start=7, page=1), Line(char_start=12, page=2))
    raw = Block(kind="paragraph", text=" Cafe\u0301 \u00adone two", lines=lines)
    (passage,) = passages_of(raw)
    assert (passage.text, [line.char_start for line in passage.lines]) == (
        "Café one two",
        [0, 5, 9],
    )


def test_heading_is_the_innermost_above() -> None:
    passages = passages_of(
        block("heading1", "A"),
        block("heading2", "B"),
        block("heading3", "C"),
        block("paragraph", "p"),
        block("heading2", "D"),
        block("heading1", "E"),
        block("paragraph", "q"),
    )
    assert [passage.heading for passage in passages] == ["", "A", "B", "C", "A", "", "E"]


def test_lead_in_is_the_last_sentence_before_the_list() -> None:
    assert leads_of(
        block("paragraph", "The board met in 2010. It wanted, e.g. for staff:"),
        block("list_item1", "pay"),
    ) == ["", "It wanted, e.g. for staff:"]


@pytest.mark.parametrize(
    ("before", "last", "lead_in"),
    [
        ("", "Two obstacles stood out. These were:", "Two obstacles stood out. These were:"),
        ("One. Two obstacles stood out.", "These were:", "Two obstacles stood out. These were:"),
        ("Two obstacles.", "We met. These include", "We met. These include"),
        ("Two obstacles.", "Those that hindered the work of all the teams were:", None),
        ("Two obstacles.", "“These were:", "Two obstacles. “These were:"),
        ("Two obstacles.", "Others were:", None),
        ("We thank them.", "This section describes:", None),
        ("", "These were:", None),
    ],
)
def test_a_lead_in_that_points_back_comes_with_the_sentence_before(
    before: str, last: str, lead_in: str | None
) -> None:
    paragraphs = [block("paragraph", text) for text in (before, last) if text]
    leads = leads_of(*paragraphs, block("list_item1", "pay"))
    assert leads == [*[""] * len(paragraphs), lead_in or last]


def test_a_lead_in_points_back_over_no_list_and_no_box() -> None:
    these = block("paragraph", "These were:")
    listed = [block("paragraph", "We thank them."), block("list_item1", "Ann"), these]
    assert leads_of(*listed, block("list_item1", "pay"))[-1] == "These were:"
    boxed = [block("paragraph", "Two obstacles."), block("box", "Source: OECD."), these]
    assert leads_of(*boxed, block("list_item1", "pay"))[-1] == "Two obstacles. These were:"


def test_lead_in_of_nested_items_goes_from_outside_in() -> None:
    assert leads_of(
        block("paragraph", "They need:"),
        block("list_item1", "leaders, including"),
        block("list_item2", "nurses"),
        block("list_item3", "at night"),
        block("list_item1", "money"),
    ) == [
        "",
        "They need:",
        "They need: leaders, including",
        "They need: leaders, including nurses",
        "They need:",
    ]


@pytest.mark.parametrize(
    ("before", "lead_in"),
    [
        ("Barriers include", "Barriers include"),
        ("The aims of the pilot were", "The aims of the pilot were"),
        ("They met. The reasons;", "The reasons;"),
        ("They met often.", ""),
        ("They met often", ""),
        ("Who had to lead?", ""),
    ],
)
def test_lead_in_wants_an_unfinished_sentence(before: str, lead_in: str) -> None:
    assert leads_of(block("paragraph", before), block("list_item1", "a")) == ["", lead_in]


def test_lead_in_survives_a_footnote_and_ends_with_the_section() -> None:
    assert leads_of(
        block("paragraph", "They need:"),
        block("list_item1", "pay"),
        block("footnote", "In 2010."),
        block("list_item1", "time"),
        block("heading1", "Next"),
        block("list_item1", "go"),
    ) == ["", "They need:", "", "They need:", "", ""]


def test_lead_in_of_a_table_row_is_its_heads() -> None:
    assert leads_of(block("table_row", "2010 | 5", head="Year | Falls")) == ["Year | Falls"]


def test_what_is_known_wins_field_by_field() -> None:
    parsed = Parsed(
        blocks=(block("paragraph", "They met."),),
        bibliography=Bibliography(title="Found", authors=("Jo Smith",), year=2010, doi=" "),
    )
    known = Bibliography(title="Known", year=2011, licence="CC0-1.0")
    document, _ = assemble(parsed, path="a.md", sha256=SHA256, known=known)
    assert (document.title, document.authors, document.year, document.licence, document.doi) == (
        "Known",
        ("Jo Smith",),
        2011,
        "CC0-1.0",
        None,
    )


LONG = "The trust was formed in May, and the council met with it for a year of talks, " + (
    "which nobody outside of the two of them had been told of before they ended."
)
TITLES = {
    "a heading above the text": (
        [("heading1", "Two towns"), ("paragraph", LONG), ("heading1", "Costs")],
        "Two towns",
    ),
    "not a section's name": (
        [("heading1", "1. Introduction"), ("heading1", "Two towns"), ("paragraph", LONG)],
        "Two towns",
    ),
    "not a heading within the text": (
        [("heading1", "Abstract:"), ("paragraph", LONG), ("heading1", "Costs")],
        "Joint-care report",
    ),
    "a heading below lines that are no text": (
        [("paragraph", "Published: 3 May 2014"), ("heading1", "Two towns")],
        "Two towns",
    ),
    "a heading within the text, over the authors": (
        [("paragraph", LONG), ("heading2", "Two towns"), ("paragraph", "Jo Smith and Al Lee")],
        "Two towns",
    ),
    "the only one of the first level": (
        [("paragraph", LONG), ("heading1", "Two towns"), ("heading2", "A"), ("heading2", "B")],
        "Two towns",
    ),
}


@pytest.mark.parametrize(("blocks", "title"), TITLES.values(), ids=TITLES)
def test_title_is_told_from_headings(blocks: list[tuple[str, str]], title: str) -> None:
    parsed = Parsed(
        blocks=tuple(block(*each) for each in blocks),
        bibliography=Bibliography(authors=("Jo Smith",)),
    )
    assert assemble(parsed, path="raw/Joint-care_report.txt", sha256=SHA256)[0].title == title


@pytest.mark.parametrize(
    ("found", "title"), [("Two towns", "Two towns"), ("Executive Summary", "Costs of care")]
)
def test_title_is_what_was_found_if_it_names_more_than_a_section(found: str, title: str) -> None:
    parsed = Parsed(
        blocks=(block("heading1", "Costs of care"),), bibliography=Bibliography(title=found)
    )
    assert assemble(parsed, path="a.pdf", sha256=SHA256)[0].title == title


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("raw/discharge-to-assess.pdf", "Discharge to assess"),
        ("NHS_long-term_plan.pdf", "NHS long-term plan"),
        ("Two%20towns+2014.txt", "Two towns 2014"),
        ("beans.txt", "beans"),
        ("___.txt", "___"),
    ],
)
def test_name_of_the_file_is_made_readable(path: str, title: str) -> None:
    assert assemble(Parsed(blocks=()), path=path, sha256=SHA256)[0].title == title


def test_title_falls_back_to_the_name_of_the_file() -> None:
    document, passages = assemble(Parsed(blocks=()), path="raw/Joint teams.pdf", sha256=SHA256)
    assert (document.title, document.text, document.words, passages) == ("Joint teams", "", 0, ())


ENGLISH = (
    "The trust was formed in May and the board of the council met with it for a year of talks. "
)
GERMAN = (
    "Die Kasse hat mit den Ärzten einen Vertrag geschlossen, der das Budget und die Ziele regelt. "
)


@pytest.mark.parametrize(
    ("text", "language"),
    [(ENGLISH * 2, "en"), (GERMAN * 2, "de"), ("Lorem ipsum dolor sit amet " * 9, None)],
)
def test_language_by_the_commonest_words(text: str, language: str | None) -> None:
    parsed = Parsed(blocks=(block("paragraph", text),))
    assert assemble(parsed, path="a.md", sha256=SHA256)[0].language == language
    told = replace(parsed, bibliography=Bibliography(language="fr"))
    assert assemble(told, path="a.md", sha256=SHA256)[0].language == "fr"

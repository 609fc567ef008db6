from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kb.errors import UnreadableFile
from kb.models import Bibliography, Block, Line, Parsed
from pipelines.parse.text import parse

CASES = yaml.safe_load(Path(__file__).with_name("cases").joinpath("parse_text.yml").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_blocks(case):
    blocks = parse(case["text"].encode()).blocks
    assert [[b.kind, b.level, b.text] for b in blocks] == case["blocks"]


def test_form_feeds_part_pages_and_running_heads_are_gone():
    text = (
        "Joined-up care\n\nThe teams met every week, and those who took part said\n"
        "that the meetings had changed how they saw the work of\n\n1\n"
        "\fJoined-up care\n\nothers.\n\n2\n"
    )
    assert parse(text.encode()) == Parsed(
        blocks=(
            Block(
                kind="paragraph",
                text="The teams met every week, and those who took part said that the meetings "
                "had changed how they saw the work of others.",
                lines=(
                    Line(char_start=0, page=1),
                    Line(char_start=55, page=1),
                    Line(char_start=110, page=2),
                ),
            ),
        ),
        pages=2,
    )


@pytest.mark.parametrize(
    "content",
    [
        "The café – “open”".encode(),
        "The café – “open”".encode("utf-8-sig"),
        "The café – “open”".encode("utf-16"),
        "\ufeffThe café – “open”".encode("utf-16-be"),
        "The café – “open”".encode("utf-16-le"),
        "The café – “open”".encode("utf-32"),
        "The café – “open”".encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16-be", "no mark", "utf-32", "cp1252"],
)
def test_encodings(content):
    assert [b.text for b in parse(content).blocks] == ["The café – “open”"]


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"Caf\xe9 \x81 open", "Café \ufffd open"), (b"\xff\xfea\x00b", "a\ufffd")],
    ids=["a byte without meaning", "half a character"],
)
def test_a_wrong_byte_costs_only_itself(content, text):
    assert [b.text for b in parse(content).blocks] == [text]


@pytest.mark.parametrize(
    ("head", "left"),
    [
        ("\nJoined-up care\n\n", ""),
        ("{page}\nJoined-up care\n", ""),
        ("Joined-up care, page {page}\n", ""),
        ("Joined-up care\n", "Joined-up care "),
    ],
    ids=["blank lines", "page numbers", "numbered", "too few to tell"],
)
def test_running_heads_without_form_feeds(head, left):
    lines = [f"the people of {'abcd'[n % 4] * (n + 1)} were visited every week" for n in range(40)]
    pages = ["\n".join(lines[k : k + 10]) + "\n" for k in range(0, 40, 10)]
    text = "".join(page + head.format(page=n) for n, page in enumerate(pages[:3])) + pages[3]
    expected = f" {left}".join(" ".join(page.split()) for page in pages)
    assert [b.text for b in parse(text.encode()).blocks] == [expected]


def test_lines_that_are_all_alike_are_text():
    blocks = parse(b"lack of time\n" * 2000).blocks
    assert [b.text for b in blocks] == [" ".join(["lack of time"] * 2000)]


TABLES = {
    "columns": (
        "Site    Beds   Days\nAlpha    120    3.5\nBeta      80      4\nGamma     75    4.5\n"
    ),
    "columns of several lines": (
        "Site       Finding\n-----------------------\n"
        "Alpha      Fewer beds,\n           and days\n\n"
        "Beta       No change\n-----------------------\n"
    ),
    "bars": (
        "| Site | Finding |\n|------|---------|\n| Alpha | Fewer beds |\n| Beta | No change |\n"
    ),
    "borders": (
        "+-------+------------+\n| Site  | Finding    |\n+=======+============+\n"
        "| Alpha | Fewer      |\n|       | beds       |\n+-------+------------+\n"
        "| Beta  | No change  |\n+-------+------------+\n"
    ),
    "tabs": "Site\tFinding\nAlpha\tFewer beds\nBeta\tNo change\n",
}
ROWS = {
    "columns": [
        ("", "Site | Beds | Days"),
        ("Site | Beds | Days", "Alpha | 120 | 3.5"),
        ("Site | Beds | Days", "Beta | 80 | 4"),
        ("Site | Beds | Days", "Gamma | 75 | 4.5"),
    ],
    "columns of several lines": [
        ("", "Site | Finding"),
        ("Site | Finding", "Alpha | Fewer beds, and days"),
        ("Site | Finding", "Beta | No change"),
    ],
}
THREE = [
    ("", "Site | Finding"),
    ("Site | Finding", "Alpha | Fewer beds"),
    ("Site | Finding", "Beta | No change"),
]


@pytest.mark.parametrize("form", TABLES)
def test_tables_are_rows_under_their_heads(form):
    text = f"The beds were counted twice.\n\n{TABLES[form]}\nThere were fewer.\n"
    first, *rows, last = parse(text.encode()).blocks
    assert (first.text, last.text) == ("The beds were counted twice.", "There were fewer.")
    assert [(row.head, row.text) for row in rows] == ROWS.get(form, THREE)
    assert {row.kind for row in rows} == {"table_row"}


def test_two_spaces_behind_a_full_stop_make_no_table():
    text = "They met.  They agreed.  So it was.\nNobody saw.  Few cared.  It was done.\n" * 3
    assert [b.kind for b in parse(text.encode()).blocks] == ["paragraph"]


def test_columns_side_by_side_are_read_one_after_another():
    left = [f"the people of {'abcd'[n % 4] * (n // 4 + 3)} were seen" for n in range(24)]
    right = [f"and the nurses of {'efgh'[n % 4] * (n // 4 + 3)} met" for n in range(24)]
    lines = [f"{a:38}{b}" for a, b in zip(left, right, strict=True)]
    text = parse(("\n".join(lines[:12]) + "\n\f" + "\n".join(lines[12:])).encode()).blocks[0].text
    assert text == " ".join([*left[:12], *right[:12], *left[12:], *right[12:]])


def test_feet_that_count_the_pages_are_gone_though_there_are_but_two():
    text = (
        "The teams met every week, and those who took part said\n"
        "that the meetings had changed how they saw the work of\n"
        "Example Fund 1 / 2\nothers. Nobody had thought before how much there was\n"
        "to learn from them.\nExample Fund 2 / 2\n"
    )
    assert [b.text for b in parse(text.encode()).blocks] == [
        "The teams met every week, and those who took part said that the meetings had changed "
        "how they saw the work of others. Nobody had thought before how much there was to learn "
        "from them."
    ]


def test_what_a_text_tells_of_itself():
    text = (
        "Joined-up care in two valleys\nAnn Adams, Bo Clarke and Cy Dunn\n\n"
        "The teams met every week, and those who took part were glad that they did so.\n\n"
        "© 2019 The Example Fund\ndoi:10.1234/abc.5\n"
    )
    assert parse(text.encode()).bibliography == Bibliography(
        authors=("Ann Adams", "Bo Clarke", "Cy Dunn"),
        year=2019,
        publisher="The Example Fund",
        doi="10.1234/abc.5",
    )


@pytest.mark.parametrize(
    ("line", "doi"),
    [("", None), ("doi:10.1234/abc.5\n\n", "10.1234/abc.5")],
    ids=["none of its own", "its own"],
)
def test_doi_in_the_references_is_not_the_text_s_own(line, doi):
    text = (
        f"Care in two valleys\n\n{line}They met every week.\n\nReferences\n\n"
        "1. Lee A, Dunn C. Towns and teams. Care Quarterly 2011;3:4-9.\n"
        "2. Farrar S, Yi D. Has payment changed anything? BMJ 2009;339:b3047.\n"
        "doi:10.1136/bmj.b3047\n"
    )
    assert parse(text.encode()).bibliography == Bibliography(doi=doi)


def test_fields_tell_more_than_the_lines_around_them():
    text = "Title: Two valleys\nAuthor: Ann Adams\nPublished: 3 March 2019\n\nThey met.\n"
    assert parse(text.encode()).bibliography == Bibliography(
        title="Two valleys", authors=("Ann Adams",), year=2019
    )


REASONS = {
    "nothing": (b" \n", "is empty; supply the text itself"),
    "binary": (bytes(range(256)), "is not plain text; give it the suffix of what it is"),
    "control characters": (
        b"\x00\x01\x02 text",
        "is not plain text; give it the suffix of what it is",
    ),
}


@pytest.mark.parametrize(("content", "reason"), REASONS.values(), ids=REASONS)
def test_unreadable_file_says_what_to_do(content, reason):
    with pytest.raises(UnreadableFile) as error:
        parse(content)
    assert error.value.reason == reason

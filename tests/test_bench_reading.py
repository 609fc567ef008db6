import importlib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "bench" / "reading"


@pytest.fixture(autouse=True)
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))


def module(name: str) -> Any:
    return importlib.import_module(name)


@pytest.fixture
def tiny():
    masters, designs = module("masters"), module("designs")
    blocks = (
        masters.Heading(1, "Trust"),
        masters.Paragraph(("Teams met on a long-term basis.{1}", "All came.", "They agreed to:")),
        masters.Item(1, "share an office", 0, "They agreed to:"),
        masters.Table("Table 1: Sites", ("Site", "Change"), (("Ashcombe", "−4%"),)),
    )
    master = masters.Master("tiny", "Closer", ("Ann Ek",), blocks, {1: "Every week."})
    pages = dict.fromkeys(map(masters.plain, masters.body(master)), 2)
    return master, designs.Typeset(b"", pages, ((2, "Partnership"), (2, "2")))


def points_of(points):
    return [(p.score, p.right, p.expected) for p in points]


def test_plain_text_is_scored_by_what_it_shows(tiny):
    text = (
        "Partnership\nTrust\nTeams met on a long-\nterm basis.1 All came. They agreed to:\n"
        "• share an office\nSite Change\nAshcombe -4%\n"
    )
    plain = module("score").Plain(text)
    broken = [(2, "long-term", "a long-term basis.")]
    assert points_of(module("score").score_plain(*tiny, plain, broken)) == [
        ("order", True, "Teams met on a long-term basis."),
        ("order", True, "All came."),
        ("order", True, "They agreed to:"),
        ("order", True, "share an office"),
        ("whole", False, "Teams met on a long-term basis."),
        ("whole", True, "All came."),
        ("whole", True, "They agreed to:"),
        ("hyphens", False, "long-term (in “a long-term basis.”)"),
        ("furniture", False, "no line “Partnership”"),
        ("furniture", True, "no line “2”"),
        ("items", True, "share an office"),
        ("rows", True, "Ashcombe | −4%"),
    ]


def test_a_broken_word_is_found_with_its_neighbours(tiny):
    text = "Teams met on a long-\nterm basis. They agr-\nEED to"
    assert module("score").breaks(tiny[0], ["", text]) == [(2, "long-term", "a long-term basis.")]


@pytest.mark.parametrize(
    ("positions", "run"),
    [([1, 2, 3], {0, 1, 2}), ([5, 1, -1, 2], {1, 3}), ([-1], set()), ([], set())],
)
def test_the_longest_rising_run(positions, run):
    assert module("texts").rising(positions) == run


def ours(blocks):
    from kb.models import Line, Parsed
    from pipelines.parse import assemble
    from pipelines.segment import load_splitter, segment

    line = (Line(char_start=0, page=2),)
    parsed = Parsed(blocks=tuple(module("dataclasses").replace(b, lines=line) for b in blocks))
    document, passages = assemble(parsed, path="tiny.pdf", sha256="0" * 64)
    statements = segment(document, passages, split=load_splitter())
    return module("structure").Ours(document, passages, statements)


def test_our_reading_is_scored_block_by_block(tiny):
    from kb.models import Block

    reading = ours(
        [
            Block(kind="heading", text="Trust", level=1),
            Block(
                kind="paragraph",
                text="Teams met on a long-term basis.[1] All came. They agreed to:",
            ),
            Block(kind="list_item", text="share an office", level=1),
            Block(kind="heading", text="Table 1: Sites", level=2),
            Block(kind="table_row", text="Ashcombe | −4%", head="Site | Change"),
            Block(kind="footnote", text="1 Every week."),
        ]
    )
    points = module("structure").score_ours(*tiny, reading, [])
    assert [(p.score, p.expected, p.got) for p in points if not p.right] == [
        ("no other headings", "no heading", "heading2 p. 2: Table 1: Sites"),
        ("captions", "Table 1: Sites", "heading2 p. 2: Table 1: Sites"),
        ("title", "Closer", "Trust"),
        ("authors", "('Ann Ek',)", "()"),
    ]
    assert sorted({p.score for p in points if p.right}) == [
        "column heads",
        "footnotes",
        "furniture",
        "headings",
        "items",
        "lead-ins",
        "levels",
        "no other headings",
        "order",
        "pages",
        "paragraphs",
        "rows",
        "statements",
        "whole",
    ]

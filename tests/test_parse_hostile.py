"""Long runs of one thing on every path with a regex: a quadratic one would take minutes here."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from kb.errors import UnreadableFile
from kb.models import Block, Line, Parsed
from pipelines.parse import (
    assemble,
    facts,
    flow,
    furniture,
    looks,
    loose,
    read,
    references,
    tidy,
)
from pipelines.parse.context import last_sentence, leads_in
from pipelines.parse.docx.equations import equation_text
from pipelines.parse.encoding import decode
from pipelines.parse.formats import PROLOGUE
from pipelines.parse.html import tables as html_tables
from pipelines.parse.pdf import bibliography as pdf_bibliography
from pipelines.parse.pdf.authors import printed_authors
from pipelines.parse.pdf.layout import PageLayout
from pipelines.parse.pdf.lines import PrintedLine
from pipelines.parse.pdf.mend import with_words_mended
from pipelines.parse.text.tables import Table, tables_of
from pipelines.sentences import load_splitter

LENGTH = 30_000
SHORT = 10_000
"""For paths with much to do for every character."""

UNITS = (
    *".…!?-–—1aA¹i[](){“”'\"’*_=<&#/\\|•†,:;@%\u00ad\u200b",
    *("a.", "A.", "a-", "..", "((", "[1]", "(1)", "1,", "1-", "1–2", "a'", "<!", "<?", "<a>"),
    *(" ", "\t", "\n", "\f", "\n\n", "a ", "a. ", "A. ", "1 ", "1. ", "1? ", "1, ", ". ", " ."),
    *("… ", "[1] ", "(a b). ", "Ab cd. (Ef gh). ", "“Ab.” ", "e.g. ", "et al. ", "Fig. 1 ", "<li>"),
    *("Table 1. ", "www.", "http://", "10.1000/", "doi:10.1000/", "x@", "© ", "January ", "2010"),
    *("** ", "* ", "- ", "# ", "> ", "•a ", "and ", "; or ", "(http://a\n\n", "---\n", "Ab\n--\n"),
    *(
        "a\n",
        "a\n\n",
        "1\f",
        "a\f",
        "“a-\n",
        "page # ",
        "<!doctype a[]",
        "“. ",
        "\u00ad",
        "e\u0301",
    ),
)
AROUND = (("", ""), ("A", "x"))
SPLIT = load_splitter()
WORD = re.compile(r"\w+")


def page(text: str) -> PageLayout:
    line = PrintedLine(
        page=1, text=text, x0=0, y0=0, x1=9, y1=9, size=9, bold=False, start=0, end=len(text)
    )
    return PageLayout(1, 99, 99, (line,))


def tidied(text: str) -> str:
    lines = tuple(Line(char_start=k, page=1) for k in range(0, len(text), 10))
    parsed = Parsed(blocks=(Block(kind="paragraph", text=f"\u200b{text}", lines=lines),))
    return assemble(parsed, path="a.pdf", sha256="0" * 64)[0].text


PATHS: dict[str, Callable[[str], Any]] = {
    "sentences": SPLIT,
    "clean": lambda text: tidy.fold(tidy.clean(text)),
    "raised": lambda text: [tidy.raised(mark, text, linked=False) for mark in (text, "1", "a")],
    "folded": flow.folded,
    "ends": lambda text: (flow.ends_sentence(text), flow.ends_in_hyphen(text)),
    "words": lambda text: flow.words_of([text, text]),
    "seam": lambda text: [flow.seam(text + end, "a", {}) for end in ("", "-", "\u00ad", "/")],
    "weave": lambda text: flow.weave([flow.Row(text=line) for line in text.split("\n")], {}),
    "marker": lambda text: (flow.marker(text), flow.is_title(text)),
    "furniture": lambda text: (
        furniture.is_page_number(text),
        furniture.is_contents_line(text),
        furniture.running_key(text),
        furniture.is_print_stamp(text),
        furniture.page_number(text),
    ),
    "words of a PDF": lambda text: with_words_mended([page(text), page(text[:SHORT])]),
    "authors of a PDF": lambda text: printed_authors(
        page(text).lines, (replace(page("A title").lines[0], y1=0),), [page(text)]
    ),
    "looks": lambda text: (looks.is_caption(text), looks.is_caption(f"Table 1{text}")),
    "long item": looks.is_long,
    "references": lambda text: [
        references.section_kind(text),
        references.entry_number(text),
        references.LOOKS_CITED.search(text),
    ],
    "context": lambda text: (leads_in(text), last_sentence(text)),
    "loose": lambda text: loose.rejoined(
        [Block(kind="paragraph", text=f"A{text}"), Block(kind="paragraph", text="a")]
    ),
    "facts": lambda text: [
        find(text) for find in (facts.year_of, facts.doi_of, facts.licence_of, facts.language_code)
    ],
    "metadata": lambda text: pdf_bibliography.bibliography_of(
        {"Title": f"a b {text}", "Author": text, "CreationDate": text}, [page(text)]
    ),
    "cell": html_tables.is_name,
    "prologue": PROLOGUE.match,
    "decoding": lambda text: decode(text.encode() + b"\xff"),
    "assembling": lambda text: tidied(text[:SHORT]),
    "text": lambda text: reading(text[:SHORT], "a.txt"),
    "markdown": lambda text: reading(text[:SHORT], "a.md"),
    "page": lambda text: reading(f"<p>{text[:SHORT]}", "a.html"),
}


def reading(text: str, name: str) -> Parsed | str:
    try:
        return read(text.encode(), name)
    except UnreadableFile as error:
        return error.reason


def hostile() -> Iterator[str]:
    for unit in UNITS:
        run = unit * (LENGTH // len(unit))
        for before, after in AROUND:
            yield before + run + after


@pytest.mark.parametrize("path", PATHS)
def test_no_run_is_too_long_for_a_path(path: str) -> None:
    answers = [PATHS[path](text) for text in hostile()]
    assert len(answers) == len(UNITS) * len(AROUND)


def test_sentences_hold_every_word() -> None:
    for text in hostile():
        said = " ".join(text[slice(*span)] for span in SPLIT(text))
        assert WORD.findall(said) == WORD.findall(text)


def test_equations_in_equations_are_read_once() -> None:
    depth = 60
    nest = "<f><num>" * depth + "<t>a</t>" + "</num><den><t>2</t></den></f>" * depth
    assert equation_text(etree.fromstring(f"<e>{nest}</e>")) == (
        "(" * (depth - 1) + "a" + "/2)" * (depth - 1) + "/2"
    )


LONG_RUNS = {
    "a long cell behind rows between tabs": ["Name a\t12 b"] * SHORT + ["Name a\t" + "b " * 60],
    "a ragged row behind rows between bars": ["Name a | 12 b"] * SHORT + ["a | b | c"],
    "one line with as many gaps as words": ["a    b c    " * 80_000],
    "a rule that ends as none": [
        "a  " + "-" * LENGTH,
        "-" * LENGTH + "x",
        "|" + "-" * LENGTH + "x",
    ],
}


@pytest.mark.parametrize("name", LONG_RUNS)
def test_no_run_of_lines_is_tried_again_for_each_of_them(name: str) -> None:
    assert tables_of(LONG_RUNS[name]) == {}


def test_long_tables_are_read_from_the_first_line_on_which_they_fit() -> None:
    rows = [f"Name a\t{number} b" for number in range(SHORT)]
    cells = tuple(tuple(row.split("\t")) for row in rows)
    odd = "Name a\t" + "b " * 60
    assert tables_of([odd, *rows]) == {1: Table(1, SHORT + 1, cells, heads=1)}
    barred = [row.replace("\t", " | ") for row in rows]
    assert tables_of(["a | b | c", *barred]) == {1: Table(1, SHORT + 1, cells, heads=1)}

from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.errors import UnreadableFile
from kb.models import Bibliography, Block
from pipelines.parse import read

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "parse.yml").read_text("utf-8"))
NAMES = {"html": "a.html", "markdown": "a.md", "xml": "a.xml"}


def as_line(block: Block) -> str:
    return f"{block.kind}{block.level or ''} {block.text}"


@pytest.mark.parametrize("case", CASES, ids=[f"{case['format']}: {case['why']}" for case in CASES])
def test_read_finds_the_blocks(case: dict[str, Any]) -> None:
    parsed = read(case["source"].encode(), NAMES[case["format"]])
    assert [as_line(block) for block in parsed.blocks] == case["blocks"].splitlines()


def test_table_rows_carry_what_stands_over_each_column() -> None:
    source = """<table><thead><tr><th rowspan="2">Year</th><th colspan="2">Falls</th></tr>
    <tr><th>Here</th><th>There</th></tr></thead><tr><td>2010</td><td>5</td><td>6</td></tr></table>"""
    assert read(source.encode(), "a.html").blocks == (
        Block(kind="table_row", text="Year | Falls"),
        Block(kind="table_row", text="Here | There"),
        Block(kind="table_row", text="2010 | 5 | 6", head="Year | Falls Here | Falls There"),
    )


def test_a_first_row_of_names_is_the_head_where_none_is_marked() -> None:
    source = "<table><tr><td>Year</td><td>Falls</td></tr><tr><td>2010</td><td>5</td></tr></table>"
    heads = [block.head for block in read(source.encode(), "a.html").blocks]
    assert heads == ["", "Year | Falls"]


def test_page_tells_its_bibliography() -> None:
    page = """<html lang="en-GB"><head><title>Joint teams | Institute</title>
    <meta name="citation_title" content="Joint teams">
    <meta name="citation_author" content="Ham, Chris">
    <meta name="citation_author" content="Jo Smith"><meta name="DC.date" content="2014-05-02">
    <meta property="og:site_name" content="Institute">
    <meta name="citation_doi" content="https://doi.org/10.1000/xyz.1">
    <link rel="canonical" href="https://example.org/r">
    <link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head>
    <body><p>They met.</p></body></html>"""
    assert read(page.encode(), "a.html").bibliography == Bibliography(
        title="Joint teams",
        authors=("Chris Ham", "Jo Smith"),
        year=2014,
        publisher="Institute",
        url="https://example.org/r",
        doi="10.1000/xyz.1",
        licence="CC-BY-4.0",
        language="en",
    )


def test_linked_data_tells_what_meta_tags_do_not() -> None:
    page = """<html><head><script type="application/ld+json">{"@graph": [{"headline": "Joint teams",
    "author": [{"name": "Jo Smith"}], "datePublished": "2014-05-02", "publisher": {"name": "Fund"},
    "inLanguage": "en"}]}</script></head><body><p>They met.</p></body></html>"""
    assert read(page.encode(), "a.html").bibliography == Bibliography(
        title="Joint teams", authors=("Jo Smith",), year=2014, publisher="Fund", language="en"
    )


def test_front_matter_tells_the_bibliography() -> None:
    text = """---
title: "Torbay: joint teams"
authors: [Jo Smith, {name: Chris Ham}]
written: 2026-01-02
publisher: Fund
licence: CC BY 4.0
kind: evaluation
doi: doi.org/10.1000/xyz
url: https://example.org
language: en
---
They met."""
    assert read(text.encode(), "a.md").bibliography == Bibliography(
        title="Torbay: joint teams",
        authors=("Jo Smith", "Chris Ham"),
        year=2026,
        publisher="Fund",
        kind="evaluation",
        url="https://example.org",
        doi="10.1000/xyz",
        licence="CC-BY-4.0",
        language="en",
    )


@pytest.mark.parametrize("front", ["[" * 9, "- a\n- b", "just words", "a: [1"])
def test_front_matter_that_is_none_does_no_harm(front: str) -> None:
    parsed = read(f"---\n{front}\n---\n\nThey met.".encode(), "a.md")
    assert (parsed.bibliography, parsed.blocks[-1].text) == (Bibliography(), "They met.")


@pytest.mark.parametrize(
    ("front", "title", "authors"),
    [
        ("title: Joint teams\nauthors: 5", "Joint teams", ("5",)),
        ("title: {a: b}\nauthors: {name: [1, 2]}\nyear: -3", None, ()),
        ("title: Torbay: joint teams\nauthor: Jo Smith", "Torbay: joint teams", ("Jo Smith",)),
        ("title: Joint teams\ntags: [a, *x\nauthors:\n- Jo Smith", "Joint teams", ("Jo Smith",)),
        ("title: Joint teams\ndate: 2020-13-45", "Joint teams", ()),
        ("title: " + "[" * 20_000 + "\nauthor: Jo Smith", None, ("Jo Smith",)),
        ("a: [*x", None, ()),
        ("title: ~\nauthor: null", None, ()),
        ("a: &a [lol, lol]\nb: &b [*a, *a]\ntitle: *b\nauthors: *b", None, ()),
    ],
    ids=range(9),
)
def test_of_odd_front_matter_the_usable_fields_are_taken(
    front: str, title: str | None, authors: tuple[str, ...]
) -> None:
    parsed = read(f"---\n{front}\n---\n\nThey met.".encode(), "a.md")
    found = parsed.bibliography
    assert (found.title, found.authors) == (title, authors)
    assert parsed.blocks == (Block(kind="paragraph", text="They met."),)


def test_what_is_too_long_for_front_matter_is_text() -> None:
    parsed = read(f"---\ntitle: {'a ' * 40_000}\n---\n\nThey met.".encode(), "a.md")
    assert (parsed.bibliography, len(parsed.blocks)) == (Bibliography(), 2)


def test_lists_and_quotes_nest_deeply() -> None:
    items = "".join(f"{'  ' * depth}- item {depth}\n" for depth in range(60))
    parsed = read(f"{items}\n\n{'>' * 60} They met.".encode(), "a.md")
    assert parsed.blocks == (
        *(Block(kind="list_item", text=f"item {depth}", level=depth + 1) for depth in range(60)),
        Block(kind="box", text="They met."),
    )


@pytest.mark.parametrize("mark", ["  - a\n", ">"])
def test_what_nests_deeper_than_can_be_followed_is_refused(mark: str) -> None:
    lines = "".join(f"{'  ' * depth}- a\n" for depth in range(1500))
    with pytest.raises(UnreadableFile) as raised:
        read((lines if mark != ">" else ">" * 5000 + " They met.").encode(), "a.md")
    assert (
        raised.value.reason == "nests too deeply to be read as Markdown; save it in a simpler form"
    )


def test_brackets_without_end_are_text() -> None:
    source = "[" * 5000 + "They met."
    assert read(source.encode(), "a.md").blocks == (Block(kind="paragraph", text=source),)


def test_article_tells_its_bibliography() -> None:
    article = """<article xml:lang="en" xmlns:xlink="http://www.w3.org/1999/xlink"><front>
    <journal-meta><journal-title>BMJ</journal-title></journal-meta><article-meta>
    <article-id pub-id-type="doi">10.1000/xyz</article-id><title-group>
    <article-title>Joint teams<xref>*</xref></article-title><subtitle>A trial</subtitle>
    </title-group>
    <contrib-group><contrib contrib-type="author"><name><surname>Ham</surname>
    <given-names>Chris</given-names></name></contrib><contrib contrib-type="editor"><name>
    <surname>No</surname></name></contrib><contrib><collab>The Group</collab></contrib>
    </contrib-group>
    <pub-date pub-type="epub"><year>2013</year></pub-date>
    <pub-date pub-type="collection"><year>2014</year></pub-date><permissions><license
    xlink:href="http://creativecommons.org/licenses/by-nc/2.0/uk"/></permissions>
    </article-meta></front><body><p>They met.</p></body></article>"""
    assert read(article.encode(), "a.nxml").bibliography == Bibliography(
        title="Joint teams: A trial",
        authors=("Chris Ham", "The Group"),
        year=2014,
        publisher="BMJ",
        doi="10.1000/xyz",
        licence="CC-BY-NC-2.0",
        language="en",
    )


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000,
        "<ul><li>a" * 5000,
        "<table><tr><td>a</td><td>b" * 300,
        "<table><tr><td rowspan=99999999 colspan=99999999>a</td><td>b</td></tr></table>" * 9,
        "<b>" * 100_000 + "a",
    ],
)
def test_no_nesting_is_too_deep_for_a_page(source: str) -> None:
    parsed = read(f"<html><body><p>They met.</p>{source}</body></html>".encode(), "a.html")
    assert parsed.blocks[0] == Block(kind="paragraph", text="They met.")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "<?xml version='1.0'?><rss/>",
            "is XML of a kind that is not read (<rss>); JATS, BITS or TEI is",
        ),
        ("<?xml version='1.0'?><<<>>>", "is broken XML; fetch it again"),
        (
            "<article><article-title>Met</article-title><body><p>Cos",
            "is cut off at its end; fetch it again",
        ),
        ("<j:article xmlns:j='u'><body/><p>Cos", "is cut off at its end; fetch it again"),
        ("<set><article/><article/></set>", "holds 2 articles; save each as a file of its own"),
        ("<article><body/></article>", "holds no text"),
        (
            f"<article><body><p>A.</p>{'<sec>' * 1000}{'</sec>' * 1000}</body></article>",
            "nests too deeply to be read as XML; save it in a simpler form",
        ),
    ],
)
def test_xml_that_is_no_article_says_so(source: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as raised:
        read(source.encode(), "a.xml")
    assert raised.value.reason == reason


def test_a_book_is_read_by_its_chapters() -> None:
    book = """<book><book-meta><book-title-group><book-title>Care in places</book-title>
    </book-title-group></book-meta><book-body><book-part><book-part-meta>
    <book-part-id>x</book-part-id><title-group><label>1</label><title>Background</title>
    </title-group></book-part-meta><body><p>They met.</p><sec><title>Aims</title>
    <p>To learn.</p></sec></body></book-part></book-body></book>"""
    parsed = read(f"<?xml version='1.0'?>{book}".encode(), "a.xml")
    assert parsed.bibliography.title == "Care in places"
    assert parsed.blocks == (
        Block(kind="heading", text="1 Background", level=1),
        Block(kind="paragraph", text="They met."),
        Block(kind="heading", text="Aims", level=2),
        Block(kind="paragraph", text="To learn."),
    )

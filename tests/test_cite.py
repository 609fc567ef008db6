from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.errors import InvalidWords
from kb.models import Citation, Document, Identity, Passage, Statement
from pipelines.cite import Cites, cite
from pipelines.cite.entries import Entry, parse_entry
from pipelines.cite.words import NAMES, load_words
from pipelines.cite.works import same_works
from pipelines.segment import load_splitter, segment

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "cite.yml").read_text("utf-8"))
SPLIT = load_splitter()


def laid_out(blocks: list[tuple[Any, str]]) -> tuple[Document, list[Passage]]:
    text, passages = "", []
    for n, (kind, block) in enumerate(blocks):
        passages.append(
            Passage(
                id=f"p{n}",
                document_id="d",
                ordinal=n,
                kind=kind,
                text=block,
                char_start=len(text),
                char_end=len(text) + len(block),
            )
        )
        text += block + "\n\n"
    return Document(id="d", title="T", path="t", sha256="0", text=text, words=1), passages


def read(*blocks: tuple[Any, str]) -> tuple[Cites, tuple[Statement, ...]]:
    document, passages = laid_out(list(blocks))
    statements = segment(document, passages, split=SPLIT)
    return cite(document, passages, statements), statements


def marks_by_passage(cites: Cites, statements: tuple[Statement, ...]) -> dict[str, list[str]]:
    labels = {citation.id: citation.label for citation in cites.citations}
    passages = {statement.id: statement.passage_id for statement in statements}
    found: dict[str, list[str]] = {}
    for mark in cites.marks:
        line = f"{mark.mark} -> {labels[mark.citation_id]}"
        found.setdefault(passages[mark.statement_id], []).append(line)
    return found


def told(entry: Entry) -> dict[str, Any]:
    values = {f.name: getattr(entry, f.name) for f in fields(entry)}
    listed = {n: list(v) if isinstance(v, tuple) else v for n, v in values.items() if v}
    return {n: v for n, v in listed.items() if n != "text"}


@pytest.mark.parametrize("case", CASES["entries"], ids=lambda case: case["text"][:40])
def test_an_entry_is_read(case):
    expected = {name: value for name, value in case.items() if name != "text"}
    assert told(parse_entry(case["text"])) == expected


@pytest.mark.parametrize("case", CASES["marks"], ids=lambda case: case["texts"][0]["text"][:40])
def test_marks_lead_to_entries(case):
    texts = [text["text"] for text in case["texts"]]
    cites, statements = read(
        *(("paragraph", text) for text in texts),
        *(("footnote", text) for text in case.get("notes", ())),
        *(("reference", text) for text in case["list"]),
    )
    found = marks_by_passage(cites, statements)
    assert [
        {"text": text, "marks": found.get(f"p{n}", [])} for n, text in enumerate(texts)
    ] == case["texts"]


def test_a_list_without_printed_numbers_is_counted_if_the_text_counts_it():
    cites, statements = read(
        ("paragraph", "Boats sank [2]. Beds broke [1]."),
        ("reference", "Ferris J. Beds. BMJ 2011;2:2."),
        ("reference", "Marlow T. Boats. BMJ 2010;1:1."),
    )
    assert marks_by_passage(cites, statements) == {"p0": ["[2] -> 2", "[1] -> 1"]}


def test_footnotes_glued_to_words_are_not_the_list_that_stands_in_brackets():
    cites, statements = read(
        ("paragraph", "Boats sank.1 Beds broke [1]."),
        ("footnote", "1 Okafor B. Tides. London: Quay; 2012."),
        ("reference", "1. Ferris J. Beds. BMJ 2011;2:2."),
    )
    assert marks_by_passage(cites, statements) == {"p0": ["1 -> Okafor 2012", "[1] -> 1"]}


def test_each_chapter_has_its_own_list():
    cites, _ = read(
        ("paragraph", "Boats sank [1]."),
        ("reference", "1. Ferris J. Beds. BMJ 2011;2:2."),
        ("paragraph", "Beds broke [1]."),
        ("reference", "1. Okafor B. Tides. BMJ 2012;2:2."),
    )
    texts = {citation.id: citation.text[:6] for citation in cites.citations}
    assert [texts[mark.citation_id] for mark in cites.marks] == ["Ferris", "Okafor"]


def test_a_number_that_counts_nothing_is_part_of_a_name():
    cites, _ = read(
        ("reference", "38 Harbours (2014) Boats for all. Hull: Quay."),
        ("reference", "Ferris, J. (2011) Beds. Hull: Quay."),
        ("reference", "[7] Okafor, B. (2012) Tides. Hull: Quay."),
    )
    assert [(citation.label, citation.text[:10]) for citation in cites.citations] == [
        ("38 Harbours 2014", "38 Harbour"),
        ("Ferris 2011", "Ferris, J."),
        ("Okafor 2012", "Okafor, B."),
    ]


def test_bare_numbers_that_count_on_are_labels():
    cites, _ = read(
        ("reference", "3 Ferris J. Beds. BMJ 2011;2:2."),
        ("reference", "5 Okafor B. Tides. BMJ 2012;2:2."),
        ("reference", "6 38 Harbours. Boats for all. Hull: Quay; 2014."),
    )
    assert [(citation.label, citation.text[:10]) for citation in cites.citations] == [
        ("3", "Ferris J. "),
        ("5", "Okafor B. "),
        ("6", "38 Harbour"),
    ]


def test_footnotes_that_all_open_with_growing_numbers_are_numbered():
    cites, statements = read(
        ("paragraph", "Boats sank.12 Beds broke.25 Nets tore.1"),
        ("footnote", "12 Okafor B. Tides. London: Quay; 2012."),
        ("footnote", "25 Ferris J. Beds. BMJ 2011;2:2."),
    )
    assert marks_by_passage(cites, statements) == {"p0": ["12 -> Okafor 2012", "25 -> Ferris 2011"]}


def test_footnotes_without_numbers_may_open_with_one():
    cites, statements = read(
        ("paragraph", "Boats sank.2 Beds broke.3 Nets tore.1"),
        ("footnote", "15 per cent of all boats."),
        ("footnote", "Okafor B. Tides. London: Quay; 2012."),
        ("footnote", "38 Harbours (2014) Boats for all. Hull: Quay."),
    )
    assert marks_by_passage(cites, statements) == {
        "p0": ["2 -> Okafor 2012", "3 -> 38 Harbours 2014"]
    }


def test_a_comma_in_its_name_makes_no_person_of_a_body():
    cites, statements = read(
        ("paragraph", "Boats sank (Ministry of Boats, Nets and Tides, 2012) by House (2014)."),
        ("reference", "Ministry of Boats, Nets and Tides (2012) Boats for all. Hull: Quay."),
        ("reference", "House, J. (2014) Beds for all. Hull: Quay."),
    )
    assert marks_by_passage(cites, statements) == {
        "p0": [
            "Ministry of Boats, Nets and Tides, 2012 -> Ministry of Boats, Nets and Tides 2012",
            "House (2014) -> House 2014",
        ]
    }


def test_a_document_without_entries_cites_nothing():
    assert read(("paragraph", "Boats sank [1] (Ferris, 2010)."))[0] == Cites()


def test_a_citation_is_a_whole_record():
    cites, _ = read(("reference", "Ferris, J. (2015a) Nets. London: Harbour. doi:10.1000/N1"))
    assert cites.citations == (
        Citation(
            id=cites.citations[0].id,
            document_id="d",
            passage_id="p0",
            label="Ferris 2015a",
            text="Ferris, J. (2015a) Nets. London: Harbour. doi:10.1000/N1",
            authors=("Ferris, J.",),
            title="Nets",
            year=2015,
            suffix="a",
            container="London: Harbour",
            doi="10.1000/n1",
        ),
    )


def listed(document: str, *texts: str) -> list[Citation]:
    found = []
    for n, text in enumerate(texts):
        entry = parse_entry(text)
        found.append(
            Citation(
                id=f"{document}{n}",
                document_id=document,
                passage_id=f"{document}-p{n}",
                label="",
                text=entry.text,
                authors=entry.authors,
                title=entry.title,
                year=entry.year,
                suffix=entry.suffix,
                container=entry.container,
                doi=entry.doi,
            )
        )
    return found


ONE_WORK = [
    (
        "with and without DOI",
        "Marlow T, Ferris J. Shared budgets in coastal towns. J Care 2014;2:3. doi:10.1000/1",
        "Marlow, T. and Ferris, J. (2014) 'Shared budgets in coastal towns', J. Care, 2, 3.",
    ),
    (
        "spelling and punctuation",
        "Marlow T. Organisation of multi-disciplinary teams & nurses. Harbour; 2014.",
        "Marlow, T. (2014) The organization of multidisciplinary teams and nurses. Hull: Harbour.",
    ),
    (
        "with and without subtitle",
        "Marlow T. Shared budgets at sea. Harbour; 2014.",
        "Marlow T. Shared budgets at sea: evaluation of ten ports. Harbour; 2014.",
    ),
    (
        "a body or its authors",
        "Marlow T, Ferris J. Making harbours fit for older people. London: King's Fund; 2014.",
        "The King’s Fund (2014) Making harbours fit for older people. London: King’s Fund.",
    ),
    (
        "one DOI and a slip in the title",
        "Marlow T. Shared budgets in costal towns: a trial. J Care 2014;2:3. doi:10.1000/1",
        "Marlow T. Shared budgets in coastal towns. J Care 2015;2:3. doi:10.1000/1",
    ),
]
TWO_WORKS = [
    (
        "two of one year",
        "Marlow T. Boats on the coast. Harbour; 2014.",
        "Marlow T. Beds on the coast. Harbour; 2014.",
    ),
    (
        "two DOIs",
        "Marlow T. Boats on the coast of Hull. BMJ 2014;1:1. doi:10.1000/1",
        "Marlow T. Boats on the coast of Hull. BMJ 2014;9:9. doi:10.1000/2",
    ),
    (
        "a chapter and its book",
        "Marlow T. Nurses at sea. In: Ferris J, ed. A handbook of boats. Quay; 2014. doi:10.1000/1",
        "Ferris J, editor. A handbook of boats. Harbour: Quay; 2014. doi:10.1000/1",
    ),
    (
        "two chapters with the DOI of their book",
        "Marlow T. Shared care in Hull. In: Boats. Quay; 2014. doi:10.1000/1",
        "Ferris J. Shared care in Dover. In: Boats. Quay; 2014. doi:10.1000/1",
    ),
    (
        "parts of a report",
        "Marlow T. Evaluation of the ferry pilots part 1. Harbour; 2014.",
        "Marlow T. Evaluation of the ferry pilots part 2. Harbour; 2014.",
    ),
    (
        "a report and its press release",
        "Harbour Council. Evaluation of the ferry pilots. HC; 2014.",
        "Harbour Council. Evaluation of the ferry pilots: press release. HC; 2014.",
    ),
    (
        "two bodies",
        "Harbour Council. Annual report and accounts of care. HC; 2014.",
        "Ferry Board. Annual report and accounts of care. FB; 2014.",
    ),
    (
        "a word apart",
        "Marlow T. Quantitative findings of the ferry pilots. Harbour; 2014.",
        "Marlow T. Qualitative findings of the ferry pilots. Harbour; 2014.",
    ),
    (
        "yearly reports",
        "Harbour Council. Annual report of the ferry board. HC; 2014.",
        "Harbour Council. Annual report of the ferry board. HC; 2015.",
    ),
]


@pytest.mark.parametrize(("why", "first", "second"), ONE_WORK)
def test_entries_of_one_work_are_one(why, first, second):
    citations = listed("a", first) + listed("b", second)
    works, work_of = same_works(citations, {})
    assert work_of == dict.fromkeys(("a0", "b0"), works[0].id)
    assert same_works(reversed(citations), {}) == (works, work_of)


@pytest.mark.parametrize(("why", "first", "second"), TWO_WORKS)
def test_entries_of_two_works_stay_two(why, first, second):
    citations = listed("a", first) + listed("b", second)
    works, work_of = same_works(citations, {})
    assert (len(works), len(set(work_of.values()))) == (2, 2)
    assert same_works(reversed(citations), {}) == (works, work_of)


def test_a_letter_behind_the_year_keeps_works_of_one_document_apart():
    works, _ = same_works(
        listed(
            "a",
            "Marlow, T. (2014a) Boats on the coast of Hull. Hull: Quay.",
            "Marlow, T. (2014b) Boats on the coast of Hull. Hull: Quay.",
        ),
        {},
    )
    assert len(works) == 2


def test_a_subtitle_that_could_be_of_two_works_joins_neither():
    works, _ = same_works(
        listed(
            "a",
            "Marlow T. Shared budgets at sea. Quay; 2014.",
            "Marlow T. Shared budgets at sea: nurses. Quay; 2014.",
            "Marlow T. Shared budgets at sea: sailors. Quay; 2014.",
        ),
        {},
    )
    assert len(works) == 3


def test_a_work_may_be_a_document_of_the_base():
    citations = listed(
        "a", "Marlow T. Boats of the coast of Hull. Quay; 2014.", "X Y. Z. doi:10.1000/Z"
    )
    documents = {
        "b": Identity(title="Boats of the Coast of Hull", year=2014, authors=("Marlow, T",)),
        "c": Identity(title="Another title", year=2001, doi="10.1000/z"),
        "d": Identity(title="Boats of the coast of Hull", year=2015, authors=("Marlow, T",)),
    }
    works, work_of = same_works(citations, documents)
    own = {work.id: work.document_id for work in works}
    assert [own[work_of[id]] for id in ("a0", "a1")] == ["b", "c"]


SHORT = "Marlow T. Annual report of boats. Hull: Quay Press; 2014."
TELLING = "Marlow T. What nurses on ten boats of the coast said of shared budgets. 2014."


@pytest.mark.parametrize(
    ("text", "own", "found"),
    [
        (SHORT, {"authors": ("Tom Marlow", "Jo Ferris")}, ["d"]),
        (SHORT, {"publisher": "Quay Press"}, ["d"]),
        (SHORT, {}, ["d"]),
        (SHORT, {"authors": ("Jo Ferris",), "publisher": "Dover Council"}, [None]),
        (SHORT + " doi:10.1000/1", {"authors": ("Marlow, T.",), "doi": "10.1000/2"}, [None]),
        (SHORT + " doi:10.1000/2", {"title": "Beds", "doi": "10.1000/2"}, [None]),
        (TELLING, {"title": TELLING[10:-7], "publisher": "Dover Council"}, ["d"]),
    ],
)
def test_a_document_has_its_maker_in_common_with_the_work_or_a_telling_title(text, own, found):
    document = Identity(**{"title": "Annual report of boats", "year": 2014} | own)
    assert [work.document_id for work in same_works(listed("a", text), {"d": document})[0]] == found


COAST = "Marlow T. Moving boats along the northern coast. Hull: Quay Press; 2014."
NO_YEAR = "Marlow T. Moving boats along the northern coast. Hull: Quay Press."
SERIAL = "Dover Council. What nurses on ten boats of the coast said of shared budgets. 2014."


@pytest.mark.parametrize(
    ("text", "own", "found"),
    [
        (COAST, {"authors": ("Tom Marlow", "Jo Ferris")}, "d"),
        (NO_YEAR, {"authors": ("Tom Marlow",), "year": 2014}, "d"),
        (COAST, {"authors": ("Tom Marlow",), "year": 2011}, None),
        (COAST, {"authors": ("Jo Ferris",)}, None),
        (COAST, {"publisher": "Quay Press"}, None),
        (COAST, {}, None),
        (SHORT, {"title": "Annual report of boats", "authors": ("Tom Marlow",)}, None),
        (TELLING, {"title": TELLING[10:-7]}, "d"),
        (TELLING, {"title": TELLING[10:-7], "authors": ("Jo Ferris",)}, None),
        (COAST + " doi:10.1000/2", {"title": "Beds at the roadside", "doi": "10.1000/2"}, "d"),
    ],
)
def test_where_a_year_is_missing_the_title_is_long_and_an_author_shared(text, own, found):
    document = Identity(**{"title": "Moving boats along the northern coast"} | own)
    [work] = same_works(listed("a", text), {"d": document})[0]
    assert work.document_id == found


def test_a_title_that_comes_again_every_year_tells_no_document_without_a_year():
    document = Identity(title=TELLING[10:-7])
    both = listed("a", SERIAL, SERIAL.replace("2014", "2015"))
    assert [
        [work.document_id for work in same_works(citations, {"d": document})[0]]
        for citations in (both[:1], both)
    ] == [["d"], [None, None]]


def test_of_two_documents_of_one_title_the_work_is_that_of_its_maker_or_neither():
    title, text = "Annual report of boats", "Dover Council (2014) Annual report of boats. Dover."
    dover, hull = (
        Identity(title=title, year=2014, publisher=f"{town} Council") for town in ("Dover", "Hull")
    )
    found = [
        same_works(listed("a", text), documents)[0][0].document_id
        for documents in ({"d": dover, "h": hull}, {"d": dover, "e": dover})
    ]
    assert found == ["d", None]


def test_an_id_does_not_depend_on_other_documents():
    first = listed("a", "Marlow T. Boats on the coast. Quay; 2014.")
    others = listed("b", "Ferris J. Beds. BMJ 2011;2:2.")
    assert same_works(first, {})[1]["a0"] == same_works(others + first, {})[1]["a0"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("others: [et al]", "the whole file: joining is missing; add the list"),
        ("nobody: [et al]", "nobody: unknown; say one of"),
        ("\n".join(f"{n}: {'a' if n == 'others' else '[a]'}" for n in NAMES), "others: "),
    ],
)
def test_words_are_checked(tmp_path, content, message):
    path = tmp_path / "words.yml"
    path.write_text(content)
    with pytest.raises(InvalidWords, match=message):
        load_words(path)

from __future__ import annotations

import pytest

from kb.bibliography import Quotation, inverted, to_bibtex, to_plain, to_ris

REPORT = {
    "id": "d1",
    "title": "Ferries & the NHS: 50% {more}",
    "authors": ["Ann Oar", "Nuffield Trust", "Rower, Bo"],
    "year": 2019,
    "publisher": "Port_Press",
    "kind": "evaluation",
    "url": "https://example.org/a_b",
    "doi": None,
}
ARTICLE = REPORT | {"kind": "Research Article", "doi": "10.1/x{y", "url": None, "title": "Why?"}
BARE = {
    "id": "d2",
    "title": "Islands",
    "authors": [],
    "year": None,
    "publisher": None,
    "kind": None,
    "url": None,
    "doi": None,
}
QUOTATION = Quotation(text="Crews\nmet #1 first.", page=3, address="https://kb.example/c")


def test_a_report_is_a_record_of_ris():
    assert to_ris(REPORT, QUOTATION) == (
        "TY  - RPRT\r\n"
        "ID  - d1\r\n"
        "AU  - Oar, Ann\r\n"
        "AU  - Nuffield Trust\r\n"
        "AU  - Rower, Bo\r\n"
        "TI  - Ferries & the NHS: 50% {more}\r\n"
        "PY  - 2019\r\n"
        "PB  - Port_Press\r\n"
        "UR  - https://example.org/a_b\r\n"
        "N1  - p. 3: “Crews met #1 first.”\r\n"
        "L2  - https://kb.example/c\r\n"
        "ER  - \r\n"
    )


def test_a_report_is_an_entry_of_bibtex():
    assert to_bibtex(REPORT, QUOTATION) == (
        "@techreport{oar2019-d1,\n"
        "  author = {Oar, Ann and {Nuffield Trust} and Rower, Bo},\n"
        "  title = {Ferries \\& the {NHS:} 50\\% \\{more\\}},\n"
        "  year = {2019},\n"
        "  institution = {Port\\_Press},\n"
        "  url = {https://example.org/a_b},\n"
        "  note = {p. 3: “Crews met \\#1 first.”},\n"
        "}\n"
    )


def test_a_report_is_cited_in_words():
    assert to_plain(REPORT, QUOTATION) == (
        "“Crews met #1 first.”\n"
        "Ann Oar, Nuffield Trust, Rower, Bo (2019) Ferries & the NHS: 50% {more}. Port_Press. "
        "p. 3. https://example.org/a_b\n"
        "https://kb.example/c\n"
    )


def test_an_article_stands_in_a_journal():
    assert to_ris(ARTICLE).splitlines()[0] == "TY  - JOUR"
    assert "JO  - Port_Press\r\nDO  - 10.1/x{y\r\n" in to_ris(ARTICLE)
    assert to_bibtex(ARTICLE).startswith("@article{oar2019-d1,\n")
    assert "  journal = {Port\\_Press},\n  doi = {10.1/x%7By},\n" in to_bibtex(ARTICLE)
    assert "(2019) Why? Port_Press. https://doi.org/10.1/x{y\n" in to_plain(ARTICLE)


def test_what_is_not_known_is_left_out():
    assert to_ris(BARE) == "TY  - RPRT\r\nID  - d2\r\nTI  - Islands\r\nER  - \r\n"
    assert to_bibtex(BARE) == "@misc{anon-d2,\n  title = {Islands},\n}\n"
    assert to_plain(BARE) == "Islands.\n"


def test_no_text_begins_a_field_of_its_own():
    sly = BARE | {"title": "A\r\nER  - \nTY  - BOOK\x00\u2028x", "authors": ["B\nAU  - C"]}
    assert to_ris(sly).count("\r\n") == 5
    assert "TI  - A ER - TY - BOOK x\r\n" in to_ris(sly)
    sly = BARE | {"title": "A},\n  url = {javascript:alert(1)", "url": "x}, note = {y"}
    assert "title = {A\\}, url = \\{javascript:alert(1)}," in to_bibtex(sly)
    assert "url = {x%7D,%20note%20=%20%7By}," in to_bibtex(sly)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Oar", "Oar, Ann"),
        ("Sarah E. P. Munce", "Munce, Sarah E. P."),
        ("Oar, Ann", "Oar, Ann"),
        ("Plato", "Plato"),
        ("National Audit Office", "National Audit Office"),
        ("Department of Health", "Department of Health"),
        ("Ferry crew and friends", "Ferry crew and friends"),
        ("", ""),
    ],
)
def test_names_are_turned_unless_they_are_an_organisations(name, expected):
    assert inverted(name) == expected

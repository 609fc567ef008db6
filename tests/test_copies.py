from __future__ import annotations

import random

import pytest

from kb.browse import stats
from kb.copies import Copy, Likeness, save_versions
from kb.integrity import digest, problems
from kb.opening import open_database
from kb.search import Filters, search
from kb.store import delete_document, save_stages
from kb.text import stats_text
from pipelines.build import build
from pipelines.copies import find_copies, likeness, sketch

LETTERS = random.Random(7)
WORDS = ["".join(LETTERS.choices("abcdefghij", k=5)) for _ in range(3000)]
LONG = " ".join(WORDS[:1000])


def like(id, text, *, title="Beans", year=None, doi=None):
    words = len(text.split())
    return Likeness(id=id, title=title, year=year, doi=doi, words=words, least=sketch(text))


def test_a_short_text_has_no_sketch():
    assert (sketch("Rain helped. " * 40), likeness((), ())) == ((), 0.0)


@pytest.mark.parametrize(("kept", "expected"), [(1000, 1.0), (800, 0.67), (500, 0.33), (0, 0.0)])
def test_likeness_is_the_share_of_runs_in_common(kept, expected):
    other = " ".join([*WORDS[:kept], *WORDS[1000 : 2000 - kept]])
    assert likeness(sketch(LONG), sketch(other)) == pytest.approx(expected, abs=0.06)


def test_what_is_printed_otherwise_is_the_same():
    assert sketch(LONG.upper().replace(" ", ",\n")) == sketch(LONG)


DRAFT = " ".join(WORDS[:800] + WORDS[1000:1150])
"""Two thirds of the runs of LONG."""


def test_copies_are_grouped_whatever_they_are_called():
    found = find_copies([like("a", LONG), like("b", LONG + " end", title="Leeks")])
    assert found == [Copy(document_id="a", main_id="b", likeness=pytest.approx(1, abs=0.02))]


def test_a_draft_is_told_by_its_title_or_doi_and_the_newest_stands_for_it():
    draft, final = like("a", DRAFT, year=2020), like("b", LONG, year=2021, title="BEANS.")
    assert [(c.document_id, c.main_id) for c in find_copies([draft, final])] == [("a", "b")]
    other = like("b", LONG, title="Leeks")
    assert find_copies([draft, other]) == []
    draft, other = like("a", DRAFT, doi="10.1/x"), like("b", LONG, title="Leeks", doi="10.1/X")
    assert [(c.document_id, c.main_id) for c in find_copies([draft, other])] == [("a", "b")]
    draft, other = like("a", DRAFT, doi="10.1/x"), like("b", LONG, doi="10.1/y")
    assert find_copies([draft, other]) == []


def test_the_published_article_stands_for_its_copies():
    article = like("c", DRAFT, doi="10.1/x", year=2019)
    copies = find_copies([like("a", DRAFT, year=2021), like("b", DRAFT + " end"), article])
    assert [(c.document_id, c.main_id) for c in copies] == [("a", "c"), ("b", "c")]


def test_different_reports_of_one_title_are_no_copies():
    assert find_copies([like("a", LONG), like("b", " ".join(WORDS[1500:2500]))]) == []


SENTENCES = " ".join(
    f"Plot {n} lay by the {LETTERS.choice(WORDS)} and had {LETTERS.choice(WORDS)} in it."
    for n in range(30)
)
REPORT = f"# Beans\n\nRain helped the beans to grow. {SENTENCES}\n"
COPY = f"# Beans again\n\nRain helped the beans to grow. {SENTENCES} Sue kept the books.\n"


def claims(target):
    sql = "select d.path, c.code from claims c join documents d on d.id = c.document_id"
    return open_database(target).conn.execute(sql).fetchall()


def test_copies_are_counted_once_and_come_back_when_the_main_one_goes(tmp_path, codebook):
    reports, target = tmp_path / "reports", tmp_path / "kb.db"
    reports.mkdir()
    (reports / "a.md").write_text(REPORT)
    build([reports], target, codebook=codebook)
    (reports / "b.md").write_text(COPY)
    build([reports], target, codebook=codebook)
    base = open_database(target)
    assert (claims(target), problems(base)) == ([("reports/b.md", "help")], [])
    hits = search(base, "rain helped", mode="words").hits
    assert [hit.title for hit in hits if "Rain" in hit.quote] == ["Beans again"]
    named = search(base, "rain helped", filters=Filters(documents=("a.md",)), mode="words").hits
    assert [hit.title for hit in named if "Rain" in hit.quote] == ["Beans"]
    found = stats(base)
    told = [(row["path"], bool(row["copy_of"])) for row in found["by_document"]]
    assert (found["copies"], told) == (1, [("reports/a.md", True), ("reports/b.md", False)])
    assert "copies of others, which are not coded: 1\n" in stats_text(found)
    build([reports], tmp_path / "fresh.db", codebook=codebook)
    assert digest(base) == digest(open_database(tmp_path / "fresh.db"))
    (reports / "b.md").unlink()
    build([reports], target, codebook=codebook)
    assert claims(target) == [("reports/a.md", "help")]


def test_the_versions_that_a_document_replaced_are_known_in_their_order(garden):
    save_stages(garden, "d1", file="/raw/b.html", read_by="")
    save_versions(garden, {"/raw/b.html": ["old"]})
    save_versions(garden, {"/raw/b.html": ["older", "old"], "/raw/other.html": ["x"]})
    assert list(garden["versions"].rows) == [
        {"document_id": "d1", "ordinal": 1, "sha256": "older"},
        {"document_id": "d1", "ordinal": 2, "sha256": "old"},
    ]
    delete_document(garden, "d1")
    assert list(garden["versions"].rows) == []

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database
from web_base import HOSTILE, Get, getter, links, print_ferry, save, words_of

from kb.bibliography import to_bibtex, to_ris
from kb.browse import show
from kb.web.server import make_datasette

pytest_plugins = ("web_fixtures",)


@pytest.fixture(scope="module")
def printed(path, tmp_path_factory) -> Iterator[Path]:
    """Give a knowledge base one of whose documents has pages; images are kept apart."""
    folder = tmp_path_factory.mktemp("printed")
    copy = folder / "harbour.db"
    copy.write_bytes(path.read_bytes())
    print_ferry(copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield copy


@pytest.fixture(scope="module")
def see(runner, printed) -> Get:
    return getter(runner, make_datasette(printed))


def change(printed: Path, copy: Path, sql: str) -> Path:
    copy.write_bytes(printed.read_bytes())
    db = Database(copy)
    db.conn.execute(sql)
    db.conn.commit()
    db.close()
    return copy


def spans(html: str) -> list[tuple[str, str]]:
    """Give id and class of each marked statement."""
    return re.findall(r'<span id="([^"]+)" class="kb-coded ([^"]+)"', html)


def test_claims_stand_beside_the_text(get):
    text = words_of(get("/-/kb/document/d1"))
    assert (
        "Claims Shared records helped nurses and the ferry crew to plan. Facilitator "
        "Information and technology · Workforce and roles · Found · Own Separate budgets slowed "
        "the work. Barrier Finance and incentives · Found · Own Emergency admissions fell by a "
        "tenth. Outcome “Emergency admissions” · Emergency admissions · Use of services · Decrease "
        "· Good · “a tenth” · Found · Own" in text
    )
    assert "/-/kb/claim/d1s3-outcome" in links(get("/-/kb/document/d1"))


def test_codes_can_be_chosen_by_the_address(get):
    assert spans(get("/-/kb/document/d1").text) == [
        ("d1s1", "kb-c1"),
        ("d1s2", "kb-c2"),
        ("d1s3", "kb-c4"),
    ]
    some = get("/-/kb/document/d1?code=barrier&code=outcome").text
    assert spans(some) == [("d1s1", "kb-off"), ("d1s2", "kb-c2"), ("d1s3", "kb-c4")]
    assert re.findall(r'<li data-id="(\w+)"( hidden)?>', some) == [
        ("d1s1", " hidden"),
        ("d1s2", ""),
        ("d1s3", ""),
    ]
    assert "No code 'fish'; there are: " in words_of(get("/-/kb/document/d1?code=fish", 400))


def test_each_number_leads_to_its_rows(get):
    found = re.findall(
        r'href="([^"]+document_id__exact=d1)"[^>]*>(\d+)', get("/-/kb/document/d1").text
    )
    assert [count for _, count in found] == ["4", "3", "1", "1", "0", "1"]
    for href, count in found:
        rows = get(href.replace("?", ".json?_shape=array&")).json()
        assert len(rows) == int(count)


def test_pages_are_shown_with_the_boxes_of_coded_statements(see):
    html = see("/-/kb/document/d1").text
    assert re.findall(r'<img src="([^"]+)" alt="([^"]+)"', html) == [
        ("/-/kb/document/d1/page/1.png", "Page 1 as printed"),
        ("/-/kb/document/d1/page/2.png", "Page 2 as printed"),
    ]
    assert re.findall(r'<rect class="(.*?)" data-id="(.*?)" x="(.*?)" y="(.*?)"', html) == [
        ("kb-c1", "d1s1", "50", "100"),
        ("kb-c2", "d1s2", "50", "130"),
        ("kb-c4", "d1s3", "50", "60"),
    ]


def test_a_page_is_an_image(see):
    response = see("/-/kb/document/d1/page/2.png")
    assert response.headers["content-type"] == "image/png"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert "has no page 3; it has 2" in words_of(see("/-/kb/document/d1/page/3.png", 404))
    assert "has no pages" in words_of(see("/-/kb/document/d2/page/1.png", 404))
    assert "nope" in words_of(see("/-/kb/document/nope/page/1.png", 404))


@pytest.mark.parametrize(
    ("sql", "note"),
    [
        ("update stages set file = '/nowhere.pdf'", "ferry.txt is not on this machine"),
        ("update documents set sha256 = 'f'", "ferry.txt has changed since it was read"),
        ("update stages set file = '/etc/passwd'", "ferry.txt has changed since it was read"),
    ],
)
def test_a_file_that_is_not_the_one_that_was_read_is_told(runner, printed, tmp_path, sql, note):
    get = getter(runner, make_datasette(change(printed, tmp_path / "other.db", sql)))
    for address in ("/-/kb/document/d1", "/-/kb/claim/d1s3-outcome"):
        response = get(address)
        assert note in words_of(response)
        assert "<img" not in response.text
    get("/-/kb/document/d1/page/1.png", 404)


def test_claim_page_tells_what_was_noted_and_where_it_stands(see):
    response = see("/-/kb/claim/d1s3-outcome")
    text = words_of(response)
    assert "Claim: outcome" in text
    assert "Separate budgets slowed the work. Emergency admissions fell by a tenth. The" in text
    assert "Use of services Admissions, attendances, bed days" in text
    assert re.findall(r"<img src=\"([^\"]+)\"", response.text) == ["/-/kb/document/d1/page/2.png"]
    assert re.findall(r'<rect class="(.*?)" data-id="(.*?)"', response.text) == [("kb-c4", "d1s3")]
    assert "Ann Oar (2019) The ferry. Port Press. p. 2. https://example.org/ferry" in text
    assert "http://localhost/-/kb/claim/d1s3-outcome" in links(response)
    assert see("/-/kb/claim/d1s3-outcome.json").json()["table"] == "claims"


def test_similar_claims_are_those_of_other_documents(get):
    html = get("/-/kb/claim/d1s3-outcome").text
    others = html[html.index("Similar claims in other documents") :]
    assert set(re.findall(r"/-/kb/statement/(\w+)", others)) == {"d2s1", "d2s2", "d2s3"}


def test_every_link_of_the_reader_and_the_claim_works(see):
    for page in ("/-/kb/document/d1", "/-/kb/claim/d1s2-barrier", "/-/kb/statement/d1s4"):
        for href in links(see(page)):
            if href.startswith("/"):
                see(href)


@pytest.mark.parametrize("id", ["d1s2-barrier", "d1s2", "d1"])
def test_citations_are_those_of_the_functions(get, base, id):
    what = {"d1": "document", "d1s2": "statement"}.get(id, "claim")
    document = show(base, "d1")
    ris = get(f"/-/kb/{what}/{id}.ris")
    assert ris.headers["content-disposition"] == f'attachment; filename="{id}.ris"'
    bib = get(f"/-/kb/{what}/{id}.bib").text
    if what == "document":
        assert (ris.text, bib) == (to_ris(document), to_bibtex(document))
    else:
        assert "N1  - “Separate budgets slowed the work.”\r\n" in ris.text
        assert f"L2  - http://localhost/-/kb/{what}/{id}\r\n" in ris.text
        assert "note = {“Separate budgets slowed the work.”}" in bib
    assert get(f"/-/kb/{what}/{id}.txt").text.startswith("Ann" if what == "document" else "“Sep")
    assert "nope" in words_of(get(f"/-/kb/{what}/nope.ris", 404))


def test_annotation_points_into_the_text_that_is_served(see):
    response = see("/-/kb/claim/d1s3-outcome.jsonld")
    assert response.headers["content-type"].startswith("application/ld+json; profile=")
    found = json.loads(response.text)
    assert found["id"] == "http://localhost/-/kb/claim/d1s3-outcome.jsonld"
    read, printed = found["target"]
    text = see(read["source"]["id"].removeprefix("http://localhost")).text
    quote, position = read["selector"]
    assert text[position["start"] : position["end"]] == quote["exact"]
    assert printed["source"]["id"] == "https://example.org/ferry"
    assert printed["selector"]["value"] == "page=2"
    assert "nope" in words_of(see("/-/kb/claim/nope.jsonld", 404))
    assert "nope" in words_of(see("/-/kb/document/nope/text", 404))


@pytest.mark.parametrize(
    "address",
    [
        "/-/kb/claim/d2s1-barrier",
        "/-/kb/document/d2?code=" + HOSTILE.replace('"', "%22"),
        "/-/kb/claim/%3Cscript%3Ealert(1)",
    ],
)
def test_what_documents_write_is_escaped(runner, path, address):
    response = runner.run(make_datasette(path).client.get(address))
    assert "<script>alert(" not in response.text
    assert 'href="javascript:' not in response.text


@pytest.mark.parametrize("address", ["/-/kb/document/d2/text", "/-/kb/claim/d2s1-barrier.txt"])
def test_plain_text_is_never_taken_for_a_page(get, address):
    response = get(address)
    assert HOSTILE in response.text
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_another_codebook_is_told_in_its_own_words(runner, garden, tmp_path):
    save(garden, tmp_path / "garden.db")
    get = getter(runner, make_datasette(tmp_path / "garden.db"))
    text = words_of(get("/-/kb/document/d1"))
    assert "Rain helped the beans. Help Water Yields rose by half. Result Up" in text
    assert "Claim: help Plots Rain helped the beans." in words_of(get("/-/kb/claim/d1s1-help"))

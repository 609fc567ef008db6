from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from unittest.mock import ANY

import pytest
from conftest import WordLengths
from datasette.app import Datasette
from datasette.utils import MultiParams
from sqlite_utils import Database
from web_base import HOSTILE, getter, links, words_of

from kb.export import FORMATS, iter_claims
from kb.search import search
from kb.web import encoding
from kb.web.encoding import load_once, remember
from kb.web.search_page import read_address
from kb.web.server import make_datasette

pytest_plugins = ("web_fixtures",)
ROOT = Path(__file__).parent.parent


def test_home_counts_what_there_is(get):
    text = words_of(get("/"))
    assert (
        "2 documents 7 statements 1 facilitator 2 barriers 1 integration type 2 outcomes "
        "1 file not read" in text
    )
    assert "Statements are quoted and coded by machine" in text
    assert "The ferry 2019 Port Press evaluation 3 CC-BY-4.0" in text


def test_every_link_of_the_home_page_works(get):
    for href in links(get("/")):
        if href.startswith("/"):
            get(href)


@pytest.mark.parametrize(
    "address", ["/", "/-/kb/search?q=records", "/-/kb/statement/d1s3", "/-/kb/document/d1"]
)
def test_pages_can_live_below_a_prefix(runner, path, address):
    datasette = Datasette([str(path)], settings={"base_url": "/evidence/"})
    inner = [href for href in links(getter(runner, datasette)(address)) if href.startswith("/")]
    assert [href for href in inner if not href.startswith("/evidence/")] == []
    assert [href for href in inner if href.startswith("/evidence/evidence/")] == []


def test_search_answers_as_the_function_does(get, base):
    asked = "Did admissions fall?"
    expected = json.loads(
        json.dumps([asdict(hit) for hit in search(base, asked, encoder=WordLengths()).hits])
    )
    found = get("/-/kb/search.json?q=Did+admissions+fall%3F").json()
    assert found == json.loads(json.dumps(expected))
    assert found[0] == {
        "statement_id": "d1s3",
        "document_id": "d1",
        "title": "The ferry",
        "year": 2019,
        "page": None,
        "quote": "Emergency admissions fell by a tenth.",
        "lead_in": "",
        "heading": "Plots",
        "codes": ["outcome"],
        "themes": [],
        "score": ANY,
        "matched_by": ["words", "meaning"],
        "claims": [
            {
                "id": "d1s3-outcome",
                "code": "outcome",
                "words": {"measure": "Emergency admissions", "magnitude": "a tenth"},
                "values": {
                    "indicator": "emergency_admissions",
                    "domain": "utilisation",
                    "direction": "decrease",
                    "valence": "good",
                    "standing": "found",
                    "attribution": "own",
                },
            }
        ],
        "parts": ANY,
        "copies": [],
        "marks": [[10, 20]],
    }


def test_search_shows_the_quotation_its_codes_and_its_place(get):
    text = words_of(get("/-/kb/search?q=budgets&mode=words"))
    assert (
        "1 statement, best first: Barrier 1 · JSON Quoted and coded by machine. The words are the "
        "document's own; a code may be wrong: check the quotation before you rely on it. Separate "
        "budgets slowed the work. Barrier Finance and incentives · Found · Own The ferry (2019) · "
        "Plots found by words · in the document · more like this" in text
    )


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("q=records", ["d1s1", "d2s1"]),
        ("q=records&code=barrier", ["d2s1"]),
        ("q=records&code=barrier&code=facilitator&n=1", ["d1s1"]),
        ("q=records&theme=workforce_roles", ["d1s1"]),
        ("q=records&document=d2&theme=&year=", ["d2s1"]),
        ("q=records&year=2019", ["d1s1"]),
        ("q=nothing+of+this", []),
        ("q=", []),
        ("", []),
        ("q=%22", []),
        ("q=%00%FF", []),
    ],
)
def test_search_filters(get, address, ids):
    found = get(f"/-/kb/search.json?mode=words&{address}").json()
    assert [hit["statement_id"] for hit in found] == ids
    get(f"/-/kb/search?mode=words&{address}")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("code=fish", "No code 'fish'; there are: facilitator, barrier, integration_type, outcome"),
        ("q=x&document=fish", "No document has the id, file name or title 'fish'; see: kb stats"),
        ("year=soon", "year must be a whole number from 0 to 9999, not 'soon'"),
        ("n=0", "n must be a whole number from 1 to 100, not '0'"),
        ("mode=fish", "There is no mode 'fish'; there are: hybrid, meaning, words"),
    ],
)
def test_what_cannot_be_meant_is_said_kindly(get, address, message):
    assert get(f"/-/kb/search.json?{address}", 400).json() == {"error": message}
    assert f"That did not work {message}" in words_of(get(f"/-/kb/search?{address}", 400))


def test_a_very_long_question_is_cut(get):
    text = words_of(get("/-/kb/search?q=" + "ferry+" * 2000))
    assert "only its first 2,000 characters were used" in text
    assert "The ferry sails at noon." in text


def test_no_hit_is_said(get):
    text = words_of(get("/-/kb/search?mode=words&q=zebra&code=barrier"))
    assert "Nothing was found. Try other words, or search without the filters." in text


def test_without_an_encoder_words_are_searched_with_a_note(runner, path, tmp_path):
    other = tmp_path / "other.db"
    other.write_bytes(path.read_bytes())
    db = Database(other)
    db.conn.execute("update collections set model = 'no/such'")
    db.conn.commit()
    db.close()
    get = getter(runner, make_datasette(other))
    text = words_of(get("/-/kb/search?q=budgets"))
    assert "Searched by words only: There is no model folder no/such" in text
    assert "Separate budgets slowed the work." in text
    message = get("/-/kb/search.json?q=budgets&mode=meaning", 400).json()["error"]
    assert message.startswith("No search by meaning here: There is no model folder no/such")


def test_document_page_says_which_pages_could_not_be_read(runner, path, tmp_path):
    other = tmp_path / "other.db"
    other.write_bytes(path.read_bytes())
    db = Database(other)
    sheets = [(1, 9, "text"), (2, 0, "damaged"), (3, 0, "damaged"), (4, 0, "ocr")]
    for page, words, read_by in sheets:
        row = {"id": f"d1-page{page}", "document_id": "d1", "page": page, "words": words}
        db.table("pages").insert(row | {"read_by": read_by})
    db.close()
    assert (
        "Not read pages 2–3: damaged; open the file in a viewer and save it anew Not read page 4: "
        "no words could be recognised; supply a better scan if there are any About this document"
    ) in words_of(getter(runner, make_datasette(other))("/-/kb/document/d1"))


def test_statement_page_gives_context_claims_and_place(get):
    text = words_of(get("/-/kb/statement/d1s3"))
    assert (
        "Plots Separate budgets slowed the work. Emergency admissions fell by a tenth. "
        "The ferry sails at noon. Ann Oar: The ferry (2019), Port Press" in text
    )
    assert "characters 91 to 128 of the document's text" in text
    assert "Measure Emergency admissions Kind of result" not in text
    assert "Domain Use of services Admissions, attendances, bed days" in text
    assert "Magnitude a tenth" in text
    assert "Confidence 0.75 Status predicted Id d1s3-outcome" in text
    assert "Similar claims in other documents" in text


def test_statement_has_a_json_twin(get):
    thing = get("/-/kb/statement/d1s2.json").json()
    assert (thing["table"], thing["text"]) == ("statements", "Separate budgets slowed the work.")
    assert [claim["themes"] for claim in thing["claims"]] == [["finance_incentives"]]


@pytest.mark.parametrize(
    ("id", "target"),
    [("d1s3-outcome", "/-/kb/claim/d1s3-outcome"), ("d1", "/-/kb/document/d1")],
)
def test_other_ids_lead_to_their_page(get, id, target):
    assert get(f"/-/kb/statement/{id}", 302).headers["location"] == target


@pytest.mark.parametrize("page", ["statement", "document", "similar"])
def test_an_unknown_id_is_said_kindly(get, page):
    assert "nope" in words_of(get(f"/-/kb/{page}/nope", 404))
    assert "nope" in get(f"/-/kb/{page}/nope.json", 404).json()["error"]


def test_similar_statements_are_ranked(get):
    ids = [hit["statement_id"] for hit in get("/-/kb/similar/d1s4.json?n=2").json()]
    assert len(ids) == 2
    assert "d1s4" not in ids
    assert "Statements like this one The ferry sails at noon." in words_of(
        get("/-/kb/similar/d1s4")
    )


def test_document_page_marks_coded_statements(get):
    response = get("/-/kb/document/d1")
    assert (
        "Shared records helped nurses and the ferry crew to plan. Facilitator Separate budgets "
        "slowed the work. Barrier Emergency admissions fell by a tenth. Outcome The ferry sails "
        "at noon." in words_of(response)
    )
    assert [f'id="d1s{n}"' in response.text for n in range(1, 5)] == [True] * 4
    assert "https://example.org/ferry" in links(response)
    assert "By Ann Oar Year 2019 Publisher Port Press" in words_of(response)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/-/kb/document/d2",
        "/-/kb/statement/d2s1",
        "/-/kb/similar/d1s1",
        "/-/kb/search?q=records",
        "/-/kb/search?q=" + HOSTILE.replace('"', "%22"),
        "/-/kb/search?mode=" + HOSTILE.replace('"', "%22"),
        "/-/kb/statement/%3Cscript%3Ealert(1)",
        "/harbour/barriers",
        "/harbour/documents",
        "/harbour/quotes_with?q=records",
    ],
)
def test_what_documents_and_readers_write_is_escaped(runner, path, address):
    response = runner.run(make_datasette(path).client.get(address))
    assert "<script>alert(" not in response.text
    assert 'href="javascript:' not in response.text


@pytest.mark.parametrize("format", FORMATS)
def test_downloads_are_whole(get, base, format):
    response = get(f"/-/kb/claims.{format}")
    assert response.text == "".join(FORMATS[format](iter_claims(base)))
    assert response.headers["content-disposition"] == f'attachment; filename="claims.{format}"'


def test_an_unknown_download_is_said_kindly(get):
    assert "No format 'xls'; there are:" in words_of(get("/-/kb/claims.xls", 400))


def test_pages_forbid_what_comes_from_elsewhere(get):
    header = get("/-/kb/search").headers["content-security-policy"]
    assert header.startswith("default-src 'self'")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("quotes?_page=000000001999999999999", "_page must be a whole number from 1 to 2000"),
        ("board?start=00000000199999999", "start must be a whole number from 0 to 100000"),
        ("board?group=fish", "No kind of outcome 'fish'; there are: "),
    ],
)
def test_numbers_and_kinds_have_their_limits(get, address, message):
    assert message in words_of(get(f"/-/kb/{address}", 400))


def test_an_attribute_called_kinds_leaves_the_kind_of_documents_alone():
    args = MultiParams({"kind": ["article"], "theme": ["cost"], "kinds": ["visits"]})
    asked = read_address(args, ("kinds", "themes"))
    assert (asked.filters.kinds, asked.filters.values) == (
        ("article",),
        {"kinds": ("visits",), "themes": ("cost",)},
    )


def test_bases_of_other_codebooks_have_other_encoders(garden, encoder, monkeypatch, tmp_path):
    graph = tmp_path / "questions.onnx"
    graph.write_text("taught")
    remember(encoder)
    assert load_once(garden) is encoder
    monkeypatch.setattr(encoding, "question_graph", lambda db: graph)
    monkeypatch.setattr(encoding, "load_question_encoder", lambda db: "taught by a codebook")
    assert load_once(garden) == "taught by a codebook"

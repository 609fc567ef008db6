from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
import yaml
from datasette.app import Datasette
from sqlite_utils import Database
from web_base import getter, links, save, words_of

from kb.codebook import load_codebook
from kb.errors import KbError
from kb.tables import create_tables
from kb.web.base import get_base
from kb.web.facets import list_filters
from kb.web.metadata import FILE, columns_of, metadata_for
from kb.web.queries import load_queries
from kb.web.server import free_port, make_datasette

pytest_plugins = ("web_fixtures",)
ROOT = Path(__file__).parent.parent

SCHEMA = Database(memory=True)
create_tables(SCHEMA, load_codebook())
SHOWN = [name for name in columns_of(SCHEMA) if not re.match(r"statements_fts_|sqlite_", name)]


@pytest.mark.parametrize("name", SHOWN)
def test_each_table_and_view_has_a_page_with_its_description(get, name):
    about = metadata_for("harbour")["databases"]["harbour"]["tables"][name]
    text = words_of(get(f"/harbour/{name}"))
    assert " ".join(about["description"].split()) in text
    assert all(" ".join(column.split()) in text for column in about["columns"].values())


def test_tables_show_labels_and_link_quotations(get):
    response = get("/harbour/barriers")
    assert "Finance and incentives" in words_of(response)
    assert "/-/kb/statement/d1s2" in links(response)
    assert "/-/kb/document/d1" in links(get("/harbour/documents"))


def test_filters_of_lists_go_by_an_index(runner, path, get):
    base = runner.run(get_base(make_datasette(path)))
    pairs = [("themes__arraycontains", "finance_incentives"), ("level__exact", "meso")]
    found = list_filters(base, "barriers", pairs)
    assert (found.where_clauses, found.params) == (
        ["themes in (select list from value_lists where attribute = 'themes' and value = :list_0)"],
        {"list_0": "finance_incentives"},
    )
    assert list_filters(base, "outcomes", pairs).where_clauses == []
    rows = get("/harbour/barriers.json?_shape=array&themes__arraycontains=finance_incentives")
    assert [row["statement_id"] for row in rows.json()] == ["d1s2"]
    assert get("/harbour/barriers.json?_shape=array&themes__arraycontains=fish").json() == []


def test_claims_of_a_value_are_found_in_an_index():
    sql = "select count(*) from claims where themes in (select list from value_lists)"
    plan = [row[3] for row in SCHEMA.execute(f"explain query plan {sql}")]
    assert plan[0] == "SEARCH claims USING COVERING INDEX claims_by_themes (themes=?)"


EXPECTED = yaml.safe_load((ROOT / "tests" / "cases" / "queries.yml").read_text("utf-8"))


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_each_named_query_has_a_page_and_the_right_rows(get, query):
    assert query.title in words_of(get(f"/harbour/{query.name}?{query.example}"))
    asked = EXPECTED[query.name].get("asked", "")
    rows = get(f"/harbour/{query.name}.json?_shape=array&{asked}").json()
    columns = EXPECTED[query.name]["columns"]
    assert [[row[column] for column in columns] for row in rows] == EXPECTED[query.name]["rows"]


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_each_named_query_is_documented(query):
    page = (ROOT / "docs" / "queries.md").read_text("utf-8")
    parameters = "".join(f"; `{name}`" for name in query.parameters)
    assert f"| `{query.name}` | {query.title}{parameters} |" in page


@pytest.mark.parametrize(
    ("theme", "found"), [("finance", ["d1s2"]), (" FINANCE_", ["d1s2"]), ("", ["d1s2"]), ("x", [])]
)
def test_recommendations_are_found_by_a_word_of_their_theme(path, theme, found):
    db = Database(memory=True)
    db.conn.deserialize(path.read_bytes())
    db.conn.execute("update claims set standing = 'recommended' where id = 'd1s2-barrier'")
    (query,) = (each for each in load_queries() if each.name == "recommendations_by_theme")
    assert [row["statement_id"] for row in db.query(query.sql, {"theme": theme})] == found


@pytest.mark.parametrize("q", ["", '"', 'a"b', "%00", "z%00y", "z*", "(", "NEAR(", "it's", "a AND"])
def test_no_word_breaks_the_query_for_quotations(get, q):
    assert get(f"/harbour/quotes_with.json?_shape=array&q={q}").json() == []
    outcomes = get(f"/harbour/outcomes_on.json?_shape=array&words={q}").json()
    assert outcomes == []


def test_every_column_is_described_and_no_other():
    tables = metadata_for("kb")["databases"]["kb"]["tables"]
    described = {name: set(tables[name].get("columns", ())) for name in SHOWN}
    assert described == {name: set(columns_of(SCHEMA)[name]) for name in SHOWN}
    assert all(tables[name]["description"] for name in SHOWN)


def test_the_file_serves_kb_db_by_hand(runner, path, tmp_path):
    by_hand = tmp_path / "kb.db"
    by_hand.write_bytes(path.read_bytes())
    metadata = yaml.safe_load((ROOT / "metadata.yml").read_text("utf-8"))
    get = getter(runner, Datasette([str(by_hand)], metadata=metadata))
    assert "What stood in the way: one row a claim." in words_of(get("/kb/barriers"))
    assert (ROOT / "metadata.yml").readlink() == FILE.relative_to(ROOT)


def test_another_codebook_has_pages_too(runner, garden, tmp_path):
    path = tmp_path / "garden.db"
    garden.conn.execute("update collections set name = name")
    save(garden, path)
    get = getter(runner, make_datasette(path))
    assert "2 helps 2 results" in words_of(get("/"))
    assert "Help Water" in words_of(get("/-/kb/search?q=rain"))
    assert "Direction Up More of it." in words_of(get("/-/kb/statement/d1s2"))
    for name in ("claims", "helps", "results", "themes", "documents", "evidence_map"):
        get(f"/garden/{name}")
    get("/garden/barriers_by_theme", 404)


def test_a_database_of_others_is_left_alone(runner, tmp_path):
    path = tmp_path / "birds.db"
    db = Database(path)
    db["birds"].insert({"code": "robin", "quote": "tweet"})
    db.close()
    get = getter(runner, Datasette([str(path)]))
    assert "Evidence" not in words_of(get("/"))
    assert "robin" in words_of(get("/birds/birds"))
    message = "There is no knowledge base here; open one with: datasette kb.db"
    assert get("/-/kb/search.json?q=x", 404).json() == {"error": message}


def test_pages_obey_permissions(runner, path):
    metadata = metadata_for("harbour") | {"allow": {"id": "root"}}
    get = getter(runner, Datasette([str(path)], metadata=metadata))
    for address in ("/", "/-/kb/search?q=records", "/-/kb/document/d1", "/-/kb/claims.csv"):
        get(address, 403)


def test_a_missing_page_prints_no_traceback(get, capsys):
    get("/harbour/no_such_table", 404)
    assert capsys.readouterr() == ("", "")


def test_a_port_that_is_taken_is_said_kindly(runner):
    async def ask_twice() -> None:
        listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", await free_port(0))
        async with listener:
            await free_port(listener.sockets[0].getsockname()[1])

    with pytest.raises(KbError, match=r"Port [0-9]+ cannot be had; give another: kb serve --port"):
        runner.run(ask_twice())

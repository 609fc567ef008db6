from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import yaml
from datasette.app import Datasette
from sqlite_utils import Database
from web_base import getter, words_of

from kb.codebook import SHIPPED
from kb.errors import DatabaseMissing, KbError
from kb.labels import load_labels
from kb.published import masked, not_to_be_passed_on, write_published
from kb.synthesis.maps import draw_map
from kb.synthesis.plan import load_plan
from kb.web import UNREADABLE, counted, is_misread
from kb.web.in_place import MANIFEST, listed, restore
from kb.web.publication import PUBLISHED, publish_site

pytest_plugins = ("web_fixtures",)


@pytest.fixture(scope="module")
def site(path, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "site"
    publish_site(path, folder)
    return folder


def test_a_site_has_all_that_a_server_needs(site):
    names = {path.relative_to(site).as_posix() for path in site.iterdir()}
    assert names == {
        *("kb.db", "kb.db.index", "inspect-data.json", "metadata.yml", "settings.json"),
        *("datasette.yml", "Dockerfile", ".dockerignore", "README.md", "package", MANIFEST),
    }
    assert (site / "package" / "kb" / "web" / "templates" / "kb_home.html").exists()
    assert json.loads((site / "settings.json").read_text()) == PUBLISHED
    assert yaml.safe_load((site / "datasette.yml").read_text())["settings"] == PUBLISHED


def test_a_site_counts_tables_beforehand(site):
    facts = json.loads((site / "inspect-data.json").read_text())["kb"]
    assert (facts["file"], facts["size"]) == ("kb.db", (site / "kb.db").stat().st_size)
    assert facts["tables"]["claims"] == {"count": 6}
    assert "barriers" not in facts["tables"]  # a view


def test_a_site_keeps_its_counts_as_a_table(site, path):
    ours, theirs = Database(path), Database(site / "kb.db")
    assert {"counts", "name_counts", "value_lists"} <= {*ours.view_names()} & {
        *theirs.table_names()
    }
    for name in ("counts", "name_counts", "value_lists", "evidence_map"):
        assert sorted(theirs[name].rows, key=str) == sorted(ours[name].rows, key=str)
    directions = (
        "select code, value, label, document_id, claims from counts where attribute = 'direction'"
    )
    assert theirs.execute(directions).fetchall() == [
        ("outcome", "decrease", "Decrease", "d1", 1),
        ("outcome", "decrease", "Decrease", "d2", 1),
    ]
    names = "select kind, name, document_id, claims, statements from name_counts"
    assert theirs.execute(names).fetchall() == [("population", "Nurses", "d1", 1, 1)]
    ours.close()
    theirs.close()


def test_a_site_keeps_what_its_maps_count(site, path):
    ours, theirs = Database(path), Database(site / "kb.db")
    labels = load_labels(ours)
    plan = load_plan(ours, labels)
    theirs.conn.execute("delete from claims")  # what is shown was counted before
    for each in plan.maps:
        assert draw_map(theirs, labels, each, plan.weak) == draw_map(ours, labels, each, plan.weak)
    ours.close()
    theirs.close()


def test_a_site_brings_the_pages_of_a_codebook_of_ones_own(path, tmp_path):
    folder = shutil.copytree(SHIPPED / "school_attendance", tmp_path / "own")
    (folder / "pages.yml").write_text("examples: [Who came?]\n")
    own = tmp_path / "own.db"
    shutil.copyfile(path, own)
    db = Database(own)
    db.conn.execute("update builds set codebook_path = ?", [str(folder / "codebook.yml")])
    db.conn.commit()
    db.close()
    publish_site(own, tmp_path / "site")
    codebooks = tmp_path / "site" / "package" / "kb" / "codebooks"
    assert (codebooks / "integrated_care" / "pages.yml").read_text() == "examples: [Who came?]\n"
    assert (codebooks / "school_attendance" / "pages.yml").read_text() != "examples: [Who came?]\n"


def test_nothing_of_the_machine_is_in_it(site, path):
    db = Database(site / "kb.db")
    assert db["stages"].count == 0
    assert db["unread_stages"].count == 0
    assert [row["codebook_path"] for row in db["builds"].rows] == [""]
    db.close()
    assert str(Path.cwd()).encode() not in (site / "kb.db").read_bytes()


def test_a_site_is_served_unchangeable_and_its_pages_are_kept(runner, site, monkeypatch):
    datasette = Datasette(config_dir=site)
    app = datasette.app()  # as a server has it; the client of 1.0 makes one for each request
    monkeypatch.setattr(datasette, "app", lambda: app)
    assert not datasette.get_database("kb").is_mutable
    get = getter(runner, datasette)
    first, second = get("/kb/barriers"), get("/kb/barriers")
    assert "2 rows" in words_of(first)
    assert first.text == second.text
    assert "default-src 'self'" in first.headers["content-security-policy"]
    assert "Disallow: /kb" in get("/robots.txt").text


OPEN = ["/-/kb/document/d1.json", "/-/kb/document/d1/text", "/-/kb/claim/d1s1-facilitator.jsonld"]


@pytest.mark.parametrize("address", OPEN)
def test_other_sites_may_read_a_published_base_and_no_other(runner, site, get, address):
    published = getter(runner, Datasette(config_dir=site))
    assert published(address).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in get(address).headers


@pytest.mark.parametrize("address", ["/kb/claims", "/kb/quotes_with", "/-/kb/search", "/-/logout"])
def test_a_site_can_only_be_read(runner, site, address, capsys):
    datasette = Datasette(config_dir=site)
    response = runner.run(datasette.client.post(address))
    assert (response.status_code, response.text) == (
        405,
        "Here one can only read: GET, HEAD or OPTIONS\n",
    )
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("value", ["5", "[]", "{}", "null", "x", '{"table": 5}'])
def test_what_datasette_cannot_read_is_no_fault_of_ours(runner, site, value):
    datasette = Datasette(config_dir=site)
    response = runner.run(datasette.client.get("/kb/claims.json", params={"_through": value}))
    assert (response.status_code, UNREADABLE in response.text) == (400, True)


def test_a_fault_of_ours_stays_one():
    def failing() -> None:
        raise TypeError

    with pytest.raises(TypeError) as found:
        failing()
    assert not is_misread(found.value)


def test_a_server_of_a_site_counts_ahead_what_its_pages_show(runner, site, monkeypatch):
    monkeypatch.setattr(counted, "KEPT", WeakKeyDictionary())
    datasette = Datasette(config_dir=site)
    runner.run(datasette.invoke_startup())
    told = asyncio.run(lifespan(datasette.app()))  # as a server does, in a loop of its own
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    names = [name if isinstance(name, str) else name[0] for _, name in counted.KEPT[datasette]]
    assert names == ["plan", "home", "map", "map", "map", "map", "board"]


async def lifespan(app: Any) -> list[str]:
    """Start an application, wait until it does nothing any more, and stop it."""
    told: list[str] = []

    async def receive() -> dict[str, str]:
        if not told:
            return {"type": "lifespan.startup"}
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others)
        return {"type": "lifespan.shutdown"}

    async def send(message: dict[str, str]) -> None:
        told.append(message["type"])

    await app({"type": "lifespan"}, receive, send)
    return told


def test_a_site_is_written_anew_and_other_folders_are_left_alone(path, tmp_path):
    publish_site(path, tmp_path / "site")
    site = tmp_path / "site"
    (site / "own.txt").write_text("own")
    (site / "kb.db").write_text("broken")
    publish_site(path, site)
    assert (site / "own.txt").read_text() == "own"
    assert (site / "kb.db").stat().st_size > 10
    with pytest.raises(KbError, match=r"kb.db is what was published into .*; give another folder"):
        publish_site(site / "kb.db", site)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(KbError, match=r"holds other files \(letter.txt\); give a new folder"):
        publish_site(path, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_a_site_is_whole_again_after_a_run_that_was_killed_twice(path, tmp_path, monkeypatch):
    folder = tmp_path / "site"
    publish_site(path, folder)
    before = {each.name: each.lstat().st_mtime_ns for each in folder.iterdir()}
    moved: list[Path] = []
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        moved.append(self)
        if len(moved) in {14, 16}:  # as the new one takes its place, and as the old one comes back
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(KeyboardInterrupt):
        publish_site(path, folder)
    assert {each.name for each in folder.iterdir()} != {*before}
    restore(folder)
    assert {each.name: each.lstat().st_mtime_ns for each in folder.iterdir()} == before


@pytest.mark.parametrize("text", ["3", "[1]", "null", '["..", "/etc"]', "no JSON"])
def test_a_manifest_that_is_none_names_nothing_of_others(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text)
    assert listed(tmp_path) <= {MANIFEST}


def test_a_file_of_others_in_the_way_is_named(path, tmp_path):
    publish_site(path, tmp_path)
    names = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps([name for name in names if name != "README.md"]))
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(KbError, match=r"README.md is not ours; move it, or give a new folder"):
        publish_site(path, tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"


@pytest.mark.parametrize("name", ["../../../../../victim", "/"])
def test_a_codebook_that_is_a_path_touches_nothing(path, tmp_path, name):
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "file").write_text("x")
    made_up = Path(shutil.copy(path, tmp_path / "made-up.db"))
    db = Database(made_up)
    named = str(tmp_path / "victim") if name == "/" else name
    db.execute("update builds set codebook = ?, codebook_path = ?", [named, "/etc/hostname"])
    db.conn.commit()
    db.close()
    publish_site(made_up, tmp_path / "site")
    assert (tmp_path / "victim" / "file").read_text() == "x"


def test_a_site_stays_as_it_was_when_a_new_one_cannot_be_written(path, tmp_path):
    folder = tmp_path / "site"
    publish_site(path, folder)
    before = {each.name: each.stat().st_mtime_ns for each in folder.iterdir()}
    older = Path(shutil.copy(path, tmp_path / "older.db"))
    sqlite3.connect(older).executescript("drop view counts")
    with pytest.raises(DatabaseMissing, match=r"older.db was made by another version of kb; run"):
        publish_site(older, folder)

    def refuse(db: Database) -> list[str]:
        raise KbError("no")

    with pytest.raises(KbError, match="no"):
        publish_site(path, folder, withheld=refuse)
    assert {each.name: each.stat().st_mtime_ns for each in folder.iterdir()} == before


@pytest.mark.parametrize("after", [0, 3, 9, 10, 12, 15])
def test_a_site_stays_as_it_was_when_the_new_one_cannot_take_its_place(
    path, tmp_path, monkeypatch, after
):
    folder = tmp_path / "site"
    publish_site(path, folder)
    (folder / "more").symlink_to(tmp_path)
    before = {each.name: each.lstat().st_mtime_ns for each in folder.iterdir()}
    moved: list[Path] = []
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        moved.append(self)
        if len(moved) == after + 1:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(KeyboardInterrupt):
        publish_site(path, folder)
    assert {each.name: each.lstat().st_mtime_ns for each in folder.iterdir()} == before
    publish_site(path, folder)
    assert {each.name for each in folder.iterdir()} == {*before}
    assert tmp_path.is_dir()


def test_what_was_published_can_be_published(site, tmp_path):
    publish_site(site / "kb.db", tmp_path / "again")
    again = Database(tmp_path / "again" / "kb.db")
    assert "counts" in again.table_names()
    again.close()


def test_of_what_is_withheld_only_quotations_are_written(path, tmp_path):
    target = tmp_path / "kb.db"
    write_published(path, target, withheld=lambda db: ["d1"])
    db = Database(target)
    text = db["documents"].get("d1")["text"]
    assert text == (
        "Shared records helped nurses and the ferry crew to plan. Separate budgets slowed the "
        "work. Emergency admissions fell by a tenth. ▒▒▒ ▒▒▒▒▒ ▒▒▒▒▒ ▒▒ ▒▒▒▒▒"
    )
    assert db["passages"].get("d1-p1")["text"] == text
    assert [row["id"] for row in db["statements"].rows_where("document_id = 'd1'")] == [
        *("d1s1", "d1s2", "d1s3")
    ]
    assert db["embeddings"].count_where("id = 'd1s4'") == 0
    assert db["statements"].count_where("document_id = 'd2'") == 3
    db.close()
    assert b"sails at noon" not in target.read_bytes()


def test_what_has_no_licence_to_be_passed_on_is_withheld(path):
    assert not_to_be_passed_on(Database(path)) == ["d2"]


def test_what_is_masked_keeps_its_place():
    assert masked("One two. Three", [(4, 8), (5, 7)]) == "▒▒▒ two. ▒▒▒▒▒"
    assert masked("", []) == ""


def test_a_published_file_opens_where_nothing_can_be_written(site, tmp_path):
    shutil.copy(site / "kb.db", tmp_path / "kb.db")
    conn = sqlite3.connect(f"file:{tmp_path}/kb.db?immutable=1", uri=True)
    assert conn.execute("pragma journal_mode").fetchone() == ("delete",)
    conn.close()

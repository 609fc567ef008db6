from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from kb.codebook import load_codebook
from kb.errors import BuildRunning, KbError, Unsound
from kb.export import iter_claims, to_jsonl
from kb.integrity import digest, problems
from kb.models import Unread
from kb.opening import open_database
from pipelines.build import Report, build
from pipelines.files import File, find_files
from pipelines.plan import make_plan
from pipelines.work import connect

BEANS = """# Beans

Rain helped the beans. Yields rose by half.

Tended by:

- parents, who helped
- a water butt, which helped
"""
LEEKS = "Leeks\n=====\n\nThanks to teachers, leeks grew. Absence fell by a third.\n"


@pytest.fixture
def reports(tmp_path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "beans.md").write_text(BEANS)
    (folder / "leeks.txt").write_text(LEEKS)
    return folder


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "kb.db"


@pytest.fixture
def run(reports, target, codebook):
    return lambda *paths, **options: build(
        paths or (reports,), target, **{"codebook": codebook} | options
    )


def rows(target: Path, sql: str) -> list[tuple]:
    conn = sqlite3.connect(target)
    found = conn.execute(sql).fetchall()
    conn.close()
    return found


CLAIMS = """select d.path, s.lead_in, s.text, c.code, c.themes, c.direction
  from claims c join statements s on s.id = c.statement_id join documents d on d.id = c.document_id
  order by d.path, s.ordinal"""


def test_a_folder_becomes_a_knowledge_base(run, target):
    assert run() == Report(read=2, coded=2, embedded=7)
    assert rows(target, CLAIMS) == [
        ("reports/beans.md", "", "Rain helped the beans.", "help", '["water"]', None),
        ("reports/beans.md", "", "Yields rose by half.", "result", None, "up"),
        ("reports/beans.md", "Tended by:", "parents, who helped", "help", '["people"]', None),
        ("reports/beans.md", "Tended by:", "a water butt, which helped", "help", '["water"]', None),
        ("reports/leeks.txt", "", "Thanks to teachers, leeks grew.", "help", '["people"]', None),
        ("reports/leeks.txt", "", "Absence fell by a third.", "result", None, "down"),
    ]
    assert problems(open_database(target)) == []


def test_short_forms_of_documents_come_and_go_with_them(run, target, reports):
    told = "select words, means, documents from synonyms where documents is not null order by 1"
    (reports / "leeks.txt").write_text(LEEKS + "The water use index (WUI) fell.\n")
    run()
    assert rows(target, told) == [("WUI", "water use index", 1), ("water use index", "WUI", 1)]
    (reports / "leeks.txt").unlink()
    run()
    assert rows(target, told) == []


def test_an_unchanged_folder_is_left_alone(run, target):
    run()
    before = target.read_bytes()
    assert run() == Report(unchanged=2)
    assert target.read_bytes() == before


def test_an_unchanged_build_loads_no_model(reports, target, run):
    run()
    script = f"""
import sys
from pathlib import Path
from kb.codebook import load_codebook
from pipelines.build import build
report = build([Path({str(reports)!r})], Path({str(target)!r}),
    codebook=load_codebook({str(Path(__file__).parent / "fixtures" / "two_codes")!r}))
assert report.unchanged == 2, report
heavy = {{"torch", "spacy", "onnxruntime", "sentence_transformers", "trafilatura"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_changed_file_costs_only_itself(run, reports, target):
    run()
    (reports / "leeks.txt").write_text(LEEKS + "\nRain helped too.\n")
    assert run() == Report(read=1, coded=1, embedded=3, unchanged=1)
    assert len(rows(target, CLAIMS)) == 7


def test_a_touched_file_with_the_same_content_is_not_read_again(run, reports):
    run()
    os.utime(reports / "leeks.txt", (1, 1))
    assert run() == Report(unchanged=2)


def test_a_removed_file_goes_and_an_added_one_comes(run, reports, target):
    run()
    (reports / "leeks.txt").rename(reports / "onions.txt")
    assert run() == Report(read=1, coded=1, embedded=2, unchanged=1)
    assert rows(target, "select path from documents order by 1") == [
        ("reports/beans.md",),
        ("reports/onions.txt",),
    ]


def test_a_removed_file_is_counted(run, reports, target):
    run()
    (reports / "leeks.txt").unlink()
    assert run() == Report(removed=1, unchanged=1)
    assert rows(target, "select count(*) from statements") == [(5,)]


def test_documents_from_elsewhere_stay_even_if_their_files_are_away(run, reports, tmp_path, target):
    run()
    reports.rename(tmp_path / "away")
    other = tmp_path / "peas.txt"
    other.write_text("Water helped the peas to grow well.")
    assert run(other) == Report(read=1, coded=1, embedded=1)
    assert rows(target, "select count(*) from documents") == [(3,)]


def test_a_stopped_build_of_one_folder_costs_nothing_in_the_next_of_another(
    run, reports, tmp_path, target, monkeypatch
):
    run()
    for path in reports.iterdir():
        path.write_text(path.read_text() + "\nRain helped again.\n")

    def stop(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.reading.save_stages", stop)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.undo()
    other = tmp_path / "peas.txt"
    other.write_text("Water helped the peas to grow well.")
    run(other)
    assert rows(target, "select count(*) from documents") == [(3,)]


def test_the_database_among_the_reports_is_not_read(reports, codebook):
    target = reports / "kb.db"
    build([reports], target, codebook=codebook)
    assert build([reports], target, codebook=codebook) == Report(unchanged=2)


def test_a_report_whose_name_begins_like_the_database_is_read(reports, codebook):
    (reports / "odense.md").write_text("Water helped the peas to grow well.")
    (reports / "o-journal").write_text("")
    assert build([reports], reports / "o", codebook=codebook).read == 3
    assert [file.name for file in find_files([reports], reports / "o")] == [
        "reports/beans.md",
        "reports/leeks.txt",
        "reports/odense.md",
    ]


def test_a_link_to_the_database_stays_one(run, reports, target, codebook):
    link = reports / "link.db"
    link.symlink_to(target)
    assert build([reports], link, codebook=codebook) == Report(read=2, coded=2, embedded=7)
    assert (link.is_symlink(), rows(target, "select count(*) from documents")) == (True, [(2,)])
    assert run() == Report(unchanged=2)
    (reports / "leeks.txt").unlink()
    assert build([reports], link, codebook=codebook) == Report(removed=1, unchanged=1)
    assert (link.is_symlink(), rows(target, "select count(*) from documents")) == (True, [(1,)])


def test_links_in_a_circle_are_one_line(run, reports, target, codebook):
    loop = reports / "loop"
    loop.symlink_to(loop)
    for paths, base in ([[loop], target], [[reports], loop]):
        with pytest.raises(KbError, match=r"^\S+/loop is a link that leads to itself"):
            build(paths, base, codebook=codebook)
    assert [unread.path for unread in run().unread] == ["reports/loop"]


def test_a_file_keeps_its_name_when_it_is_given_by_itself(run, reports):
    run()
    assert run(reports / "leeks.txt") == Report(unchanged=1)


def test_two_folders_of_one_name_keep_their_unread_files_apart(run, tmp_path, target):
    for name in ("a", "b"):
        folder = tmp_path / name / "reports"
        folder.mkdir(parents=True)
        (folder / "bad.pdf").write_text(f"no pdf, {name}")
    run(tmp_path / "a" / "reports", tmp_path / "b" / "reports")
    assert rows(target, "select path from unread") == [("reports/bad.pdf",)] * 2
    before = target.read_bytes()
    run(tmp_path / "a" / "reports", tmp_path / "b" / "reports")
    assert target.read_bytes() == before


def test_a_base_of_other_tables_is_read_anew_whole(run, reports, tmp_path, target):
    run()
    conn = sqlite3.connect(target)
    conn.execute("alter table passages drop column level")
    conn.commit()
    conn.close()
    other = tmp_path / "peas.txt"
    other.write_text("Water helped the peas to grow well.")
    assert run(other) == Report(read=3, coded=3, embedded=8)
    assert rows(target, "select path from documents order by 1") == [
        ("peas.txt",),
        ("reports/beans.md",),
        ("reports/leeks.txt",),
    ]


@pytest.mark.parametrize(
    "damage",
    [
        *("drop view counts", "drop table unread", "drop index statements_place"),
        *("delete from codes", "delete from asks", "update attributes set label = 'x'"),
    ],
)
def test_a_base_that_lacks_a_view_or_a_code_is_made_anew(run, target, damage):
    run()
    whole = digest(open_database(target))
    conn = sqlite3.connect(target)
    conn.execute(damage)
    conn.commit()
    conn.close()
    run()
    base = open_database(target)
    assert (digest(base), problems(base)) == (whole, [])
    assert rows(target, "select count(*) from codes") == [(2,)]
    assert run() == Report(unchanged=2)


def test_documents_from_elsewhere_stay(run, tmp_path, target):
    run()
    other = tmp_path / "other" / "peas.txt"
    other.parent.mkdir()
    other.write_text("Water helped the peas to grow well.")
    assert run(other) == Report(read=1, coded=1, embedded=1)
    assert rows(target, "select count(*) from documents") == [(3,)]


def test_a_build_after_changes_equals_a_fresh_one(run, reports, target, tmp_path, codebook):
    run()
    (reports / "beans.md").write_text(BEANS.replace("half", "a tenth"))
    (reports / "peas.txt").write_text("Water helped the peas to grow well.")
    run()
    fresh = tmp_path / "elsewhere" / "fresh.db"
    build([reports], fresh, codebook=codebook)
    one, two = open_database(target), open_database(fresh)
    assert digest(one) == digest(two)
    assert list(to_jsonl(iter_claims(one))) == list(to_jsonl(iter_claims(two)))


def test_the_same_input_elsewhere_is_the_same_base(run, reports, target, tmp_path, codebook):
    run()
    moved = tmp_path / "far" / "away" / "reports"
    shutil.copytree(reports, moved)
    build([moved], tmp_path / "moved.db", codebook=codebook)
    assert digest(open_database(target)) == digest(open_database(tmp_path / "moved.db"))


def test_another_codebook_recodes_without_reading(run, target, tmp_path, codebook):
    run()
    folder = tmp_path / "codebook"
    shutil.copytree(codebook.path.parent, folder)
    text = (folder / "codebook.yml").read_text()
    (folder / "codebook.yml").write_text(text.replace("[helped, thanks to]", "[thanks to]"))
    assert run(codebook=load_codebook(str(folder))) == Report(coded=2, unchanged=2)
    assert len(rows(target, CLAIMS)) == 3


def test_a_codebook_of_other_attributes_makes_other_columns(run, target):
    run()
    assert run(codebook=load_codebook()) == Report(coded=2, unchanged=2)
    assert "mechanisms" in Database(target)["claims"].columns_dict
    assert "facilitators" in Database(target).view_names()
    assert "helps" not in Database(target).view_names()


BAD = {
    "empty.pdf": b"",
    "broken.pdf": b"%PDF-1.7\nand then nothing of the kind",
    "not.docx": b"PK\x03\x04 no zip after all",
    "binary.txt": bytes(range(256)) * 20,
    "photo.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "page.pdf": b"<!doctype html><html><body><p>A page.</p></body></html>",
}


def test_bad_files_are_named_and_cost_nothing_else(run, reports, target):
    for name, content in BAD.items():
        (reports / name).write_bytes(content)
    report = run()
    assert (report.read, [unread.path for unread in report.unread]) == (
        2,
        sorted(f"reports/{name}" for name in BAD),
    )
    assert all(unread.reason and "\n" not in unread.reason for unread in report.unread)
    assert rows(target, "select count(*) from unread") == [(6,)]
    assert run() == replace(report, read=0, coded=0, embedded=0, unchanged=2)


def test_a_mended_file_is_read(run, reports, target):
    (reports / "peas.txt").write_bytes(b"")
    assert len(run().unread) == 1
    (reports / "peas.txt").write_text("Water helped the peas to grow well.")
    assert run() == Report(read=1, coded=1, embedded=1, unchanged=2)


def test_a_copy_is_read_once(run, reports):
    shutil.copy(reports / "leeks.txt", reports / "zleeks.txt")
    (copy,) = run().unread
    assert copy == Unread(
        path="reports/zleeks.txt",
        sha256=copy.sha256,
        reason="has the same content as reports/leeks.txt, which is read in its place",
    )
    assert run() == Report(unchanged=2, unread=(copy,))


def test_a_copy_is_read_where_the_first_of_its_content_cannot_be(run, reports, target):
    (reports / "a.docx").write_text("Water helped the peas to grow well.")
    (reports / "b.txt").write_text("Water helped the peas to grow well.")
    report = run()
    assert (report.read, [unread.path for unread in report.unread]) == (3, ["reports/a.docx"])
    assert run() == replace(report, read=0, coded=0, embedded=0, unchanged=3)


def test_copies_that_cannot_be_read_are_tried_in_one_build(run, reports, target):
    for number in range(7):
        (reports / f"empty{number}.txt").write_bytes(b"")
    report = run()
    assert [unread.path for unread in report.unread] == [f"reports/empty{n}.txt" for n in range(7)]
    assert {unread.reason for unread in report.unread} == {"is empty"}
    first = digest(open_database(target))
    assert run() == replace(report, read=0, coded=0, embedded=0, unchanged=2)
    (reports / "peas.txt").write_text("Water helped the peas to grow well.")
    run()
    (reports / "peas.txt").unlink()
    assert run().unread == report.unread
    assert digest(open_database(target)) == first


def test_a_text_is_read_under_whichever_ending_it_can_be(run, reports):
    for name in ("a.docx", "a.epub", "a.nxml", "a.odt", "a.pdf", "a.pptx", "b.pdf", "z.md"):
        (reports / name).write_text("Water helped the peas to grow well.")
    report = run(reports)
    assert (report.read, [unread.path.split("/")[1] for unread in report.unread]) == (
        3,
        ["a.docx", "a.epub", "a.nxml", "a.odt", "a.pdf", "a.pptx", "b.pdf"],
    )
    assert not [unread for unread in report.unread if "same content" in unread.reason]
    assert run() == replace(report, read=0, coded=0, embedded=0, unchanged=3)


def test_a_copy_in_another_folder_is_read_when_the_original_goes(run, reports, tmp_path, target):
    other = tmp_path / "other" / "copy.txt"
    other.parent.mkdir()
    shutil.copy(reports / "leeks.txt", other)
    run(other.parent, reports)
    run(reports, other.parent)
    paths = rows(target, "select path from documents order by 1")
    assert paths == [("other/copy.txt",), ("reports/beans.md",)]
    other.unlink()
    assert run(other.parent) == Report(read=1, coded=1, embedded=2, removed=0, unchanged=0)
    assert rows(target, "select path from documents order by 1") == [
        ("reports/beans.md",),
        ("reports/leeks.txt",),
    ]


def test_the_order_in_which_folders_are_given_does_not_count(reports, tmp_path, codebook):
    (reports / "sub").mkdir()
    (reports / "leeks.txt").rename(reports / "sub" / "leeks.txt")
    orders = ([reports, reports / "sub"], [reports / "sub", reports], [reports / "sub"])
    for number, paths in enumerate(orders):
        build(paths, tmp_path / f"{number}.db", codebook=codebook)
    build([reports], tmp_path / "2.db", codebook=codebook)
    bases = [open_database(tmp_path / f"{number}.db") for number in range(3)]
    assert len({digest(base) for base in bases}) == 1


def test_what_lies_in_a_closed_folder_is_not_gone(run, reports, target):
    run()
    closed = File(path=reports, name="reports", sha256="")
    plan = make_plan(open_database(target), [closed], {}, [reports])
    assert (plan.gone, [file.name for file in plan.read]) == ((), ["reports"])


def test_a_folder_without_documents_is_an_empty_base(run, tmp_path, target):
    (tmp_path / "none").mkdir()
    assert run(tmp_path / "none") == Report()
    assert rows(target, "select count(*) from documents") == [(0,)]


def test_a_path_that_is_not_there_is_an_error(run, tmp_path):
    with pytest.raises(KbError, match="There is no file or folder"):
        run(tmp_path / "nowhere")


def test_a_document_that_breaks_the_segmenter_costs_only_itself(run, target, monkeypatch):
    def segment(document, passages, *, split):
        raise ZeroDivisionError if document.title == "Leeks" else StopIteration

    monkeypatch.setattr("pipelines.reading.segment", segment)
    assert [unread.reason for unread in run().unread] == [
        "could not be cut up (StopIteration); please report it with the file",
        "could not be cut up (ZeroDivisionError); please report it with the file",
    ]
    assert rows(target, "select count(*) from documents") == [(0,)]


def test_a_name_that_is_not_utf8_is_spelt_out(run, reports, target):
    Path(os.fsdecode(os.fsencode(reports) + b"/pe\xe4s.txt")).write_text("Water helped the peas.")
    assert run().read == 3
    assert ("reports/pe\\xe4s.txt",) in rows(target, "select path from documents")
    assert run() == Report(unchanged=3)


def test_two_builds_at_once_are_refused(run, target):
    other = connect(target.with_name("kb.db.part"))
    with pytest.raises(BuildRunning, match="Another build is writing"):
        run()
    other.close()
    assert run().read == 2


def test_a_build_that_fails_leaves_the_old_base(run, reports, target, monkeypatch):
    run()
    before = target.read_bytes()
    (reports / "peas.txt").write_text("Water helped the peas to grow well.")
    monkeypatch.setattr("pipelines.publish.problems", lambda db: ["One is broken"])
    with pytest.raises(Unsound, match="One is broken"):
        run()
    assert target.read_bytes() == before
    monkeypatch.undo()
    assert run() == Report(read=1, coded=1, embedded=1, unchanged=2)


def test_a_killed_build_leaves_the_old_base_and_goes_on(run, reports, target, tmp_path, codebook):
    run()
    before = target.read_bytes()
    for n in range(40):
        (reports / f"plot{n:02}.txt").write_text(f"Plot {n} had rain. Rain helped plot {n} a lot.")
    command = [sys.executable, "-m", "pipelines", "build", str(reports), "--db", str(target)]
    command += ["--codebook", str(codebook.path.parent)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    wait_for_words(target.with_name("kb.db.part"), 30)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert target.read_bytes() == before
    report = run()
    assert (report.read < 40, report.unchanged + report.read) == (True, 42)
    build([reports], tmp_path / "fresh.db", codebook=codebook)
    assert digest(open_database(target)) == digest(open_database(tmp_path / "fresh.db"))


def wait_for_words(part: Path, count: int) -> None:
    """Wait until the working copy, which is locked to us, holds our words that often."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if part.exists() and part.read_bytes().count(b"helped plot") >= count:
            return
        time.sleep(0.02)
    raise AssertionError("the build did not begin")

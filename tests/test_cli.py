from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from sqlite_utils import Database

from kb.codebook import load_codebook
from pipelines.build import build

KB = [sys.executable, "-m", "pipelines"]

MISSING = "No statement has the word: qqqq, zzzz\n"
NOTHING = "Nothing matches this question well; --weak shows what comes nearest\n"
FIELDS = [
    "statement_id",
    "document_id",
    "title",
    "year",
    "page",
    "quote",
    "lead_in",
    "heading",
    "codes",
    "themes",
    "score",
    "matched_by",
    "claims",
    "parts",
    "copies",
    "marks",
]

BEANS = """---
title: Beans
year: 2020
---

Rain helped the beans. Yields rose by half. The beans stood by the wall of the old school.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "beans.md").write_text(BEANS)
    (folder / "empty.txt").write_text("")
    book = load_codebook(str(Path(__file__).parent / "fixtures" / "two_codes"))
    build([folder / "beans.md", folder / "empty.txt"], folder / "kb.db", codebook=book)
    return folder


def kb(folder: Path, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KB_DB": str(folder / "kb.db"), "COLUMNS": "80"}
    return subprocess.run(
        [*KB, *arguments], capture_output=True, text=True, cwd=folder, env=environment, **options
    )


def test_search_prints_quotation_place_and_codes(folder):
    done = kb(folder, "search", "what did rain do?", "-n", "1")
    assert done.stdout.splitlines()[:2] == ["  “Rain helped the beans.”", "    Beans (2020)"]
    assert done.stdout.splitlines()[2] == "    help: water"
    assert re.fullmatch("    [0-9a-f]{12}", done.stdout.splitlines()[3])
    assert (done.stderr, done.returncode) == ("", 0)


def test_search_json_has_the_fields_that_are_promised(folder):
    (hit,) = json.loads(kb(folder, "search", "yields", "-n", "1", "--json").stdout)
    assert list(hit) == FIELDS
    assert (hit["quote"], hit["codes"], hit["themes"]) == ("Yields rose by half.", ["result"], [])


def test_search_prints_lines_and_csv(folder):
    lines = kb(folder, "search", "rain", "--nl").stdout.splitlines()
    rows = list(csv.DictReader(kb(folder, "search", "rain", "--csv").stdout.splitlines()))
    assert [json.loads(line)["quote"] for line in lines] == [row["quote"] for row in rows]
    assert len(rows) == 3
    assert [json.loads(row["parts"]) for row in rows] == [
        json.loads(each)["parts"] for each in lines
    ]


def test_a_question_may_come_from_standard_input(folder):
    assert "Yields rose" in kb(folder, "search", "-", "-n", "1", input="yields").stdout


@pytest.mark.parametrize(
    "question", ["", '"', "qqqq zzzz", "雨は豆を助けましたか", "rain " * 20000]
)
def test_no_question_breaks_the_search(folder, question):
    done = kb(folder, "search", "-", "--json", input=question)
    assert done.returncode == 0
    assert re.fullmatch(rf"(No statement has the word: .+\n)?({NOTHING})?", done.stderr)
    assert isinstance(json.loads(done.stdout), list)


def test_what_hardly_matches_is_shown_only_if_asked_for(folder):
    plain, weak = (kb(folder, "search", "qqqq zzzz", *more) for more in ((), ("--weak",)))
    assert (plain.stdout, plain.stderr, plain.returncode) == ("", MISSING + NOTHING, 0)
    assert weak.stdout.count("“") == 3


def test_search_explains_itself(folder):
    lines = kb(folder, "search", "rain", "--mode", "words", "--explain").stdout.splitlines()
    assert lines[4].startswith("    score 0.")
    assert " by words: words 0." in lines[4]


def test_search_filters_by_any_attribute(folder):
    done = kb(folder, "search", "rain", "--having", "themes=water", "--json")
    assert [hit["quote"] for hit in json.loads(done.stdout)] == ["Rain helped the beans."]
    wrong = kb(folder, "search", "rain", "--having", "water")
    assert (wrong.stderr, wrong.returncode) == (
        "Error: --having 'water' is no pair; write it as domain=cost\n",
        1,
    )


def test_sql_may_search(folder):
    sql = "select value->>'quote' as quote from json_each(kb_search('rain', 1))"
    assert kb(folder, "sql", sql, "--nl").stdout == '{"quote": "Rain helped the beans."}\n'
    near = "select kb_similarity(id, text) as near from statements where ordinal = 0"
    assert all(row["near"] > 0.5 for row in json.loads(kb(folder, "sql", near, "--json").stdout))
    assert json.loads(
        kb(folder, "sql", "select kb_similarity('?', 'rain') as n", "--json").stdout
    ) == [{"n": None}]


def test_sql_may_give_bytes_and_one_name_twice(folder):
    done = kb(folder, "sql", "select 1 as n, 2 as n, x'00ff' as bytes", "--json")
    assert json.loads(done.stdout) == [{"n": 1, "n_2": 2, "bytes": "AP8="}]


def test_sql_says_which_number_is_none(folder):
    done = kb(folder, "sql", "select kb_search('rain', 'many')")
    assert done.stderr == (
        "Error: That query did not work: kb_search takes a number of statements, not 'many'\n"
    )


def test_sql_says_what_went_wrong_in_a_search(folder, tmp_path):
    other = tmp_path / "other.db"
    shutil.copy(folder / "kb.db", other)
    with sqlite3.connect(other) as conn:
        conn.execute("update collections set fingerprint = 'another model@0'")
    done = kb(folder, "sql", "select kb_similarity(id, 'rain') from statements", "--db", str(other))
    assert (done.stdout, done.returncode) == ("", 1)
    assert done.stderr.startswith(
        "Error: That query did not work: The statements were embedded by another model@0, "
    )
    assert done.stderr.endswith("run kb build again\n")


@pytest.mark.parametrize(
    "sql", ["delete from claims", "attach 'x.db' as x", "pragma query_only = 0", "select", "vacuum"]
)
def test_sql_only_reads(folder, sql):
    done = kb(folder, "sql", sql)
    assert done.stderr.startswith("Error: That query did not work: ")
    assert (done.stdout, done.stderr.count("\n"), done.returncode) == ("", 1, 1)


def test_search_starts_cold_without_torch_or_spacy(folder):
    script = """
import sys
from pipelines.cli import app
try:
    app(["search", "what did rain do?", "--json"])
finally:
    heavy = {"torch", "spacy", "sentence_transformers", "transformers", "datasette"}
    assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    environment = os.environ | {"KB_DB": str(folder / "kb.db")}
    subprocess.run(
        [sys.executable, "-c", script], check=True, env=environment, stdout=subprocess.DEVNULL
    )


def test_search_goes_by_words_where_the_encoder_is_missing(folder, tmp_path):
    lost = Database(shutil.copy(folder / "kb.db", tmp_path / "kb.db"))
    lost.conn.execute("update collections set model = 'lost'")
    lost.conn.commit()
    lost.close()
    done = kb(tmp_path, "search", "rain", "--nl")
    assert done.stderr.startswith("Searching by words alone: There is no model folder lost")
    assert json.loads(done.stdout)["matched_by"] == ["words"]
    assert kb(tmp_path, "search", "rain", "--mode", "meaning").returncode == 1


def test_similar_show_codes_and_stats_read_well(folder):
    (hit,) = json.loads(kb(folder, "search", "yields", "-n", "1", "--json").stdout)
    assert "“Rain helped the beans.”" in kb(folder, "similar", hit["statement_id"]).stdout
    assert "text: Yields rose by half." in kb(folder, "show", hit["statement_id"]).stdout
    assert "Help (help): 1 claims" in kb(folder, "codes").stdout
    assert "empty.txt" in kb(folder, "stats").stdout


def test_check_and_its_digest(folder):
    assert kb(folder, "check").stdout.endswith("kb.db is sound\n")
    assert len(kb(folder, "check", "--digest").stdout.strip()) == 64


def test_export_to_a_file_and_to_standard_output(folder):
    kb(folder, "export", "jsonl", "-o", "claims.jsonl")
    assert (folder / "claims.jsonl").read_text("utf-8") == kb(folder, "export", "jsonl").stdout
    assert kb(folder, "export", "csv").stdout.startswith("id,statement_id,document_id,code,themes")


def test_an_export_leaves_what_it_was_made_of(folder):
    (folder / "again.db").symlink_to("kb.db")
    before = (folder / "kb.db").read_bytes()
    refused = {
        "kb.db": "Error: kb.db is the knowledge base itself; name another file with -o\n",
        "again.db": "Error: again.db is the knowledge base itself; name another file with -o\n",
        "beans.md": f"Error: beans.md is a document of {folder}/kb.db; name another file with -o\n",
    }
    for name, message in refused.items():
        assert kb(folder, "export", "jsonl", "-o", name).stderr == message
    assert (folder / "kb.db").read_bytes() == before
    assert (folder / "beans.md").read_text("utf-8") == BEANS


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "rain", "--db", "none.db"], "Error: There is no knowledge base at none.db"),
        (["search", "rain", "--db", "beans.md"], "Error: beans.md is not a knowledge base"),
        (["search", "rain", "--code", "harm"], "Error: No code 'harm'; there are: help, result"),
        (["show", "nothing"], "Error: Nothing here has the id nothing"),
        (["similar", "nothing"], "Error: No statement or claim has the id nothing"),
        (["build", "beans.md", "--db", "/proc/kb.db"], "Error: /proc/kb.db"),
        (["build", "beans.md", "--db", "beans.md/kb.db"], "Error: beans.md"),
        (["export", "csv", "-o", "no/such/file"], "Error: no/such/file cannot be written"),
        (["build", "nowhere"], "Error: There is no file or folder nowhere"),
        (["build", "--codebook", "none", "beans.md"], "Error: there is no codebook 'none'"),
        (["build", "--encoder", "none", "beans.md"], "Error: There is no model folder none"),
        (["evaluate", "beans.md"], "Error: beans.md, line 1"),
    ],
)
def test_an_error_is_one_line_and_exit_1(folder, arguments, message):
    done = kb(folder, *arguments)
    assert done.stderr.startswith(message)
    assert (done.stderr.count("\n"), done.stdout, done.returncode) == (1, "", 1)


@pytest.mark.parametrize(
    ("damage", "command", "found"),
    [
        ("documents set authors = '['", "export jsonl", "authors of documents * is no JSON array"),
        ("statements set text = x'ff'", "search rain", "statements.text is not text in 3 rows"),
        ("documents set title = x'ff'", "export jsonl", "documents.title is not text in 1 rows"),
        ("embeddings set embedding = x'00'", "search rain", "The vector * is no row of 32-bit"),
    ],
)
def test_a_damaged_base_is_named_in_one_line(folder, tmp_path, damage, command, found):
    shutil.copy(folder / "kb.db", tmp_path / "kb.db")
    db = sqlite3.connect(tmp_path / "kb.db")
    db.execute(f"update {damage}")
    db.commit()
    db.close()
    done = kb(tmp_path, *command.split())
    line = f"Error: {tmp_path}/kb.db is damaged ({found}*); run kb check, or delete it and run *\n"
    assert fnmatch(done.stderr, line)
    assert (done.stderr.count("\n"), done.stdout, done.returncode) == (1, "", 1)
    assert found.partition("*")[2] in kb(tmp_path, "check").stderr


def test_a_reader_who_has_had_enough_is_no_error(folder):
    environment = os.environ | {"KB_DB": str(folder / "kb.db")}
    command = f"set -o pipefail; {sys.executable} -m pipelines export jsonl | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, cwd=folder
    )
    assert (done.stdout, done.stderr, done.returncode) == ("{", "", 0)


def test_a_full_disk_is_one_line(folder):
    with Path("/dev/full").open("w") as full:
        environment = os.environ | {"KB_DB": str(folder / "kb.db")}
        done = subprocess.run(
            [*KB, "stats"], stdout=full, stderr=subprocess.PIPE, text=True, env=environment
        )
    assert (done.stderr, done.returncode) == ("Error: No space left on device\n", 1)


@pytest.mark.parametrize("arguments", [["search", "caf\udce9"], ["show", "\udcff"]])
def test_arguments_that_are_not_utf8_are_no_traceback(folder, arguments):
    assert "Traceback" not in kb(folder, *arguments).stderr


def test_a_query_that_is_not_utf8_is_one_line(folder):
    environment = os.environ | {"KB_DB": str(folder / "kb.db")}
    done = subprocess.run(
        [*KB, "sql", "-"], input=b"select 1 \xff", env=environment, capture_output=True
    )
    assert (done.stdout.decode(), done.stderr, done.returncode) == ("\ufffd: 1\n\n", b"", 0)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("stats >&-", "Error: standard output is closed; there is nowhere to write to\n"),
        ("search - <&-", "Error: standard input is closed; give the text in the place of -\n"),
        ("sql - <&-", "Error: standard input is closed; give the text in the place of -\n"),
        ("stats >&- 2>&-", ""),
    ],
)
def test_a_closed_stream_is_one_line(folder, command, message):
    environment = os.environ | {"KB_DB": str(folder / "kb.db")}
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m pipelines {command}"],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert (done.stderr, done.stdout, done.returncode) == (message, "", 1)


INTERRUPTED = """
import pipelines.build
from pipelines.cli import main

def build(*paths, **options):
    raise KeyboardInterrupt

pipelines.build.build = build
main()
"""


def test_ctrl_c_says_that_what_was_done_is_kept(folder):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "build", str(folder), "-d", str(folder / "new.db")],
        capture_output=True,
        text=True,
    )
    assert (done.stderr, done.stdout, done.returncode) == (
        "Stopped; what was done is kept, the same command goes on from here\n",
        "",
        130,
    )


def test_answers_are_utf8_whatever_the_locale(folder):
    environment = os.environ | {"KB_DB": str(folder / "kb.db"), "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([*KB, "search", "rain"], env=environment, capture_output=True)
    assert "“Rain helped the beans.”" in done.stdout.decode("utf-8")


def test_wrong_usage_is_exit_2(folder):
    assert kb(folder, "search").returncode == 2
    assert kb(folder, "search", "rain", "--mode", "smell").returncode == 2
    assert kb(folder, "export", "pdf").returncode == 2
    for option in ("--gold", "--teacher"):
        done = kb(folder, "train", "--questions", option, "x")
        assert f"{option} is for the coder; leave it out with --questions" in done.stderr
        assert done.returncode == 2


def test_version_and_help(folder):
    assert kb(folder, "--version").stdout == "kb 0.1.0\n"
    assert "Find statements by words and meaning" in kb(folder, "-h").stdout

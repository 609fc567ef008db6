from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import llm
import pytest
from llm.plugins import pm

from kb.codebook import load_codebook
from kb.errors import BuildRunning, InvalidGold, KbError, NoSuchId
from kb.integrity import digest, problems
from kb.opening import open_database
from pipelines.build import build
from pipelines.cli import main
from pipelines.evaluate.gold import read_gold
from pipelines.evaluate.scores import scores_of
from pipelines.extract.second import load_model, make_coder
from pipelines.score import pairs_in
from pipelines.second import code_again

BEANS = """# Beans

Rain helped the beans. Yields rose by half.

Tended by:

- parents, who helped
- a water butt, which helped
"""
LEEKS = "Leeks\n=====\n\nThanks to teachers, leeks grew. Absence fell by a third.\n"

ABOUT_BEANS = """Heading: Beans
[1] Rain helped the beans.
[2] Yields rose by half.
[3] Tended by:
Introduced by: Tended by:
[4] parents, who helped
[5] a water butt, which helped
"""
ABOUT_LEEKS = """Heading: Leeks
[1] Thanks to teachers, leeks grew.
[2] Absence fell by a third.
"""


class Scripted(llm.Model):
    """A model that says what it was given to say, in order, and then finds nothing to code."""

    model_id = "scripted"
    supports_schema = True

    def __init__(self) -> None:
        self.says: list[str | BaseException] = []
        self.asked: list[llm.Prompt] = []

    def execute(self, prompt, stream, response, conversation=None):
        self.asked.append(prompt)
        said = self.says.pop(0) if self.says else '{"claims": []}'
        if isinstance(said, BaseException):
            raise said
        response.response_json = {"id": f"response-{len(self.asked)}"}
        yield said


class Locked(llm.KeyModel):
    """A model that needs a key."""

    model_id = "locked"
    needs_key = "lockmaker"

    def execute(self, prompt, stream, response, conversation=None, key=None):
        self.get_key()
        yield ""


class Plugin:
    """Registers the fake models as a plugin does."""

    __name__ = "fake-models"

    def __init__(self) -> None:
        self.scripted = Scripted()

    @llm.hookimpl
    def register_models(self, register):
        register(self.scripted, aliases=("s",))
        register(Locked())


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    plugin = Plugin()
    pm.register(plugin, name="fake-models")
    yield plugin.scripted
    pm.unregister(name="fake-models")


@pytest.fixture(scope="module")
def built(tmp_path_factory, codebook) -> Path:
    folder = tmp_path_factory.mktemp("second")
    (folder / "reports").mkdir()
    (folder / "reports" / "beans.md").write_text(BEANS)
    (folder / "reports" / "leeks.txt").write_text(LEEKS)
    build([folder / "reports"], folder / "kb.db", codebook=codebook)
    return folder


@pytest.fixture
def target(built, tmp_path) -> Path:
    return Path(shutil.copy(built / "kb.db", tmp_path / "kb.db"))


@pytest.fixture
def run(target, codebook, scripted):
    return lambda **options: code_again(
        target, load_model("s"), codebook, progress=lambda *_: None, **options
    )


def rows(target: Path, sql: str) -> list[tuple]:
    conn = sqlite3.connect(target)
    found = conn.execute(sql).fetchall()
    conn.close()
    return found


def claims(*given: tuple) -> str:
    keys = ("statement", "quote", "code")
    listed = [dict(zip(keys, each[:3], strict=True)) | dict(*each[3:]) for each in given]
    return json.dumps({"claims": listed})


BEANS_CODED = claims(
    (1, "Rain helped the beans.", "help", {"themes": ["water"]}),
    (2, "by half", "help"),
    (4, "parents", "help", {"themes": ["people", "weeds"]}),
    (5, "a water tank", "help"),
)
SAID = """select s.text, c.code, c.quote, c.attributes from second_claims c
  join statements s on s.id = c.statement_id order by s.document_id, s.ordinal"""
SAID_OF_BEANS = [
    ("Rain helped the beans.", "help", "Rain helped the beans.", '{"themes": ["water"]}'),
    ("Yields rose by half.", "help", "by half", "{}"),
    ("parents, who helped", "help", "parents", '{"themes": ["people"]}'),
]


def test_what_a_model_says_stands_beside_the_claims(run, target, scripted):
    before = rows(target, "select * from claims")
    sum_before = digest(open_database(target))
    scripted.says = [BEANS_CODED]
    done = run()
    assert (done.asked, done.known, done.left, done.statements, done.failed) == (2, 0, 0, 7, ())
    assert done.dropped == {"quotation not in the statements": 1, "unknown value": 1}
    assert [prompt.prompt for prompt in scripted.asked] == [ABOUT_BEANS, ABOUT_LEEKS]
    assert rows(target, SAID) == SAID_OF_BEANS
    assert rows(target, "select * from claims") == before
    assert digest(open_database(target)) == sum_before
    assert problems(open_database(target)) == []


def test_model_prompt_and_response_are_recorded(run, target, scripted, codebook):
    scripted.says = [BEANS_CODED]
    done = run()
    coder = make_coder(codebook, "scripted", supports_schema=True)
    assert (done.model, done.coder_id, done.prompt_sha256) == (
        "scripted",
        coder.id,
        coder.prompt_sha256,
    )
    assert rows(target, "select model, prompt, schema, codes from second_coders") == [
        ("scripted", coder.prompt, coder.schema, '["help", "result"]')
    ]
    sent = [(prompt.system, json.dumps(prompt.schema)) for prompt in scripted.asked]
    assert sent == [(coder.prompt, coder.schema)] * 2
    sql = "select text, response_id, answer, readable from second_answers order by response_id"
    assert rows(target, sql) == [
        (ABOUT_BEANS, "response-1", BEANS_CODED, 1),
        (ABOUT_LEEKS, "response-2", '{"claims": []}', 1),
    ]


def test_agreement_and_disagreements_are_views(run, target, scripted):
    scripted.says = [BEANS_CODED]
    keys = ("code", "statements", "both", "first_only", "second_only", "neither", "kappa")
    assert [tuple(row[key] for key in keys) for row in run().agreement] == [
        ("help", 7, 2, 2, 1, 2, 0.16),  # (4 / 7 - 24 / 49) / (1 - 24 / 49)
        ("result", 7, 0, 2, 0, 5, 0.0),
    ]
    sql = "select quote, code, given_by, model from disagreements order by title, code, quote"
    assert rows(target, sql) == [
        ("Yields rose by half.", "help", "second coder", "scripted"),
        ("a water butt, which helped", "help", "first coder", "scripted"),
        ("Yields rose by half.", "result", "first coder", "scripted"),
        ("Thanks to teachers, leeks grew.", "help", "first coder", "scripted"),
        ("Absence fell by a third.", "result", "first coder", "scripted"),
    ]


def test_what_was_answered_is_not_asked_again(run, target, scripted):
    scripted.says = [BEANS_CODED, KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        run()
    assert rows(target, SAID) == SAID_OF_BEANS
    done = run()
    assert (done.asked, done.known) == (1, 1)
    assert scripted.asked[-1].prompt == ABOUT_LEEKS
    again = run()
    assert (again.asked, again.known, again.agreement) == (0, 2, done.agreement)
    assert len(scripted.asked) == 3


def test_one_document_or_so_many_windows(run, scripted):
    assert (run(limit=0).left, len(scripted.asked)) == (2, 0)
    assert (run(document="leeks.txt").statements, run(limit=1).asked) == (2, 1)
    assert [prompt.prompt for prompt in scripted.asked] == [ABOUT_LEEKS, ABOUT_BEANS]
    with pytest.raises(KbError, match="There is no document peas"):
        run(document="peas")


def test_what_is_no_json_is_asked_once_more_then_named(run, target, scripted):
    scripted.says = ["I would rather not.", BEANS_CODED, "No.", ""]
    done = run()
    assert rows(target, SAID) == SAID_OF_BEANS
    (failed,) = done.failed
    assert failed.startswith("reports/leeks.txt, from statement ")
    assert failed.endswith(" on: the answer was not the JSON asked for, twice")
    reminded = scripted.asked[1].prompt
    assert reminded.startswith(ABOUT_BEANS)
    assert reminded.endswith("Answer again, with that object alone.\n")
    assert rows(target, "select answer from second_answers where not readable") == [("",)]
    assert (done.statements, run().asked) == (5, 1)


def test_a_window_without_an_answer_costs_only_itself(run, scripted):
    scripted.says = [TimeoutError("too\nlate")]
    done = run()
    assert (done.statements, len(done.failed)) == (2, 1)
    assert done.failed[0].endswith("on: the model scripted gave no answer: too late")


GOLD = """
{"document": "beans.md", "text": "Rain helped the beans.", "codes": ["help"]}
{"document": "beans.md", "text": "Yields rose by half.", "codes": ["result"]}
{"document": "beans.md", "text": "parents, who helped", "codes": ["help"]}
{"document": "leeks.txt", "text": "Absence fell by a third.", "codes": ["result"]}
"""


def test_evaluate_measures_it_on_what_it_read_to_the_end(run, target, scripted, codebook, tmp_path):
    (tmp_path / "gold.jsonl").write_text(GOLD.lstrip())
    gold = read_gold(tmp_path / "gold.jsonl", codebook)
    scripted.says = [BEANS_CODED]
    run(document="beans.md")
    db = open_database(target)
    pairs, missing = pairs_in(db, gold, codebook, second="scripted")
    scores = scores_of(pairs, codebook)
    assert (scores.units, scores.unmatched, missing) == (3, 0, ["leeks.txt"])
    help, result = (scores.per_code[code] for code in ("help", "result"))
    assert (help.precision, help.recall, result.recall) == (2 / 3, 1.0, 0.0)
    with pytest.raises(
        NoSuchId, match="No second coder 'nobody' was asked about this base, but: s"
    ):
        pairs_in(db, gold, codebook, second="nobody")
    with pytest.raises(InvalidGold, match="scripted has read no document of the gold to its end"):
        pairs_in(db, gold[3:], codebook, second="scripted")


def test_what_was_said_outlives_builds(run, target, scripted, built, tmp_path, codebook):
    reports = tmp_path / "reports"
    shutil.copytree(built / "reports", reports)
    target.unlink()
    build([reports], target, codebook=codebook)
    scripted.says = [BEANS_CODED]
    run()
    (reports / "leeks.txt").write_text(LEEKS + "\nRain helped too.\n")
    build([reports], target, codebook=codebook)
    assert rows(target, SAID) == SAID_OF_BEANS
    conn = sqlite3.connect(target)  # of another version, of which nothing else is taken
    conn.execute("alter table passages drop column level")
    conn.commit()
    conn.close()
    build([reports], target, codebook=codebook)
    assert rows(target, SAID) == SAID_OF_BEANS
    assert problems(open_database(target)) == []
    fresh = tmp_path / "fresh.db"
    build([reports], fresh, codebook=codebook)
    assert digest(open_database(fresh)) == digest(open_database(target))
    assert run().asked == 1


def test_codes_that_went_and_came_back_are_not_paid_twice(run, target, scripted, codebook):
    scripted.says = [BEANS_CODED]
    run()
    build([], target, codebook=load_codebook())
    assert rows(target, SAID) == []
    build([], target, codebook=codebook)
    assert (run().asked, rows(target, SAID)) == (0, SAID_OF_BEANS)


def test_no_build_runs_beside_a_second_coder(run, target, scripted, codebook, built):
    def execute(prompt, stream, response, conversation=None):
        with pytest.raises(BuildRunning, match="or a second coder is at work"):
            build([built / "reports" / "leeks.txt"], target, codebook=load_codebook())
        yield '{"claims": []}'

    scripted.execute = execute
    assert run(limit=1).asked == 1
    assert not target.with_name("kb.db.part").exists()


def command(monkeypatch, capsys, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["kb", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    out, err = capsys.readouterr()
    return left.value.code, out, err


def test_the_command_prints_agreement(target, scripted, monkeypatch, capsys, codebook):
    scripted.says = [BEANS_CODED]
    code, out, err = command(monkeypatch, capsys, "second", "s", "--db", str(target))
    id = make_coder(codebook, "scripted", supports_schema=True).id
    assert (code, err) == (0, f"{target}: 2 windows asked about, 0 known, 0 left; 0 failed\n")
    assert out == (
        f"scripted ({id}) read 7 statements\n\n"
        "                      both  only first  only second  neither   kappa\n"
        "help                     2           2            1        2    0.16\n"
        "result                   0           2            0        5    0.00\n\n"
        "Dropped of its answers:\n"
        "     1  quotation not in the statements\n"
        "     1  unknown value\n"
    )
    _, out, _ = command(monkeypatch, capsys, "second", "s", "--json", "--db", str(target))
    assert list(json.loads(out)) == [
        *("model", "coder_id", "prompt_sha256", "asked", "known", "left", "statements"),
        *("failed", "dropped", "agreement"),
    ]


DOWN = ConnectionError("[Errno -2] Name or service not known")


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("nobody", "Error: llm has no model 'nobody'; the command llm models lists those"),
        ("locked", "Error: The model locked needs a key: No key found - add one using 'llm keys"),
        ("s", "Error: the model scripted gave no answer: [Errno -2] Name or service not known"),
    ],
)
def test_an_error_is_one_line(target, scripted, monkeypatch, capsys, model, message):
    scripted.says = [DOWN, DOWN]
    code, out, err = command(monkeypatch, capsys, "second", model, "--db", str(target))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(message)


def test_without_llm_the_command_says_what_to_install(target, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "llm", None)
    code, _, err = command(monkeypatch, capsys, "second", "s", "--db", str(target))
    assert (code, err) == (
        1,
        "Error: A second coder needs the library llm: pip install 'evidence-knowledge-base[llm]'\n",
    )


def test_nothing_else_imports_llm():
    script = """
import sys
import kb.search, kb.web, kb.web.server, pipelines.build, pipelines.cli, pipelines.second
assert not {"llm", "openai"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from kb.atom import feed
from kb.changes import get_changes
from kb.integrity import digest
from kb.opening import open_database
from pipelines.build import build
from pipelines.cli import app

BEANS = "# Beans\n\nRain helped the beans to grow. Yields rose by half.\n"
LEEKS = "Leeks\n\nThanks to teachers, leeks grew well.\n"


@pytest.fixture
def reports(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "beans.md").write_text(BEANS)
    (folder / "leeks.txt").write_text(LEEKS)
    return folder


@pytest.fixture
def target(tmp_path):
    return tmp_path / "kb.db"


@pytest.fixture
def run(reports, target, codebook):
    return lambda: build([reports], target, codebook=codebook)


def told(target, **options):
    rows = get_changes(open_database(target), **options)
    return [(row["change"], row["kind"], row["quote"] or row["title"]) for row in rows]


def test_what_came_and_went_is_known_after_each_build(run, reports, target, tmp_path, codebook):
    run()
    assert told(target) == []
    (reports / "beans.md").write_text(BEANS.replace("by half", "by a tenth"))
    (reports / "leeks.txt").rename(tmp_path / "leeks.txt")
    (reports / "peas.txt").write_text("Water helped the peas to grow well.")
    run()
    changes = [
        ("came", "document", "peas"),
        ("changed", "document", "Beans"),
        ("went", "document", "Leeks"),
        ("came", "claim", "Yields rose by a tenth."),
        ("came", "claim", "Water helped the peas to grow well."),
        ("went", "claim", "Yields rose by half."),
        ("went", "claim", "Thanks to teachers, leeks grew well."),
    ]
    assert told(target) == changes
    before = target.read_bytes()
    run()  # finds nothing new, and so is no build
    assert (told(target), target.read_bytes()) == (changes, before)
    fresh = tmp_path / "fresh.db"
    build([reports], fresh, codebook=codebook)
    assert digest(open_database(target)) == digest(open_database(fresh))


def test_a_build_that_fails_at_the_end_loses_no_change(run, reports, target, monkeypatch):
    run()
    (reports / "peas.txt").write_text("Water helped the peas to grow well.")

    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.build.note_changes", stop)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.undo()
    assert told(target) == []
    run()
    assert told(target) == [
        ("came", "document", "peas"),
        ("came", "claim", "Water helped the peas to grow well."),
    ]


def test_several_builds_can_be_looked_back_on(run, reports, target):
    run()
    for name in ("peas", "kale"):
        (reports / f"{name}.txt").write_text(f"Water helped the {name} to grow well.")
        run()
    assert told(target)[0] == ("came", "document", "kale")
    assert len(told(target)) == 2
    assert len(told(target, builds=2)) == 4


def test_the_command_shows_changes_in_three_forms(run, reports, target):
    run()
    (reports / "peas.txt").write_text("Water helped the peas to grow well.")
    run()
    result = CliRunner().invoke(app, ["changes", "--db", str(target)])
    assert result.stdout == (
        "+ peas\n    + help: “Water helped the peas to grow well.”\n        peas\n"
    )
    assert result.stderr.endswith(": 2 changes with the last build that changed anything\n")
    result = CliRunner().invoke(app, ["changes", "-n", "5", "--db", str(target)])
    assert result.stderr.endswith(": 2 changes with the last 5 builds that changed anything\n")
    result = CliRunner().invoke(app, ["changes", "--json", "--db", str(target)])
    assert [row["kind"] for row in json.loads(result.stdout)] == ["document", "claim"]
    result = CliRunner().invoke(app, ["changes", "--atom", "--db", str(target)])
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [each.findtext(f"{atom}title") for each in ElementTree.fromstring(result.stdout)]
    assert [title for title in titles if title] == [
        "peas",
        "help: Water helped the peas to grow well.",
    ]


ROW = {
    "finished": "2026-11-22T10:00:00.000+00:00",
    "change": "came",
    "kind": "claim",
    "id": "d1-help",
    "document_id": "d1",
    "title": "Beans & <leeks>",
    "year": 2021,
    "url": "https://x.test/a?b=1&c=2",
    "path": "b/beans.txt",
    "code": "help",
    "quote": "Rain\x0c helped.",
    "page": 3,
}


def test_a_feed_has_what_atom_asks_for():
    text = feed([ROW, ROW | {"change": "went"}], name="kb.db", updated=ROW["finished"])
    assert (
        text
        == """\
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>urn:uuid:506b33db-4c36-5d75-9a77-e6616b72bf99</id>
  <title>New in kb.db</title>
  <updated>2026-11-22T10:00:00.000+00:00</updated>
  <author>
    <name>Evidence knowledge base</name>
  </author>
  <entry>
    <id>urn:uuid:d08d14b7-391b-5437-849e-a70e4d15c1a2</id>
    <title>help: Rain helped.</title>
    <updated>2026-11-22T10:00:00.000+00:00</updated>
    <link rel="alternate" href="https://x.test/a?b=1&amp;c=2" />
    <category term="help" />
    <content type="text">“Rain helped.” Beans &amp; &lt;leeks&gt; (2021), p. 3</content>
  </entry>
</feed>
"""
    )

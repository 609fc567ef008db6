"""Pulls from end to end, from real servers on loopback."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from pull_server import cut_off, endless, serve, silent
from typer.testing import CliRunner

from kb.errors import InvalidSources, KbError, PullRunning
from kb.models import Bibliography
from pipelines.build import Report, build
from pipelines.cli import app
from pipelines.pull import pull
from pipelines.pull.shelf import Shelf
from pipelines.sources import known_documents, older_versions

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n"
SETTINGS = """
settings:
  {contact: ann@example.org, pause: 0, backoff: 0, tries: 2, seconds: 1, silence: 0.3, largest: 0.1}
"""


@pytest.fixture
def site():
    with serve() as site:
        site.routes["/robots.txt"] = (200, {"ETag": '"r"'}, b"User-agent: *\nDisallow: /closed/\n")
        yield site


@pytest.fixture
def listed(tmp_path, site):
    """Write a list of sources in which SITE is the server; give its path."""

    def write(text):
        path = tmp_path / "sources.yml"
        path.write_text(SETTINGS + text.replace("SITE", site.url))
        return path

    return write


@pytest.fixture
def raw(tmp_path):
    return tmp_path / "raw"


def told(outcomes):
    return [(each.status, each.source, each.reason) for each in outcomes]


def run(path, **options):
    return pull(path, allow_private=True, **options)


def files(raw):
    return sorted(path.name for path in raw.iterdir() if path.is_file())


BEANS = """
sources:
  - {id: beans, url: SITE/beans, title: Beans, authors: [Ann Oar], year: 2020, licence: cc by 4.0}
"""


def test_a_document_comes_with_what_the_list_says_of_it(site, listed, raw):
    site.page("/beans", "Rain helped.", ETag='"1"')
    (outcome,) = run(listed(BEANS))
    assert (outcome.status, outcome.title, outcome.licence, outcome.may_publish) == (
        "new",
        "Beans",
        "CC-BY-4.0",
        True,
    )
    assert (raw / outcome.path).read_bytes() == site.routes["/beans"][2]
    assert known_documents([raw / outcome.path]) == {
        raw / outcome.path: Bibliography(
            title="Beans",
            authors=("Ann Oar",),
            year=2020,
            url=f"{site.url}/beans",
            licence="CC-BY-4.0",
        )
    }


MANY = """
sources:
  - {id: beans, url: SITE/beans}
  - {id: leeks, url: SITE/leeks}
  - {id: new-leeks, url: SITE/moved}
  - {id: map, sitemap: SITE/map.xml}
  - {id: note, file: note.txt}
"""


@pytest.fixture
def garden(site, tmp_path):
    """Have documents in several places, all with validators."""
    site.page("/beans", "Rain helped.", ETag='"1"')
    site.page("/leeks", "Parents helped.", ETag='"2"')
    site.page("/peas", "Water helped.", ETag='"3"')
    site.routes["/moved"] = (301, {"Location": "/leeks"}, b"")
    text = f"<urlset><url><loc>{site.url}/peas</loc></url></urlset>".encode()
    site.routes["/map.xml"] = (200, {"ETag": '"4"'}, text)
    (tmp_path / "note.txt").write_text("Rain helped.")
    return site


def test_an_unchanged_set_is_only_asked_for_news(garden, listed, raw):
    path = listed(MANY)
    assert Counter(each.status for each in run(path)) == {"new": 5}
    before = contents(raw)
    garden.asked.clear()
    assert Counter(each.status for each in run(path)) == {"unchanged": 5}
    asked = [(path, "If-None-Match" in headers) for path, headers in garden.asked]
    # a redirect is asked again: only where it leads can say that nothing is new
    assert asked == [
        ("/beans", True),
        ("/leeks", True),
        ("/moved", False),
        ("/leeks", True),
        ("/map.xml", True),
        ("/peas", True),
    ]
    assert contents(raw) == before


def contents(raw):
    found = [path for path in raw.rglob("*") if path.is_file() and path.suffix != ".json"]
    return {path: path.read_bytes() for path in found}


def test_the_build_after_an_unchanged_pull_does_nothing(garden, listed, raw, tmp_path, codebook):
    path, target = listed(MANY), tmp_path / "kb.db"
    run(path)
    assert build([raw], target, codebook=codebook).read == 4
    before = target.read_bytes()
    run(path)
    assert build([raw], target, codebook=codebook) == Report(unchanged=4)
    assert target.read_bytes() == before


def test_the_same_content_under_two_addresses_is_kept_once(garden, listed, raw):
    run(listed(MANY))
    assert len(files(raw)) == 4
    notes = [json.loads(path.read_text()) for path in (raw / ".pulled" / "files").iterdir()]
    places = {tuple(each["source"] for each in note["found"]) for note in notes}
    assert places == {("beans",), ("leeks", "new-leeks"), ("map",), ("note",)}


BAD = {
    "slow": (silent(1), "did not answer in time, 2 times; pull again later"),
    "short": (cut_off(PDF), "broke off in the middle of its answer, 2 times; pull again later"),
    "busy": ((429, {"Retry-After": "999"}, b""), "answers with status 429; pull again in 999 s"),
    "broken": ((500, {}, b""), "answers with status 500, 2 times; pull again later"),
    "circle": ((302, {"Location": "/circle"}, b""), "is redirected in a circle; look at it in a "),
    "image": ((200, {"Content-Type": "application/pdf"}, b"\x89PNG...."), "is an image, which is"),
    "half-pdf": ((200, {}, PDF[:30]), "is a PDF that is cut off; pull again later"),
    "empty": ((200, {}, b""), "is empty"),
    "binary": ((200, {"Content-Type": "text/html"}, bytes(range(256))), "is neither PDF, Word, "),
    "bomb": ((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(10**8))), "is larger than "),
    "huge": (endless(b"x" * 9999), "is larger than 0.1 MB; raise settings.largest if it is meant"),
    "closed/a": ((200, {}, b"secret"), "asks us not to; fetch it yourself"),
    "gone": ((410, {}, b""), "is not there (status 410)"),
}


def test_what_is_bad_is_named_with_its_reason_and_costs_nothing_else(site, listed, raw):
    site.page("/beans", "Rain helped.")
    text = BEANS
    for name, (route, _) in BAD.items():
        site.routes[f"/{name}"] = route
        with_its_own_port = "busy" in name  # it asks to be left alone, which the host is
        if not with_its_own_port:
            text += f"  - {{id: {name.replace('/', '-')}, url: SITE/{name}}}\n"
    text += "  - {id: busy, url: SITE/busy}\n  - {id: after, url: SITE/beans2}\n"
    outcomes = {each.source: each for each in run(listed(text))}
    assert outcomes.pop("beans").status == "new"
    assert "asked to be left alone" in outcomes.pop("after").reason
    for name, (_, reason) in BAD.items():
        outcome = outcomes.pop(name.replace("/", "-"))
        assert (outcome.status, reason in outcome.reason) == ("failed", True), outcome
    assert (outcomes, len(files(raw))) == ({}, 1)
    assert "/closed/a" not in site.paths()
    assert "/beans2" not in site.paths()


def test_a_site_whose_robots_cannot_be_had_is_left_alone(site, listed):
    site.routes["/robots.txt"] = (500, {}, b"")
    site.page("/beans", "Rain helped.")
    ((status, _, reason),) = told(run(listed(BEANS)))
    assert (status, "robots.txt" in reason, site.paths()) == ("failed", True, [])


def test_a_site_without_robots_may_be_asked_and_is_not_asked_for_them_twice(site, listed):
    del site.routes["/robots.txt"]
    site.page("/beans", "Rain helped.", ETag='"1"')
    path = listed(BEANS)
    assert told(run(path)) == [("new", "beans", "")]
    run(path)
    assert [path for path, _ in site.asked] == ["/robots.txt", "/beans", "/beans"]


def test_a_private_address_is_not_asked_unless_the_entry_says_so(site, listed):
    site.page("/beans", "Rain helped.")
    ((status, _, reason),) = told(pull(listed(BEANS)))
    assert (status, reason.endswith("say allow_private: true"), site.asked) == ("failed", True, [])
    path = listed(BEANS.replace("title:", "allow_private: true, title:"))
    assert told(pull(path)) == [("new", "beans", "")]


def test_a_new_version_takes_the_place_of_the_old_which_stays_known(site, listed, raw):
    path = listed(BEANS)
    site.page("/beans", "Rain helped.", ETag='"1"')
    (old,) = run(path)
    site.page("/beans", "Rain and sun helped.", ETag='"2"')
    (new,) = run(path)
    assert (new.status, files(raw)) == ("changed", [new.path])
    assert older_versions(raw / new.path) == [old.sha256]
    assert (raw / ".pulled" / "older" / old.path).exists()
    site.page("/beans", "Rain helped.", ETag='"1"')
    assert [each.status for each in run(path)] == ["changed"]
    assert files(raw) == [old.path]
    assert older_versions(raw / old.path) == [new.sha256]


def test_a_tag_that_changes_where_the_content_does_not_is_no_news(site, listed, raw):
    path = listed(BEANS)
    for n in range(3):
        site.page("/beans", "Rain helped.", ETag=f'"{n}"')
        statuses = [each.status for each in run(path)]
    assert (statuses, len(files(raw))) == (["unchanged"], 1)


def test_a_page_that_differs_in_what_nobody_sees_is_no_news(site, listed, raw):
    path = listed(BEANS)
    for n in range(2):
        body = f"<html><body><script>token={n}</script><p>Rain helped.</p></body></html>"
        site.routes["/beans"] = (200, {}, body.encode())
        statuses = [each.status for each in run(path)]
    assert (statuses, len(files(raw))) == (["unchanged"], 1)


def test_what_is_gone_is_said_and_its_file_stays(garden, listed, raw):
    path = listed(MANY)
    run(path)
    before = files(raw)
    garden.routes["/beans"] = (404, {}, b"")
    garden.routes["/map.xml"] = (200, {}, b"<urlset></urlset>")
    path = listed(MANY.replace("  - {id: note, file: note.txt}\n", ""))
    assert [each for each in told(run(path)) if each[0] != "unchanged"] == [
        ("gone", "beans", "is not there (status 404); what was fetched before stays"),
        ("gone", "map", "its source names it no more; its file stays"),
        ("gone", "note", "its entry is no longer in the list; its file stays until you delete it"),
    ]
    assert files(raw) == before
    assert {each[0] for each in told(run(path))} == {"gone", "unchanged"}


def test_answers_that_others_replace_are_not_kept(garden, listed, raw):
    path = listed(MANY)
    run(path)
    before = len(list((raw / ".pulled" / "bodies").iterdir()))
    garden.routes["/map.xml"] = (200, {"ETag": '"5"'}, garden.routes["/map.xml"][2] + b"\n")
    run(path)
    assert len(list((raw / ".pulled" / "bodies").iterdir())) == before


def test_a_folder_is_pulled_and_one_that_is_away_makes_nothing_gone(listed, tmp_path):
    (tmp_path / "notes" / ".hidden").mkdir(parents=True)
    for name in ("b/peas.txt", "beans.txt", ".hidden/x.txt"):
        (tmp_path / "notes" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "notes" / name).write_text(f"Rain helped {name}.")
    path = listed("sources: [{id: notes, folder: notes}]")
    assert [(each.status, each.key) for each in run(path)] == [
        ("new", "b/peas.txt"),
        ("new", "beans.txt"),
    ]
    (tmp_path / "notes").rename(tmp_path / "away")
    assert told(run(path)) == [("failed", "notes", "is no folder; mend the entry")]


def test_what_is_no_regular_file_is_not_read(listed, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "notes").mkdir()
    (tmp_path / "large.txt").write_bytes(b"x" * 10**6)
    path = listed(
        "sources: [{id: a, file: /dev/zero}, {id: b, file: pipe}, {id: c, file: zero.txt}, "
        "{id: d, references: pipe}, {id: e, file: notes}, {id: f, file: large.txt}]"
    )
    reason = "is no regular file; give the document itself"
    assert told(run(path)) == [
        *(("failed", id, reason) for id in "abcde"),
        ("failed", "f", "is larger than 0.1 MB"),
    ]


def test_a_path_that_leads_to_itself_is_one_line(listed, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for kind in ("file", "folder"):
        with pytest.raises(InvalidSources, match=rf"sources.0.{kind}: \S+/loop is a link that "):
            run(listed(f"sources: [{{id: a, {kind}: loop}}]"))


def test_a_list_that_fails_does_not_make_its_items_gone(garden, listed):
    path = listed(MANY)
    run(path)
    garden.routes["/map.xml"] = (200, {}, b"<urlset><url>")
    failed = [each for each in told(run(path)) if each[0] != "unchanged"]
    assert failed == [("failed", "map", "the sitemap is not XML; look at it in a browser")]


def test_a_dry_run_says_what_would_be_fetched_and_writes_nothing(garden, listed, raw):
    path = listed(MANY)
    outcomes = run(path, dry=True)
    assert [(each.status, each.source) for each in outcomes] == [
        ("to fetch", "beans"),
        ("to fetch", "leeks"),
        ("to fetch", "new-leeks"),
        ("to fetch", "map"),
        ("to fetch", "note"),
    ]
    assert (raw.exists(), garden.paths()) == (False, ["/map.xml"])
    run(path)
    assert {each.status for each in run(path, dry=True)} == {"to ask"}


def test_a_file_that_was_deleted_is_fetched_again(site, listed, raw):
    site.page("/beans", "Rain helped.", ETag='"1"')
    path = listed(BEANS)
    (outcome,) = run(path)
    (raw / outcome.path).unlink()
    assert told(run(path)) == [("unchanged", "beans", "")]
    assert files(raw) == [outcome.path]


def test_two_pulls_at_once_are_refused(site, listed, raw):
    with (
        Shelf(raw).pull(time.time(), 10),
        pytest.raises(PullRunning, match="Another pull is writing"),
    ):
        run(listed(BEANS))


def test_nobody_is_asked_by_nobody(listed):
    path = listed(BEANS)
    path.write_text(path.read_text().replace("contact: ann@example.org, ", ""))
    with pytest.raises(KbError, match=r"sources\.yml, line 6: beans is on the network; say who"):
        run(path)


def test_a_killed_pull_goes_on_and_fetches_nothing_twice(site, listed, raw, tmp_path, codebook):
    entries = "sources:\n"
    for n in range(12):
        site.page(f"/plot{n}", f"Rain helped plot {n} a lot.")  # without anything to ask news by
        entries += f"  - {{id: plot{n}, url: SITE/plot{n}, title: Plot {n}}}\n"
    path = listed(entries)
    path.write_text(path.read_text().replace("pause: 0", "pause: 0.05"))
    command = [sys.executable, "-m", "pipelines", "pull", str(path), "--allow-private"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: len(site.paths()) > 4)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = len(files(raw))
    assert 2 < done < 12
    outcomes = run(path)
    assert [each.status for each in outcomes] == ["new"] * 12
    counts = Counter(site.paths())
    assert sum(counts.values()) - 12 <= 1  # the one on its way when the process died
    assert len(files(raw)) == 12
    known = known_documents(raw.glob("*.html"))
    assert sorted(each.title for each in known.values()) == sorted(f"Plot {n}" for n in range(12))
    assert list(raw.rglob(".*.part")) == []
    assert run(path) != outcomes  # the next pull is a pull of its own
    assert sum(Counter(site.paths()).values()) - sum(counts.values()) == 12


def wait_for(condition):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("the pull did not begin")


def test_the_command_lists_what_came_of_it(garden, listed, raw):
    path = listed(MANY + "  - {id: lost, url: SITE/lost, title: Lost}\n")
    result = CliRunner().invoke(app, ["pull", str(path), "--allow-private"])
    lines = result.stdout.splitlines()
    assert (result.exit_code, len(lines)) == (0, 6)
    assert lines[-1] == f"failed: lost: Lost, {garden.url}/lost is not there (status 404)"
    assert result.stderr.splitlines() == [
        f"{path}: 5 new, 1 failed",
        "4 of 4 documents are under no licence that lets their full text be passed on: they are "
        "searched here, and left out of what is published",
    ]
    result = CliRunner().invoke(app, ["pull", str(path), "--allow-private", "--json"])
    assert [row["status"] for row in json.loads(result.stdout)] == [*["unchanged"] * 5, "failed"]


def test_the_command_fails_where_nothing_could_be_fetched(listed):
    path = listed(BEANS)
    result = CliRunner().invoke(app, ["pull", str(path)])
    assert isinstance(result.exception, KbError)
    assert str(result.exception) == f"{path}: nothing could be fetched; the reasons stand above"

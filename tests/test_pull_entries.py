from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kb.errors import InvalidSources, KbError
from kb.models import Bibliography
from pipelines.pull.entries import KINDS, load_entries
from pipelines.pull.records import Source

ROOT = Path(__file__).parent.parent
BEANS = "sources:\n  - id: beans\n    url: https://x.test/beans\n"


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "sources.yml"
        path.write_text(text)
        return path

    return write


def test_an_entry_is_a_source_with_what_it_says_of_itself(write):
    path = write(
        BEANS + "    title: Beans\n    authors: [Ann Oar]\n    year: 2021\n"
        "    journal: Journal of Gardens\n    doi: https://doi.org/10.1234/BEANS\n"
        "    licence: unknown\n    include: beans\n    limit: 5\n    allow_private: true\n"
    )
    _, sources = load_entries(path)
    assert sources == (
        Source(
            id="beans",
            kind="url",
            where="https://x.test/beans",
            facts=Bibliography(
                title="Beans",
                authors=("Ann Oar",),
                year=2021,
                publisher="Journal of Gardens",
                url="https://x.test/beans",
                doi="10.1234/beans",
            ),
            include="beans",
            limit=5,
            allow_private=True,
            place=f"{path}, line 2",
        ),
    )


def test_a_collection_speaks_for_its_entries(write):
    path = write(
        "collections:\n  - id: trust\n    title: The trust's\n    publisher: The Garden Trust\n"
        "    licence: CC BY 4.0\n    sources:\n      - {id: map, sitemap: https://x.test/map.xml}\n"
        "      - {id: beans, url: https://x.test/beans, licence: all rights reserved}\n"
    )
    _, sources = load_entries(path)
    assert [
        (each.id, each.alone, each.facts.publisher, each.facts.licence) for each in sources
    ] == [
        ("map", False, "The Garden Trust", "CC-BY-4.0"),
        ("beans", True, "The Garden Trust", "all rights reserved"),
    ]


def test_settings_are_read_in_megabytes_and_seconds(write):
    settings, _ = load_entries(
        write(
            "settings:\n  contact: ann@example.org\n  pause: 2.5\n  largest: 1.5\n  tries: 0\n"
            "  apis: {crossref: 'https://mirror.test'}\n"
        )
    )
    assert (settings.contact, settings.pause, settings.largest, settings.tries) == (
        "ann@example.org",
        2.5,
        1_500_000,
        1,
    )
    assert settings.apis["crossref"] == "https://mirror.test"
    assert settings.apis["zotero"] == "https://api.zotero.org"


def entry(text):
    return f"sources:\n  - id: x\n    {text}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: 5\n", "line 1: sources: a list of entries is needed here"),
        ("sources: [5]\n", "line 1: sources.0: a mapping of names is needed here"),
        ("sources: [{url: https://x.test}]\n", "line 1: sources.0.id: a text is needed"),
        (
            entry("url: https://x.test").replace("x\n", "A b\n", 1),
            "line 2: sources.0.id: small let",
        ),
        (BEANS + BEANS.replace("sources:\n", ""), "line 4: sources.1.id: beans is the id of anoth"),
        (entry("title: Beans"), "line 2: sources.0: just one of these is needed: file, url, doi,"),
        (entry("{url: https://x.test}"), "sources.yml: not YAML"),
        (BEANS + "    folder: a\n", "line 2: sources.0: just one of these is needed"),
        (
            BEANS + "    colour: red\n",
            "line 4: sources.0.colour: unknown; say one of allow_private",
        ),
        (
            entry("url: ftp://x.test/a"),
            "line 3: sources.0.url: 'ftp://x.test/a' is no address such",
        ),
        (entry("url: https://a:b@x.test/"), "sources.0.url: an address with a name or password"),
        (entry("doi: beans"), "line 3: sources.0.doi: 'beans' is no DOI such as 10.1186/"),
        (entry("govuk: '?'"), "line 3: sources.0.govuk: a path such as /government/collections/"),
        (entry("zotero: beans"), "line 3: sources.0.zotero: users/NUMBER or groups/NUMBER"),
        (entry("openalex: {}"), "line 3: sources.0.openalex: search or filter is needed"),
        (
            entry("openalex: {query: a}"),
            "line 3: sources.0.openalex.query: unknown; say one of filt",
        ),
        (BEANS + "    include: '('\n", "line 4: sources.0.include: is no regular expression: "),
        (BEANS + "    limit: 0\n", "line 4: sources.0.limit: 0 is no whole number from 1 to 10000"),
        (
            BEANS + "    allow_private: 1.5\n",
            "line 4: sources.0.allow_private: 1.5 is unknown; say",
        ),
        (BEANS + "    year: soon\n", "line 4: sources.0.year: 'soon' is no year, such as 2021"),
        ("settings: {contact: ann}\n", "line 1: settings.contact: an e-mail address is needed"),
        ("settings: {pause: -1}\n", "line 1: settings.pause: -1 is no number from 0 to a million"),
        (
            "settings: {apis: {fish: 'https://x.test'}}\n",
            "settings.apis.fish: unknown; say one of ",
        ),
        ("collections: [{id: a, sources: 5}]\n", "collections.0.sources: a list of entries is nee"),
        ("collections: [{id: a, url: b}]\n", "line 1: collections.0.url: unknown; say one of id, "),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(write, text, message):
    with pytest.raises(InvalidSources) as error:
        load_entries(write(text))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_list_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(KbError, match=r"There is no file .*none\.yml; name a list of sources"):
        load_entries(tmp_path / "none.yml")


def test_the_shipped_list_is_valid_and_says_what_whose_and_under_which_licence():
    path = ROOT / "corpus" / "sources.yml"
    _, sources = load_entries(path)
    entries = yaml.safe_load(path.read_text("utf-8"))["sources"]
    assert [source.id for source in sources] == [entry["id"] for entry in entries]
    assert {source.kind for source in sources} == {"url", "doi"}
    silent = [
        source.id
        for source, entry in zip(sources, entries, strict=True)
        if not (source.facts.title and source.facts.authors and source.facts.publisher)
        or not entry["licence"]
    ]
    assert silent == []


def test_each_kind_has_an_example_that_is_valid(write):
    page = (ROOT / "docs" / "pulling.md").read_text("utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    kinds = {source.kind for text in examples for source in load_entries(write(text))[1]}
    assert kinds == set(KINDS)

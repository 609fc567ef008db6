from __future__ import annotations

from dataclasses import replace

import pytest

from kb.checked_yaml import LARGEST
from kb.errors import InvalidSources
from kb.models import Bibliography
from pipelines.sources import known_documents, load_documents

GOOD = """
documents:
  - path: notes/beans.txt
    title: Beans
    authors: [Ann Oar, Bo Ray]
    year: 2020
    licence: CC-BY-4.0
"""


DOUBLING = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "beans.txt").write_text("Rain helped.")
    return tmp_path


def write(corpus, text):
    (corpus / "sources.yml").write_text(text)
    return corpus / "sources.yml"


def test_a_document_is_known_by_its_path(corpus):
    assert load_documents(write(corpus, GOOD)) == {
        corpus / "notes" / "beans.txt": Bibliography(
            title="Beans", authors=("Ann Oar", "Bo Ray"), year=2020, licence="CC-BY-4.0"
        )
    }


def test_sources_are_looked_for_beside_a_document_and_above(corpus):
    beans = corpus / "notes" / "beans.txt"
    write(corpus, GOOD)
    assert known_documents([beans])[beans].title == "Beans"
    assert known_documents([corpus / "beans.txt"])[beans].title == "Beans"
    assert known_documents([corpus / "a" / "b" / "beans.txt"]) == {}


def test_what_is_the_same_of_many_may_be_said_once(corpus):
    (corpus / "notes" / "peas.txt").write_text("Rain hurt.")
    shared = GOOD.replace("- path", "- &beans\n    path")
    text = shared + "  - {<<: *beans, path: notes/peas.txt, title: Peas}\n"
    beans = Bibliography(
        title="Beans", authors=("Ann Oar", "Bo Ray"), year=2020, licence="CC-BY-4.0"
    )
    assert load_documents(write(corpus, text)) == {
        corpus / "notes" / "beans.txt": beans,
        corpus / "notes" / "peas.txt": replace(beans, title="Peas"),
    }


def test_a_path_that_leads_to_itself_is_named(corpus):
    (corpus / "loop").symlink_to("loop")
    with pytest.raises(InvalidSources, match=r"documents.0.path: \S+/loop is a link that leads to"):
        load_documents(write(corpus, "documents: [{path: loop}]\n"))


@pytest.mark.parametrize("text", ["", "# nothing\n", "sources: []\n", "documents:\n"])
def test_a_file_without_documents_knows_nothing(corpus, text):
    assert load_documents(write(corpus, text)) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("documents: [", "sources.yml: not YAML: "),
        ("- a\n", "line 1: the whole file: a mapping of names is needed here"),
        ("Documents: []\n", "line 1: Documents: unknown; say one of collections, documents"),
        ("documents: 5\n", "line 1: documents: a list of entries is needed"),
        ("documents: [5]\n", "line 1: documents.0: a mapping of names is needed here"),
        ("documents: [{title: x}]\n", "line 1: documents.0.path: a text is needed"),
        ("documents: [{path: peas.txt}]\n", "documents.0.path: there is no file peas.txt there"),
        (GOOD.replace("title", "titel"), "line 4: documents.0.titel: unknown; say one of authors"),
        (GOOD.replace("Beans", "[a, b]"), "line 4: documents.0.title: a text is needed"),
        (GOOD.replace("[Ann Oar, Bo Ray]", "5"), "line 5: documents.0.authors: a list of texts"),
        (GOOD.replace("2020", "true"), "line 6: documents.0.year: True is no year, such as 2021"),
        (GOOD.replace("2020", "99999999999999999999"), "documents.0.year: 9999"),
        (GOOD.replace("Beans", '"a\\0b"'), "documents.0.title: has a character that cannot be"),
        (GOOD.replace("Beans", '"\\ud800"'), "sources.yml"),
        (GOOD + "  - path: notes/beans.txt\n", "line 8: documents.1.path: this file has an entry"),
        ("documents: " + "[" * 3000, "sources.yml"),
        (GOOD.replace("2020", "2020-13-45"), "sources.yml"),
        (GOOD.replace("2020", "!!timestamp x"), "sources.yml: not YAML: "),
        (GOOD + "documents: []\n", "line 8: documents: stands here twice; keep one of them"),
        ("documents: &a {b: *a}\n", "sources.yml, line 1: *a stands within itself"),
        ("a: &a [x]\nb: &b [*a, *b]\n", "sources.yml, line 2: *b stands within itself"),
        (DOUBLING, "sources.yml, line 19: more than 1,000,000 values, with their aliases"),
        pytest.param("[" * 100_000, "line 1: more than 50 values within each other", id="flow"),
        pytest.param("- " * 100_000, "line 1: more than 50 values within each other", id="block"),
        pytest.param("#" * (LARGEST + 1), "sources.yml: has more than 20 MB", id="large"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(corpus, text, message):
    with pytest.raises(InvalidSources) as error:
        load_documents(write(corpus, text))
    assert message in str(error.value)
    assert "\n" not in str(error.value)

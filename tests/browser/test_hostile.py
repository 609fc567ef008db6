"""What documents, questions and addresses bring is shown, and never runs."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from browser_base import chromium, served
from conftest import WordLengths, add
from playwright.sync_api import BrowserContext
from sqlite_utils import Database
from web_base import save

from kb.codebook import load_codebook
from kb.models import Claim, Document
from kb.tables import create_tables, fill_lookups
from kb.vocabulary import load_vocabulary
from kb.web.encoding import remember
from pipelines.publish import publish

ATTACKS = (
    "<script>document.title='ran'</script>",
    "<img src=x onerror=\"document.title='ran'\">",
    '"><svg onload="document.title=\'ran\'">',
    "'-(document.title='ran')-'",
    "{{ 7*7 }}{% raw %}",
    "</title></textarea></script><script>document.title='ran'</script>",
    "javascript:document.title='ran'",
)
TEXT = " ".join(ATTACKS)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    remember(WordLengths())
    path = tmp_path_factory.mktemp("hostile") / "harbour.db"
    db, codebook = Database(memory=True), load_codebook()
    create_tables(db, codebook)
    fill_lookups(db, codebook)
    document = Document(
        id="d1", title=TEXT, path=ATTACKS[0], sha256="1", text="", words=9, year=2020,
        authors=(TEXT,), publisher=TEXT, kind=ATTACKS[1], url=ATTACKS[6], licence=TEXT,
        language='en"><script>',
    )  # fmt: skip
    claim = Claim(
        id="d1s1-outcome", statement_id="d1s1", document_id="d1", code="outcome", confidence=0.5,
        attributes={"standing": "found", "attribution": "own", "domain": "cost",
                    "direction": "increase", "valence": "good", "measure": TEXT,
                    "magnitude": ATTACKS[1]},
    )  # fmt: skip
    add(db, WordLengths(), document, [TEXT], [claim])
    encoder = WordLengths().fingerprint
    publish(db, codebook, load_vocabulary(codebook), coder="rules-1", encoder=encoder)
    save(db, path)
    with served(path) as address:
        yield address


@pytest.fixture(scope="module")
def context(address: str) -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield browser.new_context(base_url=address)


PAGES = [
    "/",
    "/harbour",
    "/harbour/documents",
    "/harbour/outcomes",
    "/harbour/outcomes?_facet=title&_facet=measure",
    "/harbour/statements/d1s1",
    "/-/kb/statement/d1s1",
    "/-/kb/document/d1",
    "/-/kb/similar/d1s1",
    *(f"/-/kb/search?q={quote(attack)}" for attack in ATTACKS),
    f"/-/kb/search?mode={quote(ATTACKS[0])}",
    f"/-/kb/search?code={quote(ATTACKS[2])}",
    f"/-/kb/statement/{quote(ATTACKS[1], safe='')}",
    *(f"/harbour/outcomes_on?words={quote(attack)}" for attack in ATTACKS),
    f"/harbour/outcomes?title={quote(ATTACKS[0])}&_sort={quote(ATTACKS[1])}",
    f"/harbour/outcomes?measure__contains={quote(ATTACKS[2])}",
    f"/harbour/outcomes?_facet={quote(ATTACKS[1])}",
    f"/harbour/outcomes?_facet_list={quote(ATTACKS[2])}",
    f"/harbour?sql={quote('select ' + repr(ATTACKS[1]))}",
    f"/harbour?sql={quote(ATTACKS[0])}",
    f"/-/kb/export/{quote(ATTACKS[0], safe='')}.csv",
    f"/harbour/{quote(ATTACKS[1], safe='')}",
]


# Datasette leaves what it began to wait for when an address is refused
@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_others_wrote_runs(context, path):
    page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(path, wait_until="load")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.title() != "ran"
    assert dialogs == []
    assert page.locator("script:has-text(\"document.title='ran'\")").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0
    page.close()


@pytest.mark.parametrize("name", ["documents.csv", "documents.jsonl", "outcomes.csv"])
def test_downloads_are_saved_and_not_shown(context, address, name):
    response = context.request.get(f"{address}/-/kb/export/{name}")
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "text/html" not in response.headers["content-type"]

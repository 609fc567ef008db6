from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_base import chromium, opened, served
from conftest import WordLengths
from playwright.sync_api import Browser, Page, expect
from web_base import make_base, print_ferry

from kb.web.encoding import remember

DESK, PHONE = (1200, 900), (390, 844)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Serve a small knowledge base, one of whose documents has pages, and give its address."""
    remember(WordLengths())
    folder = tmp_path_factory.mktemp("reader")
    path = make_base(folder / "harbour.db")
    print_ferry(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        with served(path) as address:
            yield address


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(browser: Browser, address: str, request: Any) -> Iterator[Page]:
    with opened(browser, address, request.param) as page:
        yield page


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address, DESK) as page:
        yield page


@pytest.fixture
def scriptless(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, address, DESK, java_script_enabled=False) as page:
        yield page


def test_keys_go_from_one_coded_statement_to_the_next(desk):
    desk.goto("/-/kb/document/d1")
    now = desk.locator(".kb-text .kb-now")
    for key, id in [("n", "d1s1"), ("n", "d1s2"), ("n", "d1s3"), ("n", "d1s3"), ("p", "d1s2")]:
        desk.keyboard.press(key)
        expect(now).to_have_attribute("id", id)
        expect(now).to_be_focused()
        assert desk.url.endswith(f"/-/kb/document/d1#{id}")
        expect(desk.locator(".kb-sheet rect.kb-now")).to_have_attribute("data-id", id)
        expect(desk.locator(".kb-claims li.kb-now")).to_be_in_viewport()
    expect(desk.locator(".kb-where")).to_have_text("2 of 3")


def test_keys_can_be_turned_off_for_good(desk):
    desk.goto("/-/kb/document/d1")
    desk.get_by_label("keys n and p").uncheck()
    desk.keyboard.press("n")
    desk.reload()
    desk.keyboard.press("n")
    expect(desk.locator(".kb-now")).to_have_count(0)
    desk.get_by_role("button", name="Next").click()
    expect(desk.locator(".kb-text .kb-now")).to_have_attribute("id", "d1s1")


def test_a_code_is_hidden_at_once_and_in_the_address(page):
    page.goto("/-/kb/document/d1")
    page.get_by_label("Facilitator", exact=True).uncheck()
    expect(page.locator(".kb-text .kb-coded:not(.kb-off)")).to_have_count(2)
    expect(page.locator(".kb-claims li:visible")).to_have_count(2)
    codes = "code=barrier&code=integration_type&code=outcome"
    assert page.url.endswith(f"/-/kb/document/d1?{codes}")
    page.reload()
    expect(page.get_by_label("Facilitator", exact=True)).not_to_be_checked()
    expect(page.locator(".kb-claims li:visible")).to_have_count(2)


def test_codes_are_chosen_without_scripts_too(scriptless):
    scriptless.goto("/-/kb/document/d1")
    scriptless.get_by_label("Facilitator", exact=True).uncheck()
    scriptless.get_by_role("button", name="Show").click()
    expect(scriptless.locator(".kb-text .kb-coded:not(.kb-off)")).to_have_count(2)


def test_a_click_gives_any_statement_its_address(desk):
    desk.goto("/-/kb/document/d1")
    desk.get_by_text("The ferry sails at noon.").click()
    assert desk.url.endswith("#d1s4")


def test_a_number_leads_to_rows_to_the_sentence_to_its_place_on_the_page(page):
    page.goto("/")
    page.get_by_label("Finance and incentives, Barrier: 1 claim in 1 document").click()
    page.get_by_role("link", name="Separate budgets slowed the work.").click()
    page.get_by_role("heading", name="Claims").get_by_role("link").or_(
        page.locator(".kb-claim h3 a")
    ).first.click()
    expect(page.get_by_role("heading", name="Claim: barrier")).to_be_visible()
    image = page.get_by_alt_text("Page 1 as printed")
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    page.wait_for_function("[...document.images].every(each => each.naturalWidth > 0)")
    expect(page.locator(".kb-sheet rect")).to_have_attribute("data-id", "d1s2")


def test_the_same_way_by_keyboard(desk):
    desk.goto("/-/kb/document/d1")
    desk.keyboard.press("n")
    desk.keyboard.press("Tab")
    expect(desk.locator(":focus")).to_have_text("Facilitator")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/-/kb/statement/d1s1")
    desk.get_by_role("link", name="Read it in the document").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/-/kb/document/d1#d1s1")
    expect(desk.locator(".kb-sheet rect.kb-now")).to_be_in_viewport()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/-/kb/search?q=separate+budgets",
        "/-/kb/search?q=budgets&code=barrier&mode=words",
        "/-/kb/similar/d1s2",
        "/-/kb/map",
        "/-/kb/board",
        "/-/kb/quotes?code=barrier",
        "/-/kb/document/d1",
        "/-/kb/document/d2",
        "/-/kb/statement/d1s4",
        "/-/kb/claim/d1s3-outcome",
        "/-/kb/claim/d2s1-barrier",
    ],
)
def test_axe_finds_no_violation(page, path):
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page) == []


@pytest.mark.parametrize(
    "path", ["", "?sql=select+*+from+claims", "/barriers", "/documents", "/documents/d1"]
)
def test_axe_finds_no_violation_in_datasettes_own_pages(page, path):
    page.goto(f"/harbour{path}")
    assert violations(page) == []


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Give the rules of axe-core that a page breaks, each with where."""
    # an element of Datasette 1.0 keeps a list under this name, which axe-core calls
    page.evaluate(
        "for (const each of document.querySelectorAll('navigation-search'))"
        " Object.defineProperty(each, 'matches', {value: Element.prototype.matches})"
    )
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser_base import chromium, opened, served
from conftest import WordLengths
from playwright.sync_api import Browser, Page, expect
from web_base import make_base

from kb.web.encoding import remember


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Serve a small knowledge base, and give its address."""
    remember(WordLengths())
    path = make_base(tmp_path_factory.mktemp("pages") / "harbour.db")
    with served(path) as address:
        yield address


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[(1200, 900), (390, 844)], ids=["desk", "phone"])
def page(browser: Browser, address: str, request: Any) -> Iterator[Page]:
    """Give a page that must have no complaint, and ask nobody else for anything, in the end."""
    with opened(browser, address, request.param) as page:
        yield page


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_question_leads_to_the_place_in_the_document(page):
    page.goto("/")
    assert fits(page)
    page.get_by_label("Ask, or give words to look for").fill("separate budgets")
    page.get_by_role("button", name="Search").click()
    assert fits(page)
    page.get_by_role("link", name="Separate budgets slowed the work.").first.click()
    expect(page.get_by_role("heading", name="Claims", exact=True)).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="Read it in the document").click()
    assert page.url.endswith("/-/kb/document/d1#d1s2")
    expect(page.locator(":target")).to_have_text("Separate budgets slowed the work.")
    expect(page.locator(":target")).to_be_in_viewport()
    assert fits(page)


def test_filters_are_kept_and_shown(page):
    page.goto("/-/kb/search?q=records")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Barrier").check()
    page.get_by_label("By").select_option("words only")
    page.get_by_role("button", name="Search").click()
    assert "/-/kb/search?q=records&code=barrier&" in page.url
    assert page.url.endswith("&mode=words")
    expect(page.get_by_label("Barrier")).to_be_checked()
    expect(page.locator(".kb-card")).to_have_count(1)


def test_a_cell_of_the_map_opens_its_claims(page):
    page.goto("/")
    page.get_by_label("Finance and incentives, Barrier: 1 claim in 1 document").click()
    expect(page.get_by_role("link", name="Separate budgets slowed the work.")).to_be_visible()


def test_a_ready_question_shows_its_answer(page):
    page.goto("/")
    page.get_by_role("link", name="Barriers by theme").click()
    expect(page.get_by_role("cell", name="Finance and incentives")).to_be_visible()


def test_the_first_tab_stops_reach_the_question(page):
    page.goto("/")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type("ferry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="The ferry sails at noon.").first).to_be_visible()

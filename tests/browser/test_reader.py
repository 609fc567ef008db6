from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import WordLengths
from playwright.sync_api import Browser, Page, expect, sync_playwright
from web_base import make_base, print_ferry

from kb.web.encoding import remember
from kb.web.server import free_port, make_datasette, make_server

NO_BROWSER = "These tests need Chromium: apt-get install chromium, or playwright install chromium"
DESK, PHONE = (1200, 900), (390, 844)


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """Serve a small knowledge base, one of whose documents has pages, and give its address."""
    remember(WordLengths())
    folder = tmp_path_factory.mktemp("reader")
    path = make_base(folder / "harbour.db")
    print_ferry(path)
    port = asyncio.run(free_port(0))
    server = make_server(make_datasette(path), port)
    thread = threading.Thread(target=server.run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        found = own if Path(own).exists() else shutil.which("chromium")
        assert found, NO_BROWSER
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, address: str, size: tuple[int, int], **more: Any) -> Iterator[Page]:
    """Give a page that must have no complaint, and ask nobody else for anything, in the end."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, base_url=address, **more)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(f"{address}/")] == []


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(browser: Browser, address: str, request: Any) -> Iterator[Page]:
    yield from opened(browser, address, request.param)


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address, DESK)


@pytest.fixture
def scriptless(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address, DESK, java_script_enabled=False)


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
    found = Axe().run(page)
    assert [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found.response["violations"]
    ] == []

"""A server and a browser for tests, and pages that must have no complaint in the end."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from kb.web.server import free_port, make_datasette, make_server

NO_BROWSER = "These tests need Chromium: apt-get install chromium, or playwright install chromium"


@contextmanager
def served(path: Path) -> Iterator[str]:
    """Serve a knowledge base, and give its address."""
    port = asyncio.run(free_port(0))
    server = make_server(make_datasette(path), port)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser; after the server, for while playwright runs, asyncio.run is refused."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        found = own if Path(own).exists() else shutil.which("chromium")
        assert found, NO_BROWSER
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
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

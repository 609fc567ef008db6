"""Pages as printed: their images, and where the coded statements stand on them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from datasette.utils.asgi import Response
from platformdirs import user_cache_path

from kb.browse import Thing
from kb.errors import FileMissing
from kb.layout import marks_by_page
from kb.page_images import document_file, page_image, page_sizes
from kb.web.base import ask
from kb.web.labels import Base

Answer = TypeVar("Answer")

AT_ONCE = 4
"""How many pages are drawn at the same time."""
POOL = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page with its size in points, and the boxes of statements on it."""

    number: int
    width: float
    height: float
    marks: list[Thing]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The pages of a document, or why there are none to be seen."""

    pages: list[Sheet]
    note: str = ""


def folder() -> Path:
    """Give where images are kept."""
    return user_cache_path("evidence-kb") / "pages"


async def sheets_of(
    datasette: Any,
    base: Base,
    document_id: str,
    claims: Iterable[Thing],
    only: Collection[int] | None = None,
) -> Sheets:
    """Give a document's pages, or `only` some of them, with the boxes of claims.

    A document without pages has none, and no note.
    """
    file = await ask(datasette, base, lambda db: document_file(db, document_id))
    if file is None:
        return Sheets([])
    found = marks_by_page(claims)
    try:
        sizes = await apart(lambda: page_sizes(file, folder()))
    except FileMissing as error:
        return Sheets([], f"{error}.")
    return Sheets(
        [
            Sheet(number=number, width=width, height=height, marks=found.get(number, []))
            for number, (width, height) in enumerate(sizes, 1)
            if only is None or number in only
        ]
    )


async def page_view(datasette: Any, request: Any, base: Base) -> Any:
    """Give the image of a page; raises what find_file and page_image raise."""
    id, number = request.url_vars["id"], int(request.url_vars["page"])
    file = await ask(datasette, base, lambda db: document_file(db, id))
    if file is None:
        raise FileMissing("This document has no pages")
    content = await apart(lambda: page_image(file, number, folder()))
    headers = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}
    return Response(content, headers=headers, content_type="image/png")


async def apart(question: Callable[[], Answer]) -> Answer:
    """Call what may take long in a thread of its own, so that nobody else waits."""
    return await asyncio.get_running_loop().run_in_executor(POOL, question)

"""The Datasette plugin: pages, cells, named queries and ways in, for Datasette 0.65 and 1.0."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response
from pluggy import HookimplMarker

from kb.functions import add_functions
from kb.web import (
    ahead,
    board_page,
    cells,
    citing,
    claims,
    clock,
    encoding,
    exports,
    facets,
    gate,
    guard,
    home,
    kept,
    map_file,
    map_page,
    queries,
    quotes_page,
    reader,
    search_page,
    sheets,
    style,
    turns,
)
from kb.web.base import BASES, get_base, view_on_base
from kb.web.mended import Mended
from kb.web.respond import complaint

hookimpl = HookimplMarker("datasette")
"""As datasette.hookimpl, which is the same without types."""

Later = Callable[[], Awaitable[Any]]

UNREADABLE = "The address holds a value that cannot be read"
"""What Datasette raises a ValueError for."""


@hookimpl
def startup(datasette: Any) -> Later:
    """Find the knowledge base, load its encoder, and register the named queries."""

    # it loads plugins, this one too, and so cannot be imported above
    from datasette import handle_exception

    # typer brings rich, and Datasette prints a long traceback for every missing page where rich is
    handle_exception.rich = None
    clock.install()

    async def inner() -> None:
        base = await get_base(datasette)
        if base is not None:
            await encoding.warm_up(datasette, base)
            await queries.add_queries(datasette, base)

    return inner


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Have the templates mended that are not ours."""
    env.loader = Mended(env.loader)


@hookimpl
def prepare_connection(conn: Any, database: str) -> None:
    """Let SQL search (see kb.functions), and limit what that of strangers can do."""
    if database != "_internal":
        find_index = clock.in_time(encoding.find_index)
        add_functions(conn, lambda db: encoding.find_encoder(db).encoder, find_index)
        guard.guard(conn)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[gate.App], gate.App]:
    """Let every request through the gate; keep the pages of a published base."""
    most = kept_bytes(datasette)

    def wrap(app: gate.App) -> gate.App:
        if not most:
            return gate.gate(app)
        pages = ahead.Ahead(kept.Kept(turns.Turns(app), most=most), datasette)
        return gate.gate(gate.read_only(pages), published=True)

    return wrap


def kept_bytes(datasette: Any) -> int:
    """Give how many bytes of pages a published base keeps, 0 for any other."""
    return int((datasette.plugin_config("evidence_kb") or {}).get("keep_mb", 0) * 1_000_000)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Later | None:
    """Say in one line what SQLite or Datasette cannot read; else it would seem our fault."""
    from datasette.views.base import DatasetteError  # it loads plugins, this one too

    if isinstance(exception, DatasetteError) and exception.status == 500:
        message = str(exception.message)
    elif isinstance(exception, sqlite3.Error | ValueError) or is_misread(exception):
        message = f"SQLite: {exception}" if isinstance(exception, sqlite3.Error) else UNREADABLE
    else:
        return None

    async def inner() -> Any:
        return await complaint(datasette, request, message, status=400)

    return inner


def is_misread(exception: Exception) -> bool:
    """Say whether Datasette itself stumbled over a value that is of another kind."""
    if not isinstance(exception, TypeError | KeyError):
        return False
    *_, (frame, _) = traceback.walk_tb(exception.__traceback__)
    return str(frame.f_globals.get("__name__")).startswith("datasette.")


@hookimpl(specname="canned_queries")
def named_queries(datasette: Any, database: str) -> Later:
    """Give the named queries to Datasette 0.65; 1.0 does not know this hook."""

    async def inner() -> dict[str, Any]:
        base = await get_base(datasette)
        if base is None or base.name != database:
            return {}
        return await queries.canned_queries(datasette, base)

    return inner


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Give our pages, all below /-/kb/, each with its JSON twin."""
    twin = r"(?P<twin>(\.json)?)$"
    return [
        (r"^/-/kb/(?P<name>kb|map)\.css$", style.css),
        (r"^/-/kb/reader\.js$", style.reader_script),
        (r"^/-/kb/search" + twin, view_on_base(search_page.search_view)),
        (r"^/-/kb/similar/(?P<id>[^/.]+)" + twin, view_on_base(search_page.similar_view)),
        (r"^/-/kb/statement/(?P<id>[^/.]+)" + twin, view_on_base(claims.statement_view)),
        (r"^/-/kb/claim/(?P<id>[^/.]+)" + twin, view_on_base(claims.claim_view)),
        (r"^/-/kb/claim/(?P<id>[^/.]+)\.jsonld$", view_on_base(citing.annotation_view)),
        (
            r"^/-/kb/(?P<what>claim|statement|document)/(?P<id>[^/.]+)\.(?P<format>ris|bib|txt)$",
            view_on_base(citing.citation_view),
        ),
        (r"^/-/kb/document/(?P<id>[^/.]+)" + twin, view_on_base(reader.document_view)),
        (r"^/-/kb/document/(?P<id>[^/.]+)/text$", view_on_base(citing.text_view)),
        (
            r"^/-/kb/document/(?P<id>[^/.]+)/page/(?P<page>[1-9]\d{0,4})\.png$",
            view_on_base(sheets.page_view),
        ),
        (r"^/-/kb/map(/(?P<id>\w+))?" + twin, view_on_base(map_page.map_view)),
        (r"^/-/kb/map-file\.html$", view_on_base(map_file.map_file_view)),
        (r"^/-/kb/board" + twin, view_on_base(board_page.board_view)),
        (r"^/-/kb/quotes" + twin, view_on_base(quotes_page.quotes_view)),
        (r"^/-/kb/claims\.(?P<format>\w+)$", view_on_base(exports.claims_view)),
        (
            r"^/-/kb/export/(?P<name>\w+)\.(?P<format>\w+)$",
            view_on_base(exports.export_view),
        ),
        (r"^/robots\.txt$", robots_view),
    ]


async def robots_view(datasette: Any, request: Any) -> Any:
    """Tell crawlers where to look."""
    base = await get_base(datasette)
    name = base.name if base else ""
    return Response.text(gate.robots(datasette.setting("base_url"), name))


@hookimpl
def extra_template_vars(datasette: Any, request: Any) -> dict[str, Any]:
    """Give the home page what it shows, once it asks."""

    async def kb_index() -> str:
        return "kb_home.html" if await get_base(datasette) else "default:index.html"

    async def kb_home() -> dict[str, Any]:
        return await home.home_facts(datasette, request)

    base = BASES.get(datasette)
    return {
        "kb_label": partial(facets.column_label, base),
        "kb_value": partial(facets.value_label, base),
        "kb_index": kb_index,
        "kb_home": kb_home,
        "kb_base": base,
        "map_css": datasette.urls.path(style.css_url("map")),
        "kb_export": exports.export_address,
    }


@hookimpl
def register_facet_classes() -> list[type]:
    """Give the facet of attributes that have several values."""
    return [facets.ListFacet]


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    """Let filters of attributes that have several values use an index."""
    base = BASES.get(datasette)
    if base is None or base.name != database:
        return None
    return facets.list_filters(base, table, parse_qsl(request.query_string))


@hookimpl
def extra_css_urls() -> list[str]:
    """Give the style of all pages."""
    return [style.css_url()]


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """Give the way to the search page from every page."""
    if datasette not in BASES:
        return []
    pages = {
        "search": "Search the statements",
        "map": "Evidence map",
    }
    path = datasette.urls.path
    return [{"href": path(f"/-/kb/{name}"), "label": label} for name, label in pages.items()]


@hookimpl
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Any:
    """Show labels for values, and link quotations to their place."""
    base = BASES.get(datasette)
    if base is None or base.name != database:
        return None
    return cells.cell(base, datasette.urls, row, column, value)

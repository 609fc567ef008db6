"""How our pages answer: a template, JSON, a kind complaint, or the way elsewhere."""

from __future__ import annotations

import json
from typing import Any

from datasette.utils.asgi import Response

from kb.errors import KbError
from kb.web.labels import Base

SAFE = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; object-src 'none'",
    "x-content-type-options": "nosniff",
}
"""Datasette's own base page has scripts and styles inside it; nothing comes from elsewhere."""


def wants_json(request: Any) -> bool:
    """Say whether the JSON twin of a page is asked for."""
    return bool(request.url_vars.get("twin"))


async def page(
    datasette: Any,
    request: Any,
    template: str,
    facts: dict[str, Any],
    base: Base | None = None,
    *,
    status: int = 200,
) -> Any:
    """Render a template with the facts, the labels, and what the footer shows."""
    context = {"metadata": await instance_metadata(datasette)} | facts
    if base is not None:
        context |= {"base": base.name, "labels": base.labels}
    html = await datasette.render_template(template, context, request=request)
    return Response.html(html, status=status, headers=SAFE)


async def instance_metadata(datasette: Any) -> dict[str, Any]:
    """Give title, licence and source of the whole."""
    if hasattr(datasette, "get_instance_metadata"):  # 1.0
        found = await datasette.get_instance_metadata()
    else:
        found = datasette.metadata()
    return dict(found or {})


def json_page(value: Any, *, status: int = 200) -> Any:
    """Give a value as JSON in readable Unicode."""
    return Response(
        json.dumps(value, ensure_ascii=False, indent=2) + "\n",
        status=status,
        content_type="application/json; charset=utf-8",
    )


async def complaint(datasette: Any, request: Any, message: str, *, status: int) -> Any:
    """Say in one line what is wrong, as a page or as JSON."""
    if wants_json(request):
        return json_page({"error": message}, status=status)
    return await page(datasette, request, "kb_error.html", {"message": message}, status=status)


def redirect(datasette: Any, path: str) -> Any:
    """Send the reader to another of our pages."""
    return Response.redirect(datasette.urls.path(path))


def whole_number(name: str, text: str, least: int, most: int) -> int:
    """Read a number; raises KbError, naming the limits."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
    if not least <= number <= most:
        raise KbError(f"{name} must be a whole number from {least} to {most}, not {text[:40]!r}")
    return number

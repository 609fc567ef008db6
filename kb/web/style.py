"""The style sheets."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response

STATIC = Path(__file__).parent / "static"
SCRIPT = STATIC / "reader.js"


@cache
def css_text(name: str = "kb") -> str:
    """Read a style sheet once."""
    return (STATIC / f"{name}.css").read_text("utf-8")


def css_url(name: str = "kb") -> str:
    """Give a style sheet's address, which changes with its content, without Datasette's prefix."""
    digest = hashlib.sha256(css_text(name).encode()).hexdigest()[:8]
    return f"/-/kb/{name}.css?{digest}"


async def css(request: Any) -> Any:
    """Give a style sheet, to be kept for a day."""
    return Response(
        css_text(request.url_vars["name"]),
        headers={"cache-control": "max-age=86400"},
        content_type="text/css; charset=utf-8",
    )


@cache
def script_url() -> str:
    """Give the script's address, which changes with its content, without Datasette's prefix."""
    return f"/-/kb/reader.js?{hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:8]}"


async def reader_script(request: Any) -> Any:
    """Give the script of the document page, without which it works as well."""
    return Response(
        SCRIPT.read_text("utf-8"),
        headers={"cache-control": "max-age=3600"},
        content_type="text/javascript; charset=utf-8",
    )

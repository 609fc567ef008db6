"""The public services that are asked, from apis.yml, and how addresses of theirs are made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import yaml

from pipelines.pull.records import Settings


@cache
def load_services() -> dict[str, dict[str, str]]:
    """Read what is known of each service."""
    services: dict[str, dict[str, str]] = yaml.safe_load(
        Path(__file__).with_suffix(".yml").read_text("utf-8")
    )
    return services


def service_url(settings: Settings, service: str, path: str, query: Mapping[str, str]) -> str:
    """Make an address of a service; what is in `path` is quoted, and empty values are left out."""
    named = {name: value for name, value in query.items() if value}
    asked = f"?{urlencode(named)}" if named else ""
    return f"{settings.apis[service].rstrip('/')}/{quote(path.lstrip('/'), safe='/:')}{asked}"


def is_service(settings: Settings, url: str) -> bool:
    """Say whether an address is one of a service, which is made for programs to ask."""
    return any(url.startswith(base.rstrip("/") + "/") for base in settings.apis.values())

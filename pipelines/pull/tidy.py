"""What strangers write of a work, made fit for a database, a terminal and a file's name."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from kb.errors import Unfetchable

TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
LONGEST = 2000


def words(value: Any) -> str | None:
    """Give a text without tags, control characters and needless blanks; None if none is left."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str | int):
        return None
    text = html.unescape(TAG.sub(" ", html.unescape(str(value))))
    text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())[:LONGEST] or None


def names(values: Any) -> tuple[str, ...]:
    """Give those of a list of names that hold something."""
    found = [words(value) for value in values] if isinstance(values, list | tuple) else []
    return tuple(name for name in found if name)


def year_of(value: Any) -> int | None:
    """Give the first year that a text or a nested list of a date's parts names."""
    while isinstance(value, list):
        value = value[0] if value else None
    found = YEAR.search(str(value)) if value is not None else None
    return int(found.group()) if found else None


def doi_of(value: Any) -> str | None:
    """Give the DOI in a text, in small letters, without the address before it."""
    found = DOI.search(value) if isinstance(value, str) else None
    return found.group().rstrip(".,;)").lower() if found else None


def web_address(value: Any) -> str | None:
    """Give an address of the web that can be asked, None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    sound = parts.scheme in ("http", "https") and host and text.isprintable() and " " not in text
    return text if sound else None


def joined(base: str, place: Any) -> str | None:
    """Give the address that a link on a page leads to, None if none can be asked."""
    try:
        return web_address(urljoin(base, place)) if isinstance(place, str) and place else None
    except ValueError:
        return None


def json_object(content: bytes, what: str) -> dict[str, Any]:
    """Read an answer that should be a JSON object; raises Unfetchable."""
    value = json_value(content, what)
    if not isinstance(value, dict):
        raise Unfetchable(f"{what} answered with something other than a JSON object; try later")
    return value


def json_value(content: bytes, what: str) -> Any:
    """Read an answer that should be JSON; raises Unfetchable."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unfetchable(f"{what} answered with something other than JSON; try later") from error


def needed(value: Any, type: type[list[Any]] | type[str], what: str) -> Any:
    """Check for what an answer cannot be without; raises Unfetchable.

    An answer of another form must not pass for one that finds nothing.
    """
    if not isinstance(value, type):
        raise Unfetchable(f"{what} answered in a form that is not known; try later")
    return value


def part(value: Any, *keys: str) -> Any:
    """Follow keys into nested objects; None where one of them is not there."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """Give those members of a list that are objects."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

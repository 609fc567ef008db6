"""CSL-JSON, as Zotero and Pandoc write it. https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html"""

from __future__ import annotations

from typing import Any

from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.connectors.listed import Listed
from pipelines.pull.tidy import (
    doi_of,
    json_value,
    names,
    objects,
    part,
    web_address,
    words,
    year_of,
)


def read_csl(text: str) -> list[Listed]:
    """Read the works of a file."""
    found = json_value(text.encode(), "the file of references")
    items = part(found, "items") if isinstance(found, dict) and "items" in found else found
    return [(work(each), []) for each in objects(items if isinstance(items, list) else [items])]


def work(item: dict[str, Any]) -> Bibliography:
    """Give the bibliography of an item."""
    issued = item.get("issued")
    return Bibliography(
        title=words(item.get("title")),
        authors=names([person(each) for each in objects(item.get("author"))]),
        year=year_of(part(issued, "date-parts") or part(issued, "raw") or part(issued, "literal")),
        publisher=words(item.get("publisher")) or words(item.get("container-title")),
        kind=words(item.get("type")),
        url=web_address(item.get("URL")),
        doi=doi_of(item.get("DOI")),
        licence=licence_id(words(item.get("license"))),
        language=words(item.get("language")),
    )


def person(name: dict[str, Any]) -> str:
    """Give a name as it is read."""
    parts = (name.get("given"), name.get("non-dropping-particle"), name.get("family"))
    whole = " ".join(each for each in parts if isinstance(each, str))
    return whole or str(name.get("literal") or "")

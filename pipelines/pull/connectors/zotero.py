"""Zotero: the items of a public library. https://www.zotero.org/support/dev/web_api/v3/basics"""

from __future__ import annotations

from typing import Any

from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.apis import service_url
from pipelines.pull.connectors.listed import page_of
from pipelines.pull.records import Address, Ask, Page, Reply, Settings, Source
from pipelines.pull.tidy import (
    doi_of,
    json_value,
    names,
    needed,
    objects,
    part,
    web_address,
    words,
    year_of,
)

PAGE_SIZE = "100"
NO_WORKS = {"note", "annotation"}
FILES = {"application/pdf": "pdf"}


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for the items of a library or a collection, without their notes and files."""
    query = {"v": "3", "format": "json", "limit": PAGE_SIZE}
    url = service_url(settings, "zotero", f"{source.where}/items/top", query)
    return (Ask(reader="zotero", url=url),)


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want each item's file, or what its DOI or address leads to; ask for the next page."""
    items = objects(needed(json_value(reply.content, "Zotero"), list, "Zotero"))
    works = [each for each in items if part(each, "data", "itemType") not in NO_WORKS]
    page = page_of([(work(each), files(each)) for each in works], settings)
    more = (Ask(reader="zotero", url=reply.next),) if reply.next else ()
    return Page(wanted=page.wanted, skipped=page.skipped, more=(*page.more, *more))


def files(item: dict[str, Any]) -> list[Address]:
    """Give the file that is attached to an item."""
    attached = part(item, "links", "attachment")
    url = web_address(part(attached, "href"))
    kind = FILES.get(str(part(attached, "attachmentType")))
    return [Address(f"{url}/file", kind)] if url and kind else []


def work(item: dict[str, Any]) -> Bibliography:
    """Give the bibliography of an item."""
    data = item.get("data") if isinstance(item.get("data"), dict) else {}
    assert isinstance(data, dict)
    sources = ("publisher", "institution", "publicationTitle", "university", "websiteTitle")
    return Bibliography(
        title=words(data.get("title")),
        authors=names([person(each) for each in objects(data.get("creators"))]),
        year=year_of(data.get("date")),
        publisher=next((each for each in map(words, map(data.get, sources)) if each), None),
        kind=words(data.get("itemType")),
        url=web_address(data.get("url")),
        doi=doi_of(data.get("DOI")),
        licence=licence_id(words(data.get("rights"))),
        language=words(data.get("language")),
    )


def person(creator: dict[str, Any]) -> str | None:
    """Give the name of one who wrote a work; editors and others are left out."""
    if creator.get("creatorType") != "author":
        return None
    parts = (creator.get("firstName"), creator.get("lastName") or creator.get("name"))
    return " ".join(each for each in parts if isinstance(each, str) and each)

"""OpenAlex: works that a query finds, from their best open copy. https://developers.openalex.org

Pages are asked by number, which needs no key and leads to ten thousand works.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from kb.licences import licence_id
from kb.models import Bibliography
from pipelines.pull.apis import service_url
from pipelines.pull.records import Address, Ask, Page, Reply, Settings, Skipped, Source, Wanted
from pipelines.pull.tidy import (
    doi_of,
    json_object,
    names,
    needed,
    objects,
    part,
    web_address,
    words,
    year_of,
)

PAGE_SIZE = 100
REACH = 10_000
CLOSED = "has no open copy that OpenAlex knows"


def first(source: Source, settings: Settings) -> tuple[Ask, ...]:
    """Ask for the first page of a query."""
    return (ask_for(dict(parse_qsl(source.where)), 1, settings),)


def ask_for(query: dict[str, str], page: int, settings: Settings) -> Ask:
    """Ask for a page of works."""
    asked = {**query, "per_page": str(PAGE_SIZE), "page": str(page), "mailto": settings.contact}
    return Ask(reader="openalex", url=service_url(settings, "openalex", "works", asked))


def read(reply: Reply, ask: Ask, settings: Settings) -> Page:
    """Want the works that have an open copy, and ask for the next page if there is one."""
    found = json_object(reply.content, "OpenAlex")
    works = objects(needed(found.get("results"), list, "OpenAlex"))
    asked = parse_qs(urlsplit(ask.url).query)
    page = int(asked["page"][0])
    count = part(found, "meta", "count")
    goes_on = works and isinstance(count, int) and page * PAGE_SIZE < min(count, REACH)
    query: dict[str, str] = {name: asked[name][0] for name in ("search", "filter") if name in asked}
    wanted = [each for each in map(work, works) if each.addresses]
    keys = {each.key for each in wanted}
    return Page(
        wanted=tuple(wanted),
        skipped=tuple(Skipped(key_of(w), CLOSED) for w in works if key_of(w) not in keys),
        more=(ask_for(query, page + 1, settings),) if goes_on else (),
    )


def key_of(found: dict[str, Any]) -> str:
    """Name a work for good."""
    return words(found.get("id")) or doi_of(found.get("doi")) or ""


def work(found: dict[str, Any]) -> Wanted:
    """Want a work from where it may be read."""
    place = found.get("best_oa_location") or {}
    pdf, page = web_address(place.get("pdf_url")), web_address(place.get("landing_page_url"))
    addresses = ([Address(pdf, "pdf")] if pdf else []) + ([Address(page)] if page else [])
    people = objects(found.get("authorships"))
    about = Bibliography(
        title=words(found.get("title")) or words(found.get("display_name")),
        authors=names([part(each, "author", "display_name") for each in people]),
        year=year_of(found.get("publication_year")),
        publisher=words(part(found, "primary_location", "source", "display_name")),
        kind=words(found.get("type")),
        doi=doi_of(found.get("doi")),
        licence=licence_id(words(place.get("license"))),
        language=words(found.get("language")),
    )
    return Wanted(key=key_of(found), addresses=tuple(addresses), about=about)
